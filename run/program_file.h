/* SPDX-License-Identifier: MIT
 *
 * The program that a rule may name: one file that root alone can replace, opened.
 */
#ifndef UP_LINUX_PROGRAM_FILE_H
#define UP_LINUX_PROGRAM_FILE_H

/*
 * Opens the program, close-on-exec, for rules that name it. Such a rule is for one file, and only if nobody but root can put
 * another in its place: every folder on the way and the file are root's and not others' to write, and none is a symbolic link
 * or on a file system that users may mount. Scripts are not files that run, but text for a program that looks at its
 * environment. path: a full one. Result: the file; -1: none of those.
 */
int up_program_file_open(const char *path);

#endif
