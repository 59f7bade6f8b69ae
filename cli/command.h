/* SPDX-License-Identifier: MIT
 *
 * The commands of userportctl: each has a name, a help text, options and a function. The printed
 * help and the accepted options come from the same table. The commands are in files by subject;
 * commands_windows.c and commands_linux.c list them.
 */
#ifndef UP_CLI_COMMAND_H
#define UP_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/portset.h"
#include "core/routes.h"
#include "output.h"

#define UP_OPTIONS_MAX 12u

struct up_option {
    const char *name;     /* "force", used as --force */
    const char *argument; /* NULL: none; otherwise its placeholder in the help */
    const char *help;
};

struct up_invocation;

struct up_command {
    const char *name;
    const char *synopsis; /* what follows the name, such as "[OPTION]... LIST..." */
    const char *summary;  /* one line for the list of commands */
    /* The help between the synopsis and the options; each line is a paragraph. */
    const char *text;
    struct up_option options[UP_OPTIONS_MAX + 1];
    /*
     * Those that may be given more than once: the arguments of each make one list, with commas. A
     * NULL at the end.
     */
    const char *repeated_options[3];
    int words_min, words_max; /* the number of arguments; words_max < 0: any */
    int (*run)(const struct up_invocation *line);
    /*
     * What follows the first word belongs to the program that is started; a failure is
     * UP_EXIT_NOT_STARTED.
     */
    bool starts_program;
};

/* A parsed command line. */
struct up_invocation {
    const struct up_command *command;
    /* For each option: NULL: not given; "": given, takes no argument. */
    const char *given[UP_OPTIONS_MAX];
    /* --json was given before the first word of a program that is to be started. */
    bool asks_for_json;
    char **words;
    int word_count;
};

/* Was the option given? And its argument, or NULL. The option has to be in the command's table. */
bool up_has_option(const struct up_invocation *line, const char *name);
const char *up_option_argument(const struct up_invocation *line, const char *name);

/*
 * Reads a decimal number from least to most. what: names it in the message. Result: false if it is
 * not one; up_usage has reported it.
 */
bool up_read_decimal(const char *text, const char *what, uint32_t least, uint32_t most,
                     uint32_t *number);

/*
 * Reads one port: a hexadecimal number, or a name, which means the first port of what it names. A
 * width may follow: .b, .w or .l. width may be NULL: then no width is accepted. Result: false if it
 * is invalid; up_usage has reported it.
 */
bool up_read_port(const char *word, uint16_t *port, unsigned *width);

/* The same for one port or a range. */
bool up_read_ports(const char *word, struct up_port_range *range, unsigned *width);

/*
 * Reads routes (core/routes.h). what: begins the message. Result: false if they are not valid;
 * up_usage has reported the place and the reason.
 */
bool up_read_routes(const char *text, const char *what, struct up_routes *routes);

/*
 * Reads the routes of the options map and device; without either *routes stays as it is.
 * Result: as of up_read_routes.
 */
bool up_read_route_options(const struct up_invocation *line, struct up_routes *routes);

/*
 * Checks the name of a recording that is to be written. Result: false if it has not the ending of a
 * format; up_usage has reported it.
 */
bool up_check_trace(const struct up_invocation *line, const char *name);

/*
 * Prints a note if somebody seems to have written the number of a printer port in decimal. text: as
 * it was given.
 */
void up_note_decimal(const char *text);

/* ---- specific to each system: commands_windows.c, commands_linux.c --------------------------- */

/* In the order of the help; NULL stands for an empty line. */
extern const struct up_command *const up_commands[];
extern const size_t up_command_count;

/* Commands of other programs, and ours that do the same; NULL at the end. */
extern const char *const up_other_words[][2];

/*
 * For a command of another system: what to do here instead, as the end of a sentence. NULL for any
 * other name.
 */
const char *up_command_instead(const char *name);

extern const char up_help_end[]; /* the last lines of the program's help */

/* What the command doctor does on each system; its help is the system's own. doctor.c. */
int up_run_doctor(const struct up_invocation *line);

/* ---- the commands ---------------------------------------------------------------------------- */
/*
 * Says after such a note what was probably meant: "If you mean LPT1: userportctl read 378".
 * command: what precedes the port. Result: false if there was no note.
 */
bool up_decimal_advice(const char *command, char *advice, size_t size);

extern const struct up_command up_command_list, up_command_grant, up_command_revoke, up_command_set,
    up_command_defaults;
extern const struct up_command up_command_status, up_command_doctor, up_command_ports;
extern const struct up_command up_command_read, up_command_write, up_command_watch, up_command_test;
extern const struct up_command up_command_scope, up_command_import; /* Windows */
extern const struct up_command up_command_start, up_command_stop, up_command_apply,
    up_command_startup, up_command_install, up_command_uninstall, up_command_program,
    up_command_adopt;
extern const struct up_command up_command_run, up_command_trace;
extern const struct up_command up_command_check; /* Linux */

#endif
