/* SPDX-License-Identifier: MIT
 *
 * Tests of the live view of run --watch (record/watch.c), with a clock and a terminal of the test;
 * of the lines of a printer port (record/lines.c); and of the part of a recording
 * (record/filter.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "control/error_detail.h"
#include "record/filter.h"
#include "record/lines.h"
#include "record/watch.h"

static struct {
    struct up_sink *sink;
    uint32_t clock;
    unsigned columns, rows;
    unsigned back; /* lines, of all moves */
    char text[200000];
    size_t length;
} now;

static void take_text(void *context, const char *text)
{
    (void)context;
    assert_true(now.length + strlen(text) < sizeof now.text);
    memcpy(now.text + now.length, text, strlen(text) + 1u);
    now.length += strlen(text);
}

static void take_move(void *context, unsigned lines)
{
    (void)context;
    now.back += lines;
    now.length = 0;
    now.text[0] = '\0';
}

static uint32_t get_clock(void *context)
{
    (void)context;
    return now.clock;
}

static void get_size(void *context, unsigned *columns, unsigned *rows)
{
    (void)context;
    *columns = now.columns;
    *rows = now.rows;
}

static void begin(unsigned columns, unsigned rows, bool has_move)
{
    const struct up_watch_output output = {take_text, has_move ? take_move : NULL, get_clock,
                                           get_size, NULL};

    memset(&now, 0, sizeof now);
    now.clock = 0xFFFFFF00u; /* it wraps soon */
    now.columns = columns;
    now.rows = rows;
    now.sink = up_watch_new(&output, NULL);
    assert_non_null(now.sink);
}

static void add(uint8_t flags, uint16_t port, uint32_t value)
{
    static uint64_t time;
    const struct up_record record = {
        .time = time++ % 1000, .port = port, .value = value, .width = 1, .flags = flags};

    assert_true(now.sink->add(now.sink, &record));
}

static void flush_after(uint32_t ms)
{
    now.clock += ms;
    assert_true(now.sink->flush(now.sink));
}

/* ---- on a terminal --------------------------------------------------------------------------- */

static void test_one_line_for_each_port(void **state)
{
    unsigned i;

    (void)state;
    begin(80, 25, true);
    for (i = 0; i < 3000; i++) {
        add(0, 0x379, 0x7F);
    }
    add(UP_RECORD_WRITE, 0x378, 0x55);
    add(UP_RECORD_WRITE | UP_RECORD_DENIED, 0x37A, 1);
    flush_after(2000);
    assert_string_equal(now.text,
                        "PORT  NAME     WRITTEN   READ      PER SECOND           TOTAL\n"
                        "378   lpt1     55        -                  1               1\n"
                        "379   lpt1     -         7F             1,500           3,000\n"
                        "37A   lpt1     -         -                  1               1  1 denied\n"
                        "3,002 accesses\n");
    assert_int_equal(now.back, 0);
    add(UP_RECORD_WRITE, 0x378, 0xAA);
    flush_after(100); /* too soon */
    assert_int_equal(now.back, 0);
    flush_after(100);
    assert_int_equal(now.back, 5);
    assert_non_null(
        strstr(now.text, "378   lpt1     AA        -                  1               2\n"));
    flush_after(1000); /* nothing comes any more */
    assert_int_equal(now.back, 10);
    assert_non_null(
        strstr(now.text, "379   lpt1     -         7F                 0           3,000\n"));
    assert_true(now.sink->lost(now.sink, 0, 12));
    assert_true(now.sink->close(now.sink, 0, NULL));
    assert_non_null(strstr(now.text, "3,003 accesses; 12 more were LOST\n"));
}

static void test_escape_sequences(void **state)
{
    (void)state;
    begin(80, 25, false);
    add(0, 0x379, 0x7F);
    flush_after(10);
    assert_null(strchr(now.text, '\x1B'));
    flush_after(200);
    assert_non_null(strstr(now.text, "1 access\n\x1B[3F\x1B[JPORT "));
    assert_true(now.sink->close(now.sink, 0, NULL));
}

static void test_a_small_terminal(void **state)
{
    const char *line, *end;
    unsigned i, lines = 0;

    (void)state;
    begin(30, 6, true);
    for (i = 0; i < 10; i++) {
        add(UP_RECORD_WRITE, (uint16_t)(0x300 + i), i);
    }
    add(UP_RECORD_WRITE, 0x300, 0); /* is now one of the last ones */
    flush_after(500);
    for (line = now.text; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        assert_true(end - line < 30);
        lines++;
    }
    assert_int_equal(lines, 5);
    assert_non_null(strstr(now.text, "\n300 "));
    assert_null(strstr(now.text, "\n307 "));
    assert_non_null(strstr(now.text, "\n308 "));
    assert_non_null(strstr(now.text, "\n11 accesses; more ports than"));
    now.columns = 80;
    flush_after(500);
    assert_non_null(strstr(now.text, "11 accesses; more ports than there are lines: 7\n"));
    assert_true(now.sink->close(now.sink, 0, NULL));
}

/* ---- elsewhere ------------------------------------------------------------------------------- */

static unsigned count_of(const char *word)
{
    const char *at = now.text;
    unsigned count = 0;

    while ((at = strstr(at, word)) != NULL) {
        count++;
        at++;
    }
    return count;
}

static void test_lines_of_what_changes(void **state)
{
    (void)state;
    begin(0, 0, true);
    add(0, 0x379, 0x7F);
    add(0, 0x379, 0x7F);
    add(0, 0x379, 0x7F);
    assert_int_equal(count_of("\n"), 1);
    add(0, 0x379, 0xFF);
    add(UP_RECORD_WRITE, 0x379, 0xFF);
    add(UP_RECORD_WRITE, 0x379, 0xFF);
    add(UP_RECORD_DENIED, 0x379, 0xFF);
    assert_int_equal(count_of("\n"), 6);
    assert_non_null(strstr(now.text, "read  7F\n... not shown: 2 reads without a change\n"));
    assert_int_equal(count_of("denied: 379 is not granted\n"), 1);
    assert_true(now.sink->lost(now.sink, 0, 3));
    assert_true(now.sink->close(now.sink, 0, NULL));
    assert_non_null(strstr(now.text, "3 accesses were LOST here: there were more than could be "
                                     "recorded\n7 accesses; 3 more were LOST\n"));
}

static void test_not_too_many_lines(void **state)
{
    unsigned i;

    (void)state;
    begin(0, 0, true);
    for (i = 0; i < 1000; i++) {
        add(UP_RECORD_WRITE, 0x378, i);
    }
    assert_int_equal(count_of("write "), UP_WATCH_LINES);
    flush_after(900);
    assert_int_equal(count_of("not shown"), 0);
    flush_after(100);
    assert_non_null(strstr(now.text, "\n... not shown: 950 accesses of too many in a second\n"));
    add(UP_RECORD_WRITE, 0x378, 1);
    assert_int_equal(count_of("write "), UP_WATCH_LINES + 1u);
    add(0, 0x378, 1);
    add(0, 0x378, 1);
    assert_true(now.sink->close(now.sink, 0, NULL));
    assert_non_null(strstr(now.text, "... not shown: 1 read without a change\n1,003 accesses\n"));
}

/* ---- the lines of a printer port ------------------------------------------------------------- */

static uint32_t take(struct up_line_levels *levels, uint8_t flags, uint16_t port, uint8_t width,
                     uint32_t value)
{
    const struct up_record record = {.port = port, .width = width, .value = value, .flags = flags};

    return up_lines_take(levels, 0x378, &record);
}

static void test_which_lines_are_inverted(void **state)
{
    struct up_line_levels levels = {0, 0};
    char low[200] = "";
    unsigned i;

    (void)state;
    assert_int_equal(take(&levels, UP_RECORD_WRITE, 0x378, 1, 0x81), 0x1FE);
    assert_true(take(&levels, UP_RECORD_WRITE, 0x37A, 1, 0x0D) ==
                (1u << UP_LINE_STROBE | 1u << UP_LINE_AUTOFEED | 1u << UP_LINE_INIT |
                 1u << UP_LINE_SELECT_IN));
    assert_int_equal(levels.known, 0x1A1FF);
    (void)take(&levels, 0, 0x379, 1, 0x58);
    assert_int_equal(levels.known, 0x1FFFF);
    assert_int_equal(up_lines_data(&levels), 0x81);
    for (i = 0; i < UP_LINES; i++) {
        assert_int_equal(up_lines[i].pin, i + 1u);
        if ((levels.high >> i & 1u) == 0) {
            (void)snprintf(low + strlen(low), sizeof low - strlen(low), "%s ", up_lines[i].name);
        }
    }
    assert_string_equal(low, "nSTROBE D1 D2 D3 D4 D5 D6 PAPER_END nSELECTIN ");
}

static void test_which_accesses_tell(void **state)
{
    struct up_line_levels levels = {0, 0};

    (void)state;
    assert_int_equal(take(&levels, UP_RECORD_WRITE | UP_RECORD_DENIED, 0x378, 1, 0x81), 0);
    assert_int_equal(take(&levels, UP_RECORD_DENIED, 0x379, 1, 0xFF), 0);
    assert_int_equal(take(&levels, UP_RECORD_WRITE, 0x379, 1, 0xFF), 0); /* to status */
    assert_int_equal(take(&levels, 0, 0x377, 1, 0xFF), 0);
    assert_int_equal(take(&levels, 0, 0x37B, 4, 0xFF), 0);
    assert_int_equal(levels.known, 0);
    assert_int_equal(take(&levels, 0, 0x376, 4, 0x58AA0000), 0x1FE | 0x5E00);
    assert_int_equal(up_lines_data(&levels), 0xAA);
    assert_true((levels.high >> UP_LINE_BUSY & 1u) == 1);
    assert_int_equal(take(&levels, UP_RECORD_WRITE, 0x378, 4, 0x00010033), 0x1FE | 0x1A001);
    assert_int_equal(up_lines_data(&levels), 0x33);
    assert_true((levels.high & 1u) == 0); /* nSTROBE */
}

/* ---- a part of a recording ------------------------------------------------------------------- */

static unsigned passed, passed_lost;

static bool pass(struct up_sink *sink, const struct up_record *record)
{
    (void)sink;
    (void)record;
    passed++;
    return true;
}

static bool pass_lost(struct up_sink *sink, uint64_t time, uint64_t count)
{
    (void)sink;
    (void)time;
    passed_lost += (unsigned)count;
    return true;
}

static void test_filter(void **state)
{
    struct up_sink to = {.add = pass, .lost = pass_lost};
    struct up_filter filter;
    struct up_portset ports;
    struct up_record record = {.port = 0x377, .width = 2};
    uint64_t time;

    (void)state;
    up_portset_deny_all(&ports);
    up_portset_grant(&ports, 0x378, 0x378);
    up_portset_grant(&ports, 0, 0);
    up_filter_init(&filter, &to, 5, 7, &ports);
    for (time = 0; time < 10; time++) {
        record.time = time;
        assert_true(filter.sink.add(&filter.sink, &record));
        assert_true(filter.sink.lost(&filter.sink, time, 1));
    }
    assert_int_equal(passed, 3);
    assert_int_equal(passed_lost, 3);
    record.time = 5;
    record.width = 1;
    assert_true(filter.sink.add(&filter.sink, &record));
    record.port = 0xFFFF; /* what is past the last port is not port 0 */
    record.width = 4;
    assert_true(filter.sink.add(&filter.sink, &record));
    assert_int_equal(passed, 3);
    up_filter_init(&filter, &to, 5, 7, NULL);
    assert_true(filter.sink.add(&filter.sink, &record));
    assert_int_equal(passed, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_line_for_each_port),
        cmocka_unit_test(test_escape_sequences),
        cmocka_unit_test(test_a_small_terminal),
        cmocka_unit_test(test_lines_of_what_changes),
        cmocka_unit_test(test_not_too_many_lines),
        cmocka_unit_test(test_which_lines_are_inverted),
        cmocka_unit_test(test_which_accesses_tell),
        cmocka_unit_test(test_filter),
    };

    return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
