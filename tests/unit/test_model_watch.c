/* SPDX-License-Identifier: MIT
 *
 * gui/model_watch.c and model_watch_text.c: what the window of a watched program shows of records
 * and of the time that passes, for both of which these tests play.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "gui/model_watch.h"

#define MS(ms) ((uint64_t)(ms)*1000000u)

static struct up_watching watching;
static char text[1500];

static int setup(void **state)
{
    const struct up_record_info info = {.printers = 2, .printer = {0x378, 0xD100}};

    (void)state;
    up_watching_init(&watching);
    up_watching_begin(&watching, &info);
    return 0;
}

static void add(uint64_t time, uint16_t port, uint8_t flags, uint8_t width, uint32_t value)
{
    const struct up_record record = {
        .time = time, .port = port, .flags = flags, .width = width, .value = value};

    up_watching_add(&watching, &record);
}

static void out8(uint64_t time, uint16_t port, uint8_t value)
{
    add(time, port, UP_RECORD_WRITE, 1, value);
}

static void in8(uint64_t time, uint16_t port, uint8_t value)
{
    add(time, port, 0, 1, value);
}

static const char *words(void)
{
    up_watching_text(&watching, text, sizeof text);
    return text;
}

static const char *headline(void)
{
    up_watching_headline(&watching, text, sizeof text);
    return text;
}

static const char *row(uint32_t number)
{
    char cell[80];

    text[0] = '\0';
    for (int column = 0; column < UP_WATCHING_COLUMNS; column++) {
        up_watching_cell(&watching, number, (enum up_watching_column)column, cell, sizeof cell);
        strcat(text, column > 0 ? "|" : "");
        strcat(text, cell);
    }
    return text;
}

/* How a line looks in the columns from the oldest to the newest, as letters. */
static const char *line(unsigned number, uint32_t columns)
{
    uint64_t now;
    const struct up_wave *wave = up_watching_wave(&watching, &now);
    struct up_watching_slot slot;

    assert_non_null(wave);
    for (uint32_t i = 0; i < columns; i++) {
        text[i] = up_wave_slot(wave, now, columns - 1u - i, &slot)
                      ? "?HLB"[up_wave_look(&slot, number)]
                      : '.';
    }
    text[columns] = '\0';
    return text;
}

/* The clock goes on to where the picture's right edge is at this time of the recording. */
static bool show(uint64_t time)
{
    const uint64_t at = time + UP_WATCHING_DELAY_NS;

    return up_watching_tick(&watching, (at + 999999u) / 1000000u);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void levels(void **state)
{
    uint64_t now;

    (void)state;
    assert_null(up_watching_wave(&watching, &now));
    assert_string_equal(headline(), "");
    out8(MS(8), 0x378, 0x01);
    assert_true(up_watching_tick(&watching, 8));
    out8(MS(24), 0x378, 0x02);
    in8(MS(32), 0x379, 0xDF);
    out8(MS(40), 0x37A, 0x05);
    (void)up_watching_tick(&watching, 40);
    (void)show(MS(56));
    assert_string_equal(line(UP_LINE_D0, 10), "..?HHBLLLL");
    assert_string_equal(line(UP_LINE_D0 + 1, 8), "?LLBHHHH");
    assert_string_equal(line(UP_LINE_ACK, 8), "????HHHH");
}

static void every_line(void **state)
{
    /* status DF: nACK, BUSY (inverted), PAPER_END, SELECT, nERROR; control 05: nSTROBE low
     * (inverted), nAUTOFEED high (inverted), nINIT high, nSELECTIN high (inverted) */
    static const char wanted[] = "LLHLHLLHLHLLHHHHH";
    char got[UP_LINES + 1u];

    (void)state;
    out8(0, 0x378, 0x4A);
    in8(0, 0x379, 0xDF);
    out8(0, 0x37A, 0x05);
    (void)show(MS(80));
    for (unsigned i = 0; i < UP_LINES; i++) {
        got[i] = line(i, 1)[0];
    }
    got[UP_LINES] = '\0';
    assert_string_equal(got, wanted);
    assert_string_equal(headline(),
                        "Printer port at 378:   data 4A   status DF   control 05   0 accesses a "
                        "second");
}

static void unknown_until_told(void **state)
{
    (void)state;
    out8(MS(16), 0x378, 0xFF);
    (void)up_watching_tick(&watching, 16);
    (void)show(MS(32));
    assert_string_equal(line(UP_LINE_D0, 6), ".??HHH");
    assert_string_equal(line(UP_LINE_STROBE, 6), ".?????");
    assert_string_equal(headline(),
                        "Printer port at 378:   data FF   status --   control --   0 accesses a "
                        "second");
    add(MS(40), 0x37A, UP_RECORD_WRITE | UP_RECORD_DENIED, 1, 0xFF); /* tells nothing */
    out8(MS(40), 0x379, 0xFF);                                       /* nor does that */
    (void)show(MS(48));
    assert_string_equal(line(UP_LINE_STROBE, 1), "?");
    assert_string_equal(line(UP_LINE_ACK, 1), "?");
    assert_non_null(strstr(headline(), "data FF   status --   control --"));
}

static void wide_access(void **state)
{
    (void)state;
    add(0, 0x378, 0, 4, 0x000CDF4Au);
    (void)show(MS(8));
    assert_non_null(strstr(headline(), "data 4A   status DF   control 0C"));
    add(MS(8), 0x377, UP_RECORD_WRITE, 2, 0x5500u);
    assert_non_null(strstr(headline(), "data 55"));
    add(MS(8), 0x37B, UP_RECORD_WRITE, 1, 0xFF); /* beside it */
    add(MS(8), 0x376, UP_RECORD_WRITE, 2, 0xFFFFu);
    assert_non_null(strstr(headline(), "data 55   status DF   control 0C"));
}

static void short_pulses_are_seen(void **state)
{
    (void)state;
    out8(0, 0x378, 0);
    out8(MS(800), 0x378, 1);
    out8(MS(800) + 1, 0x378, 0);
    (void)up_watching_tick(&watching, 800);
    (void)show(MS(824));
    assert_string_equal(line(UP_LINE_D0, 6), "LLBLLL");
}

static void used_most(void **state)
{
    uint64_t now;

    (void)state;
    in8(0, 0xD101, 0);
    assert_int_equal(up_watching_wave(&watching, &now)->base, 0xD100);
    in8(0, 0x379, 0);
    in8(0, 0x379, 0);
    assert_int_equal(up_watching_wave(&watching, &now)->base, 0x378);
}

static void old_slots_are_forgotten(void **state)
{
    const uint64_t far = 100000u * (uint64_t)UP_WATCHING_SLOT_NS;
    struct up_watching_slot slot;
    uint64_t now;
    const struct up_wave *wave;

    (void)state;
    out8(0, 0x378, 1);
    (void)up_watching_tick(&watching, 0);
    out8(far, 0x378, 0);
    (void)up_watching_tick(&watching, far / 1000000u);
    (void)show(far);
    wave = up_watching_wave(&watching, &now);
    assert_true(now >= far);
    now = far;
    assert_true(up_wave_slot(wave, now, 0, &slot));
    assert_int_equal(up_wave_look(&slot, UP_LINE_D0), UP_WAVE_BOTH);
    assert_true(up_wave_slot(wave, now, UP_WATCHING_SLOTS - 1u, &slot));
    assert_int_equal(up_wave_look(&slot, UP_LINE_D0), UP_WAVE_HIGH);
    assert_false(up_wave_slot(wave, now, UP_WATCHING_SLOTS, &slot));
    assert_false(up_wave_slot(wave, now, 99999, &slot));
}

static void seconds(void **state)
{
    uint32_t second;

    (void)state;
    assert_true(up_wave_second(MS(2000), 0, &second));
    assert_int_equal(second, 2);
    assert_false(up_wave_second(MS(2000), 1, &second));
    assert_true(up_wave_second(MS(2000), 125, &second));
    assert_int_equal(second, 1);
    assert_true(up_wave_second(MS(2000), 250, &second));
    assert_int_equal(second, 0);
    assert_false(up_wave_second(MS(2000), 251, &second));
}

static void lost_ones_are_marked(void **state)
{
    struct up_watching_slot slot;
    uint64_t now;

    (void)state;
    out8(0, 0x378, 1);
    up_watching_lose(&watching, MS(16), 1);
    up_watching_lose(&watching, MS(16), 2999);
    (void)show(MS(24));
    const struct up_wave *wave = up_watching_wave(&watching, &now);
    assert_true(up_wave_slot(wave, MS(24), 1, &slot));
    assert_true((slot.high & UP_WATCHING_LOST) != 0);
    assert_int_equal(up_wave_look(&slot, UP_LINE_D0), UP_WAVE_HIGH);
    assert_true(up_wave_slot(wave, MS(24), 0, &slot));
    assert_true((slot.high & UP_WATCHING_LOST) == 0);
    assert_string_equal(words(), "The program is running: 1 access. 3,000 accesses came faster "
                                 "than they could be written, and are missing.");
}

/* ---- time ------------------------------------------------------------------------------------ */

static void time_passes(void **state)
{
    uint64_t now;

    (void)state;
    assert_false(up_watching_tick(&watching, 5000)); /* nothing has come: it stands still */
    out8(MS(100), 0x378, 1);
    assert_true(up_watching_tick(&watching, 7000));
    (void)up_watching_wave(&watching, &now);
    assert_true(now == 0); /* the delay is longer */
    assert_true(up_watching_tick(&watching, 7400));
    (void)up_watching_wave(&watching, &now);
    assert_true(now == MS(250));
    assert_false(up_watching_tick(&watching, 7405)); /* the same column */
    assert_true(up_watching_tick(&watching, 7406));
    /* What comes later than the first is no reason to go back, what comes sooner one to go on. */
    out8(MS(400), 0x378, 0);
    (void)up_watching_tick(&watching, 7500);
    (void)up_watching_wave(&watching, &now);
    assert_true(now > MS(349) && now <= MS(350)); /* 7500 is about 600, less the delay */
    out8(MS(1000), 0x378, 1);
    (void)up_watching_tick(&watching, 7700);
    (void)up_watching_wave(&watching, &now);
    assert_true(now == MS(750));
    (void)up_watching_tick(&watching, 7000); /* a clock that goes back */
    (void)up_watching_wave(&watching, &now);
    assert_true(now == MS(750));
}

static void far_behind(void **state)
{
    uint64_t now;

    (void)state;
    out8(0, 0x378, 1);
    (void)up_watching_tick(&watching, 0);
    (void)up_watching_tick(&watching, 5250);
    out8(MS(100), 0x378, 1); /* the file is read slower than it grows */
    (void)up_watching_tick(&watching, 6000);
    out8(MS(5400), 0x378, 1);
    (void)up_watching_tick(&watching, 11300);
    (void)up_watching_wave(&watching, &now);
    assert_true(now == MS(5150));
}

static void stops_at_the_end(void **state)
{
    uint64_t now;

    (void)state;
    out8(0, 0x378, 1);
    (void)up_watching_tick(&watching, 0);
    up_watching_end(&watching, MS(1000));
    assert_true(up_watching_tick(&watching, 1100));
    assert_true(up_watching_tick(&watching, 9000));
    (void)up_watching_wave(&watching, &now);
    assert_true(now == MS(1000));
    assert_false(up_watching_tick(&watching, 19000));
}

static void ends_at_once(void **state)
{
    uint64_t now;

    (void)state;
    out8(MS(1), 0x378, 1);
    up_watching_end(&watching, MS(2));
    (void)up_watching_tick(&watching, 5);
    (void)up_watching_tick(&watching, 500);
    (void)up_watching_wave(&watching, &now);
    assert_true(now == MS(2));
}

static void paused(void **state)
{
    uint64_t now;

    (void)state;
    up_watching_pause(&watching, true); /* without a picture */
    assert_null(up_watching_wave(&watching, &now));
    up_watching_pause(&watching, false);
    out8(0, 0x378, 0x11);
    (void)up_watching_tick(&watching, 0);
    (void)show(MS(16));
    up_watching_pause(&watching, true);
    out8(MS(40), 0x378, 0x22);
    (void)up_watching_tick(&watching, 40);
    (void)show(MS(64));
    assert_string_equal(line(UP_LINE_D0, 3), "HHH");
    assert_string_equal(headline(),
                        "Printer port at 378:   data 11   status --   control --   (paused)");
    assert_string_equal(row(0), "378|printer port LPT1: data||22|0|2|0"); /* reading goes on */
    up_watching_pause(&watching, false);
    assert_string_equal(line(UP_LINE_D0, 4), "BLLL");
    assert_non_null(strstr(headline(), "data 22"));
}

/* ---- ports ----------------------------------------------------------------------------------- */

static void table(void **state)
{
    (void)state;
    in8(0, 0x379, 0x7F);
    out8(0, 0x378, 0xA5);
    add(0, 0x1F0, 0, 2, 0xBEEF);
    add(0, 0x300, UP_RECORD_DENIED, 1, 0xFF);
    add(0, 0x300, UP_RECORD_WRITE | UP_RECORD_DENIED, 1, 0x12);
    add(0, 0xD102, UP_RECORD_WRITE, 4, 0x89ABCDEFu);
    add(0, 0xE000, UP_RECORD_WRITE, 1, 0);
    assert_int_equal(watching.port_count, 6);
    assert_string_equal(row(0), "1F0|IDE disk registers|BEEF||0|1|0");
    assert_string_equal(row(1), "300|NE2000 network card|||0|2|2");
    assert_string_equal(row(2), "378|printer port LPT1: data||A5|0|1|0");
    assert_string_equal(row(3), "379|printer port LPT1: status|7F||0|1|0");
    assert_string_equal(row(4), "D102|printer port: control||89ABCDEF|0|1|0");
    assert_string_equal(row(5), "E000|||00|0|1|0");
    assert_string_equal(words(), "The program is running: 7 accesses, of which 2 were denied.");
}

static void accesses_a_second(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2000; i++) { /* one in each ms */
        in8(MS(i), 0x379, 0);
        if (i % 50 == 0) {
            (void)up_watching_tick(&watching, i);
        }
    }
    (void)show(MS(1500));
    assert_string_equal(row(0), "379|printer port LPT1: status|00||1,000|2,000|0");
    assert_non_null(strstr(headline(), " 1,000 accesses a second"));
    (void)show(MS(2500));
    assert_string_equal(row(0), "379|printer port LPT1: status|00||500|2,000|0");
    (void)show(MS(20000));
    assert_string_equal(row(0), "379|printer port LPT1: status|00||0|2,000|0");
    in8(MS(30000), 0x379, 0);
    (void)show(MS(30500));
    assert_string_equal(row(0), "379|printer port LPT1: status|00||1|2,001|0");
    up_watching_end(&watching, MS(30600)); /* less than a second after it */
    (void)show(MS(40000));
    assert_string_equal(row(0), "379|printer port LPT1: status|00||0|2,001|0");
}

static void more_ports_than_rows(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 65536; i += 2) {
        in8(0, (uint16_t)(65534u - i), 0);
    }
    in8(0, 65534u, 0);
    assert_int_equal(watching.port_count, UP_WATCHING_PORTS);
    for (unsigned i = 1; i < UP_WATCHING_PORTS; i++) {
        assert_true(watching.ports[i - 1u].port < watching.ports[i].port);
    }
    assert_string_equal(words(), "The program is running: 32,769 accesses. The table has the first "
                                 "256 ports; 32,512 accesses were to others.");
}

/* ---- words ----------------------------------------------------------------------------------- */

static void states(void **state)
{
    (void)state;
    assert_string_equal(words(), "The program has not used any port yet.");
    up_watching_end(&watching, MS(5));
    up_watching_exit(&watching, 3);
    assert_string_equal(words(), "The program has ended with exit status 3. It has not used any "
                                 "port.");
    setup(NULL);
    in8(0, 0x61, 0);
    up_watching_exit(&watching, 0xC0000096u);
    assert_string_equal(words(), "The program has ended with exit status C0000096, after 1 access. "
                                 "The recording was cut off.");
    setup(NULL);
    in8(0, 0x61, 0);
    add(0, 0x61, UP_RECORD_DENIED, 1, 0xFF);
    up_watching_lose(&watching, 0, 1);
    up_watching_end(&watching, MS(5));
    up_watching_exit(&watching, 0);
    assert_string_equal(words(), "The program has ended with exit status 0, after 2 accesses, of "
                                 "which 1 was denied. 1 access came faster than it could be "
                                 "written, and is missing.");
}

static void not_started(void **state)
{
    (void)state;
    up_watching_exit(&watching, 125);
    up_watching_fail(&watching, "cannot run x.exe: not found (2). Copy it there.");
    assert_string_equal(words(), "Cannot run x.exe: not found (2). Copy it there.");
    setup(NULL);
    in8(0, 0x61, 0); /* it has run: the status is its own */
    up_watching_end(&watching, 0);
    up_watching_exit(&watching, 125);
    up_watching_fail(&watching, "cannot run x.exe");
    assert_string_equal(words(), "The program has ended with exit status 125, after 1 access.");
}

static void spoilt(void **state)
{
    (void)state;
    in8(0, 0x61, 0);
    up_watching_spoil(&watching, "cannot read all of a.csv: the disk is gone (5)");
    assert_string_equal(words(), "The program is running: 1 access. Cannot read all of a.csv: the "
                                 "disk is gone (5).");
    up_watching_exit(&watching, 0);
    assert_string_equal(words(), "The program has ended with exit status 0, after 1 access. Cannot "
                                 "read all of a.csv: the disk is gone (5).");
}

static void title(void **state)
{
    (void)state;
    up_watching_title("C:\\lab\\legacy.exe", text, sizeof text);
    assert_string_equal(text, "UserPort: watching legacy.exe");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(levels, setup),
        cmocka_unit_test_setup(every_line, setup),
        cmocka_unit_test_setup(unknown_until_told, setup),
        cmocka_unit_test_setup(wide_access, setup),
        cmocka_unit_test_setup(short_pulses_are_seen, setup),
        cmocka_unit_test_setup(used_most, setup),
        cmocka_unit_test_setup(old_slots_are_forgotten, setup),
        cmocka_unit_test_setup(seconds, setup),
        cmocka_unit_test_setup(lost_ones_are_marked, setup),
        cmocka_unit_test_setup(time_passes, setup),
        cmocka_unit_test_setup(far_behind, setup),
        cmocka_unit_test_setup(stops_at_the_end, setup),
        cmocka_unit_test_setup(ends_at_once, setup),
        cmocka_unit_test_setup(paused, setup),
        cmocka_unit_test_setup(table, setup),
        cmocka_unit_test_setup(accesses_a_second, setup),
        cmocka_unit_test_setup(more_ports_than_rows, setup),
        cmocka_unit_test_setup(states, setup),
        cmocka_unit_test_setup(not_started, setup),
        cmocka_unit_test_setup(spoilt, setup),
        cmocka_unit_test_setup(title, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
