/* SPDX-License-Identifier: MIT
 *
 * The Windows part of read, write, watch and test (access.h): the driver grants the ports or does
 * not.
 */
#include <stdio.h>

#include "control/control.h"
#include "control/settings_store.h"
#include "access.h"

const struct up_backend_choice up_backend_choices[2] = {{"direct", UP_BACKEND_DIRECT},
                                                        {"ioctl", UP_BACKEND_IOCTL}};
const char up_backend_help[] = "only this way to the ports: direct (32-bit Windows) or ioctl";

const char up_watch_text[] = "Prints the value of each port (up to 64, ranges too), and then each "
                             "change with the seconds since the start. "
                             "It looks ten times a second, or as --interval says; a change that is "
                             "over by then is not seen. Ends at Ctrl-C "
                             "with status 0, and when the driver is stopped with 1. With --json it "
                             "prints one object for each line.\n";

int up_access_begin(uint32_t backends, const struct up_portset *needed)
{
    (void)backends;
    (void)needed;
    return -1;
}

bool up_access_granted(struct up_portset *granted)
{
    static struct up_stored_settings settings;
    struct up_error_detail problem;

    if (!up_store_read(&settings, &problem)) {
        return false;
    }
    *granted = settings.values.ports;
    return true;
}

void up_access_advise_grant(char *advice, size_t size, const char *what, const char *list)
{
    (void)snprintf(advice, size, "Grant %s, as an administrator: userportctl grant %s", what, list);
}

bool up_access_system_problem(const up_failure *failure, struct up_error_detail *problem)
{
    static struct up_driver_status driver;

    if (failure->error == UP_ERR_NOT_RUNNING || failure->error == UP_ERR_NO_ACCESS ||
        failure->error == UP_ERR_SYSTEM) {
        up_driver_query(&driver);
    }
    if (failure->error == UP_ERR_UNSUPPORTED) {
        up_error_detail_set(problem, 0, "Leave --backend out: the driver runs IN and OUT then.",
                            "cannot use the ports by --backend direct: no 64-bit program can run "
                            "IN and OUT itself");
    } else if (failure->error == UP_ERR_NOT_RUNNING && driver.service == UP_SERVICE_ABSENT) {
        up_error_detail_say(problem, failure->system_error,
                            "Install it first, as an administrator: userportctl install",
                            "cannot use the ports: UserPort is not installed");
    } else if (failure->error == UP_ERR_NOT_RUNNING) {
        up_error_detail_say(problem, failure->system_error,
                            "Start it, as an administrator: userportctl start",
                            "cannot use the ports: the driver is not running");
    } else if ((failure->error == UP_ERR_NO_ACCESS || failure->error == UP_ERR_SYSTEM) &&
               driver.service == UP_SERVICE_STOPPING) {
        up_error_detail_say(problem, failure->system_error,
                            "When it has stopped, start it as an administrator: userportctl start",
                            "cannot use the ports: UserPort is being stopped");
    } else if (failure->error == UP_ERR_DENIED && failure->state == UP_STATE_SUSPENDED) {
        up_error_detail_say(problem, failure->system_error,
                            "Resume it, as an administrator: userportctl apply",
                            "port %lX is denied: UserPort is suspended, all ports are",
                            (unsigned long)failure->port);
    } else {
        return false;
    }
    return true;
}

bool up_access_was_stopped(struct up_error_detail *problem)
{
    static struct up_driver_status driver;
    up_failure failure;

    up_last_failure(&failure);
    /* State 0: the driver ended before it could be asked. */
    if (failure.error == UP_ERR_DENIED && failure.state != 0) {
        if (failure.state != UP_STATE_SUSPENDED) {
            return false;
        }
    } else if (failure.error != UP_ERR_NOT_RUNNING) {
        up_driver_query(&driver);
        if (driver.answers && driver.info.state == UP_STATE_RUNNING) {
            return false;
        }
    }
    up_error_detail_set(problem, 0, "Start it again, as an administrator: userportctl start",
                        "UserPort was stopped");
    problem->code = failure.system_error;
    return true;
}
