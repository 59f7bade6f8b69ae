/* SPDX-License-Identifier: MIT
 *
 * The entry point of a Windows program with wmain, whose arguments are UTF-16. start_windows.c
 * explains why.
 */
#include "start.h"

int wmain(int argc, wchar_t **argv);

void up_start(void)
{
    static struct up_startup_info info;
    wchar_t **arguments = NULL, **environment;
    int count = 0;

    up_start_set_kind();
    __wgetmainargs(&count, &arguments, &environment, 0, &info);
    if (arguments == NULL) {
        _amsg_exit(UP_NO_SPACE_FOR_ARGUMENTS);
    }
    exit(wmain(count, arguments));
}
