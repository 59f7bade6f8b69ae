/* SPDX-License-Identifier: MIT
 *
 * Tests of core/routes.c: what a text of routes means, the exact place and words of every
 * complaint, and where each access goes. Texts are copied to blocks of exactly their length, so
 * that ASan sees a byte too far.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/routes.h"

static bool parse_exact(const char *text, struct up_routes *routes, struct up_routes_error *error)
{
    const size_t length = strlen(text);
    char *copy = malloc(length > 0 ? length : 1u);
    bool is_valid;

    assert_non_null(copy);
    memcpy(copy, text, length);
    memset(routes, 0xA5, sizeof *routes);
    is_valid = up_routes_parse(length > 0 ? copy : NULL, length, routes, error);
    free(copy);
    return is_valid;
}

static void parse(const char *text, struct up_routes *routes)
{
    struct up_routes_error error;

    assert_true(parse_exact(text, routes, &error));
    assert_null(error.why);
}

/* ---- texts ----------------------------------------------------------------------------------- */

static void test_valid_texts(void **state)
{
    static const struct {
        const char *text, *canonical;
    } rows[] = {
        {"", ""},
        {" \t\r\n", ""},
        {"378=D100", "378=D100"},
        {"378-37F=D100", "378-37F=D100"},
        {"378-378=D100", "378=D100"},
        {"0x378-0X37f=d100h", "378-37F=D100"},
        {"378H-37Fh=0xD100", "378-37F=D100"},
        {"00000378=0000000D100", "378=D100"},
        {"lpt1=D100", "378-37F=D100"},
        {"LPT1=none", "378-37F=none"},
        {"com1=NONE", "3F8-3FF=none"},
        {"378-37F=D100, 3BC=none", "378-37F=D100, 3BC=none"},
        {"3BC=none,378-37F=D100", "378-37F=D100, 3BC=none"},
        {"3BC=none 378-37F=D100", "378-37F=D100, 3BC=none"},
        {"\t3BC=None ,\r\n 378-37F=D100\n", "378-37F=D100, 3BC=none"},
        {"0-FFFF=0", "0-FFFF=0"},
        {"0-FFFF=none", "0-FFFF=none"},
        {"0=FFFF", "0=FFFF"},
        {"FFFF=0", "FFFF=0"},
        {"8000-FFFF=0", "8000-FFFF=0"},
        {"0-1=FFFE", "0-1=FFFE"},
        {"378=378", "378=378"},
        {"378=379 379=378", "378=379, 379=378"},
        {"add=fade", "ADD=FADE"},
        /* a device has its ports behind a single one, and exactly those of a range */
        {"378=printer:out.txt", "378-37A=printer:out.txt"},
        {"378-37F=PRINTER:Out.txt", "378-37F=PRINTER:Out.txt"},
        {"lpt1=loopback", "378-37F=loopback"},
        {"378=loopback:two", "378-37A=loopback:two"},
        {"300=memory", "300=memory"},
        {"FFFD=loopback", "FFFD-FFFF=loopback"},
        {"speaker=speaker:a.wav", "42-43=speaker:a.wav, 61=speaker:a.wav"},
        {"378=printer:C:\\out.txt", "378-37A=printer:C:\\out.txt"},
        {"378=\"printer:out.txt\"", "378-37A=printer:out.txt"},
        {"378=\"printer:my file, 1;2.txt\",3BC=none",
         "378-37A=\"printer:my file, 1;2.txt\", 3BC=none"},
        {"500=memory 400=memory 300=script:b 200=script:a",
         "200=script:a, 300=script:b, 400=memory, "
         "500=memory"},
        /* sixteen, in the opposite order */
        {"F=1F E=1E D=1D C=1C B=1B A=1A 9=19 8=18 7=17 6=16 5=15 4=14 3=13 2=12 1=11 0=10",
         "0=10, 1=11, 2=12, 3=13, 4=14, 5=15, 6=16, 7=17, 8=18, 9=19, A=1A, B=1B, C=1C, D=1D, "
         "E=1E, F=1F"},
    };
    struct up_routes routes;
    char text[UP_ROUTES_TEXT_MAX];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        parse(rows[i].text, &routes);
        assert_int_equal(up_routes_format(&routes, text, sizeof text), strlen(rows[i].canonical));
        assert_string_equal(text, rows[i].canonical);
    }
}

static void test_mistakes(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"378", "\"378\" at column 1: a route is PORTS=TARGET, such as 378-37F=D100"},
        {" 378-37F", "\"378-37F\" at column 2: a route is PORTS=TARGET, such as 378-37F=D100"},
        {"378 = D100", "\"378\" at column 1: a route is PORTS=TARGET, such as 378-37F=D100"},
        {"=D100", "\"=D100\" at column 1: a port is missing"},
        {"378=", "\"378=\" at column 1: the target is missing"},
        {"378-=D100", "\"378-=D100\" at column 1: a port is missing"},
        {"-378=D100", "\"-378=D100\" at column 1: a port is missing"},
        {"3BC=none, 378=10000", "\"378=10000\" at column 11: the port is above FFFF"},
        {"10000=378", "\"10000=378\" at column 1: the port is above FFFF"},
        {"0-10000=378", "\"0-10000=378\" at column 1: the port is above FFFF"},
        {"378=99999999999999999999", "\"378=99999999999999999999\" at column 1: the port is above "
                                     "FFFF"},
        {"37F-378=D100", "\"37F-378=D100\" at column 1: the last port of a range must not be below "
                         "its first"},
        {"378-37F=FFF9", "\"378-37F=FFF9\" at column 1: the target range runs past FFFF"},
        {"0-FFFF=1", "\"0-FFFF=1\" at column 1: the target range runs past FFFF"},
        {"lpt9=D100", "\"lpt9=D100\" at column 1: not a hexadecimal port number"},
        {"378=lpt1", "\"378=lpt1\" at column 1: the target is not a port in hexadecimal digits, a "
                     "device or none"},
        {"378=D100-D107", "\"378=D100-D107\" at column 1: the target is not a port in "
                          "hexadecimal digits, a device or none"},
        {"378=D100=D200", "\"378=D100=D200\" at column 1: the target is not a port in "
                          "hexadecimal digits, a device or none"},
        {"378=nonesuch", "\"378=nonesuch\" at column 1: the target is not a port in "
                         "hexadecimal digits, a device or none"},
        {"378=non", "\"378=non\" at column 1: the target is not a port in hexadecimal digits, a "
                    "device or none"},
        {"0x=1", "\"0x=1\" at column 1: not a hexadecimal port number"},
        {"h=1", "\"h=1\" at column 1: not a hexadecimal port number"},
        {"+378=D100", "\"+378=D100\" at column 1: not a hexadecimal port number"},
        {"speaker=D100", "\"speaker=D100\" at column 1: the name means several ranges: give one of "
                         "them"},
        {"default=none", "\"default=none\" at column 1: the name means several ranges: give one of "
                         "them"},
        {"378-37F=D100 37F-380=E100", "\"37F-380=E100\" at column 14: an earlier route has some of "
                                      "these ports"},
        {"37F-380=E100,lpt1=D100", "\"lpt1=D100\" at column 14: an earlier route has some of these "
                                   "ports"},
        {"378=D100,378=D100",
         "\"378=D100\" at column 10: an earlier route has some of these ports"},
        {"0=0,1=1,2=2,3=3,4=4,5=5,6=6,7=7,8=8,9=9,a=a,b=b,c=c,d=d,e=e,f=f,10=10",
         "\"10=10\" at column 65: there are more than 16 routes"},
        {",378=D100", "\",\" at column 1: there is no route beside the comma"},
        {"  , ", "\",\" at column 3: there is no route beside the comma"},
        {"378=D100,", "\",\" at column 9: there is no route beside the comma"},
        {"378=D100 ,  ", "\",\" at column 10: there is no route beside the comma"},
        {"378=D100, ,3BC=none", "\",\" at column 11: there is no route beside the comma"},
        {"378=D100;3BC=none", "\"378=D100;3BC=none\" at column 1: the target is not a port in "
                              "hexadecimal digits, a device or none"},
        {"3\x01"
         "8=\"D\xC3\xA4",
         "\"3\\x018=\"D\xC3\xA4\" at column 1: the quotation mark has no other one"},
        {"3\x01"
         "8=D\xC3\xA4",
         "\"3\\x018=D\xC3\xA4\" at column 1: not a hexadecimal port number"},
        /* devices */
        {"378=plotter:x", "\"378=plotter:x\" at column 1: there is no such device: printer:FILE, "
                          "loopback, memory, speaker:FILE, script:FILE or replay:FILE"},
        {"378=printer", "\"378=printer\" at column 1: this device needs a file: NAME:FILE"},
        {"378=printer:", "\"378=printer:\" at column 1: this device needs a file: NAME:FILE"},
        {"378=memory:x", "\"378=memory:x\" at column 1: this device takes nothing behind its name"},
        {"FFFE=loopback", "\"FFFE=loopback\" at column 1: the device's ports run past FFFF"},
        {"378=printer:a 37A=none", "\"37A=none\" at column 15: an earlier route has some of these "
                                   "ports"},
        {"default=memory",
         "\"default=memory\" at column 1: the name means several ranges: give one "
         "of them"},
        {"speaker=none", "\"speaker=none\" at column 1: the name means several ranges: give one of "
                         "them"},
        {"378=\"printer:a", "\"378=\"printer:a\" at column 1: the quotation mark has no other one"},
        {"378=\"printer:a\"b", "\"378=\"printer:a\" at column 1: a quotation mark is in the wrong "
                               "place"},
        {"378=printer:a\"b\"", "\"378=printer:a\" at column 1: a quotation mark is in the wrong "
                               "place"},
        {"\"", "\"\"\" at column 1: a quotation mark is in the wrong place"},
        {"378=\"\"", "\"378=\"\"\" at column 1: there is no such device: printer:FILE, loopback, "
                     "memory, speaker:FILE, script:FILE or replay:FILE"},
        {"378=printer:a\x01", "\"378=printer:a\\x01\" at column 1: the device's file has a control "
                              "character or a quotation mark in its name"},
        {"0123456789012345678901234567890123456789012345=1",
         "\"0123456789012345678901234567890123456789...\" at column 1: the port is above FFFF"},
    };
    struct up_routes_error error;
    struct up_routes routes;
    char message[300];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const size_t length = strlen(rows[i].text);

        assert_false(parse_exact(rows[i].text, &routes, &error));
        assert_int_equal(routes.count, 0);
        assert_true(error.length > 0 && error.offset + error.length <= length);
        assert_int_equal(
            up_routes_error_text(rows[i].text, length, &error, message, sizeof message),
            strlen(rows[i].message));
        assert_string_equal(message, rows[i].message);
        assert_false(up_routes_parse(rows[i].text, length, &routes, NULL));
    }
}

static void test_a_mistake_leaves_nothing_of_the_other_routes(void **state)
{
    const struct up_routes none = {0};
    struct up_routes routes;

    (void)state;
    assert_false(parse_exact("378-37F=D100, 3BC", &routes, NULL));
    assert_int_equal(routes.count, none.count);
}

static void test_short_buffers(void **state)
{
    struct up_routes routes;
    char text[12];

    (void)state;
    parse("378-37F=D100, 3BC=none", &routes);
    memset(text, 'x', sizeof text);
    assert_int_equal(up_routes_format(&routes, text, 8), 22);
    assert_string_equal(text, "378-37F");
    assert_int_equal(up_routes_format(&routes, NULL, 0), 22);
}

static void test_the_longest_text_fits(void **state)
{
    struct up_routes routes = {.count = UP_ROUTES_MAX};
    char text[UP_ROUTES_TEXT_MAX];
    uint32_t i;

    (void)state;
    for (i = 0; i < UP_ROUTES_MAX; i++) {
        routes.routes[i] = (struct up_route){.first = (uint16_t)(0xF000u + 2u * i),
                                             .last = (uint16_t)(0xF001u + 2u * i),
                                             .to = 0xD100};
    }
    assert_true(up_routes_format(&routes, text, sizeof text) < sizeof text);
}

static void test_the_texts_of_devices(void **state)
{
    struct up_routes routes;
    char text[UP_ROUTES_DEVICES_MAX + 40];
    const size_t longest = UP_ROUTES_DEVICES_MAX - 2u;

    (void)state;
    parse("500=memory, 378=printer:a, speaker=speaker:b, 400=memory", &routes);
    assert_int_equal(routes.count, 5);
    assert_true(up_routes_have(&routes, UP_TARGET_DEVICE));
    assert_false(up_routes_have(&routes, UP_TARGET_NOTHING));
    assert_string_equal(up_route_device(&routes, &routes.routes[0]), "speaker:b");
    assert_string_equal(up_route_device(&routes, &routes.routes[1]), "speaker:b");
    assert_int_equal(routes.routes[0].to, routes.routes[1].to); /* one device */
    assert_string_equal(up_route_device(&routes, &routes.routes[2]), "printer:a");
    assert_string_equal(up_route_device(&routes, &routes.routes[3]), "memory");
    assert_int_equal(routes.routes[3].to, routes.routes[4].to);
    assert_int_equal(up_route_format(&routes, &routes.routes[2], text, sizeof text), 17);
    assert_string_equal(text, "378-37A=printer:a");

    /* as long as there is room, with the empty text that ends them */
    memset(text, 'x', sizeof text);
    memcpy(text, "378=printer:", 12);
    text[4 + longest] = '\0';
    parse(text, &routes);
    assert_int_equal(strlen(up_route_device(&routes, &routes.routes[0])), longest);
    text[4 + longest] = 'x';
    text[5 + longest] = '\0';
    assert_false(parse_exact(text, &routes, NULL));
    assert_int_equal(routes.devices[0], '\0');
}

/* ---- accesses -------------------------------------------------------------------------------- */

static void test_where_accesses_go(void **state)
{
    static const struct {
        uint16_t port;
        unsigned width;
        enum up_routed routed;
        uint16_t to;
    } rows[] = {
        {0x377, 1, UP_ROUTED_TO_PORT, 0x377},   {0x378, 1, UP_ROUTED_TO_PORT, 0xD100},
        {0x37F, 1, UP_ROUTED_TO_PORT, 0xD107},  {0x380, 1, UP_ROUTED_TO_PORT, 0x380},
        {0xD100, 1, UP_ROUTED_TO_PORT, 0xD100}, /* one step: the target is not routed again */
        {0x400, 1, UP_ROUTED_TO_PORT, 0x378},   {0x376, 2, UP_ROUTED_TO_PORT, 0x376},
        {0x377, 2, UP_ROUTED_APART, 0},         {0x378, 2, UP_ROUTED_TO_PORT, 0xD100},
        {0x37E, 2, UP_ROUTED_TO_PORT, 0xD106},  {0x37F, 2, UP_ROUTED_APART, 0},
        {0x374, 4, UP_ROUTED_TO_PORT, 0x374},   {0x375, 4, UP_ROUTED_APART, 0},
        {0x37C, 4, UP_ROUTED_TO_PORT, 0xD104},  {0x37D, 4, UP_ROUTED_APART, 0},
        {0x380, 4, UP_ROUTED_TO_PORT, 0x380},   {0x3BC, 1, UP_ROUTED_NOWHERE, 0},
        {0x3BC, 2, UP_ROUTED_APART, 0},         {0x3BB, 2, UP_ROUTED_APART, 0},
        {0x500, 2, UP_ROUTED_APART, 0}, /* two routes, though to neighbours */
        {0x500, 1, UP_ROUTED_TO_PORT, 0x600},   {0x501, 1, UP_ROUTED_TO_PORT, 0x601},
        {0x3FF, 4, UP_ROUTED_APART, 0}, /* covers a whole route, and more */
        {0xFFFE, 1, UP_ROUTED_TO_PORT, 0x700},  {0xFFFE, 2, UP_ROUTED_TO_PORT, 0x700},
        {0xFFFE, 4, UP_ROUTED_APART, 0}, /* past FFFF */
        {0xFFFD, 4, UP_ROUTED_APART, 0},        {0xFFFF, 2, UP_ROUTED_APART, 0},
        {0, 1, UP_ROUTED_TO_PORT, 0},           {0, 4, UP_ROUTED_TO_PORT, 0},
    };
    struct up_routes routes;
    uint16_t to;
    size_t i;

    (void)state;
    parse("378-37F=D100, 3BC=none, 400=378, 500=600, 501=601, FFFE-FFFF=700", &routes);
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(up_routes_find(&routes, rows[i].port, rows[i].width, &to), rows[i].routed);
        if (rows[i].routed == UP_ROUTED_TO_PORT) {
            assert_int_equal(to, rows[i].to);
        }
    }
}

static void test_past_the_last_port_without_a_route(void **state)
{
    struct up_routes routes = {0};
    uint16_t to;

    (void)state;
    assert_int_equal(up_routes_find(&routes, 0xFFFF, 4, &to), UP_ROUTED_TO_PORT);
    assert_int_equal(to, 0xFFFF);
    parse("0-3=D100", &routes);
    assert_int_equal(up_routes_find(&routes, 0xFFFF, 4, &to), UP_ROUTED_TO_PORT);
    assert_int_equal(to, 0xFFFF);
}

static void test_ranges_that_lead_into_themselves(void **state)
{
    struct up_routes routes;
    uint16_t to;

    (void)state;
    parse("0-FFFE=1", &routes);
    assert_int_equal(up_routes_find(&routes, 0xFFFE, 1, &to), UP_ROUTED_TO_PORT);
    assert_int_equal(to, 0xFFFF);
    assert_int_equal(up_routes_find(&routes, 0xFFFF, 1, &to), UP_ROUTED_TO_PORT);
    assert_int_equal(to, 0xFFFF);
}

static void test_targets(void **state)
{
    struct up_portset targets;
    struct up_routes routes;

    (void)state;
    up_portset_deny_all(&targets);
    up_portset_grant(&targets, 0x80, 0x80);
    parse("378-37F=D100, 3BC-3BF=none, 0=FFFF, 8000-8003=D106", &routes);
    up_routes_targets(&routes, &targets);
    assert_int_equal(up_portset_count(&targets), 12);
    assert_true(up_portset_allows(&targets, 0x80, 1));
    assert_true(up_portset_allows(&targets, 0xFFFF, 1));
    assert_true(up_portset_allows(&targets, 0xD100, 4));
    assert_true(up_portset_allows(&targets, 0xD106, 4));
    assert_false(up_portset_allows(&targets, 0xD10A, 1));
    assert_false(up_portset_allows(&targets, 0x378, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid_texts),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_a_mistake_leaves_nothing_of_the_other_routes),
        cmocka_unit_test(test_short_buffers),
        cmocka_unit_test(test_the_longest_text_fits),
        cmocka_unit_test(test_the_texts_of_devices),
        cmocka_unit_test(test_where_accesses_go),
        cmocka_unit_test(test_past_the_last_port_without_a_route),
        cmocka_unit_test(test_ranges_that_lead_into_themselves),
        cmocka_unit_test(test_targets),
    };

    return cmocka_run_group_tests_name("routes", tests, NULL, NULL);
}
