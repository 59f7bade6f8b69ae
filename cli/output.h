/* SPDX-License-Identifier: MIT
 *
 * What userportctl says: text for people, or with --json one object; results on standard output, notes and problems on
 * standard error. No colour. Output is collected and written in blocks; up_out_end writes the rest.
 */
#ifndef UP_CLI_OUTPUT_H
#define UP_CLI_OUTPUT_H

#include "control/error_detail.h"
#include "core/portset.h"
#include "core/json.h"

/* Exit statuses. */
#define UP_EXIT_DONE        0
#define UP_EXIT_FAILED      1
#define UP_EXIT_USAGE       2
#define UP_EXIT_NOT_STARTED 125 /* of a command that starts a program: it was not, as env(1) says it */

/* Is it JSON that standard output gets? Set once, by main.c. */
extern bool up_out_is_json;

/* To standard output. up_out_text for texts of any length; up_out for less than UP_OUT_MAX bytes. */
#define UP_OUT_MAX 2048u
void up_out_text(const char *text);
void up_out(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * The same, for text that begins at column (from 0) and goes on at indent: lines of less than 80 columns, as a console of
 * Windows has, broken at blanks; a line feed in it begins a new paragraph.
 */
void up_out_wrapped(unsigned column, unsigned indent, const char *text);

/* The writer of this run's object, on standard output. */
struct up_json *up_out_json(void);

/* The object is complete: a new line. */
void up_out_json_end(void);

/* Writes what was collected. Result: false if standard output failed, now or before; it is said once. */
bool up_out_flush(void);

/* "userportctl: note: ..." on standard error. */
void up_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "userportctl: <text>" and the advice below it, on standard error; nothing on standard output. */
void up_complain(const struct up_error_detail *problem);

/* The members error, code and advice. */
void up_json_problem(struct up_json *json, const struct up_error_detail *problem);

/* up_complain, and with --json an object with these members. Result: UP_EXIT_FAILED. */
int up_failed(const struct up_error_detail *problem);

/* Wrong usage: the text, and which help to read. Result: UP_EXIT_USAGE. */
int up_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Which command's help that is; NULL: the program's. */
extern const char *up_usage_command;

#endif
