/* SPDX-License-Identifier: MIT
 *
 * The JSON of the command trace: one object of what the accesses come to, or one for each access.
 */
#ifndef UP_CLI_TRACE_H
#define UP_CLI_TRACE_H

#include "record/record.h"

/* Result: a sink that prints JSON; NULL with *problem. */
struct up_sink *up_trace_json(const char *path, const struct up_record_info *info, bool is_raw,
                              struct up_error_detail *problem);

/* Before the sink is closed: was the recording cut off? For other sinks this does nothing. */
void up_trace_end(struct up_sink *sink, bool is_cut);

#endif
