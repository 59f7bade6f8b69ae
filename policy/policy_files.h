/* SPDX-License-Identifier: MIT
 *
 * Opens and reads the files of the Linux policy: /etc/userport.conf, and all files of
 * /etc/userport.conf.d whose names end in .conf, in the byte order of their names. Only root may be
 * able to write to them.
 */
#ifndef UP_POLICY_POLICY_FILES_H
#define UP_POLICY_POLICY_FILES_H

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
 * Opens the files of the policy. Each file, the folder and /etc have to belong to root, and nobody
 * else may be able to write to them. No file at all is a valid policy too; it gives nothing.
 *
 * draft: the path of one file to read in place of all others, whoever owns it, in order to see what
 * it would give; or NULL. Result: false if the policy cannot be trusted or opened; then
 * files->message says why and nothing is open.
 */
bool up_policy_open(struct up_policy_files *files, const char *draft);
void up_policy_close(struct up_policy_files *files);

/*
 * Reads the opened files and their rules. It makes no system call but read(2), so that a process
 * limited to reading can call it. *passwd receives the text of /etc/passwd, which is valid until
 * the next call. Result: as of up_rules_read; a file that cannot be read or is too large counts as
 * a mistake too.
 */
bool up_policy_files_read(const struct up_policy_files *files, struct up_rules *rules,
                          struct up_text *passwd);

#endif
