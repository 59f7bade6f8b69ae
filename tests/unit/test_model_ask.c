/* SPDX-License-Identifier: MIT
 *
 * gui/model_ask.c: each question, word by word, and that none is asked when it should not be.
 */
#include "model.h"

static void conflict(void **state)
{
    (void)state;
    assert_false(up_model_conflict_question(&model, text, sizeof text));
    assert_string_equal(text, "");
    add("61");
    store("lpt1", 0, 0);
    look();
    assert_true(up_model_conflict_question(&model, text, sizeof text));
    assert_string_equal(text,
                        "Another program has changed the stored settings while you edited them:\n"
                        "    removes 278-27F, 3BC-3BF\n\n"
                        "Your list against that:\n    adds 61, 278-27F, 3BC-3BF\n\n"
                        "Yes: store your list in the place of the other one.\n"
                        "No: drop your changes and show the other one.\n"
                        "Cancel: do nothing for now.");
}

static bool hazard(const char *list)
{
    struct up_portset ports;

    set_of(list, &ports);
    return up_model_hazard_question(&model, &ports, text, sizeof text);
}

static void hazards(void **state)
{
    (void)state;
    assert_false(hazard("speaker lpt1 com1"));
    assert_string_equal(text, "");
    assert_true(hazard("5F-61, 378, CF8-CFB"));
    assert_string_equal(
        text,
        "Programs that have these ports can do harm:\n\n"
        "60: keyboard controller\n"
        "    can read what is typed, lock the keyboard and the mouse, and reset the machine\n\n"
        "CF8-CFB: PCI configuration\n"
        "    can move or switch off any device, which crashes the machine or takes it over\n\n"
        "CF9: reset control register\n"
        "    can reset the machine at once, and what is not saved is lost\n\n"
        "Add them all the same?");
    add("60");
    assert_false(hazard("60-61")); /* it was asked for */
    assert_true(hazard("60-64"));
    assert_non_null(strstr(text, "\n64: keyboard controller\n"));
}

static void install(void **state)
{
    static struct up_install_report report;
    struct up_error_detail problem = {.text = "cannot install C:\\x.sys: it is a driver (193)"};

    (void)state;
    up_portset_deny_all(&report.kept);
    report.asks = UP_INSTALL_ASKS_NOTHING;
    assert_false(up_model_install_question(&report, &problem, text, sizeof text));
    assert_string_equal(text, "");
    report.asks = UP_INSTALL_ASKS_DRIVER;
    assert_true(up_model_install_question(&report, &problem, text, sizeof text));
    assert_string_equal(
        text, "Cannot install C:\\x.sys: it is a driver (193).\n\nInstall it all the same?");
    report.asks = UP_INSTALL_ASKS_HAZARDS;
    set_of("60 64 378", &report.kept);
    assert_true(up_model_install_question(&report, &problem, text, sizeof text));
    assert_string_equal(
        text,
        "There is a list of ports from before. Programs that have these of its ports can do "
        "harm:\n\n"
        "60, 64: keyboard controller\n"
        "    can read what is typed, lock the keyboard and the mouse, and reset the machine\n\n"
        "Install UserPort with that list all the same?");
    set_of("0-FFFF", &report.kept);
    /* which is the window's room */
    assert_true(up_model_install_question(&report, &problem, text, sizeof text));
    assert_non_null(strstr(text, "Install UserPort with that list all the same?"));
}

/* What was typed for 378: asked, unless it is in the list or said to be hexadecimal. */
static bool decimal(const char *list)
{
    struct up_portset ports;

    set_of(list, &ports);
    return up_model_decimal_question(&model, list, &ports, text, sizeof text);
}

static void decimals(void **state)
{
    (void)state;
    assert_false(decimal("378-37A, 3F8, 0x888, 889h, lpt1"));
    assert_string_equal(text, "");
    assert_true(decimal("888"));
    assert_string_equal(text,
                        "Ports are hexadecimal: 888 is not the printer port LPT1, which is 378.\n\n"
                        "Add 888 all the same?");
    assert_true(decimal("61, 634-636 378"));
    assert_string_equal(text,
                        "Ports are hexadecimal: 634 is not the printer port LPT2, which is 27A.\n\n"
                        "Add 61, 634-636 all the same?");
    add("888");
    assert_false(decimal("888")); /* it was asked for */
    assert_string_equal(text, "");
    assert_true(up_model_decimal_base_question("956", text, sizeof text));
    assert_string_equal(text,
                        "Ports are hexadecimal: 956 is not the printer port LPT3, which is 3BC.\n\n"
                        "Test 956 all the same?");
    /* granted or not: the test writes to it */
    assert_true(up_model_decimal_base_question("888", text, sizeof text));
    assert_false(up_model_decimal_base_question("0x888", text, sizeof text));
    assert_string_equal(text, "");
    assert_false(up_model_decimal_base_question("LPT1", text, sizeof text));
}

static void classic(void **state)
{
    (void)state;
    up_model_classic_question(&model, text, sizeof text);
    assert_true(strncmp(text,
                        "The list that UserPort 2.0 began with opens 412 ports (200-37F, 3BC-3BF, "
                        "3E8-3FF), far",
                        81) == 0);
    assert_non_null(strstr(text, "\n376, 3F6: IDE disk control registers\n"));
    add("376, 3F0-3F7");
    up_model_classic_question(&model, text, sizeof text);
    assert_non_null(strstr(text, "most programs need.\n\nAdd them all the same?"));
}

static void closing(void **state)
{
    (void)state;
    assert_false(up_model_close_question(&model, text, sizeof text));
    add("61");
    assert_true(up_model_close_question(&model, text, sizeof text));
    assert_string_equal(text, "Your changes are not stored yet:\n    adds 61\n\n"
                              "Store and apply them before UserPort is closed?");
    stopped();
    look();
    assert_true(up_model_close_question(&model, text, sizeof text));
    assert_non_null(strstr(text, "\n\nStore them before UserPort is closed?"));
    setup(state);
    look();
    add("61"); /* with nothing installed there is no place to store it */
    assert_false(up_model_close_question(&model, text, sizeof text));
}

static void printers(void **state)
{
    static const struct {
        const char *input, *name;
        uint16_t base;
    } good[] = {{"LPT1", "LPT1", 0x378},           {"lpt2", "LPT2", 0x278},
                {"Lpt3", "LPT3", 0x3BC},           {"C000", "port C000", 0xC000},
                {" 0xe010 ", "port E010", 0xE010}, {"FFFD", "port FFFD", 0xFFFD}};
    static const char *const bad[] = {"",        "LPT",      "LPT4", "LPT11", "378-37A",
                                      "378 379", "lpt1 378", "x",    "FFFE",  "10000"};
    char name[UP_PRINTER_NAME_MAX];
    uint16_t base;

    (void)state;
    for (unsigned i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(up_model_parse_printer(good[i].input, &base, name, text, sizeof text));
        assert_int_equal(base, good[i].base);
        assert_string_equal(name, good[i].name);
        assert_string_equal(text, "");
    }
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(up_model_parse_printer(bad[i], &base, name, text, sizeof text));
        assert_true(strlen(text) > 0);
    }
}

static enum up_test_answer ask_test(const char *list)
{
    struct up_portset ports;

    set_of(list, &ports);
    return up_model_test_question(&model, "Test LPT1", &ports, text, sizeof text);
}

static void tests_while_running(void **state)
{
    (void)state;
    assert_int_equal(ask_test("378-37A"), UP_TEST_GO);
    assert_int_equal(ask_test("speaker"), UP_TEST_ASK);
    assert_string_equal(text,
                        "Test LPT1 needs the ports 42-43, 61, and not all of them are open.\n\n"
                        "Add 42-43, 61 to the list, apply it, and run the test?");
    add("speaker, 300");
    assert_int_equal(ask_test("speaker"), UP_TEST_ASK);
    assert_string_equal(text,
                        "Test LPT1 needs the ports 42-43, 61, and not all of them are open.\n\n"
                        "Apply the list and run the test? Your other changes are applied with it.");
    choose("378");
    up_model_remove(&model);
    assert_int_equal(ask_test("378-37A"), UP_TEST_GO); /* it still is */
    seen.driver.is_other_version = true;
    look();
    assert_int_equal(ask_test("speaker"), UP_TEST_CANNOT);
    assert_non_null(strstr(text, "Another version of UserPort is running"));
}

static void tests_while_stopped(void **state)
{
    (void)state;
    assert_int_equal(ask_test("378-37A"), UP_TEST_ASK);
    assert_string_equal(text, "Test LPT1 needs the ports 378-37A, and UserPort is not running.\n\n"
                              "Start UserPort and run the test?");
    assert_int_equal(ask_test("speaker"), UP_TEST_ASK);
    assert_non_null(
        strstr(text, "\n\nAdd 42-43, 61 to the list, start UserPort, and run the test?"));
    seen.driver.service = UP_SERVICE_STOPPING;
    look();
    assert_int_equal(ask_test("378"), UP_TEST_CANNOT);
    assert_non_null(strstr(text, "it waits for programs"));
    seen.driver.service = UP_SERVICE_STARTING;
    look();
    assert_int_equal(ask_test("378"), UP_TEST_CANNOT);
    seen.driver.service = UP_SERVICE_ABSENT; /* a Yes installs, and the question says so */
    look();
    assert_int_equal(ask_test("378"), UP_TEST_ASK);
    assert_string_equal(
        text, "Test LPT1 needs the ports 378, and UserPort is not installed.\n\n"
              "Install UserPort with the driver C:\\w\\userport.sys, start it, and run the test?");
    assert_int_equal(ask_test("speaker"), UP_TEST_ASK);
    assert_string_equal(
        text,
        "Test LPT1 needs the ports 42-43, 61, and UserPort is not installed.\n\n"
        "Add 42-43, 61 to the list, install UserPort with the driver C:\\w\\userport.sys, start "
        "it, and run the test?");
    seen.found[0] = '\0';
    seen.not_found.code = 2;
    look();
    assert_int_equal(ask_test("378"), UP_TEST_CANNOT);
    assert_non_null(strstr(text, "It was looked for as"));
    model.is_administrator = false;
    assert_int_equal(ask_test("378"), UP_TEST_CANNOT);
    assert_non_null(strstr(text, "An administrator has to open them"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(conflict, setup_running),
        cmocka_unit_test_setup(install, setup_stopped),
        cmocka_unit_test_setup(hazards, setup_stopped),
        cmocka_unit_test_setup(decimals, setup_stopped),
        cmocka_unit_test_setup(classic, setup_stopped),
        cmocka_unit_test_setup(closing, setup_running),
        cmocka_unit_test_setup(printers, setup_stopped),
        cmocka_unit_test_setup(tests_while_running, setup_running),
        cmocka_unit_test_setup(tests_while_stopped, setup_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
