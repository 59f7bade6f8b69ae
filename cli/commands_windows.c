/* SPDX-License-Identifier: MIT
 *
 * The commands of userportctl on Windows, and parts of its help (command.h).
 */
#include "command.h"

const struct up_command *const up_commands[] = {
    &up_command_run,
    &up_command_trace,
    &up_command_status,
    &up_command_doctor,
    NULL,
    &up_command_list,
    &up_command_grant,
    &up_command_revoke,
    &up_command_set,
    &up_command_defaults,
    &up_command_scope,
    &up_command_import,
    &up_command_ports,
    &up_command_program,
    &up_command_adopt,
    NULL,
    &up_command_start,
    &up_command_stop,
    &up_command_apply,
    &up_command_startup,
    &up_command_install,
    &up_command_uninstall,
    NULL,
    &up_command_read,
    &up_command_write,
    &up_command_watch,
    &up_command_test,
};
const size_t up_command_count = sizeof up_commands / sizeof up_commands[0];

const char *const up_other_words[][2] = {
    {"add", "grant"},       {"allow", "grant"},  {"remove", "revoke"},  {"delete", "revoke"},
    {"deny", "revoke"},     {"reload", "apply"}, {"in", "read"},        {"out", "write"},
    {"query", "status"},    {"state", "status"}, {"check", "doctor"},   {"enable", "startup"},
    {"disable", "startup"}, {"suspend", "stop"}, {"devices", "ports"},  {"names", "ports"},
    {"show", "list"},       {"config", "list"},  {"exec", "run"},       {"launch", "run"},
    {"route", "program"},   {"map", "program"},  {"routes", "program"}, {NULL, NULL}};

const char *up_command_instead(const char *name)
{
    (void)name;
    return NULL;
}

const char up_help_end[] = "What changes something needs an administrator.\n";

const struct up_command up_command_doctor = {
    .name = "doctor",
    .synopsis = "[FILE]",
    .summary = "what is wrong, and what to do about it",
    .text = "Looks at all that has to be right: the driver's file, its processor and signature, "
            "whether this Windows will load it, the service, the list, other drivers, the DLLs. A "
            "line for each, and below it what to do. Changes nothing.\n"
            "With FILE, any driver in any folder, it says only whether this Windows would load "
            "that one, and why.\n"
            "Exit status: 1 if there is an ERROR.\n",
    .words_max = 1,
    .run = up_run_doctor,
};
