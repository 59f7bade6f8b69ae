/* SPDX-License-Identifier: MIT
 *
 * The policy's files, opened and judged: nobody but root may have written them. /etc/userport.conf, and what ends in
 * .conf in /etc/userport.conf.d, in the order of the names' bytes.
 */
#ifndef UP_LINUX_POLICY_FILES_H
#define UP_LINUX_POLICY_FILES_H

#include "policy_places.h"
#include "rules.h"

struct up_policy_files {
    int files[UP_POLICY_FILES]; /* descriptors, close-on-exec */
    char names[UP_POLICY_FILES][320];
    unsigned count;
    int passwd, group;
    char message[UP_RULES_MESSAGE_MAX]; /* what is wrong, and what to do */
};

/*
 * Opens them to read. Each file, the folder, and "/etc" have to be root's, and nobody else may write to them. No file at all
 * is a policy too: it gives nothing. draft: this file in the place of all others, whoever's it is, to see what it would give;
 * or NULL. Result: true; or false and files->message, and nothing is open.
 */
bool up_policy_open(struct up_policy_files *files, const char *draft);
void up_policy_close(struct up_policy_files *files);

/*
 * Reads what is open, and the rules in it. It only reads from descriptors and writes to memory: no other system call. So
 * a process that can do nothing else may call it. *passwd: the text of /etc/passwd, until the next call. Result: as of
 * up_rules_read; a file that cannot be read, or is too large, is a mistake too.
 */
bool up_policy_files_read(const struct up_policy_files *files, struct up_rules *rules, struct up_text *passwd);

#endif
