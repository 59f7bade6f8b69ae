/* SPDX-License-Identifier: MIT
 *
 * One at a time: who changes the settings, installs, or lets the driver read the settings holds this lock. The system
 * takes it from a program that ends. settings_lock_windows.c.
 */
#ifndef UP_ADMIN_SETTINGS_LOCK_H
#define UP_ADMIN_SETTINGS_LOCK_H

#include "error_detail.h"

#include <stdbool.h>

struct up_settings_lock {
    void *file;
    bool is_inner; /* this program holds it already, further out */
};

#define UP_SETTINGS_LOCK_MS 15000u /* how long to wait for another program */

/* Waits for it, and takes it. false: *problem, and there is nothing to release. A thread that holds it may take it again. */
bool up_settings_lock(struct up_settings_lock *lock, struct up_error_detail *problem);
void up_settings_unlock(struct up_settings_lock *lock); /* where UserPort is not installed, the file goes, too */

/* The same, and the file goes: after an uninstall. */
void up_settings_unlock_for_good(struct up_settings_lock *lock);

#endif
