/* SPDX-License-Identifier: MIT
 *
 * gui/commands.c, jobs.c and porttests.c: what follows each click, question by question, with the
 * window played here: a test takes what is next, answers it, and looks at what the model and the
 * job have become.
 */
#include "model.h"

#include "gui/commands.h"
#include "gui/jobs.h"
#include "gui/porttests.h"
#include "gui/resource.h"

static struct up_session session;
static struct up_next now;

/* What window.c does first: takes what is next. */
static enum up_next_kind take(void)
{
    now = session.next;
    memset(&session.next, 0, sizeof session.next);
    return now.kind;
}

/* The user answers the box that is next, which has to have these words. */
static void answer(enum up_box box, const char *words, enum up_answer said)
{
    assert_int_equal(take(), UP_NEXT_BOX);
    assert_int_equal(now.box, box);
    assert_non_null(strstr(box == UP_BOX_PROBLEM ? now.problem.text : now.text, words));
    if (now.then != NULL) {
        now.then(&session, said);
    }
}

static void nothing(void)
{
    assert_int_equal(take(), UP_NEXT_NOTHING);
}

static bool has(uint16_t port)
{
    return up_portset_has(&session.model.edited.ports, port);
}

static bool job_is(enum up_work work)
{
    return take() == UP_NEXT_JOB && session.job.work == work && session.model.work == work;
}

/* The job ends; the next look shows what it did. */
static void job_ends(bool is_done)
{
    static struct up_job job;

    job = session.job;
    job.is_done = is_done;
    snprintf(job.problem.text, sizeof job.problem.text, "%s",
             is_done ? "" : "cannot do it: access is denied (5)");
    up_model_observe(&session.model, &seen);
    up_jobs_done(&session, &job);
}

static int begin(void **state)
{
    (void)state;
    memset(&session, 0, sizeof session);
    session.model = model;
    return 0;
}

static int begin_absent(void **state)
{
    setup(state);
    look();
    return begin(state);
}

static int begin_stopped(void **state)
{
    setup_stopped(state);
    return begin(state);
}

static int begin_running(void **state)
{
    setup_running(state);
    return begin(state);
}

static int begin_selected(void **state)
{
    setup_stopped(state);
    add("speaker");
    choose("42-61");
    return begin(state);
}

/* ---- the list -------------------------------------------------------------------------------- */

static void field(void **state)
{
    (void)state;
    up_command_add_text(&session, "300", false);
    assert_int_equal(take(), UP_NEXT_CLEAR_FIELD);
    assert_int_equal(now.focus, IDC_FIELD);
    assert_true(has(0x300));
    up_command_add_text(&session, "300, 37F-378", false);
    assert_int_equal(take(), UP_NEXT_FIELD_ERROR);
    assert_int_equal(now.error.offset, 5);
    assert_string_not_equal(now.text, "");
    up_command_add_text(&session, " ", false);
    assert_int_equal(take(), UP_NEXT_NOTHING);
    assert_int_equal(now.focus, IDC_FIELD);
}

static void field_with_hazard(void **state)
{
    (void)state;
    up_command_add_text(&session, "60", false);
    answer(UP_BOX_CAUTION, "keyboard controller", UP_ANSWER_NO);
    assert_false(has(0x60));
    assert_int_equal(take(), UP_NEXT_NOTHING); /* the field keeps what was typed */
    assert_int_equal(now.focus, IDC_FIELD);
    up_command_add_text(&session, "60", false);
    answer(UP_BOX_CAUTION, "keyboard controller", UP_ANSWER_YES);
    assert_true(has(0x60));
    assert_int_equal(take(), UP_NEXT_CLEAR_FIELD);
}

static void field_in_decimal(void **state)
{
    (void)state;
    up_command_add_text(&session, "888, 60", false);
    answer(UP_BOX_CAUTION, "888 is not the printer port LPT1", UP_ANSWER_NO);
    assert_int_equal(take(), UP_NEXT_NOTHING);
    assert_int_equal(now.focus, IDC_FIELD);
    up_command_add_text(&session, "888, 60", false);
    answer(UP_BOX_CAUTION, "888 is not the printer port LPT1", UP_ANSWER_YES);
    answer(UP_BOX_CAUTION, "keyboard controller", UP_ANSWER_YES);
    assert_true(has(0x888) && has(0x60));
    assert_int_equal(take(), UP_NEXT_CLEAR_FIELD);
    up_command_add_text(&session, "889", true); /* the picture's */
    assert_int_equal(take(), UP_NEXT_CLEAR_FIELD);
}

static void preset_and_edits(void **state)
{
    (void)state;
    up_command_add_preset(&session, "speaker");
    nothing();
    assert_true(has(0x61));
    up_command_add_preset(&session, "classic");
    answer(UP_BOX_CAUTION, "UserPort 2.0", UP_ANSWER_NO);
    assert_false(has(0x200));
    up_command_add_preset(&session, "classic");
    answer(UP_BOX_CAUTION, "UserPort 2.0", UP_ANSWER_YES);
    assert_true(has(0x200));
    assert_true(up_command(&session, IDC_UNDO));
    assert_false(has(0x200));
    assert_true(up_command(&session, IDC_STICKY)); /* not while every program has the ports */
    assert_int_equal(session.model.edited.sticky, 0);
    assert_true(up_command(&session, IDC_SCOPE_OPEN));
    assert_true(up_command(&session, IDC_STICKY));
    assert_int_equal(session.model.edited.sticky, 1);
    assert_true(up_command(&session, IDC_DEFAULTS));
    assert_int_equal(session.model.edited.scope, UP_SCOPE_ALL);
    assert_false(up_command(&session, IDC_START));
    nothing();
}

static void removed(void **state)
{
    (void)state;
    assert_true(up_command(&session, IDC_REMOVE));
    assert_false(has(0x42) || has(0x61));
    up_model_undo_label(&session.model, text, sizeof text);
    assert_string_equal(text, "Undo: remove 42-43, 61");
    nothing();
}

static void nobody_edits_while_it_works(void **state)
{
    (void)state;
    assert_true(up_jobs_command(&session, IDC_START));
    assert_true(job_is(UP_WORK_START));
    up_command_add_text(&session, "61", false);
    up_command_add_preset(&session, "speaker");
    assert_true(up_command(&session, IDC_DEFAULTS));
    assert_true(up_jobs_command(&session, IDC_START));
    assert_true(up_jobs_command(&session, IDM_UNINSTALL));
    nothing();
    assert_false(has(0x61));
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static void start(void **state)
{
    (void)state;
    up_command_add_preset(&session, "speaker");
    assert_true(up_jobs_command(&session, IDC_START));
    assert_true(job_is(UP_WORK_START));
    assert_true(session.job.has_write && session.job.is_installed && !session.job.is_running);
    running();
    job_ends(true);
    assert_int_equal(session.model.work, UP_WORK_NONE);
    assert_int_equal(take(), UP_NEXT_NOTHING);
    assert_int_equal(now.focus_first, IDC_STOP);
    assert_true(up_jobs_command(&session, IDC_STOP));
    assert_true(job_is(UP_WORK_STOP));
    job_ends(false);
    answer(UP_BOX_PROBLEM, "access is denied", UP_ANSWER_CANCEL);
    assert_int_equal(now.focus_first, IDC_START);
    nothing();
    up_jobs_command(&session, IDC_STOP);
    assert_true(job_is(UP_WORK_STOP));
    up_jobs_failed(&session, "no thread");
    assert_int_equal(session.model.work, UP_WORK_NONE);
    answer(UP_BOX_ERROR, "no thread", UP_ANSWER_CANCEL);
    nothing();
}

static void start_without_driver(void **state)
{
    (void)state;
    session.model.seen.found[0] = '\0';
    session.model.seen.not_found.code = 2;
    up_jobs_command(&session, IDC_START);
    answer(UP_BOX_ERROR, "there is no driver", UP_ANSWER_CANCEL);
    nothing();
}

static void conflict(void **state)
{
    (void)state;
    up_command_add_preset(&session, "speaker");
    store("lpt1", 0, 0);
    up_model_observe(&session.model, &seen);
    up_jobs_command(&session, IDC_APPLY);
    answer(UP_BOX_CAUTION_CANCEL, "Another program", UP_ANSWER_CANCEL);
    nothing();
    up_jobs_command(&session, IDC_APPLY);
    answer(UP_BOX_CAUTION_CANCEL, "Another program", UP_ANSWER_YES);
    assert_true(job_is(UP_WORK_APPLY));
    assert_true(up_portset_has(&session.job.write.wanted.ports, 0x61));
    assert_false(up_portset_has(&session.job.write.expected.ports, 0x278));
    session.model.work = UP_WORK_NONE;
    session.model.is_conflict = true;
    up_jobs_command(&session, IDC_APPLY);
    answer(UP_BOX_CAUTION_CANCEL, "Another program", UP_ANSWER_NO);
    nothing();
    assert_false(has(0x61));
}

static void install(void **state)
{
    static struct up_job job;

    (void)state;
    up_jobs_install(&session, "N:\\userport.sys", false);
    answer(UP_BOX_PROBLEM, "there is no drive N: for this user", UP_ANSWER_CANCEL);
    up_jobs_install(&session, "C:\\userport.sys", true);
    assert_true(job_is(UP_WORK_INSTALL));
    assert_string_equal(session.job.file, "C:\\userport.sys");
    assert_int_equal(session.job.accepted, 0);

    /* It wants a yes: with one the same job runs again. */
    job = session.job;
    job.report.asks = UP_INSTALL_ASKS_DRIVER;
    snprintf(job.problem.text, sizeof job.problem.text, "it is no driver of UserPort's");
    up_jobs_done(&session, &job);
    answer(UP_BOX_CAUTION, "It is no driver", UP_ANSWER_YES);
    assert_true(job_is(UP_WORK_INSTALL));
    assert_string_equal(session.job.file, "C:\\userport.sys");
    assert_int_equal(session.job.accepted, UP_INSTALL_ACCEPTS(UP_INSTALL_ASKS_DRIVER));
    assert_string_equal(session.job.problem.text, "");
    up_jobs_done(&session, &job);
    answer(UP_BOX_CAUTION, "It is no driver", UP_ANSWER_NO);
    nothing();

    job.is_done = job.is_installed_now = true;
    up_jobs_done(&session, &job);
    answer(UP_BOX_INFORMATION, "UserPort is installed", UP_ANSWER_CANCEL);
    nothing();
    job.report.steps[UP_STEP_COM].outcome = UP_STEP_FAILED;
    up_jobs_done(&session, &job);
    answer(UP_BOX_WARNING, "One thing failed", UP_ANSWER_CANCEL);
    nothing();

    session.model.is_administrator = false;
    up_jobs_install(&session, "C:\\userport.sys", true);
    answer(UP_BOX_PROBLEM, "you are not an administrator", UP_ANSWER_CANCEL);
    nothing();
}

static void uninstall(void **state)
{
    (void)state;
    up_jobs_command(&session, IDM_UNINSTALL);
    answer(UP_BOX_CAUTION, "Uninstall UserPort?", UP_ANSWER_NO);
    nothing();
    up_jobs_command(&session, IDM_UNINSTALL);
    answer(UP_BOX_CAUTION, "Uninstall UserPort?", UP_ANSWER_YES);
    assert_true(job_is(UP_WORK_UNINSTALL));
}

static void closing(void **state)
{
    (void)state;
    up_jobs_close(&session);
    assert_int_equal(take(), UP_NEXT_CLOSE);

    up_command_add_preset(&session, "speaker");
    up_jobs_close(&session);
    answer(UP_BOX_YES_NO_CANCEL, "not stored yet", UP_ANSWER_CANCEL);
    nothing();
    up_jobs_close(&session);
    answer(UP_BOX_YES_NO_CANCEL, "not stored yet", UP_ANSWER_NO);
    assert_int_equal(take(), UP_NEXT_CLOSE);
    up_jobs_close(&session);
    answer(UP_BOX_YES_NO_CANCEL, "not stored yet", UP_ANSWER_YES);
    assert_true(job_is(UP_WORK_APPLY));
    job_ends(false); /* it stays open, so that the changes are not lost */
    answer(UP_BOX_PROBLEM, "access is denied", UP_ANSWER_CANCEL);
    nothing();
    up_jobs_close(&session);
    answer(UP_BOX_YES_NO_CANCEL, "not stored yet", UP_ANSWER_YES);
    assert_true(job_is(UP_WORK_APPLY));
    job_ends(true);
    assert_int_equal(take(), UP_NEXT_CLOSE);
}

static void closing_while_it_works(void **state)
{
    (void)state;
    up_jobs_command(&session, IDC_STOP);
    assert_true(job_is(UP_WORK_STOP));
    up_jobs_close(&session);
    nothing();
    job_ends(true);
    assert_int_equal(take(), UP_NEXT_CLOSE);
}

/* ---- the tests of ports ---------------------------------------------------------------------- */

static void test_at_once(void **state)
{
    char name[UP_TEST_NAME_MAX];

    (void)state;
    up_tests_lpt(&session, "LPT1");
    assert_int_equal(take(), UP_NEXT_TEST);
    up_tests_name(&session, name);
    assert_string_equal(name, "Test LPT1");
    assert_int_equal(session.test_base, 0x378);
    up_tests_lpt(&session, "nothing");
    answer(UP_BOX_ERROR, "is not a printer port", UP_ANSWER_CANCEL);
    assert_int_equal(now.focus, IDC_LPT);
    up_tests_lpt(&session, "888");
    answer(UP_BOX_CAUTION, "Test 888 all the same?", UP_ANSWER_NO);
    assert_int_equal(take(), UP_NEXT_NOTHING);
    assert_int_equal(now.focus, IDC_LPT);
    up_model_test_label("lpt3", name);
    assert_string_equal(name, "Test LPT&3");
    up_model_test_label("E010", name);
    assert_string_equal(name, "Test E010");
    up_model_test_label("?", name);
    assert_string_equal(name, "Test LPT");
}

static void test_after_a_job(void **state)
{
    (void)state;
    up_tests_speaker(&session);
    answer(UP_BOX_YES_NO, "Add 42-43, 61 to the list, apply it", UP_ANSWER_NO);
    assert_int_equal(session.test, UP_NO_TEST);
    nothing();
    up_tests_speaker(&session);
    answer(UP_BOX_YES_NO, "Add 42-43, 61 to the list, apply it", UP_ANSWER_YES);
    assert_true(job_is(UP_WORK_APPLY));
    assert_int_equal(session.test, UP_TEST_SPEAKER);
    store("default speaker", 0, 0);
    running();
    job_ends(true);
    assert_int_equal(take(), UP_NEXT_CONTINUE);
    up_tests_continue(&session);
    assert_int_equal(take(), UP_NEXT_TEST);
}

/*
 * The question about a hazard, a job that fails, a driver that does not open the ports: no test
 * follows.
 */
static void test_that_cannot(void **state)
{
    (void)state;
    up_tests_lpt(&session, "60");
    answer(UP_BOX_YES_NO, "Add 60-62 to the list", UP_ANSWER_YES);
    answer(UP_BOX_CAUTION, "keyboard controller", UP_ANSWER_NO);
    nothing();
    assert_int_equal(session.test, UP_NO_TEST);
    up_tests_speaker(&session);
    answer(UP_BOX_YES_NO, "Add 42-43, 61", UP_ANSWER_YES);
    assert_true(job_is(UP_WORK_APPLY));
    job_ends(false);
    answer(UP_BOX_PROBLEM, "access is denied", UP_ANSWER_CANCEL);
    nothing();
    assert_int_equal(session.test, UP_NO_TEST);
    session.test = UP_TEST_SPEAKER;
    up_tests_continue(&session);
    answer(UP_BOX_INFORMATION, "needs the ports 42-43, 61", UP_ANSWER_CANCEL);
    nothing();
    assert_int_equal(session.test, UP_NO_TEST);
    session.model.is_administrator = false;
    up_tests_speaker(&session);
    answer(UP_BOX_INFORMATION, "An administrator has to open them", UP_ANSWER_CANCEL);
    nothing();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(field, begin_stopped),
        cmocka_unit_test_setup(field_with_hazard, begin_stopped),
        cmocka_unit_test_setup(field_in_decimal, begin_stopped),
        cmocka_unit_test_setup(preset_and_edits, begin_stopped),
        cmocka_unit_test_setup(removed, begin_selected),
        cmocka_unit_test_setup(nobody_edits_while_it_works, begin_stopped),
        cmocka_unit_test_setup(start, begin_stopped),
        cmocka_unit_test_setup(start_without_driver, begin_absent),
        cmocka_unit_test_setup(conflict, begin_running),
        cmocka_unit_test_setup(install, begin_absent),
        cmocka_unit_test_setup(uninstall, begin_stopped),
        cmocka_unit_test_setup(closing, begin_running),
        cmocka_unit_test_setup(closing_while_it_works, begin_running),
        cmocka_unit_test_setup(test_at_once, begin_running),
        cmocka_unit_test_setup(test_after_a_job, begin_running),
        cmocka_unit_test_setup(test_that_cannot, begin_running),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
