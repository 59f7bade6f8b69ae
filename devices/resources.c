/* SPDX-License-Identifier: MIT
 *
 * Decodes a registry value of the type REG_RESOURCE_LIST into ranges of ports (devices.h). All
 * numbers are little-endian, nothing is aligned, and no count is trusted. Layout (wdm.h, packed to
 * 4 bytes): Count, then Count times InterfaceType, BusNumber, Version and Revision (16 bits each),
 * Count, and that many descriptors: Type (8 bits), ShareDisposition (8), Flags (16), and for a port
 * Start (64) and Length (32).
 */
#include "devices.h"

#define TYPE_PORT     1u
#define TYPE_MEMORY   3u
#define TYPE_SPECIFIC 5u      /* followed by bytes of a driver's own */
#define TYPE_LARGE    7u      /* memory of 4 GiB and more */
#define FLAG_IO       0x0001u /* a port of the I/O space; otherwise of memory */

struct reader {
    const uint8_t *data;
    uint32_t length, at;
};

struct found {
    struct up_port_range *ranges;
    uint32_t *places; /* or NULL */
    uint32_t room, count, place;
};

static bool has_a_place(uint8_t type)
{
    return type == TYPE_PORT || type == TYPE_MEMORY || type == TYPE_LARGE;
}

static void keep(struct found *found, const struct up_port_range *range)
{
    if (found->count < found->room) {
        found->ranges[found->count] = *range;
        if (found->places != NULL) {
            found->places[found->count] = found->place;
        }
    }
    found->count++;
}

static uint32_t number_at(const uint8_t *data, unsigned bytes)
{
    uint32_t number = 0;

    while (bytes-- > 0) {
        number = number << 8 | data[bytes];
    }
    return number;
}

static bool has(const struct reader *reader, uint32_t bytes)
{
    return reader->length - reader->at >= bytes;
}

/* Result: false if it is not a port range, or not one that a PC can have. */
static bool read_port(const uint8_t *descriptor, struct up_port_range *range)
{
    const uint32_t start = number_at(descriptor + 4, 4), high = number_at(descriptor + 8, 4);
    const uint32_t length = number_at(descriptor + 12, 4);

    if (descriptor[0] != TYPE_PORT || (number_at(descriptor + 2, 2) & FLAG_IO) == 0 || high != 0 ||
        start >= UP_PORT_COUNT || length == 0 || length > UP_PORT_COUNT - start) {
        return false;
    }
    range->first = (uint16_t)start;
    range->last = (uint16_t)(start + length - 1u);
    return true;
}

/* Reads one list of descriptors. Result: false if it extends past the end. */
static bool read_descriptors(struct reader *reader, uint32_t size, struct found *found)
{
    struct up_port_range range;
    const uint8_t *descriptor;
    uint32_t left, specific;

    if (!has(reader, 16)) {
        return false;
    }
    left = number_at(reader->data + reader->at + 12, 4);
    reader->at += 16;
    for (; left > 0; left--) {
        if (!has(reader, size)) {
            return false;
        }
        descriptor = reader->data + reader->at;
        reader->at += size;
        specific = descriptor[0] == TYPE_SPECIFIC ? number_at(descriptor + 4, 4) : 0;
        if (!has(reader, specific)) {
            return false;
        }
        reader->at += specific;
        if (read_port(descriptor, &range)) {
            keep(found, &range);
        }
        found->place += has_a_place(descriptor[0]);
    }
    return true;
}

/*
 * Reads the value with descriptors of the given size. Result: false unless that consumes exactly
 * the whole value.
 */
static bool read_list(const uint8_t *data, uint32_t length, uint32_t size, struct found *found)
{
    struct reader reader = {.data = data, .length = length, .at = 4};
    uint32_t lists;

    found->count = found->place = 0;
    if (length < 4) {
        return false;
    }
    for (lists = number_at(data, 4); lists > 0; lists--) {
        if (!read_descriptors(&reader, size, found)) {
            return false;
        }
    }
    return reader.at == length;
}

uint32_t up_resource_ports(const uint8_t *data, uint32_t length, struct up_port_range *ranges,
                           uint32_t *places, uint32_t room)
{
    struct found found = {ranges, places, room, 0, 0};

    if (read_list(data, length, 20, &found) || read_list(data, length, 16, &found)) {
        return found.count;
    }
    return 0;
}
