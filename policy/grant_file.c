/* SPDX-License-Identifier: MIT
 *
 * Writes and reads userportctl's policy file (grant_file.h), with the reader of the rules and the
 * list syntax. A file to which somebody else has added anything is refused, so that userportctl
 * never drops the addition silently.
 */
#include "grant_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/known_ports.h"
#include "core/portlist.h"
#include "core/text.h"

#define LINE_COLUMNS 90u

/* Writes "key = ...", on several lines if necessary. Each line but the last ends with a comma. */
static bool put_ports(struct up_writer *writer, const char *key, const struct up_portset *ports)
{
    char *list, *at;

    if (up_portset_count(ports) == 0) {
        return true;
    }
    list = malloc(UP_PORTLIST_TEXT_MAX);
    if (list == NULL) {
        return false;
    }
    up_portlist_format(ports, list, UP_PORTLIST_TEXT_MAX);
    up_writer_text(writer, key);
    up_writer_text(writer, " = ");
    for (at = list; strlen(at) > LINE_COLUMNS;) {
        size_t length = LINE_COLUMNS;

        while (at[length - 1] != ',') {
            length--;
        }
        up_writer_bytes(writer, at, length);
        up_writer_text(writer, "\n    ");
        at += length + 1; /* skip the blank after the comma */
    }
    up_writer_text(writer, at);
    up_writer_text(writer, "\n");
    free(list);
    return true;
}

static void split_hazards(const struct up_portset *ports, struct up_portset *plain,
                          struct up_portset *hazards)
{
    const struct up_known_ports *known;
    size_t cursor = 0;

    up_portset_deny_all(hazards);
    while ((known = up_known_ports_next_hazard(ports, &cursor, NULL)) != NULL) {
        up_known_ports_grant(known, hazards);
    }
    *plain = *ports;
    up_portset_remove(plain, hazards);
    *hazards = *ports;
    up_portset_remove(hazards, plain);
}

size_t up_grant_file_write(const struct up_portset *ports, char *text, size_t size)
{
    static struct up_portset plain, hazards;
    struct up_writer writer;

    split_hazards(ports, &plain, &hazards);
    up_writer_init(&writer, text, size);
    up_writer_text(&writer, "# userportctl writes this file: userportctl grant, revoke, set. Rules "
                            "of your own belong into\n"
                            "# /etc/userport.conf, or into another file here.\n");
    if (up_portset_count(ports) > 0) {
        up_writer_text(&writer, "[userportctl]\ngroups = " UP_GRANT_GROUP "\nprogram = any\n");
        if (!put_ports(&writer, "ports", &plain) ||
            !put_ports(&writer, "hazardous-ports", &hazards)) {
            return 0;
        }
    }
    return up_writer_is_cut(&writer) ? 0 : writer.length;
}

static bool is_ours(const struct up_rule *rule)
{
    return strcmp(rule->name, "userportctl") == 0 && rule->any_program && !rule->with_ioperm &&
           rule->user_count == 0 && rule->group_count == 1;
}

bool up_grant_file_read(const struct up_text *file, const struct up_text *passwd,
                        const struct up_text *group, struct up_portset *ports, char *message)
{
    static const char group_line[] = "\ngroups = " UP_GRANT_GROUP "\n";
    static struct up_rules rules;

    up_portset_deny_all(ports);
    if (!up_rules_read(&rules, file, 1, passwd, group)) {
        (void)snprintf(message, UP_RULES_MESSAGE_MAX, "%s", rules.message);
        return false;
    }
    if (rules.count == 0) {
        return true;
    }
    if (rules.count != 1 || !is_ours(&rules.rules[0]) ||
        memmem(file->text, file->length, group_line, strlen(group_line)) == NULL) {
        (void)snprintf(message, UP_RULES_MESSAGE_MAX,
                       "%s has other rules than userportctl writes; they belong into another file",
                       file->name);
        return false;
    }
    *ports = rules.rules[0].ports;
    return true;
}
