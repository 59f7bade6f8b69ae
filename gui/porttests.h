/* SPDX-License-Identifier: MIT
 *
 * Prepares a test of the printer port or the speaker: which ports it needs, whether they are open,
 * and the question if they are not. testdialog.c runs the test.
 */
#ifndef UP_GUI_PORTTESTS_H
#define UP_GUI_PORTTESTS_H

#include "session.h"

/*
 * Runs a test now if its ports are open. Otherwise it asks, and the test runs when a job has opened
 * them. printer: the text of the choice.
 */
void up_tests_lpt(struct up_session *session, const char *printer);
void up_tests_speaker(struct up_session *session);

/* Continues after the job that the test waited for has succeeded. */
void up_tests_continue(struct up_session *session);

/* The name of the session's test, such as "Test LPT1". */
void up_tests_name(const struct up_session *session, char name[UP_TEST_NAME_MAX]);

#endif
