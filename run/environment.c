/* SPDX-License-Identifier: MIT
 *
 * Filters the environment variables for a program that userport-run starts.
 */
#include "environment.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_variable(const char *entry, const char *name)
{
    const size_t length = strlen(name);

    return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

/*
 * Is the value of this variable a path? The C library uses TZ, LANG and LC_* as parts of the names
 * of files that it reads, message files with format strings among them, and does so in every
 * program that is not privileged (gettext(3), tzset(3)).
 */
static bool is_path(const char *entry)
{
    const char *value = strchr(entry, '=') + 1;

    if (is_variable(entry, "TZ")) {
        return *value == '/' || *value == ':' || strstr(value, "..") != NULL;
    }
    return (strncmp(entry, "LANG", 4) == 0 || strncmp(entry, "LC_", 3) == 0) &&
           strchr(value, '/') != NULL;
}

static bool is_harmless(const char *entry)
{
    static const char *const kept[] = {"DISPLAY",         "HOME",  "LANG",       "LANGUAGE",
                                       "LOGNAME",         "SHELL", "TERM",       "TZ",
                                       "WAYLAND_DISPLAY", "USER",  "XAUTHORITY", "XDG_RUNTIME_DIR"};
    size_t i;

    if (strchr(entry, '=') == NULL || is_path(entry)) {
        return false;
    }
    for (i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (is_variable(entry, kept[i])) {
            return true;
        }
    }
    return strncmp(entry, "LC_", 3) == 0;
}

char **up_environment_make(char *const *environment, bool is_strict, const char *ports)
{
    static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
    static char told[sizeof UP_ENVIRONMENT_PORTS + 1 + UP_ENVIRONMENT_PORTS_MAX];
    bool had_path = false;
    size_t count = 0, at = 0;
    char **made;

    while (environment[count] != NULL) {
        count++;
    }
    made = calloc(count + 2, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    for (; *environment != NULL; environment++) {
        if (is_variable(*environment, UP_ENVIRONMENT_PORTS)) {
            continue;
        }
        if (!is_strict || is_harmless(*environment)) {
            made[at++] = *environment;
        } else if (is_variable(*environment, "PATH") && !had_path) {
            had_path = true;
            made[at++] = path;
        }
    }
    if (strlen(ports) <= UP_ENVIRONMENT_PORTS_MAX) {
        (void)snprintf(told, sizeof told, UP_ENVIRONMENT_PORTS "=%s", ports);
        made[at] = told;
    }
    return made;
}
