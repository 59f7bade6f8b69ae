/* SPDX-License-Identifier: MIT
 *
 * Takes the registration of the automation object away without the DLL, which may be gone by then: the keys that
 * com/com_register.c writes for the machine, from the inside out. What else somebody has put into one of them keeps it. Of the keys
 * that the DLLs of both bitnesses share, each takes its own; the last one takes the rest.
 */
#include "install_parts.h"

#include <string.h>

#define VIEW_64 0x0100u /* KEY_WOW64_64KEY, KEY_WOW64_32KEY: for 64-bit Windows alone */
#define VIEW_32 0x0200u

#define CLASSES       L"Software\\Classes\\"
#define CLASS_KEY     CLASSES L"CLSID\\{39C14D05-4E82-4935-BF0F-43CC096974DF}"
#define INTERFACE_KEY CLASSES L"Interface\\{9547A72B-C46B-4BFD-AB7D-A4BF4E4CE4CF}"
#define LIBRARY_KEY   CLASSES L"TypeLib\\{DBAE022E-6328-4F27-9263-F0E5284BDF79}"
#define NEUTRAL_KEY   LIBRARY_KEY L"\\3.0\\0"
#define NAME_KEY      CLASSES L"UserPort.Ports"
#define NAME_3_KEY    NAME_KEY L".3"

static const WCHAR *const own_keys[] = {
    CLASS_KEY L"\\ProgID",
    CLASS_KEY L"\\VersionIndependentProgID",
    CLASS_KEY L"\\TypeLib",
    CLASS_KEY L"\\Version",
    CLASS_KEY L"\\InprocServer32",
    CLASS_KEY,
    INTERFACE_KEY L"\\ProxyStubClsid32",
    INTERFACE_KEY L"\\TypeLib",
    INTERFACE_KEY,
};

static const WCHAR *const shared_keys[] = {
    LIBRARY_KEY L"\\3.0\\FLAGS", LIBRARY_KEY L"\\3.0", LIBRARY_KEY, NAME_KEY L"\\CLSID", NAME_KEY L"\\CurVer", NAME_KEY,
    NAME_3_KEY L"\\CLSID",       NAME_3_KEY,
};

static LONG absent_is_fine(LONG error)
{
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND ? ERROR_SUCCESS : error;
}

static REGSAM view_of(const struct up_library *library)
{
    return up_system_machine() != UP_EXE_MACHINE_AMD64 ? 0 : library->bits == 64 ? VIEW_64 : VIEW_32;
}

/* RegDeleteKeyEx, which alone reaches the keys of the other bitness, came with 64-bit Windows XP. */
static LONG delete_key(const WCHAR *path, REGSAM view)
{
    typedef LONG(WINAPI * delete_in_view)(HKEY, LPCWSTR, REGSAM, DWORD);
    delete_in_view function = view != 0 ? (delete_in_view)up_system_function(L"advapi32.dll", "RegDeleteKeyExW") : NULL;

    return absent_is_fine(function != NULL ? function(HKEY_LOCAL_MACHINE, path, view, 0)
                                           : RegDeleteKeyW(HKEY_LOCAL_MACHINE, path));
}

/* Does it have keys in it? false: there is none of that name, too. */
static LONG has_keys(const WCHAR *path, REGSAM view, bool *has)
{
    DWORD keys = 0;
    HKEY key;
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_QUERY_VALUE | view, &key);

    *has = false;
    if (error != ERROR_SUCCESS) {
        return absent_is_fine(error);
    }
    error = RegQueryInfoKeyW(key, NULL, NULL, NULL, &keys, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    RegCloseKey(key);
    *has = keys > 0;
    return error;
}

static LONG delete_keys(const WCHAR *const *paths, unsigned count, REGSAM view)
{
    LONG first = ERROR_SUCCESS, error;
    bool has;
    unsigned i;

    for (i = 0; i < count; i++) {
        error = has_keys(paths[i], view, &has);
        if (error == ERROR_SUCCESS && !has) {
            error = delete_key(paths[i], view);
        }
        first = first == ERROR_SUCCESS ? error : first;
    }
    return first;
}

static LONG delete_all(const struct up_library *library)
{
    const REGSAM view = view_of(library);
    const WCHAR *const type_library[] = {library->bits == 64 ? NEUTRAL_KEY L"\\win64" : NEUTRAL_KEY L"\\win32",
                                         NEUTRAL_KEY};
    LONG first = delete_keys(own_keys, sizeof own_keys / sizeof own_keys[0], view), error;
    bool is_other_there;

    error = delete_keys(type_library, 2, view);
    first = first == ERROR_SUCCESS ? error : first;
    error = has_keys(NEUTRAL_KEY, view, &is_other_there);
    if (error == ERROR_SUCCESS && !is_other_there) {
        error = delete_keys(shared_keys, sizeof shared_keys / sizeof shared_keys[0], view);
    }
    return first == ERROR_SUCCESS ? error : first;
}

/* The DLL that the class is registered with; "": with none. */
static LONG read_server(const struct up_library *library, WCHAR path[MAX_PATH + 1])
{
    DWORD bytes = MAX_PATH * sizeof *path, type = 0;
    HKEY key;
    LONG error =
        RegOpenKeyExW(HKEY_LOCAL_MACHINE, CLASS_KEY L"\\InprocServer32", 0, KEY_QUERY_VALUE | view_of(library), &key);

    memset(path, 0, (MAX_PATH + 1) * sizeof *path); /* a value may lack its final 0 */
    if (error != ERROR_SUCCESS) {
        return absent_is_fine(error);
    }
    error = absent_is_fine(RegQueryValueExW(key, NULL, NULL, &type, (BYTE *)path, &bytes));
    RegCloseKey(key);
    if (error != ERROR_SUCCESS || type != REG_SZ) {
        path[0] = L'\0';
    }
    return error;
}

static bool is_its_place(const struct up_library *library, const WCHAR *path)
{
    return _wcsicmp(path, library->place) == 0 || up_same_file(path, library->place);
}

/* Is the class registered with another DLL, which is there? */
static LONG find_other(const struct up_library *library, bool *is_other)
{
    WCHAR path[MAX_PATH + 1];
    LONG error = read_server(library, path);

    *is_other = path[0] != L'\0' && up_file_exists(path) && !is_its_place(library, path);
    return error;
}

bool up_library_is_registered(const struct up_library *library)
{
    WCHAR path[MAX_PATH + 1];
    HKEY key;

    if (read_server(library, path) != ERROR_SUCCESS || path[0] == L'\0' || !is_its_place(library, path) ||
        RegOpenKeyExW(HKEY_LOCAL_MACHINE, NAME_KEY L"\\CLSID", 0, KEY_QUERY_VALUE | view_of(library), &key) !=
            ERROR_SUCCESS) {
        return false;
    }
    RegCloseKey(key);
    return true;
}

bool up_library_unregister(const struct up_library *library, bool *is_others, struct up_problem *problem)
{
    LONG error = find_other(library, is_others);

    if (error == ERROR_SUCCESS && !*is_others) {
        error = delete_all(library);
    }
    if (error != ERROR_SUCCESS) {
        up_problem_set(problem, (uint32_t)error,
                       "Delete the keys UserPort.Ports and CLSID\\{39C14D05-4E82-4935-BF0F-43CC096974DF} of "
                       "HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes with regedit.",
                       "cannot take away the registration of UserPort.Ports for %u-bit programs", library->bits);
    }
    return error == ERROR_SUCCESS;
}
