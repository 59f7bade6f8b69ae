/* SPDX-License-Identifier: MIT
 *
 * The service UserPort and the device, as admin's own files use them: handles, and what they say. service_windows.c.
 */
#ifndef UP_ADMIN_SERVICE_H
#define UP_ADMIN_SERVICE_H

#include "control.h"
#include "winutil/winutil.h"

/* Handles of the service manager; both NULL when closed. */
struct up_service {
    SC_HANDLE manager;
    SC_HANDLE handle;
};

/* access: SERVICE_... Result: 0 or the system's code, with nothing to close; 1060: there is no service UserPort. */
uint32_t up_service_open(struct up_service *service, DWORD access);
void up_service_close(struct up_service *service);

/*
 * UP_SERVICE_UNKNOWN: GetLastError. The handle needs SERVICE_QUERY_STATUS. A driver that is still in the kernel has not
 * stopped, whatever the service manager says.
 */
enum up_service_state up_service_query(const struct up_service *service);

/* Waits until the state is no longer that one, up to milliseconds. Result: the state then. */
enum up_service_state up_service_wait_while(const struct up_service *service, enum up_service_state state,
                                            uint32_t milliseconds);

/* The file that the service names, as a path of Windows' programs. false: not known, and "". SERVICE_QUERY_CONFIG. */
bool up_service_image(const struct up_service *service, WCHAR file[MAX_PATH]);

/*
 * Is the driver of that file in the kernel, whatever the service manager says? "": userport.sys. false, too, where the system
 * does not tell. loaded_windows.c.
 */
bool up_driver_is_loaded(const char *file);

/* The configuration, to be freed with HeapFree from the process' heap; NULL: GetLastError. SERVICE_QUERY_CONFIG. */
QUERY_SERVICE_CONFIGW *up_service_config(const struct up_service *service);

/* ": C:\lab\lab.exe (process 1234), ... and 3 more", or "" when none is known. control_windows.c. */
void up_describe_holders(const struct up_holders *holders, char *text, uint32_t size);

/* access: GENERIC_READ, GENERIC_WRITE. INVALID_HANDLE_VALUE: GetLastError. */
HANDLE up_device_open(DWORD access);

/* A control code without input; out may be NULL if bytes is 0. Result: 0, or the system's code. An answer of other length: 13. */
uint32_t up_device_control(HANDLE device, uint32_t code, void *out, uint32_t bytes);

/* INFO. *is_other_version as in up_driver_status. Result: 0, or the system's code. */
uint32_t up_device_info(HANDLE device, struct up_info *info, bool *is_other_version);

#endif
