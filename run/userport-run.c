/* SPDX-License-Identifier: MIT
 *
 * userport-run, the helper: runs a program with the I/O ports that the policy gives to its user. It
 * is the only privileged part on Linux: its file has the capability cap_sys_rawio, which ioperm(2)
 * needs, and nothing else; or root runs it. docs/security.md says what it trusts and why.
 *
 * It works in this order: open the policy and the program; let a child that can only read, write
 * and exit (seccomp) read the policy and answer; call ioperm according to the answer; give up all
 * capabilities; execute the program. After any failure nothing is given. With --explain the
 * capability is given up first, and the child prints what it has decided.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "core/portlist.h"
#include "policy/accounts.h"
#include "decide.h"
#include "environment.h"
#include "explain.h"
#include "filters.h"
#include "version.h"

#define USAGE                                                                                      \
    "usage: userport-run [--ports LIST] [--user NAME] [--ioperm] [--explain [--json] "             \
    "[--policy-file FILE]] -- "                                                                    \
    "/PATH/PROGRAM [ARGUMENT]..."

#define SHOWN_MAX 200 /* bytes of a path or list in a message */

/* The exit codes are those of env(1) and nice(1). */
#define EXIT_REFUSED   125
#define EXIT_CANNOT    126
#define EXIT_NOT_FOUND 127

/* The parsed command line. */
struct command {
    struct up_request request;
    const char *user_name;   /* root only: the user to become; NULL: stay */
    bool is_explained;       /* print the decision, and do nothing else */
    bool as_json;            /* print it as JSON */
    const char *policy_file; /* judge this file; NULL: the installed policy */
    char **program;          /* the program, and its arguments */
    int file;                /* the program, if rules that name it may apply; otherwise -1 */
};

__attribute__((noreturn, format(printf, 2, 3))) static void give_up(int status, const char *format,
                                                                    ...)
{
    va_list arguments;

    fputs("userport-run: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(status);
}

/* ---- the command line ------------------------------------------------------------------------ */

/*
 * Makes sure that descriptors 0, 1 and 2 are open, so that no file opened later gets one of these
 * numbers and receives messages. They are close-on-exec, so that the program gets only what the
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

/* Reads an option that takes no value. Result: false if it is not one of them. */
static bool read_switch(const char *name, struct command *command)
{
    bool *const where = strcmp(name, "--ioperm") == 0    ? &command->request.wants_ioperm
                        : strcmp(name, "--explain") == 0 ? &command->is_explained
                        : strcmp(name, "--json") == 0    ? &command->as_json
                                                         : NULL;

    if (where != NULL) {
        *where = true;
    }
    return where != NULL;
}

static void read_arguments(int count, char **arguments, struct command *command)
{
    int i;

    for (i = 1; i < count && arguments[i][0] == '-'; i++) {
        const char *name = arguments[i], **value;

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
        if (read_switch(name, command)) {
            continue;
        }
        value = strcmp(name, "--ports") == 0         ? &command->request.ports
                : strcmp(name, "--user") == 0        ? &command->user_name
                : strcmp(name, "--policy-file") == 0 ? &command->policy_file
                                                     : NULL;
        if (value == NULL) {
            give_up(EXIT_REFUSED, "there is no option %.40s; " USAGE, name);
        }
        if (i + 1 == count) {
            give_up(EXIT_REFUSED, "%s needs a value", name);
        }
        *value = arguments[++i];
    }
    if (!command->is_explained && (command->as_json || command->policy_file != NULL)) {
        give_up(EXIT_REFUSED,
                "%s goes with --explain alone: what runs, runs by the policy of this machine",
                command->as_json ? "--json" : "--policy-file");
    }
    command->request.program = i < count ? arguments[i] : "";
    command->program = arguments + i;
    if (i >= count && !command->is_explained) {
        give_up(EXIT_REFUSED, "which program? " USAGE);
    }
    if (i < count && arguments[i][0] != '/') {
        give_up(EXIT_REFUSED,
                "the program needs its full path; userportctl run finds it by its name");
    }
}

/* ---- the user -------------------------------------------------------------------------------- */

/*
 * Takes the groups of the user that root has named with --user. The user number follows only after
 * ioperm.
 */
static void become_group(struct command *command)
{
    uint32_t number;
    const struct passwd *account = getpwnam(command->user_name);

    if (account == NULL &&
        up_account_number(command->user_name, strlen(command->user_name), &number)) {
        account = getpwuid(number);
    }
    if (account == NULL) {
        give_up(EXIT_REFUSED, "there is no user \"%.40s\"", command->user_name);
    }
    if (initgroups(account->pw_name, account->pw_gid) != 0 ||
        setresgid(account->pw_gid, account->pw_gid, account->pw_gid) != 0) {
        give_up(EXIT_REFUSED, "cannot take the groups of %s: %s (%d)", account->pw_name,
                strerror(errno), errno);
    }
    command->request.user = account->pw_uid;
}

static void find_out_who(struct command *command)
{
    struct up_request *request = &command->request;
    int count;

    request->user = getuid();
    if (command->user_name != NULL) {
        if (getuid() != 0) {
            give_up(EXIT_REFUSED, "--user is for root alone");
        }
        become_group(command);
    }
    count = getgroups(UP_GROUPS_MAX - 1, request->groups);
    if (count < 0) {
        give_up(EXIT_REFUSED, "cannot find the groups of this process: %s (%d)", strerror(errno),
                errno);
    }
    request->groups[count] = getgid();
    request->group_count = (uint32_t)count + 1;
}

/* ---- capabilities ---------------------------------------------------------------------------- */

enum kept { KEPT_NONE, KEPT_OTHERS };

/*
 * Drops capabilities. KEPT_OTHERS keeps all of root's but cap_sys_rawio, so that files open as they
 * do without --explain.
 */
static void drop_capabilities(enum kept kept)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    int i;

    memset(data, 0, sizeof data);
    if (kept == KEPT_OTHERS && syscall(SYS_capget, &header, data) != 0) {
        give_up(EXIT_REFUSED, "cannot find the capabilities of this process: %s (%d)",
                strerror(errno), errno);
    }
    for (i = 0; i < 2; i++) {
        const uint32_t mask = i == 0 ? ~(1u << CAP_SYS_RAWIO) : ~0u;

        data[i].effective &= mask;
        data[i].permitted &= mask;
        data[i].inheritable &= mask;
    }
    if (syscall(SYS_capset, &header, data) != 0) {
        give_up(EXIT_REFUSED, "cannot give up the capability: %s (%d)", strerror(errno), errno);
    }
}

static bool has_capability(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];

    return syscall(SYS_capget, &header, data) == 0 &&
           (data[0].effective & 1u << CAP_SYS_RAWIO) != 0;
}

/* ---- the child: reads the open files and writes its decision --------------------------------- */

__attribute__((noreturn)) static void child(const struct command *command,
                                            const struct up_policy_files *files, int out)
{
    static struct up_rules rules;
    static struct up_decision decision;
    const char *bytes = (const char *)&decision;
    size_t written = 0;

    drop_capabilities(KEPT_NONE);
    if (!up_filter_to_reading()) {
        give_up(EXIT_REFUSED, "cannot limit the process that reads the policy: %s (%d)",
                strerror(errno), errno);
    }
    up_decide(&command->request, files, &rules, &decision);
    if (command->is_explained &&
        !up_explain(&command->request, files, &rules, &decision, command->as_json, STDOUT_FILENO)) {
        written = sizeof decision; /* the explanation was not written: send no answer either */
    }
    while (written < sizeof decision) {
        const ssize_t now = write(out, bytes + written, sizeof decision - written);

        if (now <= 0) {
            break;
        }
        written += (size_t)now;
    }
    for (;;) {
        syscall(SYS_exit, 0); /* _exit calls exit_group, which the filter does not allow */
    }
}

/*
 * Runs the child and takes its decision. An incomplete decision does not count, since the child may
 * have been killed.
 */
static void ask_child(const struct command *command, const struct up_policy_files *files,
                      struct up_decision *decision)
{
    char *bytes = (char *)decision;
    size_t got = 0;
    int ends[2];
    pid_t id;

    if (pipe2(ends, O_CLOEXEC) != 0) {
        give_up(EXIT_REFUSED, "cannot make a pipe: %s (%d)", strerror(errno), errno);
    }
    id = fork();
    if (id < 0) {
        give_up(EXIT_REFUSED, "cannot start the process that reads the policy: %s (%d)",
                strerror(errno), errno);
    }
    if (id == 0) {
        child(command, files, ends[1]);
    }
    close(ends[1]);
    while (got < sizeof *decision) {
        const ssize_t now = read(ends[0], bytes + got, sizeof *decision - got);

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
    if (got != sizeof *decision) {
        give_up(EXIT_REFUSED, "the process that reads the policy ended without an answer");
    }
    decision->reason[sizeof decision->reason - 1] = '\0';
    decision->advice[sizeof decision->advice - 1] = '\0';
}

/*
 * Refuses because the files of the policy cannot be opened, or because others than root could have
 * written them.
 */
__attribute__((noreturn)) static void refuse_policy(const struct command *command,
                                                    const struct up_policy_files *files)
{
    static const struct up_rules none;
    static struct up_decision decision = {.verdict = UP_POLICY_UNUSABLE};

    if (!command->is_explained) {
        give_up(EXIT_REFUSED, "%s", files->message);
    }
    up_portset_deny_all(&decision.ports);
    (void)snprintf(decision.reason, sizeof decision.reason, "%s", files->message);
    if (!up_explain(&command->request, files, &none, &decision, command->as_json, STDOUT_FILENO)) {
        give_up(EXIT_REFUSED, "cannot write: %s (%d)", strerror(errno), errno);
    }
    exit(EXIT_REFUSED);
}

/* ---- granting -------------------------------------------------------------------------------- */

/*
 * Checks for the capability. ioperm alone cannot tell: a filter such as our own may answer it with
 * success.
 */
static void need_capability(bool was_limited)
{
    if (has_capability()) {
        return;
    }
    if (was_limited) {
        give_up(EXIT_REFUSED, "no port can be given: this process has no_new_privs set, so that "
                              "userport-run gets no capability. What "
                              "userport-run has started has it, and so have containers, and "
                              "services with NoNewPrivileges=, "
                              "PrivateDevices= and the like");
    }
    give_up(EXIT_REFUSED, "no port can be given: userport-run lacks the capability cap_sys_rawio. "
                          "userportctl doctor says "
                          "why");
}

static void grant(const struct up_portset *ports)
{
    struct up_port_range range;
    uint32_t from = 0;

    /*
     * Take away what the caller has first, since it may be more than what is granted here. iopl is
     * separate from the map, and ioperm does not change it.
     */
    if (iopl(0) != 0 || ioperm(0, UP_PORT_COUNT, 0) != 0) {
        give_up(EXIT_REFUSED, "ioperm does not work here: %s (%d). %s", strerror(errno), errno,
                errno == ENOSYS
                    ? "The kernel needs CONFIG_X86_IOPL_IOPERM, which Debian's has"
                    : "A filter of system calls takes it away, as containers and services have one "
                      "(PrivateDevices=, SystemCallFilter=)");
    }
    while (up_portset_next(ports, from, &range)) {
        if (ioperm(range.first, range.last - range.first + 1uL, 1) != 0) {
            give_up(EXIT_REFUSED, "the kernel does not give the ports %X-%X: %s (%d)%s",
                    range.first, range.last, strerror(errno), errno,
                    errno == EPERM ? ". It is locked down, a filter of system calls refuses it, or "
                                     "this is in a user "
                                     "namespace: userportctl doctor says which"
                                   : "");
        }
        from = range.last + 1u;
    }
}

/*
 * Writes the decision to the system log. The path of the program, which the caller chose, is
 * reduced to ASCII.
 */
static void record(const struct up_request *request, const struct up_decision *decision,
                   const char *list)
{
    char program[SHOWN_MAX + 1];
    size_t i;

    for (i = 0; i < SHOWN_MAX && request->program[i] != '\0'; i++) {
        program[i] = request->program[i];
        if (program[i] < ' ' || program[i] > '~') {
            program[i] = '?';
        }
    }
    program[i] = '\0';
    openlog("userport-run", LOG_PID, LOG_AUTHPRIV);
    if (decision->verdict == UP_GRANTED) {
        syslog(LOG_NOTICE, "user %lu runs %s with ports %.*s", (unsigned long)request->user,
               program, SHOWN_MAX, list);
    } else {
        syslog(LOG_WARNING, "user %lu gets no ports for %s", (unsigned long)request->user, program);
    }
    closelog();
}

static void become_user(const struct command *command)
{
    const uid_t user = command->request.user;

    if (command->user_name != NULL && setresuid(user, user, user) != 0) {
        give_up(EXIT_REFUSED, "cannot become user %lu: %s (%d)", (unsigned long)user,
                strerror(errno), errno);
    }
}

__attribute__((noreturn)) static void refuse(const struct up_decision *decision)
{
    give_up(EXIT_REFUSED, "%s%s%s%s",
            decision->verdict == UP_POLICY_UNUSABLE
                ? "the policy has a mistake, so that no port is given: "
                : "",
            decision->reason, decision->advice[0] != '\0' ? ": " : "", decision->advice);
}

__attribute__((noreturn)) static void execute(const struct command *command,
                                              const struct up_decision *decision, const char *list)
{
    extern char **environ;
    char **environment = up_environment_make(environ, decision->by_program, list);
    const char *path = command->request.program;

    if (environment == NULL) {
        give_up(EXIT_CANNOT, "cannot run %.*s: memory is short", SHOWN_MAX, path);
    }
    if (decision->by_program) {
        syscall(SYS_execveat, command->file, "", command->program, environment, AT_EMPTY_PATH);
    } else {
        execve(path, command->program, environment);
    }
    give_up(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT, "cannot run %.*s: %s (%d)%s", SHOWN_MAX,
            path, strerror(errno), errno,
            errno == ENOEXEC ? ". A Windows program: userportctl run wine PROGRAM" : "");
}

int main(int count, char **arguments)
{
    static struct command command = {.file = -1};
    struct up_request *request = &command.request;
    static struct up_policy_files files;
    static struct up_decision decision;
    static char list[UP_PORTLIST_TEXT_MAX];
    bool was_limited;

    fill_standard_descriptors();
    was_limited = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        give_up(EXIT_REFUSED, "cannot set no_new_privs: %s (%d)", strerror(errno), errno);
    }
    read_arguments(count, arguments, &command);
    find_out_who(&command);
    if (command.is_explained) {
        drop_capabilities(KEPT_OTHERS); /* before any file is opened that the caller has named */
    }
    if (!up_policy_open(&files, command.policy_file)) {
        refuse_policy(&command, &files);
    }
    if (request->program[0] != '\0') {
        command.file = up_program_file_open(request->program, request->program_problem,
                                            sizeof request->program_problem);
        request->may_be_named = command.file >= 0;
    }
    ask_child(&command, &files, &decision);
    up_policy_close(&files);
    if (command.is_explained) {
        exit(decision.verdict == UP_GRANTED ? 0 : EXIT_REFUSED);
    }
    if (decision.verdict == UP_GRANTED) {
        need_capability(was_limited);
        grant(&decision.ports);
    }
    become_user(&command);
    drop_capabilities(KEPT_NONE);
    up_portlist_format(&decision.ports, list, sizeof list);
    record(request, &decision, list);
    if (decision.verdict != UP_GRANTED) {
        refuse(&decision);
    }
    if (decision.with_ioperm && !up_filter_ioperm(&decision.ports)) {
        give_up(EXIT_REFUSED, "cannot set the filter that answers ioperm: %s (%d)", strerror(errno),
                errno);
    }
    execute(&command, &decision, list);
}
