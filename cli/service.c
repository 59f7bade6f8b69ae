/* SPDX-License-Identifier: MIT
 *
 * The commands that control the driver: start, stop, apply and startup.
 */
#include "service.h"

#include <string.h>

#include "command.h"

const char *up_startup_word(enum up_startup startup)
{
    return startup == UP_STARTUP_DEMAND     ? "demand"
           : startup == UP_STARTUP_DISABLED ? "disabled"
                                            : "boot";
}

const char *up_startup_text(enum up_startup startup)
{
    return startup == UP_STARTUP_DEMAND     ? "demand: an administrator starts it"
           : startup == UP_STARTUP_DISABLED ? "disabled: userportctl startup boot, or demand"
                                            : "boot: it starts with Windows";
}

static void print_json_text(const char *key, const char *value)
{
    struct up_json *json = up_out_json();

    up_json_object(json, NULL);
    up_json_text(json, key, value);
    up_json_end(json);
    up_out_json_end();
}

/* ---- start ----------------------------------------------------------------------------------- */

static void say_started(bool ran_before)
{
    static struct up_driver_status status;
    struct up_json *json = up_out_json();

    up_driver_query(&status);
    if (up_out_is_json) {
        up_json_object(json, NULL);
        up_json_text(json, "service", "running");
        up_json_bool(json, "ran_before", ran_before);
        up_json_text(json, "startup", up_startup_word(status.startup));
        up_json_number(json, "ports_granted", status.info.ports_granted);
        up_json_end(json);
        up_out_json_end();
        return;
    }
    up_out("%s; %lu ports are granted.\n", ran_before ? "UserPort runs already" : "UserPort runs",
           (unsigned long)status.info.ports_granted);
    if (status.answers && status.info.ports_granted == 0) {
        up_out_text("Grant some: userportctl grant lpt1\n");
    }
}

static int run_start(const struct up_invocation *line)
{
    static struct up_driver_status status;
    const bool at_boot = up_has_option(line, "at-boot");
    const bool on_demand = up_has_option(line, "on-demand");
    struct up_error_detail problem = {.code = 0};
    bool ran_before;

    if (at_boot && on_demand) {
        return up_usage("start: --at-boot or --on-demand, but not both");
    }
    up_driver_query(&status);
    ran_before = status.service == UP_SERVICE_RUNNING && status.answers &&
                 status.info.state == UP_STATE_RUNNING;
    if (!up_driver_start(&problem)) {
        return up_failed(&problem);
    }
    /*
     * The start type is set after the start, so that a driver that cannot be started is not tried
     * at each boot.
     */
    if ((at_boot || on_demand) &&
        !up_driver_set_startup(at_boot ? UP_STARTUP_AUTO : UP_STARTUP_DEMAND, &problem)) {
        return up_failed(&problem);
    }
    say_started(ran_before);
    if ((at_boot || on_demand) && !up_out_is_json) {
        up_out_text(at_boot ? "From now on it starts with Windows.\n"
                            : "From now on it starts when an administrator says so.\n");
    }
    return UP_EXIT_DONE;
}

const struct up_command up_command_start = {
    .name = "start",
    .synopsis = "[--at-boot | --on-demand]",
    .summary = "start the driver: the listed ports are open from here on",
    .text = "Starts the driver with the list of the registry. Programs that run already get the "
            "ports too. Running "
            "already is no failure; a driver that is suspended is resumed.\n",
    .options = {{"at-boot", NULL, "from now on also with Windows"},
                {"on-demand", NULL, "from now on only when an administrator says so"}},
    .run = run_start,
};

/* ---- stop ------------------------------------------------------------------------------------ */

static const char *program_of(const struct up_holder *holder)
{
    return holder->program[0] != '\0' ? holder->program : NULL;
}

static void print_stop_json(enum up_stop_result result, const struct up_holders *holders)
{
    static const char *const words[] = {[UP_STOP_DONE] = "stopped",
                                        [UP_STOP_WAITS] = "waits",
                                        [UP_STOP_WAITS_OPEN] = "waits open",
                                        [UP_STOP_NOT_RUNNING] = "not running"};
    struct up_json *json = up_out_json();
    uint32_t i;

    up_json_object(json, NULL);
    up_json_text(json, "result", words[result]);
    up_json_bool(json, "holders_known", holders->is_known);
    up_json_array(json, "holders");
    for (i = 0; i < holders->count && i < UP_HOLDERS_MAX; i++) {
        up_json_object(json, NULL);
        up_json_number(json, "process_id", holders->list[i].process_id);
        up_json_text(json, "program", program_of(&holders->list[i]));
        up_json_number(json, "handles", holders->list[i].handles);
        up_json_end(json);
    }
    up_json_end(json);
    up_json_end(json);
    up_out_json_end();
}

static void print_holders(const struct up_holders *holders)
{
    uint32_t i;

    if (!holders->is_known) {
        up_out_text("The system does not tell which programs these are.\n");
    }
    for (i = 0; i < holders->count && i < UP_HOLDERS_MAX; i++) {
        const char *program = program_of(&holders->list[i]);

        up_out("  %s (process %lu)\n",
               program != NULL ? program : "a program whose name is not known",
               (unsigned long)holders->list[i].process_id);
    }
    if (holders->count > UP_HOLDERS_MAX) {
        up_out("  and %lu more\n", (unsigned long)(holders->count - UP_HOLDERS_MAX));
    }
}

static int run_stop(const struct up_invocation *line)
{
    static struct up_holders holders;
    const char *argument = up_option_argument(line, "timeout");
    struct up_error_detail problem = {.code = 0};
    enum up_stop_result result;
    uint32_t seconds = 5;

    if (argument != NULL && !up_read_decimal(argument, "--timeout", 0, 3600, &seconds)) {
        return UP_EXIT_USAGE;
    }
    if (!up_driver_stop(seconds * 1000u, &result, &holders, &problem)) {
        return up_failed(&problem);
    }
    if (up_out_is_json) {
        print_stop_json(result, &holders);
    } else if (result == UP_STOP_WAITS || result == UP_STOP_WAITS_OPEN) {
        up_out_text(result == UP_STOP_WAITS ? "Every port is denied. The driver goes, and can be "
                                              "started again, when these programs close it or "
                                              "end, or Windows is restarted:\n"
                                            : "The stop has begun, and the driver could not be "
                                              "told to deny every port: stopped by other means, "
                                              "it keeps them open until these programs close it or "
                                              "end, or Windows is restarted:\n");
        print_holders(&holders);
    } else {
        up_out_text(result == UP_STOP_DONE ? "UserPort is stopped: no port is open any more.\n"
                                           : "UserPort was not running.\n");
    }
    return result == UP_STOP_WAITS_OPEN ? UP_EXIT_FAILED : UP_EXIT_DONE;
}

const struct up_command up_command_stop = {
    .name = "stop",
    .synopsis = "[--timeout SECONDS]",
    .summary = "close all ports, at once, and stop the driver",
    .text = "First denies every port, which no program can delay, then stops the driver. Windows "
            "lets a driver go only "
            "when every program has closed it: if that takes longer than the time-out, it says "
            "which programs these "
            "are. Not running is no failure, and neither is a driver that waits: the ports are "
            "closed. If others had begun "
            "the stop nobody can close them any more; that is a failure, and said.\n",
    .options = {{"timeout", "SECONDS",
                 "how long to wait for the driver's end, 0 to 3600; 5 without it"}},
    .run = run_stop,
};

/* ---- apply ----------------------------------------------------------------------------------- */

static int run_apply(const struct up_invocation *line)
{
    struct up_error_detail problem = {.code = 0};

    (void)line;
    if (!up_driver_apply(true, &problem)) {
        return up_failed(&problem);
    }
    if (up_out_is_json) {
        print_json_text("effect", "now");
    } else {
        up_out_text("The list and the scope are in force now.\n");
    }
    return UP_EXIT_DONE;
}

const struct up_command up_command_apply = {
    .name = "apply",
    .synopsis = "",
    .summary = "let the running driver obey the list as it is now",
    .text = "The driver reads list and scope again: for changes that were made with --no-apply, "
            "with regedit, or by a "
            "program that was interrupted. Resumes a driver that is suspended. Fails when the "
            "driver does not run.\n",
    .run = run_apply,
};

/* ---- startup --------------------------------------------------------------------------------- */

static int print_startup(void)
{
    static struct up_driver_status status;
    struct up_error_detail problem;

    up_driver_query(&status);
    if (status.service == UP_SERVICE_ABSENT || status.service == UP_SERVICE_UNKNOWN) {
        up_error_detail_set(
            &problem, status.service_code,
            status.service == UP_SERVICE_ABSENT ? "Install it first: userportctl install" : "",
            "cannot say when UserPort starts%s",
            status.service == UP_SERVICE_ABSENT ? ": it is not installed" : "");
        return up_failed(&problem);
    }
    if (up_out_is_json) {
        print_json_text("startup", up_startup_word(status.startup));
    } else {
        up_out("%s\n", up_startup_text(status.startup));
    }
    return UP_EXIT_DONE;
}

static int run_startup(const struct up_invocation *line)
{
    struct up_error_detail problem = {.code = 0};
    enum up_startup startup;

    if (line->word_count == 0) {
        return print_startup();
    }
    if (strcmp(line->words[0], "boot") == 0) {
        startup = UP_STARTUP_AUTO;
    } else if (strcmp(line->words[0], "demand") == 0) {
        startup = UP_STARTUP_DEMAND;
    } else {
        return up_usage("startup: \"%s\" is neither boot nor demand", line->words[0]);
    }
    if (!up_driver_set_startup(startup, &problem)) {
        return up_failed(&problem);
    }
    if (up_out_is_json) {
        print_json_text("startup", up_startup_word(startup));
    } else {
        up_out("%s\n", up_startup_text(startup));
    }
    return UP_EXIT_DONE;
}

const struct up_command up_command_startup = {
    .name = "startup",
    .synopsis = "[boot | demand]",
    .summary = "when the driver starts: with Windows, or when told to",
    .text = "boot: with Windows. demand: when an administrator says userportctl start. Without an "
            "argument it prints "
            "which of them it is. The driver is neither started nor stopped by this.\n",
    .words_max = 1,
    .run = run_startup,
};
