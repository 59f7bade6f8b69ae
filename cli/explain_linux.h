/* SPDX-License-Identifier: MIT
 *
 * Explains denied port accesses of a program that is being followed. A denied port is a SIGSEGV;
 * whether the task dies of it shows only afterwards, since a program may have a handler, as Wine
 * does.
 */
#ifndef UP_CLI_EXPLAIN_LINUX_H
#define UP_CLI_EXPLAIN_LINUX_H

#include "follow/follow.h"

/* Has refusals and ends told to the explanation, which prints one when a task dies of a refusal. */
void up_explain_begin(struct up_follow *follow);

/* Prints which ports were refused and did not end the program. */
void up_explain_end(void);

/*
 * Starts words[0] with these arguments, and watches it and its children. If one of them is killed
 * by an IN or OUT on a port that it does not have, it prints which port, and what to do. Result:
 * the exit status of the program. If a signal killed the program, this process ends by the same
 * signal.
 */
int up_run_explained(char **words);

#endif
