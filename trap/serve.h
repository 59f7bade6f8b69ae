/* SPDX-License-Identifier: MIT
 *
 * What the handler in the program (handler_windows.c) and the debugger outside it
 * (debugger_windows.c) do in the same way for a refused port instruction. serve_windows.c.
 */
#ifndef UP_TRAP_SERVE_H
#define UP_TRAP_SERVE_H

#include <windows.h>

#include "core/program_settings.h"
#include "trap/emulate.h"

/*
 * Is it an exception by which the processor may have refused a port instruction? It refuses IN and
 * OUT with a general protection fault. Windows reports that as C0000096 if it knows the instruction
 * as a privileged one, and otherwise, INS and OUTS among them, as an access violation with address
 * -1.
 */
bool up_serve_is_refusal(const EXCEPTION_RECORD *record);

/* From where an access comes. */
struct up_served {
    const struct up_routes *routes;
    uint64_t address;         /* of the instruction */
    uint32_t process, thread; /* another process's; 0: this thread of this process */
};

/*
 * Run one access, and a block, by the driver or where routes send it (struct up_trap_ways), and
 * record it, if the program is recorded.
 */
enum up_trap_result up_serve_access(const struct up_served *from, bool is_output, uint16_t port,
                                    unsigned width, uint32_t *value);
enum up_trap_result up_serve_block(const struct up_served *from, bool is_output, uint16_t port,
                                   unsigned width, void *buffer, uint32_t count, uint32_t *moved);

/* Can memory with this protection be read, or written? A guard page counts as what it guards. */
bool up_serve_can_access(DWORD protection, bool for_writing);

/*
 * Copies an instruction's bytes, as far as they are there: it may end with its page. Result: the
 * number of bytes.
 */
uint32_t up_serve_read_code(const struct up_trap_ways *ways, uint64_t ip,
                            uint8_t code[UP_IO_INSTRUCTION_MAX]);

/* Is it CLI or STI, and do the settings say that these do nothing? */
bool up_serve_skips(const struct up_program_settings *settings, const uint8_t *code,
                    uint32_t length);

#endif
