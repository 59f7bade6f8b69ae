/* SPDX-License-Identifier: MIT
 *
 * Tests of launch/adopt.c: what the copy of a program has, on files made here and on the .exe files
 * of the build; what is refused; and that the way back gives the same bytes.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "launch/adopt.h"
#include "exe_image.h"

#define OVERLAY       0x123u
#define DIRECTORY_IAT 12u
#define BYTES_MAX     0x10000u

#define CHARACTERISTICS (IMAGE_PE + 22u)
#define IMAGE_SIZE      (IMAGE_OPTIONAL + 56u)
#define CHECKSUM        (IMAGE_OPTIONAL + 64u)
#define SUBSYSTEM       (IMAGE_OPTIONAL + 68u)
#define DLL_FLAGS       (IMAGE_OPTIONAL + 70u)
#define SYMBOLS         (IMAGE_PE + 12u)

static uint8_t file[BYTES_MAX];
static uint32_t size;

static uint16_t at16(const uint8_t *bytes, uint32_t at)
{
    return (uint16_t)(bytes[at] | bytes[at + 1] << 8);
}

static uint32_t at32(const uint8_t *bytes, uint32_t at)
{
    return at16(bytes, at) | (uint32_t)at16(bytes, at + 2) << 16;
}

/* A program that the loader would take, with something behind its section. */
static void make_program(bool is_64bit)
{
    memset(file, 0, sizeof file);
    put_image(file, is_64bit);
    put16(file, CHARACTERISTICS, 0x0102);
    put32(file, IMAGE_SIZE, 0x2000);
    put32(file, IMAGE_IMPORTS + 16, IMAGE_TEXT + IMAGE_DELTA);
    put32(file, IMAGE_IMPORTS + 20 + 16, IMAGE_TEXT + IMAGE_DELTA + 0x40);
    for (uint32_t i = 0; i < OVERLAY; i++) {
        file[IMAGE_BYTES + i] = (uint8_t)(i * 7 + 1);
    }
    size = IMAGE_BYTES + OVERLAY;
}

static enum up_adopt_problem problem_of(void)
{
    struct up_adoption adoption;

    return up_adopt_plan(file, size, &adoption);
}

/* Makes the copy, and checks that the way back gives the program's bytes. */
static uint8_t *adopt(const uint8_t *bytes, uint32_t length, struct up_adoption *adoption)
{
    uint32_t original_size = 0;
    uint8_t *copy, *original;

    assert_int_equal(up_adopt_plan(bytes, length, adoption), UP_ADOPT_OK);
    copy = malloc(adoption->size);
    assert_non_null(copy);
    up_adopt_write(bytes, length, adoption, copy);
    assert_int_equal(up_adopt_undo_plan(copy, adoption->size, &original_size), UP_ADOPT_OK);
    assert_int_equal(original_size, length);
    original = malloc(original_size);
    assert_non_null(original);
    assert_int_equal(up_adopt_undo(copy, adoption->size, original), UP_ADOPT_OK);
    assert_memory_equal(original, bytes, length);
    free(original);
    return copy;
}

/* Where an address of the second section is in the copy. */
static uint32_t place_of(const uint8_t *copy, bool is_64bit, uint32_t address)
{
    const uint32_t header = section_at(is_64bit) + 40;

    assert_true(address >= at32(copy, header + 12));
    assert_true(address - at32(copy, header + 12) < at32(copy, header + 8));
    return address - at32(copy, header + 12) + at32(copy, header + 20);
}

static void check_directory(const uint8_t *copy, bool is_64bit)
{
    const uint32_t entry = directory_at(is_64bit, IMAGE_DIRECTORY_IMPORT);
    const uint32_t at = place_of(copy, is_64bit, at32(copy, entry));
    const uint32_t table = place_of(copy, is_64bit, at32(copy, at + 16));
    const uint32_t lookup = place_of(copy, is_64bit, at32(copy, at));
    const uint32_t name = place_of(copy, is_64bit, at32(copy, at + 12));

    assert_int_equal(at32(copy, entry + 4), 4 * 20);
    assert_string_equal((const char *)copy + name, "userport-trap.dll");
    assert_int_equal(at32(copy, table + (is_64bit ? 4 : 0)), 0x80000000u | (is_64bit ? 0 : 1));
    assert_int_equal(copy[table], 1);
    assert_memory_equal(copy + lookup, copy + table, is_64bit ? 16 : 8);
    /* then the program's own, as they were */
    assert_memory_equal(copy + at + 20, file + IMAGE_IMPORTS, 2 * 20);
    for (uint32_t i = 0; i < 20; i++) {
        assert_int_equal(copy[at + 60 + i], 0);
    }
}

static void adopt_made(bool is_64bit)
{
    const uint32_t header = section_at(is_64bit) + 40;
    struct up_adoption adoption;
    uint8_t *copy;

    make_program(is_64bit);
    copy = adopt(file, size, &adoption);
    assert_int_equal(at16(copy, IMAGE_PE + 6), 2);
    assert_memory_equal(copy + header, "userport", 8);
    assert_int_equal(at32(copy, header + 12), 0x2000);
    assert_int_equal(at32(copy, header + 16) % 0x200, 0);
    assert_int_equal(at32(copy, header + 20), IMAGE_BYTES);
    assert_int_equal(at32(copy, header + 36), 0xC0000040u);
    assert_int_equal(at32(copy, IMAGE_SIZE), 0x3000);
    assert_int_equal(at32(copy, CHECKSUM), 0);
    check_directory(copy, is_64bit);
    /* the section that has the imports, which the loader makes writable */
    assert_int_equal(at32(copy, directory_at(is_64bit, DIRECTORY_IAT)), 0x1000);
    assert_int_equal(at32(copy, directory_at(is_64bit, DIRECTORY_IAT) + 4), 0x600);
    /* what is behind the sections: at their end, and at the file's end */
    assert_int_equal(adoption.moved_bytes, OVERLAY);
    assert_int_equal(at32(copy, header + 20) + at32(copy, header + 16), adoption.size - OVERLAY);
    assert_memory_equal(copy + adoption.size - OVERLAY, file + IMAGE_BYTES, OVERLAY);
    assert_int_equal(adoption.inserted_bytes % 0x200, 0);
    assert_false(adoption.had_signature);
    /* and a copy is not copied again */
    {
        struct up_adoption again;

        assert_int_equal(up_adopt_plan(copy, adoption.size, &again), UP_ADOPT_ALREADY);
    }
    free(copy);
}

static void test_64_bit(void **state)
{
    (void)state;
    adopt_made(true);
}

static void test_32_bit(void **state)
{
    (void)state;
    adopt_made(false);
}

/* The program's own tables of addresses stay what they are; bound imports are gone. */
static void test_tables(void **state)
{
    struct up_adoption adoption;
    uint8_t *copy;

    (void)state;
    make_program(true);
    put32(file, directory_at(true, DIRECTORY_IAT), 0x1400);
    put32(file, directory_at(true, DIRECTORY_IAT) + 4, 0x80);
    /* bound imports behind the section's header, where the new one's comes */
    put32(file, directory_at(true, 11), section_at(true) + 40);
    put32(file, directory_at(true, 11) + 4, 0x30);
    memset(file + section_at(true) + 40, 0xAB, 0x30);
    copy = adopt(file, size, &adoption);
    assert_int_equal(at32(copy, directory_at(true, DIRECTORY_IAT)), 0x1400);
    assert_int_equal(at32(copy, directory_at(true, DIRECTORY_IAT) + 4), 0x80);
    assert_int_equal(at32(copy, directory_at(true, 11)), 0);
    assert_int_equal(at32(copy, directory_at(true, 11) + 4), 0);
    free(copy);
    /* the same bytes, but no table of bound imports */
    put32(file, directory_at(true, 11) + 4, 0x20);
    assert_int_equal(problem_of(), UP_ADOPT_NO_ROOM);
}

static void test_no_imports(void **state)
{
    struct up_adoption adoption;

    (void)state;
    make_program(true);
    put32(file, directory_at(true, IMAGE_DIRECTORY_IMPORT), 0);
    free(adopt(file, size, &adoption));
    assert_int_equal(adoption.imports.descriptors, 0);
}

static void test_signature(void **state)
{
    struct up_adoption adoption;
    uint8_t *copy;

    (void)state;
    make_program(false);
    put32(file, directory_at(false, 4), IMAGE_BYTES);
    put32(file, directory_at(false, 4) + 4, OVERLAY);
    copy = adopt(file, size, &adoption);
    assert_true(adoption.had_signature);
    assert_int_equal(adoption.moved_bytes, 0);
    assert_int_equal(at32(copy, directory_at(false, 4)), 0);
    assert_int_equal(at32(copy, directory_at(false, 4) + 4), 0);
    free(copy);
    /* something else comes before it */
    put32(file, directory_at(false, 4), IMAGE_BYTES + 0x100);
    put32(file, directory_at(false, 4) + 4, OVERLAY - 0x100);
    free(adopt(file, size, &adoption));
    assert_int_equal(adoption.moved_bytes, 0x100);
}

/* The symbols of debuggers move with their pointer, and nobody else looks for them. */
static void test_symbols(void **state)
{
    struct up_adoption adoption;
    uint8_t *copy;

    (void)state;
    make_program(true);
    put32(file, SYMBOLS, IMAGE_BYTES);
    put32(file, SYMBOLS + 4, 2);
    put32(file, IMAGE_BYTES + 36, 0x23);
    copy = adopt(file, size, &adoption);
    assert_int_equal(at32(copy, SYMBOLS), IMAGE_BYTES + adoption.inserted_bytes);
    assert_int_equal(adoption.moved_bytes, OVERLAY - 36 - 0x23);
    free(copy);
}

/* Data that end between two units of the file's alignment. */
static void test_unaligned(void **state)
{
    const uint32_t header = section_at(true) + 40;
    struct up_adoption adoption;
    uint8_t *copy;

    (void)state;
    make_program(true);
    put32(file, section_at(true) + 16, 0x5F5);
    copy = adopt(file, size, &adoption);
    assert_int_equal(at32(copy, header + 20), IMAGE_BYTES);
    assert_int_equal(at32(copy, header + 20) + at32(copy, header + 16),
                     adoption.size - OVERLAY - 11);
    assert_memory_equal(copy + adoption.size - OVERLAY - 11, file + IMAGE_BYTES - 11, OVERLAY + 11);
    free(copy);
}

/* The sum that Windows computes: over the words with their carries, plus the size. */
static void test_checksum(void **state)
{
    struct up_adoption adoption;
    uint64_t sum = 0;
    uint8_t *copy;

    (void)state;
    make_program(true);
    put32(file, CHECKSUM, 1);
    copy = adopt(file, size, &adoption);
    for (uint32_t i = 0; i < adoption.size; i++) {
        if (i < CHECKSUM || i >= CHECKSUM + 4) {
            sum += (uint64_t)copy[i] << (i % 2 * 8);
        }
    }
    while (sum > 0xFFFF) {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    assert_int_equal(at32(copy, CHECKSUM), sum + adoption.size);
    free(copy);
}

/* ---- what is refused ------------------------------------------------------------------------- */

static void test_refused(void **state)
{
    /* clang-format off */
    static const struct {
        uint32_t at;
        uint16_t value;
        enum up_adopt_problem problem;
    } cases[] = {
        {0, 0x4D5B, UP_ADOPT_NO_PROGRAM},
        {IMAGE_PE, 0x454E, UP_ADOPT_NO_PROGRAM},
        {0x3E, 0x0001, UP_ADOPT_NO_PROGRAM},
        {IMAGE_PE + 4, 0xAA64, UP_ADOPT_PROCESSOR},
        {IMAGE_PE + 4, 0x014C, UP_ADOPT_DAMAGED},
        {IMAGE_PE + 6, 0, UP_ADOPT_DAMAGED},
        {IMAGE_PE + 6, 97, UP_ADOPT_DAMAGED},
        {IMAGE_PE + 20, 111, UP_ADOPT_DAMAGED},
        {CHARACTERISTICS, 0x2102, UP_ADOPT_DLL_OR_DRIVER},
        {CHARACTERISTICS, 0x0100, UP_ADOPT_NO_PROGRAM},
        {SUBSYSTEM, 1, UP_ADOPT_DLL_OR_DRIVER},
        {SUBSYSTEM, 10, UP_ADOPT_NO_PROGRAM},
        {DLL_FLAGS, 0x0080, UP_ADOPT_INTEGRITY},
        {IMAGE_OPTIONAL + 32, 0x0200, UP_ADOPT_ALIGNMENT},
        {IMAGE_OPTIONAL + 32, 0x1001, UP_ADOPT_ALIGNMENT},
        {IMAGE_OPTIONAL + 36, 0x0010, UP_ADOPT_ALIGNMENT},
        {IMAGE_OPTIONAL + 60, 0x0188, UP_ADOPT_NO_ROOM},
        {IMAGE_OPTIONAL + 62, 0x0100, UP_ADOPT_DAMAGED},
        {IMAGE_OPTIONAL + 108, 1, UP_ADOPT_DAMAGED},
    };
    /* clang-format on */

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        make_program(true);
        assert_int_equal(problem_of(), UP_ADOPT_OK);
        put16(file, cases[i].at, cases[i].value);
        if (problem_of() != cases[i].problem) {
            fail_msg("%X = %X: %s", cases[i].at, cases[i].value,
                     up_adopt_problem_text(problem_of()));
        }
    }
}

static void test_refused_more(void **state)
{
    (void)state;
    make_program(true);
    put_dotnet(file, true, 1);
    assert_int_equal(problem_of(), UP_ADOPT_DOTNET);
    put_dotnet(file, true, 0); /* it has machine code too */
    assert_int_equal(problem_of(), UP_ADOPT_OK);

    make_program(true);
    file[section_at(true) + 79] = 1;
    assert_int_equal(problem_of(), UP_ADOPT_NO_ROOM);
    make_program(true);
    size = IMAGE_BYTES - 1;
    assert_int_equal(problem_of(), UP_ADOPT_DAMAGED);
    make_program(true);
    put32(file, section_at(true) + 12, 0x7FFEF000u);
    assert_int_equal(problem_of(), UP_ADOPT_DAMAGED);
    make_program(true);
    put32(file, directory_at(true, IMAGE_DIRECTORY_IMPORT), 0x5000);
    assert_int_equal(problem_of(), UP_ADOPT_DAMAGED);
    for (size = 0; size < 0x40; size++) {
        assert_int_equal(problem_of(), UP_ADOPT_NO_PROGRAM);
    }
}

/* ---- back ------------------------------------------------------------------------------------ */

static void test_undo_refused(void **state)
{
    const uint32_t record = IMAGE_BYTES;
    struct up_adoption adoption;
    uint8_t original[BYTES_MAX];
    uint32_t original_size;
    uint8_t *copy;

    (void)state;
    make_program(true);
    assert_int_equal(up_adopt_undo_plan(file, size, &original_size), UP_ADOPT_NOT_ADOPTED);
    copy = adopt(file, size, &adoption);
    /* a byte of the program; one behind it; one more */
    copy[IMAGE_TEXT] ^= 1;
    assert_int_equal(up_adopt_undo(copy, adoption.size, original), UP_ADOPT_CHANGED);
    copy[IMAGE_TEXT] ^= 1;
    copy[adoption.size - 1] ^= 1;
    assert_int_equal(up_adopt_undo(copy, adoption.size, original), UP_ADOPT_CHANGED);
    copy[adoption.size - 1] ^= 1;
    assert_int_equal(up_adopt_undo_plan(copy, adoption.size - 1, &original_size), UP_ADOPT_CHANGED);
    assert_int_equal(up_adopt_undo(copy, adoption.size, original), UP_ADOPT_OK);
    /* every number of the record, with every bit turned */
    for (uint32_t at = 0; at < 48; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            copy[record + at] ^= (uint8_t)(1u << bit);
            assert_int_equal(up_adopt_undo(copy, adoption.size, original),
                             at < 16 ? UP_ADOPT_NOT_ADOPTED : UP_ADOPT_CHANGED);
            copy[record + at] ^= (uint8_t)(1u << bit);
        }
    }
    free(copy);
}

/* ---- real ones ------------------------------------------------------------------------------- */

static uint8_t *read_file(const char *name, uint32_t *length)
{
    FILE *stream = fopen(name, "rb");
    uint8_t *bytes;

    assert_non_null(stream);
    fseek(stream, 0, SEEK_END);
    *length = (uint32_t)ftell(stream);
    rewind(stream);
    bytes = malloc(*length);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *length, stream), *length);
    fclose(stream);
    return bytes;
}

static void test_real(void **state)
{
    const char *build = getenv("BUILD");
    char pattern[300];
    glob_t found;

    (void)state;
    snprintf(pattern, sizeof pattern, "%.200s/{i386,amd64}/*.exe", build != NULL ? build : "build");
    assert_int_equal(glob(pattern, GLOB_BRACE, NULL, &found), 0);
    assert_true(found.gl_pathc >= 2);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct up_adoption adoption;
        uint32_t length;
        uint8_t *bytes = read_file(found.gl_pathv[i], &length);

        free(adopt(bytes, length, &adoption));
        assert_true(adoption.imports.descriptors > 0);
        assert_int_equal(adoption.moved_bytes, 0);
        free(bytes);
    }
    globfree(&found);
}

static void test_texts(void **state)
{
    (void)state;
    for (unsigned i = 0; i <= UP_ADOPT_CHANGED; i++) {
        assert_non_null(up_adopt_problem_text((enum up_adopt_problem)i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_64_bit),       cmocka_unit_test(test_32_bit),
        cmocka_unit_test(test_tables),       cmocka_unit_test(test_no_imports),
        cmocka_unit_test(test_signature),    cmocka_unit_test(test_symbols),
        cmocka_unit_test(test_unaligned),    cmocka_unit_test(test_checksum),
        cmocka_unit_test(test_refused),      cmocka_unit_test(test_refused_more),
        cmocka_unit_test(test_undo_refused), cmocka_unit_test(test_real),
        cmocka_unit_test(test_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
