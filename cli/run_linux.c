/* SPDX-License-Identifier: MIT
 *
 * The command run: finds the program as a shell does, and lets userport-run start it. Before that
 * it asks userport-run for its decision, in order to say what can be done about a refusal.
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
#include "run/policy_answer.h"
#include "run/helper.h"
#include "core/listerror.h"
#include "core/portlist.h"
#include "find_program_linux.h"
#include "followed_linux.h"
#include "here_linux.h"
#include "wine_devices.h"

/*
 * userport-run --ports LIST --user NAME --ioperm -- userportctl run, twice the number of run's
 * options, --, PROGRAM, NULL
 */
#define HELPER_WORDS (12 + 2 * UP_OPTIONS_MAX)

/*
 * The option for which userportctl follows the program; NULL: userport-run starts the program
 * itself.
 */
static const char *follows_it(const struct up_invocation *line)
{
    static const char *const options[][2] = {
        {"explain-faults", "--explain-faults"},
        {"trace", "--trace"},
        {"device", "--device"},
        {"map", "--map"},
        {"watch", "--watch"},
        {"ignore-cli-sti", "--ignore-cli-sti"},
    };
    size_t i;

    for (i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (up_has_option(line, options[i][0])) {
            return options[i][1];
        }
    }
    return NULL;
}

/* ---- is it allowed? -------------------------------------------------------------------------- */

static int refuse(const char *advice, const char *text)
{
    return up_not_started(UP_EXIT_NOT_STARTED, 0, advice, "%s", text);
}

/* Checks the helper userport-run. Result: -1 to go on; otherwise an exit status. */
static int look_at_helper(void)
{
    struct up_helper helper;
    const char *problem, *subject, *advice;
    char text[300];

    up_helper_look(&helper);
    problem = up_helper_problem(&helper, geteuid() == 0, &subject, &advice);
    /* Other capabilities are too much, but it works. */
    if (problem == NULL || (helper.has_capability && helper.has_others)) {
        return -1;
    }
    (void)snprintf(text, sizeof text, "no program can be given ports: %s %s", UP_RUN_PATH, problem);
    return refuse(advice, text);
}

/* The path of this program; NULL if unknown. */
static char *own_path(void)
{
    static char path[PATH_MAX];

    return readlink("/proc/self/exe", path, sizeof path - 1) > 0 ? path : NULL;
}

static bool is_same_file(const char *path, const char *other)
{
    struct stat one, two;

    return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev &&
           one.st_ino == two.st_ino;
}

/* Finds a rule for this user that names the same file. Result: NULL if there is none. */
static const struct up_rule *find_named(const struct up_policy_answer *answer, const char *path)
{
    uint32_t i;

    for (i = 0; i < answer->rules.count; i++) {
        const struct up_rule *rule = &answer->rules.rules[i];

        if (!rule->any_program && answer->is_for_user[i] && is_same_file(rule->program, path)) {
            return rule;
        }
    }
    return NULL;
}

/*
 * Advises about a program to which no rule for the user applies. follows: as of follows_it.
 */
static void advise_program(const struct up_policy_answer *answer, const char *path,
                           const char *follows, char *advice, size_t size)
{
    const struct up_rule *rule = find_named(answer, path);

    if (rule == NULL) {
        (void)snprintf(advice, size, "userportctl status says for which programs there are ports.");
    } else if (answer->verdict == UP_UNTRUSTED_PROGRAM) {
        (void)snprintf(advice, size, "The rule is in %.200s, line %u.", answer->files[rule->file],
                       rule->line);
    } else if (follows != NULL) {
        (void)snprintf(advice, size,
                       "The rule [%s] names this program: such rules do not go with "
                       "%s. A rule with program = any does.",
                       rule->name, follows);
    } else {
        (void)snprintf(advice, size, "The rule [%s] is for %.300s: start it by this path.",
                       rule->name, rule->program);
    }
}

static void advise_user(const struct up_policy_answer *answer, char *advice, size_t size)
{
    static struct up_portset none;

    up_portset_deny_all(&none);
    if (up_policy_advise_group(answer, &none, advice, size)) {
        return;
    }
    if (answer->user == 0) {
        (void)snprintf(advice, size,
                       "With the ports of a user: userportctl run --user NAME -- PROGRAM. For root "
                       "itself: a rule with "
                       "users = root in " UP_POLICY_FILE);
    } else {
        (void)snprintf(
            advice, size,
            "As root: userportctl grant LIST and adduser %s userport; or a rule in " UP_POLICY_FILE,
            answer->user_name);
    }
}

/*
 * Asks userport-run about this program, or, if it is followed, about userportctl, which
 * userport-run starts then. Result: -1 to go on; otherwise an exit status.
 */
static int ask_policy(const struct up_invocation *line, const char *follows, const char *path)
{
    static struct up_policy_answer answer;
    char text[PATH_MAX + 200], advice[500] = "";

    up_policy_ask(&answer, follows != NULL ? own_path() : path, up_option_argument(line, "ports"),
                  up_has_option(line, "ioperm"));
    if (!answer.is_known) {
        const int status = look_at_helper();

        if (status < 0) {
            (void)up_failed(&answer.problem);
        }
        return UP_EXIT_NOT_STARTED;
    }
    (void)snprintf(text, sizeof text, "%s%s%s%s",
                   answer.verdict == UP_POLICY_UNUSABLE ? "no port is given to anybody: " : "",
                   follows != NULL && answer.verdict == UP_NO_PROGRAM_RULE ? follows : "",
                   follows != NULL && answer.verdict == UP_NO_PROGRAM_RULE ? ": " : "",
                   answer.reason);
    switch (answer.verdict) {
    case UP_GRANTED:
        return -1;
    case UP_POLICY_UNUSABLE:
        return refuse("Mend that; userportctl check says whether it is right.", text);
    case UP_NO_IOPERM:
        return refuse(
            "Root can write \"ioperm = yes\" into that rule; then --ioperm is not needed.", text);
    case UP_NO_RULE:
        advise_user(&answer, advice, sizeof advice);
        break;
    case UP_NO_PROGRAM_RULE:
    case UP_UNTRUSTED_PROGRAM:
        advise_program(&answer, path, follows, advice, sizeof advice);
        break;
    default:
        return refuse("userportctl status says what you get.", text);
    }
    return refuse(advice, text);
}

/*
 * Warns about an AppImage, which a mark in its ELF header shows. Its runtime mounts it by a setuid
 * program, which no_new_privs keeps from getting its rights.
 */
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
        up_note("%s is an AppImage, which cannot mount itself here. If it does not start: "
                "APPIMAGE_EXTRACT_AND_RUN=1 in its environment lets it unpack itself instead",
                path);
    }
}

/* ---- starting it ----------------------------------------------------------------------------- */

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

/* An argument list that is being made. */
struct words {
    char **words;
    size_t count;
};

static void add_word(struct words *words, const char *word)
{
    words->words[words->count++] = (char *)(uintptr_t)word;
}

/* The options that the userportctl needs which userport-run starts: it does the rest. */
static void add_options(const struct up_invocation *line, struct words *words)
{
    static const struct {
        const char *name, *word;
        bool has_value;
    } options[] = {
        {"trace", "--trace", true},
        {"device", "--map", true}, /* several devices in one word */
        {"map", "--map", true},
        {"watch", "--watch", false},
        {"ignore-cli-sti", "--ignore-cli-sti", false},
        {"explain-faults", "--explain-faults", false},
    };
    size_t i;

    for (i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (up_has_option(line, options[i].name)) {
            add_word(words, options[i].word);
            if (options[i].has_value) {
                add_word(words, up_option_argument(line, options[i].name));
            }
        }
    }
}

/*
 * Starts the program through userport-run. If it is followed, userport-run gives the ports to this
 * program, which starts the other one. Returns only if that failed.
 */
static void start(const struct up_invocation *line, const struct up_followed *followed, char *path)
{
    const char *ports = up_option_argument(line, "ports"), *user = up_option_argument(line, "user");
    const bool is_ioperm = up_has_option(line, "ioperm");
    struct words words = {.words =
                              calloc((size_t)line->word_count + HELPER_WORDS, sizeof *words.words)};
    int i;

    if (words.words == NULL) {
        return;
    }
    add_word(&words, "userport-run");
    if (ports != NULL) {
        add_word(&words, "--ports");
        add_word(&words, ports);
    }
    if (user != NULL) {
        add_word(&words, "--user");
        add_word(&words, user);
    }
    /* Its filter would keep a program that is followed from giving its ports up. */
    if (is_ioperm && !followed->is_asked) {
        add_word(&words, "--ioperm");
    }
    add_word(&words, "--");
    if (follows_it(line) != NULL) {
        if (own_path() == NULL) {
            free(words.words);
            return;
        }
        add_word(&words, own_path());
        add_word(&words, "run");
        if (followed->is_asked && ports != NULL) {
            add_word(&words, "--ports");
            add_word(&words, ports);
        }
        if (is_ioperm && followed->is_asked) {
            add_word(&words, "--ioperm");
        }
        add_options(line, &words);
        add_word(&words, "--");
    }
    add_word(&words, path);
    for (i = 1; i < line->word_count; i++) {
        add_word(&words, line->words[i]);
    }
    up_out_flush();
    execv(UP_RUN_PATH, words.words);
    free(words.words);
}

static int run_run(const struct up_invocation *line)
{
    const char *ports = up_option_argument(line, "ports"), *user = up_option_argument(line, "user");
    const char *devices = up_option_argument(line, "wine-devices");
    const char *why, *advice;
    struct up_followed followed;
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
    if (!up_followed_read(line, &followed)) {
        return UP_EXIT_NOT_STARTED;
    }
    if (devices != NULL && user != NULL) {
        up_usage("run: --wine-devices makes links for who calls it, and does not go with --user");
        return UP_EXIT_NOT_STARTED;
    }
    if (devices != NULL && !up_wine_devices_are_names(devices)) {
        return UP_EXIT_NOT_STARTED;
    }
    path = up_find_program(line->words[0]);
    if (path == NULL || (user == NULL && !up_is_program(path))) {
        error = errno;
        free(path);
        status = error == ENOENT || error == ENOTDIR ? UP_EXIT_NOT_FOUND : UP_EXIT_CANNOT;
        return up_not_started(status, (uint32_t)error,
                              strchr(line->words[0], '/') == NULL
                                  ? "It is looked for in PATH; one in this folder is ./NAME."
                                  : NULL,
                              "cannot run %s", line->words[0]);
    }
    look_for_appimage(path);
    up_limits_look(&limits);
    why = up_limits_problem(&limits, &advice);
    if (why != NULL || followed.asks_for_no_port) {
        status = devices != NULL && !up_wine_devices_make(devices) ? UP_EXIT_NOT_STARTED
                 : followed.asks_for_no_port ? up_run_simulated(line, &followed, path)
                                             : up_run_here(line, &followed, path, why, advice);
        free(path);
        return status;
    }
    status = user == NULL ? ask_policy(line, follows_it(line), path) : -1;
    status = status < 0 ? look_at_helper() : status;
    if (status < 0 && devices != NULL && !up_wine_devices_make(devices)) {
        status = UP_EXIT_NOT_STARTED;
    }
    if (status >= 0) {
        free(path);
        return status;
    }
    start(line, &followed, path);
    status =
        up_not_started(UP_EXIT_NOT_STARTED, (uint32_t)errno, "userportctl doctor says what to do.",
                       "cannot start %s, which gives programs their ports", UP_RUN_PATH);
    free(path);
    return status;
}

const struct up_command up_command_run = {
    .name = "run",
    .synopsis = "[OPTION]... [--] PROGRAM [ARGUMENT]...",
    .summary = "run a program with the ports that the policy gives you",
    .text = "Runs PROGRAM with the I/O ports that the policy gives you for it, and without any "
            "other right: it, and what it starts, can run IN and OUT on these ports at full speed. "
            "PROGRAM is found in PATH. Everything after it belongs to it, options too. Windows "
            "programs: userportctl run wine program.exe\n"
            "Exit status: the program's; 125 when the ports were not given, 126 when it cannot be "
            "run, 127 when it is not there.\n",
    .options = {{"ports", "LIST", "only these of the ports; every one has to be given"},
                {"user", "NAME", "root alone: as this user, with the ports that this user gets"},
                {"ioperm", NULL,
                 "for a program that calls ioperm or iopl itself and ends when it may not: the "
                 "calls succeed for the ports that it has. If it insists on root too: run --ioperm "
                 "-- fakeroot PROGRAM"},
                {"wine-devices", "LIST",
                 "for Windows programs that open a driver, as giveio, and then run IN and OUT "
                 "themselves: links of these "
                 "names in your Wine's folder dosdevices, to /dev/null"},
                {"explain-faults", NULL,
                 "watch the program: when an IN or OUT on a port that is not granted ends it, say "
                 "which port, and what to do"},
                {"map", "PORTS=TO",
                 "the program's ports go to another address, or to none: 378-37F=D100; card is "
                 "the printer port of a card that is known; it may be given more than once. "
                 "--ports has the addresses to which they go"},
                {"device", "PORTS=DEVICE",
                 "a simulated device has the program's ports: 378=printer:FILE, loopback, memory, "
                 "speaker:FILE, script:FILE or replay:RECORDING; it may be given more than once. "
                 "Without --ports no real port is asked for, and nothing has to be granted"},
                {"trace", "FILE",
                 "record the program's accesses into FILE, which ends with .vcd, .csv or .svg; "
                 "userportctl trace shows it"},
                {"watch", NULL, "show the program's accesses as they come"},
                {"ignore-cli-sti", NULL, "CLI and STI do nothing, instead of ending the program"}},
    .repeated_options = {"map", "device"},
    .words_min = 1,
    .words_max = -1,
    .run = run_run,
    .starts_program = true,
};
