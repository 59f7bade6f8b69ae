/* SPDX-License-Identifier: MIT
 *
 * gui/model_text.c: each sentence, word by word, and that none writes past its buffer. The
 * questions are in test_model_ask.c.
 */
#include "model.h"

static void says(void (*sentence)(const struct up_model *, char *, size_t), const char *expected)
{
    char cut[24];

    sentence(&model, text, sizeof text);
    assert_string_equal(text, expected);
    for (size_t size = 1; size <= sizeof cut; size++) {
        memset(cut, 'x', sizeof cut);
        sentence(&model, cut, size);
        assert_true(strlen(cut) < size && strncmp(cut, expected, strlen(cut)) == 0);
    }
}

static void state_says(const char *headline, const char *details)
{
    look();
    says(up_model_headline, headline);
    says(up_model_details, details);
}

static void not_installed(void **state)
{
    (void)state;
    says(up_model_headline, "UserPort is being looked for...");
    says(up_model_details, "");
    state_says("UserPort is not installed",
               "Start installs UserPort with the driver C:\\w\\userport.sys, and opens the ports "
               "in the list.");
    seen.found[0] = '\0';
    seen.not_found.code = 2;
    state_says("UserPort is not installed",
               "There is no userport.sys to install; Start says where it was looked for.");
    says(up_model_no_driver_text, "UserPort cannot be started: there is no driver. It was looked "
                                  "for as\n\nC:\\up\\userport.sys\n"
                                  "C:\\up\\i386\\userport.sys\nC:\\w\\userport.sys\n\nCopy "
                                  "userport.sys to one of these places, or choose it "
                                  "with File, Install.");
    seen.not_found.code = 216;
    strcpy(seen.not_found.text,
           "cannot install C:\\up\\userport.sys: it is a driver for another Windows (216)");
    strcpy(seen.not_found.advice, "Install i386\\userport.sys.");
    state_says("UserPort is not installed",
               "The userport.sys that is there cannot be installed; Start says why.");
    says(up_model_no_driver_text,
         "UserPort cannot be started: cannot install C:\\up\\userport.sys: it is a driver for "
         "another Windows (216).\n\nInstall i386\\userport.sys.");
}

static void services(void **state)
{
    (void)state;
    state_says("UserPort is not running", "No port is open. Start opens the 20 ports in the list.");
    store("61", 0, 0);
    seen.driver.has_file = false;
    state_says("UserPort is not running", "No port is open. Start opens the 1 port in the list.\n"
                                          "Its file C:\\w\\userport.sys is not there.");
    seen.driver.service = UP_SERVICE_STARTING;
    state_says("UserPort is starting", "");
    seen.driver.service = UP_SERVICE_RUNNING;
    seen.driver.device_code = 5;
    state_says("UserPort is running, but does not answer",
               "It cannot be asked which ports are open: access is denied (5).");
    seen.driver.may_be_open = true;
    look();
    up_model_details(&model, text, sizeof text);
    assert_non_null(
        strstr(text, "\nPorts may be open until the driver goes, or Windows is restarted: "));
    seen.driver.may_be_open = false;
    seen.driver.service = UP_SERVICE_UNKNOWN;
    seen.driver.service_code = 1722;
    state_says("UserPort's state is not known",
               "The service manager does not tell this user (1722).");
    seen.driver.device_code = 2;
    state_says("UserPort is not running", "The service manager does not tell this user (1722).");
}

static void waits(void **state)
{
    (void)state;
    seen.driver.service = UP_SERVICE_STOPPING;
    state_says("UserPort is stopping: it waits for programs",
               "It ends when the programs that have \\\\.\\UserPort open close it or end.");
    seen.holders.is_known = true;
    seen.holders.count = 3;
    strcpy(seen.holders.list[0].program, "C:\\lab\\eeg.exe");
    seen.holders.list[0].process_id = 1234;
    strcpy(seen.holders.list[1].program, "cnc.exe");
    seen.holders.list[1].process_id = 77;
    seen.holders.list[2].process_id = 8;
    state_says("UserPort is stopping: it waits for programs",
               "It ends when these programs close \\\\.\\UserPort or end: eeg.exe (1234), cnc.exe "
               "(77), process (8). F5 looks "
               "for them again.");
    seen.driver.may_be_open = true;
    look();
    up_model_details(&model, text, sizeof text);
    assert_non_null(
        strstr(text, "again.\nPorts may be open until the driver goes, or Windows is restarted: "));
    seen.driver.may_be_open = false;
    seen.holders.count = UP_HOLDERS_MAX + 2;
    look();
    up_model_details(&model, text, sizeof text);
    assert_non_null(strstr(text, " and 2 more."));
}

static void runs(void **state)
{
    (void)state;
    state_says("UserPort is running", "20 ports are open to every program.");
    store("61", 1, 0);
    running();
    state_says("UserPort is running",
               "1 port is open to programs that open \\\\.\\UserPort, until they close it.");
    store("61", 1, 1);
    running();
    state_says("UserPort is running",
               "1 port is open to programs that open \\\\.\\UserPort, until they end.");
    seen.driver.info.mechanisms = UP_MECHANISM_LIST;
    state_says("UserPort is running", "1 port is open to programs that use \\\\.\\UserPort, as "
                                      "userport.dll and inpoutx64.dll do.");
    store("", 0, 0);
    running();
    state_says("UserPort is running", "No port is open.");
    seen.driver.info.state = UP_STATE_SUSPENDED;
    state_says("UserPort is suspended: every port is closed",
               "No port is open. Apply opens those of the list again.");
    seen.driver.info.state = UP_STATE_FAULT;
    state_says("UserPort has failed: every port is closed",
               "The list could not be brought to every processor, so that nobody has a port. Apply "
               "tries it again.");
    seen.driver.is_other_version = true;
    seen.driver.info.abi_version = 7;
    state_says("Another version of UserPort is running",
               "Its interface has version 7, this program's is 1. Stop it, and install the driver "
               "that came with this "
               "program.");
}

static void other_drivers(void **state)
{
    (void)state;
    seen.driver.info.flags = UP_FLAG_OVERWRITTEN | UP_FLAG_FOREIGN_MAP;
    seen.driver.info.foreign_ports = 65536;
    state_says(
        "UserPort is running",
        "20 ports are open to every program.\n"
        "Another driver has replaced the list of open ports by its own. Apply puts this one back.\n"
        "When UserPort started, another driver had 65536 ports open; only those of this list are "
        "open now.");
}

static void bad_settings(void **state)
{
    (void)state;
    store("", 1, 0);
    seen.settings.values.problems =
        UP_SETTINGS_IOPM_LONG | UP_SETTINGS_SCOPE_BAD | UP_SETTINGS_IOPM_SHORT;
    look();
    up_model_details(&model, text, sizeof text);
    assert_non_null(strstr(text, "\nThe stored settings grant nothing: "));
    assert_non_null(strstr(text, up_settings_problem_text(UP_SETTINGS_IOPM_LONG)));
    assert_non_null(strstr(text, up_settings_problem_text(UP_SETTINGS_SCOPE_BAD)));
    assert_null(strstr(text, up_settings_problem_text(UP_SETTINGS_IOPM_SHORT)));
    setup_running(state);
    /* what the driver found, and was mended since */
    seen.driver.info.settings_problems = UP_SETTINGS_IOPM_TYPE;
    look();
    up_model_details(&model, text, sizeof text);
    assert_non_null(strstr(text, up_settings_problem_text(UP_SETTINGS_IOPM_TYPE)));
    seen.driver.info.settings_problems = 0;
    seen.has_settings = false;
    strcpy(seen.settings_problem.text, "cannot read the settings: access is denied (5)");
    state_says(
        "UserPort is running",
        "20 ports are open to every program.\ncannot read the settings: access is denied (5).");
}

static void pending(void **state)
{
    (void)state;
    look();
    add("speaker");
    choose("lpt2");
    up_model_remove(&model);
    says(up_model_details, "20 ports are open to every program.\n"
                           "Not applied yet: adds 42-43, 61; removes 278-27F.");
    up_model_drop_edits(&model);
    up_model_set_scope(&model, 1);
    up_model_set_sticky(&model, 1);
    says(up_model_details,
         "20 ports are open to every program.\n"
         "Not applied yet: only programs that open \\\\.\\UserPort; kept until the program ends.");
    store("default", 1, 1);
    running();
    look();
    up_model_set_scope(&model, 0);
    up_model_set_sticky(&model, 0);
    says(up_model_details,
         "20 ports are open to programs that open \\\\.\\UserPort, until they end.\n"
         "Not applied yet: every program; kept until the program closes it.");
    up_model_drop_edits(&model);
    stopped();
    look();
    add("1000, 1002, 1004, 1006, 1008, 100A, 100C, 100E, 1010, 1012, 1014, 1016, 1018");
    says(up_model_details,
         "No port is open. Start opens the 33 ports in the list.\nNot saved yet: adds 13 ports.");
}

static void conflict(void **state)
{
    (void)state;
    add("61");
    store("lpt1", 0, 0);
    look();
    up_model_details(&model, text, sizeof text);
    assert_string_equal(
        text,
        "20 ports are open to every program.\n"
        "Another program has changed the stored settings meanwhile (removes 278-27F, 3BC-3BF). "
        "Apply asks which of the two counts.\n"
        "Not applied yet: adds 61.");
}

static void no_administrator(void **state)
{
    (void)state;
    up_model_init(&model, false, true, true);
    state_says(
        "UserPort is running",
        "20 ports are open to every program.\n"
        "You are not an administrator, so that you can look and test, but not change anything.");
}

static void works(void **state)
{
    static const char *const headlines[] = {
        [UP_WORK_APPLY] = "The list is being applied...",
        [UP_WORK_START] = "UserPort is being started...",
        [UP_WORK_STOP] = "UserPort is being stopped...",
        [UP_WORK_INSTALL] = "UserPort is being installed...",
        [UP_WORK_UNINSTALL] = "UserPort is being uninstalled...",
    };

    (void)state;
    for (unsigned i = UP_WORK_APPLY; i <= UP_WORK_UNINSTALL; i++) {
        model.work = (enum up_work)i;
        says(up_model_headline, headlines[i]);
    }
}

static void undo_label(void **state)
{
    (void)state;
    says(up_model_undo_label, "Undo");
    add("61");
    says(up_model_undo_label, "Undo: add 61");
    up_model_undo(&model);
    says(up_model_undo_label, "Redo: add 61");
}

static void row_texts(void **state)
{
    static const char *const expected[][UP_COLUMN_COUNT] = {
        {"61", "PC speaker and its timer channel", "not applied yet", ""},
        {"64", "keyboard controller", "open",
         "can read what is typed, lock the keyboard and the mouse, and reset the machine"},
        {"380-387", "not known", "open", ""},
    };
    struct up_portset in_force;
    struct up_model_row row;
    uint32_t from = 0;

    (void)state;
    store("64, 380-387", 0, 0);
    running();
    look();
    add("61");
    for (unsigned pass = 0; pass < 2; pass++, from = 0) {
        up_model_in_force(&model, &in_force);
        for (unsigned i = 0; up_model_next_row(&model, &in_force, from, &row);
             from = row.range.last + 1u, i++) {
            for (unsigned column = 0; column < UP_COLUMN_COUNT; column++) {
                const char *wanted = expected[i][column];

                up_model_row_text(&model, &row, (enum up_column)column, text, sizeof text);
                if (pass == 1 && column == UP_COLUMN_STATE) {
                    wanted = i == 0 ? "not saved yet" : "not open";
                }
                assert_string_equal(text, wanted);
            }
        }
        stopped();
        look();
    }
}

static void report_step(struct up_install_report *report, enum up_install_step step,
                        enum up_install_outcome outcome, const char *words)
{
    report->steps[step].outcome = outcome;
    snprintf(report->steps[step].text, sizeof report->steps[step].text, "%s", words);
}

static void reports(void **state)
{
    static struct up_install_report report;
    char cut[30];

    (void)state;
    memset(&report, 0, sizeof report);
    report_step(&report, UP_STEP_DRIVER_FILE, UP_STEP_DONE, "C:\\w\\userport.sys");
    report_step(&report, UP_STEP_LIBRARY, UP_STEP_NOT_FOUND,
                "no 64-bit userport.dll lies beside this program");
    report_step(&report, UP_STEP_COM_32, UP_STEP_NOT_NEEDED,
                "this Windows runs no 32-bit programs");
    assert_false(up_model_report_text(UP_WORK_START, &report, text, sizeof text));
    assert_string_equal(
        text, "UserPort is installed and started.\n\n"
              "the driver's file: C:\\w\\userport.sys\n"
              "Not installed: userport.dll: no 64-bit userport.dll lies beside this program");
    assert_false(up_model_report_text(UP_WORK_START, &report, cut, sizeof cut));
    assert_string_equal(cut, "UserPort is installed and sta");
    report_step(&report, UP_STEP_LIBRARY, UP_STEP_DONE, "C:\\w\\userport.dll");
    report_step(&report, UP_STEP_COM, UP_STEP_FAILED, "it cannot be registered");
    assert_true(up_model_report_text(UP_WORK_INSTALL, &report, text, sizeof text));
    assert_string_equal(text, "UserPort is installed. Start opens the ports in the list.\n"
                              "One thing failed; it is marked below.\n\n"
                              "the driver's file: C:\\w\\userport.sys\n"
                              "userport.dll: C:\\w\\userport.dll\n"
                              "FAILED: the automation object: it cannot be registered");
    report_step(&report, UP_STEP_COM, UP_STEP_DONE, "UserPort.Ports");
    report.was_upgrade = true;
    assert_false(up_model_report_text(UP_WORK_INSTALL, &report, text, sizeof text));
    assert_ptr_equal(
        strstr(text, "UserPort is installed anew. Its list of ports was kept.\n\nthe driver's"),
        text);
    report.was_upgrade = false;
    assert_false(up_model_report_text(UP_WORK_UNINSTALL, &report, text, sizeof text));
    assert_ptr_equal(strstr(text, "UserPort is uninstalled.\n\nthe driver's file: "), text);
}

static void scope_note(void **state)
{
    (void)state;
    up_model_scope_note(&model, text, sizeof text);
    assert_string_equal(text, "");
    up_model_init(&model, true, true, false);
    up_model_scope_note(&model, text, sizeof text);
    assert_string_equal(
        text,
        "On 64-bit Windows there is nothing to choose: a program has to ask the driver for each "
        "access, as userport.dll and inpoutx64.dll do.");
    up_model_scope_note(&model, text, 10);
    assert_string_equal(text, "On 64-bit");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(not_installed, setup),
        cmocka_unit_test_setup(services, setup_stopped),
        cmocka_unit_test_setup(waits, setup_stopped),
        cmocka_unit_test_setup(runs, setup_running),
        cmocka_unit_test_setup(other_drivers, setup_running),
        cmocka_unit_test_setup(bad_settings, setup_stopped),
        cmocka_unit_test_setup(pending, setup_running),
        cmocka_unit_test_setup(conflict, setup_running),
        cmocka_unit_test_setup(no_administrator, setup_running),
        cmocka_unit_test_setup(works, setup_running),
        cmocka_unit_test_setup(undo_label, setup_stopped),
        cmocka_unit_test_setup(row_texts, setup_stopped),
        cmocka_unit_test_setup(reports, setup_stopped),
        cmocka_unit_test_setup(scope_note, setup_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
