/* SPDX-License-Identifier: MIT
 *
 * The findings of the doctor on every system: a line for each thing that it examined, and what to
 * do; and the functions that write them. doctor.h (Windows) and doctor_linux.h have the subjects.
 */
#ifndef UP_DOCTOR_FINDINGS_H
#define UP_DOCTOR_FINDINGS_H

#include <stdint.h>

enum up_finding_level { UP_FINDING_OK, UP_FINDING_NOTE, UP_FINDING_WARNING, UP_FINDING_ERROR };
struct up_finding {
    enum up_finding_level level;
    const char *subject; /* a word for scripts */
    char text[700];      /* what was found */
    char advice[500];    /* what to do; "" if nothing */
    /*
     * If it was not examined: the subject ("The driver's file") and the reason ("UserPort is not
     * installed"), which text says too. NULL otherwise.
     */
    const char *skipped_what, *skipped_why;
};
#define UP_FINDINGS_MAX 100u

/*
 * Examines this system and makes the findings. driver_file: on Windows, a driver that is not (yet)
 * the service's, of which the question is whether Windows would load it; else NULL. Result: the
 * number of findings. doctor_windows.c, doctor_linux.c.
 */
uint32_t up_doctor_look(const char *driver_file, struct up_finding findings[UP_FINDINGS_MAX]);

struct up_doctor_facts; /* each system has its own */

struct up_report {
    const struct up_doctor_facts *facts;
    struct up_finding *findings;
    uint32_t count;
    struct up_finding *last; /* the one added last; NULL: none, or there was no room */
};

/*
 * Adds a finding without advice. Beyond UP_FINDINGS_MAX, which is more than the subjects need,
 * nothing is added. findings.c.
 */
void up_report_add(struct up_report *report, enum up_finding_level level, const char *subject,
                   const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Sets the advice of the last finding, if there is one. */
void up_report_advise(struct up_report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Adds the note "<what> could not be found out." */
void up_report_unknown(struct up_report *report, const char *subject, const char *what);

#endif
