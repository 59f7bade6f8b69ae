/* SPDX-License-Identifier: MIT
 *
 * The tables of list, grant, revoke, set and defaults on Windows (list.h).
 */
#include "list.h"

#include "change.h"
#include "scope.h"

const char up_list_nothing_granted[] = ", so that the driver grants nothing";

/* Invalid settings grant nothing on Windows, and the notes say so. */
bool up_list_is_known(const struct up_settings *policy, struct up_error_detail *problem)
{
    (void)policy;
    (void)problem;
    return true;
}

void up_change_json_more(struct up_json *json, const struct up_settings *policy)
{
    up_json_scope(json, policy->scope, policy->sticky);
}

const struct up_command up_command_list = {
    .name = "list",
    .synopsis = "[--short]",
    .summary = "the ports that programs may use, and what is there",
    .text = "Prints the grant list as it is in the registry, one range a line. Whether the driver "
            "has it in force already "
            "says userportctl status. A list that the driver cannot obey grants nothing; then a "
            "note says why.\n",
    .options = {{"short", NULL, "one line, as grant, revoke and set take it"}},
    .run = up_run_list,
};

const struct up_command up_command_grant = {
    .name = "grant",
    .synopsis = "[OPTION]... LIST...",
    .summary = "add ports to the list",
    .text = "Adds ports to the grant list and puts them in force at once, if the driver runs. LIST "
            "is ports, ranges and "
            "names, as in: userportctl grant lpt1, 42-43 61\n"
            "Numbers are hexadecimal; userportctl ports shows the names. Ports that can damage "
            "data or stop the machine "
            "are refused without --force, and named with it. Nothing is changed unless all of LIST "
            "makes sense.\n",
    .options = {UP_OPTION_FORCE, UP_OPTION_DRY_RUN, UP_OPTION_NO_APPLY, UP_OPTION_FILE},
    .words_max = -1,
    .run = up_run_grant,
};

const struct up_command up_command_revoke = {
    .name = "revoke",
    .synopsis = "[OPTION]... LIST...",
    .summary = "take ports from the list; at once, if the driver runs",
    .text = "Takes ports from the grant list. When it returns no program can use them any more, "
            "also those that were "
            "using them. To take all: userportctl revoke 0-FFFF\n",
    .options = {UP_OPTION_DRY_RUN, UP_OPTION_NO_APPLY, UP_OPTION_FILE},
    .words_max = -1,
    .run = up_run_revoke,
};

const struct up_command up_command_set = {
    .name = "set",
    .synopsis = "[OPTION]... LIST...",
    .summary = "make it this list and no other",
    .text = "Replaces the grant list. An empty list, userportctl set \"\", grants no port. Also "
            "mends a list that the "
            "driver cannot obey. To keep a list and put it back: userportctl list --short "
            ">ports.txt and userportctl "
            "set --file ports.txt\n",
    .options = {UP_OPTION_FORCE, UP_OPTION_DRY_RUN, UP_OPTION_NO_APPLY, UP_OPTION_FILE},
    .words_max = -1,
    .run = up_run_set,
};

const struct up_command up_command_defaults = {
    .name = "defaults",
    .synopsis = "[OPTION]... [classic]",
    .summary = "make it the three printer ports, as after the installation",
    .text = "Replaces the grant list by the one of a fresh installation: 278-27F, 378-37F and "
            "3BC-3BF.\nclassic: by the "
            "wide one of UserPort 2.0: 200-37F, 3BC-3BF and 3E8-3FF. It has registers of disk "
            "controllers in it, and "
            "so needs --force.\n",
    .options = {UP_OPTION_FORCE, UP_OPTION_DRY_RUN, UP_OPTION_NO_APPLY},
    .words_max = 1,
    .run = up_run_defaults,
};
