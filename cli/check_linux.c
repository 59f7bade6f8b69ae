/* SPDX-License-Identifier: MIT
 *
 * The command check: describes the policy (who gets which ports for which program) or its mistake.
 * userport-run tells everything about the installed policy; files that are named are read here with
 * the same reader.
 */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/policy_answer.h"
#include "command.h"
#include "console.h"
#include "describe.h"

struct checked {
    const struct up_rules *rules;
    const char *names[UP_POLICY_FILES];
    uint32_t file_count;
    const char *message; /* NULL: no mistake */
    const char *advice;  /* about the mistake */
    uint32_t code;       /* the system's code in the message; 0: none */
};

/* ---- output ---------------------------------------------------------------------------------- */

static void name_of(bool is_user, uint32_t id, char *text, size_t size)
{
    const struct passwd *user = is_user ? getpwuid(id) : NULL;
    const struct group *group = is_user ? NULL : getgrgid(id);

    (void)snprintf(text, size, "%s",
                   user != NULL    ? user->pw_name
                   : group != NULL ? group->gr_name
                                   : "");
}

static void add_who(struct up_json *json, const char *key, bool are_users, const uint32_t *ids,
                    uint32_t count)
{
    char name[64];
    uint32_t i;

    up_json_array(json, key);
    for (i = 0; i < count; i++) {
        name_of(are_users, ids[i], name, sizeof name);
        up_json_object(json, NULL);
        up_json_text(json, "name", name[0] != '\0' ? name : NULL);
        up_json_number(json, "id", ids[i]);
        up_json_end(json);
    }
    up_json_end(json);
}

static void print_json(const struct checked *checked)
{
    char why[UP_PROGRAM_PROBLEM_MAX];
    struct up_json *json = up_out_json();
    uint32_t i;

    up_json_object(json, NULL);
    up_json_array(json, "files");
    for (i = 0; i < checked->file_count; i++) {
        up_json_text(json, NULL, checked->names[i]);
    }
    up_json_end(json);
    up_json_array(json, "rules");
    for (i = 0; i < checked->rules->count; i++) {
        const struct up_rule *rule = &checked->rules->rules[i];

        up_json_object(json, NULL);
        up_json_text(json, "name", rule->name);
        up_json_text(json, "file", checked->names[rule->file]);
        up_json_number(json, "line", rule->line);
        add_who(json, "users", true, rule->users, rule->user_count);
        add_who(json, "groups", false, rule->groups, rule->group_count);
        up_json_text(json, "program", rule->any_program ? NULL : rule->program);
        up_json_text(json, "program_problem",
                     up_policy_rule_problem(rule, why, sizeof why) ? why : NULL);
        up_json_ports(json, "ports", &rule->ports);
        up_json_hazards(json, "hazards", &rule->ports);
        up_json_bool(json, "ioperm", rule->with_ioperm);
        up_json_end(json);
    }
    up_json_end(json);
    if (checked->message != NULL) {
        up_json_text(json, "error", checked->message);
        up_json_number(json, "code", checked->code);
        up_json_text(json, "advice", checked->advice);
        up_json_text(json, "file",
                     checked->rules->line != 0 ? checked->names[checked->rules->file] : NULL);
        up_json_number(json, "line", checked->rules->line);
        up_json_number(json, "column", checked->rules->column);
    }
    up_json_end(json);
    up_out_json_end();
}

static void print_who(bool are_users, const uint32_t *ids, uint32_t count)
{
    char name[64];
    uint32_t i;

    for (i = 0; i < count; i++) {
        name_of(are_users, ids[i], name, sizeof name);
        up_out("%s", i == 0 ? are_users ? "  users:    " : "  groups:   " : ", ");
        if (name[0] != '\0') {
            up_out("%s (%lu)", name, (unsigned long)ids[i]);
        } else {
            up_out("%lu", (unsigned long)ids[i]);
        }
    }
    up_out_text(count > 0 ? "\n" : "");
}

static void print_hazards(const struct up_portset *ports)
{
    const struct up_known_ports *known;
    size_t cursor = 0;
    uint16_t port;

    while ((known = up_known_ports_next_hazard(ports, &cursor, &port)) != NULL) {
        up_out("  hazard:   port %X (%s) %s\n", port, known->what, known->hazard);
    }
}

static void print_text(const struct checked *checked)
{
    char why[UP_PROGRAM_PROBLEM_MAX];
    uint32_t without_use = 0, i;

    for (i = 0; i < checked->rules->count; i++) {
        const struct up_rule *rule = &checked->rules->rules[i];

        up_out("[%s] of %s, line %u\n", rule->name, checked->names[rule->file], rule->line);
        print_who(true, rule->users, rule->user_count);
        print_who(false, rule->groups, rule->group_count);
        up_out("  program:  %s\n", rule->any_program ? "any" : rule->program);
        if (up_policy_rule_problem(rule, why, sizeof why)) {
            without_use++;
            up_out("  but:      the rule does not apply: %s\n", why);
        }
        up_out_text("  ports:    ");
        if (up_portset_count(&rule->ports) > 0) {
            up_out_ports(&rule->ports);
        } else {
            up_out_text("none");
        }
        up_out_text("\n");
        print_hazards(&rule->ports);
        up_out_text(rule->with_ioperm ? "  ioperm:   succeeds for these ports\n" : "");
    }
    if (checked->message == NULL) {
        up_out("%lu rule%s in %lu file%s, no mistake", (unsigned long)checked->rules->count,
               checked->rules->count == 1 ? "" : "s", (unsigned long)checked->file_count,
               checked->file_count == 1 ? "" : "s");
        if (without_use > 0) {
            up_out("; %lu of the rules %s not apply", (unsigned long)without_use,
                   without_use == 1 ? "does" : "do");
        }
        up_out_text("\n");
    }
}

static int say(const struct checked *checked)
{
    struct up_error_detail problem;

    if (up_out_is_json) {
        print_json(checked);
    } else {
        print_text(checked);
    }
    if (checked->message == NULL) {
        return UP_EXIT_DONE;
    }
    /* The message has the code already. */
    up_error_detail_set(&problem, 0, checked->advice, "%s", checked->message);
    up_out_flush();
    up_complain(&problem);
    return UP_EXIT_FAILED;
}

/* ---- input ----------------------------------------------------------------------------------- */

static int check_policy(void)
{
    static struct up_policy_answer answer;
    struct checked checked = {.rules = &answer.rules};
    const char *hidden;
    uint32_t i;

    up_policy_ask(&answer, NULL, NULL, false);
    checked.message = up_policy_problem(&answer);
    checked.advice =
        answer.is_known ? "Until it is mended, nobody gets a port." : answer.problem.advice;
    checked.code = answer.is_known ? 0 : answer.problem.code;
    checked.file_count = answer.file_count;
    for (i = 0; i < answer.file_count; i++) {
        checked.names[i] = answer.files[i];
    }
    hidden = up_policy_hidden_file(&answer);
    if (hidden != NULL) {
        up_note("not everybody can read %s; who cannot gets no port. As root: chmod a+r %s", hidden,
                hidden);
    }
    return say(&checked);
}

static bool read_text(const char *path, size_t most, struct up_text *text)
{
    struct up_error_detail problem;
    uint32_t code = 0;
    char *bytes = NULL;

    text->name = strcmp(path, "-") == 0 ? "standard input" : path;
    if (!up_console_read_file(path, &bytes, &text->length, &code)) {
        up_error_detail_set(&problem, code, NULL, "cannot read %s", text->name);
        (void)up_failed(&problem);
        return false;
    }
    text->text = bytes;
    if (text->length > most) {
        up_error_detail_set(&problem, 0, "Make two files of it.",
                            "%s has more than the %lu bytes that a file of the policy may have",
                            text->name, (unsigned long)most);
        (void)up_failed(&problem);
        return false;
    }
    return true;
}

static int check_files(char **paths, int count)
{
    static struct up_rules rules;
    static struct up_text files[UP_POLICY_FILES];
    struct up_text passwd = {0}, group = {0};
    struct checked checked = {
        .rules = &rules,
        .advice = "Mend it first: as a part of the policy it would close the ports to everybody.",
        .file_count = (uint32_t)count};
    int i;

    if (count > (int)UP_POLICY_FILES) {
        return up_usage("check: these are more than %u files", UP_POLICY_FILES);
    }
    for (i = 0; i < count; i++) {
        if (!read_text(paths[i], UP_POLICY_BYTES, &files[i])) {
            return UP_EXIT_FAILED;
        }
        checked.names[i] = files[i].name;
    }
    if (!read_text("/etc/passwd", UP_ACCOUNT_BYTES, &passwd) ||
        !read_text("/etc/group", UP_ACCOUNT_BYTES, &group)) {
        return UP_EXIT_FAILED;
    }
    checked.message =
        up_rules_read(&rules, files, (unsigned)count, &passwd, &group) ? NULL : rules.message;
    return say(&checked); /* the program ends now, so its texts are not freed */
}

static int run_check(const struct up_invocation *line)
{
    return line->word_count > 0 ? check_files(line->words, line->word_count) : check_policy();
}

const struct up_command up_command_check = {
    .name = "check",
    .synopsis = "[FILE]...",
    .summary = "what the policy gives to whom, or where its mistake is",
    .text = "Reads /etc/userport.conf and /etc/userport.conf.d/*.conf as userport-run does, and "
            "prints for each rule who gets which ports for which program; or what is wrong, with "
            "line and column. With FILEs: these instead, as they would be read from there; - is "
            "standard input. The format is in userport.conf(5).\n"
            "Exit status: 0 when there is no mistake, else 1.\n",
    .words_max = -1,
    .run = run_check,
};
