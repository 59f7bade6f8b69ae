/* SPDX-License-Identifier: MIT
 *
 * The doctor on the settings: the list and what it opens, whether it is in force, the settings of
 * single programs, and who may change all that; and the event log.
 */
#include <stdio.h>
#include <string.h>

#include "core/known_ports.h"
#include "core/portlist.h"
#include "doctor_report.h"

#define WIDE_RUN  256u /* ports without a gap: more than any card has */
#define WIDE_LIST 512u

/* ---- is the list valid? ---------------------------------------------------------------------- */

/* The list in its canonical form; a long one is cut between two items. */
static const char *list_text(const struct up_portset *ports, char text[200])
{
    static const char more[] = ", and more";
    const size_t room = 200u - sizeof more;
    char *end;

    if (up_portlist_format(ports, text, room) >= room) {
        end = strrchr(text, ',');
        memcpy(end, more, sizeof more);
    }
    return text;
}

static void say_policy_problems(struct up_report *report)
{
    const struct up_settings *policy = &report->facts->settings.values;
    uint32_t rest = policy->problems;

    while (rest != 0) {
        const uint32_t problem = rest & (0u - rest);
        const bool is_note = (problem & UP_SETTINGS_NOTES) != 0;

        rest &= rest - 1u;
        up_report_add(report, is_note ? UP_FINDING_NOTE : UP_FINDING_ERROR, "settings",
                      "In the settings %s.%s", up_settings_problem_text(problem),
                      is_note ? "" : " Because of that no port is granted.");
        if (!is_note) {
            up_report_advise(
                report,
                problem & (UP_SETTINGS_SCOPE_BAD | UP_SETTINGS_STICKY_BAD)
                    ? "Choose the scope again: userportctl scope all, or userportctl scope openers."
                    : "Choose the ports again: userportctl set LIST, or userportctl defaults.");
        }
    }
}

static void look_at_policy(struct up_report *report)
{
    const struct up_stored_settings *settings = &report->facts->settings;
    const uint32_t count = up_portset_count(&settings->values.ports);
    char text[200];

    say_policy_problems(report);
    if ((settings->values.problems & ~UP_SETTINGS_NOTES) != 0) {
        return;
    }
    if (count == 0) {
        up_report_add(report, UP_FINDING_WARNING, "settings",
                      "The list is empty: no program gets a port.");
        up_report_advise(report,
                         "Add what your programs need, for instance: userportctl grant lpt1.");
    } else {
        up_report_add(report, UP_FINDING_OK, "settings", "The list is valid. It has %u port%s: %s.",
                      (unsigned)count, count == 1 ? "" : "s",
                      list_text(&settings->values.ports, text));
    }
}

/* ---- what the list opens --------------------------------------------------------------------- */

static void look_at_scope(struct up_report *report)
{
    const struct up_settings *policy = &report->facts->settings.values;

    if (report->facts->system_machine == UP_EXE_MACHINE_AMD64 &&
        (policy->scope != UP_SCOPE_ALL || policy->sticky)) {
        up_report_add(report, UP_FINDING_NOTE, "scope",
                      "Scope and Sticky are set, and change nothing here: they are about the "
                      "processor's map of ports, which 64-bit Windows has not. Programs of users "
                      "who are logged on can use the ports.");
    } else if (report->facts->system_machine == UP_EXE_MACHINE_AMD64) {
        up_report_add(report, UP_FINDING_OK, "scope",
                      "Programs of users who are logged on can use the ports of the list, through "
                      "the driver.");
    } else if (policy->scope == UP_SCOPE_ALL && policy->sticky) {
        up_report_add(
            report, UP_FINDING_NOTE, "scope",
            "Every program has the ports. Sticky is set, and changes nothing with this scope.");
    } else if (policy->scope == UP_SCOPE_ALL) {
        up_report_add(report, UP_FINDING_OK, "scope", "Every program has the ports of the list.");
    } else {
        up_report_add(report, UP_FINDING_OK, "scope",
                      "Only programs that open \\\\.\\UserPort have the ports, %s.",
                      policy->sticky ? "until they end" : "until they close it");
    }
}

static void look_at_hazards(struct up_report *report)
{
    const struct up_portset *ports = &report->facts->settings.values.ports;
    const struct up_known_ports *hazard;
    const uint32_t before = report->count;
    size_t cursor = 0;
    uint16_t port = 0;

    while ((hazard = up_known_ports_next_hazard(ports, &cursor, &port)) != NULL) {
        up_report_add(report, UP_FINDING_WARNING, "hazards",
                      "The list has port %X (%s): a program that uses it %s.", (unsigned)port,
                      hazard->what, hazard->hazard);
        up_report_advise(report,
                         "If no program of yours needs it, take it away: userportctl revoke %X.",
                         (unsigned)port);
    }
    if (report->count == before) {
        up_report_add(report, UP_FINDING_OK, "hazards",
                      "The list has no port that is known to damage data or stop the machine.");
    }
}

static void look_at_width(struct up_report *report)
{
    const struct up_portset *ports = &report->facts->settings.values.ports;
    const uint32_t count = up_portset_count(ports);
    struct up_port_range run = {0, 0};
    struct up_port_range widest = {0, 0};
    uint32_t width = 0;

    for (uint32_t from = 0; up_portset_next(ports, from, &run); from = run.last + 1u) {
        if (run.last - run.first + 1u > width) {
            width = run.last - run.first + 1u;
            widest = run;
        }
    }
    if (width < WIDE_RUN && count < WIDE_LIST) {
        up_report_add(report, UP_FINDING_OK, "wide-list", "The list is no wider than usual.");
    } else {
        up_report_add(report, UP_FINDING_WARNING, "wide-list",
                      "The list is wide: %u ports, %u of them in one piece, %X-%X. Programs can "
                      "reach hardware that they "
                      "have no need of.",
                      (unsigned)count, (unsigned)width, (unsigned)widest.first,
                      (unsigned)widest.last);
        up_report_advise(report, "List what your programs need and no more: userportctl set LIST.");
    }
}

/* ---- is the list in force? ------------------------------------------------------------------- */

static void look_at_application(struct up_report *report)
{
    const struct up_driver_status *driver = &report->facts->driver;
    const struct up_settings *policy = &report->facts->settings.values;

    if (!up_report_runs(report->facts)) {
        up_report_skip(report, "applied", up_report_why_silent(report->facts));
    } else if (driver->info.state != UP_STATE_RUNNING) {
        up_report_skip(report, "applied", "the driver denies every port at the moment");
    } else if (memcmp(driver->map, policy->ports.map, UP_MAP_BYTES) != 0) {
        up_report_add(
            report, UP_FINDING_WARNING, "applied",
            "The list was changed and is not applied yet: the driver still goes by another one.");
        up_report_advise(report, "Apply it: userportctl apply, or Apply in UserPort.exe.");
    } else if (driver->info.scope != policy->scope || driver->info.sticky != policy->sticky) {
        up_report_add(report, UP_FINDING_WARNING, "applied",
                      "Scope or Sticky was changed and is not applied yet: the driver still goes "
                      "by the old one.");
        up_report_advise(report, "Apply it: userportctl apply, or Apply in UserPort.exe.");
    } else {
        up_report_add(report, UP_FINDING_OK, "applied", "The driver uses the list as it is now.");
    }
}

/* ---- the settings of single programs --------------------------------------------------------- */

#define PROGRAMS_TOLD 6u /* of each kind; the report has no room for all */

static void look_at_wrong_programs(struct up_report *report)
{
    const struct up_programs *programs = &report->facts->programs;
    uint32_t wrong = 0;

    for (uint32_t i = 0; i < programs->count; i++) {
        const struct up_program *program = &programs->programs[i];

        if (program->wrong[0] == '\0' || wrong++ >= PROGRAMS_TOLD) {
            continue;
        }
        up_report_add(report, UP_FINDING_WARNING, "programs",
                      "The settings of the program %s are wrong, so that it has no route and no "
                      "option: %s.",
                      program->name, program->wrong);
        up_report_advise(report,
                         "Write them anew: userportctl program add with the name %s. Or take them "
                         "away: userportctl program remove with that name.",
                         program->name);
    }
    if (wrong > PROGRAMS_TOLD) {
        up_report_add(report, UP_FINDING_WARNING, "programs",
                      "The settings of %u more programs are wrong.",
                      (unsigned)(wrong - PROGRAMS_TOLD));
        up_report_advise(report, "See all of them: userportctl program list.");
    }
}

/* A route opens nothing: where it leads to has to be granted. */
static void look_at_targets(struct up_report *report)
{
    const struct up_programs *programs = &report->facts->programs;
    struct up_portset missing;
    uint32_t told = 0;
    char text[200];

    for (uint32_t i = 0; i < programs->count && told < PROGRAMS_TOLD; i++) {
        if (!up_routes_denied(&programs->programs[i].settings.routes,
                              &report->facts->settings.values.ports, &missing)) {
            continue;
        }
        told++;
        up_report_add(report, UP_FINDING_NOTE, "programs",
                      "The routes of the program %s lead to ports that are not granted: %s.",
                      programs->programs[i].name, list_text(&missing, text));
        up_report_advise(report, "Grant them, if the device of that program is there: "
                                 "userportctl grant LIST.");
    }
}

static void look_at_programs(struct up_report *report)
{
    const uint32_t before = report->count;
    const struct up_doctor_facts *facts = report->facts;

    if (facts->programs_problem.text[0] != '\0') {
        up_report_add(report, UP_FINDING_NOTE, "programs", "%s.", facts->programs_problem.text);
        return;
    }
    look_at_wrong_programs(report);
    look_at_targets(report);
    if (report->count > before) {
        return;
    }
    if (facts->programs.count == 0) {
        up_report_add(report, UP_FINDING_OK, "programs", "No program has settings of its own.");
    } else {
        up_report_add(report, UP_FINDING_OK, "programs",
                      "The settings of %u program%s are valid, and their routes lead to granted "
                      "ports.",
                      (unsigned)facts->programs.count, facts->programs.count == 1 ? "" : "s");
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void skip_all(struct up_report *report, const char *why)
{
    static const char *const subjects[] = {"scope",   "hazards",  "wide-list",
                                           "applied", "programs", "cards"};

    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        up_report_skip(report, subjects[i], why);
    }
}

void up_doctor_settings(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    if (facts->settings_problem.text[0] != '\0') {
        /* It is no fault if this user may not read the settings. */
        up_report_add(report,
                      facts->settings_problem.code == 5 ? UP_FINDING_NOTE : UP_FINDING_ERROR,
                      "settings", "%s.", facts->settings_problem.text);
        up_report_advise(report, "%s", facts->settings_problem.advice);
        skip_all(report, "the settings cannot be read");
    } else if (!facts->settings.is_there) {
        up_report_skip(report, "settings", "there are no settings, as UserPort is not installed");
        skip_all(report, "there are no settings");
    } else {
        look_at_policy(report);
        look_at_scope(report);
        look_at_hazards(report);
        look_at_width(report);
        look_at_application(report);
        look_at_programs(report);
        up_report_cards(report, &facts->cards, &facts->settings.values.ports);
    }
}

/* ---- who may change the list, and the event log ---------------------------------------------- */

void up_doctor_places(struct up_report *report)
{
    static const char anew[] =
        "Install it again, which gives it an access list anew: userportctl install. Then look at "
        "what they may have changed before: userportctl list.";
    const struct up_doctor_facts *facts = report->facts;

    if (!facts->settings.is_there && facts->settings_problem.text[0] == '\0') {
        up_report_skip(report, "access", "there are no settings");
    } else if (facts->key_is_safe == UP_UNKNOWN) {
        up_report_unknown(report, "access", "Who may change the settings");
    } else if (facts->key_is_safe == UP_YES) {
        up_report_add(report, UP_FINDING_OK, "access",
                      "Only administrators and Windows itself may change the settings.");
    } else {
        up_report_add(report, UP_FINDING_ERROR, "access",
                      "Others than administrators may change the settings, and so open any port, "
                      "and what is loaded "
                      "into the kernel with them: %s.",
                      facts->key_writers);
        up_report_advise(report, "%s", anew);
    }
    if (facts->driver.service == UP_SERVICE_ABSENT) {
        up_report_skip(report, "service-access", "UserPort is not installed");
    } else if (facts->service_is_safe == UP_UNKNOWN) {
        up_report_unknown(report, "service-access", "Who may change the service");
    } else if (facts->service_is_safe == UP_YES) {
        up_report_add(report, UP_FINDING_OK, "service-access",
                      "Only administrators and Windows itself may change the service.");
    } else {
        up_report_add(report, UP_FINDING_ERROR, "service-access",
                      "Others than administrators may change the service UserPort, which says what "
                      "is loaded into the "
                      "kernel, and so could take over the whole system: %s.",
                      facts->service_writers);
        up_report_advise(report, "%s", anew);
    }
    if (facts->event_source == UP_UNKNOWN) {
        up_report_unknown(report, "event-source", "Whether the event log knows UserPort's texts");
    } else if (facts->event_source == UP_YES) {
        up_report_add(report, UP_FINDING_OK, "event-source",
                      "The event log knows UserPort's texts.");
    } else if (facts->driver.service == UP_SERVICE_ABSENT) {
        up_report_skip(report, "event-source", "UserPort is not installed");
    } else {
        up_report_add(report, UP_FINDING_NOTE, "event-source",
                      "The event log does not know UserPort's texts: its entries there are shown "
                      "as bare numbers.");
        up_report_advise(
            report,
            "Install UserPort with its own program, which registers them: userportctl install.");
    }
}
