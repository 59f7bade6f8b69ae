/* SPDX-License-Identifier: MIT
 *
 * Which file the code at an address is of, in a process that is being followed: from
 * /proc/PID/maps, read again only for an address that was not there before.
 */
#ifndef UP_FOLLOW_MODULES_LINUX_H
#define UP_FOLLOW_MODULES_LINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define UP_CODE_NAME 40u

/* Memory that is executed. */
struct up_code_range {
    uint64_t first, last;
    uint64_t base;           /* where its file's first byte is; 0: it is of no file */
    char name[UP_CODE_NAME]; /* of the file, without its path, cut to this; a NUL unless full */
    bool is_told;            /* for who uses it */
};

/* All bytes 0: nothing is known. */
struct up_code {
    struct up_code_range *ranges;
    size_t count, room;
};

/* Result: NULL if the address is in no memory that may be executed, or the kernel does not say. */
struct up_code_range *up_code_find(struct up_code *code, pid_t process, uint64_t address);

/* Forgets everything: the process has executed another program, or has ended. */
void up_code_clear(struct up_code *code);

#endif
