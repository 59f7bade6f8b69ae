/* SPDX-License-Identifier: MIT
 *
 * Registers the automation object for the machine, for both bitnesses from this one program
 * (install_parts.h). It works by the table of com/com_register.c, so that the DLL need not be
 * loaded and may even be missing. Values that somebody else has put into the keys are left.
 */
#include "install_parts.h"

#include <string.h>

static struct up_com_registration registration_of(const struct up_library *library)
{
    return (struct up_com_registration){.root = HKEY_LOCAL_MACHINE,
                                        .view = up_system_machine() != UP_EXE_MACHINE_AMD64 ? 0
                                                : library->bits == 64 ? UP_COM_VIEW_64
                                                                      : UP_COM_VIEW_32,
                                        .bits = library->bits};
}

static bool is_place(const WCHAR *path, const WCHAR *place)
{
    return _wcsicmp(path, place) == 0 || up_same_file(path, place);
}

/* Before 3.0.0 the object was in userport.dll, which is in the same folder. */
static bool is_place_of_before(const WCHAR *path, const struct up_library *library)
{
    WCHAR place[MAX_PATH], *name;

    wcscpy(place, library->place);
    name = wcsrchr(place, L'\\');
    if (name == NULL) {
        return false;
    }
    wcscpy(name + 1, L"userport.dll"); /* a shorter name */
    return is_place(path, place);
}

/* Is the class registered with another DLL that exists? */
static LONG find_other(const struct up_library *library, bool *is_other)
{
    const struct up_com_registration registration = registration_of(library);
    WCHAR server[UP_COM_SERVER_MAX];
    LONG error = up_com_registration_server(&registration, server);

    *is_other = server[0] != L'\0' && up_file_exists(server) && !is_place(server, library->place) &&
                !is_place_of_before(server, library);
    return error;
}

bool up_library_is_registered(const struct up_library *library)
{
    const struct up_com_registration registration = registration_of(library);
    WCHAR server[UP_COM_SERVER_MAX];
    HKEY key;

    if (up_com_registration_server(&registration, server) != ERROR_SUCCESS || server[0] == L'\0' ||
        !is_place(server, library->place) ||
        RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"Software\\Classes\\" UP_COM_PROGID L"\\CLSID", 0,
                      KEY_QUERY_VALUE | registration.view, &key) != ERROR_SUCCESS) {
        return false;
    }
    RegCloseKey(key);
    return true;
}

bool up_library_register(const struct up_library *library, WCHAR server_before[UP_COM_SERVER_MAX],
                         struct up_error_detail *problem)
{
    const struct up_com_registration registration = registration_of(library);
    LONG error;

    (void)up_com_registration_server(&registration, server_before);
    error = up_com_registration_write(&registration, library->place);
    if (error != ERROR_SUCCESS) {
        up_error_detail_set(
            problem, (uint32_t)error,
            "Only scripts miss it; all else is installed. Install again to try again; regsvr32 /n "
            "/i:machine with the path of userport_com.dll does the same.",
            "cannot register UserPort.Ports");
    }
    return error == ERROR_SUCCESS;
}

bool up_library_register_rollback(const struct up_library *library, const WCHAR *server_before,
                                  struct up_error_detail *problem)
{
    const struct up_com_registration registration = registration_of(library);
    LONG error = server_before[0] != L'\0' ? up_com_registration_write(&registration, server_before)
                                           : up_com_registration_delete(&registration);

    if (error != ERROR_SUCCESS) {
        up_error_detail_set(problem, (uint32_t)error, NULL,
                            "cannot bring back the registration of UserPort.Ports");
    }
    return error == ERROR_SUCCESS;
}

bool up_library_unregister(const struct up_library *library, bool *is_others,
                           struct up_error_detail *problem)
{
    const struct up_com_registration registration = registration_of(library);
    LONG error = find_other(library, is_others);

    if (error == ERROR_SUCCESS && !*is_others) {
        error = up_com_registration_delete(&registration);
    }
    if (error != ERROR_SUCCESS) {
        up_error_detail_set(
            problem, (uint32_t)error,
            "Delete the keys UserPort.Ports and CLSID\\{39C14D05-4E82-4935-BF0F-43CC096974DF} of "
            "HKEY_LOCAL_MACHINE\\SOFTWARE\\Classes with regedit.",
            "cannot take away the registration of UserPort.Ports for %u-bit programs",
            library->bits);
    }
    return error == ERROR_SUCCESS;
}
