/* SPDX-License-Identifier: MIT
 *
 * The vectored exception handler: a port instruction that the processor has refused is carried out
 * by the driver, or where the program's routes send it, and the program goes on behind it. Anything
 * else, and a port that is denied, is left to the program's own handlers, unchanged.
 * What does not depend on being in the program is in serve_windows.c.
 */
#include "trap.h"

#include <winternl.h>

#include "context.h"
#include "core/ioinsn.h"
#include "patch.h"
#include "serve.h"

#define MEMORY_BASIC 0 /* MemoryBasicInformation */

NTSYSAPI NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE process, const void *address, int information,
                                             MEMORY_BASIC_INFORMATION *region, SIZE_T size,
                                             SIZE_T *returned);

static void *volatile registration; /* of the handler */

/* ---- ports: by the program's routes ---------------------------------------------------------- */

static struct up_served served(uint64_t address)
{
    return (struct up_served){.routes = &up_trap_settings.routes, .address = address};
}

enum up_trap_result up_trap_access(uint64_t address, bool is_output, uint16_t port, unsigned width,
                                   uint32_t *value)
{
    const struct up_served from = served(address);

    return up_serve_access(&from, is_output, port, width, value);
}

static enum up_trap_result access_port(void *context, bool is_output, uint16_t port, unsigned width,
                                       uint32_t *value)
{
    return up_serve_access(context, is_output, port, width, value);
}

static enum up_trap_result move_block(void *context, bool is_output, uint16_t port, unsigned width,
                                      void *buffer, uint32_t count, uint32_t *moved)
{
    return up_serve_block(context, is_output, port, width, buffer, count, moved);
}

/* ---- memory ---------------------------------------------------------------------------------- */

/*
 * Can the memory, all in one page, be read or written? A guard page is touched, as the instruction
 * would have done: that raises its exception, or makes the stack grow.
 */
static bool probe(void *context, uint64_t address, uint32_t length, bool for_writing)
{
    const volatile uint8_t *at = (const volatile uint8_t *)(uintptr_t)address;
    MEMORY_BASIC_INFORMATION region;

    (void)context, (void)length;
    if (!NT_SUCCESS(NtQueryVirtualMemory(GetCurrentProcess(), (const void *)(uintptr_t)address,
                                         MEMORY_BASIC, &region, sizeof region, NULL)) ||
        region.State != MEM_COMMIT) {
        return false;
    }
    if (!up_serve_can_access(region.Protect, for_writing)) {
        return false;
    }
    if ((region.Protect & PAGE_GUARD) != 0) {
        (void)*at;
    }
    return true;
}

static bool read_memory(void *context, uint64_t address, void *buffer, uint32_t length)
{
    (void)context;
    memcpy(buffer, (const void *)(uintptr_t)address, length);
    return true;
}

static bool write_memory(void *context, uint64_t address, const void *buffer, uint32_t length)
{
    (void)context;
    memcpy((void *)(uintptr_t)address, buffer, length);
    return true;
}

/* With a context of struct up_served; reading code needs none. */
static const struct up_trap_ways memory = {
    .access = access_port,
    .block = move_block,
    .probe = probe,
    .read = read_memory,
    .write = write_memory,
};

/* ---- the exception --------------------------------------------------------------------------- */

/* Makes the exception the access violation that the instruction's own memory access would raise. */
static void become_access_violation(EXCEPTION_RECORD *record, uint64_t address, bool is_write)
{
    record->ExceptionCode = EXCEPTION_ACCESS_VIOLATION;
    record->NumberParameters = 2;
    record->ExceptionInformation[0] = is_write;
    record->ExceptionInformation[1] = (ULONG_PTR)address;
}

static LONG carry_out(const struct up_io_instruction *instruction,
                      struct up_trap_registers *registers, EXCEPTION_POINTERS *exception)
{
    const uint64_t site = registers->ip;
    struct up_served from = served(site);
    struct up_trap_ways ways = memory;
    enum up_trap_result result;
    bool fault_writes = false;
    uint64_t fault = 0;

    if (!up_context_set_bases(registers, instruction->segment, (uintptr_t)NtCurrentTeb())) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    ways.context = &from;
    result = up_trap_emulate(instruction, registers, &ways, &fault, &fault_writes);
    up_context_write(exception->ContextRecord, registers);
    if (result == UP_TRAP_DONE) {
        if (up_trap_settings.fast && instruction->length == 1 && !instruction->is_string) {
            up_patch_add(site);
        }
        return EXCEPTION_CONTINUE_EXECUTION;
    }
    if (result == UP_TRAP_NO_MEMORY) {
        become_access_violation(exception->ExceptionRecord, fault, fault_writes);
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

static LONG CALLBACK handle(EXCEPTION_POINTERS *exception)
{
    struct up_trap_registers registers;
    struct up_io_instruction instruction;
    uint8_t code[UP_IO_INSTRUCTION_MAX];
    uint32_t length;

    if (!up_serve_is_refusal(exception->ExceptionRecord) ||
        !up_context_read(exception->ContextRecord, &registers)) {
        return EXCEPTION_CONTINUE_SEARCH;
    }
    length = up_serve_read_code(&memory, registers.ip, code);
    if (up_trap_settings.fast && length > 0) {
        up_patch_original(registers.ip, &code[0]);
    }
    if (up_io_instruction_read(code, length, registers.is_64_bit, &instruction)) {
        return carry_out(&instruction, &registers, exception);
    }
    if (up_serve_skips(&up_trap_settings, code, length)) {
        registers.ip++;
        up_context_write(exception->ContextRecord, &registers);
        return EXCEPTION_CONTINUE_EXECUTION;
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

void up_trap_handler_first(void)
{
    void *const earlier =
        InterlockedExchangePointer(&registration, AddVectoredExceptionHandler(1, handle));

    if (earlier != NULL) {
        (void)RemoveVectoredExceptionHandler(earlier);
    }
}
