/* SPDX-License-Identifier: MIT
 *
 * devices/resources.c: values REG_RESOURCE_LIST as Windows writes them, of both sizes of
 * descriptors, and each way in which one can contradict itself. Every value lies at the end of its
 * own memory, so that a byte read past it ends the test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "devices/devices.h"

#define ROOM  8u
#define BYTES 512u

struct value {
    uint8_t data[BYTES];
    uint32_t length;
};

static void put(struct value *value, uint64_t number, unsigned bytes)
{
    for (; bytes > 0; bytes--, number >>= 8) {
        value->data[value->length++] = (uint8_t)number;
    }
}

static void begin(struct value *value, uint32_t lists)
{
    value->length = 0;
    put(value, lists, 4);
}

static void put_list(struct value *value, uint32_t descriptors)
{
    put(value, 5, 4); /* the bus: PCI, number 0 */
    put(value, 0, 4);
    put(value, 0x00010001, 4);
    put(value, descriptors, 4);
}

static void put_descriptor(struct value *value, unsigned size, unsigned type, unsigned flags,
                           uint64_t start, uint32_t length)
{
    put(value, type, 2);
    put(value, flags, 2);
    put(value, start, 8);
    put(value, length, 4);
    put(value, 0, size - 16);
}

/* Reads it from memory that ends with it. */
static uint32_t places[16];

static uint32_t ports_in(const struct value *value, uint32_t length, struct up_port_range *ranges,
                         uint32_t room)
{
    uint8_t *exact = malloc(length > 0 ? length : 1);
    uint32_t count;

    assert_non_null(exact);
    memcpy(exact, value->data, length);
    count = up_resource_ports(exact, length, ranges, places, room);
    free(exact);
    return count;
}

static void assert_range(const struct up_port_range *range, uint16_t first, uint16_t last)
{
    assert_int_equal(range->first, first);
    assert_int_equal(range->last, last);
}

static void reads_both_sizes(void **state)
{
    static const unsigned sizes[] = {16, 20};
    struct up_port_range ranges[ROOM];
    struct value value;
    unsigned i;

    (void)state;
    for (i = 0; i < 2; i++) {
        begin(&value, 2);
        put_list(&value, 3);
        put_descriptor(&value, sizes[i], 1, 1, 0x378, 8);
        put_descriptor(&value, sizes[i], 2, 1, 7, 7); /* an interrupt */
        put_descriptor(&value, sizes[i], 1, 0x11, 0, 1);
        put_list(&value, 1);
        put_descriptor(&value, sizes[i], 1, 1, 0xFFFF, 1);
        assert_int_equal(ports_in(&value, value.length, ranges, ROOM), 3);
        assert_range(&ranges[0], 0x378, 0x37F);
        assert_range(&ranges[1], 0, 0);
        assert_range(&ranges[2], 0xFFFF, 0xFFFF);
    }
}

/*
 * The first range of a printer port card is the port and the second one its ECP registers:
 * whichever address is lower.
 */
static void keeps_the_order(void **state)
{
    struct up_port_range ranges[ROOM];
    struct value value;

    (void)state;
    begin(&value, 1);
    put_list(&value, 4);
    put_descriptor(&value, 20, 3, 0, 0xFEB00000, 0x1000);
    put_descriptor(&value, 20, 1, 1, 0xD010, 8);
    put_descriptor(&value, 20, 1, 1, 0xD000, 8);
    put_descriptor(&value, 20, 1, 1, 0x100, 4);
    assert_int_equal(ports_in(&value, value.length, ranges, ROOM), 3);
    assert_range(&ranges[0], 0xD010, 0xD017);
    assert_range(&ranges[1], 0xD000, 0xD007);
    assert_range(&ranges[2], 0x100, 0x103);
    assert_int_equal(places[0], 1);
    assert_int_equal(places[1], 2);
    assert_int_equal(places[2], 3);
    assert_int_equal(up_resource_ports(value.data, value.length, ranges, NULL, ROOM), 3);
}

/* Memory has a place, of whatever size; an interrupt has none. */
static void counts_the_places(void **state)
{
    struct up_port_range ranges[ROOM];
    struct value value;

    (void)state;
    begin(&value, 1);
    put_list(&value, 5);
    put_descriptor(&value, 20, 1, 1, 0xD000, 8);
    put_descriptor(&value, 20, 2, 0, 7, 7);
    put_descriptor(&value, 20, 7, 0x200, 0xFEB00000, 0x1000);
    put_descriptor(&value, 20, 3, 0, 0xFEC00000, 0x1000);
    put_descriptor(&value, 20, 1, 1, 0xD010, 8);
    assert_int_equal(ports_in(&value, value.length, ranges, ROOM), 2);
    assert_int_equal(places[0], 0);
    assert_int_equal(places[1], 3);
}

static void keeps_to_the_room(void **state)
{
    struct up_port_range ranges[ROOM];
    struct value value;
    unsigned i;

    (void)state;
    begin(&value, 1);
    put_list(&value, 5);
    for (i = 0; i < 5; i++) {
        put_descriptor(&value, 20, 1, 1, 0x100u * i, 4);
    }
    memset(ranges, 0xEE, sizeof ranges);
    assert_int_equal(ports_in(&value, value.length, ranges, 2), 5);
    assert_range(&ranges[1], 0x100, 0x103);
    assert_range(&ranges[2], 0xEEEE, 0xEEEE);
    assert_int_equal(ports_in(&value, value.length, ranges, 0), 5);
}

static void passes_over_a_drivers_own_bytes(void **state)
{
    struct up_port_range ranges[ROOM];
    struct value value;

    (void)state;
    begin(&value, 2);
    put_list(&value, 2);
    put_descriptor(&value, 20, 1, 1, 0x3F8, 8);
    put_descriptor(&value, 20, 5, 0, 7, 0); /* seven bytes follow */
    put(&value, 0x01010101010101, 7);
    put_list(&value, 1);
    put_descriptor(&value, 20, 1, 1, 0x2F8, 8);
    assert_int_equal(ports_in(&value, value.length, ranges, ROOM), 2);
    assert_range(&ranges[1], 0x2F8, 0x2FF);
}

static void passes_over_what_is_no_port(void **state)
{
    static const struct {
        unsigned type, flags;
        uint64_t start;
        uint32_t length;
    } cases[] = {{0, 1, 0x378, 8},          {3, 1, 0x378, 8},       {1, 0, 0x378, 8},
                 {1, 0x10, 0x378, 8},       {1, 1, 0x378, 0},       {1, 1, 0xFFFF, 2},
                 {1, 1, 0x10000, 1},        {1, 1, 0x100000378, 8}, {1, 1, 0, 0x10001},
                 {1, 1, 0x378, 0xFFFFFFFF}, {129, 1, 0x378, 8},     {1, 2, 0x378, 8},
                 {1, 1, ~0ull, 0x1000}};
    struct up_port_range ranges[ROOM];
    struct value value;
    unsigned i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(&value, 1);
        put_list(&value, 1);
        put_descriptor(&value, 20, cases[i].type, cases[i].flags, cases[i].start, cases[i].length);
        assert_int_equal(ports_in(&value, value.length, ranges, ROOM), 0);
    }
    begin(&value, 1);
    put_list(&value, 1);
    put_descriptor(&value, 20, 1, 1, 0, 0x10000);
    assert_int_equal(ports_in(&value, value.length, ranges, ROOM), 1);
    assert_range(&ranges[0], 0, 0xFFFF);
}

/*
 * Cut short or too long by any number of bytes, and with any count that is wrong: nothing is
 * believed.
 */
static void refuses_what_contradicts_itself(void **state)
{
    static const uint32_t counts[] = {0,          1,          3,          4,         99,
                                      0x0CCCCCCD, 0x10000000, 0x7FFFFFFF, 0xFFFFFFFF};
    struct up_port_range ranges[ROOM];
    struct value value, changed;
    uint32_t length;
    unsigned i;

    (void)state;
    begin(&value, 1);
    put_list(&value, 2);
    put_descriptor(&value, 20, 1, 1, 0x378, 8);
    put_descriptor(&value, 20, 1, 1, 0x778, 3);
    length = value.length;
    memset(value.data + length, 0, BYTES - length);
    assert_int_equal(ports_in(&value, length, ranges, ROOM), 2);
    for (i = 0; i < length + 40u; i++) {
        /* which is the length of two descriptors of 16 bytes */
        if (i != length && i != length - 8u) {
            assert_int_equal(ports_in(&value, i, ranges, ROOM), 0);
        }
    }
    for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        changed = value;
        changed.length = 16; /* the list's count */
        put(&changed, counts[i], 4);
        assert_int_equal(ports_in(&changed, length, ranges, ROOM), 0);
        changed = value;
        changed.length = 0; /* the count of lists */
        put(&changed, counts[i] == 1 ? 2 : counts[i], 4);
        assert_int_equal(ports_in(&changed, length, ranges, ROOM), 0);
        changed = value;
        changed.data[40] = 5; /* the second descriptor has so many bytes behind it */
        changed.length = 44;
        put(&changed, counts[i] == 0 ? 5 : counts[i], 4);
        assert_int_equal(ports_in(&changed, length, ranges, ROOM), 0);
    }
}

static void survives_any_bytes(void **state)
{
    struct up_port_range ranges[ROOM];
    struct value value;
    uint32_t i, byte, random = 1;

    (void)state;
    for (i = 0; i < 200000; i++) {
        begin(&value, 1);
        put_list(&value, 4);
        put_descriptor(&value, 20, 1, 1, 0x378, 8);
        put_descriptor(&value, 20, 5, 0, 9, 8);
        put(&value, 0, 9);
        put_descriptor(&value, 16, 1, 1, 0x378, 8);
        for (byte = 0; byte < 1u + i % 4u; byte++) {
            random = random * 1664525u + 1013904223u;
            value.data[(random >> 16) % value.length] = (uint8_t)(random >> 8);
        }
        (void)ports_in(&value, (random >> 4) % (value.length + 1u), ranges, ROOM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_both_sizes),
        cmocka_unit_test(keeps_the_order),
        cmocka_unit_test(counts_the_places),
        cmocka_unit_test(keeps_to_the_room),
        cmocka_unit_test(passes_over_a_drivers_own_bytes),
        cmocka_unit_test(passes_over_what_is_no_port),
        cmocka_unit_test(refuses_what_contradicts_itself),
        cmocka_unit_test(survives_any_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
