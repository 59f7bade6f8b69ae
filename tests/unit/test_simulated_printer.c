/* SPDX-License-Identifier: MIT
 *
 * Tests of simulated/printer.c: each register in every width, the handshake in time, and that no
 * poller waits in vain; the file, and what is said when it cannot be written; and a comparison with
 * a model of QEMU's parallel port, which has to print the same bytes in random programs.
 */
#include "simulated.h"

#include <errno.h>

#define DATA    0x378u
#define STATUS  0x379u
#define CONTROL 0x37Au

#define READY 0xDFu
#define BUSY  0x5Fu
#define ACK   0x1Fu

static void assert_printed(const char *text, size_t length)
{
    char printed[4096];

    device->kind->flush(device);
    assert_int_equal(read_file("out.txt", printed, sizeof printed), length);
    assert_memory_equal(printed, text, length);
}

static void print_byte(uint8_t byte)
{
    out(DATA, 1, byte);
    out(CONTROL, 1, 0x0D);
    out(CONTROL, 1, 0x0C);
}

/* ---- registers ------------------------------------------------------------------------------- */

static void test_registers(void **state)
{
    unsigned value;

    (void)state;
    open_at("printer:out.txt", DATA);
    assert_int_equal(in(DATA, 1), 0xFF);
    assert_int_equal(in(STATUS, 1), READY);
    assert_int_equal(in(CONTROL, 1), 0xCC);
    for (value = 0; value < 0x100; value++) {
        out(DATA, 1, value);
        out(CONTROL, 1, value & 0xDEu);
        assert_int_equal(in(DATA, 1), value);
        assert_int_equal(in(CONTROL, 1), (value & 0xDEu) | 0xC0u);
    }
    /* No driver is on the data lines when they are inputs; what was written comes back later. */
    out(DATA, 1, 0x5A);
    out(CONTROL, 1, 0x2C);
    assert_int_equal(in(DATA, 1), 0xFF);
    assert_int_equal(in(CONTROL, 1), 0xEC);
    out(CONTROL, 1, 0x0C);
    assert_int_equal(in(DATA, 1), 0x5A);
    /* the status register cannot be written, and EPP's are not there */
    out(STATUS, 1, 0);
    out(0x37B, 1, 0);
    out(0x37F, 1, 0);
    assert_int_equal(in(STATUS, 1), READY);
    assert_int_equal(in(0x37B, 1), 0xFF);
    assert_int_equal(in(0x37F, 1), 0xFF);
    assert_printed("", 0);
    close_it();
}

static void test_widths(void **state)
{
    (void)state;
    open_at("printer:out.txt", DATA);
    out(DATA, 2, 0xFFFF0041);
    assert_int_equal(in(DATA, 2), READY << 8 | 0x41u);
    assert_int_equal(in(STATUS, 2), 0xCC00u | READY);
    assert_int_equal(in(DATA, 4), 0xFFCC0041u | READY << 8);
    out(DATA, 4, 0x000DFF42); /* data, then control with STROBE */
    out(CONTROL, 2, 0xFF0C);
    assert_printed("B", 1);
    close_it();
}

static void test_reset(void **state)
{
    (void)state;
    open_at("printer:out.txt", DATA);
    print_byte('x');
    assert_int_equal(in(STATUS, 1), BUSY);
    out(CONTROL, 1, 0x08); /* INIT is low */
    assert_int_equal(in(STATUS, 1), BUSY);
    now += 100000000;
    assert_int_equal(in(STATUS, 1), BUSY);
    out(CONTROL, 1, 0x09); /* no byte is taken meanwhile */
    out(CONTROL, 1, 0x08);
    out(CONTROL, 1, 0x0C);
    assert_int_equal(in(STATUS, 1), READY);
    assert_printed("x", 1);
    /* a STROBE that began while INIT was low is none */
    out(CONTROL, 1, 0x09);
    out(CONTROL, 1, 0x0D);
    assert_printed("x", 1);
    out(CONTROL, 1, 0x0C);
    /* nor is one without SELECT IN */
    out(CONTROL, 1, 0x04);
    out(CONTROL, 1, 0x05);
    out(CONTROL, 1, 0x0D);
    assert_printed("x", 1);
    out(CONTROL, 1, 0x0C);
    print_byte('y');
    device->kind->reset(device, now);
    assert_int_equal(in(STATUS, 1), READY);
    assert_int_equal(in(CONTROL, 1), 0xCC);
    assert_int_equal(in(DATA, 1), 0xFF);
    assert_printed("xy", 2);
    close_it();
}

/* ---- the handshake --------------------------------------------------------------------------- */

/* A fast poller sees BUSY for 20 us, ACK for 5 us, and then that it is ready. */
static void test_handshake_in_time(void **state)
{
    uint64_t strobe;

    (void)state;
    open_at("printer:out.txt", DATA);
    out(DATA, 1, 'a');
    out(CONTROL, 1, 0x0D);
    strobe = now;
    assert_int_equal(in(STATUS, 1), BUSY);
    out(CONTROL, 1, 0x0C);
    while (now + 1000 < strobe + 20000) {
        assert_int_equal(in(STATUS, 1), BUSY);
    }
    while (now + 1000 < strobe + 25000) {
        assert_int_equal(in(STATUS, 1), ACK);
    }
    assert_int_equal(in(STATUS, 1), READY);
    assert_int_equal(in(STATUS, 1), READY);
    close_it();
}

/* One that looks once a second sees each phase once, also with STROBE still active. */
static void test_handshake_slowly(void **state)
{
    (void)state;
    open_at("printer:out.txt", DATA);
    out(DATA, 1, 'a');
    out(CONTROL, 1, 0x0D);
    now += 1000000000;
    assert_int_equal(in(STATUS, 1), BUSY);
    now += 1000000000;
    assert_int_equal(in(STATUS, 1), ACK);
    now += 1000000000;
    assert_int_equal(in(STATUS, 1), READY);
    /* the same STROBE is no other byte */
    out(CONTROL, 1, 0x0D);
    assert_int_equal(in(STATUS, 1), READY);
    assert_printed("a", 1);
    /* and who never looks prints all the same */
    out(CONTROL, 1, 0x0C);
    print_byte('b');
    print_byte('c');
    assert_printed("abc", 3);
    assert_int_equal(in(STATUS, 1), BUSY);
    close_it();
}

/* ---- the file -------------------------------------------------------------------------------- */

static void test_file(void **state)
{
    struct up_error_detail problem;
    char name[] = "a name with \xC3\xA4, and blanks.txt", text[300];
    unsigned i;

    (void)state;
    write_file("out.txt", "what was there before");
    open_at("printer:out.txt", DATA);
    assert_printed("", 0);
    for (i = 0; i < 300; i++) {
        text[i] = (char)i;
        print_byte((uint8_t)i);
    }
    assert_printed(text, 300);
    print_byte('z');
    close_it(); /* without a flush */
    assert_int_equal(read_file("out.txt", text, sizeof text), 300);
    assert_int_equal(notes.count, 0);
    (void)snprintf(text, sizeof text, "printer:%s", name);
    open_at(text, DATA);
    close_it();
    assert_int_equal(access(name, F_OK), 0);

    /* A full disk is said at once, once, and at the end. */
    open_at("printer:/dev/full", DATA);
    print_byte('a');
    device->kind->flush(device);
    assert_int_equal(notes.count, 1);
    assert_string_equal(notes.text[0], "cannot write /dev/full: the disk is full (28)");
    print_byte('b');
    device->kind->flush(device);
    assert_int_equal(notes.count, 1);
    assert_int_equal(in(STATUS, 1), BUSY); /* the program goes on */
    assert_false(device->kind->close(device, now, &problem));
    assert_int_equal(problem.code, ENOSPC);
    assert_has(problem.text, "/dev/full: the disk is full (28)");
    open_at("printer:/dev/full", DATA);
    print_byte('a');
    assert_false(device->kind->close(device, now, NULL)); /* which flushes */
    assert_int_equal(notes.count, 1);
}

/* ---- QEMU's port ----------------------------------------------------------------------------- */

/*
 * What QEMU's parallel port passes on to its character device: a byte when STROBE becomes active,
 * if SELECT IN is active and INIT is not.
 */
struct model {
    uint8_t data, control;
    char text[4096];
    size_t length;
};

static void model_write(struct model *model, uint16_t port, uint8_t value)
{
    if (port == DATA) {
        model->data = value;
    } else if (port == CONTROL) {
        if ((value & 0x0D) == 0x0D && (model->control & 0x01) == 0) {
            model->text[model->length++] = (char)model->data;
        }
        model->control = value;
    }
}

static uint32_t random_number(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void test_as_qemu(void **state)
{
    static const uint8_t controls[] = {0x0C, 0x0D, 0x0C, 0x0D, 0x08, 0x09, 0x04,
                                       0x05, 0x1D, 0x2D, 0x0F, 0x0E, 0xCC, 0xCD};
    static struct model model;
    uint32_t seed = 1, program, step;

    (void)state;
    for (program = 0; program < 200; program++) {
        open_at("printer:out.txt", DATA);
        model = (struct model){0xFF, 0x0C, "", 0};
        for (step = 0; step < 300; step++) {
            const uint32_t what = random_number(&seed) % 8u;
            const uint8_t value = (uint8_t)random_number(&seed);
            const uint8_t control = what == 0 ? value : controls[value % sizeof controls];

            now += random_number(&seed) % 30000u;
            if (what < 3) {
                out(CONTROL, 1, control);
                model_write(&model, CONTROL, control);
            } else if (what < 5) {
                out(DATA, 1, value);
                model_write(&model, DATA, value);
            } else if (what == 5) { /* data, status and control in one */
                out(DATA, 4, value | (uint32_t)value << 8 | (uint32_t)control << 16);
                model_write(&model, DATA, value);
                model_write(&model, CONTROL, control);
            } else {
                (void)in((uint16_t)(DATA + value % 8u), 1);
            }
        }
        assert_printed(model.text, model.length);
        close_it();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_registers, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_widths, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_reset, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_handshake_in_time, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_handshake_slowly, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_file, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(test_as_qemu, make_folder, remove_folder),
    };

    return cmocka_run_group_tests_name("simulated_printer", tests, NULL, NULL);
}
