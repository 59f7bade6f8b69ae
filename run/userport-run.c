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

#include "core/listerror.h"
#include "core/portlist.h"
#include "policy/accounts.h"
#include "environment.h"
#include "filters.h"
#include "policy/policy_files.h"
#include "program_file.h"
#include "version.h"

#define USAGE "usage: userport-run [--ports LIST] [--user NAME] [--ioperm] -- /PATH/PROGRAM [ARGUMENT]..."

#define GROUPS_MAX 1024
#define SHOWN_MAX  200 /* bytes of a path or list in a message */

/* Exit codes: those of env(1) and nice(1). */
#define EXIT_REFUSED   125
#define EXIT_CANNOT    126
#define EXIT_NOT_FOUND 127

struct request {
    const char *user_name; /* root alone: whom to be; NULL */
    const char *ports;     /* NULL: all that the policy gives */
    bool wants_ioperm;     /* a filter that answers ioperm and iopl */
    char **program;        /* and its arguments */
    int file;              /* the program, if it is one that a rule may name; -1 */
    uint32_t user;
    gid_t groups[GROUPS_MAX];
    int group_count;
};

/* What the child answers. */
struct answer {
    bool is_granted;
    bool by_program;  /* a rule that names the program is among those that apply */
    bool with_ioperm; /* with the filter */
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
        if (strcmp(name, "--ioperm") == 0) {
            request->wants_ioperm = true;
            continue;
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
        up_list_error_text(list, strlen(list), &error, UP_LIST_NAMES_HINT, answer->message + length,
                           sizeof answer->message - length);
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
    static struct up_given given;
    const struct up_subject subject = {request->user, request->groups, (uint32_t)request->group_count,
                                       request->program[0], request->file >= 0};

    if (!up_policy_files_read(files, &rules)) {
        (void)snprintf(answer->message, sizeof answer->message,
                       "the policy has a mistake, so that no port is given: %s", rules.message);
    } else if (up_rules_apply(&rules, &subject, &given) == 0) {
        describe_refusal(answer, request, &rules);
    } else if (request->wants_ioperm && given.by_program && !given.with_ioperm) {
        (void)snprintf(answer->message, sizeof answer->message,
                       "--ioperm: a rule names %.*s, so that it is for root to say: by \"ioperm = yes\" in that rule",
                       SHOWN_MAX, request->program[0]);
    } else {
        answer->ports = given.ports;
        answer->by_program = given.by_program;
        answer->with_ioperm = given.with_ioperm || request->wants_ioperm;
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

__attribute__((noreturn)) static void child(const struct request *request, const struct up_policy_files *files, int out)
{
    static struct answer answer;
    const char *bytes = (const char *)&answer;
    size_t written = 0;

    drop_capabilities();
    if (!up_filter_to_reading()) {
        give_up(EXIT_REFUSED, "cannot limit the process that reads the policy: %s (%d)", strerror(errno), errno);
    }
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

static bool has_capability(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];

    return syscall(SYS_capget, &header, data) == 0 && (data[0].effective & 1u << CAP_SYS_RAWIO) != 0;
}

/* Without the capability ioperm may seem to work: by a filter that answers it, such as ours. */
static void need_capability(bool was_limited)
{
    if (has_capability()) {
        return;
    }
    if (was_limited) {
        give_up(
            EXIT_REFUSED,
            "no port can be given: this process has no_new_privs set, so that userport-run gets no capability. What "
            "userport-run has started has it, and so have containers, and services with NoNewPrivileges=, "
            "PrivateDevices= and the like");
    }
    give_up(EXIT_REFUSED,
            "no port can be given: userport-run lacks the capability cap_sys_rawio. userportctl doctor says "
            "why");
}

static void grant(const struct up_portset *ports)
{
    struct up_port_range range;
    uint32_t from = 0;

    /* What the caller has may be more than what is asked for here. iopl's are beside the map, and ioperm leaves them. */
    if (iopl(0) != 0 || ioperm(0, UP_PORT_COUNT, 0) != 0) {
        give_up(EXIT_REFUSED, "ioperm does not work here: %s (%d). %s", strerror(errno), errno,
                errno == ENOSYS ? "The kernel needs CONFIG_X86_IOPL_IOPERM, which Debian's has"
                                : "A filter of system calls takes it away, as containers and services have one "
                                  "(PrivateDevices=, SystemCallFilter=)");
    }
    while (up_portset_next(ports, from, &range)) {
        if (ioperm(range.first, range.last - range.first + 1uL, 1) != 0) {
            give_up(EXIT_REFUSED, "the kernel does not give the ports %X-%X: %s (%d)%s", range.first, range.last,
                    strerror(errno), errno,
                    errno == EPERM ? ". It is locked down, a filter of system calls refuses it, or this is in a user "
                                     "namespace: userportctl doctor says which"
                                   : "");
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
    bool was_limited;

    fill_standard_descriptors();
    was_limited = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        give_up(EXIT_REFUSED, "cannot set no_new_privs: %s (%d)", strerror(errno), errno);
    }
    read_arguments(count, arguments, &request);
    find_out_who(&request);
    if (!up_policy_open(&files)) {
        give_up(EXIT_REFUSED, "%s", files.message);
    }
    request.file = up_program_file_open(request.program[0]);
    ask_child(&request, &files, &answer);
    up_policy_close(&files);
    answer.message[sizeof answer.message - 1] = '\0';
    if (answer.is_granted) {
        need_capability(was_limited);
        grant(&answer.ports);
    }
    become_user(&request);
    drop_capabilities();
    up_portlist_format(&answer.ports, list, sizeof list);
    record(&request, &answer, list);
    if (!answer.is_granted) {
        give_up(EXIT_REFUSED, "%s", answer.message);
    }
    if (answer.with_ioperm && !up_filter_ioperm(&answer.ports)) {
        give_up(EXIT_REFUSED, "cannot set the filter that answers ioperm: %s (%d)", strerror(errno), errno);
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
