/* SPDX-License-Identifier: MIT
 *
 * Can a rule of the policy name this program? userport-run runs such a program only if nobody but root can put another in its
 * place; here it is said why not. program_file_linux.c.
 */
#ifndef UP_ADMIN_PROGRAM_FILE_H
#define UP_ADMIN_PROGRAM_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "rules.h"

/*
 * Looks at a full path, folder by folder. Result: false: a rule can name it. true: text says why not, a clause with the file or
 * folder that it is about, and what to do: "/bin is a symbolic link to usr/bin: name /usr/bin/true".
 */
bool up_program_file_problem(const char *path, char *text, size_t size);

/*
 * Likewise of the program that a rule names: does the rule not apply? The program may still come, or be another machine's: so
 * that is no mistake of the rule. false: it names none, or one that it can.
 */
#define UP_PROGRAM_PROBLEM_MAX 1600u /* a path or two, and why */
bool up_rule_program_problem(const struct up_rule *rule, char *text, size_t size);

#endif
