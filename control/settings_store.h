/* SPDX-License-Identifier: MIT
 *
 * Reads and changes the settings (the list, Scope and Sticky) where the driver reads them. During a
 * change nobody ever has a port that neither the old nor the new settings give.
 * settings_store_windows.c uses the registry. settings_store_linux.c uses a policy file, which has
 * only a list.
 */
#ifndef UP_CONTROL_SETTINGS_STORE_H
#define UP_CONTROL_SETTINGS_STORE_H

#include "core/settings.h"
#include "error_detail.h"

struct up_stored_settings {
    bool is_there; /* the place exists: UserPort is installed, in this or an earlier version */
    /* As the driver reads them (core/settings.h); problems says why nothing is granted. */
    struct up_settings values;
};

/*
 * Reads the settings. If their place does not exist, is_there is false, values are those of absent
 * registry values, and the call succeeds. Result: false if they exist and cannot be read; *problem
 * says why.
 */
bool up_store_read(struct up_stored_settings *settings, struct up_error_detail *problem);

/* Describes one problem bit of the settings that were read last. Never NULL. */
const char *up_store_problem_text(uint32_t problem);

/* What a change may affect, as bits. */
#define UP_STORE_PORTS  1u
#define UP_STORE_SCOPE  2u
#define UP_STORE_STICKY 4u

/*
 * Changes the settings under the lock that every UserPort program takes (settings_lock.h).
 *
 * It reads the settings, lets edit change them (ports, scope and sticky), writes the values that
 * differ, and flushes them to the disk. Since the lock is held, edit must not ask the user
 * anything. edit returns false, after setting *problem, to leave everything as it is. It sees
 * problems and decides: a list that is invalid may be replaced, but not extended.
 *
 * Each value is written as a whole. Writes that narrow the access come first and writes that widen
 * it last, so that a crash leaves the old settings, the new ones, or a mixture that gives nobody a
 * port that neither of them gives. *changed receives the UP_STORE_... bits of the values that
 * differed; changed may be NULL. The change is recorded in the system's event log, with the user.
 *
 * Result: false with *problem. The settings are then the old ones, or narrower; or, if *problem
 * says so, the new ones, but not yet on the disk.
 */
typedef bool up_store_edit(struct up_settings *policy, void *context,
                           struct up_error_detail *problem);
bool up_store_change(up_store_edit *edit, void *context, uint32_t *changed,
                     struct up_error_detail *problem);

/*
 * The values of UserPort 1.0 for an import: HKLM\Software\UserPort. Each of the two lists covers
 * 1024 ports, 0 = granted. A list counts as absent (false) if the value does not exist or is not as
 * V1.0 wrote it.
 */
struct up_legacy {
    bool has_all, has_openers;
    uint8_t all[128];     /* AllProcessesIOPM */
    uint8_t openers[128]; /* ThroughCreateFileIOPM */
};
bool up_store_read_legacy(struct up_legacy *legacy, struct up_error_detail *problem);

/*
 * A watch for changes of the settings, for UserPort.exe (settings_watch_windows.c).
 *
 * The handle is that of an event, to be waited for and not to be closed. It becomes signalled when
 * one of the settings changes, or when their place is created or removed. Then call
 * up_settings_watch_rearm first and up_store_read second, so that no change is missed. The thread
 * that opened or last rearmed the watch has to keep running: the system signals the handle when
 * that thread ends.
 */
struct up_settings_watch;
/* Result: NULL with *problem. */
struct up_settings_watch *up_settings_watch_open(struct up_error_detail *problem);
void *up_settings_watch_handle(const struct up_settings_watch *watch);
bool up_settings_watch_rearm(struct up_settings_watch *watch, struct up_error_detail *problem);
void up_settings_watch_close(struct up_settings_watch *watch); /* NULL is allowed */

#endif
