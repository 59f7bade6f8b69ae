/* SPDX-License-Identifier: MIT
 *
 * Explains denied port accesses of a program that is being followed. See explain_linux.h.
 */
#include "explain_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/known_ports.h"
#include "core/portlist.h"
#include "run/policy_answer.h"
#include "output.h"

#define TASKS_MAX  64u
#define LIST_SHOWN 120u

/* The last fault of a task, which the task may still handle. */
struct fault {
    pid_t task; /* 0: none */
    uint16_t port;
    bool is_output;
    char program[32];
};

struct watch {
    bool is_simulated; /* nobody has asked the policy for ports */
    struct fault faults[TASKS_MAX];
    size_t next; /* the one to overwrite when all are in use */
    struct up_portset handled;
};

static void read_name(pid_t task, char *name, size_t size)
{
    char path[40];
    ssize_t got = -1;
    int file;

    (void)snprintf(path, sizeof path, "/proc/%d/comm", (int)task);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        got = read(file, name, size - 1);
        close(file);
    }
    name[got > 0 ? got : 0] = '\0';
    name[strcspn(name, "\n")] = '\0';
}

/* ---- the explanation ------------------------------------------------------------------------- */

static void advise(const struct watch *watch, const struct fault *fault,
                   const struct up_known_ports *known, char *advice, size_t size)
{
    static struct up_policy_answer answer;
    static struct up_portset ports;

    if (watch->is_simulated) {
        (void)snprintf(advice, size, "no --device or --map has it, and no --ports");
        return;
    }
    up_policy_ask(&answer, NULL, NULL, false);
    if (up_portset_has(&answer.ports, fault->port)) {
        (void)snprintf(advice, size,
                       "the policy gives it to you: run with it in --ports, or without --ports");
        return;
    }
    up_portset_deny_all(&ports);
    up_portset_grant(&ports, fault->port, fault->port);
    if (up_policy_advise_group(&answer, &ports, advice, size)) {
        return;
    }
    if (known != NULL && known->name != NULL) {
        (void)snprintf(advice, size, "sudo userportctl grant %s", known->name);
    } else {
        (void)snprintf(advice, size, "sudo userportctl grant %X", fault->port);
    }
}

static void say_death(const struct watch *watch, const struct fault *fault)
{
    const struct up_known_ports *known = up_known_ports_at(fault->port);
    struct up_error_detail problem;
    char advice[300], what[120] = "";

    if (known != NULL) {
        (void)snprintf(what, sizeof what, " (%s)", known->what);
    }
    advise(watch, fault, known, advice, sizeof advice);
    up_error_detail_set(&problem, 0, NULL,
                        "%s (process %d) was ended by %s: port %X%s is not granted: %s",
                        fault->program, (int)fault->task, fault->is_output ? "OUT" : "IN",
                        fault->port, what, advice);
    up_complain(&problem);
}

static void say_handled(const struct watch *watch)
{
    char list[LIST_SHOWN];

    if (up_portset_count(&watch->handled) > 0) {
        up_portlist_format(&watch->handled, list, sizeof list);
        up_note("the program tried ports that are not granted, and has handled that: %s", list);
    }
}

/* ---- the tasks ------------------------------------------------------------------------------- */

static struct fault *find_fault(struct watch *watch, pid_t task)
{
    size_t i;

    for (i = 0; i < TASKS_MAX; i++) {
        if (watch->faults[i].task == task) {
            return &watch->faults[i];
        }
    }
    return NULL;
}

static void forget(struct watch *watch, struct fault *fault)
{
    if (fault->task != 0) {
        up_portset_grant(&watch->handled, fault->port, fault->port);
    }
    fault->task = 0;
}

static void remember(struct watch *watch, const struct fault *fault)
{
    struct fault *place = find_fault(watch, fault->task);

    place = place != NULL ? place : find_fault(watch, 0);
    if (place == NULL) {
        place = &watch->faults[watch->next++ % TASKS_MAX];
    }
    forget(watch, place);
    *place = *fault;
}

static void see_end(void *context, pid_t task, int status)
{
    struct watch *watch = context;
    struct fault *fault = find_fault(watch, task);

    if (fault != NULL && WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV) {
        say_death(watch, fault);
        fault->task = 0;
    } else if (fault != NULL) {
        forget(watch, fault);
    }
}

static void see_refusal(void *context, const struct up_follow_refusal *refusal)
{
    struct fault fault = {
        .task = refusal->task, .port = refusal->port, .is_output = refusal->is_output};

    read_name(refusal->task, fault.program, sizeof fault.program);
    remember(context, &fault);
}

/* ---- start and end --------------------------------------------------------------------------- */

static struct watch the_watch;

void up_explain_begin(struct up_follow *follow)
{
    up_portset_deny_all(&the_watch.handled);
    the_watch.is_simulated = follow->session != NULL && up_portset_count(follow->granted) == 0;
    follow->refused = see_refusal;
    follow->ended = see_end;
    follow->context = &the_watch;
}

void up_explain_end(void)
{
    say_handled(&the_watch);
}

int up_run_explained(char **words)
{
    struct up_follow_program program = {.words = words};
    struct up_follow follow = {.session = NULL};
    enum up_follow_end end;
    int status, unseen;

    if (!up_follow_prepare(&program)) {
        return up_not_started(UP_EXIT_NOT_STARTED, (uint32_t)errno, NULL, "cannot start %s",
                              words[0]);
    }
    unseen = up_follow_seize(&program, false);
    if (unseen != 0) {
        up_note("the program cannot be watched, and runs all the same: %s (%d)", strerror(unseen),
                unseen);
    }
    up_explain_begin(&follow);
    end = up_follow_run(&program, &follow, &status);
    if (end != UP_FOLLOW_ENDED) {
        return up_not_started(status == ENOENT ? UP_EXIT_NOT_FOUND : UP_EXIT_CANNOT,
                              (uint32_t)status, NULL, "cannot run %s", words[0]);
    }
    up_explain_end();
    return up_follow_end_as(status);
}
