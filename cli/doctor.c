/* SPDX-License-Identifier: MIT
 *
 * doctor: admin/findings.h looks and judges, this prints.
 */
#include "../admin/findings.h"
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

static void print_text(const struct up_finding *findings, uint32_t count)
{
    uint32_t i;

    for (i = 0; i < count; i++) {
        up_out("%-8s %s\n", level_word(findings[i].level), findings[i].text);
        if (findings[i].advice[0] != '\0') {
            up_out("         %s\n", findings[i].advice);
        }
    }
}

static int run_doctor(const struct up_invocation *line)
{
    static struct up_finding findings[UP_FINDINGS_MAX];
    uint32_t count, i, errors = 0;

    (void)line;
    count = up_doctor_look(findings);
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

const struct up_command up_command_doctor = {
    .name = "doctor",
    .synopsis = "",
    .summary = "what is wrong, and what to do about it",
    .text = up_doctor_text,
    .run = run_doctor,
};
