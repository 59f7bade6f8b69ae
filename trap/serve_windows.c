/* SPDX-License-Identifier: MIT
 *
 * Serves refused port instructions. See serve.h.
 */
#include "serve.h"

#include "trap.h"

#define PRIVILEGED_INSTRUCTION ((DWORD)0xC0000096)
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

enum up_trap_result up_serve_access(const struct up_routes *routes, bool is_output, uint16_t port,
                                    unsigned width, uint32_t *value)
{
    uint16_t to;

    switch (up_routes_find(routes, port, width, &to)) {
    case UP_ROUTED_TO_PORT:
        return up_trap_driver_access(is_output, to, width, value);
    case UP_ROUTED_NOWHERE:
        if (!is_output) {
            *value = 0xFFFFFFFFu;
        }
        return UP_TRAP_DONE;
    default:
        return UP_TRAP_DENIED;
    }
}

enum up_trap_result up_serve_block(const struct up_routes *routes, bool is_output, uint16_t port,
                                   unsigned width, void *buffer, uint32_t count, uint32_t *moved)
{
    uint16_t to;

    switch (up_routes_find(routes, port, width, &to)) {
    case UP_ROUTED_TO_PORT:
        return up_trap_driver_block(is_output, to, width, buffer, count, moved);
    case UP_ROUTED_NOWHERE:
        if (!is_output) {
            memset(buffer, 0xFF, count * width);
        }
        *moved = count;
        return UP_TRAP_DONE;
    default:
        return UP_TRAP_DENIED;
    }
}

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
