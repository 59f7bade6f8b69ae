/* SPDX-License-Identifier: MIT
 *
 * Starts a program as nobody decent does. For the tests of userport-run.
 *
 * - no-name PROGRAM: without any argument, not even its name
 * - traced PROGRAM ARG...: under ptrace; prints "traced: exit N"
 * - closed PROGRAM ARG...: descriptors 0, 1 and 2 closed; 7 is a copy of the 1 that was
 * - deaf PROGRAM ARG...: every signal ignored or blocked
 * - ported PROGRAM ARG...: with the ports 300-31F, as root; iopl: with all of them
 * - filtered PROGRAM ARG...: no_new_privs, and a filter that lets every capset and setuid pass as
 *   done
 * - lockless PROGRAM ARG...: no_new_privs, and a filter by which flock says that there are no locks
 * - denying PROGRAM ARG...: the same, by which ioperm is not permitted, as in containers
 * - lacking PROGRAM ARG...: the same, by which there is no ioperm, as in kernels that were built
 *   without it
 * - attach PROCESS: tries ptrace, and to write its memory; prints what the system says
 * - watched PROGRAM ARG...: starts it ten times, stops it again and again, and tries the same with
 *   it and its child
 * - killed MILLISECONDS PROGRAM ARG...: starts userport-run and kills it then; exits 1 if it was
 *   not at work any more
 * - swapping FILE FILE TARGET: puts copies of the two in the target's place by turns, until killed
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int trace(char **program)
{
    int status;
    const pid_t child = fork();

    if (child == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        execv(program[0], program);
        _exit(99);
    }
    while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
        const int stopped = WSTOPSIG(status);

        ptrace(PTRACE_CONT, child, NULL, (void *)(long)(stopped == SIGTRAP ? 0 : stopped));
    }
    printf("traced: exit %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 200);
    return 0;
}

static void install(struct sock_filter *code, size_t length)
{
    const struct sock_fprog all = {(unsigned short)length, code};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all) != 0) {
        perror("filter");
    }
}

/* capset and setresuid "work" without being done. */
static void filter(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_capset, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setresuid, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
    };
    install(code, sizeof code / sizeof code[0]);
}

static void take_away(long call, long other_call, int error)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)call, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)other_call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)error),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };

    install(code, sizeof code / sizeof code[0]);
}

static int attach(pid_t process)
{
    char path[64];
    int file;

    printf("ptrace: %s\n",
           ptrace(PTRACE_SEIZE, process, NULL, NULL) == 0 ? "done" : strerror(errno));
    snprintf(path, sizeof path, "/proc/%d/mem", (int)process);
    file = open(path, O_RDWR);
    printf("memory: %s\n", file >= 0 ? "open" : strerror(errno));
    snprintf(path, sizeof path, "/proc/%d/fd", (int)process);
    file = open(path, O_RDONLY | O_DIRECTORY);
    printf("descriptors: %s\n", file >= 0 ? "open" : strerror(errno));
    return 0;
}

static int can_steal(pid_t process)
{
    char path[64];
    int file, stolen = ptrace(PTRACE_SEIZE, process, NULL, NULL) == 0;
    static const char *const names[] = {"mem", "fd/3", "environ"};
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "/proc/%d/%s", (int)process, names[i]);
        file = open(path, i == 0 ? O_RDWR : O_RDONLY);
        if (file >= 0) {
            close(file);
            stolen = 1;
        }
    }
    return stolen;
}

/* Of a file of /proc/PROCESS, the first line, or "". */
static void read_line(pid_t process, const char *name, char *line, size_t size)
{
    char path[64];
    ssize_t got = -1;
    int file;

    snprintf(path, sizeof path, "/proc/%d/%s", (int)process, name);
    file = open(path, O_RDONLY);
    if (file >= 0) {
        got = read(file, line, size - 1);
        close(file);
    }
    line[got > 0 ? got : 0] = '\0';
    line[strcspn(line, "\n")] = '\0';
}

/*
 * By its name: before it is executed the process is ours, and behind it, it is the user's program.
 */
static int is_at_work(pid_t process)
{
    char name[32];

    read_line(process, "comm", name, sizeof name);
    return strcmp(name, "userport-run") == 0;
}

/* Kills it and its child, if they are still userport-run, so many milliseconds after its start. */
static int kill_after(unsigned milliseconds, char **program)
{
    char children[64], place[64];
    const pid_t child = fork();
    int status, is_killed;

    if (child == 0) {
        execv(program[0], program);
        _exit(99);
    }
    usleep(1000u * milliseconds);
    is_killed = is_at_work(child);
    if (is_killed) {
        kill(child, SIGSTOP); /* so that its child is the same one still */
        snprintf(place, sizeof place, "task/%d/children", (int)child);
        read_line(child, place, children, sizeof children);
        if (atoi(children) > 0) {
            kill(atoi(children), SIGKILL);
        }
        kill(child, SIGKILL);
    }
    waitpid(child, &status, 0);
    return is_killed ? 0 : 1;
}

static int write_new(const char *path, const char *text, size_t length)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const int is_written = file >= 0 && write(file, text, length) == (ssize_t)length;

    return file >= 0 && close(file) == 0 && is_written;
}

/* Puts a copy of the first file, then of the second one, in the place of the third; until killed.
 */
static int swap(char **names)
{
    char texts[2][4096], fresh[300];
    ssize_t lengths[2];
    int i, file;

    for (i = 0; i < 2; i++) {
        file = open(names[i], O_RDONLY);
        lengths[i] = file >= 0 ? read(file, texts[i], sizeof texts[i]) : -1;
        close(file);
    }
    snprintf(fresh, sizeof fresh, "%s.new", names[2]);
    for (i = 0; lengths[i] > 0 && write_new(fresh, texts[i], (size_t)lengths[i]); i = !i) {
        if (rename(fresh, names[2]) != 0) {
            break;
        }
        usleep(1000);
    }
    perror(names[2]);
    return 1;
}

static int watch(char **program)
{
    int round, status, tries = 0, stolen = 0, in_child = 0;

    for (round = 0; round < 10; round++) {
        const pid_t child = fork();
        char children[64], place[64];
        int was_at_work = 0, has_ended = 0;

        if (child == 0) {
            dup2(open("/dev/null", O_WRONLY), 1);
            execv(program[0], program);
            _exit(99);
        }
        while (!has_ended && (is_at_work(child) || !was_at_work)) {
            if (!is_at_work(child)) {
                has_ended = waitpid(child, &status, WNOHANG) == child;
                continue;
            }
            was_at_work = 1;
            kill(child, SIGSTOP);
            has_ended = waitpid(child, &status, WUNTRACED) == child && !WIFSTOPPED(status);
            if (!has_ended && is_at_work(child)) {
                tries++;
                stolen += can_steal(child);
                snprintf(place, sizeof place, "task/%d/children", (int)child);
                read_line(child, place, children, sizeof children);
                if (atoi(children) > 0) {
                    in_child++;
                    stolen += can_steal(atoi(children));
                }
            }
            kill(child, SIGCONT);
            usleep(200u + 100u * (unsigned)round);
        }
        if (!has_ended) {
            waitpid(child, &status, 0);
        }
    }
    printf("%d stolen, %s\n", stolen,
           tries >= 20 && in_child > 0 ? "often tried"
           : tries == 0                ? "never tried"
                                       : "seldom tried");
    return 0;
}

int main(int count, char **arguments)
{
    char *nothing[] = {NULL};
    sigset_t all;
    int i;

    if (count < 3) {
        return 2;
    }
    if (strcmp(arguments[1], "no-name") == 0) {
        execv(arguments[2], nothing);
    } else if (strcmp(arguments[1], "traced") == 0) {
        return trace(arguments + 2);
    } else if (strcmp(arguments[1], "attach") == 0) {
        return attach(atoi(arguments[2]));
    } else if (strcmp(arguments[1], "watched") == 0) {
        return watch(arguments + 2);
    } else if (strcmp(arguments[1], "killed") == 0 && count > 3) {
        return kill_after((unsigned)atoi(arguments[2]), arguments + 3);
    } else if (strcmp(arguments[1], "swapping") == 0 && count == 5) {
        return swap(arguments + 2);
    } else if (strcmp(arguments[1], "closed") == 0) {
        dup2(1, 7);
        for (i = 0; i < 3; i++) {
            close(i);
        }
        execv(arguments[2], arguments + 2);
    } else if (strcmp(arguments[1], "deaf") == 0) {
        sigfillset(&all);
        sigprocmask(SIG_BLOCK, &all, NULL);
        for (i = 1; i < 65; i++) {
            signal(i, SIG_IGN);
        }
        execv(arguments[2], arguments + 2);
    } else if (strcmp(arguments[1], "ported") == 0 && ioperm(0x300, 0x20, 1) == 0) {
        execv(arguments[2], arguments + 2);
    } else if (strcmp(arguments[1], "iopl") == 0 && iopl(3) == 0) {
        execv(arguments[2], arguments + 2);
    } else if (strcmp(arguments[1], "filtered") == 0) {
        filter();
        execv(arguments[2], arguments + 2);
    } else if (strcmp(arguments[1], "lockless") == 0) {
        take_away(SYS_flock, SYS_flock, ENOLCK);
        execv(arguments[2], arguments + 2);
    } else if (strcmp(arguments[1], "denying") == 0 || strcmp(arguments[1], "lacking") == 0) {
        take_away(SYS_ioperm, SYS_iopl, arguments[1][0] == 'd' ? EPERM : ENOSYS);
        execv(arguments[2], arguments + 2);
    }
    perror(arguments[2]);
    return 98;
}
