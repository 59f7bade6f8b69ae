/* SPDX-License-Identifier: MIT
 *
 * What the files of several simulated devices share: registers of a byte, of which a wider access
 * has one after the other, and what a device keeps of its argument.
 */
#ifndef UP_SIMULATED_PARTS_H
#define UP_SIMULATED_PARTS_H

#include <stddef.h>

#include "simulated.h"

/* The part of an access that is at its byte number i: as the bus does it, from the lowest port. */
static inline struct up_device_access up_device_byte(const struct up_device_access *access,
                                                     unsigned i)
{
    struct up_device_access byte = *access;

    byte.port = (uint16_t)(access->port + i);
    byte.offset = (uint16_t)(access->offset + i);
    byte.value = access->value >> (8u * i) & 0xFFu;
    byte.width = 1;
    return byte;
}

typedef uint8_t up_device_read_byte(struct up_simulated *device,
                                    const struct up_device_access *access);

static inline uint32_t up_device_read_bytes(struct up_simulated *device,
                                            const struct up_device_access *access,
                                            up_device_read_byte *read)
{
    uint32_t value = 0;
    unsigned i;

    for (i = 0; i < access->width; i++) {
        const struct up_device_access byte = up_device_byte(access, i);

        value |= (uint32_t)read(device, &byte) << (8u * i);
    }
    return value;
}

typedef void up_device_write_byte(struct up_simulated *device,
                                  const struct up_device_access *access);

static inline void up_device_write_bytes(struct up_simulated *device,
                                         const struct up_device_access *access,
                                         up_device_write_byte *write)
{
    unsigned i;

    for (i = 0; i < access->width; i++) {
        const struct up_device_access byte = up_device_byte(access, i);

        write(device, &byte);
    }
}

/*
 * Memory for a device, all 0, of size bytes, which begins with struct up_simulated and is freed by
 * free. Result: NULL with *problem.
 */
void *up_device_new(const struct up_device_kind *kind, size_t size,
                    struct up_error_detail *problem);

/* flush and close of struct up_device_kind for a device that has nothing but that memory. */
void up_device_flush_nothing(struct up_simulated *device);
bool up_device_close_memory(struct up_simulated *device, uint64_t time,
                            struct up_error_detail *problem);

/* Says that there was no memory. */
void up_device_say_no_memory(struct up_error_detail *problem);

/* A copy of a text, which is freed by free. Result: NULL with *problem. */
char *up_device_copy(const char *text, struct up_error_detail *problem);

#endif
