/* SPDX-License-Identifier: MIT
 *
 * The parts of an install, each with its undo, for install_windows.c and uninstall_windows.c. Every
 * part is recorded in the service's key before it is done, so that an uninstall after a loss of
 * power knows about it.
 */
#ifndef UP_SETUP_INSTALL_PARTS_H
#define UP_SETUP_INSTALL_PARTS_H

#include "install.h"
#include "install_files.h"
#include "control/service.h"
#include "com/com_register.h"

/* Sets one line of the report. */
void up_report_step(struct up_install_report *report, enum up_install_step step,
                    enum up_install_outcome outcome, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- install_places_windows.c ---------------------------------------------------------------- */

/*
 * The place of the driver, %SystemRoot%\system32\drivers\userport.sys, and the image path that
 * means the same in a service.
 */
bool up_driver_place(WCHAR path[MAX_PATH]);
#define UP_DRIVER_FILE       L"userport.sys"
#define UP_DRIVER_IMAGE_PATH L"\\SystemRoot\\System32\\drivers\\" UP_DRIVER_FILE

/*
 * Finds the driver to install: file, or if it is NULL the one of up_install_find. It has to be a
 * driver for this Windows. It also has to be UserPort's, unless UP_INSTALL_ASKS_DRIVER is in
 * accepted. Result: false with *problem; *asks is set if only that acceptance is missing.
 */
bool up_driver_find(const char *file, uint32_t accepted, WCHAR path[MAX_PATH],
                    enum up_install_question *asks, struct up_error_detail *problem);

/* Calls up_file_sweep for every place that an install uses. */
void up_install_sweep(void);

/* ---- install_before_windows.c ---------------------------------------------------------------- */

/*
 * Reads the existing list into report->kept. Result: false if it cannot be read, or if it has
 * hazards that nobody has accepted; then report->asks is set. *is_accepted_now: it has such
 * hazards, and accepted includes them.
 */
bool up_before_list(struct up_install_report *report, uint32_t accepted, bool *is_accepted_now,
                    struct up_error_detail *problem);

/*
 * Checks the list once more: ports is the list now, and no hazard may be in it that was not in
 * report->kept. Result: false with *problem.
 */
bool up_before_list_again(const struct up_install_report *report, const struct up_portset *ports,
                          struct up_error_detail *problem);

/*
 * Describes the hazards of a list as the end of a sentence: ", and programs can do harm with some:
 * 60 (keyboard controller), CF8 (...)", or "".
 */
void up_before_describe(const struct up_portset *ports, char *text, size_t size);

/*
 * Stops the running driver. If programs hold it, it is not stopped, and its ports work as before.
 * Result: false with *problem.
 */
bool up_before_stop(struct up_error_detail *problem);

/* ---- install_service_windows.c: the service's key -------------------------------------------- */

/*
 * The record of what was installed: bits 1 << UP_STEP_... up_record_read returns 0 if nothing is
 * recorded, up_record_write an error code of the system.
 */
#define UP_RECORD(step) (1u << (step))
uint32_t up_record_read(void);
LONG up_record_write(uint32_t record);

struct up_service_change {
    bool is_created;
    QUERY_SERVICE_CONFIGW *before; /* the former configuration; NULL: it was not changed */
};
/* Creates the service, which must not exist yet. Result: false with *problem. */
bool up_service_create(struct up_service_change *change, struct up_error_detail *problem);
/*
 * Can the existing service be changed? A service that is marked for deletion cannot be, and will
 * disappear. Result: false with *problem.
 */
bool up_service_can_change(struct up_error_detail *problem);
/*
 * Makes the existing service use our driver's file, and keeps its start type. Result: false with
 * *problem.
 */
bool up_service_point_at_driver(struct up_service_change *change, struct up_error_detail *problem);
uint32_t up_service_rollback(struct up_service_change *change); /* 0, or the system's code */
void up_service_commit(struct up_service_change *change);

/*
 * Writes the default list if there is no value IOPM, and flushes the key. *is_written: it was
 * written. Result: false with *problem.
 */
bool up_settings_write_default(bool *is_written, struct up_error_detail *problem);
LONG up_settings_rollback_default(void);

/*
 * The source of the event log: does it exist; make it if necessary (*is_created: it did not exist);
 * delete it.
 */
bool up_event_source_exists(void);
bool up_event_source_make(bool *is_created, struct up_error_detail *problem);
LONG up_event_source_delete(void);

/* ---- guard_windows.c: access lists ----------------------------------------------------------- */

struct up_guarded {
    bool has_set_key, has_set_service;
    /* Who else than administrators and the system could change them before. */
    char writers[200];
};

/*
 * Makes sure that only administrators and the system can change the service, its key and the keys
 * below. Whatever others can change gets an access list of its own. If there is no service, that is
 * no failure. Adds to *guarded. Result: false with *problem.
 */
bool up_service_guard(struct up_guarded *guarded, struct up_error_detail *problem);

/*
 * Guards the service alone, by the given calls of the service manager. Adds to *guarded. Result: 0,
 * or the system's code.
 */
struct up_service_security;
uint32_t up_guard_open_service(const struct up_service_security *calls, SC_HANDLE service,
                               struct up_guarded *guarded);

/*
 * Guards a file that has just been written, if its disk has access lists. Result: false with
 * *problem.
 */
bool up_file_guard(const WCHAR *path, struct up_error_detail *problem);

/* ---- install_library_windows.c: the DLLs ----------------------------------------------------- */

#define UP_LIBRARIES_MAX 6

struct up_library {
    uint8_t bits; /* 64: for 64-bit programs */
    bool is_com;  /* userport_com.dll, which is also registered (com_step) */
    /* Without its folder: userport.dll, userport_com.dll or userport-trap.dll. */
    const WCHAR *file;
    enum up_install_step file_step, com_step;
    WCHAR place[MAX_PATH]; /* where it belongs; "": this Windows has no such place */
};

/*
 * The DLLs for this Windows: its own, and on 64-bit Windows the 32-bit ones too. Result: their
 * number.
 */
unsigned up_libraries(struct up_library libraries[UP_LIBRARIES_MAX]);

/*
 * Finds the DLL to install: in the folder of this program, or in its folder for that bitness.
 * Result: false if there is none.
 */
bool up_library_find(const struct up_library *library, WCHAR path[MAX_PATH]);

/* Is the file at the DLL's place not ours? Result: false also if there is no file. */
bool up_library_is_foreign(const struct up_library *library);

/* ---- install_com_windows.c: the registration of userport_com.dll ----------------------------- */

/*
 * Is the automation object registered for the machine, by name and class, with the DLL at its
 * place?
 */
bool up_library_is_registered(const struct up_library *library);

/*
 * Registers the DLL at its place, and replaces any other registration, such as that of an earlier
 * UserPort, which had the object in userport.dll. server_before receives the DLL that was
 * registered, for up_library_register_rollback; "" if none was.
 */
bool up_library_register(const struct up_library *library, WCHAR server_before[UP_COM_SERVER_MAX],
                         struct up_error_detail *problem);
bool up_library_register_rollback(const struct up_library *library, const WCHAR *server_before,
                                  struct up_error_detail *problem);

/*
 * Removes the registration, whether the DLL exists or not, and also that of an earlier UserPort.
 * *is_others: the registration is that of another DLL, and was left.
 */
bool up_library_unregister(const struct up_library *library, bool *is_others,
                           struct up_error_detail *problem);

#endif
