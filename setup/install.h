/* SPDX-License-Identifier: MIT
 *
 * Installing and uninstalling, which are exact opposites: the driver's file, the service with its settings, the event
 * log's source, userport.dll, userport_com.dll and its registration. install_windows.c.
 */
#ifndef UP_ADMIN_INSTALL_H
#define UP_ADMIN_INSTALL_H

#include "core/portset.h"
#include "control/control.h"

/* Where up_install looks for the driver when it is not told; for messages too. */
struct up_install_places {
    char beside[UP_PATH_MAX];    /* userport.sys beside this program */
    char in_folder[UP_PATH_MAX]; /* the same in the folder of the system's architecture beside it: i386\ or amd64\ */
    char installed[UP_PATH_MAX]; /* %SystemRoot%\system32\drivers\userport.sys */
};
void up_install_places(struct up_install_places *places);

/* What was done, one line each: for people, and for JSON. */
enum up_install_step {
    UP_STEP_DRIVER_FILE,
    UP_STEP_SERVICE,
    UP_STEP_SETTINGS,
    UP_STEP_EVENT_SOURCE,
    UP_STEP_LIBRARY,    /* userport.dll of this system's architecture */
    UP_STEP_LIBRARY_32, /* the 32-bit one, on 64-bit Windows */
    UP_STEP_COM,        /* the registration of userport_com.dll */
    UP_STEP_COM_32,
    UP_STEP_COM_LIBRARY, /* userport_com.dll; last, since the record of an earlier install has the numbers */
    UP_STEP_COM_LIBRARY_32,
    UP_STEP_COUNT
};
enum up_install_outcome {
    UP_STEP_NOT_NEEDED,
    UP_STEP_DONE,
    UP_STEP_KEPT,
    UP_STEP_LEFT,
    UP_STEP_NOT_FOUND,
    UP_STEP_AT_RESTART,
    UP_STEP_FAILED /* this step alone: all others are done, and stay so */
};
/* What nobody does without an explicit yes. */
enum up_install_question {
    UP_INSTALL_ASKS_NOTHING,
    UP_INSTALL_ASKS_DRIVER, /* the file is a driver for this Windows, and by its own account not UserPort's */
    UP_INSTALL_ASKS_HAZARDS /* the list that is there has ports that can do harm, and nobody has said yes to them */
};
#define UP_INSTALL_ACCEPTS(question) (1u << (question))

struct up_install_report {
    struct {
        enum up_install_outcome outcome;
        char text[UP_PATH_MAX]; /* which file, what was kept, why it was left: a phrase; why it failed and what to do */
    } steps[UP_STEP_COUNT];
    bool was_upgrade;              /* there was a service UserPort already: its list was kept */
    struct up_portset kept;        /* the list that was there before; no port: there was none that is obeyed */
    enum up_install_question asks; /* why nothing was done, and what to accept if it is to be done all the same */
};

/*
 * Which driver up_install takes when it is not told: the first one of places, in their order, that is UserPort's driver for
 * this Windows. false: there is none; *problem says where it was looked for (code 2), or which file is no such driver, and why.
 */
bool up_install_find(char path[UP_PATH_MAX], struct up_error_detail *problem);

/*
 * Installs UserPort. file: the driver to install, NULL: that of up_install_find; a driver that lies in system32\drivers
 * already is installed as it is (the original's first way), and written anew if others than administrators can change it.
 * The file's architecture has to be this system's, and it has to be a driver: checked before anything is changed. An upgrade keeps the settings and stops the old driver first, and starts the
 * new one if the old one ran. New files are written beside their place, brought to the disk, and then put there in one step. with_libraries: also
 * userport.dll and userport_com.dll, where they lie beside this program or in its folders i386\ and amd64\: into the system's
 * folder, COM for the machine. What
 * fails is undone, and *problem's advice says so, or what could not be undone; only a registration with COM that fails is
 * UP_STEP_FAILED instead, and true the result. The default list (the three LPT ranges) is written only where there is no value IOPM.
 * false, and report->asks: nothing was changed, and up_install_accepting, with UP_INSTALL_ACCEPTS(asks), does it all the same. Hazards of
 * the list are asked for once: not when an install has recorded itself in the service's key, and only administrators can write there.
 */
bool up_install(const char *file, bool with_libraries, struct up_install_report *report,
                struct up_error_detail *problem);
bool up_install_accepting(const char *file, bool with_libraries, uint32_t accepted, struct up_install_report *report,
                          struct up_error_detail *problem);

/*
 * Takes away what up_install put there and nothing else; after it the registry and the folders are as they were before. The
 * driver is stopped first; one that waits for programs is removed when they close it (the file goes, the service is marked: the report says so).
 * COM keys that cannot be taken away: UP_STEP_FAILED, and the rest goes all the same. Nothing installed: true, and every step says UP_STEP_NOT_NEEDED.
 */
bool up_uninstall(struct up_install_report *report, struct up_error_detail *problem);

/* Is one of the steps UP_STEP_FAILED? */
bool up_install_has_failed(const struct up_install_report *report);

/* "the driver's file", "the service" ...: the step for people; and for JSON: "driver_file". Never NULL. */
const char *up_install_step_text(enum up_install_step step);
const char *up_install_step_name(enum up_install_step step);

#endif
