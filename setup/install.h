/* SPDX-License-Identifier: MIT
 *
 * Installing and uninstalling UserPort on Windows: the driver's file, the service with its
 * settings, the source of the event log, userport.dll, userport_com.dll with its registration, and
 * userport-trap.dll. An uninstall reverts exactly what an install has done. install_windows.c and
 * uninstall_windows.c.
 */
#ifndef UP_SETUP_INSTALL_H
#define UP_SETUP_INSTALL_H

#include "core/portset.h"
#include "control/control.h"

/* The places where up_install looks for the driver if no file is given. Messages show them too. */
struct up_install_places {
    char beside[UP_PATH_MAX]; /* userport.sys in the folder of this program */
    /* The same in the folder of the system's architecture there: i386\ or amd64\. */
    char in_folder[UP_PATH_MAX];
    char installed[UP_PATH_MAX]; /* %SystemRoot%\system32\drivers\userport.sys */
};
void up_install_places(struct up_install_places *places);

/*
 * The steps of an install or uninstall, for the report that people and JSON get. The record of an
 * install has their names, which therefore never change.
 */
enum up_install_step {
    UP_STEP_DRIVER_FILE,
    UP_STEP_SERVICE,
    UP_STEP_SETTINGS,
    UP_STEP_EVENT_SOURCE,
    UP_STEP_LIBRARY,    /* userport.dll of this system's architecture */
    UP_STEP_LIBRARY_32, /* the 32-bit one, on 64-bit Windows */
    UP_STEP_COM,        /* the registration of userport_com.dll */
    UP_STEP_COM_32,
    UP_STEP_COM_LIBRARY, /* userport_com.dll */
    UP_STEP_COM_LIBRARY_32,
    UP_STEP_TRAP, /* userport-trap.dll */
    UP_STEP_TRAP_32,
    UP_STEP_COUNT
};
enum up_install_outcome {
    UP_STEP_NOT_NEEDED,
    UP_STEP_DONE,
    UP_STEP_KEPT,
    UP_STEP_LEFT,
    UP_STEP_NOT_FOUND,
    UP_STEP_AT_RESTART,
    UP_STEP_FAILED /* only this step failed: all others are done and remain */
};
/* What is done only if somebody explicitly accepts it. */
enum up_install_question {
    UP_INSTALL_ASKS_NOTHING,
    /* The file is a driver for this Windows, but does not describe itself as UserPort's. */
    UP_INSTALL_ASKS_DRIVER,
    /* The existing list has hazardous ports, and nobody has accepted them. */
    UP_INSTALL_ASKS_HAZARDS
};
#define UP_INSTALL_ACCEPTS(question) (1u << (question))

struct up_install_report {
    struct {
        enum up_install_outcome outcome;
        /*
         * A phrase: which file, what was kept, why it was left; or why the step failed and what to
         * do.
         */
        char text[UP_PATH_MAX];
    } steps[UP_STEP_COUNT];
    bool was_upgrade;              /* a service UserPort existed already; its list was kept */
    struct up_portset kept;        /* the list that existed before; empty if none was in force */
    enum up_install_question asks; /* why nothing was done, and what has to be accepted to go on */
};

/*
 * Finds the driver that up_install takes if no file is given: the first one of the places, in their
 * order, that is UserPort's driver for this Windows. Result: false if there is none; *problem says
 * where it was looked for (code 2), or which file is not such a driver and why.
 */
bool up_install_find(char path[UP_PATH_MAX], struct up_error_detail *problem);

/*
 * Installs UserPort.
 *
 * file: the driver to install, or NULL for the one that up_install_find finds. A driver that is in
 * system32\drivers already is installed as it is (the original's first way to install), and
 * written anew if others than administrators can change it. Before anything is changed, it is
 * checked that the file is a driver for the architecture of this system.
 *
 * An upgrade keeps the settings. It stops the old driver first, and starts the new one if the old
 * one ran. New files are written next to their place, flushed to the disk, and then moved into
 * place in one step.
 *
 * with_libraries: also install userport.dll, userport_com.dll and userport-trap.dll into the
 * system's folder, from the folder of this program or its folders i386\ and amd64\, and register
 * COM for the machine.
 *
 * The default list (the three LPT ranges) is written only if there is no value IOPM.
 *
 * Result: false if the install failed. What was done is then undone, and the advice of *problem
 * says so, or what could not be undone. A registration with COM that fails does not fail the
 * install; its step is UP_STEP_FAILED. If the result is false and report->asks is set, nothing was
 * changed, and up_install_accepting with UP_INSTALL_ACCEPTS(asks) installs all the same. Hazards of
 * the list are asked for only once: not again if an install has recorded itself in the service's
 * key, and only administrators can write there.
 */
bool up_install(const char *file, bool with_libraries, struct up_install_report *report,
                struct up_error_detail *problem);
bool up_install_accepting(const char *file, bool with_libraries, uint32_t accepted,
                          struct up_install_report *report, struct up_error_detail *problem);

/*
 * Removes what up_install installed and nothing else; afterwards the registry and the folders are
 * as they were before. The driver is stopped first. If it waits for programs, it is removed when
 * they close it: the file is deleted, the service is marked for deletion, and the report says so.
 * COM keys that cannot be removed make their step UP_STEP_FAILED, and everything else is removed
 * all the same. If nothing is installed, the result is true and every step is UP_STEP_NOT_NEEDED.
 */
bool up_uninstall(struct up_install_report *report, struct up_error_detail *problem);

/* Has one of the steps failed? */
bool up_install_has_failed(const struct up_install_report *report);

/*
 * The names of a step: for people ("the driver's file", "the service"), and for JSON
 * ("driver_file"). Never NULL.
 */
const char *up_install_step_text(enum up_install_step step);
const char *up_install_step_name(enum up_install_step step);

#endif
