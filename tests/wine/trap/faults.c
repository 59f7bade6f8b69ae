/* SPDX-License-Identifier: MIT
 *
 * Cases: accesses that are refused, and what the program's own handlers see of them.
 */
#include <string.h>

#include "program.h"

#define PAGE 0x1000u

volatile struct fault fault;
static unsigned fault_skip;
static void *handler_of_faults;

#ifdef _WIN64
#define IP(context) ((context)->Rip)
#define AX(context) ((context)->Rax)
#define CX(context) ((context)->Rcx)
#define DI(context) ((context)->Rdi)
#else
#define IP(context) ((context)->Eip)
#define AX(context) ((context)->Eax)
#define CX(context) ((context)->Ecx)
#define DI(context) ((context)->Edi)
#endif

static LONG CALLBACK see_fault(EXCEPTION_POINTERS *exception)
{
    const EXCEPTION_RECORD *record = exception->ExceptionRecord;

    fault.count++;
    fault.code = record->ExceptionCode;
    fault.parameters[0] = record->ExceptionInformation[0];
    fault.parameters[1] = record->ExceptionInformation[1];
    memcpy((void *)(uintptr_t)&fault.context, exception->ContextRecord, sizeof fault.context);
    IP(exception->ContextRecord) += fault_skip;
    return EXCEPTION_CONTINUE_EXECUTION;
}

void catch_faults(unsigned skip)
{
    memset((void *)(uintptr_t)&fault, 0, sizeof fault);
    fault_skip = skip;
    handler_of_faults = AddVectoredExceptionHandler(0, see_fault);
}

void ignore_faults(void)
{
    RemoveVectoredExceptionHandler(handler_of_faults);
}

void case_denied(void)
{
    size_t ax = 0x12345678u, at;

    reset_ports();
    catch_faults(1);
#ifdef _WIN64
    __asm__ volatile("lea 1f(%%rip), %1\n1:\tinb %%dx, %%al"
                     : "+a"(ax), "=&r"(at)
                     : "d"(DENIED)
                     : "memory");
#else
    __asm__ volatile("movl $1f, %1\n1:\tinb %%dx, %%al"
                     : "+a"(ax), "=&r"(at)
                     : "d"(DENIED)
                     : "memory");
#endif
    ignore_faults();
    EXPECT_EQ(fault.count, 1);
    EXPECT_EQ(fault.code, 0xC0000096u);
    EXPECT_EQ(IP(&fault.context), at);
    EXPECT_EQ(AX(&fault.context), 0x12345678u);
    EXPECT_EQ(ax, 0x12345678u);
    EXPECT_EQ(next_entry(), 0);
}

void case_denied_block(void)
{
    uint8_t bytes[8] = {0};
    void *to = bytes;
    size_t count = 8;

    reset_ports();
    catch_faults(2);
    __asm__ volatile("rep insb" : "+D"(to), "+c"(count) : "d"(DENIED) : "memory");
    ignore_faults();
    EXPECT_EQ(fault.count, 1);
    EXPECT(fault.code == 0xC0000096u || fault.code == 0xC0000005u);
    EXPECT_EQ(count, 8);
    EXPECT(to == bytes && bytes[0] == 0);
}

/* The port is not read into memory that cannot be written. */
void case_read_only(void)
{
    uint8_t *const page = VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READONLY);
    void *to = page;
    size_t count = 4;

    reset_ports();
    catch_faults(2);
    __asm__ volatile("rep insb" : "+D"(to), "+c"(count) : "d"(FAKE_COUNTER) : "memory");
    ignore_faults();
    EXPECT_EQ(fault.count, 1);
    EXPECT_EQ(fault.code, 0xC0000005u);
    EXPECT_EQ(fault.parameters[0], 1);
    EXPECT_EQ(fault.parameters[1], (uintptr_t)page);
    EXPECT_EQ(CX(&fault.context), 4);
    EXPECT_EQ(in8(FAKE_COUNTER), 1); /* the first read of this port */
    VirtualFree(page, 0, MEM_RELEASE);
}

/* The second page cannot be written: what fits into the first has been moved. */
void case_middle(void)
{
    uint8_t *const pages = VirtualAlloc(NULL, 2 * PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    void *to = pages + PAGE - 3;
    DWORD protection;
    size_t count = 8;

    reset_ports();
    VirtualProtect(pages + PAGE, PAGE, PAGE_NOACCESS, &protection);
    catch_faults(2);
    __asm__ volatile("rep insb" : "+D"(to), "+c"(count) : "d"(FAKE_COUNTER) : "memory");
    ignore_faults();
    EXPECT_EQ(fault.count, 1);
    EXPECT_EQ(fault.code, 0xC0000005u);
    EXPECT_EQ(fault.parameters[1], (uintptr_t)pages + PAGE);
    EXPECT_EQ(CX(&fault.context), 5);
    EXPECT_EQ(DI(&fault.context), (uintptr_t)pages + PAGE);
    EXPECT(pages[PAGE - 3] == 1 && pages[PAGE - 1] == 3);
    VirtualFree(pages, 0, MEM_RELEASE);
}

/* ---- the program's handlers ------------------------------------------------------------------ */

static volatile unsigned seen_first;

static LONG CALLBACK count_first(EXCEPTION_POINTERS *exception)
{
    (void)exception;
    seen_first++;
    return EXCEPTION_CONTINUE_SEARCH;
}

/* A handler that is added as the first one sees no access that is granted. */
void case_first_handler(void)
{
    void *const added = AddVectoredExceptionHandler(1, count_first);

    reset_ports();
    out8(GRANTED, 0x21);
    EXPECT_EQ(in8(GRANTED), 0x21);
    EXPECT_EQ(seen_first, 0);
    catch_faults(1);
    (void)in8(DENIED);
    ignore_faults();
    EXPECT_EQ(seen_first, 1);
    RemoveVectoredExceptionHandler(added);
}

static LONG WINAPI filter(EXCEPTION_POINTERS *exception)
{
    fault.code = exception->ExceptionRecord->ExceptionCode;
    IP(exception->ContextRecord)++;
    return EXCEPTION_CONTINUE_EXECUTION;
}

void case_unhandled_filter(void)
{
    LPTOP_LEVEL_EXCEPTION_FILTER earlier = SetUnhandledExceptionFilter(filter);

    fault.code = 0;
    (void)in8(DENIED);
    EXPECT_EQ(fault.code, 0xC0000096u);
    SetUnhandledExceptionFilter(earlier);
}

void case_cli(void)
{
    catch_faults(1);
    __asm__ volatile("cli");
    __asm__ volatile("sti");
    ignore_faults();
    EXPECT_EQ(fault.count, 2);
    EXPECT_EQ(fault.code, 0xC0000096u);
}

/* An access violation of other code stays what it is. */
void case_other_faults(void)
{
    catch_faults(2);
    __asm__ volatile("movb %%al, (%0)" : : "r"((size_t)16), "a"(0) : "memory");
    ignore_faults();
    EXPECT_EQ(fault.count, 1);
    EXPECT_EQ(fault.code, 0xC0000005u);
    EXPECT_EQ(fault.parameters[1], 16);
}
