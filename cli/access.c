/* SPDX-License-Identifier: MIT
 *
 * The commands read and write, and what they share with watch and test (access.h).
 */
#include "access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_MAX 65536u

/* ---- opening the ports ----------------------------------------------------------------------- */

/*
 * The sentence of the library ends with what to do in terms of the library; here a command is named
 * instead.
 */
void up_access_problem(struct up_error_detail *problem)
{
    up_failure failure;
    char text[sizeof problem->text];

    up_last_failure(&failure);
    if (up_access_system_problem(&failure, problem)) {
        return;
    }
    if (failure.error == UP_ERR_DENIED && failure.port < UP_PORT_COUNT &&
        failure.state != UP_STATE_FAULT) {
        char list[12], advice[200];

        (void)snprintf(list, sizeof list, "%lX", (unsigned long)failure.port);
        if (!up_decimal_advice(up_usage_command, advice, sizeof advice)) {
            up_access_advise_grant(advice, sizeof advice, "it", list);
        }
        up_error_detail_say(problem, failure.system_error, advice, "port %lX is not granted",
                            (unsigned long)failure.port);
    } else {
        (void)up_failure_text(text, sizeof text);
        up_error_detail_set(problem, 0, NULL, "%s", text);
        problem->code = failure.system_error;
    }
}

static int access_failed(void)
{
    struct up_error_detail problem;

    up_access_problem(&problem);
    return up_failed(&problem);
}

/* Finds a back end by its name. Result: 0 if there is none. */
static uint32_t backend_of(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof up_backend_choices / sizeof up_backend_choices[0]; i++) {
        if (strcmp(name, up_backend_choices[i].name) == 0) {
            return up_backend_choices[i].backend;
        }
    }
    return 0;
}

up_handle *up_open_ports(const struct up_invocation *line, const struct up_portset *needed,
                         int *status)
{
    const char *name = up_option_argument(line, "backend");
    const uint32_t backends = name != NULL ? backend_of(name) : UP_BACKEND_ANY;
    up_handle *handle;

    if (backends == 0) {
        *status = up_usage("--backend: \"%s\" is neither %s nor %s", name,
                           up_backend_choices[0].name, up_backend_choices[1].name);
        return NULL;
    }
    *status = up_access_begin(backends, needed);
    if (*status >= 0) {
        return NULL;
    }
    if (up_open(backends, &handle) != UP_OK) {
        *status = access_failed();
        return NULL;
    }
    *status = UP_EXIT_DONE;
    return handle;
}

up_error up_read_value(up_handle *handle, uint16_t port, unsigned width, uint32_t *value)
{
    uint8_t byte = 0xFF;
    uint16_t word = 0xFFFF;
    up_error error;

    switch (width) {
    case 1:
        error = up_in8(handle, port, &byte);
        *value = byte;
        return error;
    case 2:
        error = up_in16(handle, port, &word);
        *value = word;
        return error;
    default:
        return up_in32(handle, port, value);
    }
}

static up_error write_value(up_handle *handle, uint16_t port, unsigned width, uint32_t value)
{
    return width == 1   ? up_out8(handle, port, (uint8_t)value)
           : width == 2 ? up_out16(handle, port, (uint16_t)value)
                        : up_out32(handle, port, value);
}

/* ---- read ------------------------------------------------------------------------------------ */

struct reading {
    struct up_port_range range;
    unsigned width;
    uint32_t count;    /* values for each port */
    uint32_t *values;  /* count values for each port */
    const char *means; /* the name of the back end */
};

static void print_reading(const struct reading *reading)
{
    uint32_t port, i, at = 0;

    for (port = reading->range.first; port <= reading->range.last; port++) {
        up_out("%lX:", (unsigned long)port);
        for (i = 0; i < reading->count; i++) {
            up_out(" %0*lX", (int)(2 * reading->width), (unsigned long)reading->values[at++]);
        }
        up_out_text("\n");
    }
}

static void print_reading_json(const struct reading *reading)
{
    struct up_json *json = up_out_json();
    uint32_t port, i, at = 0;

    up_json_object(json, NULL);
    up_json_text(json, "backend", reading->means);
    up_json_number(json, "width", 8 * reading->width);
    up_json_array(json, "ports");
    for (port = reading->range.first; port <= reading->range.last; port++) {
        up_json_object(json, NULL);
        up_json_number(json, "port", port);
        up_json_array(json, "values");
        for (i = 0; i < reading->count; i++) {
            up_json_number(json, NULL, reading->values[at++]);
        }
        up_json_end(json);
        up_json_end(json);
    }
    up_json_end(json);
    up_json_end(json);
    up_out_json_end();
}

static bool read_all(up_handle *handle, struct reading *reading)
{
    uint32_t port, i, at = 0;

    for (port = reading->range.first; port <= reading->range.last; port++) {
        for (i = 0; i < reading->count; i++) {
            if (up_read_value(handle, (uint16_t)port, reading->width, &reading->values[at++]) !=
                UP_OK) {
                return false;
            }
        }
    }
    return true;
}

static int read_and_print(const struct up_invocation *line, struct reading *reading)
{
    static struct up_portset needed;
    int status = UP_EXIT_DONE;
    up_handle *handle;

    up_portset_deny_all(&needed);
    up_portset_grant(&needed, reading->range.first,
                     (uint16_t)(reading->range.last + reading->width - 1u));
    handle = up_open_ports(line, &needed, &status);
    if (handle == NULL) {
        return status;
    }
    reading->means = up_backend_name(up_backend(handle));
    if (!read_all(handle, reading)) {
        status = access_failed();
    } else if (up_out_is_json) {
        print_reading_json(reading);
    } else {
        print_reading(reading);
    }
    up_close(handle);
    return status;
}

static int run_read(const struct up_invocation *line)
{
    struct reading reading = {.count = 1};
    struct up_error_detail problem;
    uint32_t ports;
    int status;

    if (!up_read_ports(line->words[0], &reading.range, &reading.width)) {
        return UP_EXIT_USAGE;
    }
    if (line->word_count > 1 &&
        !up_read_decimal(line->words[1], "COUNT", 1, COUNT_MAX, &reading.count)) {
        return UP_EXIT_USAGE;
    }
    ports = (uint32_t)reading.range.last - reading.range.first + 1u;
    if (ports > COUNT_MAX / reading.count) {
        return up_usage("read: %lu ports, each %lu times, is more than %u values",
                        (unsigned long)ports, (unsigned long)reading.count, COUNT_MAX);
    }
    reading.values = calloc((size_t)ports * reading.count, sizeof *reading.values);
    if (reading.values == NULL) {
        up_error_detail_set(&problem, 0, NULL, "memory is short");
        return up_failed(&problem);
    }
    status = read_and_print(line, &reading);
    free(reading.values);
    return status;
}

const struct up_command up_command_read = {
    .name = "read",
    .synopsis = "[--backend NAME] PORT[.w | .l] [COUNT]",
    .summary = "read a port",
    .text = "Reads a granted port: 8 bits, with .w 16 bits, with .l 32 bits; COUNT times in a row "
            "(decimal). PORT is "
            "hexadecimal, a name such as lpt1, which is the first port of what it names, or a "
            "range: userportctl read "
            "378-37A\n"
            "A read can change something in a device, such as take a byte out of its queue.\n",
    .options = {UP_OPTION_BACKEND},
    .words_min = 1,
    .words_max = 2,
    .run = run_read,
};

/* ---- write ----------------------------------------------------------------------------------- */

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Reads a hexadecimal value, written like a port: 5A, 0x5A or 5Ah. */
static bool read_value(const char *text, unsigned width, uint32_t *value)
{
    const uint64_t most = width == 4 ? 0xFFFFFFFFu : (1u << 8 * width) - 1u;
    size_t length = strlen(text);
    const char *at = text;
    uint64_t sum = 0;

    if (length > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
        at += 2;
        length -= 2;
    } else if (length > 1 && (at[length - 1] == 'h' || at[length - 1] == 'H')) {
        length--;
    }
    if (length == 0) {
        up_usage("a value is empty");
        return false;
    }
    for (; length > 0; length--, at++) {
        if (digit_of(*at) < 0) {
            up_usage("\"%s\" is not a value: values are hexadecimal, as ports are", text);
            return false;
        }
        sum = sum * 16u + (unsigned)digit_of(*at);
        if (sum > most) {
            up_usage("the value \"%s\" has more than %u bits%s", text, 8 * width,
                     width < 4 ? ": a width is .w (16) or .l (32) behind the port" : "");
            return false;
        }
    }
    *value = (uint32_t)sum;
    return true;
}

static void print_written_json(const struct up_invocation *line, const up_handle *handle,
                               uint16_t port, unsigned width)
{
    struct up_json *json = up_out_json();

    up_json_object(json, NULL);
    up_json_text(json, "backend", up_backend_name(up_backend(handle)));
    up_json_number(json, "width", 8 * width);
    up_json_number(json, "port", port);
    up_json_number(json, "written", (uint32_t)line->word_count - 1u);
    up_json_end(json);
    up_out_json_end();
}

static int run_write(const struct up_invocation *line)
{
    static struct up_portset needed;
    int status = UP_EXIT_DONE;
    unsigned width;
    uint32_t value;
    uint16_t port;
    up_handle *handle;
    int i;

    if (!up_read_port(line->words[0], &port, &width)) {
        return UP_EXIT_USAGE;
    }
    for (i = 1; i < line->word_count; i++) { /* check all values before writing the first one */
        if (!read_value(line->words[i], width, &value)) {
            return UP_EXIT_USAGE;
        }
    }
    up_portset_deny_all(&needed);
    up_portset_grant(&needed, port, (uint16_t)(port + width - 1u));
    handle = up_open_ports(line, &needed, &status);
    if (handle == NULL) {
        return status;
    }
    for (i = 1; i < line->word_count && status == UP_EXIT_DONE; i++) {
        (void)read_value(line->words[i], width, &value);
        if (write_value(handle, port, width, value) != UP_OK) {
            status = access_failed();
        }
    }
    if (status == UP_EXIT_DONE && up_out_is_json) {
        print_written_json(line, handle, port, width);
    }
    up_close(handle);
    return status;
}

const struct up_command up_command_write = {
    .name = "write",
    .synopsis = "[--backend NAME] PORT[.w | .l] VALUE...",
    .summary = "write to a port",
    .text = "Writes values to a granted port, one after the other: 8 bits each, with .w 16 bits, "
            "with .l 32 bits. PORT and "
            "VALUE are hexadecimal. Nothing is written unless every VALUE makes sense. It says "
            "nothing when it is done.\n",
    .options = {UP_OPTION_BACKEND},
    .words_min = 2,
    .words_max = -1,
    .run = run_write,
};
