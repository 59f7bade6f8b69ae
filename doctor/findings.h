/* SPDX-License-Identifier: MIT
 *
 * What the doctor finds, on every system: a line for each thing that it looked at, and what to do; and how its files write
 * these lines. What it looks at is in doctor.h (Windows) and doctor_linux.h.
 */
#ifndef UP_ADMIN_FINDINGS_H
#define UP_ADMIN_FINDINGS_H

#include <stdint.h>

enum up_finding_level { UP_FINDING_OK, UP_FINDING_NOTE, UP_FINDING_WARNING, UP_FINDING_ERROR };
struct up_finding {
    enum up_finding_level level;
    const char *subject; /* a word for scripts */
    char text[700];      /* what is so */
    char advice[500];    /* what to do, "" when nothing */
    /* It was not looked at: "The driver's file", "UserPort is not installed"; text says both. NULL: it was. */
    const char *skipped_what, *skipped_why;
};
#define UP_FINDINGS_MAX 64u

/* Looks at this system, and judges. Result: how many findings. doctor_windows.c, doctor_linux.c. */
uint32_t up_doctor_look(struct up_finding findings[UP_FINDINGS_MAX]);

struct up_doctor_facts; /* each system has its own */

struct up_report {
    const struct up_doctor_facts *facts;
    struct up_finding *findings;
    uint32_t count;
    struct up_finding *last; /* what was added last; NULL: nothing, or there was no room for it */
};

/* Adds a finding without advice. Beyond UP_FINDINGS_MAX nothing is added; there is no need for as many. findings.c. */
void up_report_add(struct up_report *report, enum up_finding_level level, const char *subject, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Gives the last finding its advice; one that had no room has none. */
void up_report_advise(struct up_report *report, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "<what> could not be found out." as a note. */
void up_report_unknown(struct up_report *report, const char *subject, const char *what);

#endif
