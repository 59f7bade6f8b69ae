/* SPDX-License-Identifier: MIT
 *
 * The start of programs for Windows: what start_windows.c and start_wide_windows.c share.
 */
#ifndef UP_RUNTIME_START_H
#define UP_RUNTIME_START_H

#include <stdlib.h>
#include <windows.h>

/* The entry point of the program. It ends the process. */
void up_start(void) __attribute__((noreturn));

/* ---- parts of msvcrt.dll that mingw's headers lack ------------------------------------------- */

struct up_startup_info {
    int new_mode; /* for C++'s operator new */
};

/* In NT 4.0's msvcrt.dll the two functions for the arguments return no result. */
_CRTIMP void __cdecl __getmainargs(int *count, char ***arguments, char ***environment,
                                   int expand_wildcards, struct up_startup_info *info);
_CRTIMP void __cdecl __wgetmainargs(int *count, wchar_t ***arguments, wchar_t ***environment,
                                    int expand_wildcards, struct up_startup_info *info);

#define UP_NO_SPACE_FOR_ARGUMENTS 8 /* message R6008 */
_CRTIMP void __cdecl __attribute__((noreturn)) _amsg_exit(int message);

#define UP_KIND_CONSOLE 1 /* messages go to standard error */
#define UP_KIND_WINDOWS 2 /* messages go to a window */
_CRTIMP void __cdecl __set_app_type(int kind);

/* Tells msvcrt.dll the kind of program that its headers give. It has to be called first. */
static inline void up_start_set_kind(void)
{
    const char *image = (const char *)GetModuleHandleW(NULL);
    const IMAGE_NT_HEADERS *headers =
        (const IMAGE_NT_HEADERS *)(image + ((const IMAGE_DOS_HEADER *)image)->e_lfanew);

    __set_app_type(headers->OptionalHeader.Subsystem == IMAGE_SUBSYSTEM_WINDOWS_GUI
                       ? UP_KIND_WINDOWS
                       : UP_KIND_CONSOLE);
}

#endif
