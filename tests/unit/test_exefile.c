/* SPDX-License-Identifier: MIT
 *
 * Tests of exefile/exefile.c on files made by hand: each kind, and each field with what no linker
 * writes. A file is a block of exactly its length, so that ASan sees a byte too far; the reads are
 * counted, so that a file cannot make it loop.
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

#define READS_MAX 20000u
#define BIT(n)    (1u << (n))

struct counted {
    const uint8_t *bytes;
    uint32_t size, reads, fails_at;
};

static bool read_counted(void *context, uint32_t offset, void *to, uint32_t length)
{
    struct counted *file = context;

    assert_true(offset <= file->size && length <= file->size - offset);
    assert_true(++file->reads <= READS_MAX);
    memcpy(to, file->bytes + offset, length);
    return file->reads != file->fails_at;
}

/* Result: the reads, or 0 when one failed. */
static uint32_t read_failing(const uint8_t *bytes, uint32_t size, uint32_t fails_at,
                             struct up_exe_file *file)
{
    uint8_t *copy = malloc(size > 0 ? size : 1u);
    struct counted counted = {copy, size, 0, fails_at};
    struct up_exe_source source = {read_counted, &counted, size};
    bool good;

    assert_non_null(copy);
    memcpy(copy, bytes, size);
    memset(file, 0xAA, sizeof *file);
    good = up_exe_read(&source, file);
    free(copy);
    return good ? counted.reads + 1 : 0;
}

static struct up_exe_file read_exact(const uint8_t *bytes, uint32_t size)
{
    struct up_exe_file file;

    assert_int_not_equal(read_failing(bytes, size, 0, &file), 0);
    assert_in_range(file.kind, UP_EXE_UNKNOWN, UP_EXE_OTHER);
    assert_in_range(file.damage, UP_EXE_WHOLE, UP_EXE_BAD_DOTNET);
    assert_in_range(file.dotnet, UP_DOTNET_NONE, UP_DOTNET_PREFERS_32);
    assert_true((file.imports | file.delay_imports | file.mentions) < BIT(UP_LIBRARY_COUNT));
    assert_true(file.devices < BIT(UP_DEVICE_COUNT));
    return file;
}

/* ---- kinds ----------------------------------------------------------------------------------- */

static void test_not_executables(void **state)
{
    static const char *const texts[] = {"",
                                        "M",
                                        "Z",
                                        "\x7f"
                                        "ELF",
                                        "PE",
                                        "NE",
                                        "\xC3",
                                        "Mz",
                                        "#!/bin/sh\nMZ"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct up_exe_file file = read_exact((const uint8_t *)texts[i], (uint32_t)strlen(texts[i]));

        assert_int_equal(file.kind, UP_EXE_UNKNOWN);
        assert_int_equal(file.damage, UP_EXE_WHOLE);
    }
}

static void test_second_headers(void **state)
{
    static const struct {
        const char *name;
        uint32_t at, relocations;
        enum up_exe_kind kind;
        enum up_exe_damage damage;
    } rows[] = {
        {"", 0, 0x40, UP_EXE_MZ, UP_EXE_WHOLE},
        {"", 0, 0x1C, UP_EXE_MZ, UP_EXE_WHOLE},
        {"", 0xFFFFFFFF, 0x1C, UP_EXE_MZ, UP_EXE_WHOLE}, /* a relocation, and no offset */
        {"", 0x80, 0x1C, UP_EXE_MZ, UP_EXE_WHOLE},
        {"", 0xFFFFFFFF, 0x40, UP_EXE_MZ, UP_EXE_BAD_HEADER},
        {"", 0xFFFFFFFE, 0x40, UP_EXE_MZ, UP_EXE_BAD_HEADER},
        {"", 0x200, 0x40, UP_EXE_MZ, UP_EXE_BAD_HEADER},
        {"N", 0x1FF, 0x40, UP_EXE_MZ, UP_EXE_BAD_HEADER},
        {"", 0x80, 0x40, UP_EXE_OTHER, UP_EXE_WHOLE},
        {"P3", 0x80, 0x40, UP_EXE_OTHER, UP_EXE_WHOLE},
        {"PE!", 0x80, 0x40, UP_EXE_OTHER, UP_EXE_WHOLE},
        {"NE", 0x80, 0x40, UP_EXE_NE, UP_EXE_WHOLE},
        {"NE", 0x80, 0x1C, UP_EXE_NE, UP_EXE_WHOLE},
        {"NE", 0x1FE, 0x40, UP_EXE_NE, UP_EXE_BAD_HEADER},
        /* the target is the byte behind the file */
        {"NE", 0x1CA, 0x40, UP_EXE_NE, UP_EXE_BAD_HEADER},
        {"NE", 0x1C9, 0x40, UP_EXE_NE, UP_EXE_WHOLE},
        {"LE", 0x80, 0x40, UP_EXE_LE, UP_EXE_WHOLE},
        {"LX", 0x80, 0x40, UP_EXE_LX, UP_EXE_WHOLE},
        {"LX", 0x1F5, 0x40, UP_EXE_LX, UP_EXE_BAD_HEADER},
        {"PE", 0x1FE, 0x40, UP_EXE_PE, UP_EXE_BAD_HEADER},
        {"PE", 0x80, 0x40, UP_EXE_PE, UP_EXE_BAD_HEADER}, /* no optional header */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[0x200] = {0};
        struct up_exe_file file;

        put_mz(bytes, rows[i].at);
        put16(bytes, 0x18, rows[i].relocations);
        if (rows[i].at < sizeof bytes) {
            memcpy(bytes + rows[i].at, rows[i].name, strlen(rows[i].name));
        }
        file = read_exact(bytes, sizeof bytes);
        if (file.kind != rows[i].kind || file.damage != rows[i].damage) {
            fail_msg("row %zu: kind %d, damage %d", i, (int)file.kind, (int)file.damage);
        }
        memcpy(bytes, "ZM", 2); /* as very old linkers wrote it */
        assert_int_equal(read_exact(bytes, sizeof bytes).kind, rows[i].kind);
    }
}

static void test_targets(void **state)
{
    uint8_t bytes[0x200] = {0};

    (void)state;
    for (uint32_t target = 0; target <= 0xFF; target++) {
        put_mz(bytes, 0x80);
        put_text(bytes, 0x80, "NE");
        put16(bytes, 0x80 + 0x0C, target % 2 != 0 ? 0x8301 : 0x0302);
        put16(bytes, 0x80 + 0x0A, 0);
        bytes[0x80 + 0x36] = (uint8_t)target;
        assert_int_equal(read_exact(bytes, sizeof bytes).target, target);
        assert_int_equal(read_exact(bytes, sizeof bytes).is_dll, target % 2);
        put_text(bytes, 0x80, "LE");
        put16(bytes, 0x80 + 0x0A, target);
        assert_int_equal(read_exact(bytes, sizeof bytes).target, target);
    }
    put16(bytes, 0x80 + 0x0A, 0x104);
    assert_int_equal(read_exact(bytes, sizeof bytes).target, 0);
}

/* ---- PE -------------------------------------------------------------------------------------- */

static void test_good_images(void **state)
{
    (void)state;
    for (unsigned is_64bit = 0; is_64bit < 2; is_64bit++) {
        uint8_t bytes[IMAGE_BYTES];
        struct up_exe_file file;

        put_image(bytes, is_64bit);
        file = read_exact(bytes, sizeof bytes);
        assert_int_equal(file.kind, UP_EXE_PE);
        assert_int_equal(file.damage, UP_EXE_WHOLE);
        assert_int_equal(file.machine, is_64bit ? UP_EXE_MACHINE_AMD64 : UP_EXE_MACHINE_I386);
        assert_int_equal(file.subsystem, UP_EXE_SUBSYSTEM_CONSOLE);
        assert_false(file.is_dll);
        assert_true(file.is_userport);
        assert_int_equal(file.version, 0x03020001);
        assert_int_equal(file.dotnet, UP_DOTNET_NONE);
        assert_int_equal(file.imports, BIT(UP_LIBRARY_INPOUT32));
        assert_int_equal(file.delay_imports, BIT(UP_LIBRARY_DLPORTIO));
        assert_int_equal(file.mentions, BIT(UP_LIBRARY_INPOUT32) | BIT(UP_LIBRARY_DLPORTIO) |
                                            BIT(UP_LIBRARY_TVICPORT));
        assert_int_equal(file.devices, BIT(UP_DEVICE_USERPORT));
        put16(bytes, IMAGE_PE + 22, 0x2102);
        assert_true(read_exact(bytes, sizeof bytes).is_dll);
    }
}

static void test_machines(void **state)
{
    static const struct {
        uint16_t machine;
        bool is_64bit;
        enum up_exe_damage damage;
    } rows[] = {
        {UP_EXE_MACHINE_I386, true, UP_EXE_BAD_HEADER},
        {UP_EXE_MACHINE_AMD64, false, UP_EXE_BAD_HEADER},
        {UP_EXE_MACHINE_ARM64, true, UP_EXE_WHOLE},
        {0x1C4, false, UP_EXE_WHOLE},
        {0x200, true, UP_EXE_WHOLE},
        {0, false, UP_EXE_WHOLE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[IMAGE_BYTES];
        struct up_exe_file file;

        put_image(bytes, rows[i].is_64bit);
        put16(bytes, IMAGE_PE + 4, rows[i].machine);
        file = read_exact(bytes, sizeof bytes);
        assert_int_equal(file.kind, UP_EXE_PE);
        assert_int_equal(file.machine, rows[i].machine);
        assert_int_equal(file.damage, rows[i].damage);
    }
}

static void test_dotnet(void **state)
{
    static const struct {
        bool is_64bit;
        uint32_t flags, minor;
        enum up_exe_dotnet dotnet;
        bool runs_32bit, runs_64bit;
    } rows[] = {
        {false, 0x1, 5, UP_DOTNET_ANY, true, true},
        {false, 0x9, 5, UP_DOTNET_ANY, true, true},
        {false, 0x1, 0, UP_DOTNET_1, true, false},
        {false, 0x3, 5, UP_DOTNET_REQUIRES_32, true, false},
        {false, 0x3, 0, UP_DOTNET_REQUIRES_32, true, false},
        {false, 0x20003, 5, UP_DOTNET_PREFERS_32, true, false},
        {false, 0x20001, 5, UP_DOTNET_ANY, true, true}, /* means nothing without 32BITREQUIRED */
        {false, 0x0, 5, UP_DOTNET_MACHINE, true, false},
        {false, 0x2, 5, UP_DOTNET_MACHINE, true, false},
        {true, 0x1, 5, UP_DOTNET_MACHINE, false, true},
        {true, 0x0, 5, UP_DOTNET_MACHINE, false, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[IMAGE_BYTES];
        struct up_exe_file file;

        put_image(bytes, rows[i].is_64bit);
        put_dotnet(bytes, rows[i].is_64bit, rows[i].flags);
        put16(bytes, IMAGE_DOTNET + 6, rows[i].minor);
        file = read_exact(bytes, sizeof bytes);
        assert_int_equal(file.damage, UP_EXE_WHOLE);
        assert_int_equal(file.dotnet, rows[i].dotnet);
        assert_int_equal(up_exe_is_32bit(&file), rows[i].runs_32bit);
        assert_int_equal(up_exe_is_64bit(&file), rows[i].runs_64bit);
    }
}

/*
 * Where the loader finds sections: pointers rounded down, small alignments flat, addresses in the
 * headers.
 */
static void test_addresses(void **state)
{
    uint8_t bytes[IMAGE_BYTES];

    (void)state;
    put_image(bytes, false);
    put32(bytes, section_at(false) + 20, IMAGE_SECTION + 0x1FF);
    put32(bytes, section_at(false) + 16, 0x401);
    assert_int_equal(read_exact(bytes, sizeof bytes).damage, UP_EXE_WHOLE);
    assert_int_equal(read_exact(bytes, sizeof bytes).imports, BIT(UP_LIBRARY_INPOUT32));

    put_image(bytes, false);
    put32(bytes, IMAGE_OPTIONAL + 32, 0x200);
    put32(bytes, directory_at(false, IMAGE_DIRECTORY_IMPORT), IMAGE_IMPORTS);
    put32(bytes, directory_at(false, IMAGE_DIRECTORY_DELAY), 0);
    put32(bytes, IMAGE_IMPORTS + 12, IMAGE_NAMES);
    put32(bytes, IMAGE_IMPORTS + 20 + 12, IMAGE_NAMES + 32);
    assert_int_equal(read_exact(bytes, sizeof bytes).damage, UP_EXE_WHOLE);
    assert_int_equal(read_exact(bytes, sizeof bytes).imports, BIT(UP_LIBRARY_INPOUT32));

    put_image(bytes, false);
    put_text(bytes, 8, "io.DLL");
    put32(bytes, IMAGE_IMPORTS + 20 + 12, 8);
    assert_int_equal(read_exact(bytes, sizeof bytes).imports, BIT(UP_LIBRARY_IO));
}

/* ---- what no linker writes ------------------------------------------------------------------- */

struct change {
    uint32_t at, value;
    enum up_exe_damage damage;
};

static void test_hostile_fields(void **state)
{
    static const struct change rows[] = {
        {IMAGE_PE + 4, 0xFFFF014C, UP_EXE_BAD_HEADER}, /* sections */
        {IMAGE_PE + 4, 0x0061014C, UP_EXE_BAD_HEADER},
        {IMAGE_PE + 20, 0xFFFF, UP_EXE_BAD_HEADER}, /* the section table behind the end */
        {IMAGE_PE + 20, IMAGE_BYTES - IMAGE_OPTIONAL - 39, UP_EXE_BAD_HEADER},
        {IMAGE_OPTIONAL, 0x107, UP_EXE_BAD_HEADER},                /* a ROM image */
        {IMAGE_OPTIONAL + 92, 0xFFFFFFFF, UP_EXE_WHOLE},           /* directories */
        {IMAGE_OPTIONAL + 96 + 8, 0xFFFFFFFF, UP_EXE_BAD_IMPORTS}, /* the imports in no section */
        {IMAGE_OPTIONAL + 96 + 8, 0x1600, UP_EXE_BAD_IMPORTS},
        {IMAGE_OPTIONAL + 96 + 8, 0x15FD, UP_EXE_BAD_IMPORTS},
        {IMAGE_OPTIONAL + 96 + 8, 0x900, UP_EXE_BAD_IMPORTS}, /* between headers and sections */
        {IMAGE_OPTIONAL + 96 + 8, 1, UP_EXE_WHOLE},           /* in the headers, and empty */
        {IMAGE_OPTIONAL + 96 + 13 * 8, 0xFFFFFFF0, UP_EXE_BAD_IMPORTS},
        {IMAGE_OPTIONAL + 96 + 14 * 8, 0xFFFFFFF8, UP_EXE_BAD_DOTNET},
        {IMAGE_OPTIONAL + 96 + 14 * 8, 0x15EF, UP_EXE_BAD_DOTNET},
        {IMAGE_OPTIONAL + 96 + 2 * 8, 0xFFFFFFFF, UP_EXE_WHOLE}, /* resources */
        {IMAGE_IMPORTS + 12, 0xFFFFFFFF, UP_EXE_BAD_IMPORTS},    /* a name in no section */
        {IMAGE_IMPORTS + 12, 0x15FF, UP_EXE_WHOLE},              /* an empty one */
        {IMAGE_DELAYED, 0, UP_EXE_BAD_IMPORTS},                  /* not an address of this image */
        {IMAGE_DELAYED + 4, 0x80000000, UP_EXE_BAD_IMPORTS},
        {224 + IMAGE_OPTIONAL + 16, 0x601, UP_EXE_CUT_SHORT}, /* the section's bytes in the file */
        {224 + IMAGE_OPTIONAL + 16, 0xFFFFFFFF, UP_EXE_CUT_SHORT},
        {224 + IMAGE_OPTIONAL + 20, 0xFFFFFFFF, UP_EXE_CUT_SHORT},
        {224 + IMAGE_OPTIONAL + 20, IMAGE_BYTES, UP_EXE_CUT_SHORT},
        {224 + IMAGE_OPTIONAL + 20, 0, UP_EXE_BAD_IMPORTS},
        {224 + IMAGE_OPTIONAL + 12, 0xFFFFFFFF, UP_EXE_BAD_IMPORTS},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t bytes[IMAGE_BYTES];
        struct up_exe_file file;

        put_image(bytes, false);
        put32(bytes, rows[i].at, rows[i].value);
        file = read_exact(bytes, sizeof bytes);
        if (file.kind != UP_EXE_PE || file.damage != rows[i].damage) {
            fail_msg("row %zu: kind %d, damage %d", i, (int)file.kind, (int)file.damage);
        }
    }
}

static void test_hostile_resources(void **state)
{
    static const struct change rows[] = {
        {IMAGE_RESOURCE + 16, 17, 0},         /* no version */
        {IMAGE_RESOURCE + 20, 0x18, 0},       /* a leaf for a directory */
        {IMAGE_RESOURCE + 20, 0x80000000, 0}, /* the root again */
        {IMAGE_RESOURCE + 20, 0xFFFFFFFF, 0},
        {IMAGE_RESOURCE + 0x18 + 12, 0, 0}, /* nothing in it */
        {IMAGE_RESOURCE + 0x18 + 20, 0xFFFFFFFF, 0},
        {IMAGE_RESOURCE + 0x30 + 20, 0x80000000, 0}, /* a directory for a leaf */
        {IMAGE_RESOURCE + 0x30 + 20, 0x7FFFFFFF, 0},
        {IMAGE_DATA, 0xFFFFFFFF, 0},
        {IMAGE_DATA, 0xFFFF0000, 0},
        {IMAGE_DATA + 4, 0, 0},
        {IMAGE_DATA + 4, 0x20, 0},
        {IMAGE_VERSION + 0xA0, 'X', 0},
        {IMAGE_VERSION + 0xB0, 'X', 0}, /* UserPortX */
        {IMAGE_VERSION + 0x86, 'X', 0},
    };
    uint8_t bytes[IMAGE_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put_image(bytes, false);
        put32(bytes, rows[i].at, rows[i].value);
        if (read_exact(bytes, sizeof bytes).is_userport) {
            fail_msg("row %zu", i);
        }
    }
    put_image(bytes, false);
    put32(bytes, IMAGE_DATA + 4, 0x37); /* the fixed part is cut short */
    assert_int_equal(read_exact(bytes, sizeof bytes).version, 0);
    put_image(bytes, false);
    put32(bytes, IMAGE_VERSION + 0x28, 0xFEEF04BC); /* there is none */
    assert_int_equal(read_exact(bytes, sizeof bytes).version, 0);
    assert_true(read_exact(bytes, sizeof bytes).is_userport);
    put_image(bytes, false);
    put32(bytes, IMAGE_RESOURCE + 12, 0xFFFFFFFF); /* 131,070 entries: the first is the version */
    put32(bytes, IMAGE_DATA + 4, 0xFFFFFFFF);
    assert_true(read_exact(bytes, sizeof bytes).is_userport);
    put32(bytes, IMAGE_RESOURCE + 16, 15); /* all of them, to the end of the section */
    assert_false(read_exact(bytes, sizeof bytes).is_userport);
}

/* Tables and names without an end: more than the file has, and more than is looked at. */
static void test_no_end(void **state)
{
    const uint32_t size = 0x10000;
    uint8_t *bytes = calloc(1, size);
    struct up_exe_file file;

    (void)state;
    assert_non_null(bytes);
    for (unsigned delayed = 0; delayed < 2; delayed++) {
        put_image(bytes, false);
        put32(bytes, section_at(false) + 16, size - IMAGE_SECTION);
        put32(bytes, directory_at(false, IMAGE_DIRECTORY_IMPORT), 0);
        put32(bytes, directory_at(false, IMAGE_DIRECTORY_DELAY), 0);
        put32(bytes, directory_at(false, delayed ? IMAGE_DIRECTORY_DELAY : IMAGE_DIRECTORY_IMPORT),
              IMAGE_BYTES + IMAGE_DELTA);
        for (uint32_t at = IMAGE_BYTES; at < size; at += 4) {
            /* an even number: an address, as of Visual C++ 6 */
            put32(bytes, at, IMAGE_NAMES + 32 + IMAGE_DELTA);
        }
        file = read_exact(bytes, size);
        assert_int_equal(file.damage, UP_EXE_BAD_IMPORTS);
        assert_int_equal(file.imports, delayed ? 0 : BIT(UP_LIBRARY_INPOUT32));
    }
    free(bytes);
}

static void test_names(void **state)
{
    uint8_t bytes[IMAGE_BYTES];

    (void)state;
    put_image(bytes, false);
    memset(bytes + IMAGE_BYTES - 12, 'i', 12); /* no end in the section */
    put32(bytes, IMAGE_IMPORTS + 20 + 12, IMAGE_BYTES - 12 + IMAGE_DELTA);
    assert_int_equal(read_exact(bytes, sizeof bytes).damage, UP_EXE_BAD_IMPORTS);
    put_image(bytes, false);
    memset(bytes + IMAGE_NAMES + 32 + 12, 'x', 200); /* a long one, of another DLL */
    assert_int_equal(read_exact(bytes, sizeof bytes).imports, 0);
    put_image(bytes, false);
    put_text(bytes, IMAGE_NAMES + 32, "inpout3"); /* a part of a name */
    assert_int_equal(read_exact(bytes, sizeof bytes).imports, 0);
    put_text(bytes, IMAGE_NAMES + 32, "inpout32.dl");
    assert_int_equal(read_exact(bytes, sizeof bytes).imports, 0);
    put_text(bytes, IMAGE_NAMES + 32, "InpOut32");
    assert_int_equal(read_exact(bytes, sizeof bytes).imports, BIT(UP_LIBRARY_INPOUT32));
    put32(bytes, IMAGE_DELAYED, 0); /* Visual C++ 6: addresses */
    put32(bytes, IMAGE_DELAYED + 4, IMAGE_BASE + IMAGE_NAMES + 32 + IMAGE_DELTA);
    assert_int_equal(read_exact(bytes, sizeof bytes).delay_imports, BIT(UP_LIBRARY_INPOUT32));
}

static void test_every_length(void **state)
{
    (void)state;
    for (unsigned is_64bit = 0; is_64bit < 2; is_64bit++) {
        uint8_t bytes[IMAGE_BYTES];

        put_image(bytes, is_64bit);
        put_dotnet(bytes, is_64bit, 1);
        for (uint32_t size = 0; size < sizeof bytes; size++) {
            struct up_exe_file file = read_exact(bytes, size);

            assert_int_equal(file.kind, size < 2              ? UP_EXE_UNKNOWN
                                        : size < IMAGE_PE + 2 ? UP_EXE_MZ
                                                              : UP_EXE_PE);
            assert_true(size < IMAGE_PE || file.damage != UP_EXE_WHOLE);
        }
    }
}

/* Every place of the file, with every value that is odd there. */
static void test_every_place(void **state)
{
    static const uint32_t values[] = {
        0,
        1,
        0x3F,
        0xFFFF,
        0x7FFFFFFF,
        0x80000000,
        0x80000018,
        0xFFFFFFFF,
        0xFFFFFFF0,
        0xFFFFF000,
        IMAGE_BYTES - 1,
        IMAGE_BYTES - 4,
        IMAGE_BYTES + 0xDFC,
        0x1000,
    };
    uint8_t bytes[IMAGE_BYTES];

    (void)state;
    for (uint32_t at = 0; at + 4 <= IMAGE_TEXT; at++) {
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            put_image(bytes, at & 1);
            put_dotnet(bytes, at & 1, 3);
            put32(bytes, at, values[i]);
            read_exact(bytes, sizeof bytes);
            put_image(bytes, !(at & 1));
            put32(bytes, at, values[i]);
            read_exact(bytes, sizeof bytes);
        }
    }
}

static void test_failed_reads(void **state)
{
    uint8_t bytes[IMAGE_BYTES];
    struct up_exe_file file;
    uint32_t reads;

    (void)state;
    put_image(bytes, false);
    reads = read_failing(bytes, sizeof bytes, 0, &file) - 1;
    assert_true(reads > 3);
    for (uint32_t i = 1; i <= reads; i++) {
        assert_int_equal(read_failing(bytes, sizeof bytes, i, &file), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_executables),
        cmocka_unit_test(test_second_headers),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_good_images),
        cmocka_unit_test(test_machines),
        cmocka_unit_test(test_dotnet),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_hostile_fields),
        cmocka_unit_test(test_hostile_resources),
        cmocka_unit_test(test_no_end),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_every_length),
        cmocka_unit_test(test_every_place),
        cmocka_unit_test(test_failed_reads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
