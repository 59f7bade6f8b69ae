/* SPDX-License-Identifier: MIT
 *
 * A program that the window of UserPort.exe watches. It has no console. What it does next is said
 * by files in its folder, for which it waits:
 *
 *   go      it writes, reads, and is denied, once each: 378 5A, 379, 37A 0C, 2F8
 *   on      it counts on the data lines, with a pulse of nSTROBE for each number, until
 *   stop    is there, and then ends with status 7
 */
#include <windows.h>

#include "tests/wine/trap/program.h"

#define DATA    0x378u
#define STATUS  0x379u
#define CONTROL 0x37Au

/* Goes on behind a refused IN AL, DX or OUT DX, AL. */
static LONG CALLBACK skip(EXCEPTION_POINTERS *exception)
{
    const uint8_t instruction = *(const uint8_t *)exception->ContextRecord->Rip;

    if (exception->ExceptionRecord->ExceptionCode != 0xC0000096u ||
        (instruction != 0xEC && instruction != 0xEE)) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    exception->ContextRecord->Rip++;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static bool is_there(const char *file)
{
    return GetFileAttributesA(file) != INVALID_FILE_ATTRIBUTES;
}

static void wait_for(const char *file)
{
    while (!is_there(file)) {
        Sleep(20);
    }
}

int main(void)
{
    (void)AddVectoredExceptionHandler(0, skip);
    wait_for("go");
    out8(DATA, 0x5A);
    (void)in8(STATUS);
    out8(CONTROL, 0x0C);
    (void)in8(DENIED);
    wait_for("on");
    for (unsigned i = 0; !is_there("stop"); i++) {
        out8(DATA, (uint8_t)i);
        out8(CONTROL, 0x0D);
        out8(CONTROL, 0x0C);
        Sleep(10);
        (void)in8(STATUS);
    }
    return 7;
}
