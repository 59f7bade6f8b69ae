/* SPDX-License-Identifier: MIT
 *
 * userport-run, the one privileged part on Linux, looked at from outside: is it there, and as the package has made it?
 * helper_linux.c looks, helper.c judges.
 */
#ifndef UP_RUN_HELPER_H
#define UP_RUN_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef UP_RUN_PATH /* where the package puts it; another place is a matter of the build */
#define UP_RUN_PATH "/usr/libexec/userport/userport-run"
#endif

struct up_helper {
    uint32_t code; /* why it cannot be looked at (errno); 0: it can */
    bool is_file, is_roots, is_others_to_write, is_setuid, may_be_run;
    bool has_capability; /* cap_sys_rawio, permitted and effective */
    bool has_others;     /* other capabilities too */
    bool is_nosuid;      /* the file system is mounted so that capabilities of files do not count */
};

void up_helper_look(struct up_helper *helper);

/*
 * From the extended attribute security.capability (linux/capability.h: struct vfs_cap_data, little-endian, revision 2 or 3)
 * to has_capability and has_others.
 */
void up_helper_read_capability(struct up_helper *helper, const uint8_t *data, size_t length);

/*
 * What is wrong with it, for root or for a user: a clause for the middle of a sentence, "... is not there". *advice: what to
 * do, a sentence. *subject: "helper", "capability", "nosuid". Result: NULL: nothing.
 */
const char *up_helper_problem(const struct up_helper *helper, bool is_root, const char **subject, const char **advice);

#endif
