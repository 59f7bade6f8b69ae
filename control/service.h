/* SPDX-License-Identifier: MIT
 *
 * The service UserPort and the device: opening them and asking them, for the files of control/,
 * setup/ and doctor/. service_windows.c.
 */
#ifndef UP_CONTROL_SERVICE_H
#define UP_CONTROL_SERVICE_H

#include "control.h"
#include "winutil/winutil.h"

/* Handles of the service manager. Both are NULL when closed. */
struct up_service {
    SC_HANDLE manager;
    SC_HANDLE handle;
};

/*
 * Opens the service with the given access, SERVICE_... Result: 0; or the system's code, and then
 * there is nothing to close. 1060: there is no service UserPort.
 */
uint32_t up_service_open(struct up_service *service, DWORD access);
void up_service_close(struct up_service *service);

/*
 * The state of the service. For UP_SERVICE_UNKNOWN, GetLastError says why. The handle needs
 * SERVICE_QUERY_STATUS. A driver that is still in the kernel does not count as stopped, whatever
 * the service manager says.
 */
enum up_service_state up_service_query(const struct up_service *service);

/*
 * Waits until the state is no longer the given one, for up to the given milliseconds. Result: the
 * state then.
 */
enum up_service_state up_service_wait_while(const struct up_service *service,
                                            enum up_service_state state, uint32_t milliseconds);

/*
 * The file that the service names, as a path that programs can use. The handle needs
 * SERVICE_QUERY_CONFIG. Result: false if unknown; then file is "".
 */
bool up_service_image(const struct up_service *service, WCHAR file[MAX_PATH]);

/*
 * Is the driver of that file loaded in the kernel, whatever the service manager says? An empty name
 * means userport.sys. Result: false also if the system does not tell. loaded_windows.c.
 */
bool up_driver_is_loaded(const char *file);

/*
 * The configuration of the service, to be freed with HeapFree from the process heap; NULL:
 * GetLastError says why. The handle needs SERVICE_QUERY_CONFIG.
 */
QUERY_SERVICE_CONFIGW *up_service_config(const struct up_service *service);

/*
 * Describes the holders as the end of a sentence: ": C:\lab\lab.exe (process 1234), ... and 3
 * more", or "" if none is known. control_windows.c.
 */
void up_describe_holders(const struct up_holders *holders, char *text, uint32_t size);

/*
 * Opens the device. access: GENERIC_READ, GENERIC_WRITE or both. Result: the handle, or
 * INVALID_HANDLE_VALUE with GetLastError.
 */
HANDLE up_device_open(DWORD access);

/*
 * Sends a control code without input. out may be NULL if bytes is 0. Result: 0, or the system's
 * code; 13 if the answer has another length.
 */
uint32_t up_device_control(HANDLE device, uint32_t code, void *out, uint32_t bytes);

/*
 * Writes the error detail for a device that cannot be opened or does not answer: "cannot <what>:
 * the driver is not running (2)". Result: false, always. control_windows.c.
 */
bool up_device_failed(const char *what, uint32_t code, struct up_error_detail *problem);

/* Sends INFO. *is_other_version: as in struct up_driver_status. Result: 0, or the system's code. */
uint32_t up_device_info(HANDLE device, struct up_info *info, bool *is_other_version);

#endif
