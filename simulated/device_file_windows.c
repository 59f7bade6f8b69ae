/* SPDX-License-Identifier: MIT
 *
 * The files of simulated devices on Windows (device_file.h): by _wfopen, since fopen takes names in
 * the code page alone. msvcrt leaves the system's code in _doserrno.
 */
#include <stdlib.h>
#include <windows.h>

#include "device_file.h"

FILE *up_device_file_system_open(const char *path, enum up_device_file_use use)
{
    WCHAR wide[MAX_PATH];

    /* The flags are 0, since NT 4.0 does not accept MB_ERR_INVALID_CHARS with UTF-8. */
    if (MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, MAX_PATH) == 0) {
        _doserrno = ERROR_FILENAME_EXCED_RANGE;
        return NULL;
    }
    _doserrno = 0;
    return _wfopen(wide, use == UP_DEVICE_FILE_CREATE ? L"wb" : L"rb");
}

uint32_t up_device_file_code(void)
{
    return _doserrno != 0 ? (uint32_t)_doserrno : (uint32_t)ERROR_WRITE_FAULT;
}
