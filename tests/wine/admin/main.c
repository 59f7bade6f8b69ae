/* SPDX-License-Identifier: MIT
 *
 * What the programs of administrators share, under Wine: admin.exe [WORD], only the cases whose
 * names contain it; -WORD: only those whose names do not. (Two arguments: a child of one of the
 * cases.) Each case begins and ends without UserPort.
 */
#define TAP_MAIN
#include "admin.h"

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
    {"problems: what Windows says, and what we say instead", test_system_texts},
    {"paths: services' image paths, UTF-8, lengths", test_paths},
    {"settings: read whatever is there", test_read},
    {"settings: change ports, scope, sticky", test_change},
    {"settings: values that make no sense are mended", test_change_bad},
    {"settings: the key is deleted meanwhile", test_change_meanwhile},
    {"settings: two writers lose nothing", test_two_writers},
    {"settings: a writer is killed", test_killed_writers},
    {"settings: the lock waits, gives up, outlives nobody", test_lock},
    {"settings: the lock is for administrators", test_lock_is_guarded},
    {"settings: the lock is being deleted", test_lock_being_deleted},
    {"settings: the watch", test_watch},
    {"settings: the values of UserPort 1.0", test_legacy},
    {"programs: written, replaced, removed", test_programs_write},
    {"programs: values that are wrong", test_programs_wrong},
    {"programs: no more than there is room for", test_programs_full},
    {"driver: what is said of it in each state", test_query},
    {"driver: start", test_start},
    {"driver: starts that fail", test_start_failures},
    {"driver: one of another release, started by mistake", test_start_foreign},
    {"driver: suspended, it reads before it is resumed", test_resume_order},
    {"driver: apply", test_apply},
    {"driver: apply, and suspended it stays", test_apply_suspended},
    {"driver: a process gives its map up, where there is none", test_renounce},
    {"driver: stop", test_stop},
    {"driver: stop, while somebody has the lock", test_stop_locked},
    {"driver: stop, and it refuses to close its ports first", test_stop_refused},
    {"driver: is it loaded, whatever the service manager says", test_loaded},
    {"driver: when it starts", test_startup},
    {"driver: administrators", test_administrator},
    {"driver: who has it open", test_holders},
    {"driver: who has it open, when the system does not answer", test_holders_hang},
    {"driver: who has it open: whom it leaves alone, and its end", test_holders_bounds},
    {"driver: the shipped file", test_shipped},
    {"event log: the texts in the driver's file", test_event_texts},
    {"install: all of it, and back", test_install},
    {"install: from where", test_install_places},
    {"install: what is no driver for this Windows", test_install_failures},
    {"install: a failure on the way is undone", test_install_undone},
    {"install: the driver was copied by hand", test_install_by_hand},
    {"install: again and again", test_install_again},
    {"install: beside files of others", test_install_foreign},
    {"install: over an earlier one, whose settings stay", test_upgrade},
    {"install: over an earlier one, undone", test_upgrade_undone},
    {"install: over a list with hazards", test_upgrade_hazards},
    {"install: over a driver that programs hold", test_upgrade_held},
    {"install: a driver that is not UserPort's", test_install_other_driver},
    {"install: killed at any time", test_install_killed},
    {"install: over a library that is in use", test_upgrade_in_use},
    {"install: the service of before is marked for deletion", test_marked_for_deletion},
    {"install: over a file that everybody may write", test_install_loose},
    {"install: over a key that everybody may write", test_install_loose_key},
    {"install: over a service that everybody may change", test_guard_service},
    {"install: beside links that somebody planted", test_install_planted},
    {"install: the registration fails, and all else stays", test_install_com_fails},
    {"install: a place that an interruption left empty", test_interrupted_place},
    {"install: what cannot be undone is said", test_undo_fails},
    {"install: names of the steps", test_install_names},
    {"uninstall: nothing is installed", test_uninstall_nothing},
    {"uninstall: a library is in use", test_uninstall_in_use},
    {"uninstall: a library is gone", test_uninstall_no_library},
    {"uninstall: another library is registered", test_uninstall_com_of_others},
    {"uninstall: a registration that cannot be taken away", test_uninstall_com_fails},
    {"install, uninstall: userport.dll was the registered server", test_com_of_before},
};
#define CASES (sizeof cases / sizeof cases[0])

static bool is_chosen(const char *name, const char *word)
{
    return word[0] == '-' ? strstr(name, word + 1) == NULL : strstr(name, word) != NULL;
}

int main(int count, char **arguments)
{
    const char *word = count > 1 ? arguments[1] : "";
    unsigned i, chosen = 0;

    if (count > 2) {
        return child_main(arguments[2]);
    }
    for (i = 0; i < CASES; i++) {
        chosen += is_chosen(cases[i].name, word);
    }
    tap_plan(chosen);
    for (i = 0; i < CASES; i++) {
        if (is_chosen(cases[i].name, word)) {
            tap_case(cases[i].name, cases[i].run);
            DeleteFileA(LOCK); /* stays where UserPort was deleted as a service alone */
        }
    }
    return tap_end();
}
