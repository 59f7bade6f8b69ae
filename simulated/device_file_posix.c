/* SPDX-License-Identifier: MIT
 *
 * The files of simulated devices on a POSIX system (device_file.h): names are UTF-8 there already.
 */
#include <errno.h>

#include "device_file.h"

FILE *up_device_file_system_open(const char *path, enum up_device_file_use use)
{
    errno = 0;
    return fopen(path, use == UP_DEVICE_FILE_CREATE ? "wbe" : "rbe");
}

uint32_t up_device_file_code(void)
{
    return errno != 0 ? (uint32_t)errno : (uint32_t)EIO;
}
