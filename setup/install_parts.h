/* SPDX-License-Identifier: MIT
 *
 * The parts of an install, each with its way back, for install_windows.c and uninstall_windows.c. What was put there is
 * recorded in the service's key before it is done, so that an uninstall after a loss of power knows of it.
 */
#ifndef UP_ADMIN_INSTALL_PARTS_H
#define UP_ADMIN_INSTALL_PARTS_H

#include "install.h"
#include "install_files.h"
#include "control/service.h"
#include "com/com_register.h"

/* One line of the report. */
void up_report_step(struct up_install_report *report, enum up_install_step step, enum up_install_outcome outcome,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* ---- install_places_windows.c ------------------------------------------------------------------------------------------ */

/* %SystemRoot%\system32\drivers\userport.sys, and the image path that says the same in a service. */
bool up_driver_place(WCHAR path[MAX_PATH]);
#define UP_DRIVER_FILE       L"userport.sys"
#define UP_DRIVER_IMAGE_PATH L"\\SystemRoot\\System32\\drivers\\" UP_DRIVER_FILE

/*
 * The driver to install: file, or with NULL that of up_install_find. It is one, and for this Windows; and UserPort's, or
 * UP_INSTALL_ASKS_DRIVER is accepted. *asks: that alone is missing.
 */
bool up_driver_find(const char *file, uint32_t accepted, WCHAR path[MAX_PATH], enum up_install_question *asks,
                    struct up_error_detail *problem);

/* up_file_sweep for every place that an install has. */
void up_install_sweep(void);

/* ---- install_before_windows.c -------------------------------------------------------------------------------------------- */

/*
 * The list that is there, into report->kept. false: it has hazards, and nobody has said yes to them: report->asks; or it cannot be
 * read. *is_accepted_now: it has, and accepted says yes.
 */
bool up_before_list(struct up_install_report *report, uint32_t accepted, bool *is_accepted_now,
                    struct up_error_detail *problem);

/* ports, which the list is now: no hazard is in it that was not in report->kept. */
bool up_before_list_again(const struct up_install_report *report, const struct up_portset *ports,
                          struct up_error_detail *problem);

/* ", and programs can do harm with some: 60 (keyboard controller), CF8 (...)", or "". */
void up_before_describe(const struct up_portset *ports, char *text, size_t size);

/* Stops the driver that runs; if programs hold it, it runs on, and its ports work as before. */
bool up_before_stop(struct up_error_detail *problem);

/* ---- install_service_windows.c: the service's key ---------------------------------------------------------------------- */

/* What was installed: bits 1 << UP_STEP_.... 0 when nothing is recorded. The result of writing: an error of the system. */
#define UP_RECORD(step) (1u << (step))
uint32_t up_record_read(void);
LONG up_record_write(uint32_t record);

struct up_service_change {
    bool is_created;
    QUERY_SERVICE_CONFIGW *before; /* NULL: not changed */
};
/* Creates the service; there is none yet. */
bool up_service_create(struct up_service_change *change, struct up_error_detail *problem);
/* Can the service that is there be changed? One that is marked for deletion cannot, and is not to be counted on. */
bool up_service_can_change(struct up_error_detail *problem);
/* Makes the service that is there one of our driver's file, and keeps its start type. */
bool up_service_point_at_driver(struct up_service_change *change, struct up_error_detail *problem);
uint32_t up_service_rollback(struct up_service_change *change); /* 0, or the system's code */
void up_service_commit(struct up_service_change *change);

/* Writes the default list if there is no value IOPM. *is_written: it did. Flushes the key. */
bool up_settings_write_default(bool *is_written, struct up_error_detail *problem);
LONG up_settings_rollback_default(void);

/* The event log's source. *is_created: there was none. */
bool up_event_source_exists(void);
bool up_event_source_make(bool *is_created, struct up_error_detail *problem);
LONG up_event_source_delete(void);

/* ---- guard_windows.c: access lists ---------------------------------------------------------------------------------------- */

struct up_guarded {
    bool has_set_key, has_set_service;
    char writers[200]; /* who could change them before, but administrators and the system */
};

/*
 * From here on only administrators and the system can change the service, its key and the keys below: what others can change
 * gets an access list of its own. There being none is no failure. Adds to *guarded.
 */
bool up_service_guard(struct up_guarded *guarded, struct up_error_detail *problem);

/* The service's part alone, by these calls of the service manager. Result: 0, or the system's code. */
struct up_service_security;
uint32_t up_guard_open_service(const struct up_service_security *calls, SC_HANDLE service, struct up_guarded *guarded);

/* The same of a file that has just been written, where the disk has access lists. */
bool up_file_guard(const WCHAR *path, struct up_error_detail *problem);

/* ---- install_library_windows.c: userport.dll and userport_com.dll --------------------------------------------------------- */

#define UP_LIBRARIES_MAX 4

struct up_library {
    uint8_t bits; /* 64: for 64-bit programs */
    bool is_com;  /* userport_com.dll, which is also registered: com_step */
    enum up_install_step file_step, com_step;
    WCHAR place[MAX_PATH]; /* where it belongs; "": there is no such place on this Windows */
};

/* The DLLs of this Windows: its own, and on 64-bit Windows the 32-bit ones. Result: how many. */
unsigned up_libraries(struct up_library libraries[UP_LIBRARIES_MAX]);

/* The name of its file. */
const WCHAR *up_library_file(const struct up_library *library);

/* The DLL to install: beside this program or in its folder for that bitness. false: there is none. */
bool up_library_find(const struct up_library *library, WCHAR path[MAX_PATH]);

/* Is what lies at its place somebody else's? false, too, if nothing is there. */
bool up_library_is_foreign(const struct up_library *library);

/* ---- install_com_windows.c: the registration of userport_com.dll, for the machine ----------------------------------------- */

/* Is the automation object registered, by name and class, with the DLL at its place? */
bool up_library_is_registered(const struct up_library *library);

/*
 * Registers the DLL at its place, in the place of any other: of that of an earlier UserPort, which had the object in
 * userport.dll, too. server_before: what was registered, for up_library_register_rollback; "": nothing was.
 */
bool up_library_register(const struct up_library *library, WCHAR server_before[UP_COM_SERVER_MAX],
                         struct up_error_detail *problem);
bool up_library_register_rollback(const struct up_library *library, const WCHAR *server_before,
                                  struct up_error_detail *problem);

/*
 * Takes the registration away, whether the DLL is there or not, and also that of an earlier UserPort. *is_others: it is another
 * DLL's, and stays.
 */
bool up_library_unregister(const struct up_library *library, bool *is_others, struct up_error_detail *problem);

#endif
