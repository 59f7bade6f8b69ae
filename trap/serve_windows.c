/* SPDX-License-Identifier: MIT
 *
 * Serves refused port instructions. See serve.h.
 */
#include "serve.h"

#include "record/client.h"
#include "record/record.h"
#include "trap.h"

#define PRIVILEGED_INSTRUCTION ((DWORD)0xC0000096)
#define ONES                   0xFFFFFFFFu
#define PAGE_BYTES             4096u
#define OPCODE_CLI             0xFAu
#define OPCODE_STI             0xFBu
#define CAN_WRITE                                                                                  \
    (PAGE_READWRITE | PAGE_WRITECOPY | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY)
#define CAN_READ (CAN_WRITE | PAGE_READONLY | PAGE_EXECUTE_READ)

bool up_serve_is_refusal(const EXCEPTION_RECORD *record)
{
    return record->ExceptionCode == PRIVILEGED_INSTRUCTION ||
           (record->ExceptionCode == EXCEPTION_ACCESS_VIOLATION && record->NumberParameters >= 2 &&
            record->ExceptionInformation[1] == (ULONG_PTR)-1);
}

/* ---- accesses -------------------------------------------------------------------------------- */

static enum up_trap_result run_access(enum up_routed routed, bool is_output, uint16_t port,
                                      uint16_t to, unsigned width, uint32_t *value)
{
    switch (routed) {
    case UP_ROUTED_TO_PORT:
        return up_trap_driver_access(is_output, to, width, value);
    case UP_ROUTED_NOWHERE:
        if (!is_output) {
            *value = ONES;
        }
        return UP_TRAP_DONE;
    case UP_ROUTED_TO_DEVICE:
        return up_client_access(is_output, port, width, value) ? UP_TRAP_DONE : UP_TRAP_FAILED;
    default:
        return UP_TRAP_DENIED;
    }
}

static enum up_trap_result device_block(bool is_output, uint16_t port, unsigned width, void *buffer,
                                        uint32_t count, uint32_t *moved)
{
    uint8_t *at = buffer;
    uint32_t value;

    for (*moved = 0; *moved < count; ++*moved, at += width) {
        value = 0;
        memcpy(&value, at, width);
        if (!up_client_access(is_output, port, width, &value)) {
            return UP_TRAP_FAILED;
        }
        memcpy(at, &value, width);
    }
    return UP_TRAP_DONE;
}

static enum up_trap_result run_block(enum up_routed routed, bool is_output, uint16_t port,
                                     uint16_t to, unsigned width, void *buffer, uint32_t count,
                                     uint32_t *moved)
{
    switch (routed) {
    case UP_ROUTED_TO_PORT:
        return up_trap_driver_block(is_output, to, width, buffer, count, moved);
    case UP_ROUTED_NOWHERE:
        if (!is_output) {
            memset(buffer, 0xFF, count * width);
        }
        *moved = count;
        return UP_TRAP_DONE;
    case UP_ROUTED_TO_DEVICE:
        return device_block(is_output, port, width, buffer, count, moved);
    default:
        return UP_TRAP_DENIED;
    }
}

/* ---- the recorder ---------------------------------------------------------------------------- */

static void record(const struct up_served *from, unsigned flags, uint16_t port, unsigned width,
                   uint32_t value)
{
    if (from->process != 0) {
        up_client_record_of(from->process, from->thread, port, width, value, flags, from->address);
    } else {
        up_client_record(up_client_time(), port, width, value, flags, (uintptr_t)from->address);
    }
}

static unsigned flags_of(enum up_routed routed, bool is_output)
{
    return (is_output ? UP_RECORD_WRITE : 0) |
           (routed == UP_ROUTED_TO_DEVICE ? UP_RECORD_SIMULATED : 0);
}

static void record_denied(const struct up_served *from, bool is_output, uint16_t port,
                          unsigned width, uint32_t value)
{
    record(from, (is_output ? UP_RECORD_WRITE : 0) | UP_RECORD_DENIED, port, width,
           is_output ? value : ONES);
}

/* ---- both ------------------------------------------------------------------------------------ */

enum up_trap_result up_serve_access(const struct up_served *from, bool is_output, uint16_t port,
                                    unsigned width, uint32_t *value)
{
    uint16_t to;
    const enum up_routed routed = up_routes_find(from->routes, port, width, &to);
    const enum up_trap_result result = run_access(routed, is_output, port, to, width, value);

    if (up_client_records()) {
        if (result == UP_TRAP_DONE) {
            record(from, flags_of(routed, is_output), port, width, *value);
        } else {
            record_denied(from, is_output, port, width, *value);
        }
    }
    return result;
}

enum up_trap_result up_serve_block(const struct up_served *from, bool is_output, uint16_t port,
                                   unsigned width, void *buffer, uint32_t count, uint32_t *moved)
{
    uint16_t to;
    const enum up_routed routed = up_routes_find(from->routes, port, width, &to);
    const enum up_trap_result result =
        run_block(routed, is_output, port, to, width, buffer, count, moved);
    const uint8_t *at = buffer;
    uint32_t i, value;

    for (i = 0; up_client_records() && i < count; i++, at += width) {
        value = 0;
        memcpy(&value, at, width);
        if (i < *moved) {
            record(from, flags_of(routed, is_output), port, width, value);
        } else {
            record_denied(from, is_output, port, width, value);
            break;
        }
    }
    return result;
}

/* ---- memory and code ------------------------------------------------------------------------- */

bool up_serve_can_access(DWORD protection, bool for_writing)
{
    return (protection & (for_writing ? CAN_WRITE : CAN_READ)) != 0;
}

uint32_t up_serve_read_code(const struct up_trap_ways *ways, uint64_t ip,
                            uint8_t code[UP_IO_INSTRUCTION_MAX])
{
    const uint32_t left = PAGE_BYTES - (uint32_t)(ip % PAGE_BYTES);
    const uint32_t first = left < UP_IO_INSTRUCTION_MAX ? left : UP_IO_INSTRUCTION_MAX;
    const uint32_t second = UP_IO_INSTRUCTION_MAX - first;

    if (!ways->probe(ways->context, ip, first, false) ||
        !ways->read(ways->context, ip, code, first)) {
        return 0;
    }
    return second > 0 && ways->probe(ways->context, ip + first, second, false) &&
                   ways->read(ways->context, ip + first, code + first, second)
               ? UP_IO_INSTRUCTION_MAX
               : first;
}

bool up_serve_skips(const struct up_program_settings *settings, const uint8_t *code,
                    uint32_t length)
{
    return settings->ignore_cli_sti && length > 0 &&
           (code[0] == OPCODE_CLI || code[0] == OPCODE_STI);
}
