/* SPDX-License-Identifier: MIT
 *
 * The device "script:FILE": does what a table in a text file says, for dongles and odd cards: when
 * this is written, that is read. docs/script-devices.md has the language, script_read.c reads it.
 */
#include "script.h"

#include <stdlib.h>
#include <string.h>

#include "parts.h"
#include "record/file.h"

/* What a register does at present. */
struct state {
    const struct up_script_line *line; /* of its answer; NULL: it keeps what is written */
    bool waits;                        /* for the first value of a list, and gives before */
    uint32_t before;
    uint32_t at;    /* the number of its value in the list, or the counter */
    uint64_t begun; /* when that value came, or the list */
    uint32_t latch; /* the value of which its first byte was read */
    bool has_latch;
    uint32_t last; /* what was last written */
    uint32_t writes[UP_SCRIPT_WRITES_MAX];
    uint32_t write_count; /* of all */
};

struct script_device {
    struct up_simulated base;
    struct up_script script;
    struct state states[UP_SCRIPT_PORTS_MAX];
    uint8_t memory[0x10000]; /* the ports that the script does not name keep what is written */
};

/* A part of an access that one register has. */
struct part {
    unsigned number; /* of the register, or UP_SCRIPT_NO_PORT */
    unsigned first;  /* its byte in the register */
    unsigned count;  /* bytes */
};

static uint32_t ones(unsigned bytes)
{
    return bytes >= 4 ? 0xFFFFFFFFu : (1u << (8u * bytes)) - 1u;
}

/* ---- answers --------------------------------------------------------------------------------- */

static const struct up_script_value *value_of(const struct script_device *device,
                                              const struct state *state, uint32_t at)
{
    return &device->script.values[state->line->first + at];
}

/* The number of the value that follows the present one, or count: none does. */
static uint32_t following(const struct state *state)
{
    if (state->waits) {
        return 0;
    }
    return state->at + 1u < state->line->count || !state->line->repeats ? state->at + 1u : 0;
}

static void begin_value(struct state *state, uint32_t at, uint64_t time)
{
    state->waits = false;
    state->at = at;
    state->begun = time;
}

/* If every value comes after a delay, again and again: leaves out the whole rounds of the past. */
static void skip_rounds(const struct script_device *device, struct state *state, uint64_t time)
{
    uint64_t round = 0;
    uint32_t i;

    if (!state->line->repeats) {
        return;
    }
    for (i = 0; i < state->line->count; i++) {
        if (value_of(device, state, i)->delay == 0) {
            return;
        }
        round += value_of(device, state, i)->delay;
    }
    state->begun += (time - state->begun) / round * round;
}

/* Lets the values come whose delay is over. */
static void let_time_pass(const struct script_device *device, struct state *state, uint64_t time)
{
    bool is_first = true;

    for (;;) {
        const uint32_t next = following(state);
        const uint64_t delay = next < state->line->count ? value_of(device, state, next)->delay : 0;

        if (delay == 0 || time - state->begun < delay) {
            return;
        }
        begin_value(state, next, state->begun + delay);
        if (is_first) {
            skip_rounds(device, state, time);
            is_first = false;
        }
    }
}

static uint32_t present(struct script_device *device, struct state *state, uint64_t time)
{
    if (state->line == NULL) {
        return state->last;
    }
    switch (state->line->answer) {
    case UP_SCRIPT_KEEP:
        return device->states[state->line->from].last;
    case UP_SCRIPT_COUNT:
        return state->at;
    default:
        let_time_pass(device, state, time);
        return state->waits ? state->before : value_of(device, state, state->at)->value;
    }
}

/* Goes on to the next value. is_read: by a read, which leaves alone what a delay brings. */
static void step(const struct script_device *device, struct state *state, bool is_read,
                 uint64_t time)
{
    const struct up_script_line *line = state->line;
    uint32_t next;

    if (line == NULL || (is_read && !line->advances_itself)) {
        return;
    }
    if (line->answer == UP_SCRIPT_COUNT) {
        state->at = state->at < line->high ? state->at + 1u : line->low;
    } else if (line->answer == UP_SCRIPT_LIST) {
        next = following(state);
        if (next < line->count && !(is_read && value_of(device, state, next)->delay != 0)) {
            begin_value(state, next, time);
        }
    }
}

static void begin_line(struct script_device *device, const struct up_script_line *line,
                       uint64_t time)
{
    struct state *state = &device->states[line->port];

    if (line->answer == UP_SCRIPT_ADVANCE) {
        (void)present(device, state, time);
        step(device, state, false, time);
        return;
    }
    state->before = present(device, state, time);
    state->line = line;
    state->waits = line->answer == UP_SCRIPT_LIST && value_of(device, state, 0)->delay != 0;
    state->at = line->answer == UP_SCRIPT_COUNT ? line->low : 0;
    state->begun = time;
    state->has_latch = false;
}

/* ---- conditions ------------------------------------------------------------------------------ */

static bool is_match(const struct up_script_match *match, uint32_t value)
{
    return ((value ^ match->value) & match->mask) == 0;
}

static bool is_met(const struct script_device *device, const struct up_script_line *line)
{
    const struct state *state = &device->states[line->when];
    unsigned i;

    if (state->write_count < line->write_count) {
        return false;
    }
    for (i = 0; i < line->write_count; i++) {
        const uint32_t number = state->write_count - line->write_count + i;

        if (!is_match(&line->writes[i], state->writes[number % UP_SCRIPT_WRITES_MAX])) {
            return false;
        }
    }
    for (i = 0; i < line->other_count; i++) {
        const struct state *other = &device->states[line->others[i].port];

        if (other->write_count == 0 || !is_match(&line->others[i].match, other->last)) {
            return false;
        }
    }
    return true;
}

static void take_write(struct script_device *device, unsigned number, uint64_t time)
{
    struct state *state = &device->states[number];
    uint32_t i;

    state->writes[state->write_count % UP_SCRIPT_WRITES_MAX] = state->last;
    state->write_count++;
    if (state->write_count == 2u * UP_SCRIPT_WRITES_MAX) {
        state->write_count = UP_SCRIPT_WRITES_MAX; /* it need not count further */
    }
    for (i = 0; i < device->script.line_count; i++) {
        const struct up_script_line *line = &device->script.lines[i];

        if (line->when == number && is_met(device, line)) {
            begin_line(device, line, time);
        }
    }
}

/* ---- accesses -------------------------------------------------------------------------------- */

/* Which register has the byte at port, and how much of it an access of length bytes takes. */
static struct part part_of(const struct script_device *device, uint16_t port, unsigned length)
{
    struct part part = {UP_SCRIPT_NO_PORT, 0, 1};
    unsigned i;

    for (i = 0; i < device->script.port_count; i++) {
        const struct up_script_port *of = &device->script.ports[i];

        if (port >= of->port && port < of->port + of->width) {
            part.number = i;
            part.first = (unsigned)port - of->port;
            part.count = of->width - part.first < length ? of->width - part.first : length;
        }
    }
    return part;
}

/* Is the last byte of its register in it? */
static bool ends_register(const struct script_device *device, const struct part *part)
{
    return part->first + part->count == device->script.ports[part->number].width;
}

/*
 * A register of several bytes that is read byte by byte, the first one first, gives the bytes of
 * one value.
 */
static uint32_t read_part(struct script_device *device, const struct part *part, uint64_t time)
{
    struct state *state = &device->states[part->number];
    uint32_t value;

    if (part->first == 0) {
        state->latch = present(device, state, time);
        state->has_latch = true;
        step(device, state, true, time);
    }
    value = state->has_latch ? state->latch : present(device, state, time);
    if (ends_register(device, part)) {
        state->has_latch = false;
    }
    return value >> (8u * part->first) & ones(part->count);
}

static uint32_t read_device(struct up_simulated *base, const struct up_device_access *access)
{
    struct script_device *device = (struct script_device *)base;
    uint32_t value = 0, of_part;
    unsigned i;

    for (i = 0; i < access->width;) {
        const uint16_t port = (uint16_t)(access->port + i);
        const struct part part = part_of(device, port, access->width - i);

        of_part = part.number == UP_SCRIPT_NO_PORT ? device->memory[port]
                                                   : read_part(device, &part, access->time);
        value |= of_part << (8u * i);
        i += part.count;
    }
    return value;
}

static void write_device(struct up_simulated *base, const struct up_device_access *access)
{
    struct script_device *device = (struct script_device *)base;
    unsigned i;

    for (i = 0; i < access->width;) {
        const uint16_t port = (uint16_t)(access->port + i);
        const struct part part = part_of(device, port, access->width - i);
        const uint32_t value = access->value >> (8u * i) & ones(part.count);

        if (part.number == UP_SCRIPT_NO_PORT) {
            device->memory[port] = (uint8_t)value;
        } else {
            uint32_t *last = &device->states[part.number].last;

            *last &= ~(ones(part.count) << (8u * part.first));
            *last |= value << (8u * part.first);
            if (ends_register(device, &part)) {
                take_write(device, part.number, access->time);
            }
        }
        i += part.count;
    }
}

/* ---- the device ------------------------------------------------------------------------------ */

static void reset_device(struct up_simulated *base, uint64_t time)
{
    struct script_device *device = (struct script_device *)base;
    uint32_t i;

    memset(device->memory, 0xFF, sizeof device->memory);
    memset(device->states, 0, sizeof device->states);
    for (i = 0; i < device->script.port_count; i++) {
        device->states[i].last = ones(device->script.ports[i].width);
    }
    for (i = 0; i < device->script.line_count; i++) {
        if (device->script.lines[i].when == UP_SCRIPT_NO_PORT) {
            begin_line(device, &device->script.lines[i], time);
        }
    }
}

struct up_simulated *up_script_open(const char *text, size_t length, const char *name,
                                    struct up_error_detail *problem)
{
    struct script_device *device = up_device_new(&up_device_script, sizeof *device, problem);

    if (device != NULL && !up_script_read(text, length, name, &device->script, problem)) {
        free(device);
        device = NULL;
    }
    if (device == NULL) {
        return NULL;
    }
    reset_device(&device->base, 0);
    return &device->base;
}

static struct up_simulated *read_open(struct up_in_file *in, struct up_error_detail *problem)
{
    const size_t room = UP_SCRIPT_BYTES_MAX + 1u;
    char *text = malloc(room);
    struct up_simulated *device = NULL;
    size_t length = 0;

    if (text == NULL) {
        up_device_say_no_memory(problem);
        return NULL;
    }
    while (length < room && up_in_file_peek(in) >= 0) {
        text[length++] = (char)up_in_file_byte(in);
    }
    if (in->code != 0) {
        up_error_detail_set(problem, in->code, NULL, "cannot read %s", in->path);
    } else {
        device = up_script_open(text, length, in->path, problem);
    }
    free(text);
    return device;
}

static struct up_simulated *open_device(const char *argument, up_device_note *note, void *context,
                                        struct up_error_detail *problem)
{
    struct up_in_file *in = malloc(sizeof *in);
    struct up_simulated *device = NULL;

    (void)note;
    (void)context;
    if (in == NULL) {
        up_device_say_no_memory(problem);
        return NULL;
    }
    if (up_in_file_open(in, argument, problem)) {
        device = read_open(in, problem);
        up_in_file_close(in);
    }
    free(in);
    return device;
}

const struct up_device_kind up_device_script = {
    .name = "script",
    .open = open_device,
    .reset = reset_device,
    .read = read_device,
    .write = write_device,
    .flush = up_device_flush_nothing,
    .close = up_device_close_memory,
};
