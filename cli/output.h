/* SPDX-License-Identifier: MIT
 *
 * The output of userportctl: text for people, or one JSON object with --json. Results go to
 * standard output, notes and problems to standard error. There are no colours. Output is collected
 * and written in blocks; up_out_flush writes the rest.
 */
#ifndef UP_CLI_OUTPUT_H
#define UP_CLI_OUTPUT_H

#include "control/error_detail.h"
#include "core/portset.h"
#include "core/json.h"

/* The exit statuses. */
#define UP_EXIT_DONE   0
#define UP_EXIT_FAILED 1
#define UP_EXIT_USAGE  2
/* A command that starts a program could not: as in env(1). */
#define UP_EXIT_NOT_STARTED 125
#define UP_EXIT_CANNOT      126 /* it is no program, or may not be run */
#define UP_EXIT_NOT_FOUND   127

/* Does standard output get JSON? main.c sets it once. */
extern bool up_out_is_json;

/* Print to standard output: up_out_text a text of any length, up_out less than UP_OUT_MAX bytes. */
#define UP_OUT_MAX 2048u
void up_out_text(const char *text);
void up_out(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Prints text that begins at column (from 0) and continues at indent, in lines of less than 80
 * columns, as a console of Windows has, broken at blanks. A line feed begins a new paragraph.
 */
void up_out_wrapped(unsigned column, unsigned indent, const char *text);

/* The writer of the JSON object on standard output. */
struct up_json *up_out_json(void);

/* Ends the object with a new line. */
void up_out_json_end(void);

/*
 * Writes the collected output. Result: false if standard output has failed, now or before; that is
 * reported once.
 */
bool up_out_flush(void);

/* Prints "userportctl: note: ..." to standard error. */
void up_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Prints "userportctl: <text>" and the advice below it to standard error, and nothing to standard
 * output.
 */
void up_complain(const struct up_error_detail *problem);

/* Writes the JSON members error, code and advice. */
void up_json_problem(struct up_json *json, const struct up_error_detail *problem);

/*
 * Calls up_complain and, with --json, prints an object with these members. Result: UP_EXIT_FAILED.
 */
int up_failed(const struct up_error_detail *problem);

/*
 * The same for a command that starts a program and has not: format has one %s, for what. Result:
 * status.
 */
int up_not_started(int status, uint32_t code, const char *advice, const char *format,
                   const char *what);

/* Reports wrong usage: the text, and which help to read. Result: UP_EXIT_USAGE. */
int up_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The command whose help is meant; NULL: the program's. */
extern const char *up_usage_command;

#endif
