/* SPDX-License-Identifier: MIT
 *
 * A .csv recording that is read while it is still being written: whoever reads the file gives the
 * bytes as they come. A line counts when all of it is there.
 */
#ifndef UP_RECORD_TAIL_H
#define UP_RECORD_TAIL_H

#include <stddef.h>

#include "formats.h"

struct up_tail;

/* path: for the words about what is not valid. Result: NULL: there is not enough memory. */
struct up_tail *up_tail_new(const char *path);
void up_tail_free(struct up_tail *tail);

/*
 * Takes bytes behind those that were given before. Result: how many were taken; there is no room
 * for the others before up_tail_next has come to UP_NEXT_CUT.
 */
size_t up_tail_give(struct up_tail *tail, const char *bytes, size_t length);

/* What the recording says of itself; NULL: that has not come yet. */
const struct up_record_info *up_tail_info(const struct up_tail *tail);

/* The time of what came last: an access, lost ones, or the end. */
uint64_t up_tail_time(const struct up_tail *tail);

/*
 * What comes next. UP_NEXT_CUT: what was given is used up, and more may be given. After UP_NEXT_END
 * and UP_NEXT_INVALID, which *problem explains, nothing comes any more.
 */
enum up_next up_tail_next(struct up_tail *tail, struct up_record *record, uint64_t *count,
                          struct up_error_detail *problem);

#endif
