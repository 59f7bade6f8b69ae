/* SPDX-License-Identifier: MIT
 *
 * The thread that observes the system (monitor.h). It waits on an event for a second at most.
 * Programs that hold the device are searched for only while a stop waits for them, and not each
 * time, since the search examines every handle of the system (up_model_search_is_due).
 */
#include "monitor.h"

#include <process.h>
#include <stdlib.h>
#include <string.h>

#include "winutil/winutil.h"

#define EACH_MILLISECONDS 1000u

static HWND window;
static HANDLE thread, wake;
static volatile LONG generation = 1, is_ending; /* generation 0 is never used */
static volatile LONG asked;                     /* how often the user has asked for a search */
static struct up_search search;                 /* used by the thread only */
static struct up_holders found_holders;         /* by the last search */

/* Searches for holders if that is due. Between two searches the result of the last one stays. */
static void look_for_holders(struct up_observation *seen)
{
    const bool is_stopping = seen->driver.service == UP_SERVICE_STOPPING;

    if (up_model_search_is_due(&search, is_stopping, (uint32_t)asked, GetTickCount())) {
        up_driver_find_holders(&found_holders);
    }
    if (is_stopping) {
        seen->holders = found_holders;
    }
}

static void look(struct up_observation *seen)
{
    seen->has_settings = up_store_read(&seen->settings, &seen->settings_problem);
    up_driver_query(&seen->driver);
    look_for_holders(seen);
    if (seen->driver.service == UP_SERVICE_ABSENT) {
        up_install_places(&seen->places);
        if (!up_install_find(seen->found, &seen->not_found)) {
            seen->found[0] = '\0';
        }
    }
}

/* Posts the report, unless it equals the last one. */
static void report_if_new(struct up_watch_report *report, struct up_watch_report *last)
{
    if (memcmp(last, report, sizeof *last) == 0) {
        free(report);
        return;
    }
    *last = *report;
    if (!PostMessageW(window, WM_UP_OBSERVED, 0, (LPARAM)report)) {
        free(report);
    }
}

static unsigned __stdcall watch_thread(void *context)
{
    struct up_watch_report *last = context;
    /* NULL: the observation each second has to suffice */
    struct up_settings_watch *settings = up_settings_watch_open(NULL);
    HANDLE events[2] = {wake, settings != NULL ? up_settings_watch_handle(settings) : wake};

    while (!is_ending) {
        /* Zeroed, so that bytes behind the end of a text do not make two observations differ. */
        struct up_watch_report *report = calloc(1, sizeof *report);

        if (settings != NULL && !up_settings_watch_rearm(settings, NULL)) {
            up_settings_watch_close(settings);
            settings = NULL;
        }
        if (report != NULL) {
            report->generation = generation;
            look(&report->seen);
            report_if_new(report, last);
        }
        WaitForMultipleObjects(settings != NULL ? 2 : 1, events, FALSE, EACH_MILLISECONDS);
    }
    up_settings_watch_close(settings);
    free(last);
    return 0;
}

bool up_watch_start(HWND target)
{
    struct up_watch_report *last = calloc(1, sizeof *last);

    window = target;
    wake = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (last != NULL && wake != NULL) {
        thread = (HANDLE)_beginthreadex(NULL, 0, watch_thread, last, 0, NULL);
    }
    if (thread == NULL) {
        free(last);
    }
    return thread != NULL;
}

void up_watch_stop(void)
{
    if (thread != NULL) {
        is_ending = 1;
        SetEvent(wake);
        WaitForSingleObject(thread, 5000);
        CloseHandle(thread);
        CloseHandle(wake);
        thread = wake = NULL;
    }
}

void up_watch_again(void)
{
    InterlockedIncrement((LONG *)&generation);
    SetEvent(wake);
}

void up_watch_search_again(void)
{
    InterlockedIncrement((LONG *)&asked);
    up_watch_again();
}

LONG up_watch_generation(void)
{
    return generation;
}

void up_watch_free(struct up_watch_report *report)
{
    free(report);
}
