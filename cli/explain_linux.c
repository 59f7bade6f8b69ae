/* SPDX-License-Identifier: MIT
 *
 * Runs a program and explains denied port accesses (up_run_explained of here_linux.h). The
 * program's parent is its debugger, by ptrace(2), but changes nothing: each signal is delivered. A
 * denied port is a SIGSEGV that the kernel itself sends at a port instruction. Whether the task
 * dies of it shows only afterwards, since a program may have a handler, as Wine does.
 */
#include "here_linux.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/policy_answer.h"
#include "core/ioinsn.h"
#include "core/known_ports.h"
#include "core/portlist.h"

#define TASKS_MAX 64u
/*
 * The code segment of 64-bit programs, and of 32-bit ones on x86-64. Other segments have bases of
 * their own.
 */
#define CODE_SEGMENT    0x33u
#define CODE_SEGMENT_32 0x23u
#define PAGE_BYTES      4096u
#define LIST_SHOWN      120u

/* The last fault of a task, which the task may still handle. */
struct fault {
    pid_t task; /* 0: none */
    uint16_t port;
    bool is_output;
    char program[32];
};

struct watch {
    pid_t program;
    struct fault faults[TASKS_MAX];
    size_t next; /* the one to overwrite when all are in use */
    struct up_portset handled;
};

static volatile sig_atomic_t program_id;

/* ---- one fault ------------------------------------------------------------------------------- */

/*
 * Reads the instruction. It may end at the end of its page, with nothing mapped after it. Result:
 * the number of bytes.
 */
static size_t read_code(pid_t task, uint64_t address, uint8_t code[UP_IO_INSTRUCTION_MAX])
{
    const size_t left = PAGE_BYTES - (size_t)(address % PAGE_BYTES);
    const size_t first = left < UP_IO_INSTRUCTION_MAX ? left : UP_IO_INSTRUCTION_MAX;
    struct iovec here = {code, UP_IO_INSTRUCTION_MAX};
    struct iovec there[2] = {{(void *)(uintptr_t)address, first},
                             {(void *)(uintptr_t)(address + first), UP_IO_INSTRUCTION_MAX - first}};
    const ssize_t got = process_vm_readv(task, &here, 1, there, 2, 0);

    return got > 0 ? (size_t)got : 0;
}

/*
 * Finds the first of these ports that the task does not have. Result: false if it has all of them,
 * or if that is unknown.
 */
static bool find_denied(pid_t task, uint16_t first, unsigned width, uint16_t *port)
{
    static struct up_portset ports;
    struct iovec map = {ports.map, sizeof ports.map};
    uint32_t denied;

    if (ptrace(PTRACE_GETREGSET, task, (void *)(uintptr_t)NT_386_IOPERM, &map) != 0) {
        if (errno != ENXIO) {
            return false;
        }
        up_portset_deny_all(&ports); /* it has no permission map */
    }
    denied = up_portset_first_denied(&ports, first, width);
    if (denied >= UP_PORT_COUNT) {
        return false;
    }
    *port = (uint16_t)denied;
    return true;
}

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

/* Was the fault caused by a port instruction with ports that are not granted? */
static bool look_at_fault(pid_t task, struct fault *fault)
{
    uint8_t code[UP_IO_INSTRUCTION_MAX];
    struct up_io_instruction instruction;
    struct user_regs_struct registers;
    siginfo_t information;
    size_t length;

    if (ptrace(PTRACE_GETSIGINFO, task, NULL, &information) != 0 ||
        information.si_code != SI_KERNEL || ptrace(PTRACE_GETREGS, task, NULL, &registers) != 0 ||
        (registers.cs != CODE_SEGMENT && registers.cs != CODE_SEGMENT_32)) {
        return false;
    }
    length = read_code(task, registers.rip, code);
    if (!up_io_instruction_read(code, length, registers.cs == CODE_SEGMENT, &instruction) ||
        !find_denied(task, instruction.has_port ? instruction.port : (uint16_t)registers.rdx,
                     instruction.width, &fault->port)) {
        return false;
    }
    fault->task = task;
    fault->is_output = instruction.is_output;
    read_name(task, fault->program, sizeof fault->program);
    return true;
}

/* ---- the explanation ------------------------------------------------------------------------- */

static void advise(const struct fault *fault, const struct up_known_ports *known, char *advice,
                   size_t size)
{
    static struct up_policy_answer answer;
    static struct up_portset ports;

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

static void say_death(const struct fault *fault)
{
    const struct up_known_ports *known = up_known_ports_at(fault->port);
    struct up_error_detail problem;
    char advice[300], what[120] = "";

    if (known != NULL) {
        (void)snprintf(what, sizeof what, " (%s)", known->what);
    }
    advise(fault, known, advice, sizeof advice);
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

static void see_end(struct watch *watch, pid_t task, int status)
{
    struct fault *fault = find_fault(watch, task);

    if (fault != NULL && WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV) {
        say_death(fault);
        fault->task = 0;
    } else if (fault != NULL) {
        forget(watch, fault);
    }
}

/* Handles a stop of ptrace: the task continues as it would without us. */
static void see_stop(struct watch *watch, pid_t task, int status)
{
    const int signal_number = WSTOPSIG(status), event = status >> 16;
    struct fault fault;

    if (event == PTRACE_EVENT_STOP && signal_number != SIGTRAP) { /* a stop of job control */
        (void)ptrace(PTRACE_LISTEN, task, NULL, NULL);
        return;
    }
    if (event == 0 && signal_number == SIGSEGV && look_at_fault(task, &fault)) {
        remember(watch, &fault);
    }
    (void)ptrace(PTRACE_CONT, task, NULL, (void *)(intptr_t)(event == 0 ? signal_number : 0));
}

/* ---- start and end --------------------------------------------------------------------------- */

/*
 * Passes on a signal. Signals of the terminal reach the program anyway; a signal that somebody
 * sends to this process is meant for the program.
 */
static void pass_on(int number, siginfo_t *information, void *context)
{
    (void)context;
    if (information->si_code <= 0) {
        (void)kill((pid_t)program_id, number);
    }
}

static void pass_signals_on(pid_t program)
{
    static const int numbers[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};
    size_t i;

    program_id = program;
    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        (void)sigaction(numbers[i], &action, NULL);
    }
}

/* Runs in the child: waits until it is being traced, and executes the program. */
__attribute__((noreturn)) static void become(char **words, int go, int failure)
{
    char nothing;
    int code;

    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (read(go, &nothing, 1) < 0 && errno == EINTR) {
    }
    execv(words[0], words);
    code = errno;
    (void)!write(failure, &code, sizeof code);
    _exit(UP_EXIT_CANNOT);
}

/* Watches until the program has ended. Result: its wait status. */
static int watch_tasks(struct watch *watch)
{
    int status;

    for (;;) {
        const pid_t task = waitpid(-1, &status, __WALL);

        if (task < 0 && errno != EINTR) {
            return 0;
        }
        if (task > 0 && WIFSTOPPED(status)) {
            see_stop(watch, task, status);
        } else if (task > 0) {
            see_end(watch, task, status);
            if (task == watch->program) {
                return status;
            }
        }
    }
}

/*
 * Ends this process as the program has ended. It writes no core file, since a core file would be
 * the program's.
 */
static int end_as(int status)
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

int up_run_explained(char **words)
{
    static struct watch watch;
    int go[2], failure[2], code = 0, status;

    if (pipe2(go, O_CLOEXEC) != 0 || pipe2(failure, O_CLOEXEC) != 0) {
        return up_not_started(UP_EXIT_NOT_STARTED, (uint32_t)errno, NULL,
                              "cannot make a pipe to %s", words[0]);
    }
    up_portset_deny_all(&watch.handled);
    watch.program = fork();
    if (watch.program < 0) {
        return up_not_started(UP_EXIT_NOT_STARTED, (uint32_t)errno, NULL, "cannot start %s",
                              words[0]);
    }
    if (watch.program == 0) {
        close(go[1]);
        become(words, go[0], failure[1]);
    }
    pass_signals_on(watch.program);
    if (ptrace(PTRACE_SEIZE, watch.program, NULL,
               (void *)(intptr_t)(PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                                  PTRACE_O_TRACECLONE)) != 0) {
        up_note("the program cannot be watched, and runs all the same: %s (%d)", strerror(errno),
                errno);
    }
    close(go[0]);
    close(go[1]);
    close(failure[1]);
    status = watch_tasks(&watch);
    if (read(failure[0], &code, sizeof code) == (ssize_t)sizeof code) {
        return up_not_started(code == ENOENT ? UP_EXIT_NOT_FOUND : UP_EXIT_CANNOT, (uint32_t)code,
                              NULL, "cannot run %s", words[0]);
    }
    say_handled(&watch);
    return end_as(status);
}
