/* SPDX-License-Identifier: MIT
 *
 * Runs a program whose ports are served from outside. See followed_linux.h.
 */
#include "followed_linux.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/portlist.h"
#include "core/ports_variable.h"
#include "core/program_settings.h"
#include "follow/follow.h"
#include "run/filters.h"
#include "run/limits.h"
#include "session/session.h"
#include "explain_linux.h"
#include "live.h"

#define LIST_SHOWN 120u

/* ---- the options ----------------------------------------------------------------------------- */

/* Are all routes of --device to devices? */
static bool are_devices(const char *text)
{
    struct up_routes routes;

    if (!up_read_routes(text, "run: --device ", &routes)) {
        return false;
    }
    if (up_routes_have(&routes, UP_TARGET_PORT) || up_routes_have(&routes, UP_TARGET_NOTHING)) {
        up_usage("run: --device is PORTS=DEVICE, such as 378=printer:out.txt; other targets are "
                 "for --map");
        return false;
    }
    return true;
}

bool up_followed_read(const struct up_invocation *line, struct up_followed *followed)
{
    const char *devices = up_option_argument(line, "device");
    const char *trace = up_option_argument(line, "trace");
    char text[64];
    uint32_t i;

    *followed = (struct up_followed){
        .is_asked = devices != NULL || trace != NULL || up_has_option(line, "map") ||
                    up_has_option(line, "watch") || up_has_option(line, "ignore-cli-sti")};
    if ((devices != NULL && !are_devices(devices)) ||
        !up_read_route_options(line, &followed->routes)) {
        return false;
    }
    if (trace != NULL && !up_check_trace(line, trace)) {
        return false;
    }
    followed->asks_for_no_port =
        up_routes_have(&followed->routes, UP_TARGET_DEVICE) && !up_has_option(line, "ports");
    for (i = 0; followed->asks_for_no_port && i < followed->routes.count; i++) {
        if (followed->routes.routes[i].target == UP_TARGET_PORT) {
            (void)up_route_format(&followed->routes, &followed->routes.routes[i], text,
                                  sizeof text);
            up_usage("run: %s leads to ports: with a device, ports are given only if --ports names "
                     "them",
                     text);
            return false;
        }
    }
    if (followed->asks_for_no_port && up_has_option(line, "user")) {
        up_usage("run: --user is for the ports that the policy gives to this user: name them by "
                 "--ports");
        return false;
    }
    return true;
}

/* ---- before the start ------------------------------------------------------------------------ */

static void note_denied(const struct up_routes *routes, const struct up_portset *granted)
{
    static struct up_portset denied;
    char list[LIST_SHOWN];

    if (up_routes_denied(routes, granted, &denied)) {
        up_portlist_format(&denied, list, sizeof list);
        up_note("the program's ports go to %s, which it is not given: accesses to them end it",
                list);
    }
}

/* Has the file rights for who executes it? */
static bool has_rights(const char *path)
{
    struct stat status;

    return (stat(path, &status) == 0 && (status.st_mode & (S_ISUID | S_ISGID)) != 0) ||
           getxattr(path, "security.capability", NULL, 0) > 0;
}

/*
 * What the kernel does to programs that are followed: execve(2), and PTRACE_MODE_ATTACH of
 * ptrace(2).
 */
static void note_file(const char *path)
{
    if (geteuid() != 0 && has_rights(path)) {
        up_note("%s has rights of its own: while it is followed it has yours only", path);
    }
    if (access(path, R_OK) != 0) {
        up_note("%s may not be read: so its port instructions cannot be served, and end it", path);
    }
}

static bool tell_ports(const struct up_portset *ports)
{
    static char list[UP_PORTLIST_TEXT_MAX];
    char own[16];

    up_portlist_format(ports, list, sizeof list);
    (void)snprintf(own, sizeof own, "%d", (int)getpid());
    /* Routes are followed once: here. */
    return (strlen(list) <= UP_ENVIRONMENT_PORTS_MAX ? setenv(UP_ENVIRONMENT_PORTS, list, 1)
                                                     : unsetenv(UP_ENVIRONMENT_PORTS)) == 0 &&
           setenv(UP_ENVIRONMENT_FOLLOWER, own, 1) == 0 && unsetenv(UP_PROGRAM_VARIABLE) == 0;
}

/* What the child does before it becomes the program. */
struct preparation {
    bool has_filter;
    struct up_portset ports; /* for the filter's answers */
};

static bool get_ready(void *context)
{
    const struct preparation *preparation = context;

    return !preparation->has_filter ||
           (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && up_filter_ioperm(&preparation->ports));
}

/*
 * Who may call ioperm, as root may, would get ports that nobody simulates: so the filter of
 * --ioperm is for such programs in any case.
 */
static bool needs_filter(const struct up_invocation *line)
{
    struct up_limits limits;

    up_limits_look(&limits);
    return up_has_option(line, "ioperm") || limits.has_capability == UP_YES;
}

/* ---- the session ----------------------------------------------------------------------------- */

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* The name for the recording: of the program, or of the Windows program that Wine runs. */
static const char *name_of(const struct up_invocation *line, const char *path)
{
    const char *name = file_name(path);

    return strncmp(name, "wine", 4) == 0 && line->word_count > 1 ? file_name(line->words[1]) : name;
}

/* Signals are for the thread that follows the program: the session's has none. */
static struct up_session *open_session(const struct up_invocation *line,
                                       const struct up_followed *followed, const char *path,
                                       const struct up_portset *granted,
                                       struct up_error_detail *problem)
{
    struct up_session_start start = {
        .program = name_of(line, path),
        .routes = &followed->routes,
        .granted = granted,
        .trace = up_option_argument(line, "trace"),
        .note = up_note_of_session,
    };
    struct up_session *session;
    sigset_t all, before;

    if (up_has_option(line, "watch")) {
        start.watch = up_live_view(problem);
        if (start.watch == NULL) {
            return NULL;
        }
    }
    sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    session = up_session_open(&start, problem);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (session == NULL && start.watch != NULL) {
        (void)start.watch->close(start.watch, 0, NULL);
    }
    return session;
}

static void close_session(struct up_session *session, const char *trace)
{
    struct up_session_counts counts = {0, 0};
    struct up_error_detail problem;

    if (!up_session_close(session, &counts, &problem)) {
        up_complain(&problem);
        trace = NULL;
    }
    up_say_counts(&counts, trace);
}

/* ---- the run --------------------------------------------------------------------------------- */

static int report(enum up_follow_end end, int status, const char *path)
{
    switch (end) {
    case UP_FOLLOW_NOT_RUN:
        return up_not_started(status == ENOENT ? UP_EXIT_NOT_FOUND : UP_EXIT_CANNOT,
                              (uint32_t)status, NULL, "cannot run %s", path);
    case UP_FOLLOW_NOT_READY:
        return up_not_started(UP_EXIT_NOT_STARTED, (uint32_t)status, NULL, "cannot make %s ready",
                              path);
    case UP_FOLLOW_HAS_PORTS:
        return up_not_started(UP_EXIT_NOT_STARTED, 0, NULL,
                              "%s cannot be followed: this process was started with --ioperm, and "
                              "cannot give up its ports",
                              path);
    default:
        return up_follow_end_as(status);
    }
}

static int not_followed(int code, const char *path)
{
    return up_not_started(
        UP_EXIT_NOT_STARTED, (uint32_t)code,
        "A program has one debugger. In a program that is followed, in containers, and where "
        "kernel.yama.ptrace_scope is 2 or 3, the kernel allows no other.",
        "cannot follow %s", path);
}

int up_run_followed(const struct up_invocation *line, const struct up_followed *followed,
                    char **words, const struct up_portset *granted)
{
    static struct preparation preparation;
    struct up_follow_program program = {
        .words = words, .ready = get_ready, .context = &preparation};
    struct up_follow follow = {
        .routes = &followed->routes,
        .granted = granted,
        .ignore_cli_sti = up_has_option(line, "ignore-cli-sti"),
        .stays = true,
    };
    struct up_error_detail problem;
    enum up_follow_end end;
    int status;

    note_denied(&followed->routes, granted);
    note_file(words[0]);
    up_follow_ports(&followed->routes, granted, &preparation.ports);
    preparation.has_filter = needs_filter(line);
    if (!tell_ports(&preparation.ports) || !up_follow_prepare(&program)) {
        return up_not_started(UP_EXIT_NOT_STARTED, (uint32_t)errno, NULL, "cannot start %s",
                              words[0]);
    }
    status = up_follow_seize(&program, true);
    if (status != 0) {
        up_follow_cancel(&program);
        return not_followed(status, words[0]);
    }
    follow.session = open_session(line, followed, words[0], granted, &problem);
    if (follow.session == NULL) {
        up_follow_cancel(&program);
        (void)up_failed(&problem);
        return UP_EXIT_NOT_STARTED;
    }
    if (up_has_option(line, "explain-faults")) {
        up_explain_begin(&follow);
    }
    end = up_follow_run(&program, &follow, &status);
    if (end == UP_FOLLOW_ENDED && up_has_option(line, "explain-faults")) {
        up_explain_end();
    }
    close_session(follow.session, up_option_argument(line, "trace"));
    return report(end, status, words[0]);
}
