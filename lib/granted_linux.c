/* SPDX-License-Identifier: MIT
 *
 * Finds out which ports this process may use, from the kernel. It tries no port, since reads have
 * side effects, and catches no fault, since the handlers of faults belong to the program. The
 * kernel tells the map only to a debugger. A child process therefore becomes the debugger of its
 * own child, which has inherited the map: ptrace(2), register set NT_386_IOPERM.
 *
 * Both children are made without a signal at their end, so neither a SIGCHLD handler nor a wait for
 * any child notices them. All signals are blocked meanwhile, so no handler of the program runs in
 * them.
 */
#include "linux.h"

#include <elf.h>
#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* The result, in memory shared by the parent and the child. */
struct answer {
    struct up_portset ports;
    bool is_known;
};

/*
 * A fork that the C library does not notice, so no fork handlers run. The child may make only
 * system calls, since other threads may have held any lock. CLONE_UNTRACED keeps a debugger that
 * follows the program from tracing the child.
 */
static pid_t make_child(void)
{
    return (pid_t)syscall(SYS_clone, (unsigned long)CLONE_UNTRACED, NULL, NULL, NULL, NULL);
}

static pid_t wait_for(pid_t child, int *status)
{
    pid_t result;

    do {
        result = waitpid(child, status, __WALL);
    } while (result < 0 && errno == EINTR);
    return result;
}

/* Runs in the second child: stops, so that its parent can read its map. */
__attribute__((noreturn)) static void be_looked_at(void)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0) {
        syscall(SYS_kill, (pid_t)syscall(SYS_getpid),
                /* Not raise, because the C library would name the parent's thread. */
                SIGSTOP);
    }
    for (;;) {
        syscall(SYS_exit_group, 1);
    }
}

static void look_at(pid_t child, struct answer *answer)
{
    struct iovec map = {answer->ports.map, sizeof answer->ports.map};

    if (ptrace(PTRACE_GETREGSET, child, (void *)(uintptr_t)NT_386_IOPERM, &map) == 0) {
        answer->is_known = map.iov_len == sizeof answer->ports.map;
    } else if (errno == ENXIO) { /* it has no map: no port is granted */
        up_portset_deny_all(&answer->ports);
        answer->is_known = true;
    }
}

__attribute__((noreturn)) static void find_out(struct answer *answer)
{
    pid_t child;
    int status;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    child = make_child();
    if (child == 0) {
        be_looked_at();
    }
    if (child > 0 && wait_for(child, &status) == child && WIFSTOPPED(status)) {
        look_at(child, answer);
        syscall(SYS_kill, child, SIGKILL);
        wait_for(child, &status);
    }
    for (;;) {
        syscall(SYS_exit_group, 0);
    }
}

bool up_linux_granted(struct up_portset *ports)
{
    struct answer *answer =
        mmap(NULL, sizeof *answer, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sigset_t all, before;
    bool is_known;
    pid_t child;
    int status;

    if (answer == MAP_FAILED) {
        return false;
    }
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    child = make_child();
    if (child == 0) {
        find_out(answer);
    }
    if (child > 0) {
        wait_for(child, &status);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    is_known = answer->is_known;
    *ports = answer->ports;
    munmap(answer, sizeof *answer);
    return is_known;
}
