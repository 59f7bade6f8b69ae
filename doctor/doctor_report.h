/* SPDX-License-Identifier: MIT
 *
 * The common ground of the doctor's files on Windows: how they phrase findings, and which file
 * covers which subjects.
 */
#ifndef UP_DOCTOR_DOCTOR_REPORT_H
#define UP_DOCTOR_DOCTOR_REPORT_H

#include "findings.h"
#include "windows_facts.h"

/*
 * Adds the note "<What the subject is> was not looked at: <why>." It is for the subjects that can
 * be skipped.
 */
void up_report_skip(struct up_report *report, const char *subject, const char *why);

/*
 * Shortens a path for a sentence: a long path keeps its beginning and its end, cut between
 * characters.
 */
#define UP_SHOWN_PATH_MAX 280u
const char *up_report_path(const char *path, char shown[UP_SHOWN_PATH_MAX]);

/*
 * Describes an error code: " (5)", or "" for 0. For common codes the reason precedes it: ": access
 * is denied (5)".
 */
#define UP_REASON_MAX 100u
const char *up_report_reason(uint32_t code, char reason[UP_REASON_MAX]);

/* Is the version of the system known to be at least this one, or known to be below it? */
bool up_report_is_since(const struct up_doctor_facts *facts, uint32_t major, uint32_t minor);
bool up_report_is_before(const struct up_doctor_facts *facts, uint32_t major, uint32_t minor);

/* Is the service running, and does the device answer with our interface version? */
bool up_report_runs(const struct up_doctor_facts *facts);

/*
 * Says for up_report_skip why it is not: it does not run, or this user may not ask it, or cannot.
 */
const char *up_report_why_silent(const struct up_doctor_facts *facts);

/* doctor_system.c: Windows, this user, other drivers. */
void up_doctor_version(struct up_report *report);
void up_doctor_user(struct up_report *report);
void up_doctor_other_drivers(struct up_report *report);

/* doctor_loading.c: the driver's signature, and whether Windows will load it. */
void up_doctor_loading(struct up_report *report);

/* doctor_signing.c: how Windows is set up to check drivers. */
void up_doctor_signing(struct up_report *report);

/* doctor_driver.c: the service and the file; what the running driver reports. */
void up_doctor_service(struct up_report *report);
void up_doctor_file(struct up_report *report);
void up_doctor_running(struct up_report *report);
void up_doctor_refusals(struct up_report *report);

/* doctor_settings.c: the list and what it opens; who may change it; the event log. */
void up_doctor_settings(struct up_report *report);
void up_doctor_places(struct up_report *report);

/* doctor_dlls.c: UserPort's DLLs, and others with the same names. */
void up_doctor_dlls(struct up_report *report);

#endif
