/* SPDX-License-Identifier: MIT
 *
 * Controls the driver as an administrator does: asks for its state, starts it, stops it, and makes
 * it read the settings. driver_state_windows.c asks, control_windows.c changes, holders_windows.c
 * finds the programs that have the device open. renounce_windows.c needs no administrator.
 */
#ifndef UP_CONTROL_H
#define UP_CONTROL_H

#include <stdbool.h>

#include "userport/userport_abi.h"
#include "error_detail.h"

/* Bytes of a path in UTF-8 with the terminating 0: 260 characters of UTF-16, 4 bytes each. */
#define UP_PATH_MAX 1040u

enum up_service_state {
    UP_SERVICE_ABSENT, /* not installed */
    UP_SERVICE_STOPPED,
    UP_SERVICE_STARTING,
    UP_SERVICE_RUNNING,
    /* The stop waits until every program has closed its handle, or Windows is restarted. */
    UP_SERVICE_STOPPING,
    UP_SERVICE_UNKNOWN /* the system does not tell this user; service_code says why */
};

/*
 * When the system starts the driver: the start type of the service (winnt.h, SERVICE_BOOT_START to
 * SERVICE_DISABLED).
 */
enum up_startup {
    UP_STARTUP_BOOT,
    UP_STARTUP_SYSTEM,
    UP_STARTUP_AUTO,
    UP_STARTUP_DEMAND,
    UP_STARTUP_DISABLED
};

struct up_driver_status {
    enum up_service_state service;
    uint32_t service_code; /* for UP_SERVICE_UNKNOWN: the system's error code */
    enum up_startup startup;
    bool has_file; /* the file that the service names exists */
    /* That file, as a path that programs can use; "" if the service is absent. */
    char file[UP_PATH_MAX];
    /* The device was opened, and info and map are valid. */
    bool answers;
    /* If it does not answer: why it could not be opened or asked (2: the driver is not running). */
    uint32_t device_code;
    /*
     * The device is gone, but the driver is still loaded, since it was told to stop while programs
     * had the device open. Its ports may stay open until the driver is unloaded or Windows is
     * restarted, and nobody can close them.
     */
    bool may_be_open;
    /*
     * It answers, but with an interface version that is not ours. Then map, and the rest of info,
     * are 0.
     */
    bool is_other_version;
    struct up_info info;
    uint8_t map[UP_MAP_BYTES]; /* 0 = granted; all ones if it does not answer */
};

/*
 * Asks the service manager and the device. Most of it needs no administrator. It never fails:
 * *status says what could not be found out.
 */
void up_driver_query(struct up_driver_status *status);

/* Is the caller an administrator whose rights are in force? */
bool up_driver_is_administrator(void);

/*
 * Starts the driver and waits until it runs. A driver that runs already is no failure. If it is
 * suspended, RESUME is sent where that is enough; otherwise *problem says that it is suspended, or
 * that open handles hold it in a stop.
 *
 * Result: false if it does not run; *problem says why. It has advice for the codes that occur: 2
 * and 3 (where the file was looked for), 5 (administrator needed), 577 and 1275 (signature,
 * blocked), 193 and 216 (wrong architecture), 1058 (disabled), 1060 (not installed), 1072 (marked
 * for deletion: a program still has the old service open).
 */
bool up_driver_start(struct up_error_detail *problem);

/* A program that has the device open. */
struct up_holder {
    uint32_t process_id;
    char program[UP_PATH_MAX]; /* the path of its file; "" if unknown */
    uint32_t handles;
};
#define UP_HOLDERS_MAX 16u
struct up_holders {
    /* The system allowed the search, and it did not take too long. */
    bool is_known;
    uint32_t count; /* all of them; list has the first UP_HOLDERS_MAX */
    struct up_holder list[UP_HOLDERS_MAX];
};

/*
 * Finds the programs that have the device open. The handles of the calling process are not counted,
 * and the processes of Windows itself (lsass.exe and the like) are not examined. The search visits
 * every handle of the system and can take some seconds, so call it rarely. holders_windows.c.
 */
void up_driver_find_holders(struct up_holders *holders);

enum up_stop_result {
    UP_STOP_DONE,
    /* Every port is denied already. The driver is unloaded when the holders close their handles. */
    UP_STOP_WAITS,
    /*
     * The stop waits, but the driver could not be suspended: somebody else had begun the stop, with
     * or without SUSPEND, or the driver does not know SUSPEND. Its ports may be open until it is
     * unloaded.
     */
    UP_STOP_WAITS_OPEN,
    UP_STOP_NOT_RUNNING /* there was nothing to stop */
};

/*
 * Stops the driver. It sends SUSPEND first, so that no port works any more, then stops the service,
 * and waits for its end for up to the given milliseconds.
 *
 * UP_STOP_WAITS and UP_STOP_WAITS_OPEN are successes; *holders then has the programs that hold the
 * driver. Result: false if it could not be stopped; *problem says why, and whether the ports are
 * denied.
 */
bool up_driver_stop(uint32_t milliseconds, enum up_stop_result *result, struct up_holders *holders,
                    struct up_error_detail *problem);

/*
 * Makes the driver read the settings again (RELOAD). resume: also send RESUME if it is suspended;
 * otherwise it stays suspended. Result: false with *problem; code 2 if the driver is not running.
 */
bool up_driver_apply(bool resume, struct up_error_detail *problem);

/*
 * Takes the I/O permission map of 32-bit Windows from the calling process until it ends, and from
 * the processes that it starts from now on, and their children (RENOUNCE). Their own IN and OUT
 * raise exception C0000096; the driver serves their requests as before. It cannot be undone. On
 * 64-bit Windows nobody has such a map, and nothing changes. Any user who may open the device may
 * do that.
 *
 * Result: false with *problem; code 2 if the driver is not running, 1 if it is too old to know the
 * request. Then the process may still have the map, or get it. renounce_windows.c.
 */
bool up_driver_renounce(struct up_error_detail *problem);

/*
 * Sets when the driver starts: UP_STARTUP_AUTO with the system, UP_STARTUP_DEMAND when an
 * administrator starts it. Result: false with *problem.
 */
bool up_driver_set_startup(enum up_startup startup, struct up_error_detail *problem);

#endif
