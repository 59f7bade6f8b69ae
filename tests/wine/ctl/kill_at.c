/* SPDX-License-Identifier: MIT
 *
 * Runs a program, counts its system calls from the one on that writes a certain text to some file,
 * pipe or server, and kills the program at the entry of the n-th: before that call is executed, and
 * after the one before it was. Only calls that may leave something behind are counted: those that
 * write (every request to Wine's server is one), and those that change a folder or a file's length.
 * A kill at any other call leaves what a kill at the next of these leaves. Threads are followed,
 * other processes are not.
 *
 *   kill_at [--alone] N TEXT PROGRAM [ARGUMENT]...
 *
 * TEXT is looked for in UTF-16, as Wine sends it to its server; "": from the first call on. N 0:
 * only count. --alone: the program starts no other one (whose calls would fail): then the kernel
 * stops it at these calls only, which takes a fifth of the time.
 *
 * Prints "killed N" or "ended STATUS COUNT" (COUNT 0: the text was never written). The program's
 * standard output is thrown away.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/ptrace.h>
#include <linux/seccomp.h>

#define LOOK_AT   4096u /* bytes of each buffer that is written */
#define IOVS_MAX  16u
#define TEXT_MAX  128u
#define SECONDS   60u
#define EXIT_SELF 125

static unsigned char wanted[2 * TEXT_MAX];
static size_t wanted_length;
static pid_t program;
static bool is_alone;

static const unsigned calls[] = {
    SYS_write,     SYS_writev,   SYS_pwrite64,  SYS_pwritev,  SYS_sendto,    SYS_sendmsg,
    SYS_open,      SYS_openat,   SYS_creat,     SYS_mkdir,    SYS_mkdirat,   SYS_rmdir,
    SYS_unlink,    SYS_unlinkat, SYS_rename,    SYS_renameat, SYS_renameat2, SYS_link,
    SYS_linkat,    SYS_symlink,  SYS_symlinkat, SYS_truncate, SYS_ftruncate, SYS_fallocate,
    SYS_chmod,     SYS_fchmod,   SYS_fchmodat,  SYS_chown,    SYS_fchown,    SYS_utimensat,
    SYS_futimesat, SYS_setxattr, SYS_fsetxattr, SYS_kill,     SYS_tgkill,    SYS_exit_group,
};
#define CALLS (sizeof calls / sizeof calls[0])

static void set_wanted(const char *text)
{
    for (; *text != '\0' && wanted_length < sizeof wanted; text++) {
        wanted[wanted_length++] = (unsigned char)*text;
        wanted[wanted_length++] = 0;
    }
}

static ssize_t read_memory(pid_t thread, uint64_t from, void *to, size_t length)
{
    struct iovec local = {to, length};
    struct iovec remote = {(void *)(uintptr_t)from, length};

    return process_vm_readv(thread, &local, 1, &remote, 1, 0);
}

static bool has_text(pid_t thread, uint64_t buffer, uint64_t length)
{
    unsigned char data[LOOK_AT];
    const ssize_t got =
        read_memory(thread, buffer, data, length < sizeof data ? length : sizeof data);

    return got > 0 && memmem(data, (size_t)got, wanted, wanted_length) != NULL;
}

static bool is_text_written(pid_t thread, const struct ptrace_syscall_info *info)
{
    struct iovec iovs[IOVS_MAX];
    const uint64_t count = info->entry.args[2] < IOVS_MAX ? info->entry.args[2] : IOVS_MAX;
    uint64_t i;

    if (info->entry.nr == SYS_write) {
        return has_text(thread, info->entry.args[1], info->entry.args[2]);
    }
    if (info->entry.nr != SYS_writev ||
        read_memory(thread, info->entry.args[1], iovs, count * sizeof *iovs) !=
            (ssize_t)(count * sizeof *iovs)) {
        return false;
    }
    for (i = 0; i < count; i++) {
        if (has_text(thread, (uintptr_t)iovs[i].iov_base, iovs[i].iov_len)) {
            return true;
        }
    }
    return false;
}

static bool leaves_something(uint64_t call)
{
    size_t i;

    for (i = 0; i < CALLS && calls[i] != call; i++) {
    }
    return i < CALLS;
}

/* The tracer is asked at each of the calls, before it is executed. */
static bool filter_calls(void)
{
    struct sock_filter code[CALLS + 3] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
    const struct sock_fprog all = {CALLS + 3, code};
    size_t i;

    for (i = 0; i < CALLS; i++) {
        code[1 + i] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i],
                                                   (unsigned char)(CALLS - i), 0);
    }
    code[CALLS + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    code[CALLS + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all) == 0;
}

/* Does the thread stand before one of the calls? */
static bool is_before_call(pid_t thread, int status, struct ptrace_syscall_info *info)
{
    const bool is_stopped = is_alone ? status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8)
                                     : WSTOPSIG(status) == (SIGTRAP | 0x80);

    return is_stopped && ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof *info, info) > 0 &&
           info->op == (is_alone ? PTRACE_SYSCALL_INFO_SECCOMP : PTRACE_SYSCALL_INFO_ENTRY) &&
           leaves_something(info->entry.nr);
}

static void start(char **argv)
{
    const int nowhere = open("/dev/null", O_RDWR);

    program = fork();
    if (program == 0) {
        dup2(nowhere, 0);
        dup2(nowhere, 1);
        raise(SIGSTOP); /* until it is traced */
        if (!is_alone || filter_calls()) {
            execvp(argv[0], argv);
        }
        _exit(EXIT_SELF);
    }
    if (program < 0 || waitpid(program, NULL, WUNTRACED) < 0 ||
        ptrace(PTRACE_SEIZE, program, NULL,
               PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
                   PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL) != 0) {
        perror("kill_at: cannot trace");
        exit(EXIT_SELF);
    }
    kill(program, SIGCONT);
}

static void on_alarm(int number)
{
    (void)number;
    kill(program, SIGKILL);
}

/* The signal to hand on with the next step: none for the stops that tracing itself makes. */
static int signal_of(int status)
{
    const int signal = WSTOPSIG(status);

    return status >> 16 != 0 || signal == (SIGTRAP | 0x80) ? 0 : signal;
}

int main(int argc, char **argv)
{
    unsigned long at, count = 0;
    struct ptrace_syscall_info info;
    bool is_killed = false;
    int status;
    pid_t thread;

    is_alone = argc > 1 && strcmp(argv[1], "--alone") == 0;
    argc -= is_alone;
    argv += is_alone;
    if (argc < 4) {
        fputs("usage: kill_at [--alone] N TEXT PROGRAM [ARGUMENT]...\n", stderr);
        return EXIT_SELF;
    }
    at = strtoul(argv[1], NULL, 10);
    set_wanted(argv[2]);
    signal(SIGALRM, on_alarm);
    alarm(SECONDS);
    start(argv + 3);
    while ((thread = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
        if (thread == program && (WIFEXITED(status) || WIFSIGNALED(status))) {
            break;
        }
        if (thread <= 0 || !WIFSTOPPED(status)) {
            continue;
        }
        if (is_before_call(thread, status, &info) &&
            (count > 0 || wanted_length == 0 || is_text_written(thread, &info)) && ++count == at) {
            is_killed = true;
            kill(program, SIGKILL);
            continue;
        }
        ptrace(is_alone ? PTRACE_CONT : PTRACE_SYSCALL, thread, NULL,
               (void *)(intptr_t)signal_of(status));
    }
    if (is_killed) {
        printf("killed %lu\n", count);
    } else {
        printf("ended %d %lu\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
               count);
    }
    return 0;
}
