/* SPDX-License-Identifier: MIT
 *
 * userport-run: runs a program with the I/O ports that the policy gives its user. The one privileged part on Linux: it has
 * the file capability cap_sys_rawio, which ioperm(2) asks for, and nothing else; or root runs it. docs/security.md says
 * what it trusts and why.
 *
 * In this order: open the policy and the program; let a child that can only read, write and end (seccomp) read
 * the policy and answer; ioperm as it says; give up everything; execute. Whatever fails gives nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "../core/portlist.h"
#include "accounts.h"
#include "environment.h"
#include "policy_files.h"
#include "version.h"

#define USAGE "usage: userport-run [--ports LIST] [--user NAME] -- /PATH/PROGRAM [ARGUMENT]..."

#define GROUPS_MAX 1024
#define SHOWN_MAX  200 /* bytes of a path or list in a message */

/* Exit codes: those of env(1) and nice(1). */
#define EXIT_REFUSED   125
#define EXIT_CANNOT    126
#define EXIT_NOT_FOUND 127

struct request {
    const char *user_name; /* root alone: whom to be; NULL */
    const char *ports;     /* NULL: all that the policy gives */
    char **program;        /* and its arguments */
    int file;              /* the program, if it is one that a rule may name; -1 */
    uint32_t user;
    gid_t groups[GROUPS_MAX];
    int group_count;
};

/* What the child answers. */
struct answer {
    bool is_granted;
    bool by_program; /* a rule that names the program is among those that apply */
    struct up_portset ports;
    char message[UP_RULES_MESSAGE_MAX + 400];
};

__attribute__((noreturn, format(printf, 2, 3))) static void give_up(int status, const char *format, ...)
{
    va_list arguments;

    fputs("userport-run: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(status);
}

/* ---- before anything -------------------------------------------------------------------------------------------------------- */

/*
 * A descriptor that we open must not become the 0, 1 or 2 that messages go to. close-on-exec: the program gets what the
 * caller had.
 */
static void fill_standard_descriptors(void)
{
    int file;

    do {
        file = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (file < 0) {
            _exit(EXIT_REFUSED);
        }
    } while (file <= 2);
    close(file);
}

static void read_arguments(int count, char **arguments, struct request *request)
{
    int i;

    for (i = 1; i < count && arguments[i][0] == '-'; i++) {
        const char *name = arguments[i];

        if (strcmp(name, "--") == 0) {
            i++;
            break;
        }
        if (strcmp(name, "--version") == 0) {
            puts("userport-run " UP_VERSION_STRING);
            exit(0);
        }
        if (strcmp(name, "--help") == 0) {
            puts(USAGE);
            exit(0);
        }
        if (strcmp(name, "--ports") != 0 && strcmp(name, "--user") != 0) {
            give_up(EXIT_REFUSED, "there is no option %.40s; " USAGE, name);
        }
        if (i + 1 == count) {
            give_up(EXIT_REFUSED, "%s needs a value", name);
        }
        *(strcmp(name, "--ports") == 0 ? &request->ports : &request->user_name) = arguments[++i];
    }
    if (i >= count) {
        give_up(EXIT_REFUSED, "which program? " USAGE);
    }
    request->program = arguments + i;
    if (request->program[0][0] != '/') {
        give_up(EXIT_REFUSED, "the program needs its full path; userportctl run finds it by its name");
    }
}

/* ---- who ------------------------------------------------------------------------------------------------------------------ */

/* Root's word: the groups at once, the user when ioperm is over. */
static void become_group(struct request *request)
{
    uint32_t number;
    const struct passwd *account = getpwnam(request->user_name);

    if (account == NULL && up_account_number(request->user_name, strlen(request->user_name), &number)) {
        account = getpwuid(number);
    }
    if (account == NULL) {
        give_up(EXIT_REFUSED, "there is no user \"%.40s\"", request->user_name);
    }
    if (initgroups(account->pw_name, account->pw_gid) != 0 ||
        setresgid(account->pw_gid, account->pw_gid, account->pw_gid) != 0) {
        give_up(EXIT_REFUSED, "cannot take the groups of %s: %s (%d)", account->pw_name, strerror(errno), errno);
    }
    request->user = account->pw_uid;
}

static void find_out_who(struct request *request)
{
    request->user = getuid();
    if (request->user_name != NULL) {
        if (getuid() != 0) {
            give_up(EXIT_REFUSED, "--user is for root alone");
        }
        become_group(request);
    }
    request->group_count = getgroups(GROUPS_MAX - 1, request->groups);
    if (request->group_count < 0) {
        give_up(EXIT_REFUSED, "cannot find the groups of this process: %s (%d)", strerror(errno), errno);
    }
    request->groups[request->group_count++] = getgid();
}

/* ---- which program ------------------------------------------------------------------------------------------------------------ */

/* Not on what users may mount, FUSE and sticks, which say of owner and mode what their makers like: that is always nosuid. */
static bool is_roots_alone(int file, mode_t type)
{
    struct stat status;
    struct statvfs system;

    return fstat(file, &status) == 0 && (status.st_mode & S_IFMT) == type && status.st_uid == 0 &&
           (status.st_mode & (S_IWGRP | S_IWOTH)) == 0 && fstatvfs(file, &system) == 0 &&
           (system.f_flag & ST_NOSUID) == 0;
}

/*
 * Opens the program for rules that name it. Such a rule is for one file, and only if nobody but root can put another in its
 * place: every folder on the way and the file are root's and not others' to write, and none is a symbolic link or on a file
 * system that users may mount. Scripts are not files that run, but text for a program that looks at its environment.
 * Result: the file, -1: none of those.
 */
static int open_program(const char *path)
{
    char name[256], magic[4];
    int at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), next;
    bool is_last;

    while (at >= 0 && is_roots_alone(at, S_IFDIR)) {
        size_t length = strcspn(++path, "/");

        if (length == 0 || length >= sizeof name) {
            break;
        }
        memcpy(name, path, length);
        name[length] = '\0';
        path += length;
        is_last = *path == '\0';
        if (strcmp(name, "..") == 0 || strcmp(name, ".") == 0) {
            break;
        }
        next = openat(at, name,
                      O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | (is_last ? O_RDONLY : O_PATH | O_DIRECTORY));
        close(at);
        at = next;
        if (is_last && at >= 0) {
            if (is_roots_alone(at, S_IFREG) && pread(at, magic, sizeof magic, 0) == sizeof magic &&
                memcmp(magic, "\177ELF", sizeof magic) == 0) {
                return at;
            }
            break;
        }
    }
    if (at >= 0) {
        close(at);
    }
    return -1;
}

/* ---- the child: it reads what is open, and writes its answer ---------------------------------------------------------------- */

static void describe_refusal(struct answer *answer, const struct request *request, const struct up_rules *rules)
{
    const struct up_subject subject = {request->user, request->groups, (uint32_t)request->group_count,
                                       request->program[0], true};
    bool is_for_user = false, is_named = false;
    uint32_t i;

    for (i = 0; i < rules->count; i++) {
        if (up_rule_is_for_user(&rules->rules[i], &subject)) {
            is_for_user = true;
            is_named = is_named || up_rule_is_for_program(&rules->rules[i], &subject);
        }
    }
    if (is_named && request->file < 0) {
        (void)snprintf(
            answer->message, sizeof answer->message,
            "a rule names %.*s, but that is not a program that root alone can replace: a script, a symbolic "
            "link, a file or folder on its way that others may write, or one on a file system that is mounted "
            "nosuid",
            SHOWN_MAX, request->program[0]);
    } else if (is_for_user) {
        (void)snprintf(answer->message, sizeof answer->message, "no rule for user %lu is for the program %.*s",
                       (unsigned long)request->user, SHOWN_MAX, request->program[0]);
    } else {
        (void)snprintf(answer->message, sizeof answer->message,
                       "the policy has no rule for user %lu: root adds one to " UP_POLICY_FILE
                       ", or the user to the group of one",
                       (unsigned long)request->user);
    }
}

/* A part of what the rules give: each port of it must be given. */
static bool take_part(struct answer *answer, const char *list)
{
    static struct up_portset wanted, missing;
    struct up_portlist_error error;
    struct up_port_range range;

    up_portset_deny_all(&wanted);
    if (!up_portlist_parse(list, strlen(list), &wanted, &error)) {
        size_t length = strlen("--ports: ");

        memcpy(answer->message, "--ports: ", length);
        up_portlist_error_text(list, strlen(list), &error, answer->message + length, sizeof answer->message - length);
        return false;
    }
    if (up_portset_count(&wanted) == 0) {
        (void)snprintf(answer->message, sizeof answer->message, "--ports: the list is empty");
        return false;
    }
    missing = wanted;
    up_portset_remove(&missing, &answer->ports);
    if (up_portset_next(&missing, 0, &range)) {
        (void)snprintf(answer->message, sizeof answer->message,
                       range.first == range.last ? "--ports: no rule gives port %X"
                                                 : "--ports: no rule gives the ports %X-%X",
                       range.first, range.last);
        return false;
    }
    answer->ports = wanted;
    return true;
}

static void decide(const struct request *request, const struct up_policy_files *files, struct answer *answer)
{
    static struct up_rules rules;
    const struct up_subject subject = {request->user, request->groups, (uint32_t)request->group_count,
                                       request->program[0], request->file >= 0};

    if (!up_policy_files_read(files, &rules)) {
        (void)snprintf(answer->message, sizeof answer->message,
                       "the policy has a mistake, so that no port is given: %s", rules.message);
    } else if (up_rules_apply(&rules, &subject, &answer->ports, &answer->by_program) == 0) {
        describe_refusal(answer, request, &rules);
    } else {
        answer->is_granted = request->ports == NULL || take_part(answer, request->ports);
    }
}

static void drop_capabilities(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[2];

    memset(none, 0, sizeof none);
    if (syscall(SYS_capset, &header, none) != 0) {
        give_up(EXIT_REFUSED, "cannot give up the capability: %s (%d)", strerror(errno), errno);
    }
}

/*
 * From here on the process can read and write what is open, and end; anything else kills it. Not seccomp's strict mode, which
 * is refused where a filter is set already, as in containers.
 */
static void limit_to_reading_and_writing(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 4),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_read, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog filter = {sizeof code / sizeof code[0], code};

    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
        give_up(EXIT_REFUSED, "cannot limit the process that reads the policy: %s (%d)", strerror(errno), errno);
    }
}

__attribute__((noreturn)) static void child(const struct request *request, const struct up_policy_files *files, int out)
{
    static struct answer answer;
    const char *bytes = (const char *)&answer;
    size_t written = 0;

    drop_capabilities();
    limit_to_reading_and_writing();
    up_portset_deny_all(&answer.ports);
    decide(request, files, &answer);
    while (written < sizeof answer) {
        const ssize_t now = write(out, bytes + written, sizeof answer - written);

        if (now <= 0) {
            break;
        }
        written += (size_t)now;
    }
    for (;;) {
        syscall(SYS_exit, 0); /* _exit is exit_group, which is not among what is left */
    }
}

/* An answer that is not whole is none: the child may have been killed. */
static void ask_child(const struct request *request, const struct up_policy_files *files, struct answer *answer)
{
    char *bytes = (char *)answer;
    size_t got = 0;
    int ends[2];
    pid_t id;

    if (pipe2(ends, O_CLOEXEC) != 0) {
        give_up(EXIT_REFUSED, "cannot make a pipe: %s (%d)", strerror(errno), errno);
    }
    id = fork();
    if (id < 0) {
        give_up(EXIT_REFUSED, "cannot start the process that reads the policy: %s (%d)", strerror(errno), errno);
    }
    if (id == 0) {
        child(request, files, ends[1]);
    }
    close(ends[1]);
    while (got < sizeof *answer) {
        const ssize_t now = read(ends[0], bytes + got, sizeof *answer - got);

        if (now < 0 && errno == EINTR) {
            continue;
        }
        if (now <= 0) {
            break;
        }
        got += (size_t)now;
    }
    close(ends[0]);
    while (waitpid(id, NULL, 0) < 0 && errno == EINTR) {
    }
    if (got != sizeof *answer) {
        give_up(EXIT_REFUSED, "the process that reads the policy ended without an answer");
    }
}

/* ---- granting ------------------------------------------------------------------------------------------------------------- */

static void grant(const struct up_portset *ports)
{
    struct up_port_range range;
    uint32_t from = 0;

    /* What the caller has may be more than what is asked for here. iopl's are beside the map, and ioperm leaves them. */
    if (iopl(0) != 0 || ioperm(0, UP_PORT_COUNT, 0) != 0) {
        give_up(EXIT_REFUSED, "this kernel has no ioperm: %s (%d). It needs CONFIG_X86_IOPL_IOPERM, which Debian's has",
                strerror(errno), errno);
    }
    while (up_portset_next(ports, from, &range)) {
        if (ioperm(range.first, range.last - range.first + 1uL, 1) != 0) {
            give_up(EXIT_REFUSED,
                    "the kernel does not give the ports %X-%X: %s (%d). userportctl doctor says why (the capability "
                    "cap_sys_rawio is missing, or the kernel is locked down)",
                    range.first, range.last, strerror(errno), errno);
        }
        from = range.last + 1u;
    }
}

/* For who looks after the machine. What the caller said is shown as ASCII. */
static void record(const struct request *request, const struct answer *answer, const char *list)
{
    char program[SHOWN_MAX + 1];
    size_t i;

    for (i = 0; i < SHOWN_MAX && request->program[0][i] != '\0'; i++) {
        program[i] = request->program[0][i];
        if (program[i] < ' ' || program[i] > '~') {
            program[i] = '?';
        }
    }
    program[i] = '\0';
    openlog("userport-run", LOG_PID, LOG_AUTHPRIV);
    if (answer->is_granted) {
        syslog(LOG_NOTICE, "user %lu runs %s with ports %.*s", (unsigned long)request->user, program, SHOWN_MAX, list);
    } else {
        syslog(LOG_WARNING, "user %lu gets no ports for %s", (unsigned long)request->user, program);
    }
    closelog();
}

static void become_user(const struct request *request)
{
    if (request->user_name != NULL && setresuid(request->user, request->user, request->user) != 0) {
        give_up(EXIT_REFUSED, "cannot become user %lu: %s (%d)", (unsigned long)request->user, strerror(errno), errno);
    }
}

int main(int count, char **arguments)
{
    static struct request request;
    static struct up_policy_files files;
    static struct answer answer;
    static char list[UP_PORTLIST_TEXT_MAX];
    extern char **environ;
    char **environment;

    fill_standard_descriptors();
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        give_up(EXIT_REFUSED, "cannot set no_new_privs: %s (%d)", strerror(errno), errno);
    }
    read_arguments(count, arguments, &request);
    find_out_who(&request);
    if (!up_policy_open(&files)) {
        give_up(EXIT_REFUSED, "%s", files.message);
    }
    request.file = open_program(request.program[0]);
    ask_child(&request, &files, &answer);
    up_policy_close(&files);
    answer.message[sizeof answer.message - 1] = '\0';
    if (answer.is_granted) {
        grant(&answer.ports);
    }
    become_user(&request);
    drop_capabilities();
    up_portlist_format(&answer.ports, list, sizeof list);
    record(&request, &answer, list);
    if (!answer.is_granted) {
        give_up(EXIT_REFUSED, "%s", answer.message);
    }
    environment = up_environment_make(environ, answer.by_program, list);
    if (environment == NULL) {
        give_up(EXIT_CANNOT, "cannot run %.*s: memory is short", SHOWN_MAX, request.program[0]);
    }
    if (answer.by_program) {
        syscall(SYS_execveat, request.file, "", request.program, environment, AT_EMPTY_PATH);
    } else {
        execve(request.program[0], request.program, environment);
    }
    give_up(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT, "cannot run %.*s: %s (%d)%s", SHOWN_MAX, request.program[0],
            strerror(errno), errno, errno == ENOEXEC ? ". A Windows program: userportctl run wine PROGRAM" : "");
}
