/* SPDX-License-Identifier: MIT
 *
 * Records in the system's event log what administrators did, with their names. driver/messages.mc
 * has the texts. No function here fails: an entry that cannot be written is left out.
 */
#ifndef UP_CONTROL_EVENTLOG_H
#define UP_CONTROL_EVENTLOG_H

#include "core/settings.h"

/*
 * Records that the settings were changed from old to new: the list, the scope, and the name of each
 * hazard that was added.
 */
void up_eventlog_settings(const struct up_settings *old, const struct up_settings *new);

/* Records that an install accepted the hazardous ports of a list that existed before. */
void up_eventlog_accepted(const struct up_portset *ports);

/*
 * Record that UserPort was installed, with the path of its driver in UTF-8, and that it was
 * uninstalled.
 */
void up_eventlog_installed(const char *driver);
void up_eventlog_uninstalled(void);

/*
 * Record that the settings of a program were written, with its path and the text form of the
 * settings (core/program_settings.h), and that they were removed. All in UTF-8.
 */
void up_eventlog_program(const char *name, const char *path, const char *settings);
void up_eventlog_program_removed(const char *name);

/* ---- eventlog_text.c: the texts of the entries ----------------------------------------------- */

#define UP_EVENTLOG_TEXT_MIN 16u /* the least size of the texts below, in bytes */

/*
 * Writes the list in its canonical form, or "none". A list that is too long for size is cut after a
 * port and ends with " ...".
 */
void up_eventlog_list(const struct up_portset *ports, char *text, uint32_t size);

/*
 * Describes the hazards that new grants and old does not: "60 (keyboard controller): can ...; CF8
 * (...): ...". Result: false if there are none.
 */
bool up_eventlog_hazards(const struct up_portset *old, const struct up_portset *new, char *text,
                         uint32_t size);

#endif
