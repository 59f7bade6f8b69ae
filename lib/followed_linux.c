/* SPDX-License-Identifier: MIT
 *
 * Does somebody carry out this process's port instructions for it (up_linux_is_followed of
 * linux.h)? userportctl run says so in a variable, and the kernel says whether that process is
 * still the debugger of this one: a variable outlives what it says.
 */
#include "linux.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/ports_variable.h"

#define DEBUGGER "\nTracerPid:\t"

bool up_linux_is_followed(void)
{
    const char *follower = getenv(UP_ENVIRONMENT_FOLLOWER), *line;
    char status[1024];
    ssize_t got;
    int file;

    if (follower == NULL) {
        return false;
    }
    file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    got = read(file, status, sizeof status - 1);
    close(file);
    status[got > 0 ? got : 0] = '\0';
    line = strstr(status, DEBUGGER);
    return line != NULL && follower[0] != '0' &&
           strtol(line + strlen(DEBUGGER), NULL, 10) == strtol(follower, NULL, 10);
}
