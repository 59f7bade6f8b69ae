/* SPDX-License-Identifier: MIT
 *
 * The command watch: reads ports repeatedly, at the given interval, and prints what has changed.
 */
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "console.h"

#define PORTS_MAX 64u

struct watched {
    uint16_t port;
    unsigned width;
    bool is_known;
    uint32_t value;
};

struct watch {
    struct watched ports[PORTS_MAX];
    struct up_portset needed;
    uint32_t count;
    uint32_t interval; /* milliseconds */
    uint32_t changes_left;
    bool is_endless;
    uint32_t start;
};

static bool add_ports(struct watch *watch, const char *word)
{
    struct up_port_range range;
    uint32_t port;
    unsigned width;

    if (!up_read_ports(word, &range, &width)) {
        return false;
    }
    for (port = range.first; port <= range.last; port++) {
        if (watch->count == PORTS_MAX) {
            up_usage("watch: these are more than %u ports", PORTS_MAX);
            return false;
        }
        up_portset_grant(&watch->needed, (uint16_t)port, (uint16_t)(port + width - 1u));
        watch->ports[watch->count++] = (struct watched){.port = (uint16_t)port, .width = width};
    }
    return true;
}

static void print_change_json(const struct watched *port, uint32_t milliseconds, uint32_t value)
{
    struct up_json *json = up_out_json();

    up_json_object(json, NULL);
    up_json_number(json, "milliseconds", milliseconds);
    up_json_number(json, "port", port->port);
    up_json_number(json, "width", 8 * port->width);
    if (port->is_known) {
        up_json_number(json, "from", port->value);
    } else {
        up_json_text(json, "from", NULL);
    }
    up_json_number(json, "to", value);
    up_json_end(json);
    up_out_json_end();
}

static void print_change(const struct watch *watch, const struct watched *port, uint32_t value)
{
    const uint32_t milliseconds = up_console_clock() - watch->start;
    const int digits = (int)(2 * port->width);

    if (up_out_is_json) {
        print_change_json(port, milliseconds, value);
        return;
    }
    up_out("%6lu.%03lu  %lX: ", (unsigned long)(milliseconds / 1000u),
           (unsigned long)(milliseconds % 1000u), (unsigned long)port->port);
    if (port->is_known) {
        up_out("%0*lX -> ", digits, (unsigned long)port->value);
    }
    up_out("%0*lX\n", digits, (unsigned long)value);
}

/*
 * Reads each port once. Result: false if a read failed, or if all changes that were asked for have
 * been printed.
 */
static bool look(struct watch *watch, up_handle *handle, bool *has_failed)
{
    uint32_t i, value;

    for (i = 0; i < watch->count; i++) {
        struct watched *port = &watch->ports[i];

        if (up_read_value(handle, port->port, port->width, &value) != UP_OK) {
            *has_failed = true;
            return false;
        }
        if (port->is_known && port->value == value) {
            continue;
        }
        print_change(watch, port, value);
        if (port->is_known && !watch->is_endless && --watch->changes_left == 0) {
            return false;
        }
        port->is_known = true;
        port->value = value;
    }
    return true;
}

static int run_until_the_end(struct watch *watch, up_handle *handle)
{
    struct up_error_detail problem;
    bool has_failed = false;
    bool is_running = true;

    up_console_catch_interrupt();
    watch->start = up_console_clock();
    while (is_running && look(watch, handle, &has_failed)) {
        is_running = up_out_flush() && up_console_sleep(watch->interval);
    }
    if (has_failed) {
        if (!watch->ports[0].is_known || !up_access_was_stopped(&problem)) {
            up_access_problem(&problem);
        }
        return up_failed(&problem);
    }
    return up_out_flush() ? UP_EXIT_DONE : UP_EXIT_FAILED;
}

static int run_watch(const struct up_invocation *line)
{
    static struct watch watch;
    const char *interval = up_option_argument(line, "interval");
    const char *count = up_option_argument(line, "count");
    int status = UP_EXIT_DONE;
    up_handle *handle;
    int i;

    watch.interval = 100;
    watch.is_endless = count == NULL;
    if ((interval != NULL && !up_read_decimal(interval, "--interval", 1, 60000, &watch.interval)) ||
        (count != NULL && !up_read_decimal(count, "--count", 1, 1000000000, &watch.changes_left))) {
        return UP_EXIT_USAGE;
    }
    up_portset_deny_all(&watch.needed);
    for (i = 0; i < line->word_count; i++) {
        if (!add_ports(&watch, line->words[i])) {
            return UP_EXIT_USAGE;
        }
    }
    handle = up_open_ports(line, &watch.needed, &status);
    if (handle != NULL) {
        status = run_until_the_end(&watch, handle);
        up_close(handle);
    }
    return status;
}

const struct up_command up_command_watch = {
    .name = "watch",
    .synopsis = "[OPTION]... PORT[.w | .l]...",
    .summary = "print what changes at ports, until Ctrl-C",
    .text = up_watch_text,
    .options = {{"interval", "MS", "milliseconds between two looks, 1 to 60000; 100 without it"},
                {"count", "N", "end after N changes"},
                UP_OPTION_BACKEND},
    .words_min = 1,
    .words_max = -1,
    .run = run_watch,
};
