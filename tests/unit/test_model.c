/* SPDX-License-Identifier: MIT
 *
 * gui/model.c: what an observation and what the user does change, which commands are left, what is
 * stored. The sentences are in test_model_text.c.
 */
#include "model.h"

static bool edited_is(const char *list)
{
    struct up_portset ports;

    set_of(list, &ports);
    return up_portset_equal(&ports, &model.edited.ports);
}

static bool can(uint32_t commands)
{
    return up_model_commands(&model) == commands;
}

static void nothing_installed(void **state)
{
    (void)state;
    assert_true(can(0)); /* nothing is known yet */
    assert_true(look());
    assert_false(look()); /* the same again */
    assert_true(edited_is("default"));
    assert_false(up_model_is_edited(&model) || up_model_is_running(&model) ||
                 up_model_is_unapplied(&model));
    assert_true(can(UP_CAN_EDIT | UP_CAN_SCOPE | UP_CAN_START | UP_CAN_INSTALL | UP_CAN_TEST));
    assert_true(add("speaker")); /* as the manual wants it: the list first, then Start */
    assert_true(can(UP_CAN_EDIT | UP_CAN_SCOPE | UP_CAN_START | UP_CAN_INSTALL | UP_CAN_TEST |
                    UP_CAN_UNDO));
    /*
     * it comes to be installed by a Start, with the defaults: the edits stay, and are no conflict
     */
    store("default", 0, 0);
    stopped();
    look();
    assert_true(edited_is("default, speaker") && !model.is_conflict && up_model_is_edited(&model));
}

static void commands_by_state(void **state)
{
    const uint32_t always = UP_CAN_EDIT | UP_CAN_SCOPE | UP_CAN_TEST;
    static const struct {
        enum up_service_state service;
        uint32_t commands;
    } cases[] = {
        {UP_SERVICE_ABSENT, UP_CAN_START | UP_CAN_INSTALL},
        {UP_SERVICE_STOPPED, UP_CAN_START | UP_CAN_INSTALL | UP_CAN_UNINSTALL},
        {UP_SERVICE_STARTING, UP_CAN_UNINSTALL},
        {UP_SERVICE_RUNNING, UP_CAN_STOP | UP_CAN_INSTALL | UP_CAN_UNINSTALL},
        {UP_SERVICE_STOPPING, UP_CAN_UNINSTALL},
        {UP_SERVICE_UNKNOWN, UP_CAN_START},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        seen.driver.service = cases[i].service;
        look();
        assert_true(can(always | cases[i].commands));
    }
    running();
    seen.driver.service = UP_SERVICE_UNKNOWN;
    look();
    assert_true(can(always | UP_CAN_STOP));
    running();
    seen.driver.service = UP_SERVICE_RUNNING;
    look();
    model.work = UP_WORK_STOP;
    assert_true(can(0)); /* one thing at a time */
    model.work = UP_WORK_NONE;
    assert_true(can(always | UP_CAN_STOP | UP_CAN_INSTALL | UP_CAN_UNINSTALL));
}

static void other_users(void **state)
{
    (void)state;
    up_model_init(&model, false, true, true);
    assert_true(can(UP_CAN_ELEVATE));
    store("default", 1, 0);
    running();
    look();
    choose("378");
    assert_true(can(UP_CAN_ELEVATE | UP_CAN_TEST));
    up_model_init(&model, false, false, true); /* NT 4.0 to XP */
    look();
    assert_true(can(UP_CAN_TEST));
}

static void add_and_remove(void **state)
{
    (void)state;
    assert_true(add("42-43, 61"));
    assert_true(edited_is("default, speaker"));
    assert_string_equal(model.undo_text, "add 42-43, 61");
    assert_false(add("61")); /* it is there */
    assert_string_equal(model.undo_text, "add 42-43, 61");
    assert_false(up_model_commands(&model) & UP_CAN_REMOVE);
    choose("300");
    assert_false(up_model_commands(&model) & UP_CAN_REMOVE);
    assert_false(up_model_remove(&model));
    choose("370-37A");
    assert_true(up_model_commands(&model) & UP_CAN_REMOVE);
    assert_true(up_model_remove(&model));
    assert_true(edited_is("42-43 61 278-27F 37B-37F 3BC-3BF"));
    assert_string_equal(model.undo_text, "remove 378-37A"); /* and not what was not there */
    assert_true(add("0-FFFF"));
    choose(
        "1, 3, 5, 7, 9, B, D, F, 11, 13, 15, 17, 19, 1B, 1D, 1F, 21, 23, 25, 27, 29, 2B, 2D, 2F");
    assert_true(up_model_remove(&model));
    assert_string_equal(model.undo_text, "remove 24 ports");
}

static void undo(void **state)
{
    (void)state;
    assert_false(up_model_undo(&model));
    assert_true(up_model_defaults(&model) == false); /* they are the defaults */
    add("speaker");
    assert_true(up_model_commands(&model) & UP_CAN_UNDO);
    assert_true(up_model_undo(&model) && edited_is("default") && model.is_redo &&
                !up_model_is_edited(&model));
    assert_true(up_model_undo(&model) && edited_is("default, speaker") && !model.is_redo);
    assert_true(up_model_defaults(&model) && edited_is("default"));
    assert_string_equal(model.undo_text, "defaults");
    assert_true(up_model_undo(&model) && edited_is("default, speaker"));
    assert_true(up_model_set_scope(&model, UP_SCOPE_OPENERS));
    assert_false(up_model_set_scope(&model, UP_SCOPE_OPENERS));
    assert_true(up_model_commands(&model) & UP_CAN_STICKY);
    assert_true(up_model_set_sticky(&model, 1));
    assert_true(up_model_undo(&model) && model.edited.sticky == 0 &&
                model.edited.scope == UP_SCOPE_OPENERS);
}

static void defaults_of_everything(void **state)
{
    (void)state;
    store("300", 1, 1);
    look();
    assert_true(edited_is("300") && model.edited.scope == 1 && model.edited.sticky == 1);
    assert_true(up_model_defaults(&model));
    assert_true(edited_is("default") && model.edited.scope == 0 && model.edited.sticky == 0);
}

static void parsed(void **state)
{
    struct up_portset ports;
    struct up_portlist_error error;

    (void)state;
    assert_true(up_model_parse("lpt1 61", &ports, &error, text, sizeof text));
    assert_int_equal(up_portset_count(&ports), 9);
    assert_string_equal(text, "");
    assert_false(up_model_parse("42, 3Q8", &ports, &error, text, sizeof text));
    assert_true(error.offset == 4 && error.length == 3);
    assert_true(strstr(text, "\"3Q8\" at column 5") == text);
}

/*
 * Apply: for edits, for what the driver does not have yet, for what is to be mended; and not
 * otherwise.
 */
static void apply(void **state)
{
    struct up_portset in_force;

    (void)state;
    assert_false(up_model_commands(&model) & UP_CAN_APPLY);
    add("61");
    assert_true(up_model_commands(&model) & UP_CAN_APPLY && up_model_is_unapplied(&model));
    up_model_in_force(&model, &in_force);
    assert_false(up_portset_has(&in_force, 0x61));
    store("default 61", 0, 0); /* stored, the driver has not read it yet */
    look();
    assert_true(!up_model_is_edited(&model) && up_model_is_unapplied(&model));
    assert_true(up_model_commands(&model) & UP_CAN_APPLY);
    running(); /* now it has */
    look();
    assert_false(up_model_is_unapplied(&model) || (up_model_commands(&model) & UP_CAN_APPLY));
    seen.driver.info.scope = 1;
    look();
    assert_true(up_model_is_unapplied(&model));
    seen.driver.info.scope = 0;
    seen.driver.info.sticky = 1;
    look();
    assert_true(up_model_is_unapplied(&model));
    seen.driver.info.sticky = 0;
    seen.driver.info.flags = UP_FLAG_OVERWRITTEN;
    look();
    assert_true(up_model_commands(&model) & UP_CAN_APPLY && !up_model_is_unapplied(&model));
    seen.driver.info.flags = 0;
    seen.driver.info.state = UP_STATE_SUSPENDED;
    look();
    assert_true(up_model_commands(&model) & UP_CAN_APPLY && !up_model_is_running(&model));
    up_model_in_force(&model, &in_force); /* what is stored: nothing is shown as taken away */
    assert_true(up_portset_has(&in_force, 0x61));
    seen.driver.is_other_version = true;
    look();
    assert_false(up_model_commands(&model) & UP_CAN_APPLY);
}

static void mend(void **state)
{
    (void)state;
    store("", 0, 0);
    seen.settings.values.problems = UP_SETTINGS_IOPM_SHORT;
    look();
    assert_false(up_model_commands(&model) & UP_CAN_APPLY);
    seen.settings.values.problems = UP_SETTINGS_IOPM_ABSENT; /* an empty list is no list either */
    look();
    assert_false(up_model_commands(&model) & UP_CAN_APPLY);
    seen.settings.values.problems = UP_SETTINGS_IOPM_LONG;
    look();
    assert_true(up_model_commands(&model) & UP_CAN_APPLY);
}

static void stored_by_others(void **state)
{
    (void)state;
    store("300", 0, 0); /* no edits: it is shown */
    look();
    assert_true(edited_is("300") && !model.is_conflict);
    add("301");
    assert_true(model.has_undo);
    store("300-301", 0, 0); /* the others did the same */
    look();
    assert_true(!model.is_conflict && !up_model_is_edited(&model));
    store("310", 0, 0); /* an undo would bring back what was before theirs */
    look();
    assert_true(edited_is("310") && !model.has_undo);
}

static void conflict(void **state)
{
    (void)state;
    add("61");
    store("default, 300", 0, 0);
    look();
    assert_true(model.is_conflict && edited_is("default 61"));
    store("default, 301", 0, 0); /* and once more: the base stays the first one */
    look();
    assert_true(model.is_conflict && !up_portset_has(&model.base.ports, 0x300));
    up_model_keep_edits(&model);
    assert_true(!model.is_conflict && edited_is("default 61") && up_model_is_edited(&model));
    store("default, 302", 0, 0);
    look();
    assert_true(model.is_conflict);
    up_model_drop_edits(&model);
    assert_true(!model.is_conflict && edited_is("default 302") && !model.has_undo);
    add("61");
    store("default, 303", 0, 0);
    look();
    choose("61, 302");
    up_model_remove(&model);
    assert_true(model.is_conflict);
    add("303"); /* by hand the same as theirs */
    assert_false(model.is_conflict);
    add("61");
    store("default", 0, 0);
    look();
    assert_true(model.is_conflict);
    store("default, 303, 61", 0, 0); /* they come to what is edited */
    look();
    assert_false(model.is_conflict);
}

/* An undo that leads to what others stored ends the conflict. */
static void conflict_undone(void **state)
{
    (void)state;
    add("61");
    choose("61");
    add("62");
    store("default, 61", 0, 0);
    look();
    assert_true(model.is_conflict);
    up_model_undo(&model);
    assert_true(!model.is_conflict && !up_model_is_edited(&model));
}

static void settings_unreadable(void **state)
{
    (void)state;
    seen.has_settings = false;
    stopped();
    look();
    assert_true(edited_is("")); /* not the defaults: nobody knows */
    assert_false(up_model_commands(&model) & UP_CAN_APPLY);
    store("300", 0, 0);
    look();
    assert_true(edited_is("300"));
    seen.has_settings = false; /* later: what was known stays */
    look();
    assert_true(edited_is("300"));
}

static bool write_as(const char *list, uint32_t scope, uint32_t problems,
                     struct up_model_write *write, struct up_settings *policy,
                     struct up_error_detail *problem)
{
    set_of(list, &policy->ports);
    policy->scope = scope;
    policy->sticky = 0;
    policy->problems = problems;
    return up_model_write(policy, write, problem);
}

static void written(void **state)
{
    struct up_model_write write;
    struct up_settings policy;
    struct up_error_detail problem;

    (void)state;
    add("61");
    up_model_set_scope(&model, 1);
    up_model_set_sticky(&model, 1);
    up_model_prepare_write(&model, &write);
    assert_true(write_as("default", 0, 0, &write, &policy, &problem));
    assert_true(up_portset_equal(&policy.ports, &model.edited.ports) && policy.scope == 1 &&
                policy.sticky == 1);
    assert_false(write.was_changed);
    assert_false(write_as("default, 300", 0, 0, &write, &policy, &problem));
    assert_true(write.was_changed && problem.code == 0 &&
                strstr(problem.text, "another program") != NULL);
    assert_false(up_portset_has(&policy.ports, 0x61));
    assert_false(write_as("default", 1, 0, &write, &policy, NULL));
    assert_false(write_as("default", 0, UP_SETTINGS_IOPM_SHORT, &write, &policy, NULL));
    setup(state); /* nothing was installed: an installation has put something there since */
    look();
    up_model_prepare_write(&model, &write);
    assert_true(write_as("300", 1, 0, &write, &policy, &problem));
    seen.has_settings = false; /* unreadable is not absent */
    look();
    up_model_prepare_write(&model, &write);
    assert_false(write_as("300", 0, 0, &write, &policy, &problem));
}

static void rows(void **state)
{
    static const struct {
        uint16_t first, last;
        const char *what;
        bool is_in_force;
    } expected[] = {
        {0x378, 0x378, "printer port LPT1", false},
        {0x379, 0x37F, "printer port LPT1", true},
        {0x380, 0x387, NULL, true},
        {0x388, 0x389, "AdLib sound card", true},
        {0xFFFF, 0xFFFF, NULL, false},
    };
    struct up_portset in_force;
    struct up_model_row row;
    uint32_t from = 0;
    unsigned count = 0;

    (void)state;
    store("379-389", 0, 0);
    running();
    look();
    add("378, FFFF");
    up_model_in_force(&model, &in_force);
    for (; up_model_next_row(&model, &in_force, from, &row); from = row.range.last + 1u, count++) {
        assert_true(count < sizeof expected / sizeof expected[0]);
        assert_int_equal(row.range.first, expected[count].first);
        assert_int_equal(row.range.last, expected[count].last);
        assert_int_equal(row.is_in_force, expected[count].is_in_force);
        if (expected[count].what == NULL) {
            assert_null(row.known);
        } else {
            assert_string_equal(row.known->what, expected[count].what);
        }
    }
    assert_int_equal(count, sizeof expected / sizeof expected[0]);
}

/*
 * 32-bit Windows: the driver can tell programs apart. 64-bit: each asks it, and nothing is to be
 * chosen.
 */
static void scope(void **state)
{
    const uint32_t both = UP_CAN_SCOPE | UP_CAN_STICKY;

    (void)state;
    store("default", UP_SCOPE_OPENERS, 0);
    look();
    assert_int_equal(up_model_commands(&model) & both, both);
    assert_true(up_model_set_scope(&model, UP_SCOPE_ALL));
    assert_int_equal(up_model_commands(&model) & both, UP_CAN_SCOPE);
    model.is_administrator = false;
    assert_int_equal(up_model_commands(&model) & both, 0);

    up_model_init(&model, true, true, false);
    look();
    assert_int_equal(model.edited.scope, UP_SCOPE_OPENERS); /* as it is stored */
    assert_int_equal(up_model_commands(&model) & both, 0);
    assert_true(up_model_commands(&model) & UP_CAN_EDIT);
}

static void searches(void **state)
{
    struct up_search search = {0};
    const uint32_t begin = 0xFFFFF000u; /* the clock wraps on the way */

    (void)state;
    assert_false(up_model_search_is_due(&search, false, 1, begin));
    assert_true(up_model_search_is_due(&search, true, 1, begin)); /* a stop waits */
    assert_false(up_model_search_is_due(&search, true, 1, begin + 1000));
    assert_false(up_model_search_is_due(&search, true, 1, begin + 29999));
    assert_true(up_model_search_is_due(&search, true, 1, begin + 30000));
    assert_false(up_model_search_is_due(&search, true, 1, begin + 31000));
    assert_true(up_model_search_is_due(&search, true, 2, begin + 32000)); /* the user asks */
    assert_false(up_model_search_is_due(&search, true, 2, begin + 61999));
    assert_true(up_model_search_is_due(&search, true, 2, begin + 62000));
    assert_false(up_model_search_is_due(&search, false, 3, begin + 100000)); /* stopped */
    assert_true(up_model_search_is_due(&search, true, 3, begin + 100001));   /* the next stop */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_installed, setup),
        cmocka_unit_test_setup(commands_by_state, setup),
        cmocka_unit_test_setup(other_users, setup),
        cmocka_unit_test_setup(settings_unreadable, setup),
        cmocka_unit_test_setup(add_and_remove, setup_stopped),
        cmocka_unit_test_setup(undo, setup_stopped),
        cmocka_unit_test_setup(defaults_of_everything, setup_stopped),
        cmocka_unit_test_setup(parsed, setup_stopped),
        cmocka_unit_test_setup(apply, setup_running),
        cmocka_unit_test_setup(mend, setup_stopped),
        cmocka_unit_test_setup(stored_by_others, setup_stopped),
        cmocka_unit_test_setup(conflict, setup_stopped),
        cmocka_unit_test_setup(conflict_undone, setup_stopped),
        cmocka_unit_test_setup(written, setup_stopped),
        cmocka_unit_test_setup(rows, setup_stopped),
        cmocka_unit_test_setup(scope, setup_stopped),
        cmocka_unit_test_setup(searches, setup_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
