/* SPDX-License-Identifier: MIT
 *
 * Tests of simulated/replay.c and follow.c: a program that does as recorded, polls more or less
 * often, does something else, leaves out or adds something, ends early or goes on; and what is said
 * of it, with the number of the access.
 */
#include "simulated.h"

#include <errno.h>

#include "record/recording.h"
#include "session/session.h"

#define R(port_, value_)                                                                           \
    {                                                                                              \
        .port = (port_), .width = 1, .value = (value_)                                             \
    }
#define W(port_, value_)                                                                           \
    {                                                                                              \
        .port = (port_), .width = 1, .value = (value_), .flags = UP_RECORD_WRITE                   \
    }

/* Recorded: three bytes are printed, and the printer is busy in between. */
static const struct up_record printing[] = {
    W(0x37A, 0x0C), R(0x379, 0xDF), W(0x378, 'a'),  W(0x37A, 0x0D), R(0x37A, 0xCD), W(0x37A, 0x0C),
    R(0x379, 0x5F), R(0x379, 0x5F), R(0x379, 0x1F), R(0x379, 0xDF), /* to 10 */
    W(0x378, 'b'),  W(0x37A, 0x0D), R(0x37A, 0xCD), W(0x37A, 0x0C), R(0x379, 0x5F), R(0x379, 0xDF),
    W(0x378, 'c'),  W(0x37A, 0x0D), R(0x37A, 0xCD), W(0x37A, 0x0C), R(0x379, 0xDF), /* to 21 */
};
#define COUNT(rows) (unsigned)(sizeof(rows) / sizeof(rows)[0])

static void record(const char *path, const struct up_record *rows, unsigned count)
{
    struct up_record_info info = {.program = "lpt.exe"};
    struct up_sink *sink = up_recording_create(path, &info, NULL);
    uint64_t time = 0;
    unsigned i;

    assert_non_null(sink);
    for (i = 0; i < count; i++) {
        struct up_record row = rows[i];

        row.time = time += 1500;
        row.thread = row.process = 1;
        assert_true(sink->add(sink, &row));
    }
    assert_true(sink->close(sink, time, NULL));
}

static void open_replay(const struct up_record *rows, unsigned count)
{
    notes.count = 0;
    record("lpt.csv", rows, count);
    open_at("replay:lpt.csv", 0x378);
    up_simulated_covers(device, 0x378, 0x37A);
}
#define OPEN(rows) open_replay(rows, COUNT(rows))

/* The program does what these rows say, whatever it reads. */
static void act(const struct up_record *rows, unsigned first, unsigned last)
{
    unsigned i;

    for (i = first - 1; i < last; i++) {
        if (rows[i].flags & UP_RECORD_WRITE) {
            out(rows[i].port, rows[i].width, rows[i].value);
        } else {
            (void)in(rows[i].port, rows[i].width);
        }
    }
}

/* The same, and it reads the values in them. */
static void run(const struct up_record *rows, unsigned first, unsigned last)
{
    unsigned i;

    for (i = first - 1; i < last; i++) {
        const struct up_record *row = &rows[i];

        if (row->flags & UP_RECORD_WRITE) {
            out(row->port, row->width, row->value);
        } else if (in(row->port, row->width) != row->value) {
            fail_msg("access %u reads something else", i + 1);
        }
    }
}

/* Closes it. These notes have to be there, the last one without its beginning. */
static void close_with(unsigned count, const char *const *texts)
{
    char text[700];
    unsigned i;

    close_it();
    for (i = 0; i < count && i < notes.count; i++) {
        (void)snprintf(text, sizeof text, "replay lpt.csv: %s", texts[i]);
        assert_string_equal(notes.text[i], text);
    }
    if (i < notes.count) {
        fail_msg("one more: %s", notes.text[i]);
    }
    assert_int_equal(notes.count, count);
}
#define CLOSE(...)                                                                                 \
    close_with(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *),                        \
               (const char *const[]){__VA_ARGS__})

/* ---- as recorded ----------------------------------------------------------------------------- */

static void test_as_recorded(void **state)
{
    (void)state;
    OPEN(printing);
    run(printing, 1, 21);
    CLOSE("the program did as recorded, all 21 accesses");
    OPEN(printing);
    run(printing, 1, 9);
    device->kind->reset(device, now);
    device->kind->flush(device);
    run(printing, 1, 21);
    CLOSE("the program did as recorded, all 21 accesses");
    open_replay(printing, 1);
    run(printing, 1, 1);
    CLOSE("the program did as recorded, all 1 access");
    /* nobody listens */
    assert_non_null(device = up_simulated_open("replay:lpt.csv", NULL, NULL, NULL));
    (void)in(0x379, 1);
    close_it();
}

/* Other ports' accesses are left out, and denied ones; without covers, all ports are played. */
static void test_ports(void **state)
{
    const struct up_record rows[] = {
        W(0x61, 3),
        W(0x378, 1),
        {.port = 0x378, .width = 1, .value = 2, .flags = UP_RECORD_WRITE | UP_RECORD_DENIED},
        R(0x37B, 5),
        {.port = 0x378, .width = 2, .value = 0x1234, .flags = UP_RECORD_SIMULATED},
        {.port = 0x378, .width = 4, .value = 0x12345678, .flags = UP_RECORD_WRITE},
        {.port = 0x379, .width = 1, .value = 0x80, .flags = UP_RECORD_WAIT},
    };

    (void)state;
    OPEN(rows);
    run(rows, 2, 2);
    run(rows, 5, 7);
    CLOSE("the program did as recorded, all 4 accesses");
    record("lpt.csv", rows, COUNT(rows));
    notes.count = 0;
    open_at("replay:lpt.csv", 0x378);
    run(rows, 1, 2);
    run(rows, 4, 7);
    CLOSE("the program did as recorded, all 6 accesses");
    notes.count = 0;
    open_at("replay:lpt.csv", 0x300);
    up_simulated_covers(device, 0x300, 0x307);
    assert_int_equal(in(0x300, 4), 0xFFFFFFFF);
    assert_int_equal(in(0x300, 1), 0xFF);
    CLOSE("the program reads 300 with 32 bits, and the recording has ended",
          "the recording has no access to these ports");
    /* The value of a wide write counts, and its width does. */
    OPEN(rows);
    run(rows, 2, 2);
    run(rows, 5, 5);
    out(0x378, 4, 0x12345679);
    assert_int_equal(in(0x379, 2), 0xFFFF);
    CLOSE("access 6: the program writes 12345679 to 378 with 32 bits, the recording has 12345678",
          "access 7: the program reads 379 with 16 bits, the recording has a read of 379",
          "2 differences; 1 of 4 accesses was not played");
}

/* ---- polling loops --------------------------------------------------------------------------- */

static void test_polls(void **state)
{
    const struct up_record loops[] = {/* two ports in turn */
                                      R(0x378, 1), R(0x379, 2), R(0x378, 3), R(0x379, 4),
                                      R(0x378, 5), R(0x379, 6), W(0x37A, 1),
                                      /* an index, and its register */
                                      W(0x378, 9), R(0x379, 0), W(0x378, 9), R(0x379, 0),
                                      W(0x378, 9), R(0x379, 1), W(0x37A, 2), R(0x379, 7)};
    unsigned i;

    (void)state;
    /* more often: the last value again, whatever comes then */
    OPEN(printing);
    run(printing, 1, 10);
    for (i = 0; i < 9000; i++) {
        assert_int_equal(in(0x379, 1), 0xDF);
    }
    run(printing, 11, 21);
    assert_int_equal(in(0x379, 1), 0xDF);
    CLOSE("the program did as recorded, all 21 accesses");
    /* less often */
    OPEN(printing);
    run(printing, 1, 7);
    run(printing, 11, 15);
    run(printing, 17, 21);
    CLOSE("the program did as recorded, all 21 accesses");
    /* rounds of two reads, at once, once more, and less */
    OPEN(loops);
    run(loops, 1, 6);
    run(loops, 5, 6);
    run(loops, 5, 6);
    run(loops, 7, 13);
    run(loops, 12, 13);
    run(loops, 14, 15);
    CLOSE("the program did as recorded, all 15 accesses");
    OPEN(loops);
    run(loops, 1, 2);
    run(loops, 7, 9);
    run(loops, 14, 15);
    CLOSE("the program did as recorded, all 15 accesses");
    OPEN(loops);
    run(loops, 1, 3); /* and out in the midst of a round */
    run(loops, 7, 15);
    CLOSE("the program did as recorded, all 15 accesses");
}

/* A program that waits for something else gets on, and it is said. */
static void test_endless_polls(void **state)
{
    const struct up_record rows[] = {R(0x379, 1), R(0x379, 2), W(0x378, 5), R(0x379, 0x80),
                                     W(0x378, 6)};
    unsigned polls = 0;

    (void)state;
    OPEN(rows);
    while ((in(0x379, 1) & 0x80) == 0) {
        polls++;
        assert_true(polls < 20000);
    }
    assert_in_range(polls, 10000, 10010);
    run(rows, 5, 5);
    CLOSE("access 3: the program reads 379, the recording has a write of 05 to 378",
          "1 difference; 1 of 5 accesses was not played");
}

/* ---- differences ----------------------------------------------------------------------------- */

static void test_other_value(void **state)
{
    (void)state;
    OPEN(printing);
    run(printing, 1, 10);
    out(0x378, 1, 'x');
    run(printing, 12, 21);
    CLOSE("access 11: the program writes 78 to 378, the recording has 62",
          "1 difference; 0 of 21 accesses were not played");
}

static void test_left_out(void **state)
{
    (void)state;
    OPEN(printing); /* the control register is not read back */
    run(printing, 1, 4);
    run(printing, 6, 12);
    run(printing, 14, 21);
    CLOSE("access 5: the program writes 0C to 37A, the recording has a read of 37A",
          "access 13: the program writes 0C to 37A, the recording has a read of 37A",
          "2 differences; 2 of 21 accesses were not played");
    OPEN(printing); /* a whole byte */
    run(printing, 1, 10);
    act(printing, 17, 21);
    CLOSE("access 11: the program writes 63 to 378, the recording has 62",
          "1 difference; 6 of 21 accesses were not played");
}

static void test_added(void **state)
{
    (void)state;
    OPEN(printing);
    run(printing, 1, 3);
    assert_int_equal(in(0x378, 1), 0xFF); /* the recording has no read of it */
    assert_int_equal(in(0x379, 1), 0xDF); /* what it gave last */
    assert_int_equal(in(0x37A, 1), 0xCD); /* what it gives next */
    run(printing, 4, 21);
    CLOSE("access 4: the program reads 378, the recording has a write of 0D to 37A",
          "3 differences; 0 of 21 accesses were not played");
}

/* It loses the place, and finds it again by what the program does then. */
static void test_found_again(void **state)
{
    struct up_record rows[400];
    unsigned i;

    (void)state;
    for (i = 0; i < 400; i++) {
        rows[i] = (struct up_record)W(0x378, i * 7 % 251);
        if (i % 3 == 2) {
            rows[i] = (struct up_record)R(0x379, i % 256);
        }
    }
    OPEN(rows);
    run(rows, 1, 30);
    for (i = 0; i < 30; i++) { /* something of its own */
        out(0x37A, 1, i);
    }
    run(rows, 31, 60);
    /* much is left out: the first accesses seem to be others */
    act(rows, 301, 316);
    run(rows, 317, 400);
    close_it();
    assert_in_range(notes.count, 8, 12);
    assert_string_equal(notes.text[0], "replay lpt.csv: access 31: the program writes 00 to 37A, "
                                       "the recording has a write of D2 to 378");
    /* what it took for another value, of the accesses behind 60, counts as played */
    assert_has(notes.text[notes.count - 1], "; 229 of 400 accesses were not played");
}

static void test_ends(void **state)
{
    const struct up_record nothing[1] = {{.port = 0}};

    (void)state;
    OPEN(printing); /* early */
    run(printing, 1, 10);
    CLOSE("0 differences; 11 of 21 accesses were not played");
    OPEN(printing); /* late */
    run(printing, 1, 21);
    out(0x378, 1, 'd');
    out(0x37A, 1, 0x0D);
    assert_int_equal(in(0x37A, 1), 0xCD);
    CLOSE("the program writes 64 to 378, and the recording has ended",
          "3 differences; 0 of 21 accesses were not played");
    open_replay(nothing, 0);
    assert_int_equal(in(0x379, 1), 0xFF);
    CLOSE("the program reads 379, and the recording has ended",
          "the recording has no access to these ports");
}

/* So many differences are said, and then only counted. */
static void test_many(void **state)
{
    struct up_record rows[100];
    unsigned i;

    (void)state;
    for (i = 0; i < 100; i++) {
        rows[i] = (struct up_record)W(0x378, i);
    }
    OPEN(rows);
    for (i = 0; i < 100; i++) {
        out(0x378, 1, 0xFF);
    }
    close_it();
    assert_int_equal(notes.count, 52);
    assert_string_equal(notes.text[49], "replay lpt.csv: access 50: the program writes FF to 378, "
                                        "the recording has 31");
    assert_string_equal(notes.text[50], "replay lpt.csv: there are more differences, which are "
                                        "only counted");
    assert_string_equal(notes.text[51],
                        "replay lpt.csv: 100 differences; 0 of 100 accesses were not played");
}

/* ---- long, and damaged ----------------------------------------------------------------------- */

/* More than the window has, with all that it tolerates again and again. */
static void test_long(void **state)
{
    enum { ROUNDS = 10000 };
    struct up_record *rows = calloc(ROUNDS, 4 * sizeof *rows);
    unsigned i;

    (void)state;
    assert_non_null(rows);
    for (i = 0; i < ROUNDS; i++) {
        rows[4 * i] = (struct up_record)W(0x378, i * 31 & 0xFF);
        rows[4 * i + 1] = (struct up_record)R(0x379, 0x5F);
        rows[4 * i + 2] = (struct up_record)R(0x379, 0xDF);
        rows[4 * i + 3] = (struct up_record)W(0x37A, i >> 8 & 0xFF);
    }
    open_replay(rows, 4 * ROUNDS);
    for (i = 0; i < ROUNDS; i++) {
        run(rows, 4 * i + 1, 4 * i + 2 + i % 2);
        if (i % 3 == 0) {
            (void)in(0x379, 1);
        }
        run(rows, 4 * i + 4, 4 * i + 4);
    }
    CLOSE("the program did as recorded, all 40000 accesses");
    open_replay(rows, 4 * ROUNDS);
    CLOSE("0 differences; 40000 of 40000 accesses were not played");
    free(rows);
}

static void test_files(void **state)
{
    char text[8192];
    size_t length;

    (void)state;
    assert_refused("replay:lpt.txt", "cannot read lpt.txt", 0);
    write_file("other.csv", "this is no recording\n");
    assert_refused("replay:other.csv", "other.csv", 0);
    /* One that was cut off is played as far as it goes. */
    record("whole.csv", printing, COUNT(printing));
    length = read_file("whole.csv", text, sizeof text - 1);
    text[length * 2 / 3] = '\0';
    write_file("lpt.csv", text);
    notes.count = 0;
    open_at("replay:lpt.csv", 0x378);
    run(printing, 1, 8);
    close_it();
    assert_has(notes.text[0], "0 differences; ");
    /* One that is gone when the device is reset is said. */
    write_file("gone.csv", "");
    record("gone.csv", printing, COUNT(printing));
    notes.count = 0;
    open_at("replay:gone.csv", 0x378);
    assert_int_equal(unlink("gone.csv"), 0);
    run(printing, 1, 3);
    device->kind->reset(device, now);
    assert_has(notes.text[0], "gone.csv: not found (2)");
    assert_int_equal(in(0x379, 1), 0xFF);
    close_it();
    assert_int_equal(notes.count, 3);
}

/* The same from the other format. */
static void test_vcd(void **state)
{
    (void)state;
    if (!up_recording_can_read("lpt.vcd")) {
        return;
    }
    record("lpt.vcd", printing, COUNT(printing));
    notes.count = 0;
    open_at("replay:lpt.vcd", 0x378);
    run(printing, 1, 21);
    close_it();
    assert_string_equal(notes.text[0],
                        "replay lpt.vcd: the program did as recorded, all 21 accesses");
}

/* ---- in a session ---------------------------------------------------------------------------- */

/* A session says which ports are the replay's: those of all of its routes. */
static void test_session(void **state)
{
    static const char text[] = "42-43=replay:lpt.csv, 61=replay:lpt.csv, 378=memory";
    const struct up_record rows[] = {W(0x43, 0xB6), W(0x378, 1), R(0x61, 0x30), W(0x2F8, 2),
                                     R(0x42, 7)};
    struct up_routes routes;
    struct up_session_start start = {.routes = &routes, .note = take_note, .context = &notes};
    struct up_session *session;
    uint32_t value = 0xB6;

    (void)state;
    record("lpt.csv", rows, COUNT(rows));
    assert_true(up_routes_parse(text, sizeof text - 1, &routes, NULL));
    session = up_session_open(&start, NULL);
    assert_non_null(session);
    assert_true(up_session_access(session, true, 0x43, 1, &value));
    assert_true(up_session_access(session, false, 0x61, 1, &value));
    assert_int_equal(value, 0x30);
    assert_true(up_session_access(session, false, 0x42, 1, &value));
    assert_int_equal(value, 7);
    assert_true(up_session_close(session, NULL, NULL));
    assert_int_equal(notes.count, 1);
    assert_string_equal(notes.text[0],
                        "replay lpt.csv: the program did as recorded, all 3 accesses");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_as_recorded, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_ports, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_polls, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_endless_polls, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_other_value, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_left_out, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_added, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_found_again, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_ends, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_many, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_long, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_files, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_session, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_vcd, make_folder, remove_folder),
    };

    return cmocka_run_group_tests_name("simulated_replay", tests, NULL, NULL);
}
