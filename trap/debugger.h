/* SPDX-License-Identifier: MIT
 *
 * userportctl run --no-inject: nothing is put into the program. The launcher is its debugger, to
 * which Windows reports each refused port instruction, and serves it from outside. This needs two
 * switches between processes for each access, and the program can see that it has a debugger.
 * debugger_windows.c.
 *
 * A debugger cannot change which exception a program gets. Where INS or OUTS meets memory that
 * cannot be accessed, the program gets the refusal of the instruction instead of the access
 * violation.
 */
#ifndef UP_TRAP_DEBUGGER_H
#define UP_TRAP_DEBUGGER_H

#include "core/program_settings.h"
#include "launch/start.h"

/*
 * Starts a program with this process as its debugger, and serves it and the processes that it
 * starts until the last of them has ended. start->settings is the text form of settings, which the
 * processes get as a variable, for UserPort's DLLs. Result: as for up_start_program; the status is
 * that of the first process.
 */
void up_debug_program(const struct up_start *start, const struct up_program_settings *settings,
                      struct up_start_result *result);

#endif
