/* SPDX-License-Identifier: MIT
 *
 * The command doctor: prints the findings of doctor/findings.h. commands_windows.c and
 * commands_linux.c have what its help says.
 */
#include <stdio.h>
#include <string.h>

#include "doctor/findings.h"
#include "core/text.h"
#include "command.h"

static const char *level_word(enum up_finding_level level)
{
    static const char *const words[] = {"OK", "NOTE", "WARNING", "ERROR"};

    return words[level];
}

static const char *level_name(enum up_finding_level level)
{
    static const char *const names[] = {"ok", "note", "warning", "error"};

    return names[level];
}

static void print_json(const struct up_finding *findings, uint32_t count, uint32_t errors)
{
    struct up_json *json = up_out_json();
    uint32_t i;

    up_json_object(json, NULL);
    up_json_number(json, "errors", errors);
    up_json_array(json, "findings");
    for (i = 0; i < count; i++) {
        up_json_object(json, NULL);
        up_json_text(json, "level", level_name(findings[i].level));
        up_json_text(json, "subject", findings[i].subject);
        up_json_text(json, "text", findings[i].text);
        up_json_text(json, "advice", findings[i].advice);
        up_json_end(json);
    }
    up_json_end(json);
    up_json_end(json);
    up_out_json_end();
}

/* The column after the level. */
#define COLUMN 9u

static bool is_same_reason(const struct up_finding *a, const struct up_finding *b)
{
    return a->skipped_why != NULL && b->skipped_why != NULL &&
           strcmp(a->skipped_why, b->skipped_why) == 0;
}

/*
 * How many findings after this one were skipped for the same reason. ALREADY_SAID: a finding before
 * it was.
 */
#define ALREADY_SAID UINT32_MAX
static uint32_t others_of(const struct up_finding *findings, uint32_t at, uint32_t count)
{
    uint32_t i, others = 0;

    for (i = 0; i < count; i++) {
        if (i != at && is_same_reason(&findings[i], &findings[at])) {
            if (i < at) {
                return ALREADY_SAID;
            }
            others++;
        }
    }
    return others;
}

/*
 * Prints one line for all findings that were skipped for the reason of the one at from. The names
 * begin with a capital letter.
 */
static void print_skipped(const struct up_finding *findings, uint32_t from, uint32_t count)
{
    char text[900];
    struct up_writer line;
    uint32_t i;

    up_writer_init(&line, text, sizeof text);
    up_writer_format(&line, "Not looked at, since %s:", findings[from].skipped_why);
    for (i = from; i < count; i++) {
        const char *what = findings[i].skipped_what;

        if (is_same_reason(&findings[i], &findings[from])) {
            up_writer_format(&line, "%s %c%s", i > from ? "," : "", what[0] - 'A' + 'a', what + 1);
        }
    }
    up_out_wrapped(COLUMN, COLUMN, text);
    up_out_text(".");
}

static void print_text(const struct up_finding *findings, uint32_t count)
{
    uint32_t i;

    for (i = 0; i < count; i++) {
        const uint32_t others = findings[i].skipped_why != NULL ? others_of(findings, i, count) : 0;

        if (others == ALREADY_SAID) {
            continue;
        }
        up_out("%-8s ", level_word(findings[i].level));
        if (others > 0) {
            print_skipped(findings, i, count);
        } else {
            up_out_wrapped(COLUMN, COLUMN, findings[i].text);
        }
        up_out_text("\n");
        if (findings[i].advice[0] != '\0') {
            up_out("%*s", (int)COLUMN, "");
            up_out_wrapped(COLUMN, COLUMN, findings[i].advice);
            up_out_text("\n");
        }
    }
}

int up_run_doctor(const struct up_invocation *line)
{
    static struct up_finding findings[UP_FINDINGS_MAX];
    uint32_t count, i, errors = 0;

    if (line->word_count > 0 && line->words[0][0] == '\0') {
        return up_usage("doctor: the name of the file is empty");
    }
    count = up_doctor_look(line->word_count > 0 ? line->words[0] : NULL, findings);
    for (i = 0; i < count; i++) {
        errors += findings[i].level == UP_FINDING_ERROR;
    }
    if (up_out_is_json) {
        print_json(findings, count, errors);
    } else {
        print_text(findings, count);
    }
    return errors > 0 ? UP_EXIT_FAILED : UP_EXIT_DONE;
}
