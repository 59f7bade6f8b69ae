/* SPDX-License-Identifier: MIT
 *
 * IN and OUT in the program itself, for the back ends that do so. Each instruction stands under a handler of its own: one
 * that the processor refuses (C0000096, STATUS_PRIVILEGED_INSTRUCTION) never ends the program. direct_i386.c and
 * direct_amd64.c.
 */
#ifndef UP_LIB_DIRECT_H
#define UP_LIB_DIRECT_H

#include "backend.h"

/* The six at the top of struct up_backend. Refused: as if up_access_in8 and the like had been called in their place. */
up_error UP_CALL up_direct_in8(up_ports *ports, uint16_t port, uint8_t *value);
up_error UP_CALL up_direct_in16(up_ports *ports, uint16_t port, uint16_t *value);
up_error UP_CALL up_direct_in32(up_ports *ports, uint16_t port, uint32_t *value);
up_error UP_CALL up_direct_out8(up_ports *ports, uint16_t port, uint8_t value);
up_error UP_CALL up_direct_out16(up_ports *ports, uint16_t port, uint16_t value);
up_error UP_CALL up_direct_out32(up_ports *ports, uint16_t port, uint32_t value);

/* Runs a block. Result: how many elements are left, since the processor refused them. */
uint32_t up_direct_move(const up_operation *block);

#endif
