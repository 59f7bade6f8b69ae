/* SPDX-License-Identifier: MIT
 *
 * Finds a program as a shell does: by its path, or in PATH.
 */
#ifndef UP_CLI_FIND_PROGRAM_LINUX_H
#define UP_CLI_FIND_PROGRAM_LINUX_H

#include <stdbool.h>

/* May this user run the file? Result: false with errno. */
bool up_is_program(const char *path);

/*
 * Finds the program; a name with a slash is a path, of which only the folder has to be there.
 * Result: its full path, allocated; NULL with errno: EACCES if one was found that may not be run.
 */
char *up_find_program(const char *name);

#endif
