/* SPDX-License-Identifier: MIT
 *
 * Judges the facts about the helper userport-run and words what is wrong with it (helper.h).
 */
#include "helper.h"

#define REVISION_MASK  0xFF000000u
#define REVISION_2     0x02000000u
#define REVISION_3     0x03000000u
#define FLAG_EFFECTIVE 1u
#define SYS_RAWIO      17u

#define INSTALL_ANEW   "Install the package userport again: sudo apt install --reinstall userport."
#define SET_CAPABILITY "As root: setcap cap_sys_rawio+ep " UP_RUN_PATH

static uint32_t number_at(const uint8_t *data)
{
    return (uint32_t)data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 |
           (uint32_t)data[3] << 24;
}

void up_helper_read_capability(struct up_helper *helper, const uint8_t *data, size_t length)
{
    uint32_t first, permitted, rest;

    helper->has_capability = helper->has_others = false;
    if (length < 20) {
        return;
    }
    first = number_at(data);
    if (!((first & REVISION_MASK) == REVISION_2 && length == 20) &&
        !((first & REVISION_MASK) == REVISION_3 && length == 24)) {
        return;
    }
    permitted = number_at(data + 4);
    rest = number_at(data + 8) | number_at(data + 12) | number_at(data + 16);
    helper->has_capability = (first & FLAG_EFFECTIVE) != 0 && (permitted & 1u << SYS_RAWIO) != 0;
    helper->has_others = (permitted & ~(1u << SYS_RAWIO)) != 0 || rest != 0;
}

const char *up_helper_problem(const struct up_helper *helper, bool is_root, const char **subject,
                              const char **advice)
{
    *subject = "helper";
    *advice = INSTALL_ANEW;
    if (helper->code == 2) {
        *advice = "Install the package userport; or, built from source, see README.md.";
        return "is not there";
    }
    if (helper->code != 0) {
        return "cannot be looked at";
    }
    if (!helper->is_file) {
        return "is no plain file";
    }
    if (!helper->is_roots) {
        return "does not belong to root, so that it is not the package's";
    }
    if (helper->is_others_to_write) {
        *advice = "As root: chmod 755 " UP_RUN_PATH ", and find out who has changed it.";
        return "may be written by others than root";
    }
    if (helper->is_setuid) {
        *advice = "As root: chmod 755 " UP_RUN_PATH ". It needs one capability and no other right.";
        return "is setuid or setgid, which it must never be";
    }
    if (!helper->may_be_run) {
        *advice = "As root: chmod 755 " UP_RUN_PATH;
        return "may not be run by this user";
    }
    if (is_root) {
        return NULL; /* root has the capability anyway */
    }
    *subject = "nosuid";
    if (helper->is_nosuid) {
        *advice = "Mount it without nosuid, or have the file in a folder on another file system.";
        return "lies on a file system that is mounted with nosuid, where its capability does not "
               "count";
    }
    *subject = "capability";
    *advice = SET_CAPABILITY;
    if (!helper->has_capability) {
        return "lacks the capability cap_sys_rawio, so that it has no port to give";
    }
    if (helper->has_others) {
        return "has other capabilities than cap_sys_rawio, which it does not need";
    }
    return NULL;
}
