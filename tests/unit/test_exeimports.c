/* SPDX-License-Identifier: MIT
 *
 * Tests of exefile/exeimports.c: the functions that an image imports, by name and ordinal, at once
 * and delayed, as each linker writes them; tables that lead nowhere; and a bound on what is read.
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

#define BIT(n)    (1u << (n))
#define THUNKS    0x680u /* of the file, as all places here */
#define NAMES     0x700u
#define READS_MAX 20000u

struct counted {
    const uint8_t *bytes;
    uint32_t size, reads;
};

static bool read_counted(void *context, uint32_t offset, void *to, uint32_t length)
{
    struct counted *file = context;

    assert_true(offset <= file->size && length <= file->size - offset);
    assert_true(++file->reads <= READS_MAX);
    memcpy(to, file->bytes + offset, length);
    return true;
}

static struct up_exe_file read_image(const uint8_t *bytes, uint32_t size)
{
    struct counted counted = {bytes, size, 0};
    struct up_exe_source source = {read_counted, &counted, size};
    struct up_exe_file file;

    assert_true(up_exe_read(&source, &file));
    assert_true(file.refused < BIT(UP_FUNCTION_COUNT));
    return file;
}

static void put_thunk(uint8_t *bytes, bool is_64bit, uint32_t i, uint32_t low, uint32_t high)
{
    put32(bytes, THUNKS + i * (is_64bit ? 8 : 4), low);
    if (is_64bit) {
        put32(bytes, THUNKS + i * 8 + 4, high);
    }
}

/* A name is imported by its address, two bytes before it; more: what the address is larger by. */
static void put_name(uint8_t *bytes, bool is_64bit, uint32_t i, const char *name, uint32_t more)
{
    put_text(bytes, NAMES + 0x28 * i + 2, name);
    put_thunk(bytes, is_64bit, i, NAMES + 0x28 * i + IMAGE_DELTA + more, 0);
}

static void put_ordinal(uint8_t *bytes, bool is_64bit, uint32_t i, uint32_t ordinal)
{
    put_thunk(bytes, is_64bit, i, is_64bit ? ordinal : 0x80000000u | ordinal, 0x80000000u);
}

static void put_functions(uint8_t *bytes, bool is_64bit, const char *name)
{
    put_image(bytes, is_64bit);
    put32(bytes, IMAGE_IMPORTS + 20, THUNKS + IMAGE_DELTA);
    put_name(bytes, is_64bit, 0, "Inp32", 0);
    put_name(bytes, is_64bit, 1, name, 0);
}

static void assert_found(const uint8_t *bytes, uint32_t refused, uint32_t missing)
{
    const struct up_exe_file file = read_image(bytes, IMAGE_BYTES);

    assert_int_equal(file.damage, UP_EXE_WHOLE);
    assert_int_equal(file.imports, BIT(UP_LIBRARY_INPOUT32));
    assert_int_equal(file.refused, refused);
    assert_int_equal(file.missing, missing);
}

static void test_by_name(void **state)
{
    static const char *const missing[] = {"inp32",
                                          "Inp32@4",
                                          "_Out32",
                                          "Inp",
                                          "Inp320",
                                          "InstallWinIoDriver",
                                          "A_very_long_name_of_a_function_that_is_none_of_ours"};
    static const char *const there[] = {"Out32", "IsXP64Bit", "DlPortWritePortBufferUlong",
                                        "DlPortReadPortUchar"};
    uint8_t bytes[IMAGE_BYTES];

    (void)state;
    for (unsigned is_64bit = 0; is_64bit < 2; is_64bit++) {
        for (unsigned i = 0; i < UP_FUNCTION_COUNT; i++) {
            put_functions(bytes, is_64bit, up_exe_function_names[i]);
            assert_found(bytes, BIT(i), 0);
            put_text(bytes, IMAGE_NAMES + 32, "kernel32"); /* of another DLL */
            assert_int_equal(read_image(bytes, IMAGE_BYTES).refused, 0);
            put_text(bytes, IMAGE_NAMES + 32, "userport.dll");
            assert_int_equal(read_image(bytes, IMAGE_BYTES).refused, 0);
        }
        for (size_t i = 0; i < sizeof missing / sizeof missing[0]; i++) {
            put_functions(bytes, is_64bit, missing[i]);
            assert_found(bytes, 0, 1);
        }
        for (size_t i = 0; i < sizeof there / sizeof there[0]; i++) {
            put_functions(bytes, is_64bit, there[i]);
            assert_found(bytes, 0, 0);
        }
        put_functions(bytes, is_64bit, "GetPhysLong"); /* Borland: the second table alone */
        put32(bytes, IMAGE_IMPORTS + 20, 0);
        put32(bytes, IMAGE_IMPORTS + 20 + 16, THUNKS + IMAGE_DELTA);
        assert_found(bytes, BIT(UP_FUNCTION_GET_PHYS_LONG), 0);
    }
}

static void test_by_ordinal(void **state)
{
    uint8_t bytes[IMAGE_BYTES];

    (void)state;
    for (unsigned is_64bit = 0; is_64bit < 2; is_64bit++) {
        for (uint32_t ordinal = 0; ordinal < 24; ordinal++) {
            put_functions(bytes, is_64bit, "");
            put_ordinal(bytes, is_64bit, 1, ordinal);
            assert_found(bytes, ordinal >= 11 && ordinal <= 14 ? BIT(ordinal - 11) : 0,
                         ordinal < 1 || ordinal > 20);
        }
        put_text(bytes, IMAGE_NAMES + 32, "DLPortIO.dll"); /* whose ordinals nobody knows */
        assert_int_equal(read_image(bytes, IMAGE_BYTES).missing, 0);
    }
}

static void test_delayed(void **state)
{
    uint8_t bytes[IMAGE_BYTES];

    (void)state;
    for (unsigned kind = 0; kind < 3; kind++) { /* 32 bits, 64 bits, Visual C++ 6 */
        const uint32_t base = kind == 2 ? IMAGE_BASE : 0;

        put_image(bytes, kind == 1);
        put32(bytes, IMAGE_DELAYED, kind < 2);
        put32(bytes, IMAGE_DELAYED + 4, IMAGE_NAMES + 64 + IMAGE_DELTA + base);
        put32(bytes, IMAGE_DELAYED + 16, THUNKS + IMAGE_DELTA + base);
        put_name(bytes, kind == 1, 0, "SetPhysLong", base);
        put_name(bytes, kind == 1, 1, "Another", base);
        assert_int_equal(read_image(bytes, IMAGE_BYTES).delay_imports, BIT(UP_LIBRARY_DLPORTIO));
        assert_found(bytes, BIT(UP_FUNCTION_SET_PHYS_LONG), 1);
    }
}

/* What leads nowhere says nothing, and the names of DLLs are whole. */
static void test_nowhere(void **state)
{
    static const uint32_t values[] = {0x7FFFFFFF, 0xFFFFFFFC, IMAGE_BYTES + IMAGE_DELTA,
                                      IMAGE_BYTES + IMAGE_DELTA - 1};
    uint8_t bytes[IMAGE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        put_functions(bytes, false, "GetPhysLong");
        put32(bytes, IMAGE_IMPORTS + 20, values[i]);
        assert_found(bytes, 0, 0);
        put_functions(bytes, false, "GetPhysLong");
        put_thunk(bytes, false, 0, values[i] & 0x7FFFFFFF, 0);
        assert_found(bytes, 0, 0);
    }
}

/* Both tables of nothing but inpout32.dll, with nothing but functions. */
static void test_no_end(void **state)
{
    const uint32_t size = 0x100000;
    uint8_t *bytes = calloc(1, size);
    struct up_exe_file file;

    (void)state;
    assert_non_null(bytes);
    put_image(bytes, false);
    put32(bytes, section_at(false) + 8, size);
    put32(bytes, section_at(false) + 16, size - IMAGE_SECTION);
    put32(bytes, directory_at(false, IMAGE_DIRECTORY_IMPORT), 0x10000 + IMAGE_DELTA);
    put32(bytes, directory_at(false, IMAGE_DIRECTORY_DELAY), 0x20000 + IMAGE_DELTA);
    for (uint32_t at = 0x10000; at < 0x20000; at += 20) {
        put32(bytes, at, 0x30000 + IMAGE_DELTA);
        put32(bytes, at + 12, IMAGE_NAMES + 32 + IMAGE_DELTA);
    }
    for (uint32_t at = 0x20000; at < 0x30000; at += 32) {
        put32(bytes, at, 1);
        put32(bytes, at + 4, IMAGE_NAMES + 32 + IMAGE_DELTA);
        put32(bytes, at + 16, 0x30000 + IMAGE_DELTA);
    }
    for (uint32_t at = 0x30000, name = 0x80000 - 3; at < 0x80000;
         at += 4, name = name < size - 1024 ? name + 512 : 0x80000 - 3) {
        put32(bytes, at, name + IMAGE_DELTA);
        memcpy(bytes + name + 2, "GetPhysLongX", 12);
    }
    file = read_image(bytes, size);
    assert_int_equal(file.damage, UP_EXE_BAD_IMPORTS); /* no end of the tables */
    assert_int_equal(file.imports, BIT(UP_LIBRARY_INPOUT32));
    assert_int_equal(file.delay_imports, BIT(UP_LIBRARY_INPOUT32));
    assert_true(file.missing > 0 && file.missing <= 2 * 1024);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_name), cmocka_unit_test(test_by_ordinal),
        cmocka_unit_test(test_delayed), cmocka_unit_test(test_nowhere),
        cmocka_unit_test(test_no_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
