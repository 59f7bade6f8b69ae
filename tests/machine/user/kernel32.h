/* SPDX-License-Identifier: MIT
 *
 * What the files of the fake kernel32.dll share. It has ntdll's part too: the start of threads,
 * DllMain calls, the dispatch of exceptions.
 */
#ifndef MACHINE_KERNEL32_H
#define MACHINE_KERNEL32_H

#include <windows.h>

#include "system_call.h"

#define EXPORT __declspec(dllexport)

#define PARAMETERS ((struct process_parameters *)USER_PARAMETERS)

#define LOCK_HANDLE ((HANDLE)0x777C) /* the lock of administrators' programs: kernel32_wide.c */

static inline struct teb *teb(void)
{
    struct teb *self;

    __asm__ volatile("movl %%fs:0x18, %0" : "=r"(self));
    return self;
}

/* Sets the last error to the Win32 code of an NT status. Result: FALSE. */
BOOL fail(uint32_t status);

extern CRITICAL_SECTION loader_lock, heap_lock;
#define UNLOCKED                                                                                   \
    {                                                                                              \
        NULL, -1, 0, NULL, NULL, 0                                                                 \
    }

/* DLL_THREAD_ATTACH or DLL_THREAD_DETACH to every DLL; DLL_PROCESS_DETACH to every DLL. */
void call_modules_for_thread(DWORD reason);
void detach_modules(void);

void __attribute__((noreturn)) end_process(uint32_t status); /* at once: no DLL is told */

#endif
