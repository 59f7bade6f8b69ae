/* SPDX-License-Identifier: MIT
 *
 * What administrators did, in the system's event log, with their names: driver/messages.mc has the texts. Nothing here can
 * fail: an entry that cannot be written is not written.
 */
#ifndef UP_ADMIN_EVENTLOG_H
#define UP_ADMIN_EVENTLOG_H

#include "core/settings.h"

/* The settings were changed from old to new: the list, the scope; and each hazard that was added, by name. */
void up_eventlog_settings(const struct up_settings *old, const struct up_settings *new);

/* The hazards of a list that was there before were accepted by an install. */
void up_eventlog_accepted(const struct up_portset *ports);

/* UserPort was installed, with the driver of that path; was uninstalled. Texts in UTF-8. */
void up_eventlog_installed(const char *driver);
void up_eventlog_uninstalled(void);

/* ---- eventlog_text.c: what the entries say --------------------------------------------------------------------------- */

#define UP_EVENTLOG_TEXT_MIN 16u /* the least size of the texts below */

/* The list in its canonical form; one that is too long is cut behind a port, with " ..." for the rest; "none". */
void up_eventlog_list(const struct up_portset *ports, char *text, uint32_t size);

/* "60 (keyboard controller): can ...; CF8 (...): ..." of the hazards that new grants and old does not. false: none. */
bool up_eventlog_hazards(const struct up_portset *old, const struct up_portset *new, char *text, uint32_t size);

#endif
