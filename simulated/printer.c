/* SPDX-License-Identifier: MIT
 *
 * The device "printer:FILE": a Centronics printer at a printer port. FILE gets the bytes that a
 * program sends by STROBE, and becomes the same as what QEMU's parallel port passes on.
 *
 * After a byte, the status register goes through the handshake of a printer: BUSY, then ACK for a
 * moment, then ready, as IEEE 1284 has it in its compatibility mode. A real printer does so in some
 * microseconds, and a program in a simulation may need longer than that for one access. Hence no
 * phase ends before it was read once: a program that waits for the pulse of ACK, or for the end of
 * BUSY, gets it however slowly it polls. A byte that comes earlier is taken all the same.
 */
#include <stdlib.h>

#include "output.h"
#include "parts.h"

#define DATA    0u
#define STATUS  1u
#define CONTROL 2u

/* The status register; a bit is the line's level but for BUSY, which the port inverts */
#define NOT_BUSY 0x80u
#define ACK      0x40u /* low for a moment when the printer has taken a byte */
#define SELECTED 0x10u
#define NO_ERROR 0x08u
#define NO_LINES 0x07u /* they read as ones */
#define READY    (NOT_BUSY | ACK | SELECTED | NO_ERROR | NO_LINES)

/* The control register; STROBE, AUTO FEED and SELECT IN are inverted, INIT is not */
#define STROBE      0x01u
#define INIT        0x04u
#define SELECT_IN   0x08u
#define INPUT       0x20u /* the data lines are inputs, and float: a printer drives none */
#define UPPER       0xC0u /* they read as ones */
#define AT_POWER_ON (INIT | SELECT_IN)

#define BUSY_NS 20000u /* from STROBE until ACK */
#define ACK_NS  5000u

enum phase { PHASE_READY, PHASE_BUSY, PHASE_ACK };

struct printer {
    struct up_simulated base;
    struct up_device_output output;
    uint8_t data, control;
    uint8_t is_seen; /* the program has read the phase */
    enum phase phase;
    uint64_t begun; /* when the phase began */
};

static void reset_device(struct up_simulated *device, uint64_t time)
{
    struct printer *printer = (struct printer *)device;

    (void)time;
    printer->data = 0xFF;
    printer->control = AT_POWER_ON;
    printer->phase = PHASE_READY;
}

static struct up_simulated *open_device(const char *argument, up_device_note *note, void *context,
                                        struct up_error_detail *problem)
{
    struct printer *printer = up_device_new(&up_device_printer, sizeof *printer, problem);

    if (printer != NULL &&
        !up_device_output_open(&printer->output, argument, note, context, problem)) {
        free(printer);
        printer = NULL;
    }
    if (printer == NULL) {
        return NULL;
    }
    reset_device(&printer->base, 0);
    return &printer->base;
}

static void begin(struct printer *printer, enum phase phase, uint64_t time)
{
    printer->phase = phase;
    printer->begun = time;
    printer->is_seen = 0;
}

static uint8_t read_status(struct printer *printer, uint64_t time)
{
    const uint64_t passed = time - printer->begun;

    if ((printer->control & INIT) == 0) {
        return (uint8_t)(READY & ~NOT_BUSY); /* it resets as long as INIT is low */
    }
    if (printer->phase == PHASE_BUSY && printer->is_seen && passed >= BUSY_NS) {
        begin(printer, PHASE_ACK, time);
    } else if (printer->phase == PHASE_ACK && printer->is_seen && passed >= ACK_NS) {
        begin(printer, PHASE_READY, time);
    }
    printer->is_seen = 1;
    switch (printer->phase) {
    case PHASE_BUSY:
        return (uint8_t)(READY & ~NOT_BUSY);
    case PHASE_ACK:
        return (uint8_t)(READY & ~NOT_BUSY & ~ACK);
    default:
        return READY;
    }
}

static uint8_t read_byte(struct up_simulated *device, const struct up_device_access *access)
{
    struct printer *printer = (struct printer *)device;

    switch (access->offset) {
    case DATA:
        return (printer->control & INPUT) != 0 ? 0xFF : printer->data;
    case STATUS:
        return read_status(printer, access->time);
    case CONTROL:
        return (uint8_t)(printer->control | UPPER);
    default:
        return 0xFF; /* the registers of EPP, which this port has not */
    }
}

static uint32_t read_device(struct up_simulated *device, const struct up_device_access *access)
{
    return up_device_read_bytes(device, access, read_byte);
}

static void write_control(struct printer *printer, uint8_t value, uint64_t time)
{
    const uint8_t before = printer->control;

    printer->control = value;
    if ((value & INIT) == 0) {
        printer->phase = PHASE_READY;
    } else if ((value & SELECT_IN) != 0 && (value & STROBE) != 0 && (before & STROBE) == 0) {
        up_device_output_write(&printer->output, &printer->data, 1);
        begin(printer, PHASE_BUSY, time);
    }
}

static void write_byte(struct up_simulated *device, const struct up_device_access *access)
{
    struct printer *printer = (struct printer *)device;

    if (access->offset == DATA) {
        printer->data = (uint8_t)access->value;
    } else if (access->offset == CONTROL) {
        write_control(printer, (uint8_t)access->value, access->time);
    }
}

static void write_device(struct up_simulated *device, const struct up_device_access *access)
{
    up_device_write_bytes(device, access, write_byte);
}

static void flush_device(struct up_simulated *device)
{
    up_device_output_flush(&((struct printer *)device)->output);
}

static bool close_device(struct up_simulated *device, uint64_t time,
                         struct up_error_detail *problem)
{
    struct printer *printer = (struct printer *)device;
    const bool is_whole = up_device_output_close(&printer->output, problem);

    (void)time;
    free(printer);
    return is_whole;
}

const struct up_device_kind up_device_printer = {
    .name = "printer",
    .open = open_device,
    .reset = reset_device,
    .read = read_device,
    .write = write_device,
    .flush = flush_device,
    .close = close_device,
};
