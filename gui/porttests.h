/* SPDX-License-Identifier: MIT
 *
 * Before a test of the printer port or the speaker: which ports it needs, whether they are open, and the question when they are
 * not. testdialog.c runs it.
 */
#ifndef UP_GUI_PORTTESTS_H
#define UP_GUI_PORTTESTS_H

#include "session.h"

/* Runs a test now if its ports are open; else asks, and runs it when a job has opened them. printer: what the choice says. */
void up_tests_lpt(struct up_session *session, const char *printer);
void up_tests_speaker(struct up_session *session);

/* The job for which the test waited has ended well. */
void up_tests_continue(struct up_session *session);

/* "Test LPT1": the session's test. */
void up_tests_name(const struct up_session *session, char name[UP_TEST_NAME_MAX]);

#endif
