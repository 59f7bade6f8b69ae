/* SPDX-License-Identifier: MIT
 *
 * What admin's files for Windows share: UTF-8 and UTF-16, the system's folders as they really are (a 32-bit program on
 * 64-bit Windows is shown others), functions that only newer systems have, and what a program file is. winutil.c.
 */
#ifndef UP_ADMIN_SYSTEM_H
#define UP_ADMIN_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "exefile/exefile.h"

#define UP_ERROR_INVALID_IMAGE_HASH 577u /* mingw-w64's winerror.h lacks it */

/* To UTF-8, cut at a whole character to size bytes with the final 0. */
void up_utf8(const WCHAR *wide, char *text, uint32_t size);
void up_utf8_copy(char *text, uint32_t size, const char *from);

/* From UTF-8. false: it is none, or does not fit into room characters with the final 0; GetLastError says which. */
bool up_wide(const char *text, WCHAR *wide, uint32_t room);

/* folder, a backslash, name. false: longer than a path can be, ERROR_FILENAME_EXCED_RANGE. path may be folder. */
bool up_path_join(WCHAR path[MAX_PATH], const WCHAR *folder, const WCHAR *name);

/* A function that this system may not have; NULL then. dll: one that every program has loaded. */
typedef void (*up_function)(void);
up_function up_system_function(const WCHAR *dll, const char *name);

/*
 * A program's first call: from here on DLLs come from the system's folder alone, as far as the system knows how, and not
 * from the folder of the program or the current one, where anybody may have put them.
 */
void up_system_harden(void);

/* Loads a DLL, and what that needs, from the system's own folder, by its full path. NULL: GetLastError. It is never freed. */
HMODULE up_system_dll(const WCHAR *name);

/*
 * A 32-bit program on 64-bit Windows finds SysWOW64 under the name system32. Between these two its thread sees the
 * folders as they are. Nothing else is done in between than to work on files; nothing on other systems.
 */
void *up_redirection_off(void);
void up_redirection_on(void *cookie);

/* %SystemRoot%\system32; %SystemRoot%; the folder of 32-bit DLLs on 64-bit Windows (false: there is none). */
bool up_system_folder(WCHAR path[MAX_PATH]);
bool up_windows_folder(WCHAR path[MAX_PATH]);
bool up_system_folder_32(WCHAR path[MAX_PATH]);

/* This program's file; its folder. */
bool up_own_path(WCHAR path[MAX_PATH]);
bool up_own_folder(WCHAR path[MAX_PATH]);

/* UP_EXE_MACHINE_... of Windows itself, not of this program; 0: another processor. */
uint16_t up_system_machine(void);

/* Is there a file, or folder, of that name? As the system sees it, without redirection. */
bool up_file_exists(const WCHAR *path);

/* Are these one and the same file, under whatever names? Both have to exist. */
bool up_same_file(const WCHAR *one, const WCHAR *other);

/* What the file is, without redirection. false: it cannot be read, GetLastError. */
bool up_read_exe(const WCHAR *path, struct up_exe_file *file);

/*
 * The file that a service's ImagePath means, as a path that programs can use: \SystemRoot\, \??\, paths relative to
 * %SystemRoot%, quotes; an empty one is system32\drivers\NAME.sys for a driver NAME. false: it is no path, or too long.
 */
bool up_service_file(const WCHAR *image_path, const WCHAR *name, WCHAR file[MAX_PATH]);

#endif
