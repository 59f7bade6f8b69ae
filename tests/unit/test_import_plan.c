/* SPDX-License-Identifier: MIT
 *
 * Tests of launch/import_plan.c: images as they are in the field, odd and broken ones. The new
 * directory is read as the loader does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "launch/import_plan.h"

#define IMAGE_BYTES 0x3000u
#define BLOCK       0x10000u
#define PE_AT       0x80u
#define IMPORTS_AT  0x2000u
#define DLL         "C:\\windows\\system32\\userport-trap.dll"

static uint8_t bytes[IMAGE_BYTES];
static struct up_import_plan plan;

/* An image in memory, of which the first bytes can be read. */
static uint32_t readable;

static bool read_bytes(void *context, uint32_t address, void *to, uint32_t length)
{
    (void)context;
    if (address > readable || length > readable - address) {
        return false;
    }
    memcpy(to, bytes + address, length);
    return true;
}

static const struct up_image image = {read_bytes, NULL};

static void put16(uint32_t at, uint16_t value)
{
    memcpy(bytes + at, &value, sizeof value);
}

static void put32(uint32_t at, uint32_t value)
{
    memcpy(bytes + at, &value, sizeof value);
}

static uint32_t get32(const uint8_t *from, uint32_t at)
{
    uint32_t value;

    memcpy(&value, from + at, sizeof value);
    return value;
}

static uint32_t optional_at(void)
{
    return PE_AT + 24;
}

static uint32_t directory_at(bool is_64_bit, uint32_t index)
{
    return optional_at() + (is_64_bit ? 112 : 96) + 8 * index;
}

static void put_directory(bool is_64_bit, uint32_t index, uint32_t address, uint32_t length)
{
    put32(directory_at(is_64_bit, index), address);
    put32(directory_at(is_64_bit, index) + 4, length);
}

/* A program with two imports, an address table and bound imports, in one section. */
static void make(bool is_64_bit)
{
    memset(bytes, 0, sizeof bytes);
    readable = sizeof bytes;
    put16(0, 0x5A4D);
    put32(0x3C, PE_AT);
    put32(PE_AT, 0x4550);
    put16(PE_AT + 4, is_64_bit ? 0x8664 : 0x14C);
    put16(PE_AT + 6, 1);
    put16(PE_AT + 20, is_64_bit ? 240 : 224);
    put16(optional_at(), is_64_bit ? 0x20B : 0x10B);
    put32(optional_at() + 56, IMAGE_BYTES);
    put32(directory_at(is_64_bit, 0) - 4, 16);
    put_directory(is_64_bit, 1, IMPORTS_AT, 60);
    put_directory(is_64_bit, 11, 0x250, 0x40);
    put_directory(is_64_bit, 12, 0x2100, 0x30);
    /* the section: VirtualSize, VirtualAddress */
    put32(directory_at(is_64_bit, 16) + 8, 0x900);
    put32(directory_at(is_64_bit, 16) + 12, IMPORTS_AT);
    for (uint32_t i = 0; i < 2; i++) {
        put32(IMPORTS_AT + 20 * i, 0x2200 + i);
        put32(IMPORTS_AT + 20 * i + 12, 0x2300 + i);
        put32(IMPORTS_AT + 20 * i + 16, 0x2100 + 8 * i);
    }
}

static void assert_directory(struct up_data_directory directory, uint32_t address, uint32_t length)
{
    assert_int_equal(directory.address, address);
    assert_int_equal(directory.bytes, length);
}

static void assert_block(bool is_64_bit, uint32_t own_imports)
{
    uint8_t *const block = malloc(plan.block_bytes);
    const uint32_t slot = is_64_bit ? 8 : 4;
    const struct up_import_block *head = (const struct up_import_block *)(void *)block;
    const struct up_data_directory made = up_import_directory(&plan, BLOCK);
    const uint8_t *first;

    assert_non_null(block);
    assert_int_equal(up_import_block(&image, &plan, DLL, "fast;", BLOCK, block), UP_PLAN_OK);
    assert_memory_equal(head->magic, UP_IMPORT_MAGIC, sizeof head->magic);
    assert_string_equal(head->settings, "fast;");
    assert_int_equal(head->directories, directory_at(is_64_bit, 0));

    /* the DLL comes first, by ordinal 1, in both of its tables */
    assert_int_equal(made.address, BLOCK + sizeof *head);
    assert_int_equal(made.bytes, 20 * (own_imports + 2));
    first = block + made.address - BLOCK;
    assert_string_equal(block + get32(first, 12) - BLOCK, DLL);
    for (unsigned table = 0; table < 2; table++) {
        const uint8_t *const entry = block + get32(first, table == 0 ? 0 : 16) - BLOCK;

        assert_true(((uintptr_t)entry - (uintptr_t)block) % slot == 0);
        assert_int_equal(get32(entry, 0), is_64_bit ? 1 : 0x80000001u);
        assert_int_equal(get32(entry, 4), is_64_bit ? 0x80000000u : 0);
        assert_int_equal(get32(entry, slot), 0);
    }
    assert_int_not_equal(get32(first, 0), get32(first, 16));

    /* then the program's own, as they were, and the end */
    if (own_imports > 0) {
        assert_memory_equal(first + 20, bytes + IMPORTS_AT, 20 * own_imports);
    }
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(first[20 * (own_imports + 1) + i], 0);
    }
    free(block);
}

static void test_usual(void **state)
{
    (void)state;
    for (int is_64_bit = 0; is_64_bit < 2; is_64_bit++) {
        make(is_64_bit);
        assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_OK);
        assert_int_equal(plan.is_64_bit, is_64_bit);
        assert_int_equal(plan.image_bytes, IMAGE_BYTES);
        assert_int_equal(plan.descriptors, 2);
        assert_directory(plan.imports, IMPORTS_AT, 60);
        assert_directory(plan.bound, 0x250, 0x40);
        assert_directory(plan.tables, 0x2100, 0x30);
        assert_directory(plan.new_tables, 0x2100, 0x30);
        assert_block(is_64_bit, 2);
    }
}

/* Without a directory of address tables the section of the imports takes its place. */
static void test_no_tables(void **state)
{
    (void)state;
    make(true);
    put_directory(true, 12, 0, 0);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_OK);
    assert_directory(plan.tables, 0, 0);
    assert_directory(plan.new_tables, IMPORTS_AT, 0x900);
    /* the imports lie in no section: nothing is known, and nothing is made up */
    put32(directory_at(true, 16) + 12, 0x1000);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_OK);
    assert_directory(plan.new_tables, 0, 0);
}

static void test_no_imports(void **state)
{
    (void)state;
    for (int is_64_bit = 0; is_64_bit < 2; is_64_bit++) {
        make(is_64_bit);
        put_directory(is_64_bit, 1, 0, 0);
        assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_OK);
        assert_int_equal(plan.descriptors, 0);
        assert_block(is_64_bit, 0);
    }
}

/* The number of directories is what the header says; fewer have no bound imports. */
static void test_few_directories(void **state)
{
    (void)state;
    make(false);
    put32(directory_at(false, 0) - 4, 2);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_OK);
    assert_int_equal(plan.directory_count, 2);
    assert_directory(plan.bound, 0, 0);
    assert_directory(plan.tables, 0, 0);
    assert_block(false, 2);
    put32(directory_at(false, 0) - 4, 1);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_IMPORTS);
    put32(directory_at(false, 0) - 4, 0xFFFFFFFF);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_OK);
    assert_int_equal(plan.directory_count, 16);
}

static void test_dotnet(void **state)
{
    (void)state;
    make(true);
    put_directory(true, 14, 0x2400, 72);
    put32(0x2410, 1);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_DOTNET);
    put32(0x2410, 0); /* with machine code */
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_OK);
    put_directory(true, 14, 0xFFFFFFF8, 72);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_UNREADABLE);
}

static void test_wrong(void **state)
{
    (void)state;
    make(true);
    put16(0, 0x4D5A);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_NO_IMAGE);
    make(true);
    put32(0x3C, 0x7FFFFFFF);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_NO_IMAGE);
    make(true);
    put32(PE_AT, 0x454E);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_NO_IMAGE);
    make(true);
    put16(PE_AT + 4, 0xAA64);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_PROCESSOR);
    make(true);
    put16(optional_at(), 0x10B);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_NO_IMAGE);
    make(true);
    put16(PE_AT + 20, 100);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_NO_IMAGE);
    make(true);
    put32(optional_at() + 56, 0xFFFFFFFF);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_NO_IMAGE);
    make(true);
    put_directory(true, 1, 0xFFFFFFF0, 60);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_IMPORTS);
}

/* A directory that does not end, and one that runs out of the image. */
static void test_endless(void **state)
{
    static uint8_t descriptor[20];

    (void)state;
    make(true);
    memset(descriptor, 0x11, sizeof descriptor);
    for (uint32_t at = IMPORTS_AT; at + 20 <= IMAGE_BYTES; at += 20) {
        memcpy(bytes + at, descriptor, 20);
    }
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_UNREADABLE);
}

/* However little of the image can be read, nothing beyond it is. */
static void test_cut(void **state)
{
    (void)state;
    for (int is_64_bit = 0; is_64_bit < 2; is_64_bit++) {
        make(is_64_bit);
        for (uint32_t length = 0; length < IMPORTS_AT + 60; length++) {
            readable = length;
            assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_UNREADABLE);
        }
        readable = IMPORTS_AT + 60;
        assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_OK);
    }
}

/* A path and settings that are too long are cut. */
static void test_long_texts(void **state)
{
    char path[600], settings[2 * UP_PROGRAM_TEXT_MAX];
    const struct up_import_block *head;
    uint8_t *block;

    (void)state;
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    memset(settings, 'y', sizeof settings);
    settings[sizeof settings - 1] = '\0';
    make(true);
    assert_int_equal(up_import_plan(&image, &plan), UP_PLAN_OK);
    block = malloc(plan.block_bytes);
    assert_non_null(block);
    assert_int_equal(up_import_block(&image, &plan, path, settings, BLOCK, block), UP_PLAN_OK);
    head = (const struct up_import_block *)(void *)block;
    assert_int_equal(strlen(head->settings), UP_PROGRAM_TEXT_MAX - 1);
    assert_int_equal(block[plan.block_bytes - 1], 0);
    readable = 0x1000; /* the imports have gone meanwhile */
    assert_int_equal(up_import_block(&image, &plan, path, settings, BLOCK, block),
                     UP_PLAN_UNREADABLE);
    free(block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_usual),      cmocka_unit_test(test_no_tables),
        cmocka_unit_test(test_no_imports), cmocka_unit_test(test_few_directories),
        cmocka_unit_test(test_dotnet),     cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_endless),    cmocka_unit_test(test_cut),
        cmocka_unit_test(test_long_texts),
    };

    return cmocka_run_group_tests_name("launch/import_plan.c", tests, NULL, NULL);
}
