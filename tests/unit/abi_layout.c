/* SPDX-License-Identifier: MIT
 *
 * For test_abi.py, which compiles this file with each compiler and reads the numbers out of the
 * object's bytes, between the two marks; it is never linked or run. abi_names.inc is made by it:
 * FIELD, STRUCT and CONSTANT of everything that is in the header.
 */
#include "userport/userport_abi.h"

/*
 * A field: offset, size. A structure: alignment, size. A constant: value, size of its type, of
 * which 1000h: unsigned.
 */
struct record {
    char name[56];
    uint32_t number, size;
};

#define FIELD(structure, field)                                                                    \
    {#structure "." #field, (uint32_t)offsetof(struct structure, field),                           \
     (uint32_t)sizeof(((struct structure *)0)->field)},
#define STRUCT(structure)                                                                          \
    {#structure, (uint32_t) _Alignof(struct structure), (uint32_t)sizeof(struct structure)},
#define CONSTANT(constant)                                                                         \
    {#constant, (uint32_t)(constant), (uint32_t)sizeof(constant) | (0 * (constant)-1 > 0) << 12},

extern const struct record abi_layout[];
const struct record abi_layout[] = {
    {"UserPort's ABI begins", 0, 0},
#include "abi_names.inc"
    {"UserPort's ABI ends", 0, 0},
};
