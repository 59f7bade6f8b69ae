/* SPDX-License-Identifier: MIT
 *
 * Prepares the tests (porttests.h). The session keeps the test from the click until its dialog is
 * shown, while it waits for answers and for the job that opens its ports.
 */
#include "porttests.h"

#include <stdio.h>

#include "devices/porttest.h"
#include "commands.h"
#include "jobs.h"
#include "resource.h"

void up_tests_name(const struct up_session *session, char name[UP_TEST_NAME_MAX])
{
    if (session->test == UP_TEST_SPEAKER) {
        snprintf(name, UP_TEST_NAME_MAX, "Test Spkr");
        return;
    }
    snprintf(name, UP_TEST_NAME_MAX, "Test of port %X", session->test_base);
    for (uint32_t number = 1; number <= 3; number++) {
        if (up_test_lpt_base(number) == session->test_base) {
            snprintf(name, UP_TEST_NAME_MAX, "Test LPT%u", (unsigned)number);
        }
    }
}

static void needed_ports(const struct up_session *session, struct up_portset *ports)
{
    if (session->test == UP_TEST_SPEAKER) {
        up_test_speaker_ports(ports);
    } else {
        up_test_lpt_ports(session->test_base, ports);
    }
}

/* Checks whether the ports are open. If they are not, the text says why, or has the question. */
static enum up_test_answer look(struct up_session *session)
{
    struct up_next *next = &session->next;
    char name[UP_TEST_NAME_MAX];
    struct up_portset ports;

    up_tests_name(session, name);
    needed_ports(session, &ports);
    return up_model_test_question(&session->model, name, &ports, next->text, sizeof next->text);
}

static void added(struct up_session *session, bool was_added)
{
    if (was_added) {
        up_jobs_bring_into_force(session);
    } else {
        session->test = UP_NO_TEST;
    }
}

static void open_answered(struct up_session *session, enum up_answer answer)
{
    struct up_portset ports;

    if (answer == UP_ANSWER_YES) {
        needed_ports(session, &ports);
        up_command_add_ports(session, &ports, added);
    } else {
        session->test = UP_NO_TEST;
    }
}

static void begin(struct up_session *session, bool may_ask)
{
    switch (look(session)) {
    case UP_TEST_GO:
        session->next.kind = UP_NEXT_TEST;
        return;
    case UP_TEST_ASK:
        if (may_ask) {
            up_session_box(session, UP_BOX_YES_NO, open_answered);
            return;
        }
        break;
    case UP_TEST_CANNOT:
        break;
    }
    session->test = UP_NO_TEST;
    up_session_box(session, UP_BOX_INFORMATION, NULL);
}

void up_tests_continue(struct up_session *session)
{
    begin(session, false);
}

void up_tests_speaker(struct up_session *session)
{
    session->test = UP_TEST_SPEAKER;
    begin(session, true);
}

static void base_answered(struct up_session *session, enum up_answer answer)
{
    if (answer == UP_ANSWER_YES) {
        session->test = UP_TEST_LPT;
        begin(session, true);
    } else {
        session->next.focus = IDC_LPT;
    }
}

void up_tests_lpt(struct up_session *session, const char *printer)
{
    struct up_next *next = &session->next;
    char name[UP_PRINTER_NAME_MAX];

    if (!up_model_parse_printer(printer, &session->test_base, name, next->text,
                                sizeof next->text)) {
        up_session_box(session, UP_BOX_ERROR, NULL);
        next->focus = IDC_LPT;
    } else if (up_model_decimal_base_question(printer, next->text, sizeof next->text)) {
        up_session_box(session, UP_BOX_CAUTION, base_answered);
    } else {
        base_answered(session, UP_ANSWER_YES);
    }
}
