/* SPDX-License-Identifier: MIT
 *
 * The command status on Windows: does the driver run, is the list in force, what has been refused?
 * The exit status is for scripts.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "control/control.h"
#include "control/settings_store.h"
#include "command.h"
#include "describe.h"
#include "scope.h"
#include "service.h"

struct facts {
    struct up_driver_status driver;
    struct up_stored_settings settings;
    /* Why the settings could not be read; text "" if they were. */
    struct up_error_detail problem;
    bool is_in_force; /* the driver has the settings of the registry in force */
};

static void collect(struct facts *facts)
{
    const struct up_settings *policy = &facts->settings.values;
    const struct up_driver_status *driver = &facts->driver;

    memset(&facts->problem, 0, sizeof facts->problem);
    up_driver_query(&facts->driver);
    if (!up_store_read(&facts->settings, &facts->problem)) {
        facts->is_in_force = false;
        return;
    }
    facts->is_in_force =
        driver->answers && !driver->is_other_version && driver->info.state == UP_STATE_RUNNING &&
        memcmp(driver->map, policy->ports.map, sizeof driver->map) == 0 &&
        driver->info.scope == policy->scope && driver->info.sticky == policy->sticky;
}

static const char *service_word(enum up_service_state state)
{
    static const char *const words[] = {
        [UP_SERVICE_ABSENT] = "absent",     [UP_SERVICE_STOPPED] = "stopped",
        [UP_SERVICE_STARTING] = "starting", [UP_SERVICE_RUNNING] = "running",
        [UP_SERVICE_STOPPING] = "stopping", [UP_SERVICE_UNKNOWN] = "unknown"};

    return words[state];
}

static const char *state_word(uint32_t state)
{
    return state == UP_STATE_RUNNING     ? "running"
           : state == UP_STATE_SUSPENDED ? "suspended"
           : state == UP_STATE_FAULT     ? "fault"
                                         : "unknown";
}

static const char *processor_word(uint32_t processor)
{
    return processor == UP_PROCESSOR_I386    ? "i386"
           : processor == UP_PROCESSOR_AMD64 ? "amd64"
                                             : "unknown";
}

static void version_text(uint32_t version, char text[32])
{
    (void)snprintf(text, 32, "%lu.%lu.%lu", (unsigned long)(version >> 24),
                   (unsigned long)(version >> 16 & 0xFFu), (unsigned long)(version & 0xFFFFu));
}

/* How many handles others have open: this program has one open while it asks. */
static uint32_t others(const struct up_info *info)
{
    return info->files > 0 ? info->files - 1u : 0;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void add_driver(struct up_json *json, const struct up_driver_status *driver)
{
    const struct up_info *info = &driver->info;
    char version[32];

    up_json_number(json, "interface", info->abi_version);
    if (driver->is_other_version) {
        return;
    }
    version_text(info->driver_version, version);
    up_json_text(json, "version", version);
    up_json_text(json, "processor", processor_word(info->processor));
    up_json_array(json, "mechanisms");
    if ((info->mechanisms & UP_MECHANISM_IOPM) != 0) {
        up_json_text(json, NULL, "map");
    }
    if ((info->mechanisms & UP_MECHANISM_LIST) != 0) {
        up_json_text(json, NULL, "list");
    }
    up_json_end(json);
    up_json_text(json, "state", state_word(info->state));
    up_json_scope(json, info->scope, info->sticky);
    up_json_number(json, "ports_granted", info->ports_granted);
    up_json_policy_problems(json, "settings_problems", info->settings_problems);
    up_json_number(json, "processors", info->processors);
    up_json_number(json, "processes", info->processes);
    up_json_number(json, "processes_granted", info->processes_granted);
    up_json_number(json, "files", others(info));
    up_json_number(json, "reloads", info->reloads);
    up_json_number(json, "opens", info->opens);
    up_json_number(json, "opens_refused", info->opens_refused);
    up_json_number(json, "controls_refused", info->controls_refused);
    up_json_number(json, "processes_missed", info->processes_missed);
    up_json_number(json, "processes_renounced", info->processes_renounced);
    up_json_number(json, "transfers_denied", info->transfers_denied);
    if (info->transfers_denied > 0 && info->port_denied < UP_PORT_COUNT) {
        up_json_number(json, "port_denied", info->port_denied);
    } else {
        up_json_text(json, "port_denied", NULL);
    }
    up_json_number(json, "aliases", info->aliases);
    up_json_bool(json, "foreign_map", (info->flags & UP_FLAG_FOREIGN_MAP) != 0);
    up_json_number(json, "foreign_ports", info->foreign_ports);
    up_json_bool(json, "overwritten", (info->flags & UP_FLAG_OVERWRITTEN) != 0);
}

static void print_json(const struct facts *facts)
{
    const struct up_driver_status *driver = &facts->driver;
    const struct up_settings *policy = &facts->settings.values;
    const bool is_installed = driver->service != UP_SERVICE_ABSENT;
    struct up_json *json = up_out_json();

    up_json_object(json, NULL);
    up_json_text(json, "service", service_word(driver->service));
    up_json_text(json, "startup", is_installed ? up_startup_word(driver->startup) : NULL);
    up_json_text(json, "file", driver->file[0] != '\0' ? driver->file : NULL);
    up_json_bool(json, "file_is_there", driver->has_file);
    up_json_bool(json, "ports_may_be_open", driver->may_be_open);
    up_json_bool(json, "in_force", facts->is_in_force);
    up_json_object(json, "settings");
    up_json_bool(json, "there", facts->settings.is_there);
    up_json_number(json, "ports_granted", up_portset_count(&policy->ports));
    up_json_scope(json, policy->scope, policy->sticky);
    up_json_policy_problems(json, "problems", policy->problems);
    up_json_end(json);
    if (driver->answers || driver->is_other_version) {
        up_json_object(json, "driver");
        add_driver(json, driver);
        up_json_end(json);
    } else {
        up_json_text(json, "driver", NULL);
    }
    if (facts->problem.text[0] != '\0') {
        up_json_problem(json, &facts->problem);
    }
    up_json_end(json);
    up_out_json_end();
}

/* ---- text ------------------------------------------------------------------------------------ */

/* The column after the word with which a line begins. */
#define COLUMN 12u

static void say(const char *word, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(const char *word, const char *format, ...)
{
    char text[UP_OUT_MAX];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    up_out("%-*s", (int)COLUMN, word);
    up_out_wrapped(COLUMN, COLUMN, text);
    up_out_text("\n");
}

static void print_service(const struct up_driver_status *driver)
{
    static const char *const sentences[] = {
        [UP_SERVICE_ABSENT] = "UserPort is not installed: userportctl install",
        [UP_SERVICE_STOPPED] = "UserPort does not run: userportctl start",
        [UP_SERVICE_STARTING] = "UserPort is starting",
        [UP_SERVICE_RUNNING] = "UserPort runs",
        [UP_SERVICE_STOPPING] = "UserPort is being stopped, and the driver goes when the programs "
                                "that have it open close it, or when "
                                "Windows is restarted",
        [UP_SERVICE_UNKNOWN] = "The system does not say whether UserPort runs",
    };

    up_out_wrapped(0, 0, sentences[driver->service]);
    if (driver->service == UP_SERVICE_UNKNOWN) {
        up_out(" (%lu)", (unsigned long)driver->service_code);
    }
    up_out_text("\n");
    if (driver->service != UP_SERVICE_ABSENT && driver->service != UP_SERVICE_UNKNOWN) {
        up_out("startup:    %s\n", up_startup_text(driver->startup));
        up_out("file:       %s%s\n", driver->file,
               driver->has_file ? "" : " (not there: userportctl install)");
    }
}

static void print_danger(const struct up_driver_status *driver)
{
    if (driver->may_be_open) {
        say("WARNING:",
            "ports may be open: the driver is loaded, was told to stop while programs had it open, "
            "and nobody can reach it any more, until it goes or Windows is restarted. Stopped by "
            "userportctl or UserPort.exe it denies every port; stopped by other means it does not");
    }
}

static void print_driver(const struct up_driver_status *driver)
{
    const struct up_info *info = &driver->info;
    char version[32];

    if (driver->is_other_version) {
        up_out("driver:     another release, with interface version %lu instead of %u: userportctl "
               "install\n",
               (unsigned long)info->abi_version, UP_ABI_VERSION);
        return;
    }
    version_text(info->driver_version, version);
    say("driver:", "%s, %s: %s", version, processor_word(info->processor),
        (info->mechanisms & UP_MECHANISM_IOPM) != 0
            ? "programs run IN and OUT themselves, or let the driver run them"
            : "programs let the driver run IN and OUT, as userport.dll, inpout32.dll and "
              "inpoutx64.dll do");
    if (info->state == UP_STATE_SUSPENDED) {
        up_out_text(
            "ports:      none is open: UserPort is suspended. To resume: userportctl apply\n");
    } else if (info->state == UP_STATE_FAULT) {
        say("ports:",
            "none is open: the map could not be put on every processor. The event log says why");
    } else {
        up_out("ports:      %lu open", (unsigned long)info->ports_granted);
        if ((info->mechanisms & UP_MECHANISM_IOPM) != 0) {
            up_out(", to %lu of %lu processes", (unsigned long)info->processes_granted,
                   (unsigned long)info->processes);
        }
        up_out("; programs have \\\\.\\UserPort open %lu time%s\n", (unsigned long)others(info),
               others(info) == 1 ? "" : "s");
    }
    say("scope:", "%s", up_scope_text(info->scope, info->sticky));
    if (info->aliases > 0) {
        say("names:", "the driver answers to %lu name%s more, of the registry value Aliases",
            (unsigned long)info->aliases, info->aliases == 1 ? "" : "s");
    }
}

static void print_troubles(const struct up_driver_status *driver)
{
    const struct up_info *info = &driver->info;

    if ((info->flags & UP_FLAG_OVERWRITTEN) != 0) {
        say("WARNING:", "another driver has written over the permission map: userportctl apply "
                        "puts UserPort's back");
    }
    if ((info->flags & UP_FLAG_FOREIGN_MAP) != 0) {
        say("NOTE:",
            "another driver had %lu ports open when UserPort started; UserPort's list replaced "
            "that",
            (unsigned long)info->foreign_ports);
    }
    if (info->transfers_denied > 0 && info->port_denied >= UP_PORT_COUNT) {
        up_out("denied:     %lu requests of programs; the last went past port FFFF\n",
               (unsigned long)info->transfers_denied);
    } else if (info->transfers_denied > 0) {
        say("denied:",
            "%lu requests of programs; the last for port %lX; if that program should have it: "
            "userportctl grant %lX",
            (unsigned long)info->transfers_denied, (unsigned long)info->port_denied,
            (unsigned long)info->port_denied);
    }
    if (info->opens_refused > 0 || info->controls_refused > 0) {
        say("refused:",
            "%lu openings of \\\\.\\UserPort, %lu requests that only administrators may make",
            (unsigned long)info->opens_refused, (unsigned long)info->controls_refused);
    }
    if (info->processes_missed > 0) {
        up_out("WARNING:    memory was short: %lu processes got no ports\n",
               (unsigned long)info->processes_missed);
    }
}

static void print_list(const struct facts *facts)
{
    const struct up_settings *policy = &facts->settings.values;
    uint32_t bit;

    if (!facts->settings.is_there) {
        return;
    }
    for (bit = 1; bit != 0; bit <<= 1) {
        if ((policy->problems & bit) != 0) {
            say((bit & UP_SETTINGS_NOTES) != 0 ? "NOTE:" : "WARNING:", "%s%s",
                up_settings_problem_text(bit),
                (bit & UP_SETTINGS_NOTES) != 0
                    ? ""
                    : ", so that no port is granted: userportctl set LIST");
        }
    }
    up_out_text("list:       ");
    if (up_portset_count(&policy->ports) > 0) {
        up_out_ports_wrapped(COLUMN, COLUMN, &policy->ports);
    } else {
        up_out_text("empty");
    }
    up_out_text("\n");
    if (facts->driver.answers && !facts->driver.is_other_version && !facts->is_in_force) {
        up_out_text("            It is not in force: userportctl apply\n");
    }
}

static void print_text(const struct facts *facts)
{
    const struct up_driver_status *driver = &facts->driver;

    print_service(driver);
    if (driver->answers || driver->is_other_version) {
        print_driver(driver);
    } else if (driver->service == UP_SERVICE_RUNNING) {
        up_out("driver:     it does not answer this user (%lu)\n",
               (unsigned long)driver->device_code);
    }
    print_danger(driver);
    print_list(facts);
    if (driver->answers && !driver->is_other_version) {
        print_troubles(driver);
    }
}

static int run_status(const struct up_invocation *line)
{
    static struct facts facts;

    (void)line;
    collect(&facts);
    if (up_out_is_json) {
        print_json(&facts);
    } else {
        print_text(&facts);
    }
    if (facts.problem.text[0] != '\0') {
        up_out_flush();
        up_complain(&facts.problem);
    }
    return facts.driver.service == UP_SERVICE_RUNNING && facts.is_in_force ? UP_EXIT_DONE
                                                                           : UP_EXIT_FAILED;
}

const struct up_command up_command_status = {
    .name = "status",
    .synopsis = "",
    .summary = "does it run, what is open, is the list in force",
    .text =
        "Prints the state of service and driver, how many ports are open and to whom, the list, "
        "and what was refused.\n"
        "Exit status: 0 when the driver runs and has the list of the registry in force, else 1.\n",
    .run = run_status,
};
