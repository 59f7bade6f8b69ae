/* SPDX-License-Identifier: MIT
 *
 * A command of userportctl: its name, its help, its options and its function. The help that is printed and what is taken
 * are made of the same table. The commands lie in files by subject; commands_windows.c and commands_linux.c have the lists.
 */
#ifndef UP_CLI_COMMAND_H
#define UP_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/portset.h"
#include "output.h"

#define UP_OPTIONS_MAX 6u

struct up_option {
    const char *name;     /* "force", given as --force */
    const char *argument; /* NULL: none; else the word that stands for it in the help */
    const char *help;
};

struct up_invocation;

struct up_command {
    const char *name;
    const char *synopsis; /* what follows the name: "[OPTION]... LIST..." */
    const char *summary;  /* one line for the list of commands */
    const char *text;     /* the help, below the synopsis and above the options; each line of it a paragraph */
    struct up_option options[UP_OPTIONS_MAX + 1];
    int words_min, words_max; /* how many arguments it takes; words_max < 0: any number */
    int (*run)(const struct up_invocation *line);
    bool starts_program; /* what follows the first word is the program's; what goes wrong is UP_EXIT_NOT_STARTED */
};

/* A command line, read. */
struct up_invocation {
    const struct up_command *command;
    const char *given[UP_OPTIONS_MAX]; /* as options: NULL: not given; "" when it takes no argument */
    bool asks_for_json;                /* before the first word of a program that is to be started */
    char **words;
    int word_count;
};

/* Was it given? / its argument, or NULL. The option has to be in the command's table. */
bool up_has_option(const struct up_invocation *line, const char *name);
const char *up_option_argument(const struct up_invocation *line, const char *name);

/* A decimal number from least to most. Otherwise false, and up_usage has said so of what. */
bool up_read_decimal(const char *text, const char *what, uint32_t least, uint32_t most, uint32_t *number);

/*
 * One port: a hexadecimal number, or a name, which means the first port of what it names. With a width behind it: .b, .w
 * or .l. false: up_usage has said so. width may be NULL: no width is taken.
 */
bool up_read_port(const char *word, uint16_t *port, unsigned *width);

/* The same, or a range. */
bool up_read_ports(const char *word, struct up_port_range *range, unsigned *width);

/* A note if somebody seems to have written a printer port's number in decimal. text: as it was given. */
void up_note_decimal(const char *text);

/* ---- what there is on this system: commands_windows.c, commands_linux.c -------------------------------------------------- */

/* In the order of the help; NULL: an empty line. */
extern const struct up_command *const up_commands[];
extern const size_t up_command_count;

/* Words of other programs, and our command for the same; NULL at the end. */
extern const char *const up_other_words[][2];

/* A command of another system: what to do here instead, as the end of a sentence. Else NULL. */
const char *up_command_instead(const char *name);

extern const char up_help_end[];    /* the last lines of the program's help */
extern const char up_doctor_text[]; /* of the doctor's help */

/* ---- the commands --------------------------------------------------------------------------------------------------------- */
/*
 * After such a note, what was meant: "If you mean LPT1: userportctl read 378". command: what stands before the port. false:
 * nothing was noted.
 */
bool up_decimal_advice(const char *command, char *advice, size_t size);

extern const struct up_command up_command_list, up_command_grant, up_command_revoke, up_command_set,
    up_command_defaults;
extern const struct up_command up_command_status, up_command_doctor, up_command_ports;
extern const struct up_command up_command_read, up_command_write, up_command_watch, up_command_test;
extern const struct up_command up_command_scope, up_command_import; /* Windows */
extern const struct up_command up_command_start, up_command_stop, up_command_apply, up_command_startup,
    up_command_install, up_command_uninstall;
extern const struct up_command up_command_run, up_command_check; /* Linux */

#endif
