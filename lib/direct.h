/* SPDX-License-Identifier: MIT
 *
 * IN and OUT in the program itself, for the back ends that do so. Each instruction stands under a handler of its own: one
 * that the processor refuses (C0000096, STATUS_PRIVILEGED_INSTRUCTION) never ends the program. The handler is set up in
 * direct_i386.c and direct_amd64.c, each in its system's way; the instructions are in direct_instructions.h.
 */
#ifndef UP_LIB_DIRECT_H
#define UP_LIB_DIRECT_H

#include "backend.h"

/* Runs one read or write. Result: false: the processor refused it, and nothing was executed. */
bool up_direct_access(up_operation *operation);

/* Runs a block. Result: how many elements are left, since the processor refused them. */
uint32_t up_direct_move(const up_operation *block);

#endif
