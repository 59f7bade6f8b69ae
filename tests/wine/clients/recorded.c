/* SPDX-License-Identifier: MIT
 *
 * A program whose accesses are recorded, or go to simulated devices, each way by which a program
 * reaches ports:
 *
 *   recorded machine       IN, OUT, INS and OUTS of its own; the last one, on 2F8, is denied
 *   recorded library       userport.dll: single accesses, blocks, and a list with a delay and a
 * wait recorded inpout        inpoutx64.dll recorded child WAY     a process of its own does it
 *   recorded many COUNT THREADS   so many reads of 3BC by each thread
 *   recorded killed COUNT  so many writes to 3BC, and then ends itself as the task manager does
 *   recorded lingers       starts a child that writes to 3BC for a second, and does not wait for it
 *
 * Exit status 0, or 1 with what failed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "tests/wine/trap/program.h"
#include "userport/userport.h"

#define PORT 0x378u
#ifdef _WIN64
#define INSTRUCTION_POINTER Rip
#else
#define INSTRUCTION_POINTER Eip
#endif

static int say(const char *what)
{
    printf("recorded: %s\n", what);
    return 1;
}

/* ---- its own instructions -------------------------------------------------------------------- */

static volatile LONG refused;

/* Goes on behind a refused IN AL, DX. */
static LONG CALLBACK skip(EXCEPTION_POINTERS *exception)
{
    if (exception->ExceptionRecord->ExceptionCode != 0xC0000096u ||
        *(const uint8_t *)exception->ContextRecord->INSTRUCTION_POINTER != 0xEC) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    exception->ContextRecord->INSTRUCTION_POINTER++;
    refused++;
    return EXCEPTION_CONTINUE_EXECUTION;
}

static int by_machine(void)
{
    static const uint8_t text[] = {1, 2, 3, 4, 5};
    uint8_t read[3];

    (void)AddVectoredExceptionHandler(0, skip);
    out8(PORT, 0x48);
    out16(PORT, 0x1234);
    out32(PORT, 0x89ABCDEFu);
    (void)in8(PORT + 1);
    (void)in8(PORT + 1);
    (void)in16(PORT);
    outs8(PORT, text, sizeof text);
    ins8(PORT + 1, read, sizeof read);
    (void)in8(0x2F8);
    return refused == 1 ? 0 : say("2F8 was not refused");
}

/* ---- userport.dll ---------------------------------------------------------------------------- */

static int by_library(void)
{
    static const uint16_t words[] = {0x0102, 0x0304};
    uint8_t bytes[2] = {0};
    up_operation list[] = {
        {.kind = UP_IO_WRITE, .width = 1, .port = PORT, .value = 0x11},
        {.kind = UP_IO_DELAY, .microseconds = 20000},
        {.kind = UP_IO_WRITE, .width = 1, .port = PORT, .value = 0x22},
        {.kind = UP_IO_WAIT,
         .width = 1,
         .port = PORT,
         .value = 0x22,
         .mask = 0xFF,
         .microseconds = 50000},
        {.kind = UP_IO_READ_BLOCK, .width = 1, .port = PORT, .count = 2, .buffer = bytes},
    };
    up_handle *handle;
    uint8_t value8;
    uint16_t value16;
    uint32_t done;

    if (up_open(UP_BACKEND_ANY, &handle) != UP_OK) {
        return say("up_open failed");
    }
    printf("back end %s\n", up_backend_name(up_backend(handle)));
    if (up_out8(handle, PORT, 0x5A) != UP_OK || up_in8(handle, PORT, &value8) != UP_OK ||
        value8 != 0x5A) {
        return say("378 does not keep a byte");
    }
    if (up_out16_block(handle, PORT, words, 2) != UP_OK ||
        up_in16(handle, PORT, &value16) != UP_OK || value16 != 0x0304) {
        return say("378 does not keep a word of a block");
    }
    if (up_run(handle, list, 5, &done) != UP_OK || done != 5 || list[3].last != 0x22 ||
        bytes[1] != 0x22) {
        return say("the list failed");
    }
    if (up_in8(handle, 0x2F8, &value8) != UP_ERR_DENIED ||
        up_in8_block(handle, 0x2F8, bytes, 2) != UP_ERR_DENIED) {
        return say("2F8 was not denied");
    }
    up_close(handle);
    return 0;
}

/* ---- inpoutx64.dll --------------------------------------------------------------------------- */

static int by_inpout(void)
{
    const HMODULE dll = LoadLibraryA("inpoutx64.dll");
    union {
        FARPROC any;
        short(WINAPI *in)(short port);
        void(WINAPI *out)(short port, short value);
    } in, out;

    if (dll == NULL) {
        return say("inpoutx64.dll was not loaded");
    }
    in.any = GetProcAddress(dll, "Inp32");
    out.any = GetProcAddress(dll, "Out32");
    out.out((short)PORT, 0x77);
    SetLastError(1234);
    if (in.in((short)PORT) != 0x77 || GetLastError() != 1234) {
        return say("378 does not keep a byte, or the last error changed");
    }
    return in.in(0x2F8) == 0xFF && GetLastError() == ERROR_ACCESS_DENIED
               ? 0
               : say("2F8 was not denied");
}

/* ---- children, threads, ends ----------------------------------------------------------------- */

static int by_child(const char *way, bool waits)
{
    STARTUPINFOA start = {.cb = sizeof start};
    PROCESS_INFORMATION made;
    char line[100];
    DWORD status = 1;

    (void)snprintf(line, sizeof line, "recorded.exe %s", way);
    if (!CreateProcessA("recorded.exe", line, NULL, NULL, TRUE, 0, NULL, NULL, &start, &made)) {
        return say("the child was not started");
    }
    if (!waits) {
        return 0;
    }
    (void)WaitForSingleObject(made.hProcess, INFINITE);
    (void)GetExitCodeProcess(made.hProcess, &status);
    return (int)status;
}

static DWORD WINAPI read_many(void *count)
{
    uintptr_t left;

    for (left = (uintptr_t)count; left > 0; left--) {
        (void)in8(0x3BC);
    }
    return 0;
}

static int by_threads(uintptr_t count, unsigned threads)
{
    HANDLE handles[16];
    unsigned i;

    for (i = 0; i < threads && i < 16; i++) {
        handles[i] = CreateThread(NULL, 0, read_many, (void *)count, 0, NULL);
    }
    (void)WaitForMultipleObjects(i, handles, TRUE, INFINITE);
    return 0;
}

static void write_many(uintptr_t count, DWORD pause)
{
    uintptr_t i;

    for (i = 0; i < count; i++) {
        out8(0x3BC, (uint8_t)i);
        if (pause > 0) {
            Sleep(pause);
        }
    }
}

int main(int argc, char **argv)
{
    const char *way = argc > 1 ? argv[1] : "";

    if (strcmp(way, "machine") == 0) {
        return by_machine();
    }
    if (strcmp(way, "library") == 0) {
        return by_library();
    }
    if (strcmp(way, "inpout") == 0) {
        return by_inpout();
    }
    if (strcmp(way, "child") == 0 && argc > 2) {
        return by_child(argv[2], true);
    }
    if (strcmp(way, "many") == 0 && argc > 3) {
        return by_threads((uintptr_t)atol(argv[2]), (unsigned)atoi(argv[3]));
    }
    if (strcmp(way, "killed") == 0 && argc > 2) {
        write_many((uintptr_t)atol(argv[2]), 0);
        (void)TerminateProcess(GetCurrentProcess(), 77);
    }
    if (strcmp(way, "lingers") == 0) {
        return by_child("slowly", false);
    }
    if (strcmp(way, "slowly") == 0) {
        Sleep(500);
        write_many(100, 10);
        return 0;
    }
    return say("which way?");
}
