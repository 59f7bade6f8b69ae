/* SPDX-License-Identifier: MIT
 *
 * run: finds the program, as a shell does, and leaves the rest to userport-run, which judges everything anew.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/limits.h"
#include "policy/own_policy.h"
#include "policy/program_file.h"
#include "run/helper.h"
#include "core/listerror.h"
#include "core/portlist.h"
#include "here_linux.h"
#include "wine_devices.h"

#define STARTER_WORDS 13 /* userport-run --ports LIST --user NAME --ioperm -- userportctl run --explain-faults -- */

/* ---- the program's path --------------------------------------------------------------------------------------------------- */

/*
 * The folder's true path, and the name as it was said: a rule names a path without symbolic links, and many programs look at
 * the name by which they were called. Result: NULL: errno; to be freed.
 */
static char *full_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? NULL : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
    char *whole = folder != NULL ? realpath(folder, NULL) : NULL;
    char *result = NULL;

    free(folder);
    if (whole != NULL && asprintf(&result, "%s/%s", strcmp(whole, "/") == 0 ? "" : whole, slash + 1) < 0) {
        result = NULL;
    }
    free(whole);
    return result;
}

static bool is_program(const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        errno = ENOENT; /* a folder of PATH that one may not look into says nothing of the program */
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        errno = EACCES;
        return false;
    }
    return access(path, X_OK) == 0;
}

/* Looks in one folder of PATH; an empty one is the current folder. Result: as full_path. */
static char *look_in(const char *folder, size_t length, const char *name)
{
    char *path = NULL, *found = NULL;

    if (asprintf(&path, "%.*s/%s", length > 0 ? (int)length : 1, length > 0 ? folder : ".", name) < 0) {
        return NULL;
    }
    if (is_program(path)) {
        found = full_path(path);
    }
    free(path);
    return found;
}

/* Result: NULL: errno says why, EACCES if one was there that may not be run. */
static char *find_program(const char *name)
{
    const char *at = getenv("PATH");
    int error = ENOENT;

    if (strchr(name, '/') != NULL) {
        return full_path(name);
    }
    at = at != NULL ? at : "/usr/local/bin:/usr/bin:/bin";
    for (;;) {
        const size_t length = strcspn(at, ":");
        char *found = name[0] != '\0' ? look_in(at, length, name) : NULL;

        if (found != NULL) {
            return found;
        }
        error = errno == EACCES && name[0] != '\0' ? EACCES : error;
        if (at[length] == '\0') {
            errno = error;
            return NULL;
        }
        at += length + 1;
    }
}

/* ---- may it? userport-run judges everything anew; this is for words that help, and for --json ----------------------------- */

static int fail(int status, uint32_t code, const char *advice, const char *what, const char *name)
{
    struct up_problem problem;

    up_problem_set(&problem, code, advice, what, name);
    (void)up_failed(&problem);
    return status;
}

static int refuse(const char *advice, const char *text)
{
    return fail(UP_EXIT_NOT_STARTED, 0, advice, "%s", text);
}

static bool is_same_file(const char *path, const char *other)
{
    struct stat one, two;

    return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

/* The user's rules give nothing for this program: a rule that names it may be there, and not apply. */
static int refuse_program(const struct up_own_policy *own, const char *path, bool is_explained)
{
    char why[PATH_MAX + 200], text[600], advice[300];
    uint32_t i;

    for (i = 0; i < own->rules.count; i++) {
        const struct up_rule *rule = &own->rules.rules[i];

        if (rule->any_program || !up_own_policy_has(own, rule) || !is_same_file(rule->program, path)) {
            continue;
        }
        if (up_program_file_problem(rule->program, why, sizeof why)) {
            (void)snprintf(text, sizeof text, "the rule [%s] names this program, but does not apply: %.400s",
                           rule->name, why);
            (void)snprintf(advice, sizeof advice, "The rule is in %.200s, line %u.", own->files[rule->file],
                           rule->line);
            return refuse(advice, text);
        }
        if (is_explained) {
            (void)snprintf(text, sizeof text,
                           "the rule [%s] names this program: such rules do not go with --explain-faults", rule->name);
            return refuse("A rule with program = any does.", text);
        }
        (void)snprintf(text, sizeof text, "the rule [%s] is for %.400s: start it by this path", rule->name,
                       rule->program);
        return refuse(NULL, text);
    }
    (void)snprintf(text, sizeof text, "no rule gives user %s ports for the program %.400s", own->name, path);
    return refuse("userportctl status says for which programs there are ports.", text);
}

static int refuse_user(const struct up_own_policy *own)
{
    static struct up_portset none;
    char text[200], advice[300];

    (void)snprintf(text, sizeof text, "the policy has no rule for user %s (%lu)", own->name, (unsigned long)own->user);
    up_portset_deny_all(&none);
    if (up_own_policy_advise_group(own, &none, advice, sizeof advice)) {
        return refuse(advice, text);
    }
    if (own->user == 0) {
        (void)snprintf(advice, sizeof advice,
                       "With the ports of a user: userportctl run --user NAME -- PROGRAM. For root itself: a rule with "
                       "users = root in " UP_POLICY_FILE);
    } else {
        (void)snprintf(advice, sizeof advice,
                       "As root: userportctl grant LIST and adduser %s userport; or a rule in " UP_POLICY_FILE,
                       own->name);
    }
    return refuse(advice, text);
}

/* Result: -1: go on. */
static int look_at_policy(const struct up_invocation *line, const char *path)
{
    static struct up_own_policy own;
    static struct up_given given;
    static struct up_portset missing;
    const bool is_explained = up_has_option(line, "explain-faults"); /* userport-run starts this program then */
    const char *ports = up_option_argument(line, "ports");
    char text[PATH_MAX + 200], list[120];
    bool is_nameable;

    up_own_policy_read(&own);
    if (own.message[0] != '\0') {
        (void)snprintf(text, sizeof text, "no port is given to anybody: %s", own.message);
        return refuse("Mend that; userportctl check says whether it is right.", text);
    }
    is_nameable = !is_explained && own.program_count > 0 && !up_program_file_problem(path, text, sizeof text);
    up_own_policy_ports_of(&own, is_nameable ? path : NULL, &given);
    if (up_portset_count(&given.ports) == 0) {
        return own.any_count + own.program_count > 0 ? refuse_program(&own, path, is_explained) : refuse_user(&own);
    }
    if (up_has_option(line, "ioperm") && given.by_program && !given.with_ioperm) {
        return refuse("Root can write \"ioperm = yes\" into that rule; then --ioperm is not needed.",
                      "--ioperm: a rule names this program, so that it is for root to say whether its ioperm succeeds");
    }
    up_portset_deny_all(&missing);
    if (ports != NULL && up_portlist_parse(ports, strlen(ports), &missing, NULL)) {
        up_portset_remove(&missing, &given.ports);
    }
    if (up_portset_count(&missing) == 0) {
        return -1;
    }
    up_portlist_format(&missing, list, sizeof list);
    (void)snprintf(text, sizeof text,
                   up_portset_count(&missing) == 1 ? "--ports: no rule gives port %s to user %s for this program"
                                                   : "--ports: no rule gives the ports %s to user %s for this program",
                   list, own.name);
    return refuse("userportctl status says what you get.", text);
}

/* Its own runtime mounts it by a setuid program, which no_new_privs keeps from its rights. The mark is in its ELF header. */
static void look_for_appimage(const char *path)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    char head[11] = "";
    const bool known = file >= 0 && read(file, head, sizeof head) == (ssize_t)sizeof head;

    if (file >= 0) {
        close(file);
    }
    if (known && memcmp(head, "\177ELF", 4) == 0 && memcmp(head + 8, "AI", 2) == 0 &&
        (head[10] == 1 || head[10] == 2) && getenv("APPIMAGE_EXTRACT_AND_RUN") == NULL) {
        up_note("%s is an AppImage, which cannot mount itself here. If it does not start: APPIMAGE_EXTRACT_AND_RUN=1 "
                "in its "
                "environment lets it unpack itself instead",
                path);
    }
}

/* Result: -1: go on. */
static int look_at_starter(void)
{
    struct up_starter starter;
    const char *problem, *subject, *advice;
    char text[300];

    up_starter_look(&starter);
    problem = up_starter_problem(&starter, geteuid() == 0, &subject, &advice);
    if (problem == NULL || (starter.has_capability && starter.has_others)) { /* too much, but it works */
        return -1;
    }
    (void)snprintf(text, sizeof text, "no program can be given ports: %s %s", UP_RUN_PATH, problem);
    return refuse(advice, text);
}

/* ---- run ------------------------------------------------------------------------------------------------------------------ */

static bool is_list(const char *text)
{
    static struct up_portset ports;
    struct up_portlist_error error;
    char message[UP_LIST_ERROR_MAX];

    up_portset_deny_all(&ports);
    if (!up_portlist_parse(text, strlen(text), &ports, &error)) {
        up_list_error_text(text, strlen(text), &error, UP_LIST_NAMES_HINT, message, sizeof message);
        up_usage("--ports: %s", message);
        return false;
    }
    if (up_portset_count(&ports) == 0) {
        up_usage("--ports: the list is empty");
        return false;
    }
    up_note_decimal(text);
    return true;
}

/* Returns when it could not. With --explain-faults it is this program, once more, that is given the ports, and starts the other. */
static void start(const struct up_invocation *line, char *path)
{
    static char starter[] = "userport-run", ports_option[] = "--ports", user_option[] = "--user", end[] = "--";
    static char ioperm_option[] = "--ioperm", run[] = "run", explain_option[] = "--explain-faults", own[PATH_MAX];
    const char *ports = up_option_argument(line, "ports"), *user = up_option_argument(line, "user");
    char **words = calloc((size_t)line->word_count + STARTER_WORDS + 1, sizeof *words);
    size_t count = 0;
    int i;

    if (words == NULL) {
        return;
    }
    words[count++] = starter;
    if (ports != NULL) {
        words[count++] = ports_option;
        words[count++] = (char *)(uintptr_t)ports;
    }
    if (user != NULL) {
        words[count++] = user_option;
        words[count++] = (char *)(uintptr_t)user;
    }
    if (up_has_option(line, "ioperm")) {
        words[count++] = ioperm_option;
    }
    words[count++] = end;
    if (up_has_option(line, "explain-faults")) {
        if (readlink("/proc/self/exe", own, sizeof own - 1) <= 0) {
            free(words);
            return;
        }
        words[count++] = own;
        words[count++] = run;
        words[count++] = explain_option;
        words[count++] = end;
    }
    words[count++] = path;
    for (i = 1; i < line->word_count; i++) {
        words[count++] = line->words[i];
    }
    up_out_flush();
    execv(UP_RUN_PATH, words);
    free(words);
}

static int run_run(const struct up_invocation *line)
{
    const char *ports = up_option_argument(line, "ports"), *user = up_option_argument(line, "user");
    const char *devices = up_option_argument(line, "wine-devices");
    const char *why, *advice;
    struct up_limits limits;
    int status, error;
    char *path;

    if (line->words[0][0] == '\0') {
        up_usage("run: the name of the program is empty");
        return UP_EXIT_NOT_STARTED;
    }
    if (ports != NULL && !is_list(ports)) {
        return UP_EXIT_NOT_STARTED;
    }
    if (devices != NULL && user != NULL) {
        up_usage("run: --wine-devices makes links for who calls it, and does not go with --user");
        return UP_EXIT_NOT_STARTED;
    }
    if (devices != NULL && !up_wine_devices_are_names(devices)) {
        return UP_EXIT_NOT_STARTED;
    }
    path = find_program(line->words[0]);
    if (path == NULL || (user == NULL && !is_program(path))) {
        error = errno;
        free(path);
        status = error == ENOENT || error == ENOTDIR ? UP_EXIT_NOT_FOUND : UP_EXIT_CANNOT;
        return fail(status, (uint32_t)error,
                    strchr(line->words[0], '/') == NULL ? "It is looked for in PATH; one in this folder is ./NAME."
                                                        : NULL,
                    "cannot run %s", line->words[0]);
    }
    look_for_appimage(path);
    up_limits_look(&limits);
    why = up_limits_problem(&limits, &advice);
    if (why != NULL) {
        status = devices == NULL || up_wine_devices_make(devices) ? up_run_here(line, path, why, advice)
                                                                  : UP_EXIT_NOT_STARTED;
        free(path);
        return status;
    }
    status = user == NULL ? look_at_policy(line, path) : -1;
    status = status < 0 ? look_at_starter() : status;
    if (status < 0 && devices != NULL && !up_wine_devices_make(devices)) {
        status = UP_EXIT_NOT_STARTED;
    }
    if (status >= 0) {
        free(path);
        return status;
    }
    start(line, path);
    status = fail(UP_EXIT_NOT_STARTED, (uint32_t)errno, "userportctl doctor says what to do.",
                  "cannot start %s, which gives programs their ports", UP_RUN_PATH);
    free(path);
    return status;
}

const struct up_command up_command_run = {
    .name = "run",
    .synopsis = "[OPTION]... [--] PROGRAM [ARGUMENT]...",
    .summary = "run a program with the ports that the policy gives you",
    .text =
        "Runs PROGRAM with the I/O ports that the policy gives you for it, and without any other right: it, and what "
        "it "
        "starts, can run IN and OUT on these ports at full speed. PROGRAM is looked for in PATH. What stands behind it "
        "is its own, options too. Windows programs: userportctl run wine program.exe\n"
        "Exit status: the program's; 125 when the ports were not given, 126 when it cannot be run, 127 when it is not "
        "there.\n",
    .options =
        {{"ports", "LIST", "only these of the ports; every one has to be given"},
         {"user", "NAME", "root alone: as this user, with the ports that this user gets"},
         {"ioperm", NULL,
          "for a program that calls ioperm or iopl itself and ends when it may not: the calls succeed for the "
          "ports that "
          "it has. If it insists on root too: run --ioperm -- fakeroot PROGRAM"},
         {"wine-devices", "LIST",
          "for Windows programs that open a driver, as giveio, and then run IN and OUT themselves: links of these "
          "names in your Wine's folder dosdevices, to /dev/null"},
         {"explain-faults", NULL,
          "watch the program: when an IN or OUT on a port that is not granted ends it, say which port, and what "
          "to do"}},
    .words_min = 1,
    .words_max = -1,
    .run = run_run,
    .starts_program = true,
};
