/* SPDX-License-Identifier: MIT
 *
 * Prints what userport-run --explain has decided, and the rules behind it, as text or as JSON.
 */
#ifndef UP_RUN_EXPLAIN_H
#define UP_RUN_EXPLAIN_H

#include "decide.h"

/*
 * Writes the decision and the rules to the descriptor out, as lines of "key: value" or as one JSON
 * object. docs/userport-run.md lists the keys.
 *
 * It makes no system call but write(2). The line "verdict" comes last, so that a reader who has
 * seen it has seen everything. Result: false if writing failed.
 */
bool up_explain(const struct up_request *request, const struct up_policy_files *files,
                const struct up_rules *rules, const struct up_decision *decision, bool as_json,
                int out);

#endif
