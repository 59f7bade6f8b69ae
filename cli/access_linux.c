/* SPDX-License-Identifier: MIT
 *
 * The Linux part of read, write, watch and test (access.h). If this process lacks ports that the
 * policy gives to its user, it runs itself again through userport-run with exactly these ports. It
 * does so only once: a program that userport-run has started has no_new_privs set and cannot get
 * more.
 */
#include "access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/limits.h"
#include "run/policy_answer.h"
#include "run/helper.h"
#include "core/portlist.h"
#include "policy/grant_file.h"
#include "here_linux.h"

#define ARGUMENTS_BYTES 262144u
#define LIST_SHOWN      120u

const struct up_backend_choice up_backend_choices[2] = {{"direct", UP_BACKEND_DIRECT},
                                                        {"devport", UP_BACKEND_DEVPORT}};
const char up_backend_help[] = "only this way to the ports: direct, or devport (root's /dev/port)";

const char up_watch_text[] = "Prints the value of each port (up to 64, ranges too), and then each "
                             "change with the seconds since the start. "
                             "It looks ten times a second, or as --interval says; a change that is "
                             "over by then is not seen. Ends at Ctrl-C "
                             "with status 0. With --json it prints one object for each line.\n";

void up_access_advise_grant(char *advice, size_t size, const char *what, const char *list)
{
    (void)snprintf(advice, size, "As root, grant %s to the group userport: userportctl grant %s",
                   what, list);
}

/* Root has /dev/port, and a process that run has started what it was given. */
bool up_access_granted(struct up_portset *granted)
{
    static struct up_policy_answer answer;

    if (up_own_ports(granted)) {
        return true;
    }
    up_portset_deny_all(granted);
    if (geteuid() == 0) {
        up_portset_grant(granted, 0, 0xFFFFu);
        return true;
    }
    up_policy_ask(&answer, NULL, NULL, false);
    *granted = answer.ports;
    return answer.is_known && answer.verdict != UP_POLICY_UNUSABLE;
}

bool up_access_system_problem(const up_failure *failure, struct up_error_detail *problem)
{
    (void)failure;
    (void)problem;
    return false;
}

/* Nobody can take ports from a running process. */
bool up_access_was_stopped(struct up_error_detail *problem)
{
    (void)problem;
    return false;
}

static bool has_ports(const struct up_portset *needed)
{
    static struct up_portset granted, missing;

    if (!up_own_ports(&granted)) {
        return false;
    }
    missing = *needed;
    up_portset_remove(&missing, &granted);
    return up_portset_count(&missing) == 0;
}

static int fail(const char *advice, const char *format, const char *one, const char *other)
{
    struct up_error_detail problem;

    up_error_detail_set(&problem, 0, advice, format, one, other);
    return up_failed(&problem);
}

/* ---- running this program again -------------------------------------------------------------- */

/*
 * Reads the arguments of this process, one after the other, each with its terminating 0. Result:
 * the number of bytes.
 */
static size_t read_own_arguments(char *text, size_t room)
{
    const int file = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t got = 0;

    while (file >= 0 && length < room && (got = read(file, text + length, room - length)) > 0) {
        length += (size_t)got;
    }
    if (file >= 0) {
        close(file);
    }
    return got == 0 && length < room ? length : 0;
}

/* Runs this program again. Returns only if that failed. */
static void run_anew(char *program, char *list)
{
    static char text[ARGUMENTS_BYTES], helper[] = "userport-run", option[] = "--ports",
                                       end[] = "--";
    const size_t length = read_own_arguments(text, sizeof text);
    char **words = calloc(length + 6, sizeof *words);
    size_t count = 5, at;

    if (length == 0 || words == NULL) {
        free(words);
        return;
    }
    words[0] = helper;
    words[1] = option;
    words[2] = list;
    words[3] = end;
    words[4] = program;
    for (at = strlen(text) + 1; at < length; at += strlen(text + at) + 1) {
        words[count++] = text + at;
    }
    up_out_flush();
    execv(UP_RUN_PATH, words);
    free(words);
}

/* ---- asking the policy ----------------------------------------------------------------------- */

/*
 * Asks whether the ports would be given. Result: -1 if they would; otherwise an exit status, and
 * the reason has been reported.
 */
static int ask_policy(const struct up_portset *needed, const char *program)
{
    static struct up_policy_answer answer;
    static struct up_portset missing;
    char list[LIST_SHOWN], advice[300];

    up_policy_ask(&answer, program, NULL, false);
    if (!answer.is_known) {
        return up_failed(&answer.problem);
    }
    if (answer.verdict == UP_POLICY_UNUSABLE) {
        return fail("Mend that; userportctl check says whether it is right.",
                    "no port is given to anybody: %s%s", answer.reason, "");
    }
    missing = *needed;
    up_portset_remove(&missing, &answer.ports);
    if (up_portset_count(&missing) == 0) {
        return -1;
    }
    up_portlist_format(&missing, list, sizeof list);
    if (answer.user == 0 || up_policy_is_in_group(UP_GRANT_GROUP)) {
        up_access_advise_grant(advice, sizeof advice,
                               up_portset_count(&missing) == 1 ? "it" : "them", list);
    } else {
        (void)snprintf(advice, sizeof advice,
                       "As root: userportctl grant %s and adduser %s " UP_GRANT_GROUP, list,
                       answer.user_name);
    }
    if (!up_policy_advise_group(&answer, &missing, advice, sizeof advice) &&
        answer.verdict != UP_GRANTED && answer.rules.count > 0) {
        (void)snprintf(advice, sizeof advice,
                       "userportctl status says what you get, userportctl check who gets what.");
    }
    return fail(advice,
                up_portset_count(&missing) == 1 ? "no rule gives port %s to user %s"
                                                : "no rule gives the ports %s to user %s",
                list, answer.user_name);
}

int up_access_begin(uint32_t backends, const struct up_portset *needed)
{
    static char list[UP_PORTLIST_TEXT_MAX], program[4096];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    static struct up_portset own;
    struct up_helper helper;
    struct up_limits limits;
    const char *problem, *subject, *advice;
    int status;

    if ((backends & UP_BACKEND_DIRECT) == 0 || has_ports(needed) || length <= 0 ||
        (geteuid() == 0 && (backends & UP_BACKEND_DEVPORT) != 0)) {
        return -1;
    }
    up_limits_look(&limits);
    problem = up_limits_problem(&limits, &advice);
    /* As in a program started by run. The access itself then says which port is missing. */
    if (problem != NULL) {
        return up_own_ports(&own) ? -1 : fail(advice, "cannot get the ports: %s%s", problem, "");
    }
    program[length] = '\0';
    status = ask_policy(needed, program);
    if (status >= 0) {
        return status;
    }
    up_helper_look(&helper);
    problem = up_helper_problem(&helper, geteuid() == 0, &subject, &advice);
    if (problem != NULL) {
        return fail(advice, "cannot get the ports: %s %s", UP_RUN_PATH, problem);
    }
    up_portlist_format(needed, list, sizeof list);
    run_anew(program, list);
    return fail("userportctl doctor says what to do.", "cannot start %s: %s", UP_RUN_PATH,
                strerror(errno));
}
