/* SPDX-License-Identifier: MIT
 *
 * The command line behind the program's own path, which who starts it may give without quotes though it has blanks, as cmd's
 * "start UserPort.exe" does. command_line.c.
 */
#ifndef UP_ADMIN_COMMAND_LINE_H
#define UP_ADMIN_COMMAND_LINE_H

#include <windows.h>

/*
 * Into how many arguments the C library has split the program's own path: one, unless it has blanks and no quotes. *rest:
 * what stands behind it, without the blanks before.
 */
int up_own_path_words(const WCHAR **rest);

#endif
