/* SPDX-License-Identifier: MIT
 *
 * The settings of single programs in the registry, for userportctl, UserPort.exe and the doctor:
 * HKLM\SYSTEM\CurrentControlSet\Services\UserPort\Programs\NAME with the values Path, Routes,
 * IgnoreCliSti and Fast. Only administrators can write there. programs_windows.c.
 */
#ifndef UP_CONTROL_PROGRAMS_H
#define UP_CONTROL_PROGRAMS_H

#include "core/program_settings.h"
#include "error_detail.h"

#define UP_PROGRAM_NAME_MAX  64u  /* bytes of UTF-8 with the terminating 0 */
#define UP_PROGRAM_PATH_MAX  780u /* likewise */
#define UP_PROGRAMS_MAX      256u
#define UP_PROGRAM_WRONG_MAX 400u

struct up_program {
    char name[UP_PROGRAM_NAME_MAX]; /* of the key; letter case does not matter */
    char path[UP_PROGRAM_PATH_MAX]; /* a full path, or the file's name alone */
    struct up_program_settings settings;
    /* What is wrong with the values, as a sentence; then settings is empty. "": nothing is. */
    char wrong[UP_PROGRAM_WRONG_MAX];
};

struct up_programs {
    uint32_t count;
    struct up_program *programs; /* by name */
};

/*
 * Reads the settings of all programs, *programs to be freed with up_programs_free. A program whose
 * values are wrong is among them. None are there if UserPort is not installed. Result: false with
 * *problem and no programs.
 */
bool up_programs_read(struct up_programs *programs, struct up_error_detail *problem);
void up_programs_free(struct up_programs *programs);

/* Finds a program by the name of its key. NULL: there is none. */
const struct up_program *up_programs_find(const struct up_programs *programs, const char *name);

/*
 * Writes the settings of one program, new ones or in the place of those of the same name. A failure
 * leaves the earlier ones. The caller has checked name (up_program_name_problem) and path. Result:
 * false with *problem.
 */
bool up_program_write(const struct up_program *program, struct up_error_detail *problem);

/* Removes the settings of one program. Result: false with *problem, also if there are none. */
bool up_program_remove(const char *name, struct up_error_detail *problem);

/*
 * What is wrong with a name for a program, as a clause; NULL: nothing. A name has 1 to 63 bytes of
 * printable UTF-8 without a backslash.
 */
const char *up_program_name_problem(const char *name);

#endif
