/* SPDX-License-Identifier: MIT
 *
 * Runs userport-run --explain, and finds out what the user can do about its answer
 * (policy_answer.h).
 */
#include "policy_answer.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "limits.h"
#include "helper.h"

#define WORDS_MAX 8 /* userport-run --explain --ioperm --ports LIST -- PROGRAM, NULL */

extern char **environ;

/* ---- asking ---------------------------------------------------------------------------------- */

static void set_problem(struct up_policy_answer *answer, int code, const char *said)
{
    struct up_helper helper;
    struct up_limits limits;
    const char *subject, *advice = NULL;

    up_helper_look(&helper);
    up_limits_look(&limits);
    if (up_helper_problem(&helper, geteuid() == 0, &subject, &advice) == NULL &&
        up_limits_problem(&limits, &advice) == NULL) {
        advice = "Install the package userport again: sudo apt install --reinstall userport.";
    }
    up_error_detail_set(&answer->problem, (uint32_t)code, advice,
                        said[0] != '\0' ? "cannot ask %s: it says \"%s\"" : "cannot ask %s",
                        UP_RUN_PATH, said);
}

/*
 * Starts the helper with both outputs connected to the pipe, since it reports failures on stderr.
 * Result: 0, or an errno value.
 */
static int start(char *const *words, int out, pid_t *id)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);

    if (error == 0) {
        error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        error = error == 0 ? posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) : error;
        error = error == 0 ? posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO) : error;
        error = error == 0 ? posix_spawn(id, UP_RUN_PATH, &actions, NULL, words, environ) : error;
        posix_spawn_file_actions_destroy(&actions);
    }
    return error;
}

/*
 * Reads the lines of the answer. said receives the first line that is not part of an answer.
 * Result: false if there was such a line.
 */
static bool read_lines(struct up_policy_answer *answer, FILE *from, char *said, size_t size)
{
    static const char name[] = "userport-run: ";
    char *line = NULL;
    size_t room = 0;
    bool is_good = true;

    while (getline(&line, &room, from) > 0) {
        const bool is_said = strncmp(line, name, sizeof name - 1) == 0;

        line[strcspn(line, "\n")] = '\0';
        if (is_said || (is_good && !up_policy_answer_read(answer, line))) {
            is_good = false;
            (void)snprintf(said, size, "%.300s", is_said ? line + sizeof name - 1 : line);
        }
    }
    free(line);
    return is_good;
}

static void run(struct up_policy_answer *answer, char *const *words)
{
    char said[301] = "";
    int ends[2], error = pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno;
    pid_t id = 0;
    FILE *from;

    if (error != 0) {
        set_problem(answer, error, "");
        return;
    }
    error = start(words, ends[1], &id);
    close(ends[1]);
    from = fdopen(ends[0], "r");
    if (from == NULL) {
        close(ends[0]);
    } else {
        answer->is_known = read_lines(answer, from, said, sizeof said) && answer->is_known;
        fclose(from);
    }
    while (error == 0 && waitpid(id, NULL, 0) < 0 && errno == EINTR) {
    }
    if (!answer->is_known) {
        set_problem(answer, error, said);
    }
}

void up_policy_ask(struct up_policy_answer *answer, const char *program, const char *ports,
                   bool wants_ioperm)
{
    char *words[WORDS_MAX] = {"userport-run", "--explain"};
    const struct passwd *account;
    size_t count = 2;

    up_policy_answer_begin(answer);
    answer->user = getuid();
    if (wants_ioperm) {
        words[count++] = "--ioperm";
    }
    if (ports != NULL) {
        words[count++] = "--ports";
        words[count++] = (char *)(uintptr_t)ports;
    }
    if (program != NULL) {
        words[count++] = "--";
        words[count++] = (char *)(uintptr_t)program;
    }
    run(answer, words);
    account = getpwuid(answer->user);
    (void)snprintf(answer->user_name, sizeof answer->user_name, "%s",
                   account != NULL ? account->pw_name : "");
}

/* ---- advice ---------------------------------------------------------------------------------- */

const char *up_policy_group_to_come(const struct up_policy_answer *answer, uint32_t rule)
{
    const struct up_rule *one = &answer->rules.rules[rule];
    const struct group *group;
    uint32_t i;
    char **member;

    for (i = 0; i < one->group_count && !answer->is_for_user[rule]; i++) {
        group = getgrgid(one->groups[i]);
        for (member = group != NULL ? group->gr_mem : NULL; member != NULL && *member != NULL;
             member++) {
            if (strcmp(*member, answer->user_name) == 0) {
                return group->gr_name;
            }
        }
    }
    return NULL;
}

const char *up_policy_any_group_to_come(const struct up_policy_answer *answer)
{
    const char *group = NULL;
    uint32_t i;

    for (i = 0; i < answer->rules.count && group == NULL; i++) {
        group = up_policy_group_to_come(answer, i);
    }
    return group;
}

bool up_policy_is_in_group(const char *group)
{
    const struct group *entry = getgrnam(group);

    return entry != NULL && group_member(entry->gr_gid);
}

/*
 * Finds a group that gets all of these ports for any program, in a rule that is not for this user.
 * Result: its name, valid until the next call, or NULL.
 */
static const char *group_with(const struct up_policy_answer *answer, const struct up_portset *ports)
{
    static struct up_portset missing;
    const struct group *group;
    uint32_t i;

    for (i = 0; i < answer->rules.count; i++) {
        const struct up_rule *rule = &answer->rules.rules[i];

        missing = *ports;
        up_portset_remove(&missing, &rule->ports);
        if (rule->any_program && rule->group_count > 0 && up_portset_count(&missing) == 0 &&
            !answer->is_for_user[i]) {
            group = getgrgid(rule->groups[0]);
            if (group != NULL) {
                return group->gr_name;
            }
        }
    }
    return NULL;
}

bool up_policy_advise_group(const struct up_policy_answer *answer, const struct up_portset *ports,
                            char *advice, size_t size)
{
    const char *group = up_policy_any_group_to_come(answer);

    if (group != NULL) {
        (void)snprintf(advice, size,
                       "You are in the group %s from your next login on: log out and in again.",
                       group);
        return true;
    }
    group = answer->user != 0 ? group_with(answer, ports) : NULL;
    if (group != NULL) {
        (void)snprintf(advice, size, "As root: adduser %s %s, and then log out and in again.",
                       answer->user_name, group);
    }
    return group != NULL;
}

const char *up_policy_hidden_file(const struct up_policy_answer *answer)
{
    struct stat status;
    uint32_t i;

    for (i = 0; i < answer->file_count; i++) {
        if (stat(answer->files[i], &status) == 0 && (status.st_mode & S_IROTH) == 0) {
            return answer->files[i];
        }
    }
    return NULL;
}

bool up_policy_rule_problem(const struct up_rule *rule, char *text, size_t size)
{
    const int file = rule->any_program ? -1 : up_program_file_open(rule->program, text, size);

    if (file >= 0) {
        close(file);
    }
    return !rule->any_program && file < 0;
}
