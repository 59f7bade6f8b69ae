/* SPDX-License-Identifier: MIT
 *
 * A table of cases, for the main function of each program here. Define TAP_MAIN before it.
 */
#ifndef CLIENTS_CASES_H
#define CLIENTS_CASES_H

#include "tests/wine/transfer/client.h"

struct client_case {
    const char *name;
    void (*run)(void);
};

/* Result: the exit status. */
static inline int run_cases(const struct client_case *cases, unsigned count)
{
    unsigned i;

    tap_plan(count);
    for (i = 0; i < count; i++) {
        tap_case(cases[i].name, cases[i].run);
    }
    return tap_end();
}

#define RUN_CASES(cases) run_cases(cases, sizeof(cases) / sizeof(cases)[0])

#endif
