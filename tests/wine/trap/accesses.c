/* SPDX-License-Identifier: MIT
 *
 * Cases: accesses that succeed, and what they leave in the registers.
 */
#include <string.h>

#include "program.h"

#define THREADS  8u
#define ACCESSES 400u
#define BLOCK    2500u

void reset_ports(void)
{
    out8(FAKE_RESET, 1);
}

uint32_t next_entry(void)
{
    return in32(FAKE_JOURNAL);
}

static uint32_t entry(uint16_t port, uint8_t value, uint32_t how)
{
    return (uint32_t)port << 16 | (uint32_t)value << 8 | how;
}

void case_widths(void)
{
    reset_ports();
    out8(GRANTED, 0x11);
    out16(GRANTED + 2, 0x3322);
    out32(GRANTED + 4, 0x77665544u);
    EXPECT_EQ(in8(GRANTED), 0x11);
    EXPECT_EQ(in16(GRANTED + 2), 0x3322);
    EXPECT_EQ(in32(GRANTED + 4), 0x77665544u);
    EXPECT_EQ(in32(GRANTED), 0x33220011u);
    EXPECT_EQ(next_entry(), entry(GRANTED, 0x11, 1 | FAKE_WRITTEN));
    EXPECT_EQ(next_entry(), entry(GRANTED + 2, 0x22, 2 | FAKE_WRITTEN));
    EXPECT_EQ(next_entry(), entry(GRANTED + 4, 0x44, 4 | FAKE_WRITTEN));
    EXPECT_EQ(next_entry(), entry(GRANTED, 0x11, 1));
    EXPECT_EQ(next_entry(), entry(GRANTED + 2, 0x22, 2));
    EXPECT_EQ(next_entry(), entry(GRANTED + 4, 0x44, 4));
    EXPECT_EQ(next_entry(), entry(GRANTED, 0x11, 4));
    EXPECT_EQ(next_entry(), 0);
}

/* IN changes AL, AX or EAX alone; in 64-bit mode EAX takes the upper half with it. */
void case_registers(void)
{
    const size_t ones = (size_t)-1;
    size_t ax, dx = GRANTED;

    reset_ports();
    out32(GRANTED, 0x00C0FFEEu);
    ax = ones;
    __asm__ volatile("inb %%dx, %%al" : "+a"(ax) : "d"(dx));
    EXPECT_EQ(ax, (ones & ~(size_t)0xFF) | 0xEE);
    ax = ones;
    __asm__ volatile("inw %%dx, %%ax" : "+a"(ax) : "d"(dx));
    EXPECT_EQ(ax, (ones & ~(size_t)0xFFFF) | 0xFFEE);
    ax = ones;
    __asm__ volatile("inl %%dx, %%eax" : "+a"(ax) : "d"(dx));
    EXPECT_EQ(ax, 0x00C0FFEEu);
    dx |= ones << 16; /* only DX counts */
    ax = 0x5A;
    __asm__ volatile("outb %%al, %%dx" : "+a"(ax), "+d"(dx));
    EXPECT_EQ(ax, 0x5A);
    EXPECT_EQ(dx, GRANTED | ones << 16);
    EXPECT_EQ(in8(GRANTED), 0x5A);
}

void case_flags(void)
{
    size_t before, after;

    __asm__ volatile("stc\n\tpushf\n\tpop %0\n\tinb %%dx, %%al\n\tpushf\n\tpop %1"
                     : "=&r"(before), "=&r"(after)
                     : "d"(GRANTED)
                     : "eax", "cc", "memory");
    EXPECT_EQ(after & 0xCD5, before & 0xCD5);
    EXPECT((after & 1) != 0);
}

void case_last_error(void)
{
    SetLastError(12345);
    out8(GRANTED, 1);
    (void)in8(GRANTED);
    EXPECT_EQ(GetLastError(), 12345);
}

void case_blocks(void)
{
    static uint8_t from[BLOCK], to[BLOCK + 2];
    uint16_t words[3] = {0x2211, 0x4433, 0x6655};
    uint32_t dword = 0;
    unsigned i;

    reset_ports();
    for (i = 0; i < BLOCK; i++) {
        from[i] = (uint8_t)(i * 7 + i / 256);
    }
    memset(to, 0xEE, sizeof to);
    outs8(FAKE_FIFO, from, BLOCK);
    ins8(FAKE_FIFO, to + 1, BLOCK);
    EXPECT(memcmp(from, to + 1, BLOCK) == 0);
    EXPECT(to[0] == 0xEE && to[BLOCK + 1] == 0xEE);
    __asm__ volatile("rep outsw" : : "S"(words), "c"((size_t)2), "d"(FAKE_FIFO) : "memory");
    __asm__ volatile("insl" : : "D"(&dword), "d"(FAKE_FIFO) : "memory");
    EXPECT_EQ(dword, 0x44332211u);
    EXPECT_EQ(in8(FAKE_FIFO), 0xFF);
}

void case_block_down(void)
{
    uint8_t bytes[4] = {1, 2, 3, 4};

    reset_ports();
    __asm__ volatile("std\n\trep outsb\n\tcld"
                     :
                     : "S"(bytes + 3), "c"((size_t)4), "d"(FAKE_FIFO)
                     : "memory", "cc");
    EXPECT_EQ(in32(FAKE_FIFO), 0x01020304u);
}

void case_routes(void)
{
    reset_ports();
    out8(ROUTED + 2, 0x42);
    EXPECT_EQ(next_entry(), entry(TARGET + 2, 0x42, 1 | FAKE_WRITTEN));
    EXPECT_EQ(in8(TARGET + 2), 0x42);
    EXPECT_EQ(in8(ROUTED + 2), 0x42);
    EXPECT_EQ(in16(ROUTED + 2), 0x42);
    out8(0x301, 0x99);
    EXPECT_EQ(in8(TARGET + 7), 0x99);
}

void case_nowhere(void)
{
    uint8_t bytes[4] = {0};

    reset_ports();
    out8(NOWHERE, 0);
    EXPECT_EQ(in8(NOWHERE), 0xFF);
    EXPECT_EQ(in16(NOWHERE + 1), 0xFFFF);
    ins8(NOWHERE, bytes, 3);
    EXPECT(bytes[2] == 0xFF && bytes[3] == 0);
    EXPECT_EQ(next_entry(), 0);
}

/* An access of which a part goes elsewhere is refused as a whole. */
void case_apart(void)
{
    reset_ports();
    catch_faults(2);
    (void)in16(ROUTED - 1);
    EXPECT_EQ(fault.count, 1);
    EXPECT_EQ(fault.code, 0xC0000096u);
    (void)in16(ROUTED + 7);
    EXPECT_EQ(fault.count, 2);
    ignore_faults();
    EXPECT_EQ(next_entry(), 0);
}

/* An instruction that ends with its page, behind which there is no memory. */
void case_page_end(void)
{
    uint8_t *const pages =
        VirtualAlloc(NULL, 0x2000, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE);
    uint8_t *const handler = pages + 0x1000 - 2;
    size_t ax = 0;

    EXPECT(pages != NULL);
    /* in al, dx; ret, at the end of the first page; the second one goes */
    handler[0] = 0xEC;
    handler[1] = 0xC3;
    EXPECT(VirtualFree(pages + 0x1000, 0x1000, MEM_DECOMMIT));
    reset_ports();
    out8(GRANTED, 0x77);
    __asm__ volatile("call *%2" : "+a"(ax) : "d"(GRANTED), "r"(handler) : "memory", "cc");
    EXPECT_EQ(ax, 0x77);
    VirtualFree(pages, 0, MEM_RELEASE);
}

/* ---- threads --------------------------------------------------------------------------------- */

static volatile LONG wrong;

static DWORD WINAPI access_often(void *parameter)
{
    const uint16_t port = (uint16_t)(GRANTED + (uintptr_t)parameter);
    unsigned i;

    for (i = 0; i < ACCESSES; i++) {
        out8(port, (uint8_t)(i + port));
        if (in8(port) != (uint8_t)(i + port)) {
            InterlockedIncrement(&wrong);
        }
    }
    return 0;
}

void case_threads(void)
{
    HANDLE threads[THREADS];
    unsigned i;

    for (i = 0; i < THREADS; i++) {
        threads[i] = CreateThread(NULL, 0, access_often, (void *)(uintptr_t)i, 0, NULL);
        EXPECT(threads[i] != NULL);
    }
    EXPECT_EQ(WaitForMultipleObjects(THREADS, threads, TRUE, 60000), WAIT_OBJECT_0);
    for (i = 0; i < THREADS; i++) {
        CloseHandle(threads[i]);
    }
    EXPECT_EQ(wrong, 0);
}

/* ---- before main ----------------------------------------------------------------------------- */

static volatile uint8_t read_early;

static void NTAPI tls_callback(void *module, DWORD reason, void *reserved)
{
    (void)module, (void)reserved;
    if (reason == DLL_PROCESS_ATTACH) {
        out8(GRANTED, 0x3C);
        read_early = in8(GRANTED);
    }
}

/* The linker's place for functions that the loader calls before the program's entry point. */
PIMAGE_TLS_CALLBACK early __attribute__((section(".CRT$XLB"), used)) = tls_callback;

void case_tls(void)
{
    EXPECT_EQ(read_early, 0x3C);
}
