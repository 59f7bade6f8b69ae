/* SPDX-License-Identifier: MIT
 *
 * The tables of list, grant, revoke, set and defaults on Linux (list.h).
 */
#include "list.h"

#include "control/settings_store.h"
#include "change.h"

const char up_list_nothing_granted[] = ", so that nobody gets a port";

/* Rules that somebody else has put into the file may give ports, which this list cannot show. */
bool up_list_is_known(const struct up_settings *policy, struct up_error_detail *problem)
{
    if (policy->problems == 0) {
        return true;
    }
    up_error_detail_set(problem, 0,
                        "userportctl check says what the rules give. To have a list again, and "
                        "nothing else in that file: "
                        "userportctl set LIST",
                        "cannot tell the list: %s", up_store_problem_text(policy->problems));
    return false;
}

void up_change_json_more(struct up_json *json, const struct up_settings *policy)
{
    (void)policy;
    up_json_text(json, "group", "userport");
}

const struct up_command up_command_list = {
    .name = "list",
    .synopsis = "[--short]",
    .summary = "the ports of the group userport, and what is there",
    .text = "Prints the list that grant, revoke, set and defaults change, one range a line: the "
            "ports that the users of "
            "the group userport get for any program, by the file "
            "/etc/userport.conf.d/userportctl.conf. Other rules are "
            "the administrator's own, in /etc/userport.conf: userportctl check shows all of them, "
            "userportctl status "
            "what you get.\n",
    .options = {{"short", NULL, "one line, as grant, revoke and set take it"}},
    .run = up_run_list,
};

const struct up_command up_command_grant = {
    .name = "grant",
    .synopsis = "[OPTION]... LIST...",
    .summary = "add ports to the list",
    .text = "Adds ports to the list of the group userport. LIST is ports, ranges and names, as in: "
            "userportctl grant lpt1, "
            "42-43 61\n"
            "Numbers are hexadecimal; userportctl ports shows the names. Ports that can damage "
            "data or stop the machine "
            "are refused without --force, and named with it. Nothing is changed unless all of LIST "
            "makes sense. Programs "
            "that userportctl run starts from then on get them.\n",
    .options = {UP_OPTION_FORCE, UP_OPTION_DRY_RUN, UP_OPTION_FILE},
    .words_max = -1,
    .run = up_run_grant,
};

const struct up_command up_command_revoke = {
    .name = "revoke",
    .synopsis = "[OPTION]... LIST...",
    .summary = "take ports from the list",
    .text = "Takes ports from the list of the group userport. Programs that run already keep "
            "theirs until they end: "
            "Linux takes ports from no process. To take all: userportctl revoke 0-FFFF\n",
    .options = {UP_OPTION_DRY_RUN, UP_OPTION_FILE},
    .words_max = -1,
    .run = up_run_revoke,
};

const struct up_command up_command_set = {
    .name = "set",
    .synopsis = "[OPTION]... LIST...",
    .summary = "make it this list and no other",
    .text = "Replaces the list of the group userport. An empty list, userportctl set \"\", grants "
            "no port. Also replaces "
            "a file that somebody has changed so that userportctl does not know it any more. To "
            "keep a list and put "
            "it back: userportctl list --short >ports.txt and userportctl set --file ports.txt\n",
    .options = {UP_OPTION_FORCE, UP_OPTION_DRY_RUN, UP_OPTION_FILE},
    .words_max = -1,
    .run = up_run_set,
};

const struct up_command up_command_defaults = {
    .name = "defaults",
    .synopsis = "[OPTION]... [classic]",
    .summary = "make it the three printer ports",
    .text = "Replaces the list by the three printer ports: 278-27F, 378-37F and 3BC-3BF.\nclassic: "
            "by the wide one of "
            "UserPort 2.0 for Windows: 200-37F, 3BC-3BF and 3E8-3FF. It has registers of disk "
            "controllers in it, and so "
            "needs --force.\n",
    .options = {UP_OPTION_FORCE, UP_OPTION_DRY_RUN},
    .words_max = 1,
    .run = up_run_defaults,
};
