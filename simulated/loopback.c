/* SPDX-License-Identifier: MIT
 *
 * The device "loopback": a printer port with a test plug, which leads outputs back to the inputs of
 * the status register. Two wirings are in use. "norton", of the Norton Utilities and of PassMark's
 * BurnInTest, leads data bits back: pins 2-15, 3-13, 4-12, 5-10, 6-11. "checkit", of CheckIt, leads
 * the control lines back, and one data bit: pins 1-13, 2-15, 10-16, 11-17, 12-14.
 */
#include "core/text.h"
#include "parts.h"

#define DATA    0u
#define STATUS  1u
#define CONTROL 2u

/*
 * An output of the port, and the status bit that it is wired to. The port inverts some lines on
 * their way: BUSY (status bit 7) coming in, and STROBE, AUTO FEED and SELECT IN (control bits 0, 1
 * and 3) going out.
 */
#define STATUS_INVERTED  0x80u
#define CONTROL_INVERTED 0x0Bu
#define STATUS_UNWIRED   0x07u /* no lines; they read as ones */
#define CONTROL_UNWIRED  0xC0u
#define INPUT            0x20u /* control bit 5: the data lines are inputs, and float */

struct wire {
    uint8_t from; /* DATA or CONTROL */
    uint8_t bit, to;
};

struct wiring {
    const char *name;
    struct wire wires[5];
};

static const struct wiring wirings[] = {
    {"norton", {{DATA, 0, 3}, {DATA, 1, 4}, {DATA, 2, 5}, {DATA, 3, 6}, {DATA, 4, 7}}},
    {"checkit", {{CONTROL, 0, 4}, {DATA, 0, 3}, {CONTROL, 2, 6}, {CONTROL, 3, 7}, {CONTROL, 1, 5}}},
};

struct loopback {
    struct up_simulated base;
    const struct wiring *wiring;
    uint8_t data, control;
};

static void reset_device(struct up_simulated *device, uint64_t time)
{
    struct loopback *port = (struct loopback *)device;

    (void)time;
    port->data = 0;
    port->control = 0x0C; /* as a BIOS leaves it */
}

static bool is_name(const char *text, const char *name)
{
    while (*name != '\0' && up_ascii_lower(*text) == *name) {
        text++;
        name++;
    }
    return *text == *name;
}

/* NULL: there is none of this name. Without a name, it is the first one. */
static const struct wiring *find_wiring(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof wirings / sizeof wirings[0]; i++) {
        if (name[0] == '\0' || is_name(name, wirings[i].name)) {
            return &wirings[i];
        }
    }
    return NULL;
}

static struct up_simulated *open_device(const char *argument, up_device_note *note, void *context,
                                        struct up_error_detail *problem)
{
    const struct wiring *wiring = find_wiring(argument);
    struct loopback *port;

    (void)note;
    (void)context;
    if (wiring == NULL) {
        up_error_detail_set(problem, 0, NULL,
                            "no test plug is called %s: loopback:norton or loopback:checkit",
                            argument);
        return NULL;
    }
    port = up_device_new(&up_device_loopback, sizeof *port, problem);
    if (port == NULL) {
        return NULL;
    }
    port->wiring = wiring;
    reset_device(&port->base, 0);
    return &port->base;
}

static uint8_t data_lines(const struct loopback *port)
{
    return (port->control & INPUT) != 0 ? 0xFFu : port->data;
}

static uint8_t status(const struct loopback *port)
{
    const uint8_t control_lines = (uint8_t)(port->control ^ CONTROL_INVERTED);
    uint8_t lines = 0;
    size_t i;

    for (i = 0; i < sizeof port->wiring->wires / sizeof port->wiring->wires[0]; i++) {
        const struct wire *wire = &port->wiring->wires[i];
        const uint8_t out = wire->from == DATA ? data_lines(port) : control_lines;

        lines = (uint8_t)(lines | (out >> wire->bit & 1u) << wire->to);
    }
    return (uint8_t)((lines ^ STATUS_INVERTED) | STATUS_UNWIRED);
}

static uint8_t read_byte(struct up_simulated *device, const struct up_device_access *access)
{
    const struct loopback *port = (const struct loopback *)device;

    switch (access->offset) {
    case DATA:
        return data_lines(port);
    case STATUS:
        return status(port);
    case CONTROL:
        return (uint8_t)(port->control | CONTROL_UNWIRED);
    default:
        return 0xFF;
    }
}

static uint32_t read_device(struct up_simulated *device, const struct up_device_access *access)
{
    return up_device_read_bytes(device, access, read_byte);
}

static void write_byte(struct up_simulated *device, const struct up_device_access *access)
{
    struct loopback *port = (struct loopback *)device;

    if (access->offset == DATA) {
        port->data = (uint8_t)access->value;
    } else if (access->offset == CONTROL) {
        port->control = (uint8_t)access->value;
    }
}

static void write_device(struct up_simulated *device, const struct up_device_access *access)
{
    up_device_write_bytes(device, access, write_byte);
}

const struct up_device_kind up_device_loopback = {
    .name = "loopback",
    .open = open_device,
    .reset = reset_device,
    .read = read_device,
    .write = write_device,
    .flush = up_device_flush_nothing,
    .close = up_device_close_memory,
};
