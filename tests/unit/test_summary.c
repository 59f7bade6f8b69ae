/* SPDX-License-Identifier: MIT
 *
 * Tests of recordings as text: the exact words of the summary (record/summary.c, record/steps.c),
 * of the lines of accesses (record/raw.c), and of numbers and times (record/words.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "control/error_detail.h"
#include "record/summary.h"
#include "record/words.h"

/* ---- a program that accesses ports ----------------------------------------------------------- */

static struct {
    struct up_sink *sink;
    uint64_t time;
    uint64_t offset; /* in its module; 0: unknown */
    uint32_t thread;
    uint8_t width, flags;
    char text[20000];
    size_t length;
} now;

static void take_text(void *context, const char *text)
{
    (void)context;
    assert_true(now.length + strlen(text) < sizeof now.text);
    memcpy(now.text + now.length, text, strlen(text) + 1u);
    now.length += strlen(text);
}

static const struct up_text_output output = {take_text, NULL};
static const struct up_record_info nobody = {.printers = 0};

static void begin(const struct up_record_info *info)
{
    memset(&now, 0, sizeof now);
    now.width = 1;
    now.sink = up_summary_new(&output, info, NULL);
    assert_non_null(now.sink);
}

/* One access, 1 us after the one before. */
static void access_port(uint8_t flags, uint16_t port, uint32_t value)
{
    const struct up_record record = {
        .time = now.time += 1000,
        .port = port,
        .value = value,
        .width = now.width,
        .flags = flags | now.flags,
        .module = now.offset != 0 ? "probe.exe" : NULL,
        .offset = now.offset,
        .address = now.offset != 0 ? 0x400000 + now.offset : 0,
        .process = now.thread,
        .thread = now.thread,
    };

    assert_true(now.sink->add(now.sink, &record));
}

static void in(uint16_t port, uint32_t value)
{
    access_port(0, port, value);
}

static void out(uint16_t port, uint32_t value)
{
    access_port(UP_RECORD_WRITE, port, value);
}

/* Ends it and compares the lines before the table. */
static void check(const char *wanted)
{
    char *table;

    assert_true(now.sink->flush(now.sink));
    assert_true(now.sink->close(now.sink, now.time, NULL));
    table = strstr(now.text, "\nPORT ");
    if (table != NULL) {
        *table = '\0';
    }
    assert_string_equal(now.text, wanted);
}

/* ---- steps ----------------------------------------------------------------------------------- */

static void test_single_accesses(void **state)
{
    const struct up_record_info info = {.program = "probe.exe", .begun = "2026-11-29 21:05:03 UTC"};

    (void)state;
    begin(&info);
    now.time = 61000000000u;
    out(0x378, 0x55);
    in(0x379, 0x7F);
    now.width = 2;
    in(0x1F0, 0xAB);
    now.width = 4;
    out(0xD010, 1);
    check("Recording of probe.exe, begun 2026-11-29 21:05:03 UTC\n\n"
          "  61.000001   378    lpt1     write 55\n"
          "  61.000002   379    lpt1     read 7F\n"
          "  61.000003   1F0.w           read 00AB\n"
          "  61.000004   D010.l          write 00000001\n");
}

static void test_runs(void **state)
{
    unsigned i;

    (void)state;
    begin(&nobody);
    for (i = 0; i < 5; i++) {
        out(0x378, 0x55);
    }
    for (i = 0; i < 1204; i++) {
        in(0x379, 0x7F);
    }
    check("  0.000001    378    lpt1     write 55 5 times, 4.00 us\n"
          "  0.000006    379    lpt1     read 7F 1,204 times, 1.20 ms\n");
}

static void test_polling(void **state)
{
    unsigned i;

    (void)state;
    begin(&nobody);
    for (i = 0; i < 1203; i++) {
        in(0x379, 0x58);
    }
    in(0x379, 0xD8);
    in(0x3F8, 0x61);
    for (i = 0; i < 20; i++) {
        in(0x3FD, 0x60);
    }
    in(0x3FD, 0x40);
    in(0x3F8, 0x61);
    for (i = 0; i < 20; i++) {
        in(0x3FD, 0x60);
    }
    in(0x3FD, 0x01);
    check("  0.000001    379    lpt1     read 1,204 times until bit 7 was 1, 1.20 ms\n"
          "  0.001205    3F8    com1     read 61\n"
          "  0.001206    3FD    com1     read 21 times until bit 5 was 0, 20.0 us\n"
          "  0.001227    3F8    com1     read 61\n"
          "  0.001228    3FD    com1     read 21 times until it was 01, 20.0 us\n");
}

static void test_what_is_no_polling(void **state)
{
    unsigned i;

    (void)state;
    begin(&nobody);
    for (i = 0; i < 20; i++) { /* it went back */
        in(0x201, i == 9 ? 0xF0 : 0xFF);
    }
    in(0x300, 0);
    for (i = 0; i < 256; i++) { /* a counter */
        in(0x40, i);
    }
    in(0x300, 0);
    for (i = 0; i < 100; i++) { /* a block, whose last value has another bit by chance */
        in(0x40, i % 64u);
    }
    in(0x40, 0x80);
    check("  0.000001    201    game     read 20 times, first FF, last FF, 19.0 us\n"
          "  0.000021    300    ne2000   read 00\n"
          "  0.000022    40              read 256 values: 00 01 02 03 04 05 06 07 ..., 255 us\n"
          "  0.000278    300    ne2000   read 00\n"
          "  0.000279    40              read 101 values: 00 01 02 03 04 05 06 07 ..., 100 us\n");
}

static void test_blocks(void **state)
{
    unsigned i;

    (void)state;
    begin(&nobody);
    now.width = 2;
    for (i = 0; i < 256; i++) {
        in(0x1F0, i * 7919u & 0xFFFFu);
    }
    now.width = 1;
    for (i = 0; i < 5; i++) {
        out(0x378, (uint8_t) "Hello"[i]);
    }
    check("  0.000001    1F0.w           read 256 values: 0000 1EEF 3DDE 5CCD 7BBC 9AAB B99A D889 "
          "..., 255 us\n"
          "  0.000257    378    lpt1     write 5 values: 48 65 6C 6C 6F, 4.00 us\n");
}

static void test_what_is_special(void **state)
{
    (void)state;
    begin(&nobody);
    now.flags = UP_RECORD_DENIED;
    in(0x60, 0xFF);
    out(0x378, 0x55);
    now.width = 2;
    out(0x378, 0x55);
    now.width = 1;
    now.flags = UP_RECORD_SIMULATED;
    in(0x379, 0x7F);
    now.flags = UP_RECORD_WAIT;
    in(0x379, 0x58);
    now.flags = 0;
    assert_true(now.sink->lost(now.sink, now.time, 1));
    assert_true(now.sink->lost(now.sink, now.time, 2000));
    in(0x379, 0x58);
    check("  0.000001    60              read FF, DENIED: 60 is not granted\n"
          "  0.000002    378    lpt1     write 55, DENIED: 378 is not granted\n"
          "  0.000003    378.w  lpt1     write 0055, DENIED: 378 to 379 are not all granted\n"
          "  0.000004    379    lpt1     read 7F, simulated\n"
          "  0.000005    379    lpt1     wait, last read 58\n"
          "  0.000005    1 access was LOST here: there were more than could be recorded\n"
          "  0.000005    2,000 accesses were LOST here: there were more than could be recorded\n"
          "  0.000006    379    lpt1     read 58\n");
}

static void test_places_and_processes(void **state)
{
    (void)state;
    begin(&nobody);
    now.thread = 7;
    now.offset = 0x12AB;
    in(0x379, 0x58);
    out(0x378, 0x41);
    now.offset = 0x12B0;
    in(0x379, 0x58);
    now.thread = 8;
    in(0x379, 0x59);
    check("process 7, thread 7:\n"
          "  0.000001    379    lpt1     read 58                               probe.exe+12AB\n"
          "  0.000002    378    lpt1     write 41\n"
          "  0.000003    379    lpt1     read 58                               probe.exe+12B0\n"
          "process 8, thread 8:\n"
          "  0.000004    379    lpt1     read 59\n");
}

/* ---- loops ----------------------------------------------------------------------------------- */

/* Prints a byte: polls some times, and strobes. */
static void print_byte(char byte, unsigned polls)
{
    now.offset = 0x10;
    while (polls-- > 0) {
        in(0x379, 0x58);
    }
    in(0x379, 0xD8);
    now.offset = 0x20;
    out(0x378, (uint8_t)byte);
    now.offset = 0x30;
    out(0x37A, 0x0D);
    out(0x37A, 0x0C);
}

static void test_a_loop_of_several_accesses(void **state)
{
    static const char text[] = "Hello, port";
    unsigned i;

    (void)state;
    begin(&nobody);
    now.thread = 5;
    for (i = 0; i < 11; i++) {
        print_byte(text[i], 1 + i % 3u);
    }
    now.offset = 0x40;
    in(0x37A, 0xCC);
    check("process 5, thread 5:\n"
          "  0.000001    11 times, 64.0 us in all:\n"
          "                379    lpt1     read 2 to 4 times until bit 7 was 1  probe.exe+10\n"
          "                378    lpt1     write 48 65 6C 6C 6F 2C 20 70 ...   probe.exe+20\n"
          "                37A    lpt1     write 2 values: 0D 0C 0D 0C 0D 0C 0D 0C ...  "
          "probe.exe+30\n"
          "  0.000066    37A    lpt1     read CC                               probe.exe+40\n");
}

static void test_loops_begin_and_end_where_they_do(void **state)
{
    unsigned i;

    (void)state;
    begin(&nobody);
    out(0x61, 0);
    for (i = 0; i < 2; i++) { /* twice the same */
        out(0x43, 0xB6);
        out(0x42, 0x11);
    }
    in(0x61, 0);
    for (i = 0; i < 3; i++) { /* three times other values */
        out(0x43, i);
        out(0x42, i);
    }
    in(0x61, 0);
    for (i = 4; i < 8; i++) { /* four times */
        out(0x43, i);
        out(0x42, i);
    }
    out(0x43, 9); /* a round that is not complete */
    in(0x61, 0);
    check("  0.000001    61     speaker  write 00\n"
          "  0.000002    2 times, 3.00 us in all:\n"
          "                43     speaker  write B6\n"
          "                42     speaker  write 11\n"
          "  0.000006    61     speaker  read 00\n"
          "  0.000007    43     speaker  write 00\n"
          "  0.000008    42     speaker  write 00\n"
          "  0.000009    43     speaker  write 01\n"
          "  0.000010    42     speaker  write 01\n"
          "  0.000011    43     speaker  write 02\n"
          "  0.000012    42     speaker  write 02\n"
          "  0.000013    61     speaker  read 00\n"
          "  0.000014    4 times, 7.00 us in all:\n"
          "                43     speaker  write 04 05 06 07\n"
          "                42     speaker  write 04 05 06 07\n"
          "  0.000022    43     speaker  write 09\n"
          "  0.000023    61     speaker  read 00\n");
}

/* What was waited for has to be the same in each round. */
static void test_a_loop_that_waits_for_different_things(void **state)
{
    unsigned i, k;

    (void)state;
    begin(&nobody);
    for (i = 0; i < 4; i++) {
        for (k = 0; k < 9; k++) {
            in(0x379, i % 2u == 0 ? 0x80 : 0x00);
        }
        in(0x379, i % 2u == 0 ? 0x00 : 0x80);
        out(0x378, 0x55);
    }
    in(0x61, 0);
    for (i = 0; i < 4; i++) {
        for (k = 0; k < 9; k++) {
            in(0x379, 0xFF);
        }
        in(0x379, i == 1 ? 0x3F : 0x7F);
        out(0x378, i);
    }
    check("  0.000001    4 times, 43.0 us in all:\n"
          "                379    lpt1     read 10 times, first 80, last 80\n"
          "                378    lpt1     write 55\n"
          "  0.000045    61     speaker  read 00\n"
          "  0.000046    4 times, 43.0 us in all:\n"
          "                379    lpt1     read 10 times until bit 7 was 0\n"
          "                378    lpt1     write 00 01 02 03\n");
}

static void test_the_longest_loop(void **state)
{
    unsigned i, round;

    (void)state;
    begin(&nobody);
    for (round = 0; round < 1000; round++) {
        for (i = 0; i < 16; i++) {
            out((uint16_t)(0x300 + i), round);
        }
    }
    assert_true(now.sink->close(now.sink, now.time, NULL));
    assert_memory_equal(now.text, "  0.000001    1,000 times, 16.0 ms in all:\n", 43);
    assert_non_null(strstr(now.text,
                           "                30F    ne2000   write 00 01 02 03 04 05 06 07 ...\n"
                           "\nPORT "));
}

/* Nothing is folded twice or forgotten: the numbers of the lines come to those of the table. */
static void test_random_accesses_are_all_there(void **state)
{
    uint32_t random = 12345, i;

    (void)state;
    for (i = 0; i < 200; i++) {
        uint64_t lines = 0, n, all = 0;
        const char *at;

        begin(&nobody);
        for (n = 0; n < 150; n++) {
            random = random * 1664525u + 1013904223u;
            out((uint16_t)(0x300 + (random >> 20) % (1u + i % 4u)), 0x11);
        }
        assert_true(now.sink->close(now.sink, now.time, NULL));
        for (at = now.text; *at != '\n' || at[1] != 'P'; at = strchr(at + 1, '\n')) {
            const char *line = at + (*at == '\n'), *times = strstr(line, " times");
            const char *end = strchr(line, '\n');
            uint64_t count = 1;

            if (*line == '\n') {
                break;
            }
            if (times != NULL && times < end) {
                const char *digit = times;

                while (digit[-1] >= '0' && digit[-1] <= '9') {
                    digit--;
                }
                count = strtoul(digit, NULL, 10);
            }
            if (strstr(line, " in all:") != NULL && strstr(line, " in all:") < end) {
                lines = count; /* rounds */
            } else if (strncmp(line, "                ", 16) == 0) {
                const char *to = strstr(line, " to ");

                if (to != NULL && to < end) {
                    all = UINT64_MAX; /* not to be told */
                    break;
                }
                all += lines * count;
            } else {
                all += count;
            }
        }
        assert_true(all == 150 || all == UINT64_MAX);
        assert_non_null(strstr(now.text, "0 reads and 150 writes, in 150 us.\n"));
    }
}

/* ---- the table ------------------------------------------------------------------------------- */

static void test_table(void **state)
{
    unsigned i;

    (void)state;
    begin(&nobody);
    for (i = 0; i < 1001; i++) {
        in(0x379, i % 7u);
    }
    out(0x378, 1);
    now.flags = UP_RECORD_DENIED;
    out(0x378, 2);
    now.flags = 0;
    now.width = 2;
    for (i = 0; i < 40; i++) {
        in(0xD010, i);
    }
    assert_true(now.sink->lost(now.sink, now.time, 3));
    assert_true(now.sink->close(now.sink, 2000000000u, NULL));
    assert_string_equal(
        strstr(now.text, "\nPORT "),
        "\nPORT        READS      WRITES    DENIED  VALUES  FIRST        LAST         PER SECOND"
        "  WHAT IS KNOWN TO BE THERE\n"
        "378             0           1         1       1  0.001002     0.001003      1,000,000"
        "  printer port LPT1\n"
        "379         1,001           0         0       7  0.000001     0.001001      1,000,000"
        "  printer port LPT1\n"
        "D010           40           0         0     32+  0.001004     0.001043      1,000,000\n"
        "\n"
        "1,041 reads and 1 write, and 1 access that was denied, in 2.00 s. 3 more were lost.\n");
}

static void test_nothing(void **state)
{
    (void)state;
    begin(&nobody);
    assert_true(now.sink->close(now.sink, 0, NULL));
    assert_string_equal(now.text, "0 reads and 0 writes, in 0 ns.\n");
}

/* ---- words ----------------------------------------------------------------------------------- */

static void test_durations(void **state)
{
    static const struct {
        uint64_t ns;
        const char *text;
    } rows[] = {{0, "0 ns"},
                {999, "999 ns"},
                {1000, "1.00 us"},
                {9994, "9.99 us"},
                {9996, "10.0 us"},
                {48400, "48.4 us"},
                {99960, "100 us"},
                {999499, "999 us"},
                {999500, "1.00 ms"},
                {2910000, "2.91 ms"},
                {100000000, "100 ms"},
                {1500000000, "1.50 s"},
                {7200000000000u, "7,200 s"},
                {UINT64_MAX, "18,446,744,073 s"}};
    struct up_writer writer;
    char text[40];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        up_writer_init(&writer, text, sizeof text);
        up_words_duration(&writer, rows[i].ns);
        assert_string_equal(text, rows[i].text);
    }
}

static void test_raw_lines(void **state)
{
    const struct up_record record = {.time = 1000000123,
                                     .process = 12,
                                     .thread = 13,
                                     .port = 0x378,
                                     .width = 2,
                                     .value = 0x1234,
                                     .flags = UP_RECORD_DENIED | UP_RECORD_WRITE,
                                     .module = "a\nb",
                                     .offset = 0x10,
                                     .address = 0x401010};

    (void)state;
    memset(&now, 0, sizeof now);
    now.sink = up_raw_new(&output, NULL);
    assert_non_null(now.sink);
    assert_true(now.sink->add(now.sink, &record));
    assert_true(now.sink->lost(now.sink, 5, 2));
    assert_true(now.sink->flush(now.sink) && now.sink->close(now.sink, 9, NULL));
    assert_string_equal(now.text,
                        "1.000000123  12/13  378.w  lpt1     write 1234      a?b+10  denied: 378 "
                        "to 379 are not all granted\n"
                        "0.000000005  2 accesses were lost here\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_single_accesses),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_polling),
        cmocka_unit_test(test_what_is_no_polling),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_what_is_special),
        cmocka_unit_test(test_places_and_processes),
        cmocka_unit_test(test_a_loop_of_several_accesses),
        cmocka_unit_test(test_loops_begin_and_end_where_they_do),
        cmocka_unit_test(test_a_loop_that_waits_for_different_things),
        cmocka_unit_test(test_the_longest_loop),
        cmocka_unit_test(test_random_accesses_are_all_there),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_raw_lines),
    };

    return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
