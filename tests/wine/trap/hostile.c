/* SPDX-License-Identifier: MIT
 *
 * What else the program does, beside its cases: it runs while the driver comes and goes, and it
 * attacks the DLL in it.
 */
#include <string.h>

#include "program.h"

#define THREADS  8u
#define ACCESSES 1250u
#define WORDS    2000u
#define ORDER_AT 300u

/* ---- the driver comes and goes --------------------------------------------------------------- */

static bool is_served(uint16_t port)
{
    catch_faults(1);
    (void)in8(port);
    ignore_faults();
    return fault.count == 0;
}

int poll_port(uint16_t port, unsigned seconds)
{
    const DWORD end = GetTickCount() + seconds * 1000;
    unsigned changes = 0;

    while (changes < 3 && (LONG)(end - GetTickCount()) > 0) {
        /* served, refused, served */
        if (is_served(port) == (changes % 2 == 0)) {
            changes++;
            printf("%s\n", changes % 2 == 1 ? "served" : "refused");
            fflush(stdout);
        }
        Sleep(10);
    }
    return changes < 3;
}

static volatile LONG wrong, right;

static DWORD WINAPI hammer_port(void *parameter)
{
    const uint16_t port = (uint16_t)(GRANTED + (uintptr_t)parameter);
    unsigned i;

    for (i = 0; i < ACCESSES; i++) {
        const size_t marked = 0x5A5A00u;
        size_t ax = marked;

        /* refused: the handler goes on behind the instruction, and AL keeps its 0 */
        out8(port, (uint8_t)(port | 0x80u));
        __asm__ volatile("inb %%dx, %%al" : "+a"(ax) : "d"(port) : "memory");
        if (ax == (marked | (uint8_t)(port | 0x80u))) {
            InterlockedIncrement(&right);
        } else if (ax != marked) {
            InterlockedIncrement(&wrong);
        }
    }
    return 0;
}

int hammer(void)
{
    HANDLE threads[THREADS];
    unsigned i;

    printf("begins\n");
    fflush(stdout);
    catch_faults(1);
    for (i = 0; i < THREADS; i++) {
        threads[i] = CreateThread(NULL, 0, hammer_port, (void *)(uintptr_t)i, 0, NULL);
    }
    WaitForMultipleObjects(THREADS, threads, TRUE, INFINITE);
    printf("%ld of %u right, %ld wrong, %u refused\n", right, THREADS * ACCESSES, wrong,
           fault.count);
    return wrong != 0;
}

/*
 * The ports are suspended in the middle of a block, by what it writes itself: what the registers
 * say has been written is more than that, and less than all.
 */
int block_ends(void)
{
    static uint16_t words[WORDS];
    const uint16_t *from = words;
    size_t count = WORDS, written;

    reset_ports();
    words[ORDER_AT] = FAKE_ACT_SUSPEND;
    catch_faults(3);
    __asm__ volatile("rep outsw" : "+S"(from), "+c"(count) : "d"(FAKE_ACT) : "memory");
    ignore_faults();
    written = WORDS - count;
    printf("%u words, %s\n", (unsigned)written,
           from == words + written ? "address" : "another address");
    return !(fault.count == 1 && written > ORDER_AT && written < WORDS && from == words + written);
}

static DWORD WINAPI read_slowly(void *parameter)
{
    static uint8_t bytes[WORDS];

    (void)parameter;
    ins8(FAKE_SLOW, bytes, WORDS);
    return 0;
}

/* The program ends while another thread is in the middle of a block, which takes 10 seconds. */
int end_in_block(void)
{
    const HANDLE thread = CreateThread(NULL, 0, read_slowly, NULL, 0, NULL);

    Sleep(200);
    ExitProcess(WaitForSingleObject(thread, 0) == WAIT_TIMEOUT ? 7 : 1);
}

/* ---- it attacks the DLL ---------------------------------------------------------------------- */

/* Fills the DLL's data with ones: its routes, its handle, everything. */
int vandalise(void)
{
    uint8_t *const base = (uint8_t *)GetModuleHandleA("userport-trap.dll");
    const IMAGE_NT_HEADERS *headers =
        (const IMAGE_NT_HEADERS *)(base + ((const IMAGE_DOS_HEADER *)base)->e_lfanew);
    const IMAGE_SECTION_HEADER *section = IMAGE_FIRST_SECTION(headers);
    unsigned i;

    printf("begins\n");
    fflush(stdout);
    for (i = 0; i < headers->FileHeader.NumberOfSections; i++) {
        DWORD protection;

        if ((section[i].Characteristics & IMAGE_SCN_MEM_WRITE) != 0) {
            VirtualProtect(base + section[i].VirtualAddress, section[i].Misc.VirtualSize,
                           PAGE_READWRITE, &protection);
            memset(base + section[i].VirtualAddress, 0xFF, section[i].Misc.VirtualSize);
        }
    }
    for (i = 0; i < 0x10000; i++) {
        catch_faults(1);
        (void)in8((uint16_t)i);
        ignore_faults();
    }
    return 0;
}
