/* SPDX-License-Identifier: MIT
 *
 * The settings: the list, Scope and Sticky, where the driver reads them, and how they are changed without a moment at
 * which anybody has a port that neither the old settings nor the new ones give. settings_store_windows.c: the registry.
 * settings_store_linux.c: a file of the policy, with a list alone.
 */
#ifndef UP_ADMIN_SETTINGS_H
#define UP_ADMIN_SETTINGS_H

#include "core/settings.h"
#include "error_detail.h"

struct up_stored_settings {
    bool is_there;             /* the place exists: UserPort is installed, in this or an earlier version */
    struct up_settings values; /* as the driver reads them: core/settings.h; problems says why it grants nothing */
};

/*
 * Reads them. A place that is not there is no failure: is_there is false, and policy that of absent values. false: they
 * are there and could not be read.
 */
bool up_store_read(struct up_stored_settings *settings, struct up_error_detail *problem);

/* One problem bit of the settings that were read last, in words. Never NULL. */
const char *up_store_problem_text(uint32_t problem);

/* What a change may touch. Bits. */
#define UP_STORE_PORTS  1u
#define UP_STORE_SCOPE  2u
#define UP_STORE_STICKY 4u

/*
 * Changes them under a lock that every UserPort program takes (settings_lock.h; so edit asks nobody anything): reads
 * the settings, lets edit change policy (ports, scope, sticky; it returns false to leave all as it is, after it set
 * *problem itself), writes what has changed and brings it to the disk. Each value is written as a whole; what narrows
 * the access first and what widens it last, so that a crash leaves the old settings, the new ones, or a mixture that
 * gives nobody a port which neither of them gives. A list that could not be used (policy.problems) may be replaced by
 * edit, but not extended: edit sees problems and decides. *changed: UP_SETTINGS_... that differed; may be NULL. What
 * was written is put into the system's event log, with the user. false: *problem; the settings are the old ones, or
 * narrower; or, as it then says, the new ones, not yet on the disk.
 */
typedef bool up_store_edit(struct up_settings *policy, void *context, struct up_error_detail *problem);
bool up_store_change(up_store_edit *edit, void *context, uint32_t *changed, struct up_error_detail *problem);

/*
 * The values of the original's earlier version, for an import: HKLM\Software\UserPort. Each of the two lists covers
 * 1024 ports, 0 = granted, and is absent (false) when it is not there or not what V1.0 wrote.
 */
struct up_legacy {
    bool has_all, has_openers;
    uint8_t all[128];     /* AllProcessesIOPM */
    uint8_t openers[128]; /* ThroughCreateFileIOPM */
};
bool up_store_read_legacy(struct up_legacy *legacy, struct up_error_detail *problem);

/*
 * A watch for changes of the settings, for UserPort.exe: settings_watch_windows.c. The handle (of an event, to be waited
 * for and not to be closed) becomes signalled when a value of the settings' place changes, or the place comes or goes.
 * Then first up_settings_watch_rearm, then up_store_read: so no change is missed. The thread that opened it, or
 * rearmed it last, has to live on: the system signals the handle when that thread ends.
 */
struct up_settings_watch;
struct up_settings_watch *up_settings_watch_open(struct up_error_detail *problem); /* NULL: *problem */
void *up_settings_watch_handle(const struct up_settings_watch *watch);
bool up_settings_watch_rearm(struct up_settings_watch *watch, struct up_error_detail *problem);
void up_settings_watch_close(struct up_settings_watch *watch); /* NULL is allowed */

#endif
