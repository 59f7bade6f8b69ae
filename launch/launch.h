/* SPDX-License-Identifier: MIT
 *
 * Puts userport-trap.dll into a process that was created suspended: a new import directory that
 * names the DLL first is written into its image (import_plan.h). Memory is written, and nothing
 * else: no thread in the other process, no code changed. launch_windows.c.
 *
 * userportctl and the DLL itself link this: kernel32 and ntdll only, no C library.
 */
#ifndef UP_LAUNCH_H
#define UP_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#define UP_TRAP_FILE L"userport-trap.dll"

/* Why the DLL cannot be put into a process. */
enum up_launch_problem {
    UP_LAUNCH_OK,
    UP_LAUNCH_SYSTEM,    /* a call of Windows failed, with the error code */
    UP_LAUNCH_PROCESSOR, /* a program for another processor */
    UP_LAUNCH_DOTNET,    /* a .NET program, whose port accesses are in a DLL */
    UP_LAUNCH_IMAGE,     /* the headers or the import directory contradict themselves */
    UP_LAUNCH_NO_ROOM,   /* no free memory behind the image */
    UP_LAUNCH_NO_DLL,    /* there is no DLL for the program's processor */
    UP_LAUNCH_OTHER_DLL, /* it is there, but of another release */
    UP_LAUNCH_NO_HELPER  /* a 32-bit process could not have a 64-bit one changed by rundll32.exe */
};

/*
 * Puts the DLL into a process. own: the module of the caller, beside which the DLL is looked for;
 * the system's folders are next. id: the process's. settings: the text form of
 * core/program_settings.h. A 32-bit caller gives a 64-bit process to a 64-bit rundll32.exe, which
 * does the same by the DLL's function Prepare. Result: the process's memory has no new import
 * directory unless UP_LAUNCH_OK. *error: the system's code, or 0.
 */
enum up_launch_problem up_launch_prepare(HANDLE process, DWORD id, HMODULE own,
                                         const char *settings, DWORD *error);

/*
 * The event that the DLL sets when it has come into the process: a launcher that has created it can
 * tell whether a program has run with the DLL. name: room for UP_LAUNCH_EVENT_MAX characters.
 */
#define UP_LAUNCH_EVENT_MAX 40u
void up_launch_event_name(DWORD id, WCHAR *name);

/*
 * Finds the DLL for 64-bit or 32-bit programs and writes its path in the system's 8-bit characters,
 * as an import directory needs it. Result: UP_LAUNCH_OK, UP_LAUNCH_NO_DLL or UP_LAUNCH_OTHER_DLL.
 * trap_dll_windows.c
 */
enum up_launch_problem up_launch_find_dll(HMODULE own, bool for_64_bit, WCHAR path[MAX_PATH],
                                          char name[MAX_PATH]);

/*
 * Finds the folder of Windows, with room for a name of UP_LAUNCH_NAME_MAX characters behind it.
 * trap_dll_windows.c
 */
#define UP_LAUNCH_NAME_MAX 40
bool up_launch_windows_folder(WCHAR path[MAX_PATH]);

/* Is the process a 64-bit one? */
bool up_launch_is_64_bit(HANDLE process);

#endif
