/* SPDX-License-Identifier: MIT
 *
 * The tests of admin/ under Wine: its functions, called as the programs call them, and what they
 * did, seen with plain Win32. tools.c has the tools, the other files the cases, main.c their table.
 */
#ifndef ADMIN_H
#define ADMIN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <windows.h>

#include "control/control.h"
#include "setup/install.h"
#include "control/settings_store.h"
#include "tests/lib/tap.h"

#define PARTS      "C:\\parts\\" /* what is built, as the script put it there */
#define HERE       "C:\\admin\\" /* where this program lies */
#define DRIVERS    "C:\\windows\\system32\\drivers\\"
#define SERVICE    "SYSTEM\\CurrentControlSet\\Services\\UserPort"
#define SOURCE     "SYSTEM\\CurrentControlSet\\Services\\EventLog\\System\\UserPort"
#define DLL        "C:\\windows\\system32\\userport.dll"
#define DLL_32     "C:\\windows\\syswow64\\userport.dll"
#define COM_DLL    "C:\\windows\\system32\\userport_com.dll"
#define COM_DLL_32 "C:\\windows\\syswow64\\userport_com.dll"
#define TRAP       "C:\\windows\\system32\\userport-trap.dll"
#define TRAP_32    "C:\\windows\\syswow64\\userport-trap.dll"
#define LOCK       DRIVERS "UserPort.lock"
#define FAKE       PARTS "fake.sys" /* the driver with fake ports */

/* ---- problems -------------------------------------------------------------------------------- */

/* The call failed with this code, and the text has these words (NULL: any). */
#define EXPECT_PROBLEM(call, problem, wanted_code, words)                                          \
    do {                                                                                           \
        memset((problem), 0, sizeof *(problem));                                                   \
        EXPECT_MSG(!(call), "%s succeeded", #call);                                                \
        expect_problem(__FILE__, __LINE__, (problem), (wanted_code), (words));                     \
    } while (0)
void expect_problem(const char *file, int line, const struct up_error_detail *problem,
                    uint32_t code, const char *words);

/* The call succeeds; if not, its problem is said. It has to have a variable problem. */
#define EXPECT_DONE(call)                                                                          \
    do {                                                                                           \
        const bool done_ = (call);                                                                 \
        EXPECT_MSG(done_, "%s: %s", #call, problem.text);                                          \
    } while (0)

/* ---- registry, services, files --------------------------------------------------------------- */

/* data NULL: the value goes. The key has to be there. */
void value_write(const char *path, const char *name, DWORD type, const void *data, DWORD bytes);
bool value_read(const char *path, const char *name, DWORD *type, void *data, DWORD *bytes);
void key_make(const char *path);
bool key_exists(const char *path);

/* Everything below what an install touches, as text: registry and files. To be freed. */
char *world(void);
/* Compares, says the first line that differs, frees both. */
void expect_same_world(const char *what, char *before, char *after);

DWORD service_create(const char *image_path, DWORD start);
DWORD service_start(void); /* as sc does it */
void service_delete(void);
DWORD service_state(void); /* SERVICE_..., 0: there is none */
DWORD service_config(char *image_path, DWORD room, DWORD *start);

bool file_exists(const char *path);
bool file_same(const char *one, const char *other);
void file_copy(const char *from, const char *to);
void file_write(const char *path, const void *bytes, DWORD length);

/* HERE as the script left it: no driver, no DLL beside this program. */
void here_empty(void);
/*
 * The driver with fake ports and the DLLs of both bitnesses beside this program, as in a release's
 * folders.
 */
void here_release(void);

/* ---- settings -------------------------------------------------------------------------------- */

/* What the registry says is to hold: policy's list "378-37F", Scope, Sticky, and its problems. */
#define EXPECT_SETTINGS(list, scope, sticky, problems)                                             \
    expect_settings(__FILE__, __LINE__, list, scope, sticky, problems)
void expect_settings(const char *file, int line, const char *list, uint32_t scope, uint32_t sticky,
                     uint32_t problems);

/*
 * For up_store_change: what to do to the policy. What is NULL or 0 leaves a thing as it is; TO(1)
 * sets it to 1.
 */
struct edit {
    const char *list, *add;
    uint32_t scope, sticky;
    bool refuse; /* returns false, with a problem of its own */
    void (*meanwhile)(void);
    uint32_t seen_problems; /* out */
};
#define TO(number) ((number) + 1u)
#define EDIT(...)  (&(struct edit){__VA_ARGS__})
up_store_edit apply_edit;

/* ---- other processes ------------------------------------------------------------------------- */

/*
 * Runs this program with an argument, and waits until it says that it is ready; a process handle.
 */
HANDLE child_start(const char *argument);
/*
 * Lets it go on. Waits for its end, too, and kills it when it takes longer. Result: its exit code,
 * or CHILD_KILLED.
 */
void child_go(HANDLE process);
DWORD child_finish_within(HANDLE process, DWORD milliseconds);
DWORD child_finish(HANDLE process); /* two minutes */
void child_kill(HANDLE process);
#define CHILD_KILLED 999u

int child_main(const char *argument);

/* Nobody may read or delete the key of HKLM; or everybody may do all. mend.c */
void guard_key(const char *path, bool is_closed);

/* ---- cases ----------------------------------------------------------------------------------- */

void test_system_texts(void);
void test_paths(void);
void test_read(void);
void test_change(void);
void test_change_bad(void);
void test_change_meanwhile(void);
void test_two_writers(void);
void test_killed_writers(void);
void test_lock(void);
void test_lock_is_guarded(void);
void test_lock_being_deleted(void);
void test_watch(void);
void test_legacy(void);

void test_query(void);
void test_start(void);
void test_start_failures(void);
void test_start_foreign(void);
void test_resume_order(void);
void test_apply(void);
void test_apply_suspended(void);
void test_renounce(void);
void test_stop(void);
void test_stop_locked(void);
void test_stop_refused(void);
void test_loaded(void);
void test_startup(void);
void test_administrator(void);
void test_holders(void);
void test_holders_hang(void);
void test_holders_bounds(void);
void test_shipped(void);
void test_event_texts(void);
void test_programs_write(void);
void test_programs_wrong(void);
void test_programs_full(void);

void test_install(void);
void test_install_places(void);
void test_install_failures(void);
void test_install_other_driver(void);
void test_install_undone(void);
void test_install_by_hand(void);
void test_install_again(void);
void test_install_foreign(void);
void test_upgrade(void);
void test_upgrade_undone(void);
void test_upgrade_hazards(void);
void test_upgrade_held(void);
void test_upgrade_in_use(void);
void test_marked_for_deletion(void);
void test_install_killed(void);
void test_install_loose(void);
void test_install_loose_key(void);
void test_guard_service(void);
void test_install_planted(void);
void test_install_com_fails(void);
void test_uninstall_no_library(void);
void test_uninstall_com_of_others(void);
void test_uninstall_com_fails(void);
void test_com_of_before(void);
void test_interrupted_place(void);
void test_undo_fails(void);
void test_uninstall_nothing(void);
void test_uninstall_in_use(void);
void test_install_names(void);

#endif
