/* SPDX-License-Identifier: MIT
 *
 * Examines the helper, userport-run, from outside: is it there, and is it installed as the package
 * installs it? helper_linux.c collects the facts, helper.c judges them.
 */
#ifndef UP_RUN_HELPER_H
#define UP_RUN_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the package installs the helper. A build may choose another place. */
#ifndef UP_RUN_PATH
#define UP_RUN_PATH "/usr/libexec/userport/userport-run"
#endif

struct up_helper {
    uint32_t code; /* errno if the file cannot be examined; 0 if it can */
    bool is_file, is_roots, is_others_to_write, is_setuid, may_be_run;
    bool has_capability; /* cap_sys_rawio is permitted and effective */
    bool has_others;     /* the file has other capabilities too */
    /* The file system is mounted nosuid, so that file capabilities have no effect. */
    bool is_nosuid;
};

/* Fills *helper with the facts about the file at UP_RUN_PATH. It never fails: see code. */
void up_helper_look(struct up_helper *helper);

/*
 * Sets has_capability and has_others from the extended attribute security.capability, whose bytes
 * are struct vfs_cap_data of linux/capability.h (little-endian, revision 2 or 3).
 */
void up_helper_read_capability(struct up_helper *helper, const uint8_t *data, size_t length);

/*
 * Says what is wrong with the helper, for root or for another user. Result: a clause for the middle
 * of a sentence ("... is not there"), or NULL if nothing is wrong. *advice: a sentence that says
 * what to do. *subject: "helper", "capability" or "nosuid", the topic of the finding.
 */
const char *up_helper_problem(const struct up_helper *helper, bool is_root, const char **subject,
                              const char **advice);

#endif
