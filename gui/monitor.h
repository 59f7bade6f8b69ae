/* SPDX-License-Identifier: MIT
 *
 * A thread that observes the settings and the driver, each second and when the settings change, and
 * posts what is new to the window. The service manager and the device may be slow, and the window
 * does not wait for them.
 */
#ifndef UP_GUI_MONITOR_H
#define UP_GUI_MONITOR_H

#include <windows.h>

#include "model.h"

/* lParam: struct up_watch_report *, to be freed with up_watch_free. */
#define WM_UP_OBSERVED (WM_APP + 1)

struct up_watch_report {
    LONG generation; /* of up_watch_generation, when the observation began */
    struct up_observation seen;
};

/*
 * Start the thread, which posts WM_UP_OBSERVED to window, and end it, which takes up to 5 seconds.
 * Result: false if the thread could not be started.
 */
bool up_watch_start(HWND window);
void up_watch_stop(void);

/*
 * Makes the thread observe now and post the result, whether it is new or not: the window has
 * changed something, or wants to know. Reports of an older generation show the state before, and
 * have to be ignored.
 */
void up_watch_again(void);
LONG up_watch_generation(void);

/*
 * The same at the user's request. If a stop waits, the programs that it waits for are searched for
 * again.
 */
void up_watch_search_again(void);

void up_watch_free(struct up_watch_report *report);

#endif
