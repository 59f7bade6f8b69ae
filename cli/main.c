/* SPDX-License-Identifier: MIT
 *
 * userportctl: UserPort on the command line. It shows and changes what is granted, starts and stops
 * the driver, reads and writes ports, and runs tests; for people and, with --json, for programs. It
 * never asks questions. Exit status: 0 done, 1 failed, 2 wrong usage.
 */
#include <stdio.h>
#include <string.h>

#include "core/nearest.h"
#include "command.h"
#include "console.h"
#include "version.h"

/* ---- help ------------------------------------------------------------------------------------ */

static void print_program_help(void)
{
    size_t i;

    up_out_text("usage: userportctl [--json] COMMAND [ARGUMENT]...\n"
                "       userportctl COMMAND --help\n\n");
    up_out_wrapped(
        0, 0,
        "UserPort gives chosen I/O ports to ordinary programs. Ports are hexadecimal: 378 is the "
        "printer port, 888 is "
        "not. A LIST is ports, ranges and names, such as: lpt1, 42-43 61 0x300-0x31F\n\n");
    for (i = 0; i < up_command_count; i++) {
        if (up_commands[i] == NULL) {
            up_out_text("\n");
        } else {
            up_out("  %-10s %s\n", up_commands[i]->name, up_commands[i]->summary);
        }
    }
    up_out_text("\n  --json     one JSON object instead of text, with every command\n"
                "  --help     this; behind a command: all about it\n"
                "  --version\n\n"
                "Exit status: 0 done, 1 failed, 2 wrong usage.\n");
    up_out_text(up_help_end);
}

#define HELP_COLUMN 22u

static void print_command_help(const struct up_command *command)
{
    const struct up_option *option;
    char left[40];

    up_out("usage: userportctl %s%s%s\n\n", command->name, command->synopsis[0] != '\0' ? " " : "",
           command->synopsis);
    up_out_wrapped(0, 0, command->text);
    up_out_text("\n");
    for (option = command->options; option->name != NULL; option++) {
        (void)snprintf(left, sizeof left, "--%s%s%s", option->name,
                       option->argument != NULL ? " " : "",
                       option->argument != NULL ? option->argument : "");
        up_out("  %-19s ", left);
        up_out_wrapped(HELP_COLUMN, HELP_COLUMN, option->help);
        up_out_text("\n");
    }
    up_out("  %-19s %s\n  %-19s %s\n", "--json", "one JSON object instead of text", "--help",
           "this");
}

/* ---- names of commands ----------------------------------------------------------------------- */

static const struct up_command *find_command(const char *name)
{
    size_t i;

    for (i = 0; i < up_command_count; i++) {
        if (up_commands[i] != NULL && strcmp(up_commands[i]->name, name) == 0) {
            return up_commands[i];
        }
    }
    return NULL;
}

/* Finds our command for a command of another program. */
static const char *other_word(const char *name)
{
    size_t i;

    for (i = 0; up_other_words[i][0] != NULL; i++) {
        if (strcmp(up_other_words[i][0], name) == 0) {
            return up_other_words[i][1];
        }
    }
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *instead = up_command_instead(name);
    const char *nearest = other_word(name);
    unsigned least = 3;
    size_t i;

    if (instead != NULL) {
        return up_usage("there is no command \"%s\" on this system: %s", name, instead);
    }
    for (i = 0; nearest == NULL && i < up_command_count; i++) {
        if (up_commands[i] != NULL && strlen(name) >= 3 &&
            strncmp(up_commands[i]->name, name, strlen(name)) == 0) {
            nearest = up_commands[i]->name;
        }
    }
    for (i = 0; i < up_command_count && (nearest == NULL || least < 3); i++) {
        const unsigned letters = up_commands[i] != NULL
                                     ? up_distance(name, strlen(name), up_commands[i]->name)
                                     : UP_DISTANCE_MAX;

        if (letters < least) {
            least = letters;
            nearest = up_commands[i]->name;
        }
    }
    return nearest != NULL
               ? up_usage("there is no command \"%s\"; did you mean \"%s\"?", name, nearest)
               : up_usage("there is no command \"%s\"", name);
}

#define LIST_BYTES 2048u /* for the values of an option that is given more than once */

/* ---- options --------------------------------------------------------------------------------- */

/* The options of every command: --json, which has been handled before, and --help. */
static const struct up_option common_options[] = {
    {"json", NULL, NULL}, {"help", NULL, NULL}, {NULL, NULL, NULL}};

/* Finds an option by the first length characters of name. Result: its index in the table, or -1. */
static int find_option(const struct up_option *options, const char *name, size_t length)
{
    int i;

    for (i = 0; options[i].name != NULL; i++) {
        if (strlen(options[i].name) == length && strncmp(options[i].name, name, length) == 0) {
            return i;
        }
    }
    return -1;
}

static void find_nearest_option(const struct up_option *options, const char *name, size_t length,
                                unsigned *least, const char **nearest)
{
    for (; options->name != NULL; options++) {
        /* --boot means --at-boot. */
        const char *part = strstr(options->name, "-");
        unsigned letters = up_distance(name, length, options->name);

        if (part != NULL && strlen(part + 1) == length && strncmp(part + 1, name, length) == 0) {
            letters = 1;
        }
        if (letters < *least && letters < length) {
            *least = letters;
            *nearest = options->name;
        }
    }
}

static int unknown_option(const struct up_command *command, const char *word)
{
    const char *nearest = NULL;
    unsigned least = 3;

    if (word[1] == '-') {
        const size_t length = strcspn(word + 2, "=");

        find_nearest_option(command->options, word + 2, length, &least, &nearest);
        find_nearest_option(common_options, word + 2, length, &least, &nearest);
    }
    return nearest != NULL ? up_usage("%s: there is no option %s; did you mean --%s?",
                                      command->name, word, nearest)
                           : up_usage("%s: there is no option %s", command->name, word);
}

static bool is_repeated(const struct up_command *command, int option)
{
    const char *const *repeated = command->repeated_options;

    while (*repeated != NULL && strcmp(*repeated, command->options[option].name) != 0) {
        repeated++;
    }
    return *repeated != NULL;
}

/*
 * The value of an option PORTS=DEVICE: the device is all of the rest, so it gets quotation marks if
 * the name of its file has what would end it in a list. Result: NULL if it is too long.
 */
static const char *quote_device(const char *value)
{
    static char quoted[UP_OPTIONS_MAX][LIST_BYTES];
    static unsigned count;
    const size_t ports = strcspn(value, "=");
    char *const text = quoted[count % UP_OPTIONS_MAX];

    if (value[ports] == '\0' || strpbrk(value + ports, "\"") != NULL ||
        strpbrk(value + ports, " \t,;") == NULL) {
        return value;
    }
    count++;
    return snprintf(text, LIST_BYTES, "%.*s=\"%s\"", (int)ports, value, value + ports + 1) <
                   (int)LIST_BYTES
               ? text
               : NULL;
}

/* Appends to the list of an option that is given again. Result: as of read_options. */
static int append_value(struct up_invocation *line, int option, const char *value)
{
    static char lists[UP_OPTIONS_MAX][LIST_BYTES];
    char *const list = lists[option];
    const size_t length = strlen(line->given[option]);

    if (length + strlen(value) + 2 > LIST_BYTES) {
        return up_usage("%s: the values of --%s are too long together", line->command->name,
                        line->command->options[option].name);
    }
    memmove(list, line->given[option], length + 1);
    list[length] = ',';
    memcpy(list + length + 1, value, strlen(value) + 1);
    line->given[option] = list;
    return -1;
}

/*
 * Reads the option argv[*at], which begins with "--", and its value, which follows "=" or is the
 * next argument. Result: as of read_options.
 */
static int read_option(int argc, char **argv, int *at, struct up_invocation *line, bool *wants_help)
{
    const char *word = argv[*at];
    const char *name = word + 2;
    const size_t length = strcspn(name, "=");
    const char *value = name[length] == '=' ? name + length + 1 : NULL;
    const int own = find_option(line->command->options, name, length);
    const int common = find_option(common_options, name, length);

    if (own < 0 && common < 0) {
        return unknown_option(line->command, word);
    }
    if (own < 0 || line->command->options[own].argument == NULL) {
        if (value != NULL) {
            return up_usage("%s: --%.*s takes no value", line->command->name, (int)length, name);
        }
        value = "";
    } else if (value == NULL) {
        if (*at + 1 == argc) {
            return up_usage("%s: %s needs a value", line->command->name, word);
        }
        value = argv[++*at];
    }
    if (own >= 0 && strcmp(line->command->options[own].name, "device") == 0) {
        value = quote_device(value);
        if (value == NULL) {
            return up_usage("%s: the name of the file of --device is too long",
                            line->command->name);
        }
    }
    if (own >= 0 && line->given[own] != NULL && is_repeated(line->command, own)) {
        return append_value(line, own, value);
    }
    if (own >= 0) {
        line->given[own] = value;
    } else if (strcmp(common_options[common].name, "help") == 0) {
        *wants_help = true;
    } else {
        line->asks_for_json = true;
    }
    return -1;
}

/*
 * Reads options and words; argv[0] is the name of the command. Options may follow words. Everything
 * after "--" is a word. Result: -1 if the command is to be run; otherwise an exit status.
 */
static int read_options(int argc, char **argv, struct up_invocation *line, bool *wants_help)
{
    bool are_over = false;
    int status = -1;
    int i;

    line->words = argv + 1; /* words move up into the places of options */
    for (i = 1; i < argc && status < 0; i++) {
        if (are_over || argv[i][0] != '-' || argv[i][1] == '\0') {
            are_over = are_over || line->command->starts_program;
            line->words[line->word_count++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            are_over = true;
        } else if (strcmp(argv[i], "-h") == 0) {
            *wants_help = true;
        } else if (argv[i][1] == '-') {
            status = read_option(argc, argv, &i, line, wants_help);
        } else {
            status = unknown_option(line->command, argv[i]);
        }
    }
    return status;
}

static int check_words(const struct up_invocation *line)
{
    const struct up_command *command = line->command;

    if (line->word_count < command->words_min) {
        return up_usage("%s: %s missing: userportctl %s %s", command->name,
                        command->words_min - line->word_count == 1 ? "an argument is"
                                                                   : "arguments are",
                        command->name, command->synopsis);
    }
    if (command->words_max >= 0 && line->word_count > command->words_max) {
        return up_usage("%s: \"%s\" is too much: userportctl %s%s%s", command->name,
                        line->words[command->words_max], command->name,
                        command->synopsis[0] != '\0' ? " " : "", command->synopsis);
    }
    return -1;
}

static int run_command(int argc, char **argv, bool wants_help, bool asks_for_json)
{
    struct up_invocation line = {.command = find_command(argv[0]), .asks_for_json = asks_for_json};
    int status;

    if (line.command == NULL) {
        return unknown_command(argv[0]);
    }
    up_usage_command = line.command->name;
    status = read_options(argc, argv, &line, &wants_help);
    if (status < 0 && wants_help) {
        print_command_help(line.command);
        return UP_EXIT_DONE;
    }
    if (status < 0) {
        status = check_words(&line);
    }
    if (status < 0) {
        up_out_is_json = up_out_is_json && (line.asks_for_json || !line.command->starts_program);
        return line.command->run(&line);
    }
    return line.command->starts_program ? UP_EXIT_NOT_STARTED : status;
}

/* Was --json given? It counts wherever it is, also if the command line is wrong. */
static bool asks_for_json(int argc, char **argv)
{
    int i;

    for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            return true;
        }
    }
    return false;
}

static int run(int argc, char **argv)
{
    bool wants_help = false, asks_for_json_here = false;
    int i;

    up_out_is_json = asks_for_json(argc, argv);
    for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--version") == 0) {
            up_out_text("userportctl " UP_VERSION_STRING "\n");
            return UP_EXIT_DONE;
        }
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            wants_help = true;
        } else if (strcmp(argv[i], "--json") == 0) {
            asks_for_json_here = true;
        } else {
            return up_usage("there is no option %s before the command", argv[i]);
        }
    }
    if (i < argc && strcmp(argv[i], "help") == 0) { /* a way to write --help */
        wants_help = true;
        i++;
    }
    if (i < argc) {
        return run_command(argc - i, argv + i, wants_help, asks_for_json_here);
    }
    if (wants_help) {
        print_program_help();
        return UP_EXIT_DONE;
    }
    return up_usage("a command is missing");
}

int up_main(int argc, char **argv)
{
    const int status = run(argc, argv);

    return up_out_flush() || status != UP_EXIT_DONE ? status : UP_EXIT_FAILED;
}
