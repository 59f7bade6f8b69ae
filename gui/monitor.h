/* SPDX-License-Identifier: MIT
 *
 * A thread that looks at settings and driver, each second and when the settings change, and posts what is new to the window:
 * service manager and device may take their time, and the window does not wait for them.
 */
#ifndef UP_GUI_WATCH_H
#define UP_GUI_WATCH_H

#include <windows.h>

#include "model.h"

#define WM_UP_OBSERVED (WM_APP + 1) /* lParam: struct up_watch_report *, to be given back with up_watch_free */

struct up_watch_report {
    LONG generation; /* of up_watch_generation, when the look began */
    struct up_observation seen;
};

bool up_watch_start(HWND window);
void up_watch_stop(void);

/*
 * The window has changed something, or wants to know: a look begins now and is posted, whatever it finds. Reports of an older
 * generation show what was before, and are to be dropped.
 */
void up_watch_again(void);
LONG up_watch_generation(void);

/* The user asks: the same, and if a stop waits, the programs for which it does are looked for again. */
void up_watch_search_again(void);

void up_watch_free(struct up_watch_report *report);

#endif
