/* SPDX-License-Identifier: MIT
 *
 * The registration of UserPort.Ports, below Software\Classes of the user or of the machine: one table, written from its
 * beginning and taken away from its end. A key goes when nothing is left in it, so that what others put there stays.
 *
 * 32-bit and 64-bit DLLs have CLSID and Interface apart (Windows redirects them), and share the names and the type
 * library: those go with the last of the two, which is seen by what is left below the type library's "0".
 */
#include "com.h"

#define LENGTH(array)     ((uint32_t)(sizeof(array) / sizeof(array)[0]))
#define ROOM              (MAX_PATH + 64)
#define CLASSES           L"Software\\Classes\\"
#define TITLE             L"UserPort: I/O ports"
#define AUTOMATION_PROXY  L"{00020424-0000-0000-C000-000000000046}" /* Windows' own, for dual interfaces */
#define LIBRARY_LANGUAGES L"TypeLib\\%L\\3.0\\0"

/* In texts: %C the class, %I the interface, %L the type library, %P the DLL's path, %B win32 or win64. */
struct entry {
    const WCHAR *key;
    const WCHAR *name; /* NULL: the key's default value */
    const WCHAR *value;
};

static const struct entry own_entries[] = {
    {L"CLSID\\%C", NULL, TITLE},
    {L"CLSID\\%C\\ProgID", NULL, UP_COM_PROGID_VERSIONED},
    {L"CLSID\\%C\\VersionIndependentProgID", NULL, UP_COM_PROGID},
    {L"CLSID\\%C\\TypeLib", NULL, L"%L"},
    {L"CLSID\\%C\\Version", NULL, L"3.0"},
    {L"CLSID\\%C\\InprocServer32", L"ThreadingModel", L"Both"},
    {L"CLSID\\%C\\InprocServer32", NULL, L"%P"},
    {L"Interface\\%I", NULL, L"IPorts"},
    {L"Interface\\%I\\ProxyStubClsid32", NULL, AUTOMATION_PROXY},
    {L"Interface\\%I\\TypeLib", L"Version", L"3.0"},
    {L"Interface\\%I\\TypeLib", NULL, L"%L"},
    {LIBRARY_LANGUAGES L"\\%B", NULL, L"%P"},
};

static const struct entry shared_entries[] = {
    {L"TypeLib\\%L\\3.0", NULL, L"UserPort 3.0: I/O ports"},
    {L"TypeLib\\%L\\3.0\\FLAGS", NULL, L"0"},
    {UP_COM_PROGID, NULL, TITLE},
    {UP_COM_PROGID L"\\CLSID", NULL, L"%C"},
    {UP_COM_PROGID L"\\CurVer", NULL, UP_COM_PROGID_VERSIONED},
    {UP_COM_PROGID_VERSIONED, NULL, TITLE},
    {UP_COM_PROGID_VERSIONED L"\\CLSID", NULL, L"%C"},
};

/* Keys above those of the tables, which were made with them if they were not there: the inner ones first. */
static const WCHAR *const own_parents[] = {LIBRARY_LANGUAGES};
static const WCHAR *const shared_parents[] = {L"TypeLib\\%L", L"CLSID", L"Interface", L"TypeLib"};

struct registration {
    const struct up_advapi32 *registry;
    HKEY root;
    WCHAR path[MAX_PATH];
};

/* ---- texts ------------------------------------------------------------------------------------------------------------ */

static void put_hex(WCHAR **at, uint32_t number, uint32_t digits)
{
    while (digits-- > 0) {
        *(*at)++ = L"0123456789ABCDEF"[number >> 4 * digits & 15];
    }
}

static void put_guid(WCHAR **at, const GUID *guid)
{
    uint32_t i;

    *(*at)++ = L'{';
    put_hex(at, guid->Data1, 8);
    *(*at)++ = L'-';
    put_hex(at, guid->Data2, 4);
    *(*at)++ = L'-';
    put_hex(at, guid->Data3, 4);
    *(*at)++ = L'-';
    for (i = 0; i < sizeof guid->Data4; i++) {
        if (i == 2) {
            *(*at)++ = L'-';
        }
        put_hex(at, guid->Data4[i], 2);
    }
    *(*at)++ = L'}';
}

static void put_text(WCHAR **at, const WCHAR *text)
{
    while (*text != L'\0') {
        *(*at)++ = *text++;
    }
}

/* Writes a text of the tables with what its letters stand for. The tables' texts with a path in them fit into ROOM. */
static const WCHAR *expand(const struct registration *registration, const WCHAR *before, const WCHAR *text,
                           WCHAR expanded[ROOM])
{
    WCHAR *at = expanded;

    put_text(&at, before);
    for (; *text != L'\0'; text++) {
        if (*text != L'%') {
            *at++ = *text;
            continue;
        }
        switch (*++text) {
        case L'C':
            put_guid(&at, &CLSID_Ports);
            break;
        case L'I':
            put_guid(&at, &IID_IPorts);
            break;
        case L'L':
            put_guid(&at, &LIBID_UserPort);
            break;
        case L'P':
            put_text(&at, registration->path);
            break;
        default:
            put_text(&at, sizeof(void *) == 8 ? L"win64" : L"win32");
            break;
        }
    }
    *at = L'\0';
    return expanded;
}

/* ---- writing ------------------------------------------------------------------------------------------------------------ */

static LONG write_entry(const struct registration *registration, const struct entry *entry)
{
    const struct up_advapi32 *registry = registration->registry;
    WCHAR text[ROOM];
    HKEY key;
    DWORD bytes;
    LONG error = registry->create_key(registration->root, expand(registration, CLASSES, entry->key, text), 0, NULL, 0,
                                      KEY_SET_VALUE, NULL, &key, NULL);

    if (error != ERROR_SUCCESS) {
        return error;
    }
    expand(registration, L"", entry->value, text);
    for (bytes = sizeof text[0]; text[bytes / sizeof text[0] - 1] != L'\0'; bytes += (DWORD)sizeof text[0]) {
    }
    error = registry->set_value(key, entry->name, 0, REG_SZ, (const BYTE *)text, bytes);
    registry->close_key(key);
    return error;
}

static LONG write_entries(const struct registration *registration, const struct entry *entries, uint32_t count)
{
    LONG error = ERROR_SUCCESS;
    uint32_t i;

    for (i = 0; i < count && error == ERROR_SUCCESS; i++) {
        error = write_entry(registration, &entries[i]);
    }
    return error;
}

/* ---- taking away: what is not there is no error --------------------------------------------------------------------------- */

static LONG absent_is_fine(LONG error)
{
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? ERROR_SUCCESS : error;
}

/* How many keys and values a key has. */
static LONG count_contents(const struct registration *registration, const WCHAR *path, DWORD *keys, DWORD *values)
{
    const struct up_advapi32 *registry = registration->registry;
    HKEY key;
    LONG error = registry->open_key(registration->root, path, 0, KEY_QUERY_VALUE, &key);

    if (error == ERROR_SUCCESS) {
        error = registry->query_key(key, NULL, NULL, NULL, keys, NULL, NULL, values, NULL, NULL, NULL, NULL);
        registry->close_key(key);
    }
    return error;
}

static LONG delete_empty_key(const struct registration *registration, const WCHAR *path)
{
    DWORD keys, values;
    LONG error = count_contents(registration, path, &keys, &values);

    if (error == ERROR_SUCCESS && keys == 0 && values == 0) {
        error = registration->registry->delete_key(registration->root, path);
    }
    return absent_is_fine(error);
}

static LONG delete_entry(const struct registration *registration, const struct entry *entry)
{
    const struct up_advapi32 *registry = registration->registry;
    WCHAR path[ROOM];
    HKEY key;
    LONG error;

    expand(registration, CLASSES, entry->key, path);
    error = registry->open_key(registration->root, path, 0, KEY_SET_VALUE, &key);
    if (error != ERROR_SUCCESS) {
        return absent_is_fine(error);
    }
    error = absent_is_fine(registry->delete_value(key, entry->name));
    registry->close_key(key);
    return error == ERROR_SUCCESS ? delete_empty_key(registration, path) : error;
}

/* All of them, also after a failure, of which the first is the result. */
static LONG delete_entries(const struct registration *registration, const struct entry *entries, uint32_t count,
                           const WCHAR *const *parents, uint32_t parent_count)
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
        error = delete_empty_key(registration, expand(registration, CLASSES, parents[i], path));
        first = first == ERROR_SUCCESS ? error : first;
    }
    return first;
}

/* Is the DLL of the other bitness registered here too? */
static bool other_is_registered(const struct registration *registration)
{
    WCHAR path[ROOM];
    DWORD keys = 0, values;

    return count_contents(registration, expand(registration, CLASSES, LIBRARY_LANGUAGES, path), &keys, &values) ==
               ERROR_SUCCESS &&
           keys > 0;
}

static LONG delete_all(const struct registration *registration)
{
    LONG first = delete_entries(registration, own_entries, LENGTH(own_entries), own_parents, LENGTH(own_parents));
    LONG error = ERROR_SUCCESS;

    if (!other_is_registered(registration)) {
        error = delete_entries(registration, shared_entries, LENGTH(shared_entries), shared_parents,
                               LENGTH(shared_parents));
    }
    return first == ERROR_SUCCESS ? error : first;
}

/* ---- who is registered ------------------------------------------------------------------------------------------------------ */

static bool identify(const WCHAR *path, BY_HANDLE_FILE_INFORMATION *identity)
{
    HANDLE file =
        CreateFileW(path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
    bool done;

    if (file == INVALID_HANDLE_VALUE) {
        return false;
    }
    done = GetFileInformationByHandle(file, identity);
    CloseHandle(file);
    return done;
}

/* A file has many paths: short names, other letters for its drive. */
static bool is_same_file(const WCHAR *one, const WCHAR *other)
{
    BY_HANDLE_FILE_INFORMATION first, second;

    if (lstrcmpiW(one, other) == 0) {
        return true;
    }
    return identify(one, &first) && identify(other, &second) &&
           first.dwVolumeSerialNumber == second.dwVolumeSerialNumber && first.nFileIndexHigh == second.nFileIndexHigh &&
           first.nFileIndexLow == second.nFileIndexLow;
}

/* *ours: the class is registered with this DLL, with one that is gone, or not at all. */
static LONG find_owner(const struct registration *registration, bool *ours)
{
    const struct up_advapi32 *registry = registration->registry;
    WCHAR text[ROOM] = L"";
    DWORD bytes = sizeof text - sizeof text[0];
    DWORD type = REG_SZ;
    HKEY key;
    LONG error;

    *ours = true;
    error = registry->open_key(registration->root, expand(registration, CLASSES, L"CLSID\\%C\\InprocServer32", text), 0,
                               KEY_QUERY_VALUE, &key);
    if (error != ERROR_SUCCESS) {
        return absent_is_fine(error);
    }
    text[0] = L'\0';
    error = registry->query_value(key, NULL, NULL, &type, (BYTE *)text, &bytes);
    registry->close_key(key);
    if (error != ERROR_SUCCESS) {
        return absent_is_fine(error);
    }
    text[bytes / sizeof text[0]] = L'\0';
    *ours = is_same_file(text, registration->path) || GetFileAttributesW(text) == INVALID_FILE_ATTRIBUTES;
    return ERROR_SUCCESS;
}

static LONG start(struct registration *registration, bool machine)
{
    registration->registry = up_com_advapi32();
    registration->root = machine ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER;
    return registration->registry == NULL ? (LONG)GetLastError() : (LONG)up_com_own_path(registration->path);
}

HRESULT up_com_register(bool machine)
{
    struct registration registration;
    LONG error = start(&registration, machine);

    if (error != ERROR_SUCCESS) {
        return HRESULT_FROM_WIN32((DWORD)error);
    }
    error = write_entries(&registration, own_entries, LENGTH(own_entries));
    if (error == ERROR_SUCCESS) {
        error = write_entries(&registration, shared_entries, LENGTH(shared_entries));
    }
    if (error != ERROR_SUCCESS) {
        delete_all(&registration);
    }
    return HRESULT_FROM_WIN32((DWORD)error);
}

HRESULT up_com_unregister(bool machine)
{
    struct registration registration;
    bool ours = false;
    LONG error = start(&registration, machine);

    if (error == ERROR_SUCCESS) {
        error = find_owner(&registration, &ours);
    }
    if (error == ERROR_SUCCESS && ours) {
        error = delete_all(&registration);
    }
    return HRESULT_FROM_WIN32((DWORD)error);
}
