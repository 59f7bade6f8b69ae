/* SPDX-License-Identifier: MIT
 *
 * The recorder and the simulated devices of the command run on Windows. See recorded_windows.h.
 */
#include "recorded_windows.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "record/client.h"
#include "session/host_windows.h"
#include "live.h"
#include "userport/userport.h"
#include "winutil/winutil.h"

#define LOOK_MS 20u   /* between two looks whether programs still run */
#define NOTE_MS 2000u /* how long the first program has been gone before that is said */

struct up_recorded {
    struct up_host *host;
    const char *trace; /* NULL: nothing is recorded into a file */
    char file[UP_PROGRAM_TRACE_MAX];
};

/* The ports that the driver gives, for the names of a printer port's lines. */
static bool read_granted(struct up_portset *granted)
{
    up_handle *handle;
    bool is_known;

    if (up_open(UP_BACKEND_IOCTL, &handle) != UP_OK) {
        return false;
    }
    is_known = up_query_map(handle, granted->map) == UP_OK;
    up_close(handle);
    return is_known;
}

/* Opens the session, or closes the live view again. Result: NULL with *problem. */
static struct up_recorded *open_session(const struct up_session_start *start,
                                        struct up_program_settings *settings,
                                        struct up_error_detail *problem)
{
    struct up_recorded *made = calloc(1, sizeof *made);

    if (made == NULL) {
        up_error_detail_set(problem, ERROR_NOT_ENOUGH_MEMORY, NULL, "cannot record");
    } else {
        made->host = up_host_open(start, settings->session, problem);
    }
    if (made != NULL && made->host != NULL) {
        return made;
    }
    if (start->watch != NULL) {
        (void)start->watch->close(start->watch, 0, NULL);
    }
    free(made);
    return NULL;
}

int up_recorded_begin(const struct up_invocation *line, struct up_program_settings *settings,
                      struct up_recorded **recorded)
{
    static struct up_portset granted;
    const char *trace = up_option_argument(line, "trace");
    const bool is_watched = up_has_option(line, "watch");
    struct up_session_start start = {
        .program = line->words[0], .routes = &settings->routes, .note = up_note_of_session};
    struct up_error_detail problem;
    struct up_recorded *made;

    *recorded = NULL;
    trace = trace == NULL && settings->trace[0] != '\0' ? settings->trace : trace;
    if (trace == NULL && !is_watched && !up_routes_have(&settings->routes, UP_TARGET_DEVICE)) {
        return -1;
    }
    start.trace = trace;
    start.granted = read_granted(&granted) ? &granted : NULL;
    start.watch = is_watched ? up_live_view(&problem) : NULL;
    made = !is_watched || start.watch != NULL ? open_session(&start, settings, &problem) : NULL;
    if (made == NULL) {
        (void)up_failed(&problem);
        return UP_EXIT_NOT_STARTED;
    }
    if (trace != NULL) {
        up_utf8_copy(made->file, sizeof made->file, trace);
        made->trace = made->file;
    }
    *recorded = made;
    return -1;
}

void up_recorded_serve_here(const struct up_program_settings *settings)
{
    up_client_begin(settings->session);
}

/* Waits until every process that has the session has ended. */
static void wait_for_programs(const struct up_recorded *recorded)
{
    DWORD waited = 0;

    while (up_host_clients(recorded->host) > 0) {
        Sleep(LOOK_MS);
        waited += LOOK_MS;
        if (waited == NOTE_MS) {
            up_note("the program has ended; what it has started is still running, and is recorded "
                    "and served until it ends");
        }
    }
}

void up_recorded_end(struct up_recorded *recorded, bool waits)
{
    struct up_error_detail problem;
    struct up_session_counts counts = {0, 0};

    if (recorded == NULL) {
        return;
    }
    if (waits) {
        wait_for_programs(recorded);
    }
    if (!up_host_close(recorded->host, &counts, &problem)) {
        up_complain(&problem);
        recorded->trace = NULL;
    }
    up_say_counts(&counts, recorded->trace);
    free(recorded);
}
