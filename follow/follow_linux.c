/* SPDX-License-Identifier: MIT
 *
 * Follows a program and all that it starts. See follow.h.
 *
 * wineserver is left alone once it is executed: it outlives the programs of Wine, runs no port
 * instruction, and is the one process that all others wait for.
 */
#include "follow.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/io.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "serve_linux.h"
#include "tasks_linux.h"

#define EXIT_CANNOT 126

struct following {
    const struct up_follow *follow;
    pid_t program;
    bool has_begun; /* it has executed the program */
    bool has_ports; /* and still has ports, so that it was ended */
    struct up_tasks tasks;
};

/* What the child sends when it cannot become the program. */
struct failure {
    int code; /* an errno */
    bool is_of_ready;
};

/* 0: the program has ended. */
static volatile sig_atomic_t program_id;
static volatile sig_atomic_t is_ended_by_signal;

/* ---- the ports of the program ---------------------------------------------------------------- */

void up_follow_ports(const struct up_routes *routes, const struct up_portset *granted,
                     struct up_portset *ports)
{
    uint32_t i, port;

    *ports = *granted;
    for (i = 0; i < routes->count; i++) {
        const struct up_route *route = &routes->routes[i];

        for (port = route->first; port <= route->last; port++) {
            const uint16_t to = (uint16_t)(route->to + (port - route->first));

            if (route->target != UP_TARGET_PORT || up_portset_has(granted, to)) {
                up_portset_grant(ports, (uint16_t)port, (uint16_t)port);
            } else {
                up_portset_deny(ports, (uint16_t)port, (uint16_t)port);
            }
        }
    }
}

/* ---- start ----------------------------------------------------------------------------------- */

__attribute__((noreturn)) static void give_up(int channel, int code, bool is_of_ready)
{
    const struct failure failure = {code, is_of_ready};

    (void)!write(channel, &failure, sizeof failure);
    _exit(EXIT_CANNOT);
}

/* Runs in the child: waits until it is being traced, and executes the program. */
__attribute__((noreturn)) static void become(const struct up_follow_program *program, int go,
                                             int failure)
{
    char nothing;
    ssize_t got;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    while ((got = read(go, &nothing, 1)) < 0 && errno == EINTR) {
    }
    if (got != 1) {
        _exit(EXIT_CANNOT);
    }
    if (program->ready != NULL) {
        /* Any process may give up what it has. */
        (void)iopl(0);
        (void)ioperm(0, UP_PORT_COUNT, 0);
        if (!program->ready(program->context)) {
            give_up(failure, errno, true);
        }
    }
    execv(program->words[0], program->words);
    give_up(failure, errno, false);
}

bool up_follow_prepare(struct up_follow_program *program)
{
    int go[2], failure[2], code;

    if (pipe2(go, O_CLOEXEC) != 0) {
        return false;
    }
    if (pipe2(failure, O_CLOEXEC) != 0) {
        code = errno;
        goto no_failure;
    }
    program->id = fork();
    if (program->id < 0) {
        code = errno;
        goto no_child;
    }
    if (program->id == 0) {
        close(go[1]);
        become(program, go[0], failure[1]);
    }
    close(go[0]);
    close(failure[1]);
    program->go = go[1];
    program->failure = failure[0];
    return true;

no_child:
    close(failure[0]);
    close(failure[1]);
no_failure:
    close(go[0]);
    close(go[1]);
    errno = code;
    return false;
}

void up_follow_cancel(struct up_follow_program *program)
{
    close(program->go);
    close(program->failure);
    (void)kill(program->id, SIGKILL);
    while (waitpid(program->id, NULL, __WALL) < 0 && errno == EINTR) {
    }
}

/* ---- signals that this process gets ---------------------------------------------------------- */

/*
 * Passes on a signal. Signals of the terminal reach the program anyway; a signal that somebody
 * sends to this process is meant for the program. Once the program has ended it is for this one.
 */
static void pass_on(int number, siginfo_t *information, void *context)
{
    (void)context;
    if (program_id == 0) {
        is_ended_by_signal = 1;
    } else if (information->si_code <= 0) {
        (void)kill((pid_t)program_id, number);
    }
}

static void pass_signals_on(pid_t program)
{
    static const int numbers[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO};
    size_t i;

    program_id = program;
    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        (void)sigaction(numbers[i], &action, NULL);
    }
}

/* ---- stops ----------------------------------------------------------------------------------- */

static void go_on(pid_t task, int number)
{
    (void)ptrace(PTRACE_CONT, task, NULL, (void *)(intptr_t)number);
}

/* A task is to get SIGSEGV. Result: the signal that it gets, or 0. */
static int see_fault(struct following *following, pid_t id)
{
    const struct up_follow *follow = following->follow;
    const struct up_task *task = up_tasks_get(&following->tasks, id);
    struct up_follow_refusal refusal;

    if (task == NULL) {
        return SIGSEGV;
    }
    switch (up_serve_fault(follow, task, &refusal)) {
    case UP_SERVED_DONE:
        return 0;
    case UP_SERVED_REFUSED:
        if (follow->refused != NULL) {
            follow->refused(follow->context, &refusal);
        }
        return SIGSEGV;
    default:
        return SIGSEGV;
    }
}

/* The name of a process's program, as ps shows it. */
static void read_name(pid_t process, char name[16])
{
    char path[40];
    ssize_t got = -1;
    int file;

    (void)snprintf(path, sizeof path, "/proc/%d/comm", (int)process);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        got = read(file, name, 15);
        close(file);
    }
    name[got > 0 ? got : 0] = '\0';
}

/*
 * Has it an I/O permission map? A filter of system calls, such as that of --ioperm, only pretends
 * that ports are given up.
 */
static bool has_ports(pid_t task)
{
    static uint8_t bytes[UP_PORT_COUNT / 8];
    struct iovec map = {bytes, sizeof bytes};

    return ptrace(PTRACE_GETREGSET, task, (void *)(uintptr_t)NT_386_IOPERM, &map) == 0 ||
           errno != ENXIO;
}

/* A process has executed another program. Result: false if it is not followed any more. */
static bool see_exec(struct following *following, pid_t process)
{
    unsigned long former = (unsigned long)process;
    char name[16];

    (void)ptrace(PTRACE_GETEVENTMSG, process, NULL, &former);
    up_tasks_exec(&following->tasks, process, (pid_t)former);
    if (process == following->program) {
        if (!following->has_begun && following->follow->session != NULL && has_ports(process)) {
            following->has_ports = true;
            (void)kill(process, SIGKILL);
        }
        following->has_begun = true;
        return true;
    }
    read_name(process, name);
    if (following->follow->session != NULL && strncmp(name, "wineserver", 10) == 0) {
        (void)ptrace(PTRACE_DETACH, process, NULL, NULL);
        up_tasks_remove(&following->tasks, process);
        return false;
    }
    return true;
}

/* Handles a stop of ptrace: the task continues as it would without us. */
static void see_stop(struct following *following, pid_t task, int status)
{
    const int number = WSTOPSIG(status), event = status >> 16;

    if (event == PTRACE_EVENT_STOP && number != SIGTRAP) { /* a stop of job control */
        (void)ptrace(PTRACE_LISTEN, task, NULL, NULL);
    } else if (event == PTRACE_EVENT_EXEC) {
        if (see_exec(following, task)) {
            go_on(task, 0);
        }
    } else if (event != 0) {
        go_on(task, 0);
    } else {
        go_on(task, number == SIGSEGV ? see_fault(following, task) : number);
    }
}

static void see_end(struct following *following, pid_t task, int status)
{
    const struct up_follow *follow = following->follow;

    if (follow->ended != NULL) {
        follow->ended(follow->context, task, status);
    }
    up_tasks_remove(&following->tasks, task);
}

/* Follows until the end. Result: the program's wait status. */
static int follow_tasks(struct following *following)
{
    int status, result = 0;

    while (!is_ended_by_signal) {
        const pid_t task = waitpid(-1, &status, __WALL);

        if (task < 0 && errno != EINTR) {
            break;
        }
        if (task > 0 && WIFSTOPPED(status)) {
            see_stop(following, task, status);
        } else if (task > 0) {
            see_end(following, task, status);
        }
        if (task == following->program && task > 0 && !WIFSTOPPED(status)) {
            result = status;
            program_id = 0;
            if (!following->follow->stays || !following->has_begun) {
                break;
            }
        }
    }
    return result;
}

int up_follow_seize(const struct up_follow_program *program, bool serves)
{
    const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
                         PTRACE_O_TRACEEXEC | (serves ? PTRACE_O_EXITKILL : 0);

    return ptrace(PTRACE_SEIZE, program->id, NULL, (void *)(intptr_t)options) == 0 ? 0 : errno;
}

enum up_follow_end up_follow_run(struct up_follow_program *program, const struct up_follow *follow,
                                 int *status)
{
    struct following following = {.follow = follow, .program = program->id};
    struct failure failure;

    pass_signals_on(program->id);
    (void)!write(program->go, "", 1);
    close(program->go);
    *status = follow_tasks(&following);
    up_tasks_free(&following.tasks);
    if (read(program->failure, &failure, sizeof failure) != (ssize_t)sizeof failure) {
        failure.code = 0;
    }
    close(program->failure);
    if (failure.code == 0) {
        return following.has_ports ? UP_FOLLOW_HAS_PORTS : UP_FOLLOW_ENDED;
    }
    *status = failure.code;
    return failure.is_of_ready ? UP_FOLLOW_NOT_READY : UP_FOLLOW_NOT_RUN;
}

int up_follow_end_as(int status)
{
    const struct rlimit none = {0, 0};
    sigset_t all;

    if (!WIFSIGNALED(status)) {
        return WEXITSTATUS(status);
    }
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)signal(WTERMSIG(status), SIG_DFL);
    sigfillset(&all);
    (void)sigprocmask(SIG_UNBLOCK, &all, NULL);
    (void)raise(WTERMSIG(status));
    return 128 + WTERMSIG(status);
}
