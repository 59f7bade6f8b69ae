/* SPDX-License-Identifier: MIT
 *
 * Finds the limits of this process, most of them in /proc/self (limits.h).
 */
#include "limits.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define SYS_RAWIO 17u

/* Reads as much of the file as fits into text. Result: false if it cannot be read. */
static bool read_text(const char *path, char *text, size_t size)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got;

    if (file < 0) {
        return false;
    }
    /* One read suffices: the kernel makes these files in one piece. */
    got = read(file, text, size - 1);
    close(file);
    text[got > 0 ? got : 0] = '\0';
    return got >= 0;
}

/* Is bit 17 (CAP_SYS_RAWIO) set in the number after "\nName:\t"? */
static enum up_tristate has_rawio(const char *status, const char *name)
{
    const char *at = strstr(status, name);

    if (at == NULL) {
        return UP_UNKNOWN;
    }
    return (strtoull(at + strlen(name), NULL, 16) >> SYS_RAWIO & 1u) != 0 ? UP_YES : UP_NO;
}

static enum up_tristate is_in_user_namespace(void)
{
    unsigned long long first, parent, count;
    char text[400];

    if (!read_text("/proc/self/uid_map", text, sizeof text)) {
        return UP_UNKNOWN;
    }
    /*
     * The initial user namespace maps all numbers to themselves. A new namespace has an empty map
     * at first.
     */
    return sscanf(text, "%llu %llu %llu", &first, &parent, &count) == 3 && first == 0 &&
                   parent == 0 && count == 4294967295u
               ? UP_NO
               : UP_YES;
}

void up_limits_look(struct up_limits *limits)
{
    const int no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    char status[8192] = "";
    const char *filter, *tracer;

    (void)read_text("/proc/self/status", status, sizeof status);
    filter = strstr(status, "\nSeccomp:\t");
    tracer = strstr(status, "\nTracerPid:\t");
    limits->has_capability = has_rawio(status, "\nCapEff:\t");
    limits->may_have_capability = has_rawio(status, "\nCapBnd:\t");
    limits->no_new_privs = no_new_privs < 0 ? UP_UNKNOWN : no_new_privs == 0 ? UP_NO : UP_YES;
    limits->user_namespace = is_in_user_namespace();
    limits->seccomp = filter == NULL                          ? UP_UNKNOWN
                      : filter[strlen("\nSeccomp:\t")] == '0' ? UP_NO
                                                              : UP_YES;
    limits->traced = tracer == NULL                            ? UP_UNKNOWN
                     : tracer[strlen("\nTracerPid:\t")] == '0' ? UP_NO
                                                               : UP_YES;
}

const char *up_limits_problem(const struct up_limits *limits, const char **advice)
{
    if (limits->user_namespace == UP_YES) {
        *advice = UP_USER_NAMESPACE_ADVICE;
        return UP_USER_NAMESPACE_TEXT;
    }
    if (limits->may_have_capability == UP_NO) {
        *advice = UP_BOUNDING_SET_ADVICE;
        return UP_BOUNDING_SET_TEXT;
    }
    if (limits->no_new_privs == UP_YES && limits->has_capability != UP_YES) {
        *advice = UP_NO_NEW_PRIVS_ADVICE;
        return UP_NO_NEW_PRIVS_TEXT;
    }
    if (limits->traced == UP_YES && limits->has_capability != UP_YES) {
        *advice = UP_TRACED_ADVICE;
        return UP_TRACED_TEXT;
    }
    return NULL;
}
