/* SPDX-License-Identifier: MIT
 *
 * What a read of a port costs a program that userportctl run has started, by each way to the
 * driver: for bench.sh. Prints "bench NAME NANOSECONDS", the least mean of twenty rounds of 1,000
 * reads.
 *
 *   bench_trap       DeviceIoControl, userport.dll, and the program's own IN
 *   bench_trap fast  DeviceIoControl, an IN that has become a jump, and one that cannot
 *   bench_trap nothing NAME   an IN and a read by userport.dll of a port whose route is to nothing,
 *                    as NAME.trap and NAME.library: what there is without the driver
 */
#include <string.h>

#include "program.h"
#include "userport/userport.h"
#include "userport/userport_abi.h"

#define READS  20000u
#define ROUNDS 20u

typedef up_error UP_CALL open_function(uint32_t, up_handle **);
typedef up_error UP_CALL in_function(up_handle *, uint16_t, uint8_t *);

static HANDLE device;
static in_function *library_in;
static up_handle *handle;

/* A request: Wine lacks the fast form, and the library and the DLL do without it there. */
static bool by_device(void)
{
    uint32_t where = UP_ACCESS(GRANTED, 1), value;
    DWORD returned = 0;

    return DeviceIoControl(device, UP_IOCTL_READ, &where, sizeof where, &value, sizeof value,
                           &returned, NULL) &&
           returned == sizeof value;
}

static bool by_library(void)
{
    uint8_t value;

    return library_in(handle, GRANTED, &value) == UP_OK;
}

/* The instruction behind IN has bytes that are a distance at which there is memory, for --fast. */
static bool by_instruction(void)
{
    size_t ax = 0;

    __asm__ volatile("inb %%dx, %%al\n\taddl $0x100000, %%eax"
                     : "+a"(ax)
                     : "d"(GRANTED)
                     : "memory", "cc");
    return ax >= 0x100000u;
}

/* The distance is 1B8h here, where the program's own code is: --fast has to leave the site alone.
 */
static bool by_other_instruction(void)
{
    size_t ax = 0;

    __asm__ volatile("inb %%dx, %%al\n\tmovl $1, %%eax" : "+a"(ax) : "d"(GRANTED) : "memory");
    return ax == 1;
}

/* The same of a port whose route is to nothing. */
static bool by_nowhere(void)
{
    size_t ax = 0;

    __asm__ volatile("inb %%dx, %%al\n\taddl $0x100000, %%eax"
                     : "+a"(ax)
                     : "d"(NOWHERE)
                     : "memory", "cc");
    return ax >= 0x100000u;
}

static bool by_library_nowhere(void)
{
    uint8_t value;

    return library_in(handle, NOWHERE, &value) == UP_OK;
}

static bool open_all(void)
{
    const HMODULE library = LoadLibraryA("userport.dll");
    union {
        FARPROC any;
        open_function *function;
    } open = {.any = GetProcAddress(library, "up_open")};
    union {
        FARPROC any;
        in_function *function;
    } in = {.any = GetProcAddress(library, "up_in8")};

    library_in = in.function;
    device = CreateFileA("\\\\.\\UserPort", GENERIC_READ | GENERIC_WRITE,
                         FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    return device != INVALID_HANDLE_VALUE && open.function != NULL && library_in != NULL &&
           open.function(UP_BACKEND_IOCTL, &handle) == UP_OK;
}

/* Result: the nanoseconds of one round's reads; below 0: one of them failed. */
static double run_round(bool (*read_once)(void))
{
    LARGE_INTEGER frequency, from, to;
    unsigned i;

    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&from);
    for (i = 0; i < READS / ROUNDS; i++) {
        if (!read_once()) {
            return -1;
        }
    }
    QueryPerformanceCounter(&to);
    return (double)(to.QuadPart - from.QuadPart) * 1e9 / (double)frequency.QuadPart;
}

struct way {
    const char *name;
    bool (*read_once)(void);
    double least; /* 0: not measured yet */
};

/* Rounds take turns, so that what else the machine does meets all ways. */
static bool measure(struct way *ways, unsigned count)
{
    unsigned i, round;

    for (round = 0; round < ROUNDS; round++) {
        for (i = 0; i < count; i++) {
            const double time = run_round(ways[i].read_once);

            if (time < 0) {
                return false;
            }
            ways[i].least = round == 0 || time < ways[i].least ? time : ways[i].least;
        }
    }
    for (i = 0; i < count; i++) {
        printf("bench %s %.0f\n", ways[i].name, ways[i].least / (READS / ROUNDS));
    }
    return true;
}

int main(int argc, char **argv)
{
    static struct way plain[3] = {
        {"device", by_device, 0}, {"library", by_library, 0}, {"trap", by_instruction, 0}};
    static struct way fast[3] = {{"fast.device", by_device, 0},
                                 {"fast.patched", by_instruction, 0},
                                 {"fast.trap", by_other_instruction, 0}};
    static char names[2][60];
    static struct way nothing[2] = {{names[0], by_nowhere, 0}, {names[1], by_library_nowhere, 0}};
    const bool is_fast = argc > 1 && strcmp(argv[1], "fast") == 0;

    if (!open_all()) {
        return 1;
    }
    if (argc > 2 && strcmp(argv[1], "nothing") == 0) {
        (void)snprintf(names[0], sizeof names[0], "%s.trap", argv[2]);
        (void)snprintf(names[1], sizeof names[1], "%s.library", argv[2]);
        return measure(nothing, 2) ? 0 : 1;
    }
    return measure(is_fast ? fast : plain, 3) ? 0 : 1;
}
