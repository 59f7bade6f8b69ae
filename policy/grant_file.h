/* SPDX-License-Identifier: MIT
 *
 * The file of the policy that userportctl writes: a list of ports, as one rule for a group. Pure: text to list and back.
 */
#ifndef UP_LINUX_GRANT_FILE_H
#define UP_LINUX_GRANT_FILE_H

#include "rules.h"

#define UP_GRANT_FILE_NAME  "userportctl.conf" /* in the policy's folder */
#define UP_GRANT_GROUP      "userport"
#define UP_GRANT_FILE_BYTES 65536u /* no more than userport-run reads */

/*
 * Writes the text of the file that gives these ports, with its final 0. An empty list is a file without a rule. Result: its
 * length; 0: it has more than size bytes.
 */
size_t up_grant_file_write(const struct up_portset *ports, char *text, size_t size);

/*
 * Reads it. passwd and group as of up_rules_read. false: it is not as userportctl writes it, and message (of
 * UP_RULES_MESSAGE_MAX bytes) says why; ports are none then.
 */
bool up_grant_file_read(const struct up_text *file, const struct up_text *passwd, const struct up_text *group,
                        struct up_portset *ports, char *message);

#endif
