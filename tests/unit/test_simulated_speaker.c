/* SPDX-License-Identifier: MIT
 *
 * Tests of simulated/speaker.c and wav.c: port 61, the command to read back, and the sound:
 * frequencies, gaps, that long silence is cut, a header that is valid at every flush, a disk that
 * is full. test_simulated_pit.c has the timer.
 */
#include "simulated.h"

#include <errno.h>

#include "simulated/wav.h"

#define RATE   44100u
#define HEADER 44u

static void pass_ms(uint32_t milliseconds)
{
    now += milliseconds * 1000000ull;
}

static void set_count(uint8_t command, uint16_t count)
{
    out(0x43, 1, command);
    out(0x42, 1, count & 0xFFu);
    out(0x42, 1, count >> 8);
}

/* ---- the file -------------------------------------------------------------------------------- */

static uint8_t file[8u << 20];
static size_t samples; /* in it */

static uint32_t number(size_t at, unsigned bytes)
{
    uint32_t value = 0;

    while (bytes-- > 0) {
        value = value << 8 | file[at + bytes];
    }
    return value;
}

static int sample(size_t at)
{
    return (int16_t)number(HEADER + 2u * at, 2);
}

/* Reads the file. Its header has to be valid, and true. */
static void load(void)
{
    const size_t length = read_file("beep.wav", file, sizeof file);

    assert_true(length >= HEADER && length < sizeof file);
    assert_memory_equal(file, "RIFF", 4);
    assert_int_equal(number(4, 4), length - 8);
    assert_memory_equal(file + 8, "WAVEfmt ", 8);
    assert_int_equal(number(16, 4), 16);
    assert_int_equal(number(20, 2), 1);
    assert_int_equal(number(22, 2), 1);
    assert_int_equal(number(24, 4), RATE);
    assert_int_equal(number(28, 4), 2 * RATE);
    assert_int_equal(number(32, 2), 2);
    assert_int_equal(number(34, 2), 16);
    assert_memory_equal(file + 36, "data", 4);
    assert_int_equal(number(40, 4), length - HEADER);
    samples = (length - HEADER) / 2;
}

/* Periods that begin from one sample to another: how often it goes up through zero. */
static unsigned periods(size_t first, size_t last)
{
    unsigned count = 0;
    bool is_below = false;
    size_t i;

    assert_true(last <= samples);
    for (i = first; i < last; i++) {
        if (sample(i) < -1000) {
            is_below = true;
        } else if (sample(i) > 1000 && is_below) {
            is_below = false;
            count++;
        }
    }
    return count;
}

/* ---- port 61 --------------------------------------------------------------------------------- */

static void test_port_61(void **state)
{
    unsigned value, changes = 0;
    uint32_t last, i;

    (void)state;
    open_at("speaker:beep.wav", 0x42);
    for (value = 0; value < 0x100; value++) {
        out(0x61, 1, value);
        assert_int_equal(in(0x61, 1) & 0xCF, value & 0x0F);
    }
    /* the refresh changes each 18 ticks, 15 us: 66.287 times in a ms */
    now = 0;
    last = in(0x61, 1);
    for (i = 0; i < 1000; i++) {
        const uint32_t next = in(0x61, 1);

        changes += (last ^ next) >> 4 & 1u;
        last = next;
    }
    assert_in_range(changes, 66, 67);
    /* the output: high with the gate low, and then a half of the time */
    out(0x61, 1, 0x00);
    set_count(0xB6, 1000);
    assert_int_equal(in(0x61, 1) & 0x20, 0x20);
    out(0x61, 1, 0x01);
    changes = 0;
    for (i = 0; i < 8380; i++) { /* ten periods of 838 us */
        changes += in(0x61, 1) >> 5 & 1u;
    }
    assert_in_range(changes, 4180, 4200);
    /* other registers there are none, and the width does not matter */
    assert_int_equal(in(0x40, 1), 0xFF);
    assert_int_equal(in(0x43, 1), 0xFF);
    out(0x40, 1, 0);
    out(0x62, 1, 0);
    out(0x60, 2, 0x0200);
    assert_int_equal(in(0x60, 4) & 0xFFFFCFFF, 0xFFFF02FF);
    out(0x61, 1, 0x00);
    out(0x42, 2, 0xB634); /* 34 to 42, B6 to 43 */
    device->kind->reset(device, now);
    assert_int_equal(in(0x61, 1) & 0xEF, 0x20);
    close_it();
}

/* The 8254's command to read back, by port 43. */
static void test_read_back(void **state)
{
    (void)state;
    open_at("speaker:beep.wav", 0x42);
    out(0x43, 1, 0xB4);                  /* mode 2 */
    out(0x43, 1, 0xE8);                  /* the status of channel 2 */
    assert_int_equal(in(0x42, 1), 0xF4); /* output high, no count yet */
    out(0x42, 1, 0x00);
    out(0x42, 1, 0x10);
    out(0x43, 1, 0xE8);
    assert_int_equal(in(0x42, 1), 0xB4);
    out(0x43, 1, 0xC8); /* both: first the status */
    assert_int_equal(in(0x42, 1), 0xB4);
    assert_int_equal(in(0x42, 1), 0x00);
    assert_int_equal(in(0x42, 1), 0x10);
    /* other channels' commands are not for this one */
    out(0x43, 1, 0xC6);
    out(0x43, 1, 0x00);
    out(0x43, 1, 0x36);
    out(0x43, 1, 0x70);
    assert_int_equal(in(0x42, 1), 0x00);
    assert_int_equal(in(0x42, 1), 0x10);
    out(0x43, 1, 0xE8);
    assert_int_equal(in(0x42, 1), 0xB4);
    close_it();
}

/* ---- sound ----------------------------------------------------------------------------------- */

static char root[4096]; /* of the tree, where the test began */

/* The notes that script/tools/wav_notes.py finds: hz and seconds of each. */
static unsigned find_notes(double (*found)[2], unsigned room)
{
    char command[5000], line[200];
    unsigned count = 0;
    FILE *output;

    (void)snprintf(command, sizeof command,
                   "/usr/bin/python3 '%s/script/tools/wav_notes.py' beep.wav", root);
    output = popen(command, "r");
    assert_non_null(output);
    while (count < room && fgets(line, sizeof line, output) != NULL) {
        assert_int_equal(
            sscanf(line, "%lf Hz from %*f s for %lf s", &found[count][0], &found[count][1]), 2);
        count++;
    }
    assert_int_equal(pclose(output), 0);
    return count;
}

/* The tune of examples/c/speaker.c */
static void test_tune(void **state)
{
    double found[10][2];
    static const struct {
        unsigned hz, ms;
    } tune[] = {{523, 180}, {659, 180}, {784, 180}, {1047, 180},
                {880, 180}, {784, 180}, {1047, 300}};
    size_t at = 0, i;

    (void)state;
    open_at("speaker:beep.wav", 0x42);
    pass_ms(700); /* silence before the first sound, which is left out */
    for (i = 0; i < sizeof tune / sizeof tune[0]; i++) {
        set_count(0xB6, (uint16_t)(1193182u / tune[i].hz));
        out(0x61, 1, 0x03);
        pass_ms(tune[i].ms);
        out(0x61, 1, 0x00);
        pass_ms(20);
        device->kind->flush(device);
        load();
    }
    close_it();
    load();
    assert_in_range(samples, 1500 * RATE / 1000, 1530 * RATE / 1000);
    for (i = 0; i < sizeof tune / sizeof tune[0]; i++) {
        const size_t end = at + tune[i].ms * RATE / 1000;
        const unsigned wanted = tune[i].hz * tune[i].ms / 1000;

        assert_in_range(periods(at, end), wanted - 2, wanted + 1);
        at = end + 20 * RATE / 1000;
        assert_true(periods(end + 100, at - 100) == 0);
    }
    assert_int_equal(notes.count, 0);
    assert_int_equal(find_notes(found, 10), 7);
    for (i = 0; i < 7; i++) {
        assert_in_range((int)(found[i][0] + 0.5), tune[i].hz - 1, tune[i].hz + 1);
        assert_in_range((int)(found[i][1] * 1000), tune[i].ms - 5, tune[i].ms + 1);
    }
}

/* Bit 1 alone makes a sound too, and bit 0 alone makes none. */
static void test_bits(void **state)
{
    unsigned i;

    (void)state;
    open_at("speaker:beep.wav", 0x42);
    set_count(0xB6, 1193);
    out(0x61, 1, 0x01);
    pass_ms(500);
    device->kind->flush(device);
    load();
    assert_int_equal(samples, 0);
    out(0x61, 1, 0x00);
    for (i = 0; i < 200; i++) { /* 500 Hz by hand */
        out(0x61, 1, 0x02);
        pass_ms(1);
        out(0x61, 1, 0x00);
        pass_ms(1);
    }
    close_it();
    load();
    assert_in_range(periods(0, 400 * RATE / 1000), 196, 201);
}

/* A tone that changes while it sounds, as sirens do, changes without a gap. */
static void test_glide(void **state)
{
    unsigned i;

    (void)state;
    open_at("speaker:beep.wav", 0x42);
    set_count(0xB6, 2386); /* 500 Hz */
    out(0x61, 1, 0x03);
    for (i = 0; i < 10; i++) {
        pass_ms(100);
        out(0x42, 1, i % 2 == 0 ? 1193 & 0xFF : 2386 & 0xFF); /* 1000 and 500 Hz */
        out(0x42, 1, i % 2 == 0 ? 1193 >> 8 : 2386 >> 8);
    }
    close_it();
    load();
    for (i = 0; i < 10; i++) {
        assert_in_range(periods(i * RATE / 10, (i + 1) * RATE / 10), i % 2 == 0 ? 48 : 97,
                        i % 2 == 0 ? 51 : 101);
    }
}

static void test_silence(void **state)
{
    const uint64_t hour = 3600ull * 1000000000u;
    size_t first;

    (void)state;
    open_at("speaker:beep.wav", 0x42);
    now += 100u * hour;
    set_count(0xB6, 1193);
    out(0x61, 1, 0x03);
    pass_ms(100);
    out(0x61, 1, 0x00);
    pass_ms(3000); /* stays as it is */
    out(0x61, 1, 0x03);
    pass_ms(100);
    out(0x61, 1, 0x00);
    device->kind->flush(device);
    load();
    first = samples;
    assert_in_range(first, 3200 * RATE / 1000 - 100, 3200 * RATE / 1000 + 100);
    now += 1000u * hour; /* becomes 10 s */
    out(0x61, 1, 0x03);
    pass_ms(100);
    out(0x61, 1, 0x00);
    now += hour; /* after the last sound */
    close_it();
    load();
    assert_in_range(samples, first + 10 * RATE, first + 10 * RATE + RATE / 4);
    assert_in_range(periods(first + 10 * RATE - 2000, samples), 98, 101);
    /* A level that stays is silent too: connected, and the gate low. */
    open_at("speaker:beep.wav", 0x42);
    out(0x61, 1, 0x02);
    now += 1000u * hour;
    (void)in(0x61, 1);
    device->kind->flush(device);
    load();
    assert_true(samples < RATE / 4);
    close_it();
    /* and a one-shot that is over */
    open_at("speaker:beep.wav", 0x42);
    set_count(0xB0, 100);
    out(0x61, 1, 0x03);
    now += 1000u * hour;
    close_it();
    load();
    assert_true(samples < RATE / 4);
}

/* Sampled sound: the width of pulses makes the level. */
static void test_pulses(void **state)
{
    unsigned i, at;

    (void)state;
    open_at("speaker:beep.wav", 0x42);
    out(0x43, 1, 0x90); /* mode 0, low byte: each write is a pulse */
    out(0x61, 1, 0x03);
    for (i = 0; i < 4000; i++) { /* 16 kHz, with a tone of 500 Hz in it */
        out(0x42, 1, i / 16 % 2 == 0 ? 10 : 60);
        now += 61500;
    }
    close_it();
    load();
    for (i = 40; i < 240; i++) { /* the middle of each ms is above zero, or below */
        int sum = 0;

        for (at = 0; at < 22; at++) {
            sum += sample(i * RATE / 1000 + 11 + at);
        }
        assert_in_range(i % 2 == 0 ? sum / 22 : -sum / 22, 4000, 9000);
    }
}

/* A file that is full: it is said once, and costs no time any more. */
static void test_two_hours(void **state)
{
    static struct up_wav wav;
    unsigned i;

    (void)state;
    assert_true(up_wav_open(&wav, "beep.wav", take_note, &notes, NULL));
    wav.count = UP_WAV_MAX - 100;
    for (i = 0; i < 99; i++) {
        up_wav_add(&wav, i % 2 == 0 ? 20000 : 0);
    }
    assert_false(up_wav_is_over(&wav));
    for (i = 0; i < 500; i++) {
        up_wav_add(&wav, i % 2 == 0 ? 20000 : 0);
    }
    assert_true(up_wav_is_over(&wav));
    assert_int_equal(wav.count, UP_WAV_MAX);
    assert_true(up_wav_close(&wav, NULL));
    assert_int_equal(read_file("beep.wav", file, sizeof file), HEADER + 200);
    assert_int_equal(number(40, 4), 2 * UP_WAV_MAX);
    assert_int_equal(notes.count, 1);
    assert_string_equal(notes.text[0], "beep.wav has two hours of sound and is full: what comes "
                                       "now is left out");
    open_at("speaker:/dev/full", 0x42);
    device->kind->flush(device);
    set_count(0xB6, 1193);
    out(0x61, 1, 0x03);
    now += 1000ull * 3600u * 1000000000u;
    (void)in(0x61, 1);
    assert_false(device->kind->close(device, now, NULL));
}

static void test_full(void **state)
{
    struct up_error_detail problem;

    (void)state;
    open_at("speaker:/dev/full", 0x42);
    out(0x61, 1, 0x02);
    device->kind->flush(device);
    pass_ms(10);
    out(0x61, 1, 0x00);
    device->kind->flush(device);
    device->kind->flush(device);
    assert_int_equal(notes.count, 1);
    assert_string_equal(notes.text[0], "cannot write /dev/full: the disk is full (28)");
    assert_false(device->kind->close(device, now, &problem));
    assert_int_equal(problem.code, ENOSPC);
    open_at("speaker:/dev/full", 0x42);
    assert_false(device->kind->close(device, 0, NULL)); /* its header */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_port_61, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_read_back, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_tune, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_bits, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_glide, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_silence, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_pulses, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_two_hours, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_full, make_folder, remove_folder),
    };

    if (getcwd(root, sizeof root) == NULL) {
        return 1;
    }
    return cmocka_run_group_tests_name("simulated_speaker", tests, NULL, NULL);
}
