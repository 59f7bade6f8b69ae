/* SPDX-License-Identifier: MIT
 *
 * What an administrator or a command line has chosen for one program: its routes, and how its port
 * instructions are treated. The text form is for the variable USERPORT_PROGRAM, by which
 * `userportctl run` passes them to the program and its children:
 * "routes=378-37F=D100, 3BC=none;ignore-cli-sti;fast". Pure C without allocation or OS headers.
 */
#ifndef UP_CORE_PROGRAM_SETTINGS_H
#define UP_CORE_PROGRAM_SETTINGS_H

#include "routes.h"
#include "settings.h"

#define UP_PROGRAM_VARIABLE "USERPORT_PROGRAM"

/* The longest name of a session: letters, digits and hyphens, with the terminating 0. */
#define UP_SESSION_NAME_MAX 32u
/* The longest name of a recording in the registry, in bytes of UTF-8 with the terminating 0. */
#define UP_PROGRAM_TRACE_MAX 780u

struct up_program_settings {
    struct up_routes routes;
    bool ignore_cli_sti; /* CLI and STI are skipped instead of ending the program */
    bool fast;           /* the sites of port instructions are patched */
    /*
     * Who has started the program has devices for it, or records it, under this name
     * (record/client.h); "": nobody. Only in the text form.
     */
    char session[UP_SESSION_NAME_MAX];
    char trace[UP_PROGRAM_TRACE_MAX]; /* the file to record into; "": none. Only in the registry */
};

/* Room for every text. */
#define UP_PROGRAM_TEXT_MAX (UP_ROUTES_TEXT_MAX + 96u)

/*
 * Reads the text form. Result: false if any part of it is wrong or unknown; then *settings has no
 * route and no option.
 */
bool up_program_settings_parse(const char *text, size_t length,
                               struct up_program_settings *settings);

/* Writes the text form, NUL-terminated. Returns its length, as snprintf does. */
size_t up_program_settings_format(const struct up_program_settings *settings, char *text,
                                  size_t size);

/*
 * The registry's values of one program, as they were read. Path is a REG_SZ and has to be there.
 * Routes and Trace are REG_SZs, IgnoreCliSti and Fast are REG_DWORDs of 0 or 1; absent means none,
 * and 0.
 */
#define UP_REG_SZ               1u
#define UP_PROGRAM_PATH_CHARS   260u  /* the longest Path in UTF-16 with its terminating 0 */
#define UP_PROGRAM_ROUTES_CHARS 1536u /* the longest Routes, likewise */

struct up_program_values {
    struct up_registry_value path, routes, ignore_cli_sti, fast, trace;
};

/*
 * Decodes them. Result: false if any of them is not valid, with a clause in wrong, which is cut to
 * size bytes, such as "the value Fast is not a REG_DWORD of 0 or 1". *settings has then no route
 * and no option, and path is empty if it is Path that is not valid.
 */
bool up_program_decode(const struct up_program_values *values, uint16_t path[UP_PROGRAM_PATH_CHARS],
                       struct up_program_settings *settings, char *wrong, size_t size);

/*
 * How well the setting's Path names the program with this full path, both UTF-16 and
 * NUL-terminated. A Path with a backslash or slash is a full path; another is the file's name
 * alone. Letter case of A to Z does not matter, and a slash is a backslash. Of two settings for a
 * program the higher match counts.
 */
enum up_program_match { UP_MATCHES_NOT, UP_MATCHES_NAME, UP_MATCHES_PATH };
enum up_program_match up_program_matches(const uint16_t *path, const uint16_t *program);

#endif
