/* SPDX-License-Identifier: MIT
 *
 * Cases: the option fast, by which the sites of port instructions are patched. Without the option
 * the same is done, and the site has to stay as it is.
 */
#include <string.h>

#include "program.h"
#include "core/program_settings.h"

#define JUMP    0xE9u
#define IN_BYTE 0xECu
#define ADDED   0x100000u
#define THREADS 4u
#define READS   300u

static volatile uint8_t *site;

/*
 * IN AL, DX, and behind it an instruction whose bytes are a distance at which there is memory.
 * Result: EAX, with ADDED.
 */
static __attribute__((noinline)) size_t read_site(size_t ax, uint16_t port)
{
    void *at;

#ifdef _WIN64
    __asm__ volatile("lea 1f(%%rip), %1\n1:\tinb %%dx, %%al\n\taddl $0x100000, %%eax"
#else
    __asm__ volatile("movl $1f, %1\n1:\tinb %%dx, %%al\n\taddl $0x100000, %%eax"
#endif
                     : "+a"(ax), "=&r"(at)
                     : "d"(port)
                     : "memory", "cc");
    site = at;
    return ax;
}

static bool is_fast(void)
{
    char text[400] = "";

    GetEnvironmentVariableA(UP_PROGRAM_VARIABLE, text, sizeof text);
    return strstr(text, "fast") != NULL;
}

void case_site(void)
{
    reset_ports();
    out8(GRANTED, 0x42);
    EXPECT_EQ(read_site(0, GRANTED), 0x42 + ADDED);
    EXPECT_EQ(*site, is_fast() ? JUMP : IN_BYTE);
    out8(GRANTED, 0x43);
    SetLastError(77);
    EXPECT_EQ(read_site(0x300, GRANTED), 0x343 + ADDED);
    EXPECT_EQ(GetLastError(), 77);
    EXPECT_EQ(*site, is_fast() ? JUMP : IN_BYTE);
}

/* A patched site whose port is denied gives the exception of the processor, at its own byte. */
void case_site_denied(void)
{
    EXPECT_EQ(read_site(0, GRANTED), 0x43 + ADDED);
    catch_faults(1);
    EXPECT_EQ(read_site(0x55, DENIED), 0x55 + ADDED);
    ignore_faults();
    EXPECT_EQ(fault.count, 1);
    EXPECT_EQ(fault.code, 0xC0000096u);
    EXPECT_EQ(*site, IN_BYTE);
    EXPECT_EQ(read_site(0, GRANTED), 0x43 + ADDED);
    EXPECT_EQ(*site, is_fast() ? JUMP : IN_BYTE);
}

/*
 * Other code comes to the address of a site that was patched and refused. Its own next bytes lead
 * elsewhere, so it must not be patched by what is known of the former code.
 */
void case_site_changed(void)
{
    static const uint8_t former[] = {0xEC, 0x05, 0x00, 0x00, 0x10, 0x00, 0xC3}; /* adds ADDED */
    static const uint8_t later[] = {0xEC, 0x90, 0x90, 0xC3, 0x00};
    uint8_t *const code =
        VirtualAlloc(NULL, 0x1000, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE);
    size_t ax = 0;

    EXPECT(code != NULL);
    memcpy(code, former, sizeof former);
    __asm__ volatile("call *%2" : "+a"(ax) : "d"(GRANTED), "r"(code) : "memory", "cc");
    EXPECT_EQ(ax, 0x43 + ADDED);
    EXPECT_EQ(*code, is_fast() ? JUMP : IN_BYTE);
    catch_faults(1);
    __asm__ volatile("call *%2" : "+a"(ax) : "d"(DENIED), "r"(code) : "memory", "cc");
    ignore_faults();
    EXPECT_EQ(fault.count, 1);
    EXPECT_EQ(*code, IN_BYTE);
    memcpy(code, later, sizeof later);
    ax = 0x700;
    __asm__ volatile("call *%2" : "+a"(ax) : "d"(GRANTED), "r"(code) : "memory", "cc");
    __asm__ volatile("call *%2" : "+a"(ax) : "d"(GRANTED), "r"(code) : "memory", "cc");
    EXPECT_EQ(ax, 0x743);
    EXPECT_EQ(*code, IN_BYTE);
    VirtualFree(code, 0, MEM_RELEASE);
}

/* ---- threads: some are refused, so that the site changes all the time
 * ------------------------------ */

static volatile LONG wrong;

static DWORD WINAPI read_often(void *parameter)
{
    const bool is_refused = parameter != NULL;
    unsigned i;

    for (i = 0; i < READS; i++) {
        const size_t value = read_site(0x1200, is_refused && i % 8 == 0 ? DENIED : GRANTED);

        if (value != (is_refused && i % 8 == 0 ? 0x1200 : 0x1243) + ADDED) {
            InterlockedIncrement(&wrong);
        }
    }
    return 0;
}

void case_site_threads(void)
{
    HANDLE threads[THREADS];
    unsigned i;

    catch_faults(1);
    for (i = 0; i < THREADS; i++) {
        threads[i] = CreateThread(NULL, 0, read_often, (void *)(uintptr_t)(i == 0), 0, NULL);
    }
    EXPECT_EQ(WaitForMultipleObjects(THREADS, threads, TRUE, 60000), WAIT_OBJECT_0);
    ignore_faults();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(fault.count, (READS + 7) / 8);
    for (i = 0; i < THREADS; i++) {
        CloseHandle(threads[i]);
    }
}
