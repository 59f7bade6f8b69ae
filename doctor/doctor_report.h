/* SPDX-License-Identifier: MIT
 *
 * The doctor from the inside: how its files add findings, and which of them looks at what.
 */
#ifndef UP_DOCTOR_REPORT_H
#define UP_DOCTOR_REPORT_H

#include "findings.h"
#include "windows_facts.h"

/* "<What the subject is> was not looked at: <why>." as a note. For the subjects that can be skipped. */
void up_report_skip(struct up_report *report, const char *subject, const char *why);

/* A path that fits into a sentence: of a long one the beginning and the end, cut between characters. */
#define UP_SHOWN_PATH_MAX 280u
const char *up_report_path(const char *path, char shown[UP_SHOWN_PATH_MAX]);

/* " (5)", or "" for 0; and for the codes that people meet, the reason before it: ": access is denied (5)". */
#define UP_REASON_MAX 100u
const char *up_report_reason(uint32_t code, char reason[UP_REASON_MAX]);

/* Is the system's version known to be at least this one, known to be below it? */
bool up_report_is_since(const struct up_doctor_facts *facts, uint32_t major, uint32_t minor);
bool up_report_is_before(const struct up_doctor_facts *facts, uint32_t major, uint32_t minor);

/* Does the service run, and the device answer in our words? */
bool up_report_runs(const struct up_doctor_facts *facts);

/* Why not, for up_report_skip: it does not run, may not be asked, cannot be asked. */
const char *up_report_why_silent(const struct up_doctor_facts *facts);

/* doctor_system.c: Windows, this user, what Windows does with drivers, other drivers */
void up_doctor_system(struct up_report *report);
void up_doctor_signing(struct up_report *report);
void up_doctor_other_drivers(struct up_report *report);

/* doctor_driver.c: service and file; what the running driver says */
void up_doctor_service(struct up_report *report);
void up_doctor_file(struct up_report *report);
void up_doctor_running(struct up_report *report);
void up_doctor_refusals(struct up_report *report);

/* doctor_settings.c: the list and what it opens; who may change it; the event log */
void up_doctor_settings(struct up_report *report);
void up_doctor_places(struct up_report *report);

/* doctor_dlls.c */
void up_doctor_dlls(struct up_report *report);

#endif
