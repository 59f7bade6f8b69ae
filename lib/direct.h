/* SPDX-License-Identifier: MIT
 *
 * Executes IN and OUT in the program itself, for the back ends that do so. Each instruction has an
 * exception handler of its own, so an instruction that the processor refuses (C0000096,
 * STATUS_PRIVILEGED_INSTRUCTION) never ends the program. direct_i386.c and direct_amd64.c set up
 * the handler in the way of their system; direct_instructions.h has the instructions.
 */
#ifndef UP_LIB_DIRECT_H
#define UP_LIB_DIRECT_H

#include "backend.h"

/* Runs one read or write. Result: false if the processor refused it; then nothing was executed. */
bool up_direct_access(up_operation *operation);

/*
 * Runs a block. Result: the number of elements left because the processor refused them; 0 if all
 * were moved.
 */
uint32_t up_direct_move(const up_operation *block);

#endif
