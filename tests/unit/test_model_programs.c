/* SPDX-License-Identifier: MIT
 *
 * gui/model_programs.c: the table of the programs, one program's settings while they are edited,
 * and what comes back from userportctl, for which these tests play.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "gui/model_programs.h"
#include "setup/install.h"

static struct up_program stored[4];
static struct up_page page;
static struct up_portset granted;
static struct up_edit edit;
static char text[2048];

/* In the place of control/error_detail_windows.c. */
void up_error_detail_system_text(uint32_t code, char *out, uint32_t size)
{
    (void)code;
    snprintf(out, size, "%s", "");
}

/* In the place of setup/install_places_windows.c, of which nothing is said here. */
const char *up_install_step_text(enum up_install_step step)
{
    (void)step;
    return "";
}

static void set_program(struct up_program *program, const char *name, const char *path,
                        const char *routes)
{
    memset(program, 0, sizeof *program);
    snprintf(program->name, sizeof program->name, "%s", name);
    snprintf(program->path, sizeof program->path, "%s", path);
    assert_true(up_routes_parse(routes, strlen(routes), &program->settings.routes, NULL));
}

/* The table gets the first count programs. */
static bool take(uint32_t count)
{
    static struct up_program shown[2][4];
    struct up_programs programs = {count, shown[page.programs.programs == shown[0]]};

    memcpy(programs.programs, stored, sizeof stored);
    return up_page_take(&page, &programs, NULL);
}

static const char *cell(uint32_t row, enum up_page_column column)
{
    up_page_cell(&page, row, column, text, sizeof text);
    return text;
}

static const char *details(void)
{
    up_page_details(&page, text, sizeof text);
    return text;
}

static int setup(void **state)
{
    (void)state;
    memset(&page, 0, sizeof page);
    up_portset_deny_all(&granted);
    up_portset_grant(&granted, 0x378, 0x37F);
    up_portset_grant(&granted, 0xD100, 0xD103);
    page.granted = &granted;
    page.is_administrator = page.can_elevate = true;
    page.selected = UP_PAGE_NONE;
    set_program(&stored[0], "a.exe", "C:\\lab\\a.exe", "378-37F=D100, 3BC=none");
    set_program(&stored[1], "b.exe", "b.exe", "");
    set_program(&stored[2], "c", "D:\\c.exe", "278=379");
    set_program(&stored[3], "bad", "", "");
    stored[2].settings.ignore_cli_sti = stored[2].settings.fast = true;
    snprintf(stored[3].wrong, sizeof stored[3].wrong, "%s", "the value Path is not there");
    return 0;
}

static int setup_table(void **state)
{
    setup(state);
    assert_true(take(4));
    return 0;
}

/* ---- the table ------------------------------------------------------------------------------- */

static void cells(void **state)
{
    (void)state;
    assert_string_equal(cell(0, UP_PAGE_PROGRAM), "a.exe");
    assert_string_equal(cell(0, UP_PAGE_PORTS), "378-37F, 3BC");
    assert_string_equal(cell(0, UP_PAGE_TARGETS), "D100-D107, nowhere");
    assert_string_equal(cell(0, UP_PAGE_NOTES), "D104-D107 not granted");
    assert_string_equal(cell(1, UP_PAGE_PROGRAM), "b.exe");
    assert_string_equal(cell(1, UP_PAGE_PORTS), "");
    assert_string_equal(cell(1, UP_PAGE_TARGETS), "its own ports");
    assert_string_equal(cell(1, UP_PAGE_NOTES), "");
    assert_string_equal(cell(2, UP_PAGE_PROGRAM), "c.exe");
    assert_string_equal(cell(2, UP_PAGE_NOTES), "ignores CLI and STI; fast");
    assert_string_equal(cell(3, UP_PAGE_PROGRAM), "bad");
    assert_string_equal(cell(3, UP_PAGE_TARGETS), "");
    assert_string_equal(cell(3, UP_PAGE_NOTES), "not in force: the value Path is not there");
    up_portset_deny_all(&granted);
    assert_string_equal(cell(2, UP_PAGE_NOTES), "379 not granted; ignores CLI and STI; fast");
    stored[2].settings.ignore_cli_sti = false;
    assert_true(take(4));
    up_portset_grant(&granted, 0x379, 0x379);
    assert_string_equal(cell(2, UP_PAGE_NOTES), "fast");
}

static void words_below(void **state)
{
    (void)state;
    assert_non_null(strstr(details(), "A program needs settings here only if"));
    page.selected = 0;
    assert_string_equal(details(), "C:\\lab\\a.exe.\n378-37F=D100, 3BC=none.\nD104-D107 are not "
                                   "granted: add them to the list of ports too.");
    page.selected = 1;
    assert_string_equal(details(), "Every program named b.exe, in whatever folder.");
    page.selected = 2;
    assert_string_equal(details(), "D:\\c.exe.\n278=379; ignores CLI and STI; fast.");
    page.selected = 3;
    assert_string_equal(
        details(), "bad.\nThe program runs without these settings: the value Path is not there.");
}

static void unreadable(void **state)
{
    struct up_error_detail problem = {"cannot read the settings of programs (5)", "", 5};
    struct up_programs none = {0, NULL};

    (void)state;
    page.selected = 0;
    assert_true(up_page_take(&page, &none, &problem));
    assert_int_equal(none.count, 4); /* to be freed */
    assert_string_equal(details(), "Cannot read the settings of programs (5).");
    assert_int_equal(up_page_commands(&page), 0);
    assert_null(up_page_selected(&page));
    none = (struct up_programs){0, NULL};
    assert_false(up_page_take(&page, &none, &problem));
    assert_true(take(0));
    assert_int_equal(up_page_commands(&page), UP_PAGE_CAN_ADD);
}

static void taken_again(void **state)
{
    (void)state;
    assert_false(take(4));
    page.selected = 2;
    stored[0].settings.fast = true;
    assert_true(take(4));
    assert_int_equal(page.selected, 2);
    stored[1] = stored[2]; /* b.exe was removed */
    assert_true(take(2));
    assert_int_equal(page.selected, 1);
    assert_string_equal(up_page_selected(&page)->name, "c");
    assert_true(take(1));
    assert_int_equal(page.selected, UP_PAGE_NONE);
    stored[0].settings.ignore_cli_sti = true;
    assert_true(take(1));
    stored[0].settings.routes.routes[0].to = 0xD200;
    assert_true(take(1));
    assert_false(take(1));
    snprintf(stored[0].wrong, sizeof stored[0].wrong, "%s", "the value Fast is wrong");
    assert_true(take(1));
}

static void commands(void **state)
{
    (void)state;
    assert_int_equal(up_page_commands(&page), UP_PAGE_CAN_ADD);
    page.selected = 0;
    assert_int_equal(up_page_commands(&page),
                     UP_PAGE_CAN_ADD | UP_PAGE_CAN_CHANGE | UP_PAGE_CAN_REMOVE | UP_PAGE_CAN_RUN);
    page.selected = 3; /* wrong values */
    assert_int_equal(up_page_commands(&page),
                     UP_PAGE_CAN_ADD | UP_PAGE_CAN_CHANGE | UP_PAGE_CAN_REMOVE);
    page.is_administrator = false;
    assert_int_equal(up_page_commands(&page), UP_PAGE_CAN_ELEVATE);
    page.selected = 0;
    assert_int_equal(up_page_commands(&page), UP_PAGE_CAN_ELEVATE | UP_PAGE_CAN_RUN);
    page.can_elevate = false;
    assert_int_equal(up_page_commands(&page), UP_PAGE_CAN_RUN);
}

static void questions(void **state)
{
    struct up_program other = stored[0];

    (void)state;
    up_page_remove_question(&stored[0], text, sizeof text);
    assert_non_null(strstr(text, "Remove the settings of C:\\lab\\a.exe?"));
    up_page_remove_question(&stored[3], text, sizeof text);
    assert_non_null(strstr(text, "Remove the settings of bad?"));
    assert_false(up_page_write_question(NULL, NULL, text, sizeof text));
    assert_false(up_page_write_question(&stored[0], &other, text, sizeof text));
    assert_true(up_page_write_question(NULL, &other, text, sizeof text));
    assert_non_null(strstr(text, "There are settings of C:\\lab\\a.exe already."));
    assert_true(up_page_write_question(&stored[0], NULL, text, sizeof text));
    assert_non_null(strstr(text, "Another program has removed the settings of C:\\lab\\a.exe"));
    other.settings.fast = true;
    assert_true(up_page_write_question(&stored[0], &other, text, sizeof text));
    assert_non_null(strstr(text, "Another program has changed the settings"));
}

/* ---- names ----------------------------------------------------------------------------------- */

/* In the place of control/programs_windows.c. */
static const struct up_program *find(const struct up_programs *programs, const char *name)
{
    for (uint32_t i = 0; i < programs->count; i++) {
        if (strcmp(programs->programs[i].name, name) == 0) {
            return &programs->programs[i];
        }
    }
    return NULL;
}

static const char *name_for(const char *path)
{
    static char name[UP_PROGRAM_NAME_MAX];

    up_page_name(&page.programs, path, find, name);
    assert_null(up_program_name_problem(name));
    return name;
}

static void names(void **state)
{
    static const char long_name[] =
        "C:\\\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"
        "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"
        "\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4\xC3\xA4"
        "\xC3\xA4\xC3\xA4\xC3\xA4.exe";

    (void)state;
    assert_string_equal(name_for("C:\\new.exe"), "new.exe");
    assert_string_equal(name_for("new.exe"), "new.exe");
    assert_string_equal(name_for("C:/lab/new.exe"), "new.exe");
    assert_string_equal(name_for("c:\\LAB\\a.exe"), "a.exe"); /* the same file */
    assert_string_equal(name_for("D:\\a.exe"), "a.exe (2)");
    set_program(&stored[2], "a.exe (2)", "E:\\a.exe", "");
    take(4);
    assert_string_equal(name_for("D:\\a.exe"), "a.exe (3)");
    assert_string_equal(name_for("E:\\a.exe"), "a.exe (2)");
    assert_int_equal(strlen(name_for(long_name)), 62); /* whole characters */
    snprintf(stored[3].name, sizeof stored[3].name, "%s", name_for(long_name));
    take(4);
    assert_string_equal(name_for(long_name) + 58, " (2)");
}

/* ---- one program ----------------------------------------------------------------------------- */

static const char *words(const char *routes, bool is_right)
{
    struct up_routes_error error;

    snprintf(edit.routes, sizeof edit.routes, "%s", routes);
    assert_int_equal(up_edit_routes_text(&edit, &granted, &error, text, sizeof text), is_right);
    return text;
}

static void words_of_routes(void **state)
{
    struct up_routes_error error;

    (void)state;
    up_edit_begin_new(&edit, "C:\\lab\\a.exe");
    assert_non_null(
        strstr(words("", true), "Every access goes to the port that the program names"));
    assert_string_equal(words("278-27f=378", true), "278-27F go to 378-37F.");
    assert_string_equal(words("3BC=none", true), "3BC goes nowhere.");
    assert_string_equal(words("278=378, 279-27A=D103", true),
                        "278 goes to 378; 279-27A go to D103-D104. D104 is not granted: add it to "
                        "the list of ports too.");
    assert_string_equal(words("378=printer:C:\\out.txt, 61=none", true),
                        "61 goes nowhere; 378-37A go to the simulated device "
                        "printer:C:\\out.txt.");
    assert_string_equal(words("278=378, 279=10000", false),
                        "\"279=10000\" at column 10: the port is above FFFF");
    assert_false(up_edit_routes_text(&edit, &granted, &error, text, sizeof text));
    assert_int_equal(error.offset, 9);
    assert_int_equal(error.length, 9);
}

static void paths(void **state)
{
    (void)state;
    up_edit_begin_new(&edit, "C:\\lab\\a.exe");
    assert_string_equal(edit.path, "C:\\lab\\a.exe");
    assert_true(up_edit_set_any_folder(&edit, true));
    assert_string_equal(edit.path, "a.exe");
    up_edit_set_file(&edit, "C:\\lab\\b.exe");
    assert_string_equal(edit.path, "b.exe");
    assert_true(up_edit_set_any_folder(&edit, false));
    assert_string_equal(edit.path, "C:\\lab\\b.exe");
    up_edit_begin(&edit, &stored[1]);
    assert_true(edit.is_any_folder);
    assert_false(up_edit_set_any_folder(&edit, false)); /* which folder? */
    assert_true(edit.is_any_folder);
    assert_true(up_edit_set_any_folder(&edit, true));
    up_edit_set_file(&edit, "C:\\lab\\b.exe");
    assert_true(up_edit_set_any_folder(&edit, false));
    assert_string_equal(edit.path, "C:\\lab\\b.exe");
}

static void finished(void **state)
{
    struct up_program program;

    (void)state;
    up_edit_begin(&edit, &stored[0]);
    assert_string_equal(edit.routes, "378-37F=D100, 3BC=none");
    assert_false(up_edit_wrong_text(&edit, text, sizeof text));
    edit.fast = true;
    snprintf(edit.routes, sizeof edit.routes, "%s", "378=278");
    assert_true(up_edit_finish(&edit, &program, text, sizeof text));
    assert_string_equal(program.name, "a.exe");
    assert_string_equal(program.path, "C:\\lab\\a.exe");
    assert_true(program.settings.fast);
    assert_false(program.settings.ignore_cli_sti);
    assert_int_equal(program.settings.routes.count, 1);
    assert_int_equal(program.settings.routes.routes[0].to, 0x278);
    snprintf(edit.routes, sizeof edit.routes, "%s", "378");
    assert_false(up_edit_finish(&edit, &program, text, sizeof text));
    assert_string_equal(text, "\"378\" at column 1: a route is PORTS=TARGET, such as 378-37F=D100");
    up_edit_begin(&edit, &stored[3]);
    assert_true(up_edit_wrong_text(&edit, text, sizeof text));
    assert_non_null(strstr(text, "without the stored settings: the value Path is not there."));
    assert_false(up_edit_finish(&edit, &program, text, sizeof text));
    assert_string_equal(text, "The path of the program cannot be stored: it is empty.");
    up_edit_set_file(&edit, "C:\\bad.exe");
    assert_true(up_edit_finish(&edit, &program, text, sizeof text));
    assert_string_equal(program.wrong, "");
    assert_string_equal(program.name, "bad");
}

static const char *sent(const char *routes, uint16_t first, uint16_t last, bool is_possible)
{
    const struct up_port_range target = {first, last};

    snprintf(edit.routes, sizeof edit.routes, "%s", routes);
    assert_int_equal(up_edit_send_lpt1(&edit, &target, text, sizeof text), is_possible);
    return is_possible ? edit.routes : text;
}

static void sent_lpt1(void **state)
{
    (void)state;
    up_edit_begin_new(&edit, "C:\\lab\\a.exe");
    assert_string_equal(sent("", 0xD100, 0xD107, true), "378-37F=D100");
    assert_string_equal(sent("378-37F=D100, 3BC=none", 0xC040, 0xC043, true),
                        "378-37B=C040, 3BC=none");
    assert_string_equal(sent("278=279", 0xE000, 0xE0FF, true), "278=279, 378-37F=E000");
    assert_non_null(strstr(sent("37A=none", 0xD100, 0xD107, false), "an earlier route has some"));
    assert_string_equal(edit.routes, "37A=none");
    assert_non_null(strstr(sent("378=", 0xD100, 0xD107, false), "\"378=\" at column 1"));
}

static void targets_found(void **state)
{
    static struct up_devices devices;
    static struct up_targets targets;

    (void)state;
    devices.count = 3;
    strcpy(devices.list[0].name, "Communications Port (COM1)");
    strcpy(devices.list[1].name, "ECP-Druckeranschluss (LPT3)");
    devices.list[1].range = (struct up_port_range){0xD100, 0xD107};
    strcpy(devices.list[2].name, "PCI Simple Communications Controller");
    strcpy(devices.list[2].id, "PCI\\VEN_1C00&DEV_3050\\4&1");
    assert_true(up_pci_id_read(devices.list[2].id, &devices.list[2].pci));
    up_targets_find(&devices, &targets);
    assert_int_equal(targets.count, 2);
    assert_int_equal(targets.devices[0], 1);
    assert_int_equal(targets.ranges[0].first, 0xD100);
    assert_int_equal(targets.devices[1], 2);
    for (uint32_t i = 0; i < 100; i++) {
        devices.list[i] = devices.list[1];
    }
    devices.count = 100;
    up_targets_find(&devices, &targets);
    assert_int_equal(targets.count, UP_TARGETS_MAX);
}

/* ---- running --------------------------------------------------------------------------------- */

static void run_line(void **state)
{
    char line[40];

    (void)state;
    assert_true(up_run_line("C:\\u p\\t.exe", NULL, "D:\\a b.exe", line, sizeof line));
    assert_string_equal(line, "\"C:\\u p\\t.exe\" run -- \"D:\\a b.exe\"");
    assert_true(up_run_line("t", "1.csv", "b", line, sizeof line));
    assert_string_equal(line, "\"t\" run --trace \"1.csv\" -- \"b\"");
    assert_false(up_run_line("C:\\u p\\t.exe", NULL, "D:\\a longer b.exe", line, sizeof line));
}

static void run_problem(void **state)
{
    struct up_error_detail problem;

    (void)state;
    assert_false(up_run_problem("a.exe", 0, "", &problem));
    assert_false(up_run_problem("a.exe", 3, "", &problem)); /* the program's own */
    assert_false(up_run_problem("a.exe", 124, "what the program says\n", &problem));
    assert_false(up_run_problem("a.exe", 0, "userportctl: a remark\n", &problem));
    assert_true(up_run_problem("a.exe", 126,
                               "userportctl: cannot run a.exe: it is a DOS program\r\nRun it in\r\n"
                               "an emulator.\r\n",
                               &problem));
    assert_string_equal(problem.text, "cannot run a.exe: it is a DOS program");
    assert_string_equal(problem.advice, "Run it in an emulator.");
    assert_true(up_run_problem("a.exe", 2, "userportctl: unknown command run", &problem));
    assert_string_equal(problem.text, "unknown command run");
    assert_string_equal(problem.advice, "");
    for (uint32_t code = 125; code <= 127; code++) { /* it has a console of its own */
        assert_true(up_run_problem("a.exe", code, "", &problem));
        assert_non_null(strstr(problem.text, "cannot run a.exe"));
        assert_string_not_equal(problem.advice, "");
    }
    assert_false(up_run_problem("a.exe", 128, "", &problem));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(cells, setup_table),
        cmocka_unit_test_setup(words_below, setup_table),
        cmocka_unit_test_setup(unreadable, setup_table),
        cmocka_unit_test_setup(taken_again, setup_table),
        cmocka_unit_test_setup(commands, setup_table),
        cmocka_unit_test_setup(questions, setup_table),
        cmocka_unit_test_setup(names, setup_table),
        cmocka_unit_test_setup(words_of_routes, setup),
        cmocka_unit_test_setup(paths, setup),
        cmocka_unit_test_setup(finished, setup),
        cmocka_unit_test_setup(sent_lpt1, setup),
        cmocka_unit_test_setup(targets_found, setup),
        cmocka_unit_test_setup(run_line, setup),
        cmocka_unit_test_setup(run_problem, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
