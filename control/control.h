/* SPDX-License-Identifier: MIT
 *
 * The driver as an administrator sees it: the service, the device, start and stop. driver_state_windows.c.
 */
#ifndef UP_ADMIN_DRIVER_H
#define UP_ADMIN_DRIVER_H

#include <stdbool.h>

#include "userport/userport_abi.h"
#include "error_detail.h"

#define UP_PATH_MAX 1040u /* bytes of UTF-8, with the final 0: 260 characters of UTF-16 at 4 bytes each */

enum up_service_state {
    UP_SERVICE_ABSENT, /* not installed */
    UP_SERVICE_STOPPED,
    UP_SERVICE_STARTING,
    UP_SERVICE_RUNNING,
    UP_SERVICE_STOPPING, /* the stop waits until every program has closed its handle, or Windows is restarted */
    UP_SERVICE_UNKNOWN   /* the system does not tell this user; device_code says more */
};

/* When the system starts the driver: the service's start type (winnt.h SERVICE_BOOT_START to SERVICE_DISABLED). */
enum up_startup { UP_STARTUP_BOOT, UP_STARTUP_SYSTEM, UP_STARTUP_AUTO, UP_STARTUP_DEMAND, UP_STARTUP_DISABLED };

struct up_driver_status {
    enum up_service_state service;
    uint32_t service_code; /* UP_SERVICE_UNKNOWN: why */
    enum up_startup startup;
    bool has_file;          /* the file that the service names is there */
    char file[UP_PATH_MAX]; /* that file, as a path of Windows' programs; "" if the service is absent */
    bool answers;           /* the device was opened and INFO and MAP are valid */
    uint32_t device_code;   /* not answers: why it could not be opened or asked (2: the driver is not running) */
    bool may_be_open; /* the device is gone, and the driver still loaded: told to stop while programs had it open. Its
                               ports may be open until it goes, or Windows is restarted; nobody can close them */
    bool is_other_version; /* it answers, with an interface version that is not ours: MAP and the rest of INFO are 0 */
    struct up_info info;
    uint8_t map[UP_MAP_BYTES]; /* 0 = granted; all ones when it does not answer */
};

/* Asks service manager and device; needs no administrator for most of it. Never fails: what is not known is said in it. */
void up_driver_query(struct up_driver_status *status);

/* Is the caller an administrator whose rights are in force? */
bool up_driver_is_administrator(void);

/*
 * Starts it, and waits until it runs. Running already is no failure. Where it is suspended, or held in a stop by open handles, the
 * problem says so, or RESUME is sent where that is enough. The advice for the codes that occur: 2 and 3 (where it looked for the
 * file), 5 (administrator), 577 and 1275 (signature, blocked), 193 and 216 (wrong architecture), 1058 (disabled), 1060 (not installed),
 * 1072 (marked for deletion: a program still holds the old one).
 */
bool up_driver_start(struct up_error_detail *problem);

/* Programs that hold the device open. */
struct up_holder {
    uint32_t process_id;
    char program[UP_PATH_MAX]; /* its file, or "" if it cannot be had */
    uint32_t handles;
};
#define UP_HOLDERS_MAX 16u
struct up_holders {
    bool is_known;  /* the system let us look, and it did not take too long */
    uint32_t count; /* all of them; the first UP_HOLDERS_MAX are in list */
    struct up_holder list[UP_HOLDERS_MAX];
};

/*
 * Who has the device open; the calling process's own handles are not counted, and Windows' own processes (lsass.exe and the like)
 * are not looked into. It walks every handle of the system and can take some seconds: once in a while. holders_windows.c.
 */
void up_driver_find_holders(struct up_holders *holders);

enum up_stop_result {
    UP_STOP_DONE,
    UP_STOP_WAITS,      /* every port is denied already; the driver goes when the holders close their handles */
    UP_STOP_WAITS_OPEN, /* the same, but it could not be suspended: somebody else had begun the stop, without a SUSPEND
                           or with one, or the driver knows none. Its ports may be open until then */
    UP_STOP_NOT_RUNNING /* there was nothing to stop */
};

/*
 * Stops it: SUSPEND first, so that no port works from here on, then the service; waits up to milliseconds for its end.
 * UP_STOP_WAITS and UP_STOP_WAITS_OPEN are successes, with the holders. false: it could not be stopped; *problem says
 * whether the ports are denied.
 */
bool up_driver_stop(uint32_t milliseconds, enum up_stop_result *result, struct up_holders *holders,
                    struct up_error_detail *problem);

/*
 * The driver reads the settings again (RELOAD); with resume also RESUME if it is suspended, which otherwise it stays. Not
 * running: false, code 2.
 */
bool up_driver_apply(bool resume, struct up_error_detail *problem);

/* UP_STARTUP_AUTO: with the system. UP_STARTUP_DEMAND: when an administrator says so. */
bool up_driver_set_startup(enum up_startup startup, struct up_error_detail *problem);

#endif
