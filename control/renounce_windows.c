/* SPDX-License-Identifier: MIT
 *
 * Gives the I/O permission map of the calling process up (control.h). It is a file of its own,
 * because a program that starts others does this for itself and administers nothing. Closing the
 * device afterwards does not give the map back.
 */
#include "control.h"

#include "service.h"

#define WHAT "give up this program's own access to ports"

static bool renounce_failed(uint32_t code, struct up_error_detail *problem)
{
    if (code == ERROR_INVALID_FUNCTION) {
        up_error_detail_say(problem, code, "Install the driver of this release over it.",
                            "cannot " WHAT ": the driver that runs is of an earlier release, or "
                            "not UserPort's, and does not know the request");
    } else if (code == ERROR_ACCESS_DENIED) {
        up_error_detail_say(problem, code,
                            "Users who are logged on at the computer itself or by Remote Desktop "
                            "may open it, and administrators.",
                            "cannot " WHAT ": this user may not open the device UserPort");
    } else {
        (void)up_device_failed(WHAT, code, problem);
    }
    return false;
}

bool up_driver_renounce(struct up_error_detail *problem)
{
    HANDLE device = up_device_open(GENERIC_READ);
    uint32_t code;

    if (device == INVALID_HANDLE_VALUE) {
        return renounce_failed(GetLastError(), problem);
    }
    code = up_device_control(device, UP_IOCTL_RENOUNCE, NULL, 0);
    CloseHandle(device);
    return code == 0 || renounce_failed(code, problem);
}
