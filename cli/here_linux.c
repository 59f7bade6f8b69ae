/* SPDX-License-Identifier: MIT
 *
 * Runs a program with the ports of this process (up_run_here of here_linux.h). A process passes its
 * ports on to its children, and may give up some of them first. Nothing more is possible where
 * no_new_privs is set, as in every program started by run.
 */
#include "here_linux.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <userport/userport.h>

#include "core/portlist.h"
#include "core/ports_variable.h"
#include "run/environment.h"
#include "run/filters.h"
#include "explain_linux.h"

#define LIST_SHOWN 120u

bool up_own_ports(struct up_portset *ports)
{
    up_handle *own;
    bool are_known;

    if (up_open(UP_BACKEND_DIRECT, &own) != UP_OK) {
        return false;
    }
    are_known = up_query_map(own, ports->map) == UP_OK && up_portset_count(ports) > 0;
    up_close(own);
    return are_known;
}

/*
 * Gives up all ports but the wanted ones, which any process may do. A filter such as that of
 * --ioperm may only pretend that it was done.
 */
static bool give_up_others(const struct up_portset *wanted, const struct up_portset *own)
{
    static struct up_portset others, now;
    struct up_port_range range;
    uint32_t from;

    others = *own;
    up_portset_remove(&others, wanted);
    for (from = 0; up_portset_next(&others, from, &range); from = range.last + 1u) {
        if (ioperm(range.first, range.last - range.first + 1uL, 0) != 0) {
            return false;
        }
    }
    return up_portset_count(&others) == 0 || (up_own_ports(&now) && up_portset_equal(&now, wanted));
}

static bool tell_ports(const struct up_portset *ports)
{
    static char list[UP_PORTLIST_TEXT_MAX];

    up_portlist_format(ports, list, sizeof list);
    return (strlen(list) <= UP_ENVIRONMENT_PORTS_MAX ? setenv(UP_ENVIRONMENT_PORTS, list, 1)
                                                     : unsetenv(UP_ENVIRONMENT_PORTS)) == 0;
}

/*
 * Makes the argument array with a NULL at its end, which the command line's words need not have.
 * Result: NULL if there is not enough memory.
 */
static char **program_words(const struct up_invocation *line, char *path)
{
    char **words = calloc((size_t)line->word_count + 1, sizeof *words);

    if (words != NULL) {
        memcpy(words, line->words, (size_t)line->word_count * sizeof *words);
        words[0] = path;
    }
    return words;
}

/* Starts the program. Returns only if that failed, or if it was followed. */
static int start(const struct up_invocation *line, const struct up_followed *followed, char *path,
                 const struct up_portset *granted)
{
    char **words = program_words(line, path);
    int error = ENOMEM, status;

    up_out_flush();
    if (words != NULL && (followed->is_asked || up_has_option(line, "explain-faults"))) {
        status = followed->is_asked ? up_run_followed(line, followed, words, granted)
                                    : up_run_explained(words);
        free(words);
        return status;
    }
    if (words != NULL) {
        execv(words[0], words);
        error = errno;
        free(words);
    }
    return up_not_started(error == ENOENT ? UP_EXIT_NOT_FOUND : UP_EXIT_CANNOT, (uint32_t)error,
                          NULL, "cannot run %s", path);
}

int up_run_simulated(const struct up_invocation *line, const struct up_followed *followed,
                     char *path)
{
    static struct up_portset none;

    up_portset_deny_all(&none);
    return start(line, followed, path, &none);
}

int up_run_here(const struct up_invocation *line, const struct up_followed *followed, char *path,
                const char *why, const char *advice)
{
    static struct up_portset own, wanted, missing;
    const char *ports = up_option_argument(line, "ports");
    char list[LIST_SHOWN];

    if (up_has_option(line, "user") || !up_own_ports(&own)) {
        return up_not_started(UP_EXIT_NOT_STARTED, 0, advice,
                              "no program can be given ports from here: %s", why);
    }
    wanted = own;
    if (ports != NULL) {
        up_portset_deny_all(&wanted);
        (void)up_portlist_parse(ports, strlen(ports), &wanted, NULL); /* checked before */
    }
    missing = wanted;
    up_portset_remove(&missing, &own);
    if (up_portset_count(&missing) > 0) {
        up_portlist_format(&missing, list, sizeof list);
        return up_not_started(UP_EXIT_NOT_STARTED, 0, advice,
                              "--ports: this process has not got %s, and can get no more ports",
                              list);
    }
    if (!give_up_others(&wanted, &own)) {
        return up_not_started(
            UP_EXIT_NOT_STARTED, 0, "Without --ports the program has those that this process has.",
            "--ports: this process cannot give up its other ports: %s",
            getenv(UP_ENVIRONMENT_FOLLOWER) != NULL ? "userportctl run serves it from outside"
                                                    : "it was started with --ioperm");
    }
    /* Of a program that is followed, this is done later. */
    if (!followed->is_asked &&
        (!tell_ports(&wanted) ||
         (up_has_option(line, "ioperm") &&
          (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !up_filter_ioperm(&wanted))))) {
        return up_not_started(UP_EXIT_NOT_STARTED, (uint32_t)errno, NULL, "cannot make %s ready",
                              path);
    }
    return start(line, followed, path, &wanted);
}
