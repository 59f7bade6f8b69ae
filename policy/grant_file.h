/* SPDX-License-Identifier: MIT
 *
 * The policy file that userportctl writes: a list of ports as one rule for a group. Pure C, from
 * list to text and back.
 */
#ifndef UP_POLICY_GRANT_FILE_H
#define UP_POLICY_GRANT_FILE_H

#include "rules.h"

#define UP_GRANT_FILE_NAME  "userportctl.conf" /* in the folder of the policy */
#define UP_GRANT_GROUP      "userport"
#define UP_GRANT_FILE_BYTES 65536u /* as much as userport-run reads of one file */

/*
 * Writes the text of the file that gives these ports, with a terminating 0. An empty list makes a
 * file without a rule. Result: the length without the 0; 0 if it does not fit into size bytes.
 */
size_t up_grant_file_write(const struct up_portset *ports, char *text, size_t size);

/*
 * Reads such a file. passwd and group: as for up_rules_read. Result: false if the file is not as
 * userportctl writes it. Then message, which has UP_RULES_MESSAGE_MAX bytes, says why, and ports is
 * empty.
 */
bool up_grant_file_read(const struct up_text *file, const struct up_text *passwd,
                        const struct up_text *group, struct up_portset *ports, char *message);

#endif
