/* SPDX-License-Identifier: MIT
 *
 * The device "memory": registers that keep what is written to them, each port a byte of its own,
 * whatever the width of an access. At first all are ones, as where nothing is.
 */
#include <string.h>

#include "parts.h"

struct memory {
    struct up_simulated base;
    /* By port rather than by offset: a device may have several routes, which begin at 0 each. */
    uint8_t registers[0x10000];
};

static void reset_device(struct up_simulated *device, uint64_t time)
{
    (void)time;
    memset(((struct memory *)device)->registers, 0xFF, sizeof((struct memory *)device)->registers);
}

static struct up_simulated *open_device(const char *argument, up_device_note *note, void *context,
                                        struct up_error_detail *problem)
{
    struct memory *memory = up_device_new(&up_device_memory, sizeof *memory, problem);

    (void)argument;
    (void)note;
    (void)context;
    if (memory == NULL) {
        return NULL;
    }
    reset_device(&memory->base, 0);
    return &memory->base;
}

static uint8_t read_byte(struct up_simulated *device, const struct up_device_access *access)
{
    return ((struct memory *)device)->registers[access->port];
}

static uint32_t read_device(struct up_simulated *device, const struct up_device_access *access)
{
    return up_device_read_bytes(device, access, read_byte);
}

static void write_byte(struct up_simulated *device, const struct up_device_access *access)
{
    ((struct memory *)device)->registers[access->port] = (uint8_t)access->value;
}

static void write_device(struct up_simulated *device, const struct up_device_access *access)
{
    up_device_write_bytes(device, access, write_byte);
}

const struct up_device_kind up_device_memory = {
    .name = "memory",
    .open = open_device,
    .reset = reset_device,
    .read = read_device,
    .write = write_device,
    .flush = up_device_flush_nothing,
    .close = up_device_close_memory,
};
