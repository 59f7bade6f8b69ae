/* SPDX-License-Identifier: MIT
 *
 * Tests of exefile/exefile.c: which files have a table of certificates. Its directory has an offset
 * of the file, and the table has to be in the file, and to say a length of its own that fits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "exefile/exefile.h"
#include "exe_image.h"

#define DIRECTORY_SECURITY 4u
#define TABLE              0x700u

/* A block of exactly its length, so that ASan sees a byte too far. */
static struct up_exe_file read_file(const uint8_t *bytes, uint32_t size)
{
    uint8_t *copy = malloc(size);
    struct up_exe_source source = {up_exe_read_memory, copy, size};
    struct up_exe_file file;

    assert_non_null(copy);
    memcpy(copy, bytes, size);
    assert_true(up_exe_read(&source, &file));
    assert_int_equal(file.kind, UP_EXE_PE);
    assert_true(file.is_userport);
    free(copy);
    return file;
}

static bool is_signed(const uint8_t *bytes, uint32_t size)
{
    return read_file(bytes, size).signature_bytes != 0;
}

static void put_table(uint8_t *bytes, bool is_64bit, uint32_t offset, uint32_t size,
                      uint32_t length)
{
    put_image(bytes, is_64bit);
    put32(bytes, directory_at(is_64bit, DIRECTORY_SECURITY), offset);
    put32(bytes, directory_at(is_64bit, DIRECTORY_SECURITY) + 4, size);
    if (offset <= IMAGE_BYTES - 4) {
        put32(bytes, offset, length);
    }
}

static void test_tables(void **state)
{
    static const struct {
        uint32_t offset, size, length;
        bool is_signed;
    } rows[] = {
        {TABLE, 0x40, 0x40, true},
        {TABLE, 0x40, 0x39, true}, /* the table is rounded up to 8 bytes */
        {TABLE, 0x100, 0x100, true},
        {IMAGE_BYTES - 9, 9, 9, true},
        {0, 0x40, 0x40, false},
        {TABLE, 0, 0x40, false},
        {TABLE, 8, 8, false}, /* a header and nothing behind it */
        {TABLE, 0x40, 8, false},
        {TABLE, 0x40, 0, false},
        {TABLE, 0x40, 0x41, false},
        {TABLE, 0x40, 0xFFFFFFFF, false},
        {TABLE, 0x101, 0x40, false}, /* beyond the end */
        {TABLE, 0xFFFFFFFF, 0x40, false},
        {IMAGE_BYTES - 8, 9, 9, false},
        {IMAGE_BYTES, 0, 0, false},
        {IMAGE_BYTES, 9, 9, false},
        {IMAGE_BYTES + 1, 9, 9, false},
        {0xFFFFFFF8, 0x10, 0, false}, /* goes round */
        {0xFFFFFFFF, 0xFFFFFFFF, 0, false},
    };
    uint8_t bytes[IMAGE_BYTES];

    (void)state;
    for (size_t i = 0; i < 2 * (sizeof rows / sizeof rows[0]); i++) {
        const size_t row = i / 2;

        if (rows[row].offset == 0) {
            put_image(bytes, i % 2);
            put32(bytes, directory_at(i % 2, DIRECTORY_SECURITY) + 4, rows[row].size);
        } else {
            put_table(bytes, i % 2, rows[row].offset, rows[row].size, rows[row].length);
        }
        if (is_signed(bytes, sizeof bytes) != rows[row].is_signed) {
            fail_msg("row %zu", row);
        }
        if (rows[row].is_signed) {
            assert_int_equal(read_file(bytes, sizeof bytes).signature_at, rows[row].offset);
            assert_int_equal(read_file(bytes, sizeof bytes).signature_bytes, rows[row].size);
        }
    }
}

/* As many directories as the header says: the fifth is not one of four. */
static void test_few_directories(void **state)
{
    uint8_t bytes[IMAGE_BYTES];

    (void)state;
    for (unsigned is_64bit = 0; is_64bit < 2; is_64bit++) {
        put_table(bytes, is_64bit, TABLE, 0x40, 0x40);
        put32(bytes, IMAGE_OPTIONAL + (is_64bit ? 108 : 92), 5);
        assert_true(is_signed(bytes, sizeof bytes));
        put32(bytes, IMAGE_OPTIONAL + (is_64bit ? 108 : 92), 4);
        assert_false(is_signed(bytes, sizeof bytes));
    }
}

/* Cut anywhere in the table, it is no table. */
static void test_cut(void **state)
{
    uint8_t bytes[IMAGE_BYTES];

    (void)state;
    put_table(bytes, true, TABLE, IMAGE_BYTES - TABLE, IMAGE_BYTES - TABLE);
    assert_true(is_signed(bytes, IMAGE_BYTES));
    for (uint32_t size = TABLE; size < IMAGE_BYTES; size++) {
        assert_false(is_signed(bytes, size));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_few_directories),
        cmocka_unit_test(test_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
