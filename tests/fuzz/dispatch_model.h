/* SPDX-License-Identifier: MIT
 *
 * What a list of operations has to do, for fuzz_dispatch.c: a second reading of docs/protocol.md,
 * which takes the list as bytes at offsets and follows each port access as it happens. It knows
 * nothing of transfer.c.
 */
#ifndef UP_FUZZ_DISPATCH_MODEL_H
#define UP_FUZZ_DISPATCH_MODEL_H

#include "tests/host/kernel.h"

/* What the check says: UP_IO_DONE, or why not, where, and for which port. */
struct verdict {
    uint32_t result, index, port;
};

/* Operations from the given one on, against a map. The header has been found good. */
struct verdict model_judge(const uint8_t *list, uint32_t from, const uint8_t *map);

/* The status for a header that makes no sense, or STATUS_SUCCESS. length: 48 to 65568. */
NTSTATUS model_header(const uint8_t *list, uint32_t length);

/*
 * A list with a good header is about to run. The copy of it in *sent becomes what the answer must
 * be.
 */
void model_begin(uint8_t *sent, const uint8_t *map, uint32_t seed);

/*
 * Meanwhile: a port access; another map is in force; the caller ends or wants no more; the clock
 * jumped.
 */
void model_access(const struct host_access *access);
void model_map_changed(const uint8_t *map);
void model_over(bool is_seen_at_once);
void model_jump(LONGLONG ticks);

/* Compares the answer with what must be. Result: the list's. */
uint32_t model_end(const uint8_t *answer, uint32_t length);

#endif
