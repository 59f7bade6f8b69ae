/* SPDX-License-Identifier: MIT
 *
 * The registry below a key as text, one line for each key and value, to compare before with after.
 */
#ifndef CLIENTS_SNAPSHOT_H
#define CLIENTS_SNAPSHOT_H

#include <windows.h>

/* To be freed. A key that is not there is an empty text. */
char *snapshot(HKEY root, const char *path);

/* Compares; frees both. Says the first line that differs. */
void expect_same(const char *what, char *before, char *after);

#endif
