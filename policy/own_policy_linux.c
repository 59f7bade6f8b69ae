/* SPDX-License-Identifier: MIT
 *
 * own_policy.h, with the very functions of userport-run.
 */
#include "own_policy.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy_files.h"

static void find_out_who(struct up_own_policy *own)
{
    const struct passwd *account = getpwuid(getuid());
    gid_t groups[UP_OWN_GROUPS_MAX - 1];
    int count = getgroups(UP_OWN_GROUPS_MAX - 1, groups), i;

    own->user = getuid();
    (void)snprintf(own->name, sizeof own->name, "%s", account != NULL ? account->pw_name : "");
    for (i = 0; i < count; i++) {
        own->groups[own->group_count++] = groups[i];
    }
    own->groups[own->group_count++] = getgid();
}

static struct up_subject subject_of(const struct up_own_policy *own, const char *program)
{
    return (struct up_subject){own->user, own->groups, own->group_count, program != NULL ? program : "",
                               program != NULL};
}

static void read_rules(struct up_own_policy *own)
{
    static struct up_policy_files files;
    struct up_text passwd;

    if (!up_policy_open(&files)) {
        (void)snprintf(own->message, sizeof own->message, "%s", files.message);
        return;
    }
    memcpy(own->files, files.names, sizeof own->files);
    own->file_count = files.count;
    if (!up_policy_files_read(&files, &own->rules, &passwd)) {
        (void)snprintf(own->message, sizeof own->message, "%s", own->rules.message);
    }
    up_policy_close(&files);
}

void up_own_policy_read(struct up_own_policy *own)
{
    static struct up_given given;
    struct up_subject subject;
    uint32_t i;

    memset(own, 0, sizeof *own);
    find_out_who(own);
    read_rules(own);
    subject = subject_of(own, NULL);
    own->any_count = up_rules_apply(&own->rules, &subject, &given);
    own->ports = given.ports;
    for (i = 0; i < own->rules.count; i++) {
        own->program_count += up_own_policy_has(own, &own->rules.rules[i]) && !own->rules.rules[i].any_program;
    }
}

bool up_own_policy_has(const struct up_own_policy *own, const struct up_rule *rule)
{
    const struct up_subject subject = subject_of(own, NULL);

    return up_rule_is_for_user(rule, &subject);
}

void up_own_policy_ports_of(const struct up_own_policy *own, const char *program, struct up_given *given)
{
    const struct up_subject subject = subject_of(own, program);

    (void)up_rules_apply(&own->rules, &subject, given);
}

const char *up_own_policy_group_to_come(const struct up_own_policy *own, const struct up_rule *rule)
{
    const struct group *group;
    uint32_t i;
    char **member;

    for (i = 0; i < rule->group_count; i++) {
        group = getgrgid(rule->groups[i]);
        for (member = group != NULL ? group->gr_mem : NULL; member != NULL && *member != NULL; member++) {
            if (strcmp(*member, own->name) == 0 && !up_own_policy_has(own, rule)) {
                return group->gr_name;
            }
        }
    }
    return NULL;
}

const char *up_own_policy_any_group_to_come(const struct up_own_policy *own)
{
    const char *group = NULL;
    uint32_t i;

    for (i = 0; i < own->rules.count && group == NULL; i++) {
        group = up_own_policy_group_to_come(own, &own->rules.rules[i]);
    }
    return group;
}

bool up_own_policy_is_in_group(const struct up_own_policy *own, const char *group)
{
    const struct group *entry = getgrnam(group);
    uint32_t i;

    for (i = 0; entry != NULL && i < own->group_count; i++) {
        if (own->groups[i] == entry->gr_gid) {
            return true;
        }
    }
    return false;
}

/* A group whose users get all of these ports for any program, and this user none of it: its name, until the next call; NULL. */
static const char *group_with(const struct up_own_policy *own, const struct up_portset *ports)
{
    static struct up_portset missing;
    const struct group *group;
    uint32_t i;

    for (i = 0; i < own->rules.count; i++) {
        const struct up_rule *rule = &own->rules.rules[i];

        missing = *ports;
        up_portset_remove(&missing, &rule->ports);
        if (rule->any_program && rule->group_count > 0 && up_portset_count(&missing) == 0 &&
            !up_own_policy_has(own, rule)) {
            group = getgrgid(rule->groups[0]);
            if (group != NULL) {
                return group->gr_name;
            }
        }
    }
    return NULL;
}

bool up_own_policy_advise_group(const struct up_own_policy *own, const struct up_portset *ports, char *advice,
                                size_t size)
{
    const char *group = up_own_policy_any_group_to_come(own);

    if (group != NULL) {
        (void)snprintf(advice, size, "You are in the group %s from your next login on: log out and in again.", group);
        return true;
    }
    group = own->user != 0 ? group_with(own, ports) : NULL;
    if (group != NULL) {
        (void)snprintf(advice, size, "As root: adduser %s %s, and then log out and in again.", own->name, group);
    }
    return group != NULL;
}

const char *up_own_policy_hidden_file(const struct up_own_policy *own)
{
    struct stat status;
    uint32_t i;

    for (i = 0; i < own->file_count; i++) {
        if (stat(own->files[i], &status) == 0 && (status.st_mode & S_IROTH) == 0) {
            return own->files[i];
        }
    }
    return NULL;
}
