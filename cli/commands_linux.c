/* SPDX-License-Identifier: MIT
 *
 * The commands of userportctl on Linux, parts of its help, and what replaces the commands of
 * Windows (command.h).
 */
#include <string.h>

#include "command.h"

const struct up_command *const up_commands[] = {
    &up_command_run,
    &up_command_trace,
    &up_command_status,
    &up_command_doctor,
    &up_command_check,
    NULL,
    &up_command_list,
    &up_command_grant,
    &up_command_revoke,
    &up_command_set,
    &up_command_defaults,
    &up_command_ports,
    NULL,
    &up_command_read,
    &up_command_write,
    &up_command_watch,
    &up_command_test,
};
const size_t up_command_count = sizeof up_commands / sizeof up_commands[0];

const char *const up_other_words[][2] = {
    {"add", "grant"},    {"allow", "grant"},  {"remove", "revoke"}, {"delete", "revoke"},
    {"deny", "revoke"},  {"in", "read"},      {"out", "write"},     {"query", "status"},
    {"state", "status"}, {"verify", "check"}, {"rules", "check"},   {"policy", "check"},
    {"exec", "run"},     {"launch", "run"},   {"devices", "ports"}, {"names", "ports"},
    {"show", "list"},    {"config", "list"},  {NULL, NULL}};

const char *up_command_instead(const char *name)
{
    static const char no_driver[] = "Linux has the ports itself and there is no driver; "
                                    "userportctl run starts a program with them";
    static const char *const instead[][2] = {
        {"install", "the package userport is what installs it"},
        {"uninstall", "what removes it is the package manager, with the package userport"},
        {"start", no_driver},
        {"stop", "there is no driver; userportctl revoke takes ports from the list, and programs "
                 "that run keep theirs "
                 "until they end"},
        {"startup", no_driver},
        {"apply", "userportctl run reads the list at each start of a program, and userportctl "
                  "check says whether it "
                  "makes sense"},
        {"scope",
         "a rule in /etc/userport.conf says which users and which programs get which ports"},
        {"import", "there is no registry; userportctl set takes a list"},
        {"program", "the variable USERPORT_PROGRAM sends ports of a program elsewhere, as in "
                    "USERPORT_PROGRAM='routes=378-37F=D100' userportctl run program"},
    };
    size_t i;

    for (i = 0; i < sizeof instead / sizeof instead[0]; i++) {
        if (strcmp(instead[i][0], name) == 0) {
            return instead[i][1];
        }
    }
    return NULL;
}

const char up_help_end[] =
    "run ends with the program's exit status, or with 125, 126, 127 as env(1) does.\n"
    "What changes something needs root.\n";

const struct up_command up_command_doctor = {
    .name = "doctor",
    .synopsis = "",
    .summary = "what is wrong, and what to do about it",
    .text = "Looks at all that has to be right before a program gets ports: the processor, the "
            "kernel and its lockdown, userport-run and its capability, this process's own limits, "
            "the policy and what it gives this user, drivers that hold the ports, Wine. A line for "
            "each, and below it what to do. Changes nothing.\n"
            "Exit status: 1 if there is an ERROR.\n",
    .run = up_run_doctor,
};
