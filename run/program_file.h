/* SPDX-License-Identifier: MIT
 *
 * The program that a rule may name: one file that root alone can replace, opened.
 */
#ifndef UP_LINUX_PROGRAM_FILE_H
#define UP_LINUX_PROGRAM_FILE_H

#include <stddef.h>

#define UP_PROGRAM_PROBLEM_MAX 1600u /* a path or two, and why */

/*
 * Opens the program, close-on-exec, for rules that name it. Such a rule is for one file, and only if nobody but root can put
 * another in its place: every folder on the way and the file are root's and not others' to write, and none is a symbolic link
 * or on a file system that users may mount. Scripts are not files that run, but text for a program that looks at its
 * environment. path: a full one. Result: the file; -1: none of those, and why has a clause that says what is wrong with which
 * file or folder, and what to do: "/bin is a symbolic link to usr/bin: name /usr/bin/true".
 */
int up_program_file_open(const char *path, char *why, size_t size);

#endif
