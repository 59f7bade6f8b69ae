/* SPDX-License-Identifier: MIT
 *
 * The lines of run --watch: each access of the program, as it comes, on standard error, since
 * standard output is the program's.
 */
#ifndef UP_CLI_ACCESS_LINES_H
#define UP_CLI_ACCESS_LINES_H

#include "record/record.h"

/* Result: the sink, which its close frees; NULL if there is not enough memory. */
struct up_sink *up_access_lines(void);

#endif
