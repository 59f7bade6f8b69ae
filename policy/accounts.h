/* SPDX-License-Identifier: MIT
 *
 * Translates names of users and groups to numbers and back, by the text of /etc/passwd and
 * /etc/group alone, since the process that reads the policy can ask no other service.
 */
#ifndef UP_POLICY_ACCOUNTS_H
#define UP_POLICY_ACCOUNTS_H

#include "rules.h"

/*
 * Reads a decimal number of a user or group. Result: false if it is not one, does not fit, or is
 * (uid_t)-1, which stands for "no user".
 */
bool up_account_number(const char *text, size_t length, uint32_t *id);

/*
 * Finds the number of a name. passwd(5) and group(5) have the same first three fields:
 * name:password:number. The first line with the name counts. Result: false if there is no such
 * name, or its number is not valid.
 */
bool up_account_find(const struct up_text *table, const char *name, size_t length, uint32_t *id);

/*
 * Finds the first name of a number, for messages. size: bytes of name. Result: false if there is
 * none that fits.
 */
bool up_account_name(const struct up_text *table, uint32_t id, char *name, size_t size);

#endif
