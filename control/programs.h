/* SPDX-License-Identifier: MIT
 *
 * The settings of single programs in the registry, for userportctl, UserPort.exe and the doctor:
 * HKLM\SYSTEM\CurrentControlSet\Services\UserPort\Programs\NAME with the values Path, Routes,
 * Trace, IgnoreCliSti and Fast. Only administrators can write there. programs_windows.c; what a
 * name and a path may be is in program_names.c.
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
    /* What is wrong with the values, as a clause; then settings is empty. "": nothing is. */
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
 * leaves the earlier ones. While they are being written, and after a loss of power in between, they
 * are for no program. The change is recorded in the event log. The caller has checked name and path
 * (up_program_name_problem, up_program_path_problem). Result: false with *problem.
 */
bool up_program_write(const struct up_program *program, struct up_error_detail *problem);

/* Removes the settings of one program. Result: false with *problem, also if there are none. */
bool up_program_remove(const char *name, struct up_error_detail *problem);

/* The name behind the last separator of a path. */
const char *up_program_file_name(const char *path);

/*
 * What is wrong with a name for a program, as a clause; NULL: nothing. A name has 1 to 63 bytes of
 * printable UTF-8 without a backslash.
 */
const char *up_program_name_problem(const char *name);

/*
 * What is wrong with a path, as a clause; NULL: nothing. A path is full, such as C:\Programs\x.exe,
 * or it is the name of a file alone, and has at most 259 characters.
 */
const char *up_program_path_problem(const char *path);

#endif
