/* SPDX-License-Identifier: MIT
 *
 * The registers of a task that is being followed and has stopped, as port instructions use them.
 */
#ifndef UP_FOLLOW_REGISTERS_LINUX_H
#define UP_FOLLOW_REGISTERS_LINUX_H

#include <stdbool.h>
#include <sys/types.h>
#include <sys/user.h>

#include "core/ioinsn.h"
#include "trap/emulate.h"

/*
 * Reads the registers. Result: false if the kernel does not tell, or if the code segment is neither
 * that of 64-bit programs nor that of 32-bit ones: others have bases of their own.
 */
bool up_registers_read(pid_t task, struct user_regs_struct *read,
                       struct up_trap_registers *registers);

/*
 * Finds the bases of the segments that the instruction uses. Result: false if that is unknown: the
 * segment is one of the process's own table (LDT).
 */
bool up_registers_find_bases(pid_t task, const struct user_regs_struct *read,
                             const struct up_io_instruction *instruction,
                             struct up_trap_registers *registers);

/*
 * Writes those that differ from what was read; segments stay untouched. Result: false if the task
 * is gone.
 */
bool up_registers_write(pid_t task, const struct user_regs_struct *read,
                        const struct up_trap_registers *registers);

#endif
