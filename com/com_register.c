/* SPDX-License-Identifier: MIT
 *
 * Registers and unregisters UserPort.Ports (com_register.h) from one table, which is written from
 * its start and deleted from its end. A key is deleted only when it is empty, so entries of others
 * stay.
 *
 * The 32-bit and the 64-bit DLL have separate keys CLSID and Interface (Windows redirects them).
 * The names and the type library are deleted with the last of the two DLLs. From Windows 7 on the
 * two share these; before, each had its own; under Wine the names are separate and the type library
 * is shared.
 */
#include "com_register.h"

#include <stdbool.h>
#include <stdint.h>

#define LENGTH(array) ((uint32_t)(sizeof(array) / sizeof(array)[0]))
#define ROOM          (UP_COM_SERVER_MAX + 64)
#define CLASSES       L"Software\\Classes\\"
#define TITLE         L"UserPort: I/O ports"
/* Windows' own, for dual interfaces */
#define AUTOMATION_PROXY L"{00020424-0000-0000-C000-000000000046}"
/* This and the next two are in userport.idl */
#define CLASS_ID          L"{39C14D05-4E82-4935-BF0F-43CC096974DF}"
#define INTERFACE_ID      L"{9547A72B-C46B-4BFD-AB7D-A4BF4E4CE4CF}"
#define LIBRARY_ID        L"{DBAE022E-6328-4F27-9263-F0E5284BDF79}"
#define CLASS_KEY         L"CLSID\\" CLASS_ID
#define INTERFACE_KEY     L"Interface\\" INTERFACE_ID
#define LIBRARY_KEY       L"TypeLib\\" LIBRARY_ID
#define LIBRARY_LANGUAGES LIBRARY_KEY L"\\3.0\\0"

/* In the texts %P stands for the DLL's path and %B for win32 or win64. */
struct entry {
    const WCHAR *key;
    const WCHAR *name; /* NULL: the key's default value */
    const WCHAR *value;
};

static const struct entry own_entries[] = {
    {CLASS_KEY, NULL, TITLE},
    {CLASS_KEY L"\\ProgID", NULL, UP_COM_PROGID_VERSIONED},
    {CLASS_KEY L"\\VersionIndependentProgID", NULL, UP_COM_PROGID},
    {CLASS_KEY L"\\TypeLib", NULL, LIBRARY_ID},
    {CLASS_KEY L"\\Version", NULL, L"3.0"},
    {CLASS_KEY L"\\InprocServer32", L"ThreadingModel", L"Both"},
    {CLASS_KEY L"\\InprocServer32", NULL, L"%P"},
    {INTERFACE_KEY, NULL, L"IPorts"},
    {INTERFACE_KEY L"\\ProxyStubClsid32", NULL, AUTOMATION_PROXY},
    {INTERFACE_KEY L"\\TypeLib", L"Version", L"3.0"},
    {INTERFACE_KEY L"\\TypeLib", NULL, LIBRARY_ID},
    {LIBRARY_LANGUAGES L"\\%B", NULL, L"%P"},
};

static const struct entry shared_entries[] = {
    {LIBRARY_KEY L"\\3.0", NULL, L"UserPort 3.0: I/O ports"},
    {LIBRARY_KEY L"\\3.0\\FLAGS", NULL, L"0"},
    {UP_COM_PROGID, NULL, TITLE},
    {UP_COM_PROGID L"\\CLSID", NULL, CLASS_ID},
    {UP_COM_PROGID L"\\CurVer", NULL, UP_COM_PROGID_VERSIONED},
    {UP_COM_PROGID_VERSIONED, NULL, TITLE},
    {UP_COM_PROGID_VERSIONED L"\\CLSID", NULL, CLASS_ID},
};

/*
 * Keys above those of the tables, inner ones first. Writing the tables creates them if they do not
 * exist.
 */
static const WCHAR *const own_parents[] = {LIBRARY_LANGUAGES};
static const WCHAR *const shared_parents[] = {LIBRARY_KEY, L"CLSID", L"Interface", L"TypeLib"};
/*
 * The number of shared_parents that are deleted for the machine. Its other ones belong to Windows
 * and stay even if they are empty.
 */
#define MACHINE_PARENTS 1u

/* ---- texts ----------------------------------------------------------------------------------- */

static void put_text(WCHAR **at, const WCHAR *text)
{
    while (*text != L'\0') {
        *(*at)++ = *text++;
    }
}

/* Writes a text of the tables with its placeholders replaced. */
static const WCHAR *expand(const struct up_com_registration *registration, const WCHAR *path,
                           const WCHAR *before, const WCHAR *text, WCHAR expanded[ROOM])
{
    WCHAR *at = expanded;

    put_text(&at, before);
    for (; *text != L'\0'; text++) {
        if (*text != L'%') {
            *at++ = *text;
        } else if (*++text == L'P') {
            put_text(&at, path);
        } else {
            put_text(&at, registration->bits == 64 ? L"win64" : L"win32");
        }
    }
    *at = L'\0';
    return expanded;
}

/* Writes the path of a key. */
static const WCHAR *expand_key(const struct up_com_registration *registration, const WCHAR *key,
                               WCHAR expanded[ROOM])
{
    return expand(registration, L"", CLASSES, key, expanded);
}

/* ---- writing --------------------------------------------------------------------------------- */

static LONG write_entry(const struct up_com_registration *registration, const WCHAR *path,
                        const struct entry *entry)
{
    WCHAR text[ROOM];
    HKEY key;
    DWORD bytes;
    LONG error = RegCreateKeyExW(registration->root, expand_key(registration, entry->key, text), 0,
                                 NULL, 0, KEY_SET_VALUE | registration->view, NULL, &key, NULL);

    if (error != ERROR_SUCCESS) {
        return error;
    }
    expand(registration, path, L"", entry->value, text);
    for (bytes = sizeof text[0]; text[bytes / sizeof text[0] - 1] != L'\0';
         bytes += (DWORD)sizeof text[0]) {
    }
    error = RegSetValueExW(key, entry->name, 0, REG_SZ, (const BYTE *)text, bytes);
    RegCloseKey(key);
    return error;
}

static LONG write_entries(const struct up_com_registration *registration, const WCHAR *path,
                          const struct entry *entries, uint32_t count)
{
    LONG error = ERROR_SUCCESS;
    uint32_t i;

    for (i = 0; i < count && error == ERROR_SUCCESS; i++) {
        error = write_entry(registration, path, &entries[i]);
    }
    return error;
}

LONG up_com_registration_write(const struct up_com_registration *registration, const WCHAR *path)
{
    LONG error = write_entries(registration, path, own_entries, LENGTH(own_entries));

    if (error == ERROR_SUCCESS) {
        error = write_entries(registration, path, shared_entries, LENGTH(shared_entries));
    }
    if (error != ERROR_SUCCESS) {
        (void)up_com_registration_delete(registration);
    }
    return error;
}

/* ---- deleting; an entry that does not exist is no error -------------------------------------- */

static LONG absent_is_fine(LONG error)
{
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? ERROR_SUCCESS : error;
}

/* Counts the keys and values in a key. */
static LONG count_contents(const struct up_com_registration *registration, const WCHAR *path,
                           DWORD *keys, DWORD *values)
{
    HKEY key;
    LONG error =
        RegOpenKeyExW(registration->root, path, 0, KEY_QUERY_VALUE | registration->view, &key);

    if (error == ERROR_SUCCESS) {
        error = RegQueryInfoKeyW(key, NULL, NULL, NULL, keys, NULL, NULL, values, NULL, NULL, NULL,
                                 NULL);
        RegCloseKey(key);
    }
    return error;
}

/*
 * RegDeleteKeyExW came with 64-bit Windows XP. No other function reaches the keys of the other
 * bitness.
 */
static LONG delete_key(const struct up_com_registration *registration, const WCHAR *path)
{
    typedef LONG(WINAPI * delete_in_view)(HKEY, LPCWSTR, REGSAM, DWORD);
    union {
        FARPROC address;
        delete_in_view call;
    } function = {NULL};

    if (registration->view != 0) {
        function.address = GetProcAddress(GetModuleHandleW(L"advapi32.dll"), "RegDeleteKeyExW");
    }
    return function.address != NULL ? function.call(registration->root, path, registration->view, 0)
                                    : RegDeleteKeyW(registration->root, path);
}

static LONG delete_empty_key(const struct up_com_registration *registration, const WCHAR *path)
{
    DWORD keys, values;
    LONG error = count_contents(registration, path, &keys, &values);

    if (error == ERROR_SUCCESS && keys == 0 && values == 0) {
        error = delete_key(registration, path);
    }
    return absent_is_fine(error);
}

static LONG delete_entry(const struct up_com_registration *registration, const struct entry *entry)
{
    WCHAR path[ROOM];
    HKEY key;
    LONG error;

    expand_key(registration, entry->key, path);
    error = RegOpenKeyExW(registration->root, path, 0, KEY_SET_VALUE | registration->view, &key);
    if (error != ERROR_SUCCESS) {
        return absent_is_fine(error);
    }
    error = absent_is_fine(RegDeleteValueW(key, entry->name));
    RegCloseKey(key);
    return error == ERROR_SUCCESS ? delete_empty_key(registration, path) : error;
}

/* Deletes all entries, even after a failure. Result: the first failure. */
static LONG delete_entries(const struct up_com_registration *registration,
                           const struct entry *entries, uint32_t count, const WCHAR *const *parents,
                           uint32_t parent_count)
{
    WCHAR path[ROOM];
    LONG first = ERROR_SUCCESS;
    LONG error;
    uint32_t i;

    for (i = count; i > 0; i--) {
        error = delete_entry(registration, &entries[i - 1]);
        first = first == ERROR_SUCCESS ? error : first;
    }
    for (i = 0; i < parent_count; i++) {
        error = delete_empty_key(registration, expand_key(registration, parents[i], path));
        first = first == ERROR_SUCCESS ? error : first;
    }
    return first;
}

/* ---- the registered DLL ---------------------------------------------------------------------- */

LONG up_com_registration_server(const struct up_com_registration *registration,
                                WCHAR server[UP_COM_SERVER_MAX])
{
    /* A value may lack its final 0 */
    DWORD bytes = (UP_COM_SERVER_MAX - 1) * (DWORD)sizeof server[0], type = 0;
    WCHAR path[ROOM];
    HKEY key;
    LONG error = RegOpenKeyExW(registration->root,
                               expand_key(registration, CLASS_KEY L"\\InprocServer32", path), 0,
                               KEY_QUERY_VALUE | registration->view, &key);

    server[0] = L'\0';
    if (error != ERROR_SUCCESS) {
        return absent_is_fine(error);
    }
    error = absent_is_fine(RegQueryValueExW(key, NULL, NULL, &type, (BYTE *)server, &bytes));
    RegCloseKey(key);
    server[error == ERROR_SUCCESS && type == REG_SZ ? bytes / sizeof server[0] : 0] = L'\0';
    return error;
}

/* ---- deleting the registration --------------------------------------------------------------- */

/*
 * True if the DLL of the other bitness is registered too. The shared type library shows that, or
 * the other DLL's class.
 */
static bool other_is_registered(const struct up_com_registration *registration,
                                const struct up_com_registration *other)
{
    WCHAR path[ROOM], server[UP_COM_SERVER_MAX];
    DWORD keys = 0, values;

    if (count_contents(registration, expand_key(registration, LIBRARY_LANGUAGES, path), &keys,
                       &values) == ERROR_SUCCESS &&
        keys > 0) {
        return true;
    }
    return registration->view != 0 &&
           (up_com_registration_server(other, server) != ERROR_SUCCESS || server[0] != L'\0');
}

static LONG delete_shared(const struct up_com_registration *registration)
{
    return delete_entries(registration, shared_entries, LENGTH(shared_entries), shared_parents,
                          registration->root == HKEY_CURRENT_USER ? LENGTH(shared_parents)
                                                                  : MACHINE_PARENTS);
}

LONG up_com_registration_delete(const struct up_com_registration *registration)
{
    const struct up_com_registration other = {
        .root = registration->root, .view = registration->view ^ (UP_COM_VIEW_64 | UP_COM_VIEW_32)};
    LONG first = delete_entries(registration, own_entries, LENGTH(own_entries), own_parents,
                                LENGTH(own_parents));
    LONG error = ERROR_SUCCESS;

    if (!other_is_registered(registration, &other)) {
        error = delete_shared(registration);
        first = first == ERROR_SUCCESS ? error : first;
        if (registration->view != 0) {
            error = delete_shared(&other);
        }
    }
    return first == ERROR_SUCCESS ? error : first;
}
