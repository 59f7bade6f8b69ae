/* SPDX-License-Identifier: MIT
 *
 * Guards the service: whoever can change it decides what is loaded into the kernel. So an install
 * leaves nothing of it that others than administrators can change, whoever created it. Anything
 * that they cannot change keeps its access list. A guard is not undone if the install fails later.
 */
#include "install_parts.h"

#include <string.h>

#include "winutil/access_list.h"
#include "control/permissions.h"
#include "control/registry.h"

#define KEYS_DEEP_MAX 4u

/*
 * The rights that Windows itself gives to users of a service: query, enumerate, interrogate and
 * user-defined controls; start, stop and pause.
 */
#define SERVICE_LOOKING                                                                            \
    (SERVICE_QUERY_CONFIG | SERVICE_QUERY_STATUS | SERVICE_ENUMERATE_DEPENDENTS |                  \
     SERVICE_INTERROGATE | SERVICE_USER_DEFINED_CONTROL | READ_CONTROL)
#define SERVICE_RUNNING_IT (SERVICE_START | SERVICE_STOP | SERVICE_PAUSE_CONTINUE)

#define ADMINISTRATORS 1u /* their index in each of these lists */
static const struct up_access key_list[] = {
    UP_BY_SYSTEM(KEY_ALL_ACCESS), UP_BY_ADMINISTRATORS(KEY_ALL_ACCESS), UP_BY_USERS(KEY_READ)};
static const struct up_access service_list[] = {
    UP_BY_SYSTEM(SERVICE_LOOKING | SERVICE_RUNNING_IT), UP_BY_ADMINISTRATORS(SERVICE_ALL_ACCESS),
    UP_BY_INTERACTIVE(SERVICE_LOOKING), UP_BY_SERVICES(SERVICE_LOOKING)};
static const struct up_access file_list[] = {UP_BY_SYSTEM(FILE_ALL_ACCESS),
                                             UP_BY_ADMINISTRATORS(FILE_ALL_ACCESS),
                                             UP_BY_USERS(FILE_GENERIC_READ | FILE_GENERIC_EXECUTE)};

#define OWNER_AND_LIST (OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION)

const struct up_service_security up_service_security = {QueryServiceObjectSecurity,
                                                        SetServiceObjectSecurity};

static bool make_list(struct up_access_list *made, const struct up_access *entries, unsigned count)
{
    if (!up_access_list_make(made, entries, count, entries == key_list)) {
        return false;
    }
    if (!up_access_list_own(made, ADMINISTRATORS)) {
        up_access_list_free(made);
        return false;
    }
    return true;
}

static bool failed(struct up_error_detail *problem, uint32_t code, const char *what,
                   const char *writers)
{
    up_error_detail_set(problem, code,
                        "Take their rights to change it away, in regedit (NT 4.0 and 2000: "
                        "regedt32), Permissions, as an "
                        "administrator; then install again.",
                        "cannot take %s away from others than administrators: %s", what, writers);
    return false;
}

/* ---- the key, and the keys below ------------------------------------------------------------- */

/*
 * Guards one key. above and name: to open the key again for the right to set its list, because not
 * every key that needs no change grants that right.
 */
static LONG guard_one_key(HKEY key, HKEY above, const WCHAR *name, struct up_guarded *guarded)
{
    struct up_access_list list;
    char writers[sizeof guarded->writers] = "";
    HKEY writable;
    LONG error;

    if (up_open_key_is_safe(key, writers, sizeof writers) == UP_YES) {
        return ERROR_SUCCESS;
    }
    if (guarded->writers[0] == '\0') {
        memcpy(guarded->writers, writers, sizeof writers);
    }
    error = up_open_key(above, name, WRITE_DAC | WRITE_OWNER, &writable);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    if (make_list(&list, key_list, sizeof key_list / sizeof key_list[0])) {
        error = RegSetKeySecurity(writable, OWNER_AND_LIST, &list.descriptor);
        up_access_list_free(&list);
    } else {
        error = (LONG)GetLastError();
    }
    RegCloseKey(writable);
    guarded->has_set_key = guarded->has_set_key || error == ERROR_SUCCESS;
    return error;
}

static LONG guard_key(HKEY above, const WCHAR *name, unsigned deep, struct up_guarded *guarded)
{
    WCHAR below[UP_KEY_NAME_MAX];
    DWORD i, length = UP_KEY_NAME_MAX;
    HKEY key;
    LONG error = up_open_key(above, name, READ_CONTROL | KEY_ENUMERATE_SUB_KEYS, &key);

    if (error != ERROR_SUCCESS) {
        return error;
    }
    error = guard_one_key(key, above, name, guarded);
    for (i = 0; error == ERROR_SUCCESS && deep < KEYS_DEEP_MAX &&
                RegEnumKeyExW(key, i, below, &length, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
         i++, length = UP_KEY_NAME_MAX) {
        error = guard_key(key, below, deep + 1u, guarded);
        if (error == ERROR_ACCESS_DENIED && guarded->writers[0] == '\0') {
            error = ERROR_SUCCESS; /* Windows has keys that not even administrators can read */
        }
    }
    RegCloseKey(key);
    return error;
}

/* ---- the service ----------------------------------------------------------------------------- */

uint32_t up_guard_open_service(const struct up_service_security *calls, SC_HANDLE service,
                               struct up_guarded *guarded)
{
    struct up_access_list list;
    char writers[sizeof guarded->writers];
    uint32_t code = 0;

    if (up_open_service_is_safe(calls, service, writers, sizeof writers) == UP_YES) {
        return 0;
    }
    if (guarded->writers[0] == '\0') {
        memcpy(guarded->writers, writers, sizeof writers);
    }
    if (!make_list(&list, service_list, sizeof service_list / sizeof service_list[0])) {
        return GetLastError();
    }
    code = calls->set(service, OWNER_AND_LIST, &list.descriptor) ? 0 : GetLastError();
    up_access_list_free(&list);
    guarded->has_set_service = code == 0;
    return code;
}

bool up_service_guard(struct up_guarded *guarded, struct up_error_detail *problem)
{
    struct up_service service;
    LONG error = guard_key(HKEY_LOCAL_MACHINE, UP_SETTINGS_KEY, 0, guarded);
    uint32_t code;

    if (error != ERROR_SUCCESS && error != ERROR_FILE_NOT_FOUND) {
        return failed(problem, (uint32_t)error, UP_SETTINGS_PLACE, guarded->writers);
    }
    code = up_service_open(&service, READ_CONTROL | WRITE_DAC | WRITE_OWNER);
    if (code == 0) {
        code = up_guard_open_service(&up_service_security, service.handle, guarded);
        up_service_close(&service);
    }
    if (code != 0 && code != ERROR_SERVICE_DOES_NOT_EXIST) {
        return failed(problem, code, "the service UserPort", guarded->writers);
    }
    return true;
}

/* ---- the driver's file ----------------------------------------------------------------------- */

/*
 * Does the disk have access lists? FAT has none. If the disk cannot be examined, the answer is yes,
 * and setting a list will show.
 */
static bool has_lists(const WCHAR *path)
{
    WCHAR root[] = L"X:\\";
    DWORD flags = FILE_PERSISTENT_ACLS;

    root[0] = path[0];
    return !GetVolumeInformationW(root, NULL, 0, NULL, NULL, &flags, NULL, 0) ||
           (flags & FILE_PERSISTENT_ACLS) != 0;
}

bool up_file_guard(const WCHAR *path, struct up_error_detail *problem)
{
    struct up_access_list list;
    char writers[100], text[UP_PATH_MAX];
    void *cookie;
    DWORD error;

    if (up_file_is_safe(path, writers, sizeof writers) != UP_NO || !has_lists(path)) {
        return true;
    }
    error =
        make_list(&list, file_list, sizeof file_list / sizeof file_list[0]) ? 0 : GetLastError();
    if (error == 0) {
        cookie = up_redirection_off();
        error = SetFileSecurityW(path, OWNER_AND_LIST, &list.descriptor) ? 0 : GetLastError();
        up_redirection_on(cookie);
        up_access_list_free(&list);
    }
    up_utf8(path, text, sizeof text);
    return error == 0 || failed(problem, error, text, writers);
}
