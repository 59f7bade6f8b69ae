/* SPDX-License-Identifier: MIT
 *
 * Writes the findings of the doctor (findings.h).
 */
#include "findings.h"

#include <stdarg.h>

#include "core/text.h"

void up_report_add(struct up_report *report, enum up_finding_level level, const char *subject,
                   const char *format, ...)
{
    struct up_finding *finding =
        report->count < UP_FINDINGS_MAX ? &report->findings[report->count] : NULL;
    struct up_writer text;
    va_list arguments;

    report->last = finding;
    if (finding == NULL) {
        return;
    }
    report->count++;
    finding->level = level;
    finding->subject = subject;
    finding->advice[0] = '\0';
    finding->skipped_what = finding->skipped_why = NULL;
    up_writer_init(&text, finding->text, sizeof finding->text);
    va_start(arguments, format);
    up_writer_format_list(&text, format, arguments);
    va_end(arguments);
}

void up_report_advise(struct up_report *report, const char *format, ...)
{
    struct up_finding *finding = report->last;
    struct up_writer text;
    va_list arguments;

    if (finding == NULL) {
        return;
    }
    up_writer_init(&text, finding->advice, sizeof finding->advice);
    va_start(arguments, format);
    up_writer_format_list(&text, format, arguments);
    va_end(arguments);
}

void up_report_unknown(struct up_report *report, const char *subject, const char *what)
{
    up_report_add(report, UP_FINDING_NOTE, subject, "%s could not be found out.", what);
}
