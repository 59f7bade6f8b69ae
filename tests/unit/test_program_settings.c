/* SPDX-License-Identifier: MIT
 *
 * Tests of core/program_settings.c and control/program_names.c: the text form, the registry's
 * values, which program settings are for, and what a name and a path may be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "control/programs.h"

/* ---- the text form --------------------------------------------------------------------------- */

static bool parse_exact(const char *text, struct up_program_settings *settings)
{
    const size_t length = strlen(text);
    char *copy = malloc(length > 0 ? length : 1u);
    bool is_valid;

    assert_non_null(copy);
    memcpy(copy, text, length);
    memset(settings, 0xFF, sizeof *settings);
    is_valid = up_program_settings_parse(copy, length, settings);
    free(copy);
    return is_valid;
}

static void test_texts(void **state)
{
    static const struct {
        const char *text, *canonical;
    } rows[] = {
        {"", ""},
        {";;", ""},
        {"fast", "fast;"},
        {"ignore-cli-sti", "ignore-cli-sti;"},
        {"fast;ignore-cli-sti", "ignore-cli-sti;fast;"},
        {"fast;fast;", "fast;"},
        {"routes=", ""},
        {"routes=lpt1=D100", "routes=378-37F=D100;"},
        {"fast;routes=3BC=none 378-37F=D100;ignore-cli-sti;",
         "routes=378-37F=D100, 3BC=none;ignore-cli-sti;fast;"},
        {"session=1234-0", "session=1234-0;"},
        {"session=a-Z;routes=378=\"printer:a;fast;b\";fast",
         "routes=378-37A=\"printer:a;fast;b\";fast;session=a-Z;"},
    };
    struct up_program_settings settings;
    char text[UP_PROGRAM_TEXT_MAX];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(parse_exact(rows[i].text, &settings));
        assert_int_equal(up_program_settings_format(&settings, text, sizeof text),
                         strlen(rows[i].canonical));
        assert_string_equal(text, rows[i].canonical);
    }
}

static void test_wrong_texts(void **state)
{
    static const char *const texts[] = {
        "slow",
        "fast ",
        " fast",
        "Fast",
        "fas",
        "fastest",
        "fast=1",
        "routes",
        "378-37F=D100",
        "fast;routes=378",
        "routes=378=D100;later",
        "routes=378=D100;routes=379=D200",
        "ignore-cli-sti,fast",
        "session=",
        "session=a.b",
        "session=1;session=2",
        "session=0123456789012345678901234567890-",
        "routes=378=\"printer:a;fast",
    };
    struct up_program_settings settings;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_false(parse_exact(texts[i], &settings));
        assert_int_equal(settings.routes.count, 0);
        assert_false(settings.fast || settings.ignore_cli_sti || settings.session[0] != '\0');
    }
}

/* ---- the registry's values ------------------------------------------------------------------- */

/* A REG_SZ of ASCII characters, with its terminating 0 if length has it. */
static struct up_registry_value string_of(uint8_t *room, const char *text, size_t length)
{
    size_t i;

    for (i = 0; i < length; i++) {
        room[2u * i] = (uint8_t)text[i];
        room[2u * i + 1u] = 0;
    }
    return (struct up_registry_value){.state = UP_VALUE_PRESENT,
                                      .type = UP_REG_SZ,
                                      .length = (uint32_t)(2u * length),
                                      .available = (uint32_t)(2u * length),
                                      .data = room};
}

static struct up_registry_value number_of(const uint8_t bytes[4])
{
    return (struct up_registry_value){.state = UP_VALUE_PRESENT,
                                      .type = UP_REG_DWORD,
                                      .length = 4,
                                      .available = 4,
                                      .data = bytes};
}

static const uint8_t zero[4] = {0}, one[4] = {1}, two[4] = {2}, above[4] = {1, 0, 0, 1};

struct decoded {
    struct up_program_values values;
    uint8_t path_room[2000], routes_room[4000], trace_room[2000];
    uint16_t path[UP_PROGRAM_PATH_CHARS];
    struct up_program_settings settings;
    char wrong[UP_PROGRAM_WRONG_MAX];
};

static void begin(struct decoded *decoded)
{
    memset(decoded, 0, sizeof *decoded);
    decoded->values.path = string_of(decoded->path_room, "C:\\x.exe", 9);
    decoded->values.routes = string_of(decoded->routes_room, "378-37F=D100", 13);
    decoded->values.ignore_cli_sti = number_of(one);
    decoded->values.fast = number_of(zero);
}

static bool decode(struct decoded *decoded)
{
    return up_program_decode(&decoded->values, decoded->path, &decoded->settings, decoded->wrong,
                             sizeof decoded->wrong);
}

static void assert_wrong(struct decoded *decoded, const char *wrong)
{
    assert_false(decode(decoded));
    assert_string_equal(decoded->wrong, wrong);
    assert_int_equal(decoded->settings.routes.count, 0);
    assert_false(decoded->settings.ignore_cli_sti || decoded->settings.fast);
}

static void test_valid_values(void **state)
{
    struct decoded decoded;

    (void)state;
    begin(&decoded);
    assert_true(decode(&decoded));
    assert_string_equal(decoded.wrong, "");
    assert_int_equal(decoded.path[0], 'C');
    assert_int_equal(decoded.path[7], 'e');
    assert_int_equal(decoded.path[8], 0);
    assert_int_equal(decoded.settings.routes.count, 1);
    assert_int_equal(decoded.settings.routes.routes[0].to, 0xD100);
    assert_true(decoded.settings.ignore_cli_sti);
    assert_false(decoded.settings.fast);

    /* without terminating 0s; without the values that need not be there */
    decoded.values.path.length = decoded.values.path.available = 16;
    decoded.values.routes.state = UP_VALUE_ABSENT;
    decoded.values.ignore_cli_sti.state = UP_VALUE_ABSENT;
    decoded.values.fast = number_of(one);
    assert_true(decode(&decoded));
    assert_int_equal(decoded.path[7], 'e');
    assert_int_equal(decoded.path[8], 0);
    assert_int_equal(decoded.settings.routes.count, 0);
    assert_false(decoded.settings.ignore_cli_sti);
    assert_true(decoded.settings.fast);
}

static void test_wrong_path(void **state)
{
    static const char text[] = "the value Path is not a REG_SZ of 1 to 259 characters";
    char longest[UP_PROGRAM_PATH_CHARS + 1u];
    struct decoded decoded;

    (void)state;
    memset(longest, 'a', sizeof longest);
    begin(&decoded);
    decoded.values.path.state = UP_VALUE_ABSENT;
    assert_wrong(&decoded, "the value Path is not there");
    assert_int_equal(decoded.path[0], 0);
    decoded.values.path.state = UP_VALUE_UNREADABLE;
    assert_wrong(&decoded, text);
    begin(&decoded);
    decoded.values.path.type = 2; /* REG_EXPAND_SZ */
    assert_wrong(&decoded, text);
    begin(&decoded);
    decoded.values.path.length = decoded.values.path.available = 17;
    assert_wrong(&decoded, text);
    begin(&decoded);
    decoded.values.path.available = 10; /* cut by the reader */
    assert_wrong(&decoded, text);
    begin(&decoded);
    decoded.values.path = string_of(decoded.path_room, "x\0y", 4);
    assert_wrong(&decoded, text);
    assert_int_equal(decoded.path[0], 0);
    decoded.values.path = string_of(decoded.path_room, "", 1);
    assert_wrong(&decoded, text);
    decoded.values.path = string_of(decoded.path_room, "", 0);
    assert_wrong(&decoded, text);
    decoded.values.path = string_of(decoded.path_room, longest, UP_PROGRAM_PATH_CHARS);
    assert_wrong(&decoded, text);
    decoded.values.path = string_of(decoded.path_room, longest, UP_PROGRAM_PATH_CHARS + 1u);
    assert_wrong(&decoded, text);
    decoded.values.path = string_of(decoded.path_room, longest, UP_PROGRAM_PATH_CHARS - 1u);
    assert_true(decode(&decoded));
    assert_int_equal(decoded.path[UP_PROGRAM_PATH_CHARS - 1u], 0);
    longest[UP_PROGRAM_PATH_CHARS - 1u] = '\0';
    decoded.values.path = string_of(decoded.path_room, longest, UP_PROGRAM_PATH_CHARS);
    assert_true(decode(&decoded));
}

static void test_wrong_routes(void **state)
{
    static const char text[] = "the value Routes is not a REG_SZ of at most 1535 characters";
    char longest[UP_PROGRAM_ROUTES_CHARS + 1u];
    struct decoded decoded;

    (void)state;
    memset(longest, ' ', sizeof longest);
    begin(&decoded);
    decoded.values.routes.type = UP_REG_DWORD;
    assert_wrong(&decoded, text);
    assert_int_equal(decoded.path[0], 'C'); /* it is known whose routes are wrong */
    begin(&decoded);
    decoded.values.routes = string_of(decoded.routes_room, longest, UP_PROGRAM_ROUTES_CHARS);
    assert_wrong(&decoded, text);
    decoded.values.routes = string_of(decoded.routes_room, longest, UP_PROGRAM_ROUTES_CHARS - 1u);
    assert_true(decode(&decoded));
    decoded.values.routes = string_of(decoded.routes_room, "3BC=none, 378=10000", 20);
    assert_wrong(&decoded, "the value Routes is wrong, \"378=10000\" at column 11: the port is "
                           "above FFFF");
    decoded.values.routes = string_of(decoded.routes_room, "378=D100", 9);
    decoded.routes_room[9] = 0x01; /* the port's letter is no longer ASCII */
    assert_wrong(&decoded, "the value Routes is wrong, \"378=\xC5\x84"
                           "100\" at column 1: the target is not a "
                           "port in hexadecimal digits, a device or none");
}

static void test_names_of_files(void **state)
{
    struct decoded decoded;
    char longest[UP_PROGRAM_PATH_CHARS + 1u];

    (void)state;
    begin(&decoded);
    assert_true(decode(&decoded));
    assert_string_equal(decoded.settings.trace, "");
    decoded.values.trace = string_of(decoded.trace_room, "C:\\x.vcd", 9);
    decoded.trace_room[6] = 0x3C; /* a euro sign's half: U+203C */
    decoded.trace_room[7] = 0x20;
    assert_true(decode(&decoded));
    assert_string_equal(decoded.settings.trace, "C:\\\xE2\x80\xBC.vcd");
    decoded.values.routes = string_of(decoded.routes_room, "378=printer:a", 14);
    decoded.routes_room[24] = 0x3D; /* U+D83D U+DE00 would need two: half of a pair */
    decoded.routes_room[25] = 0xD8;
    assert_true(decode(&decoded));
    assert_string_equal(
        up_route_device(&decoded.settings.routes, &decoded.settings.routes.routes[0]),
        "printer:\xEF\xBF\xBD");
    memset(longest, 'x', sizeof longest);
    decoded.values.trace = string_of(decoded.trace_room, longest, UP_PROGRAM_PATH_CHARS);
    assert_wrong(&decoded, "the value Trace is not a REG_SZ of at most 259 characters");
    assert_string_equal(decoded.settings.trace, "");
    decoded.values.trace = number_of(one);
    assert_wrong(&decoded, "the value Trace is not a REG_SZ of at most 259 characters");
}

static void test_wrong_flags(void **state)
{
    struct decoded decoded;

    (void)state;
    begin(&decoded);
    decoded.values.ignore_cli_sti = number_of(two);
    assert_wrong(&decoded, "the value IgnoreCliSti is not a REG_DWORD of 0 or 1");
    decoded.values.ignore_cli_sti = number_of(above);
    assert_wrong(&decoded, "the value IgnoreCliSti is not a REG_DWORD of 0 or 1");
    begin(&decoded);
    decoded.values.fast = number_of(one);
    decoded.values.fast.type = UP_REG_SZ;
    assert_wrong(&decoded, "the value Fast is not a REG_DWORD of 0 or 1");
    decoded.values.fast = number_of(one);
    decoded.values.fast.length = 8;
    assert_wrong(&decoded, "the value Fast is not a REG_DWORD of 0 or 1");
    decoded.values.fast.state = UP_VALUE_UNREADABLE;
    assert_wrong(&decoded, "the value Fast is not a REG_DWORD of 0 or 1");
    decoded.wrong[9] = '#';
    assert_false(up_program_decode(&decoded.values, decoded.path, &decoded.settings, decoded.wrong,
                                   9)); /* cut */
    assert_string_equal(decoded.wrong, "the valu");
    assert_int_equal(decoded.wrong[9], '#');
}

/* ---- for which program ----------------------------------------------------------------------- */

static enum up_program_match matches(const char *path, const char *program)
{
    uint16_t wide[2][100];
    const char *const texts[] = {path, program};
    size_t i, j;

    for (i = 0; i < 2; i++) {
        for (j = 0; texts[i][j] != '\0'; j++) {
            wide[i][j] = (uint8_t)texts[i][j];
        }
        wide[i][j] = 0;
    }
    return up_program_matches(wide[0], wide[1]);
}

static void test_matches(void **state)
{
    static const char program[] = "C:\\Tools\\LptTool.exe";

    (void)state;
    assert_int_equal(matches("C:\\Tools\\LptTool.exe", program), UP_MATCHES_PATH);
    assert_int_equal(matches("c:/tools/lpttool.EXE", program), UP_MATCHES_PATH);
    assert_int_equal(matches("lpttool.exe", program), UP_MATCHES_NAME);
    assert_int_equal(matches("LPTTOOL.EXE", program), UP_MATCHES_NAME);
    assert_int_equal(matches("lpttool.exe", "lpttool.exe"), UP_MATCHES_PATH);
    assert_int_equal(matches("lpttool.exe", "C:lpttool.exe"), UP_MATCHES_NAME);
    assert_int_equal(matches("lpttool.exe", "//server/share/lpttool.exe"), UP_MATCHES_NAME);

    assert_int_equal(matches("", program), UP_MATCHES_NOT);
    assert_int_equal(matches("", ""), UP_MATCHES_NOT);
    assert_int_equal(matches("lpttool", program), UP_MATCHES_NOT);
    assert_int_equal(matches("tool.exe", program), UP_MATCHES_NOT);
    assert_int_equal(matches("lpttool.exe2", program), UP_MATCHES_NOT);
    assert_int_equal(matches("tools\\lpttool.exe", program), UP_MATCHES_NOT);
    assert_int_equal(matches("\\lpttool.exe", program), UP_MATCHES_NOT);
    assert_int_equal(matches("D:\\Tools\\LptTool.exe", program), UP_MATCHES_NOT);
    assert_int_equal(matches("C:\\Tools\\LptTool.ex", program), UP_MATCHES_NOT);
    /* letter case of A to Z alone: @ and ` differ as A and a do, and so do A and a with dots */
    assert_int_equal(matches("@.exe", "`.exe"), UP_MATCHES_NOT);
    assert_int_equal(matches("\xC4.exe", "\xE4.exe"), UP_MATCHES_NOT);
    assert_int_equal(matches("[.exe", "{.exe"), UP_MATCHES_NOT);
}

/* ---- names and paths ------------------------------------------------------------------------- */

static void assert_problem(const char *problem, const char *wanted)
{
    if (wanted == NULL) {
        assert_null(problem);
    } else {
        assert_non_null(problem);
        assert_string_equal(problem, wanted);
    }
}

#define CHARACTERS_61 "0123456789012345678901234567890123456789012345678901234567890"

static void test_names(void **state)
{
    static const struct {
        const char *name, *problem;
    } rows[] = {
        {"LptTool", NULL},
        {"my tool 2.1 (new)/x", NULL},
        {"M\xC3\xBChle \xE2\x82\xAC \xF0\x9F\x96\xA8", NULL},
        {CHARACTERS_61 "12", NULL},
        {CHARACTERS_61 "\xC3\xBC", NULL},
        {"", "it is empty"},
        {CHARACTERS_61 "123", "it has more than 63 bytes"},
        {"a\\b", "it has a backslash"},
        {"a\tb", "it has a control character"},
        {"a\x7F", "it has a control character"},
        {"a\xC2\x85", "it has a control character"},
        {"a\xFC", "it is not UTF-8"},
        {"\xC3", "it is not UTF-8"},
        {"\xC3x", "it is not UTF-8"},
        {"\x80", "it is not UTF-8"},
        {"\xC0\xAF", "it is not UTF-8"},
        {"\xE0\x80\xAF", "it is not UTF-8"},
        {"\xED\xA0\x80", "it is not UTF-8"},
        {"\xF4\x90\x80\x80", "it is not UTF-8"},
        {"\xF8\x88\x80\x80\x80", "it is not UTF-8"},
        {"\xF0\x9F\x96", "it is not UTF-8"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_problem(up_program_name_problem(rows[i].name), rows[i].problem);
    }
}

static void test_paths(void **state)
{
    static const char relative[] =
        "it is neither a full path, such as C:\\Programs\\x.exe, nor the "
        "name of a file alone";
    static const char folder[] = "it names a folder", character[] = "it has a character that no "
                                                                    "file name has";
    static const struct {
        const char *path, *problem;
    } rows[] = {
        {"C:\\x.exe", NULL},
        {"c:/tools/x.exe", NULL},
        {"\\\\server\\share\\x.exe", NULL},
        {"//server/share/x.exe", NULL},
        {"x.exe", NULL},
        {"x", NULL},
        {"", "it is empty"},
        {"tools\\x.exe", relative},
        {".\\x.exe", relative},
        {"\\x.exe", relative},
        {"C:x.exe", relative},
        {"C:", relative},
        {"1:\\x.exe", relative},
        {"C:\\", folder},
        {"C:\\tools\\", folder},
        {"\\\\", folder},
        {"C:\\x.exe:stream", character},
        {"C:\\*.exe", character},
        {"\"C:\\x.exe\"", relative},
        {"x?.exe", character},
        {"C:\\\\?\\x.exe", character},
        {"C:\\x\n.exe", "it has a control character"},
        {"C:\\\xFC.exe", "it is not UTF-8"},
    };
    char longest[UP_PROGRAM_PATH_MAX + 20u];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_problem(up_program_path_problem(rows[i].path), rows[i].problem);
    }
    for (i = 0; i < 259; i++) { /* the longest in bytes, too */
        memcpy(longest + 3u * i, "\xE2\x82\xAC", 4);
    }
    assert_true(strlen(longest) < UP_PROGRAM_PATH_MAX);
    assert_problem(up_program_path_problem(longest), NULL);
    strcat(longest, "x");
    assert_problem(up_program_path_problem(longest), "it has more than 259 characters");
    for (i = 0; i < 130; i++) { /* each has two units of UTF-16 */
        memcpy(longest + 4u * i, "\xF0\x9F\x96\xA8", 5);
    }
    assert_problem(up_program_path_problem(longest), "it has more than 259 characters");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),        cmocka_unit_test(test_wrong_texts),
        cmocka_unit_test(test_valid_values), cmocka_unit_test(test_wrong_path),
        cmocka_unit_test(test_wrong_routes), cmocka_unit_test(test_names_of_files),
        cmocka_unit_test(test_wrong_flags),  cmocka_unit_test(test_matches),
        cmocka_unit_test(test_names),        cmocka_unit_test(test_paths),
    };

    return cmocka_run_group_tests_name("program_settings", tests, NULL, NULL);
}
