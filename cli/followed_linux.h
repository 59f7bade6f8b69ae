/* SPDX-License-Identifier: MIT
 *
 * The options of run on Linux for which the program is followed and its ports are served from
 * outside: --trace, --watch, --device, --map, --ignore-cli-sti.
 */
#ifndef UP_CLI_FOLLOWED_LINUX_H
#define UP_CLI_FOLLOWED_LINUX_H

#include "core/portset.h"
#include "core/routes.h"
#include "command.h"

/* What the command line says of it. */
struct up_followed {
    bool is_asked;         /* one of the options was given */
    bool asks_for_no_port; /* devices alone: neither policy nor userport-run is needed */
    struct up_routes routes;
};

/* Reads the options. Result: false if they are wrong; up_usage has reported it. */
bool up_followed_read(const struct up_invocation *line, struct up_followed *followed);

/*
 * Starts words[0] with these arguments and serves it and its children. granted: the ports of this
 * process that the accesses may reach. Result: the exit status of the program, as of
 * up_run_explained; or of a failure.
 */
int up_run_followed(const struct up_invocation *line, const struct up_followed *followed,
                    char **words, const struct up_portset *granted);

#endif
