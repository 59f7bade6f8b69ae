/* SPDX-License-Identifier: MIT
 *
 * userport-run --explain: a decision, and the rules that it was made of, for people and programs.
 */
#ifndef UP_LINUX_EXPLAIN_H
#define UP_LINUX_EXPLAIN_H

#include "decide.h"

/*
 * Writes to out, with no system call but write: lines of "key: value", or one JSON object; docs/userport-run.md has the keys.
 * The line "verdict" is the last one, so that who reads it has all. Result: false: it could not be written.
 */
bool up_explain(const struct up_request *request, const struct up_policy_files *files, const struct up_rules *rules,
                const struct up_decision *decision, bool as_json, int out);

#endif
