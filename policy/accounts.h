/* SPDX-License-Identifier: MIT
 *
 * From the names of users and groups to their numbers, and back, by the text of /etc/passwd and /etc/group alone: the process that reads
 * the policy can ask nobody.
 */
#ifndef UP_LINUX_ACCOUNTS_H
#define UP_LINUX_ACCOUNTS_H

#include "rules.h"

/* A decimal number that fits and is not (uid_t)-1, which stands for "none". */
bool up_account_number(const char *text, size_t length, uint32_t *id);

/*
 * The number of that name. passwd(5) and group(5) agree in what counts here: name:password:number. The first line of a name
 * counts. false: there is no such name, or its number is none.
 */
bool up_account_find(const struct up_text *table, const char *name, size_t length, uint32_t *id);

/* The first name of that number, for messages. Result: false: there is none that fits. */
bool up_account_name(const struct up_text *table, uint32_t id, char *name, size_t size);

#endif
