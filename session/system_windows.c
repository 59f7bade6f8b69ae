/* SPDX-License-Identifier: MIT
 *
 * Threads and the clock of a session on Windows, from NT 4.0 on. See system.h.
 */
#include "system.h"

#include <stdlib.h>
#include <windows.h>

struct up_thread {
    HANDLE thread;
    void (*run)(void *context);
    void *context;
};

static DWORD WINAPI begin(void *context)
{
    const struct up_thread *thread = context;

    thread->run(thread->context);
    return 0;
}

struct up_thread *up_thread_start(void (*run)(void *context), void *context, uint32_t *code)
{
    struct up_thread *thread = calloc(1, sizeof *thread);
    DWORD id;

    *code = ERROR_NOT_ENOUGH_MEMORY;
    if (thread == NULL) {
        return NULL;
    }
    thread->run = run;
    thread->context = context;
    thread->thread = CreateThread(NULL, 0, begin, thread, 0, &id);
    if (thread->thread == NULL) {
        *code = GetLastError();
        free(thread);
        return NULL;
    }
    return thread;
}

void up_thread_join(struct up_thread *thread)
{
    (void)WaitForSingleObject(thread->thread, INFINITE);
    (void)CloseHandle(thread->thread);
    free(thread);
}

uint64_t up_clock_ticks(void)
{
    LARGE_INTEGER count;

    (void)QueryPerformanceCounter(&count);
    return (uint64_t)count.QuadPart;
}

uint64_t up_clock_frequency(void)
{
    LARGE_INTEGER frequency;

    (void)QueryPerformanceFrequency(&frequency);
    return (uint64_t)frequency.QuadPart;
}

void up_sleep(uint32_t milliseconds)
{
    Sleep(milliseconds);
}
