/* SPDX-License-Identifier: MIT
 *
 * Serves one fault of a task. See serve_linux.h.
 *
 * A port that the processor refuses is a SIGSEGV that the kernel itself sends, at a port
 * instruction. The instruction is carried out by trap/emulate.c on what the debugger sees of the
 * task's registers and memory.
 */
#include "serve_linux.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include "memory_linux.h"
#include "registers_linux.h"
#include "ring_linux.h"

#define OPCODE_CLI 0xFAu
#define OPCODE_STI 0xFBu
/* Of a longer block this many elements are moved; then the instruction goes on, as after an
 * interrupt: other tasks and signals have their turn. */
#define ELEMENTS_AT_ONCE 0x10000u

struct serving {
    const struct up_follow *follow;
    const struct up_task *task;
    uint64_t ip;
    /* The mapping that was asked for last, which a block asks for again and again. */
    struct up_memory_rights rights;
};

/* ---- one access ------------------------------------------------------------------------------ */

/* The ports of this process, which userport-run has given to it. */
static void run_own(bool is_output, uint16_t port, unsigned width, uint32_t *value)
{
    if (!is_output) {
        *value = width == 1 ? inb(port) : width == 2 ? inw(port) : inl(port);
    } else if (width == 1) {
        outb((uint8_t)*value, port);
    } else if (width == 2) {
        outw((uint16_t)*value, port);
    } else {
        outl(*value, port);
    }
}

static bool run_routed(const struct up_follow *follow, bool is_output, uint16_t port,
                       unsigned width, uint32_t *value, unsigned *flags)
{
    uint16_t to;

    switch (up_routes_find(follow->routes, port, width, &to)) {
    case UP_ROUTED_TO_PORT:
        if (up_portset_first_denied(follow->granted, to, width) != UP_PORTSET_NONE_DENIED) {
            return false;
        }
        run_own(is_output, to, width, value);
        return true;
    case UP_ROUTED_NOWHERE:
        if (!is_output) {
            *value = ~0u;
        }
        return true;
    case UP_ROUTED_TO_DEVICE:
        *flags |= UP_RECORD_SIMULATED;
        return up_session_access(follow->session, is_output, port, width, value);
    default:
        return false;
    }
}

static enum up_trap_result run_access(void *context, bool is_output, uint16_t port, unsigned width,
                                      uint32_t *value)
{
    const struct serving *serving = context;
    unsigned flags = is_output ? UP_RECORD_WRITE : 0;
    const bool is_done = run_routed(serving->follow, is_output, port, width, value, &flags);

    if (!is_done) {
        flags = (flags & ~UP_RECORD_SIMULATED) | UP_RECORD_DENIED;
    }
    up_follow_record(up_session_ring(serving->follow->session), serving->task, serving->ip, port,
                     width, is_done || is_output ? *value : ~0u, flags);
    return is_done ? UP_TRAP_DONE : UP_TRAP_DENIED;
}

static enum up_trap_result run_block(void *context, bool is_output, uint16_t port, unsigned width,
                                     void *buffer, uint32_t count, uint32_t *moved)
{
    uint8_t *element = buffer;

    for (*moved = 0; *moved < count; (*moved)++, element += width) {
        enum up_trap_result result;
        uint32_t value = 0;

        memcpy(&value, element, width);
        result = run_access(context, is_output, port, width, &value);
        if (result != UP_TRAP_DONE) {
            return result;
        }
        if (!is_output) {
            memcpy(element, &value, width);
        }
    }
    return UP_TRAP_DONE;
}

/* ---- memory ---------------------------------------------------------------------------------- */

static bool probe(void *context, uint64_t address, uint32_t length, bool for_writing)
{
    struct serving *serving = context;
    struct up_memory_rights *rights = &serving->rights;
    uint8_t byte;

    /* The file of a mapping may have become shorter than it: a read finds that out. */
    if (!up_memory_read(serving->task->id, address, &byte, sizeof byte) ||
        !up_memory_read(serving->task->id, address + length - 1, &byte, sizeof byte)) {
        return false;
    }
    if (!for_writing) {
        return true;
    }
    if ((rights->is_mapped && address >= rights->first && address <= rights->last) ||
        up_memory_rights(serving->task->id, address, rights)) {
        return rights->is_writable;
    }
    return false;
}

static bool read_memory(void *context, uint64_t address, void *buffer, uint32_t length)
{
    return up_memory_read(((const struct serving *)context)->task->id, address, buffer, length);
}

static bool write_memory(void *context, uint64_t address, const void *buffer, uint32_t length)
{
    return up_memory_write(((const struct serving *)context)->task->id, address, buffer, length);
}

/* The processor has no page fault for such an address: the signal stays as it is. */
static bool is_canonical(uint64_t address)
{
    return (int64_t)(address << 16) >> 16 == (int64_t)address;
}

/* Makes the signal the one that the processor's page fault would have become. */
static bool change_signal(const struct serving *serving, uint64_t address)
{
    struct up_memory_rights rights;
    siginfo_t information = {.si_signo = SIGSEGV};

    if (!is_canonical(address) || !up_memory_rights(serving->task->id, address, &rights)) {
        return false;
    }
    information.si_code = rights.is_mapped ? SEGV_ACCERR : SEGV_MAPERR;
    information.si_addr = (void *)(uintptr_t)address;
    return ptrace(PTRACE_SETSIGINFO, serving->task->id, NULL, &information) == 0;
}

/* ---- a refusal ------------------------------------------------------------------------------- */

/* The ports that the task itself has. Result: false if that is unknown. */
static bool read_map(pid_t task, struct up_portset *ports)
{
    struct iovec map = {ports->map, sizeof ports->map};

    if (ptrace(PTRACE_GETREGSET, task, (void *)(uintptr_t)NT_386_IOPERM, &map) != 0) {
        if (errno != ENXIO) {
            return false;
        }
        up_portset_deny_all(ports); /* it has no permission map */
    }
    return true;
}

/* Finds the first port that is not granted. Result: false: they all are, or it is unknown. */
static bool find_refused(const struct up_follow *follow, pid_t task, uint16_t first, unsigned width,
                         uint16_t *refused)
{
    static struct up_portset own;
    const struct up_portset *granted = follow->granted;
    uint16_t port = first;
    uint32_t denied;

    if (follow->session == NULL) {
        granted = &own;
        if (!read_map(task, &own)) {
            return false;
        }
    } else if (up_routes_find(follow->routes, first, width, &port) != UP_ROUTED_TO_PORT) {
        return false;
    }
    denied = up_portset_first_denied(granted, port, width);
    *refused = (uint16_t)denied;
    return denied < UP_PORT_COUNT;
}

/* ---- the fault ------------------------------------------------------------------------------- */

static enum up_served serve(struct serving *serving, const struct user_regs_struct *read,
                            const struct up_io_instruction *instruction,
                            struct up_trap_registers *registers)
{
    const struct up_trap_ways ways = {.access = run_access,
                                      .block = run_block,
                                      .probe = probe,
                                      .read = read_memory,
                                      .write = write_memory,
                                      .context = serving};
    const uint64_t mask =
        instruction->address_bytes == 8 ? ~(uint64_t)0 : 0xFFFFFFFFu; /* of 2 bytes it is less */
    const uint64_t count =
        instruction->is_repeated && instruction->address_bytes > 2 ? registers->cx & mask : 0;
    const uint64_t later = count > ELEMENTS_AT_ONCE ? count - ELEMENTS_AT_ONCE : 0;
    enum up_trap_result result;
    uint64_t fault;
    bool is_write;

    registers->cx -= later;
    result = up_trap_emulate(instruction, registers, &ways, &fault, &is_write);
    registers->cx += later;
    if (later > 0 && result == UP_TRAP_DONE) {
        registers->ip = serving->ip;
    }
    /* If the task is gone meanwhile, nothing of this matters. */
    (void)up_registers_write(serving->task->id, read, registers);
    switch (result) {
    case UP_TRAP_DONE:
        return UP_SERVED_DONE;
    case UP_TRAP_NO_MEMORY:
        return change_signal(serving, fault) ? UP_SERVED_MEMORY : UP_SERVED_OTHER;
    default:
        return UP_SERVED_REFUSED;
    }
}

/* CLI and STI without prefixes, as every assembler writes them. */
static bool is_skipped(const struct up_follow *follow, const uint8_t *code, size_t length)
{
    return follow->session != NULL && follow->ignore_cli_sti && length > 0 &&
           (code[0] == OPCODE_CLI || code[0] == OPCODE_STI);
}

enum up_served up_serve_fault(const struct up_follow *follow, const struct up_task *task,
                              struct up_follow_refusal *refusal)
{
    struct serving serving = {.follow = follow, .task = task};
    struct up_io_instruction instruction;
    struct up_trap_registers registers;
    struct user_regs_struct read;
    uint8_t code[UP_IO_INSTRUCTION_MAX];
    siginfo_t information;
    size_t length;
    enum up_served served = UP_SERVED_REFUSED;

    if (ptrace(PTRACE_GETSIGINFO, task->id, NULL, &information) != 0 ||
        information.si_code != SI_KERNEL || !up_registers_read(task->id, &read, &registers)) {
        return UP_SERVED_OTHER;
    }
    length = up_memory_read_some(task->id, registers.ip, code, sizeof code);
    if (is_skipped(follow, code, length)) {
        registers.ip++;
        (void)up_registers_write(task->id, &read, &registers);
        return UP_SERVED_DONE;
    }
    if (!up_io_instruction_read(code, length, registers.is_64_bit, &instruction)) {
        return UP_SERVED_OTHER;
    }
    refusal->task = task->id;
    refusal->is_output = instruction.is_output;
    serving.ip = registers.ip;
    if (follow->session != NULL) {
        if (!up_registers_find_bases(task->id, &read, &instruction, &registers)) {
            return UP_SERVED_OTHER;
        }
        served = serve(&serving, &read, &instruction, &registers);
    }
    return served == UP_SERVED_REFUSED &&
                   !find_refused(follow, task->id,
                                 instruction.has_port ? instruction.port : (uint16_t)read.rdx,
                                 instruction.width, &refusal->port)
               ? UP_SERVED_OTHER
               : served;
}
