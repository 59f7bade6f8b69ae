/* SPDX-License-Identifier: MIT
 *
 * Starts a program with userport-trap.dll in it: the process is created suspended, a new import
 * directory that names the DLL first is written into its image, and the process runs. Memory is
 * written, nothing else: no thread in another process, no code changed. launch_windows.c; the
 * directory itself is planned by import_plan.c.
 *
 * userportctl and the DLL link this: kernel32 and ntdll only, no C library.
 */
#ifndef UP_LAUNCH_H
#define UP_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

/* Why a program cannot be started with the trap. */
enum up_launch_problem {
    UP_LAUNCH_OK,
    UP_LAUNCH_SYSTEM,     /* a call of Windows failed; the code says which error */
    UP_LAUNCH_PROCESSOR,  /* neither an i386 nor an amd64 program */
    UP_LAUNCH_DOTNET,     /* only IL, which runs IN and OUT in DLLs only */
    UP_LAUNCH_IMAGE,      /* the headers of its image make no sense */
    UP_LAUNCH_NO_ROOM,    /* no memory near the image for the new directory */
    UP_LAUNCH_NO_DLL,     /* userport-trap.dll for the program's processor is not there */
    UP_LAUNCH_OTHER_DLL,  /* it is there in another release */
    UP_LAUNCH_OTHER_WORLD /* this process cannot write into one of the program's bitness */
};

/*
 * Prepares a process that was created suspended and has not run. dll: the full path of the trap for
 * the process's processor. Result: the process is unchanged if not UP_LAUNCH_OK; *error is the
 * system's code for UP_LAUNCH_SYSTEM.
 */
enum up_launch_problem up_launch_prepare(HANDLE process, const char *dll, DWORD *error);

/* Is the process a 64-bit one? Result: false with GetLastError. */
bool up_launch_is_64_bit(HANDLE process, bool *is_64_bit);

#endif
