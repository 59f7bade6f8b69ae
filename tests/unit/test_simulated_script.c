/* SPDX-License-Identifier: MIT
 *
 * Tests of simulated/script.c and script_read.c: each kind of line, as a program sees it; every
 * mistake with its place; the limits; and the examples of docs/script-devices.md.
 */
#include "simulated.h"

static void open_script(const char *text)
{
    write_file("out.txt", text);
    open_at("script:out.txt", 0x300);
}

static void assert_reads(uint16_t port, unsigned count, const uint32_t *values)
{
    unsigned i;

    for (i = 0; i < count; i++) {
        const uint32_t value = in(port, 1);

        if (value != values[i]) {
            fail_msg("read %u of %X: %X, not %X", i, port, value, values[i]);
        }
    }
}
#define READS(port, ...)                                                                           \
    assert_reads(port, sizeof((const uint32_t[]){__VA_ARGS__}) / 4, (const uint32_t[]){__VA_ARGS__})

/* ---- answers --------------------------------------------------------------------------------- */

static void test_answers(void **state)
{
    (void)state;
    open_script("\xEF\xBB\xBF# every kind\r\n"
                "300 reads 7F # a comment\r\n"
                "\t301 READS 80,00 , 0xC0\n"
                "\n"
                "302 reads 1, 2, 3h, repeat\n"
                "303 reads count 08 to 0A\n"
                "304 reads written\n"
                "305 reads written 304\n"
                "307 reads count 5 to 5");
    READS(0x300, 0x7F, 0x7F, 0x7F);
    READS(0x301, 0x80, 0x00, 0xC0, 0xC0, 0xC0);
    READS(0x302, 1, 2, 3, 1, 2, 3, 1);
    READS(0x303, 8, 9, 0xA, 8, 9);
    READS(0x307, 5, 5, 5);
    READS(0x304, 0xFF);
    READS(0x305, 0xFF);
    READS(0x306, 0xFF); /* not named */
    out(0x304, 1, 0x12);
    out(0x300, 1, 0x34);
    out(0x306, 1, 0x56);
    READS(0x304, 0x12, 0x12);
    READS(0x305, 0x12);
    READS(0x300, 0x7F);
    READS(0x306, 0x56);
    /* a wider access has the registers one after the other */
    out(0x305, 2, 0x7788);
    assert_int_equal(in(0x304, 4), 0x05771212);
    device->kind->flush(device);
    device->kind->reset(device, now);
    READS(0x304, 0xFF);
    READS(0x306, 0xFF);
    READS(0x301, 0x80, 0x00);
    close_it();
    open_script("");
    READS(0x300, 0xFF);
    close_it();
    open_script("300 reads 11\n300 reads 22\n"); /* the later one holds */
    READS(0x300, 0x22);
    close_it();
}

static void test_times(void **state)
{
    (void)state;
    open_script("300 reads 00, after 5 ms 80\n"
                "301 reads after 2 s 11, 22, after 700 us 33, 44\n"
                "302 reads after 1 us 00, after 1 us 01, repeat\n"
                "when 303 = 01: 303 reads after 10 ms AA, repeat\n"
                "304 shows 01, after 1 s 02\n");
    READS(0x300, 0, 0, 0);
    READS(0x301, 0xFF, 0xFF);
    now = 4998000;
    READS(0x300, 0x00, 0x80, 0x80); /* at 4.999 and 5 ms */
    now = 1999998000;
    READS(0x301, 0xFF, 0x11, 0x22, 0x22); /* a read goes on to 22, time alone to 33 */
    READS(0x304, 0x02);
    now += 700000;
    READS(0x301, 0x33, 0x44, 0x44);
    /* Rounds of years cost no time, and end where they would have. */
    now = 1000000000ull * 31557600u * 500u;
    READS(0x302, 0, 1, 0, 1);
    out(0x303, 1, 1);
    READS(0x303, 1, 1); /* what it gave before */
    now += 10000000;
    READS(0x303, 0xAA, 0xAA);
    out(0x303, 1, 1);
    READS(0x303, 0xAA);
    out(0x303, 1, 2); /* no condition */
    READS(0x303, 0xAA);
    close_it();
}

/* ---- conditions ------------------------------------------------------------------------------ */

static void test_conditions(void **state)
{
    (void)state;
    open_script("when 300 = 55: 301 reads 01, 02\n"
                "when 300 = 50 mask F0: 302 reads 03\n"
                "when 300 = any: 303 reads count 0 to 9\n"
                "when 300 = 55 and 304 = 0C mask 0F: 305 reads 04\n"
                "when 300 = AA, any, 0 mask 1, 77: 306 reads 05\n"
                "when 300 = 55: 301 shows 06\n"
                "when 307 = 00: 307 reads 00\n"
                "when 307 = 00 and 300 = any: 307 reads 09");
    READS(0x301, 0xFF);
    out(0x307, 1, 0); /* 300 was not written yet */
    READS(0x307, 0x00);
    out(0x300, 1, 0x54);
    READS(0x301, 0xFF);
    READS(0x302, 0x03);
    READS(0x303, 0, 1, 2);
    out(0x300, 1, 0x55);
    READS(0x301, 0x06, 0x06); /* the last line of both */
    READS(0x303, 0, 1);       /* it begins again */
    READS(0x305, 0xFF);
    out(0x304, 1, 0xFC); /* this begins nothing */
    READS(0x305, 0xFF);
    out(0x300, 1, 0x55);
    READS(0x305, 0x04);
    out(0x300, 1, 0xAA);
    out(0x300, 1, 0x13);
    out(0x300, 1, 0x13);
    out(0x300, 1, 0x77); /* the third one was odd */
    READS(0x306, 0xFF);
    out(0x300, 1, 0xAA);
    out(0x300, 1, 0x13);
    (void)in(0x300, 1);
    out(0x304, 1, 0x99); /* other ports are not in between */
    out(0x300, 1, 0x12);
    out(0x300, 1, 0x77);
    READS(0x306, 0x05);
    out(0x307, 1, 0);
    READS(0x307, 0x09);
    device->kind->reset(device, now);
    out(0x307, 1, 0);
    READS(0x307, 0x00);
    close_it();
    /* eight writes, of very many */
    open_script("when 300 = 1,2,3,4,5,6,7,8: 301 reads 1");
    for (unsigned i = 0; i < 1000; i++) {
        out(0x300, 1, i % 9);
        assert_int_equal(in(0x301, 1), i >= 8 ? 1 : 0xFF);
    }
    close_it();
}

static void test_next(void **state)
{
    (void)state;
    open_script("301 shows 01, 02, 03\n"
                "302 reads 01, after 1 s 02, repeat\n"
                "303 shows count 00 to 02\n"
                "when 300 = 00 mask 01, 01 mask 01: 301 next\n"
                "when 300 = 01: 302 next\n"
                "when 300 = 01: 303 next\n"
                "when 300 = 01: 304 next\n");
    READS(0x301, 1, 1, 1);
    out(0x300, 1, 0x01); /* no edge yet */
    READS(0x301, 1, 1);
    READS(0x302, 2, 1, 1); /* without its second; the first one comes again by a read */
    READS(0x303, 1, 1);
    READS(0x304, 0xFF);
    out(0x300, 1, 0xFE);
    out(0x300, 1, 0x01);
    READS(0x301, 2, 2);
    out(0x300, 1, 0x01);
    READS(0x301, 2);
    READS(0x303, 0);
    out(0x300, 1, 0x00);
    out(0x300, 1, 0x03);
    out(0x300, 1, 0x00);
    out(0x300, 1, 0x03);
    READS(0x301, 3, 3); /* the last one stays */
    close_it();
}

/* ---- registers of 16 and 32 bits ------------------------------------------------------------- */

static void test_widths(void **state)
{
    (void)state;
    open_script("300 reads 1234, 5678, repeat\n"
                "when 304 = ABCD: 308 reads 89ABCDEF\n"
                "310 reads 00000001\n"
                "314 reads 001, 2\n");
    assert_int_equal(in(0x300, 2), 0x1234);
    assert_int_equal(in(0x300, 1), 0x78); /* the bytes of one value */
    assert_int_equal(in(0x301, 1), 0x56);
    assert_int_equal(in(0x301, 1), 0x12); /* the upper one alone is no read of the value */
    assert_int_equal(in(0x301, 1), 0x12);
    assert_int_equal(in(0x300, 1), 0x34);
    assert_int_equal(in(0x300, 1), 0x78);
    assert_int_equal(in(0x301, 1), 0x56);
    assert_int_equal(in(0x300, 4), 0xFFFF1234);
    out(0x304, 2, 0xABCE);
    assert_int_equal(in(0x308, 4), 0xFFFFFFFF);
    out(0x304, 1, 0xCD);
    assert_int_equal(in(0x304, 2), 0xABCD);
    assert_int_equal(in(0x308, 4), 0xFFFFFFFF); /* the last byte makes the write */
    out(0x305, 1, 0xAB);
    assert_int_equal(in(0x308, 4), 0x89ABCDEF);
    assert_int_equal(in(0x30A, 2), 0x89AB);
    assert_int_equal(in(0x309, 1), 0xCD);
    assert_int_equal(in(0x310, 1), 0x01);
    assert_int_equal(in(0x311, 1), 0x00);
    assert_int_equal(in(0x314, 2), 0x0001);
    assert_int_equal(in(0x314, 2), 0x0002);
    out(0x302, 4, 0xABCD6655); /* two bytes, and the register of 16 bits */
    assert_int_equal(in(0x304, 2), 0xABCD);
    assert_int_equal(in(0x302, 2), 0x6655);
    close_it();
    open_script("FFFF reads 12\nwhen FFFE = 3: FFFE reads 4\n");
    assert_int_equal(in(0xFFFE, 2), 0x12FF);
    close_it();
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static void test_mistakes(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"37Q reads 1",
         "line 1, column 1: \"37Q\": a port is expected, in hexadecimal, such as 379"},
        {"10000 reads 1", "line 1, column 1: \"10000\": a port is at most FFFF"},
        {"0x reads 1", "line 1, column 1: \"0x\": a port is expected"},
        {"h reads 1", "line 1, column 1: \"h\": a port is expected"},
        {"lpt1 reads 1", "line 1, column 1: \"lpt1\": a port is expected"},
        {"# \xC3\xA4\n\n  300 reads 1, \xC3\xA4",
         "line 3, column 16: \"\\xC3\\xA4\": a hexadecimal"},
        {"# \xC3\xA4\n \xC3\xA4", "line 2, column 2: \"\\xC3\\xA4\": a port is expected"},
        {"300", "line 1, column 4: \"reads\", \"shows\" or \"next\" is expected"},
        {"300 gives 1",
         "line 1, column 5: \"gives\": \"reads\", \"shows\" or \"next\" is expected"},
        {"300 = 1", "line 1, column 5: \"=\": \"reads\""},
        {"300 reads", "line 1, column 10: a hexadecimal value is expected, such as 7F"},
        {"300 reads # 12", "line 1, column 11: a hexadecimal value is expected, such as 7F"},
        {"300 reads 1,", "line 1, column 13: a hexadecimal value is expected"},
        {"300 reads 1,,2", "line 1, column 13: \",\": a hexadecimal value"},
        {"300 reads 1 2", "line 1, column 13: \"2\": the line should end here"},
        {"300 reads 1, repeat, 2", "line 1, column 20: \",\": the line should end here"},
        {"300 reads repeat", "line 1, column 11: \"repeat\": a hexadecimal value is expected"},
        {"300 reads 123456789", "line 1, column 11: \"123456789\": a value has at most 32 bits"},
        {"300 reads 1, after 5", "line 1, column 21: us, ms or s is expected"},
        {"300 reads 1, after 5 m 2", "line 1, column 22: \"m\": us, ms or s is expected"},
        {"300 reads 1, after 5ms 2",
         "line 1, column 20: \"5ms\": a time is expected, such as 5 ms"},
        {"300 reads 1, after A ms 2", "line 1, column 20: \"A\": a time is expected, such as 5 ms"},
        {"300 reads 1, after 0 s 2", "line 1, column 20: \"0\": a delay is at least 1 us"},
        {"300 reads 1, after 3601 s 2", "line 1, column 20: \"3601\": a delay is at most an hour"},
        {"300 reads 1, after 99999999999999999999 us 2", "a delay is at most an hour"},
        {"300 reads count 1", "line 1, column 18: \"to\" is expected, as in: count 0 to FF"},
        {"300 reads count 2 to 1", "line 1, column 22: \"1\": it counts up"},
        {"300 reads written 1 2", "line 1, column 21: \"2\": the line should end here"},
        {"300 reads written x", "line 1, column 19: \"x\": a port is expected"},
        {"300 next", "line 1, column 1: \"300\": \"next\" needs a condition: when ... : ..."},
        {"when 300: 301 reads 1", "line 1, column 9: \":\": \"=\" and a value are expected"},
        {"when 300 = : 301 reads 1", "line 1, column 12: \":\": a hexadecimal value is expected"},
        {"when 300 = 1 301 reads 1",
         "line 1, column 14: \"301\": \",\", \"and\" or \":\" is expected"},
        {"when 300 = 1:", "line 1, column 14: a port is expected"},
        {"when 300 = 1 mask: 300 next",
         "line 1, column 18: \":\": a hexadecimal value is expected"},
        {"when 300 = 1 and 301: 300 next",
         "line 1, column 21: \":\": \"=\" and a value are expected"},
        {"when 300 = 1 mask 1 mask 1: 300 next", "line 1, column 21: \"mask\""},
        {"when 300=1,2,3,4,5,6,7,8,9: 300 next",
         "line 1, column 26: \"9\": a line waits for at most 8 writes"},
        {"when 1=1 and 2=1 and 3=1 and 4=1 and 5=1 and 6=1: 1 next",
         "line 1, column 46: \"6\": one line has at most 4 conditions behind \"and\""},
        {"when 300 = 1: when 301 = 1: 302 reads 1", "line 1, column 15: \"when\": a port"},
        {"300 reads 1234\n301 reads 1",
         "line 2: port 301 is a part of port 300, which has values of 16 bits"},
        {"301 reads 1\n\nwhen 2FE = 00000000: 301 next",
         "line 1: port 301 is a part of port 2FE, which has values of 32 bits"},
        {"FFFF reads 100", "line 1: port FFFF has values of 16 bits, and runs past FFFF"},
        {"300 reads 1\n300 reads \x01", "line 2, column 11: \"\\x01\": a hexadecimal value"},
        {"0123456789012345678901234567890123456789",
         "\"01234567890123456789012345678901...\": a port"},
    };
    char message[400];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        write_file("out.txt", rows[i].text);
        (void)snprintf(message, sizeof message, "%s%s",
                       strncmp(rows[i].message, "line", 4) == 0 ? "out.txt " : "", rows[i].message);
        assert_refused("script:out.txt", message, 0);
    }
}

/* ---- limits ---------------------------------------------------------------------------------- */

/* A script of count times the text, with a number in it. */
static void repeat(const char *text, unsigned count)
{
    static char script[0x20000];
    size_t length = 0;
    unsigned i;

    for (i = 0; i < count; i++) {
        length += (size_t)snprintf(script + length, sizeof script - length, text, i);
    }
    assert_true(length < sizeof script);
    write_file("out.txt", script);
}

static void test_limits(void **state)
{
    (void)state;
    repeat("%X reads 1\n", 64);
    open_at("script:out.txt", 0);
    assert_int_equal(in(63, 1), 1);
    close_it();
    repeat("%X reads 1\n", 65);
    assert_refused("script:out.txt", "line 65, column 1: \"40\": there are more than 64 ports", 0);
    repeat("0 reads %X\n", 512);
    open_at("script:out.txt", 0);
    assert_int_equal(in(0, 2), 0x1FF);
    close_it();
    repeat("0 reads %X\n", 513);
    assert_refused("script:out.txt", "line 513, column 1: \"0\": there are more than 512 lines", 0);
    repeat("0 reads 1, 2, 3, 4, 5, 6, 7, 8, 9, A, B, C, D, E, F, 0 # %u\n", 256);
    open_at("script:out.txt", 0);
    close_it();
    repeat("0 reads 1, 2, 3, 4, 5, 6, 7, 8, 9, A, B, C, D, E, F, 0 # %u\n", 257);
    assert_refused("script:out.txt", "line 257, column 9: \"1\": there are more than 4096 values",
                   0);
    repeat("#%015u", 4096);
    open_at("script:out.txt", 0);
    close_it();
    repeat("#%015u", 4097);
    assert_refused("script:out.txt", "out.txt has more than 64 KB, and is no script", 0);
    assert_refused("script:/dev/zero", "/dev/zero has more than 64 KB, and is no script", 0);
}

/* ---- the examples of the manual -------------------------------------------------------------- */

static char root[4096];

static void open_example(const char *name, uint16_t first)
{
    char text[5000];

    (void)snprintf(text, sizeof text, "script:%s/examples/devices/%s", root, name);
    open_at(text, first);
}

static void test_dongle(void **state)
{
    static const uint8_t number[] = {0x7F, 0x7F, 0x5F, 0x7F, 0x7F, 0x7F, 0x5F, 0x7F};
    size_t i;

    (void)state;
    open_example("dongle.txt", 0x378);
    READS(0x379, 0x5F, 0x5F);
    out(0x37A, 1, 0x0C);
    out(0x37A, 1, 0x0D);
    READS(0x379, 0x5F);
    out(0x37A, 1, 0x0C);
    out(0x378, 1, 0xA5);
    out(0x378, 1, 0x5A);
    READS(0x378, 0x5A);
    READS(0x379, 0x5F);
    out(0x378, 1, 0x3C);
    for (i = 0; i < sizeof number; i++) {
        READS(0x379, number[i], number[i]);
        out(0x37A, 1, 0x0D);
        out(0x37A, 1, 0x0C);
        READS(0x37A, 0x0C);
    }
    out(0x378, 1, 0x3C);
    READS(0x379, 0x5F);
    close_it();
}

static void test_card(void **state)
{
    static const uint16_t measured[] = {0x0801, 0x07FF, 0x07FE, 0x0000, 0x0801};
    size_t i;

    (void)state;
    open_example("card.txt", 0x300);
    assert_int_equal(in(0x302, 2), 0);
    for (i = 0; i < sizeof measured / sizeof measured[0]; i++) {
        unsigned polls = 0;

        out(0x300, 1, 0x01);
        while ((in(0x301, 1) & 0x80) == 0) {
            now += 1000000;
            polls++;
        }
        assert_in_range(polls, 19, 20);
        assert_int_equal(in(0x302, 2), measured[i]);
        out(0x300, 1, 0x00);
        READS(0x301, 0x00);
    }
    READS(0x304, 0, 1, 2);
    close_it();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_answers, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_times, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_conditions, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_next, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_widths, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_mistakes, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_limits, make_folder, remove_folder),
        cmocka_unit_test(test_dongle),
        cmocka_unit_test(test_card),
    };

    if (getcwd(root, sizeof root) == NULL) {
        return 1;
    }
    return cmocka_run_group_tests_name("simulated_script", tests, NULL, NULL);
}
