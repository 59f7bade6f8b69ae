/* SPDX-License-Identifier: MIT
 *
 * Wraps Windows for control/, setup/, doctor/ and the programs: UTF-8 and UTF-16, the system's real
 * folders (a 32-bit program on 64-bit Windows is shown others), functions that only newer systems
 * have, and what a program file is. winutil.c.
 */
#ifndef UP_WINUTIL_H
#define UP_WINUTIL_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#include "exefile/exefile.h"

#define UP_ERROR_INVALID_IMAGE_HASH 577u /* mingw-w64's winerror.h lacks it */

/*
 * Convert to UTF-8, or copy UTF-8. The text is cut between characters to size bytes with the
 * terminating 0.
 */
void up_utf8(const WCHAR *wide, char *text, uint32_t size);
void up_utf8_copy(char *text, uint32_t size, const char *from);

/*
 * Converts from UTF-8. Text that is not UTF-8 is no failure: it becomes a name that does not exist.
 * Result: false with GetLastError, which is ERROR_FILENAME_EXCED_RANGE if the text does not fit
 * into room characters with the terminating 0.
 */
bool up_wide(const char *text, WCHAR *wide, uint32_t room);

/*
 * Joins folder, a backslash and name. path may be folder. Result: false with
 * ERROR_FILENAME_EXCED_RANGE if it is longer than a path can be.
 */
bool up_path_join(WCHAR path[MAX_PATH], const WCHAR *folder, const WCHAR *name);

/*
 * Finds a function that this system may not have. dll: a DLL that every program has loaded. Result:
 * NULL if there is none.
 */
typedef void (*up_function)(void);
up_function up_system_function(const WCHAR *dll, const char *name);

/*
 * Makes the system load DLLs only from its own folder, as far as it can, and not from the folder of
 * the program or the current one, where anybody may have put them. It has to be the first call of a
 * program.
 */
void up_system_harden(void);

/*
 * Loads a DLL of the system's own folder by its full path, with the DLLs that it needs. It is never
 * freed. Result: NULL with GetLastError.
 */
HMODULE up_system_dll(const WCHAR *name);

/*
 * Turn the redirection of folders off and on again for this thread. A 32-bit program on 64-bit
 * Windows finds SysWOW64 under the name system32; between these two calls it sees the real folders.
 * Only work with files may be done in between. On other systems they do nothing.
 */
void *up_redirection_off(void);
void up_redirection_on(void *cookie);

/*
 * The folder %SystemRoot%\system32, the folder %SystemRoot%, and the folder of 32-bit DLLs on
 * 64-bit Windows. Result: false with GetLastError; for the last one also if there is none.
 */
bool up_system_folder(WCHAR path[MAX_PATH]);
bool up_windows_folder(WCHAR path[MAX_PATH]);
bool up_system_folder_32(WCHAR path[MAX_PATH]);

/* The path of this program's file, and of its folder. */
bool up_own_path(WCHAR path[MAX_PATH]);
bool up_own_folder(WCHAR path[MAX_PATH]);

/*
 * The architecture of Windows itself, not of this program, as UP_EXE_MACHINE_...; 0: another
 * processor.
 */
uint16_t up_system_machine(void);

/* Is there a file or folder of that name, as the system sees it, without redirection? */
bool up_file_exists(const WCHAR *path);

/* Do both names mean the same file? Both have to exist. */
bool up_same_file(const WCHAR *one, const WCHAR *other);

/*
 * Reads what kind of program file it is, without redirection. Result: false with GetLastError if it
 * cannot be read.
 */
bool up_read_exe(const WCHAR *path, struct up_exe_file *file);

/*
 * The file that a service's ImagePath means, as a path that programs can use. It understands
 * \SystemRoot\, \??\, paths relative to %SystemRoot%, and quotes; an empty ImagePath means
 * system32\drivers\NAME.sys. name: the name of the service. Result: false if it is not a path, or
 * too long.
 */
bool up_service_file(const WCHAR *image_path, const WCHAR *name, WCHAR file[MAX_PATH]);

#endif
