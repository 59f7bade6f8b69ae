/* SPDX-License-Identifier: MIT
 *
 * The service, the record in its key, the default list, and the source of the event log
 * (install_parts.h).
 */
#include "install_parts.h"

#include <string.h>

#include "core/portset.h"
#include "control/registry.h"

#define DISPLAY_NAME    L"UserPort: I/O ports for programs"
#define MESSAGE_FILE    L"%SystemRoot%\\System32\\drivers\\" UP_DRIVER_FILE
#define TYPES_SUPPORTED (EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE)
#define RECORD_ROOM     512u

/* ---- the record ------------------------------------------------------------------------------ */

static bool is_recorded(const WCHAR *record, const char *name)
{
    char text[64];

    for (; *record != L'\0'; record += wcslen(record) + 1) {
        up_utf8(record, text, sizeof text);
        if (strcmp(text, name) == 0) {
            return true;
        }
    }
    return false;
}

uint32_t up_record_read(void)
{
    WCHAR record[RECORD_ROOM + 2] = {0};
    DWORD type, bytes = RECORD_ROOM * sizeof *record;
    uint32_t found = 0;
    unsigned step;
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, UP_SETTINGS_KEY, 0, KEY_QUERY_VALUE, &key) !=
        ERROR_SUCCESS) {
        return 0;
    }
    if (RegQueryValueExW(key, UP_VALUE_RECORD, NULL, &type, (BYTE *)record, &bytes) !=
            ERROR_SUCCESS ||
        type != REG_MULTI_SZ) {
        record[0] = L'\0';
    }
    RegCloseKey(key);
    for (step = 0; step < UP_STEP_COUNT; step++) {
        found |= is_recorded(record, up_install_step_name((enum up_install_step)step))
                     ? UP_RECORD(step)
                     : 0;
    }
    return found;
}

LONG up_record_write(uint32_t record)
{
    WCHAR text[RECORD_ROOM + 2] = {0};
    DWORD length = 0;
    unsigned step;
    HKEY key;
    LONG error;

    for (step = 0; step < UP_STEP_COUNT; step++) {
        if ((record & UP_RECORD(step)) != 0 &&
            up_wide(up_install_step_name((enum up_install_step)step), text + length,
                    RECORD_ROOM - length)) {
            length += (DWORD)wcslen(text + length) + 1;
        }
    }
    error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, UP_SETTINGS_KEY, 0, KEY_SET_VALUE | KEY_QUERY_VALUE,
                          &key);
    if (error != ERROR_SUCCESS) {
        return error;
    }
    if (record == 0) {
        error = RegDeleteValueW(key, UP_VALUE_RECORD);
        error = error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
    } else {
        error = RegSetValueExW(key, UP_VALUE_RECORD, 0, REG_MULTI_SZ, (const BYTE *)text,
                               (length + 1) * (DWORD)sizeof *text);
    }
    if (error == ERROR_SUCCESS) {
        error = RegFlushKey(key);
    }
    RegCloseKey(key);
    return error;
}

/* ---- the service ----------------------------------------------------------------------------- */

static const char *change_advice(uint32_t code)
{
    switch (code) {
    case ERROR_ACCESS_DENIED:
        return "Only administrators may install UserPort: run this as one.";
    case ERROR_SERVICE_MARKED_FOR_DELETE:
        return "It was uninstalled while a program still held it. Close that program, and windows "
               "that show services, or restart Windows; then install it again.";
    default:
        return NULL;
    }
}

bool up_service_create(struct up_service_change *change, struct up_error_detail *problem)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    SC_HANDLE service = NULL;
    DWORD error = 0;

    if (manager != NULL) {
        service = CreateServiceW(manager, UP_SERVICE_NAME, DISPLAY_NAME, SERVICE_QUERY_STATUS,
                                 SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL,
                                 UP_DRIVER_IMAGE_PATH, NULL, NULL, NULL, NULL, NULL);
    }
    if (service == NULL) {
        error = GetLastError();
        up_error_detail_set(problem, error, change_advice(error),
                            "cannot create the service UserPort");
    } else {
        CloseServiceHandle(service);
        change->is_created = true;
    }
    if (manager != NULL) {
        CloseServiceHandle(manager);
    }
    return change->is_created;
}

bool up_service_can_change(struct up_error_detail *problem)
{
    struct up_service service;
    uint32_t code = up_service_open(&service, SERVICE_CHANGE_CONFIG);

    if (code == 0) {
        if (!ChangeServiceConfigW(service.handle, SERVICE_NO_CHANGE, SERVICE_NO_CHANGE,
                                  SERVICE_NO_CHANGE, NULL, NULL, NULL, NULL, NULL, NULL, NULL)) {
            code = GetLastError();
        }
        up_service_close(&service);
    }
    if (code != 0) {
        up_error_detail_set(problem, code, change_advice(code),
                            "cannot install over the service UserPort that is there");
    }
    return code == 0;
}

bool up_service_point_at_driver(struct up_service_change *change, struct up_error_detail *problem)
{
    struct up_service service;
    uint32_t code = up_service_open(&service, SERVICE_QUERY_CONFIG | SERVICE_CHANGE_CONFIG);

    if (code == 0) {
        change->before = up_service_config(&service);
        if (change->before == NULL ||
            !ChangeServiceConfigW(service.handle, SERVICE_KERNEL_DRIVER, SERVICE_NO_CHANGE,
                                  SERVICE_NO_CHANGE, UP_DRIVER_IMAGE_PATH, NULL, NULL, NULL, NULL,
                                  NULL, DISPLAY_NAME)) {
            code = GetLastError();
            up_service_commit(change);
        }
        up_service_close(&service);
    }
    if (code != 0) {
        up_error_detail_set(problem, code, change_advice(code),
                            "cannot let the service UserPort use the new driver");
    }
    return code == 0;
}

void up_service_commit(struct up_service_change *change)
{
    if (change->before != NULL) {
        HeapFree(GetProcessHeap(), 0, change->before);
        change->before = NULL;
    }
}

uint32_t up_service_rollback(struct up_service_change *change)
{
    struct up_service service;
    uint32_t code = 0;
    bool done;

    if (change->is_created || change->before != NULL) {
        code = up_service_open(&service, SERVICE_CHANGE_CONFIG | DELETE);
        if (code == 0) {
            done = change->is_created
                       ? DeleteService(service.handle)
                       : ChangeServiceConfigW(service.handle, change->before->dwServiceType,
                                              SERVICE_NO_CHANGE, SERVICE_NO_CHANGE,
                                              change->before->lpBinaryPathName, NULL, NULL, NULL,
                                              NULL, NULL, change->before->lpDisplayName);
            code = done ? 0 : GetLastError();
            up_service_close(&service);
        }
    }
    change->is_created = false;
    up_service_commit(change);
    return code;
}

/* ---- the default list ------------------------------------------------------------------------ */

bool up_settings_write_default(bool *is_written, struct up_error_detail *problem)
{
    struct up_portset ports;
    HKEY key;
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, UP_SETTINGS_KEY, 0,
                               KEY_QUERY_VALUE | KEY_SET_VALUE, &key);

    *is_written = false;
    if (error == ERROR_SUCCESS) {
        error = RegQueryValueExW(key, UP_VALUE_IOPM, NULL, NULL, NULL, NULL);
        if (error == ERROR_FILE_NOT_FOUND) {
            up_portset_deny_all(&ports);
            up_portset_grant(&ports, 0x278, 0x27F);
            up_portset_grant(&ports, 0x378, 0x37F);
            up_portset_grant(&ports, 0x3BC, 0x3BF);
            error = RegSetValueExW(key, UP_VALUE_IOPM, 0, REG_BINARY, ports.map, sizeof ports.map);
            *is_written = error == ERROR_SUCCESS;
        }
        if (error == ERROR_SUCCESS) {
            error = RegFlushKey(key);
        }
        RegCloseKey(key);
    }
    if (error != ERROR_SUCCESS) {
        up_error_detail_set(problem, (uint32_t)error, NULL, "cannot write the value IOPM of %s",
                            UP_SETTINGS_PLACE);
    }
    return error == ERROR_SUCCESS;
}

LONG up_settings_rollback_default(void)
{
    HKEY key;
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, UP_SETTINGS_KEY, 0, KEY_SET_VALUE, &key);

    if (error == ERROR_SUCCESS) {
        error = RegDeleteValueW(key, UP_VALUE_IOPM);
        RegCloseKey(key);
    }
    return error;
}

/* ---- the source of the event log ------------------------------------------------------------- */

bool up_event_source_exists(void)
{
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, UP_EVENT_KEY, 0, KEY_QUERY_VALUE, &key) !=
        ERROR_SUCCESS) {
        return false;
    }
    RegCloseKey(key);
    return true;
}

bool up_event_source_make(bool *is_created, struct up_error_detail *problem)
{
    const DWORD types = TYPES_SUPPORTED;
    DWORD disposition = 0;
    HKEY key;
    LONG error = RegCreateKeyExW(HKEY_LOCAL_MACHINE, UP_EVENT_KEY, 0, NULL, 0, KEY_SET_VALUE, NULL,
                                 &key, &disposition);

    *is_created = error == ERROR_SUCCESS && disposition == REG_CREATED_NEW_KEY;
    if (error == ERROR_SUCCESS) {
        error = RegSetValueExW(key, L"EventMessageFile", 0, REG_EXPAND_SZ,
                               (const BYTE *)MESSAGE_FILE, sizeof MESSAGE_FILE);
        if (error == ERROR_SUCCESS) {
            error = RegSetValueExW(key, L"TypesSupported", 0, REG_DWORD, (const BYTE *)&types,
                                   sizeof types);
        }
        RegCloseKey(key);
    }
    if (error != ERROR_SUCCESS) {
        up_error_detail_set(problem, (uint32_t)error, NULL,
                            "cannot register the event log's source, %s", UP_EVENT_PLACE);
        if (*is_created) {
            up_event_source_delete();
        }
    }
    return error == ERROR_SUCCESS;
}

/*
 * Deletes a key if it is empty. Windows has many entries in the two keys above ours; Wine has
 * neither key, and they were created with ours.
 */
static void delete_if_empty(const WCHAR *path)
{
    DWORD keys = 1, values = 1;
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_QUERY_VALUE, &key) == ERROR_SUCCESS) {
        const LONG error = RegQueryInfoKeyW(key, NULL, NULL, NULL, &keys, NULL, NULL, &values, NULL,
                                            NULL, NULL, NULL);

        RegCloseKey(key);
        if (error == ERROR_SUCCESS && keys == 0 && values == 0) {
            RegDeleteKeyW(HKEY_LOCAL_MACHINE, path);
        }
    }
}

LONG up_event_source_delete(void)
{
    const LONG error = RegDeleteKeyW(HKEY_LOCAL_MACHINE, UP_EVENT_KEY);

    if (error != ERROR_SUCCESS && error != ERROR_FILE_NOT_FOUND && error != ERROR_PATH_NOT_FOUND) {
        return error;
    }
    delete_if_empty(UP_EVENT_LOG_KEY);
    delete_if_empty(UP_SERVICES_KEY L"\\EventLog");
    return ERROR_SUCCESS;
}
