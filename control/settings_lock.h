/* SPDX-License-Identifier: MIT
 *
 * The lock that whoever changes the settings, installs, or makes the driver read the settings has
 * to hold. The system releases it when a program ends. settings_lock_windows.c.
 */
#ifndef UP_CONTROL_SETTINGS_LOCK_H
#define UP_CONTROL_SETTINGS_LOCK_H

#include "error_detail.h"

#include <stdbool.h>

struct up_settings_lock {
    void *file;
    bool is_inner; /* this program holds the lock already, in an outer call */
};

#define UP_SETTINGS_LOCK_MS 15000u /* how long to wait for another program */

/*
 * Waits for the lock and takes it. A thread that holds it may take it again. Result: false with
 * *problem; then there is nothing to release.
 */
bool up_settings_lock(struct up_settings_lock *lock, struct up_error_detail *problem);
/* Releases the lock. Where UserPort is not installed, the file of the lock is deleted too. */
void up_settings_unlock(struct up_settings_lock *lock);

/* Releases the lock and deletes its file, after an uninstall. */
void up_settings_unlock_for_good(struct up_settings_lock *lock);

#endif
