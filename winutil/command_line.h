/* SPDX-License-Identifier: MIT
 *
 * Finds the arguments in the command line, behind the program's own path. Whoever starts the
 * program may give that path without quotes even if it has blanks, as cmd's "start UserPort.exe"
 * does. command_line.c.
 */
#ifndef UP_WINUTIL_COMMAND_LINE_H
#define UP_WINUTIL_COMMAND_LINE_H

#include <windows.h>

/*
 * Counts the arguments into which the C library has split the program's own path: one, unless the
 * path has blanks and no quotes. *rest receives the text behind it, without leading blanks.
 */
int up_own_path_words(const WCHAR **rest);

/*
 * The end of the command line that holds its last arguments, as many as words says, as they were
 * written, for a program that splits its command line itself.
 */
const WCHAR *up_command_line_end(int words);

#endif
