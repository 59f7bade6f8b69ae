/* SPDX-License-Identifier: MIT
 *
 * Opens a program for a rule that names it, after checking that only root can replace the file.
 */
#ifndef UP_RUN_PROGRAM_FILE_H
#define UP_RUN_PROGRAM_FILE_H

#include <stddef.h>

#define UP_PROGRAM_PROBLEM_MAX 1600u /* room for one or two paths and the reason, in bytes */

/*
 * Opens the program, close-on-exec, for the rules that name it.
 *
 * Such a rule is for one file, and holds only if nobody but root can put another file in its place.
 * So every folder of the path and the file itself have to belong to root and not be writable by
 * others; none may be a symbolic link, or be on a file system that users may mount. Scripts are
 * refused: the file that runs is then an interpreter that obeys its environment.
 *
 * path: the full path. Result: the descriptor, or -1. With -1, why receives a clause that says what
 * is wrong with which file or folder, and what to do, such as "/bin is a symbolic link to usr/bin:
 * name /usr/bin/true".
 */
int up_program_file_open(const char *path, char *why, size_t size);

#endif
