/* SPDX-License-Identifier: MIT
 *
 * What userportctl needs of the system's console: arguments and output in UTF-8, files, a clock,
 * and a sleep that the user can end. console_windows.c and console_posix.c, which also have the
 * program's entry.
 */
#ifndef UP_CLI_CONSOLE_H
#define UP_CLI_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The program, in main.c. The arguments are UTF-8. Result: its exit status. */
int up_main(int argc, char **argv);

/*
 * Writes all of the text, in UTF-8, to standard output or standard error, with the line ends of the
 * system. If the program was started without that output, nothing is written, which is no failure.
 * Result: false with the system's code in *code.
 */
bool up_console_write(bool is_error, const char *text, size_t length, uint32_t *code);

/*
 * Reads a file, or standard input for "-", into *text with a terminating 0, to be freed. Result:
 * false with the system's code in *code.
 */
bool up_console_read_file(const char *path, char **text, size_t *length, uint32_t *code);
#define UP_CONSOLE_FILE_MAX 0x100000u

/*
 * The columns and rows of the terminal that standard error is; both 0 if it is none.
 */
void up_console_size(unsigned *columns, unsigned *rows);

/*
 * Moves the cursor of that terminal to the beginning of the line that is so many lines higher, and
 * clears everything from there on.
 */
void up_console_go_back(unsigned lines);

/* Milliseconds since some moment. The number wraps. */
uint32_t up_console_clock(void);

/*
 * From now on Ctrl-C ends sleeps instead of the program. So does the end of the console or of the
 * session; the system then waits some seconds for the program.
 */
void up_console_catch_interrupt(void);

/* Sleeps. Result: false if one of these events has happened, now or before. */
bool up_console_sleep(uint32_t milliseconds);

#endif
