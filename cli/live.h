/* SPDX-License-Identifier: MIT
 *
 * The live view of run --watch on standard error, since standard output is the program's: on a
 * terminal in place, else in lines (record/watch.h).
 */
#ifndef UP_CLI_LIVE_H
#define UP_CLI_LIVE_H

#include "control/error_detail.h"
#include "record/record.h"

/* Result: the sink; NULL with *problem. */
struct up_sink *up_live_view(struct up_error_detail *problem);

#endif
