/* SPDX-License-Identifier: MIT
 *
 * What userportctl needs of the system's console: arguments and output in UTF-8, a clock, a sleep that the user can end.
 * console_windows.c; the program's entry is there too.
 */
#ifndef UP_CLI_CONSOLE_H
#define UP_CLI_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The program, in main.c: the arguments are UTF-8. Result: its exit status. */
int up_main(int argc, char **argv);

/*
 * Writes UTF-8, all of it, to standard output or standard error; lines end as the system's do. false: *code is the
 * system's code. A program that was started without the one or the other writes nothing, and that is no failure.
 */
bool up_console_write(bool is_error, const char *text, size_t length, uint32_t *code);

/* Reads a file, or standard input for "-", into *text, with a final 0, to be freed. false: *code is the system's. */
bool up_console_read_file(const char *path, char **text, size_t *length, uint32_t *code);
#define UP_CONSOLE_FILE_MAX 0x100000u

/* Milliseconds since some moment; they wrap. */
uint32_t up_console_clock(void);

/*
 * From now on Ctrl-C ends sleeps instead of the program. So does the end of the console or of the session; the system then
 * waits some seconds for the program.
 */
void up_console_catch_interrupt(void);

/* Result: false when one of these has come, now or before. */
bool up_console_sleep(uint32_t milliseconds);

#endif
