/* SPDX-License-Identifier: MIT
 *
 * The commands install and uninstall: setup/install.h does the work, this file reports it.
 */
#include <stdio.h>
#include <string.h>

#include "doctor/findings.h"
#include "setup/install.h"
#include "winutil/winutil.h"
#include "core/text.h"
#include "change.h"
#include "describe.h"

static const char *outcome_word(enum up_install_outcome outcome)
{
    static const char *const words[] = {
        [UP_STEP_NOT_NEEDED] = "not needed",
        [UP_STEP_DONE] = "done",
        [UP_STEP_KEPT] = "kept",
        [UP_STEP_LEFT] = "left",
        [UP_STEP_NOT_FOUND] = "not found",
        [UP_STEP_AT_RESTART] = "at restart",
        [UP_STEP_FAILED] = "failed",
    };

    return words[outcome];
}

/* Prints the report as JSON. problem: why nothing was done, or NULL. */
static void print_json(const struct up_install_report *report, bool is_install,
                       const struct up_error_detail *problem)
{
    struct up_json *json = up_out_json();
    unsigned i;

    up_json_object(json, NULL);
    if (is_install) {
        up_json_bool(json, "upgrade", report->was_upgrade);
    }
    up_json_array(json, "steps");
    for (i = 0; i < UP_STEP_COUNT; i++) {
        up_json_object(json, NULL);
        up_json_text(json, "step", up_install_step_name((enum up_install_step)i));
        up_json_text(json, "outcome", outcome_word(report->steps[i].outcome));
        up_json_text(json, "text", report->steps[i].text);
        up_json_end(json);
    }
    up_json_end(json);
    if (is_install) {
        up_json_hazards(json, "hazards", &report->kept);
    }
    if (problem != NULL) {
        up_json_problem(json, problem);
    }
    up_json_end(json);
    up_out_json_end();
}

/* Prints a line for each step. Result: the number of lines. */
static unsigned print_steps(const struct up_install_report *report)
{
    unsigned i, count = 0;

    for (i = 0; i < UP_STEP_COUNT; i++) {
        const char *text = report->steps[i].text;

        if (report->steps[i].outcome != UP_STEP_NOT_NEEDED) {
            up_out("%-11s %s", outcome_word(report->steps[i].outcome),
                   up_install_step_text((enum up_install_step)i));
            up_out("%s%s\n", text[0] != '\0' ? ": " : "", text);
            count++;
        }
    }
    return count;
}

/* Prints the steps that failed by themselves to standard error. Result: the exit status. */
static int say_failed(const struct up_install_report *report, const char *what)
{
    struct up_error_detail problem = {.code = 0};
    unsigned i;

    up_out_flush();
    for (i = 0; i < UP_STEP_COUNT; i++) {
        if (report->steps[i].outcome == UP_STEP_FAILED) {
            up_error_detail_say(&problem, 0, NULL, "%s: %s", what, report->steps[i].text);
            up_complain(&problem);
        }
    }
    return up_install_has_failed(report) ? UP_EXIT_FAILED : UP_EXIT_DONE;
}

/*
 * Joins the words of a path with blanks that was not quoted. Result: false if together they are not
 * the path of a file.
 */
static bool join_words(const struct up_invocation *line, char path[UP_PATH_MAX])
{
    WCHAR wide[MAX_PATH];
    struct up_writer joined;
    int i;

    up_writer_init(&joined, path, UP_PATH_MAX);
    for (i = 0; i < line->word_count; i++) {
        up_writer_format(&joined, "%s%s", i > 0 ? " " : "", line->words[i]);
    }
    return !up_writer_is_cut(&joined) && up_wide(path, wide, MAX_PATH) && up_file_exists(wide);
}

/* Reports that nothing was done because something has to be accepted, with --force. */
static int refuse(const struct up_install_report *report, struct up_error_detail *problem)
{
    const size_t length = strlen(problem->advice);

    if (report->asks == UP_INSTALL_ASKS_HAZARDS) {
        up_name_hazards(&report->kept);
    }
    snprintf(problem->advice + length, sizeof problem->advice - length,
             "%sWith --force it is installed%s all the same.", length > 0 ? " " : "",
             report->asks == UP_INSTALL_ASKS_HAZARDS ? " with that list" : "");
    if (up_out_is_json) {
        print_json(report, true, problem);
        up_out_flush();
    }
    up_complain(problem);
    return UP_EXIT_FAILED;
}

/* An install works with any driver: whether Windows will load it is another question. */
static void note_loading(void)
{
    static struct up_finding findings[UP_FINDINGS_MAX];
    const uint32_t count = up_doctor_look(NULL, findings);
    uint32_t i;

    for (i = 0; i < count; i++) {
        if (strcmp(findings[i].subject, "loading") == 0 &&
            findings[i].level >= UP_FINDING_WARNING) {
            up_note("%s userportctl doctor says more.", findings[i].text);
        }
    }
}

static int run_install(const struct up_invocation *line)
{
    static struct up_install_report report;
    struct up_error_detail problem = {.code = 0};
    const uint32_t accepted =
        UP_INSTALL_ACCEPTS(UP_INSTALL_ASKS_DRIVER) | UP_INSTALL_ACCEPTS(UP_INSTALL_ASKS_HAZARDS);
    const bool is_forced = up_has_option(line, "force");
    char path[UP_PATH_MAX];

    if (line->word_count > 1 && !join_words(line, path)) {
        return up_usage("install: \"%s\" is too much: userportctl install %s", line->words[1],
                        line->command->synopsis);
    }
    if (!up_install_accepting(line->word_count > 1   ? path
                              : line->word_count > 0 ? line->words[0]
                                                     : NULL,
                              !up_has_option(line, "no-libraries"), is_forced ? accepted : 0,
                              &report, &problem)) {
        return report.asks != UP_INSTALL_ASKS_NOTHING ? refuse(&report, &problem)
                                                      : up_failed(&problem);
    }
    if (is_forced) {
        up_name_hazards(&report.kept);
    }
    if (up_out_is_json) {
        print_json(&report, true, NULL);
    } else {
        print_steps(&report);
        up_out_text(report.was_upgrade
                        ? "UserPort is installed, over an earlier one; its list was kept.\n"
                        : "UserPort is installed. To open its ports: userportctl start\n");
    }
    note_loading();
    return say_failed(&report, "installed, but for one thing");
}

const struct up_command up_command_install = {
    .name = "install",
    .synopsis = "[OPTION]... [FILE]",
    .summary = "install the driver, or another release over it",
    .text =
        "Installs the driver: FILE, or userport.sys beside userportctl.exe or in its folder i386 "
        "or amd64, or the one that lies in system32\\drivers already. Also userport.dll, for "
        "programs, userport_com.dll, for scripts (COM), and userport-trap.dll, for userportctl "
        "run, if they lie there. The list is the "
        "three printer ports then, unless there is one: an upgrade keeps it. The driver is not "
        "started, except in an upgrade of one that ran. What fails half-way is undone; if nothing "
        "but the registration with COM fails all else stays, and the exit status is 1.\n"
        "A list that was there before UserPort and has ports that can damage data or stop the "
        "machine, and a FILE that is not UserPort's driver, need --force.\n",
    .options = {{"force", NULL, "also over a list with such ports, and with another driver"},
                {"no-libraries", NULL, "the driver alone, without the DLLs"}},
    .words_max = -1, /* run_install checks them */
    .run = run_install,
};

static int run_uninstall(const struct up_invocation *line)
{
    static struct up_install_report report;
    struct up_error_detail problem = {.code = 0};

    (void)line;
    if (!up_uninstall(&report, &problem)) {
        return up_failed(&problem);
    }
    if (up_out_is_json) {
        print_json(&report, false, NULL);
    } else if (print_steps(&report) == 0) {
        up_out_text("UserPort was not installed.\n");
    } else {
        up_out_text("UserPort is uninstalled.\n");
    }
    return say_failed(&report, "uninstalled, but for one thing");
}

const struct up_command up_command_uninstall = {
    .name = "uninstall",
    .synopsis = "",
    .summary = "take away all that install put there, the list too",
    .text = "Stops the driver and takes away what install put there: the driver's file, the "
            "service with the list, the "
            "event log's source, the DLLs and the registration. To keep the list: userportctl list "
            "--short >ports.txt "
            "before. What a program still holds goes when that ends, and is said. Not installed is "
            "no failure.\n",
    .run = run_uninstall,
};
