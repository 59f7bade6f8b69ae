/* SPDX-License-Identifier: MIT
 *
 * Tests of exefile/exesearch.c and exefile/exefit.c: which bytes are a name, wherever in a file
 * they are; which DLL a program needs; what fits.
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

#define BIT(n)  (1u << (n))
#define TEXT(s) s, sizeof s - 1

static struct up_exe_file search(const void *bytes, uint32_t size)
{
    uint8_t *copy = malloc(size > 0 ? size : 1u);
    struct up_exe_source source = {up_exe_read_memory, copy, size};
    struct up_exe_file file = {.kind = UP_EXE_UNKNOWN};

    assert_non_null(copy);
    memcpy(copy, bytes, size);
    assert_true(up_exe_search(&source, &file));
    free(copy);
    return file;
}

/* ---- names ----------------------------------------------------------------------------------- */

static void test_names(void **state)
{
    static const struct {
        const char *bytes;
        uint32_t size, mentions, devices;
    } rows[] = {
        {TEXT(""), 0, 0},
        {TEXT("inpout32.dll"), BIT(UP_LIBRARY_INPOUT32), 0},
        {TEXT("INPOUTX64.DLL"), BIT(UP_LIBRARY_INPOUTX64), 0},
        {TEXT("\0dlPortIo.dLL\0"), BIT(UP_LIBRARY_DLPORTIO), 0},
        {TEXT("C:\\X\\inpout32.dll"), BIT(UP_LIBRARY_INPOUT32), 0},
        {TEXT("\x0Cinpout32.dll"), BIT(UP_LIBRARY_INPOUT32), 0}, /* Pascal's length before it */
        {TEXT("inpout32.dll\xC3"), BIT(UP_LIBRARY_INPOUT32), 0},
        {TEXT("inpout32.dllx"), 0, 0},
        {TEXT("xinpout32.dll"), 0, 0},
        {TEXT("inpout32.dl"), 0, 0},
        {TEXT("inpout32"), BIT(UP_LIBRARY_INPOUT32), 0},
        {TEXT("Inpout32\0"), BIT(UP_LIBRARY_INPOUT32), 0},
        {TEXT("dlportio,"), BIT(UP_LIBRARY_DLPORTIO), 0},
        {TEXT("inpout32.sys"), 0, 0},
        {TEXT("inpout32_2"), 0, 0},
        {TEXT("\\\\.\\inpout32"), 0, BIT(UP_DEVICE_INPOUT32)}, /* its driver's device */
        {TEXT("\\\\.\\inpoutx64\0"), 0, BIT(UP_DEVICE_INPOUTX64)},
        {TEXT("\\\\.\\hwinterface \\\\.\\HwInterfacex64"), 0,
         BIT(UP_DEVICE_HWINTERFACE) | BIT(UP_DEVICE_HWINTERFACEX64)},
        {TEXT("\\\\.\\WinRing0_1_2_0 \\\\.\\WINIO"), 0,
         BIT(UP_DEVICE_WINRING0) | BIT(UP_DEVICE_WINIO)},
        {TEXT("\\\\.\\giveio64 \\\\.\\inpout \\\\.\\io"), 0, 0},
        {TEXT("\0io\0PortIn\0"), BIT(UP_LIBRARY_IO), 0}, /* LoadLibrary("io") */
        {TEXT("PortOut\0\2IO\0"), BIT(UP_LIBRARY_IO), 0},
        {TEXT("io\0PortOut"), BIT(UP_LIBRARY_IO), 0},
        {TEXT("i\0o\0\0\0PortIn\0"), BIT(UP_LIBRARY_IO), 0},
        {TEXT("\0io\0"), 0, 0}, /* a country, a language */
        {TEXT("\0io\0portInput\0"), 0, 0},
        {TEXT("\0io.\0PortIn\0"), 0, 0},
        {TEXT("\0 io\0PortIn\0"), 0, 0},
        {TEXT("\0io \0PortIn\0"), 0, 0},
        {TEXT("\\\\.\\io\0PortIn\0"), 0, 0},
        {TEXT("userport"), 0, 0},
        {TEXT("userport.dll"), BIT(UP_LIBRARY_USERPORT), 0},
        {TEXT("libuserport.dll.a"), 0, 0},
        {TEXT("io.dll"), BIT(UP_LIBRARY_IO), 0},
        {TEXT("System.IO.dll"), 0, 0},
        {TEXT("winio.dll"), BIT(UP_LIBRARY_WINIO), 0},
        {TEXT("AsusWinIO64.dll"), 0, 0},
        {TEXT("WinIo32.dll WinIo64.dll"), BIT(UP_LIBRARY_WINIO32) | BIT(UP_LIBRARY_WINIO64), 0},
        {TEXT("WinRing0.dll WinRing0x64.dll"),
         BIT(UP_LIBRARY_WINRING0) | BIT(UP_LIBRARY_WINRING0X64), 0},
        {TEXT("tvicport.dll"), BIT(UP_LIBRARY_TVICPORT), 0},
        {TEXT("wnaspi32.dll"), 0, 0},
        {TEXT("\\\\.\\UserPort"), 0, BIT(UP_DEVICE_USERPORT)},
        {TEXT("\\\\.\\USERPORT\\"), 0, BIT(UP_DEVICE_USERPORT)}, /* jzIntv's way */
        {TEXT("\\\\.\\UserPort2"), 0, 0},
        {TEXT("\\\\.\\giveio \\\\.\\PortTalk"), 0, BIT(UP_DEVICE_GIVEIO) | BIT(UP_DEVICE_PORTTALK)},
        {TEXT("i\0n\0p\0o\0u\0t\0003\0002\0.\0d\0l\0l\0"), BIT(UP_LIBRARY_INPOUT32), 0},
        {TEXT("i\0n\0p\0o\0u\0t\0003\0002\0.\0d\0l\0l\0x\0"), 0, 0},
        {TEXT("i\0n\0p\0o\0u\0t\0003\0002\0.\0d\0l\0l\0x\1"), BIT(UP_LIBRARY_INPOUT32), 0},
        {TEXT("w\0i\0o\0.\0d\0l\0l\0"), 0, 0},
        {TEXT("w\1i\0o\0.\0d\0l\0l\0"), BIT(UP_LIBRARY_IO), 0},
        {TEXT("i\0o.\0d\0l\0l\0"), 0, 0},
        {TEXT("i\0o\0.\0d\0l\0l"), 0, 0}, /* half a character at the end */
        {TEXT("I\0O\0.\0D\0L\0L\0"), BIT(UP_LIBRARY_IO), 0},
        {TEXT("\\\0\\\0.\0\\\0U\0s\0e\0r\0P\0o\0r\0t\0\0\0"), 0, BIT(UP_DEVICE_USERPORT)},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct up_exe_file file = search(rows[i].bytes, rows[i].size);

        if (file.mentions != rows[i].mentions || file.devices != rows[i].devices) {
            fail_msg("row %zu: mentions %X, devices %X", i, file.mentions, file.devices);
        }
    }
}

static void test_functions(void **state)
{
    (void)state;
    for (unsigned i = 0; i < UP_FUNCTION_COUNT; i++) {
        char text[64] = "\0";
        uint8_t wide[64] = {0};
        struct up_exe_file file;

        strcpy(text + 1, up_exe_function_names[i]);
        file = search(text, sizeof text);
        assert_int_equal(file.refused_mentions, BIT(i));
        assert_int_equal(file.refused | file.missing | file.mentions | file.devices, 0);
        put_utf16(wide, 2, up_exe_function_names[i]);
        assert_int_equal(search(wide, sizeof wide).refused_mentions, BIT(i));
        strcat(text + 1, "2");
        assert_int_equal(search(text, sizeof text).refused_mentions, 0);
        text[0] = '_'; /* decorated, in the object files of a library */
        assert_int_equal(search(text, sizeof text).refused_mentions, 0);
    }
}

/* Every name at every place around the borders of what is read at once, and at the end. */
static void test_everywhere(void **state)
{
    (void)state;
    for (unsigned n = 0; n < UP_LIBRARY_COUNT + UP_DEVICE_COUNT; n++) {
        bool is_device = n >= UP_LIBRARY_COUNT;
        const char *name =
            is_device ? up_exe_device_names[n - UP_LIBRARY_COUNT] : up_exe_library_names[n];

        for (uint32_t border = 4096; border <= 8192; border += 4096) {
            for (uint32_t at = border - 40; at < border + 4; at++) {
                for (uint32_t width = 1; width <= 2; width++) {
                    uint8_t bytes[8192 + 64] = {0};
                    uint32_t end = at + width * (uint32_t)strlen(name);
                    struct up_exe_file file;

                    (width == 1 ? put_text : put_utf16)(bytes, at, name);
                    for (uint32_t size = end; size <= end + 2; size++) {
                        file = search(bytes, size);
                        assert_int_equal(file.mentions, is_device ? 0 : BIT(n));
                        assert_int_equal(file.devices, is_device ? BIT(n - UP_LIBRARY_COUNT) : 0);
                    }
                    bytes[at - width] = 'x';
                    file = search(bytes, end + 2);
                    assert_int_equal(file.mentions | file.devices, 0);
                }
            }
        }
    }
}

/* ---- needs ----------------------------------------------------------------------------------- */

static const struct up_exe_file program32 = {.kind = UP_EXE_PE, .machine = UP_EXE_MACHINE_I386};
static const struct up_exe_file program64 = {.kind = UP_EXE_PE, .machine = UP_EXE_MACHINE_AMD64};
static const struct up_exe_file program_any = {
    .kind = UP_EXE_PE, .machine = UP_EXE_MACHINE_I386, .dotnet = UP_DOTNET_ANY};

/* what: "32 inpout32.dll = i386/inpout32.dll; " for each */
static void assert_needs(const struct up_exe_file *program, uint32_t imports, uint32_t mentions,
                         const char *what)
{
    struct up_exe_file file = *program;
    struct up_exe_need needs[UP_EXE_NEEDS_MAX];
    char text[1024] = "";
    unsigned count;

    file.imports = imports;
    file.mentions = mentions;
    count = up_exe_needs(&file, needs);
    for (unsigned i = 0; i < count; i++) {
        strcat(strcat(text, needs[i].bits == 32 ? "32 " : "64 "),
               up_exe_library_names[needs[i].library]);
        strcat(strcat(strcat(text, " = "), needs[i].source), "; ");
    }
    assert_string_equal(text, what);
    file.imports = 0;
    file.delay_imports = imports;
    assert_int_equal(up_exe_needs(&file, needs), count);
    file.is_userport = true;
    assert_int_equal(up_exe_needs(&file, needs), 0);
}

static void test_needs(void **state)
{
    const uint32_t in32 = BIT(UP_LIBRARY_INPOUT32);
    const uint32_t in64 = BIT(UP_LIBRARY_INPOUTX64);
    const uint32_t others = BIT(UP_LIBRARY_DLPORTIO) | BIT(UP_LIBRARY_USERPORT);

    (void)state;
    assert_needs(&program32, 0, 0, "");
    assert_needs(&program32, BIT(UP_LIBRARY_WINIO), BIT(UP_LIBRARY_IO), "");
    assert_needs(&program32, in32, in32, "32 inpout32.dll = i386/inpout32.dll; ");
    assert_needs(&program32, 0, in32, "32 inpout32.dll = i386/inpout32.dll; ");
    assert_needs(&program32, 0, in64, "32 inpoutx64.dll = i386/inpout32.dll; ");
    assert_needs(&program32, 0, in32 | in64, "32 inpout32.dll = i386/inpout32.dll; ");
    assert_needs(&program32, in64, in32 | in64,
                 "32 inpout32.dll = i386/inpout32.dll; 32 inpoutx64.dll = i386/inpout32.dll; ");
    assert_needs(&program64, in32, in32, "64 inpout32.dll = amd64/inpoutx64.dll; ");
    assert_needs(&program64, 0, in32 | in64, "64 inpoutx64.dll = amd64/inpoutx64.dll; ");
    assert_needs(&program32, 0, others,
                 "32 DLPortIO.dll = i386/DLPortIO.dll; 32 userport.dll = i386/userport.dll; ");
    assert_needs(&program64, 0, others,
                 "64 DLPortIO.dll = amd64/DLPortIO.dll; 64 userport.dll = amd64/userport.dll; ");
    assert_needs(&program_any, 0, in32,
                 "32 inpout32.dll = i386/inpout32.dll; 64 inpout32.dll = amd64/inpoutx64.dll; ");
    assert_needs(&program_any, 0, in32 | in64,
                 "32 inpout32.dll = i386/inpout32.dll; 64 inpoutx64.dll = amd64/inpoutx64.dll; ");
}

static void test_needs_of_others(void **state)
{
    struct up_exe_need needs[UP_EXE_NEEDS_MAX];

    (void)state;
    for (int kind = UP_EXE_UNKNOWN; kind <= UP_EXE_OTHER; kind++) {
        struct up_exe_file file = {.kind = (enum up_exe_kind)kind,
                                   .mentions = BIT(UP_LIBRARY_SERVED) - 1u};

        assert_int_equal(up_exe_needs(&file, needs), 0);
        file.machine = UP_EXE_MACHINE_ARM64;
        assert_int_equal(up_exe_needs(&file, needs), 0);
        file.machine = UP_EXE_MACHINE_I386;
        assert_int_equal(up_exe_needs(&file, needs), kind == UP_EXE_PE ? 3 : 0);
        file.dotnet = UP_DOTNET_ANY;
        file.imports = file.mentions; /* all of them: as many as there can be */
        assert_int_equal(up_exe_needs(&file, needs), kind == UP_EXE_PE ? UP_EXE_NEEDS_MAX : 0);
    }
}

static bool is_served(struct up_exe_file file, uint32_t imports, uint32_t delayed,
                      uint32_t mentions, uint32_t devices)
{
    file.imports = imports;
    file.delay_imports = delayed;
    file.mentions = mentions;
    file.devices = devices;
    return up_exe_is_served(&file);
}

static void test_served(void **state)
{
    const uint32_t in32 = BIT(UP_LIBRARY_INPOUT32), io = BIT(UP_LIBRARY_IO),
                   winio = BIT(UP_LIBRARY_WINIO);
    const uint32_t giveio = BIT(UP_DEVICE_GIVEIO), porttalk = BIT(UP_DEVICE_PORTTALK),
                   user = BIT(UP_DEVICE_USERPORT);
    struct up_exe_file file = program32;

    (void)state;
    assert_true(is_served(program32, 0, 0, 0, 0));
    assert_true(is_served(program32, in32, 0, 0, 0));
    assert_true(is_served(program32, 0, in32, 0, 0));
    assert_true(is_served(program32, 0, 0, in32 | io, porttalk)); /* it chooses itself */
    /* Windows loads it, or does not start the program */
    assert_false(is_served(program32, winio, 0, in32, 0));
    assert_true(is_served(program32, 0, winio, in32, 0));
    assert_false(is_served(program32, 0, winio, 0, 0));
    assert_false(is_served(program32, 0, 0, io, 0));
    assert_true(is_served(program32, 0, 0, 0, user));
    assert_true(is_served(program64, 0, 0, 0, user));
    assert_true(is_served(program32, 0, 0, 0, giveio));
    assert_true(is_served(program64, 0, 0, 0, giveio));
    assert_true(is_served(program_any, 0, 0, 0, giveio));
    assert_true(is_served(program64, 0, 0, 0, giveio | user));
    for (unsigned i = UP_DEVICE_PORTTALK; i < UP_DEVICE_COUNT; i++) {
        assert_false(is_served(program32, 0, 0, 0, BIT(i)));
        assert_false(is_served(program64, 0, 0, 0, BIT(i)));
    }
    file.refused_mentions = 1; /* it may do without */
    assert_true(is_served(file, 0, 0, in32, 0));
    file.missing = 1;
    assert_false(is_served(file, in32, 0, in32, 0));
    file.missing = 0;
    file.refused = 8;
    assert_false(is_served(file, in32, 0, in32, 0));
    file.is_userport = true;
    assert_true(is_served(file, in32, 0, in32, porttalk));
    file.machine = UP_EXE_MACHINE_ARM64;
    assert_false(is_served(file, 0, 0, 0, 0));
    file = program32;
    file.kind = UP_EXE_NE;
    assert_false(is_served(file, 0, 0, 0, 0));
}

static void test_may_run_ports(void **state)
{
    struct up_exe_file file = program32;

    (void)state;
    assert_true(up_exe_may_run_ports(&program32));
    assert_true(up_exe_may_run_ports(&program64));
    assert_false(up_exe_may_run_ports(&program_any));
    file.dotnet = UP_DOTNET_MACHINE;
    assert_true(up_exe_may_run_ports(&file));
    file.subsystem = UP_EXE_SUBSYSTEM_NATIVE;
    assert_false(up_exe_may_run_ports(&file));
    file = program64;
    file.is_userport = true;
    assert_false(up_exe_may_run_ports(&file));
    file = program32;
    file.machine = UP_EXE_MACHINE_ARM64;
    assert_false(up_exe_may_run_ports(&file));
}

static void test_fit(void **state)
{
    struct up_exe_file dll = program32;

    (void)state;
    assert_int_equal(up_exe_fit(&dll, 32), UP_FIT_NO_DLL);
    dll.is_dll = true;
    assert_int_equal(up_exe_fit(&dll, 32), UP_FIT_FOREIGN);
    assert_int_equal(up_exe_fit(&dll, 64), UP_FIT_WRONG_BITS);
    dll.is_userport = true;
    assert_int_equal(up_exe_fit(&dll, 32), UP_FIT_YES);
    assert_int_equal(up_exe_fit(&dll, 64), UP_FIT_WRONG_BITS);
    dll.machine = UP_EXE_MACHINE_AMD64;
    assert_int_equal(up_exe_fit(&dll, 32), UP_FIT_WRONG_BITS);
    assert_int_equal(up_exe_fit(&dll, 64), UP_FIT_YES);
    dll.machine = UP_EXE_MACHINE_ARM64;
    assert_int_equal(up_exe_fit(&dll, 64), UP_FIT_WRONG_BITS);
    dll.machine = UP_EXE_MACHINE_AMD64;
    dll.damage = UP_EXE_CUT_SHORT;
    assert_int_equal(up_exe_fit(&dll, 64), UP_FIT_NO_DLL);
    dll.damage = UP_EXE_WHOLE;
    dll.kind = UP_EXE_NE;
    assert_int_equal(up_exe_fit(&dll, 64), UP_FIT_NO_DLL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),         cmocka_unit_test(test_functions),
        cmocka_unit_test(test_served),        cmocka_unit_test(test_everywhere),
        cmocka_unit_test(test_needs),         cmocka_unit_test(test_needs_of_others),
        cmocka_unit_test(test_may_run_ports), cmocka_unit_test(test_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
