/* SPDX-License-Identifier: MIT
 *
 * Finds out what this process has inherited that keeps userport-run from getting its capability on
 * Linux, or keeps the capability from having an effect: see prctl(2), capabilities(7) and
 * user_namespaces(7). limits_linux.c implements it.
 */
#ifndef UP_RUN_LIMITS_H
#define UP_RUN_LIMITS_H

#include "core/tristate.h"

struct up_limits {
    /* This process itself has cap_sys_rawio, as a process of root may. */
    enum up_tristate has_capability;
    enum up_tristate may_have_capability; /* cap_sys_rawio is in its bounding set */
    enum up_tristate no_new_privs;
    enum up_tristate user_namespace; /* it is in a user namespace other than the initial one */
    enum up_tristate seccomp;        /* a filter is set for its system calls */
    enum up_tristate traced;         /* it has a debugger, such as userportctl run --device */
};

/* Fills *limits. It never fails: a fact that cannot be found is unknown. */
void up_limits_look(struct up_limits *limits);

/*
 * Says why no program started from here can be given ports. Result: a sentence, or NULL if nothing
 * is in the way. *advice: what to do, set only with a sentence.
 */
const char *up_limits_problem(const struct up_limits *limits, const char **advice);

/* The same sentences for the doctor, which reports every limit and not only the first. */
#define UP_NO_NEW_PRIVS_TEXT                                                                       \
    "This process has no_new_privs set, so that userport-run gets no capability from it."
#define UP_NO_NEW_PRIVS_ADVICE                                                                     \
    "It is inherited: start programs from another terminal. What userport-run starts has it, and " \
    "so have containers, "                                                                         \
    "and services with NoNewPrivileges=, PrivateDevices=, DynamicUser= and the like "              \
    "(userport-run(8) has a unit)."
#define UP_TRACED_TEXT                                                                             \
    "This process has a debugger, so that userport-run gets no capability from it."
#define UP_TRACED_ADVICE                                                                           \
    "It is inherited by what userportctl run --device or --trace, or strace, has started: start "  \
    "programs from another terminal."
#define UP_BOUNDING_SET_TEXT                                                                       \
    "cap_sys_rawio is not in this process's bounding set, so that userport-run does not get it."
#define UP_BOUNDING_SET_ADVICE                                                                     \
    "Containers and services take it away: start programs from outside of them, or add it "        \
    "(docker run --cap-add "                                                                       \
    "SYS_RAWIO; CapabilityBoundingSet= of systemd, and no PrivateDevices=)."
#define UP_USER_NAMESPACE_TEXT                                                                     \
    "This process is in a user namespace of its own, in which no capability reaches to ports."
#define UP_USER_NAMESPACE_ADVICE                                                                   \
    "Start programs from outside of it: rootless containers, Flatpak and the like are such "       \
    "namespaces."

#endif
