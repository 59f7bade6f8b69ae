/* SPDX-License-Identifier: MIT
 *
 * The page of the programs: the table of programs that have settings of their own, the settings of
 * one program while they are edited, and every sentence and question about them. Pure C without OS
 * headers. programtable.c and programedit.c show it; programrun.c starts a program.
 */
#ifndef UP_GUI_MODEL_PROGRAMS_H
#define UP_GUI_MODEL_PROGRAMS_H

#include <stddef.h>

#include "control/programs.h"
#include "core/portset.h"
#include "devices/devices.h"

/* ---- the table ------------------------------------------------------------------------------- */

struct up_page {
    bool is_administrator;
    bool can_elevate; /* the system can ask for an administrator */
    bool has_programs;
    struct up_programs programs;      /* if has_programs */
    struct up_error_detail problem;   /* if not: why they could not be read */
    const struct up_portset *granted; /* the stored list of granted ports */
    uint32_t selected;                /* a number in programs; UP_PAGE_NONE: none */
};
#define UP_PAGE_NONE UINT32_MAX

/*
 * Takes programs that were read, in the place of the former ones, which are handed back in
 * *programs to be freed. If they could not be read, *problem says why, and *programs has none. The
 * selected program stays selected if it is still there. Result: has anything changed?
 */
bool up_page_take(struct up_page *page, struct up_programs *programs,
                  const struct up_error_detail *problem);

/* Are the settings for every program of that name, in whatever folder? */
bool up_page_is_any_folder(const struct up_program *program);

/* The selected program; NULL: none. */
const struct up_program *up_page_selected(const struct up_page *page);

/* The commands that would do something now, as bits. */
#define UP_PAGE_CAN_ADD     0x01u
#define UP_PAGE_CAN_CHANGE  0x02u
#define UP_PAGE_CAN_REMOVE  0x04u
#define UP_PAGE_CAN_RUN     0x08u
#define UP_PAGE_CAN_ELEVATE 0x10u
uint32_t up_page_commands(const struct up_page *page);

enum up_page_column {
    UP_PAGE_PROGRAM, /* the file's name */
    UP_PAGE_PORTS,   /* the program's ports: "378-37F, 3BC" */
    UP_PAGE_TARGETS, /* where they go: "D100-D107, nowhere" */
    UP_PAGE_NOTES,   /* what is wrong, what is not granted, options */
    UP_PAGE_COLUMNS
};
void up_page_cell(const struct up_page *page, uint32_t row, enum up_page_column column, char *out,
                  size_t size);

/* The words below the table: all about the selected program, or what the table is for. */
void up_page_details(const struct up_page *page, char *out, size_t size);

/* The question before a program's settings are removed. */
void up_page_remove_question(const struct up_program *program, char *out, size_t size);

/*
 * Is there a question before settings are written? was: what was shown when the edit began, NULL
 * for new ones. now: what the registry has under that name now, NULL: nothing. It is asked if
 * somebody else changed or removed them meanwhile, and before new ones replace others of the same
 * path.
 */
bool up_page_write_question(const struct up_program *was, const struct up_program *now, char *out,
                            size_t size);

/*
 * Chooses the name for new settings: that of the file; if other programs have it, with a number.
 * find: up_programs_find.
 */
void up_page_name(const struct up_programs *programs, const char *path,
                  const struct up_program *(*find)(const struct up_programs *programs,
                                                   const char *name),
                  char name[UP_PROGRAM_NAME_MAX]);

/* ---- one program ----------------------------------------------------------------------------- */

/* What the dialog of one program has. */
#define UP_EDIT_ROUTES_MAX 1536u
#define UP_EDIT_TRACE_MAX  2048u
struct up_edit {
    bool is_new;
    struct up_program was;           /* as shown in the table, if not new */
    char full[UP_PROGRAM_PATH_MAX];  /* the full path; "": only the file's name is known */
    char path[UP_PROGRAM_PATH_MAX];  /* as it will be stored */
    bool is_any_folder;              /* the file's name alone is stored */
    char routes[UP_EDIT_ROUTES_MAX]; /* as typed */
    bool ignore_cli_sti, fast;
    char trace[UP_EDIT_TRACE_MAX]; /* the recording's name as typed; "": none */
};

/* Begins an edit of a program of the table, or of new settings for the file with this full path. */
void up_edit_begin(struct up_edit *edit, const struct up_program *program);
void up_edit_begin_new(struct up_edit *edit, const char *path);

/* Another file was chosen. */
void up_edit_set_file(struct up_edit *edit, const char *path);

/* Chooses between the full path and the name. Result: false if the full path is not known. */
bool up_edit_set_any_folder(struct up_edit *edit, bool is_any_folder);

/*
 * Says what the routes as typed mean, "378-37F goes to D100-D107.", which targets are not granted,
 * or what is wrong where. Result: false if they are wrong, with *error.
 */
bool up_edit_routes_text(const struct up_edit *edit, const struct up_portset *granted,
                         struct up_routes_error *error, char *out, size_t size);

/* Were the stored settings wrong when the edit began? Then out says how. */
bool up_edit_wrong_text(const struct up_edit *edit, char *out, size_t size);

/*
 * Sends LPT1's ports (378) to a printer port that was found: changes the routes' text. Result:
 * false with a sentence in out if that cannot be.
 */
bool up_edit_send_lpt1(struct up_edit *edit, const struct up_port_range *target, char *out,
                       size_t size);

/*
 * Adds a route to a simulated device to the routes' text. number: of up_device_names. *offset and
 * *length become the place of what the user has to replace, such as FILE; with a length of 0 there
 * is nothing. Result: false if there is no room.
 */
bool up_edit_add_device(struct up_edit *edit, uint32_t number, size_t *offset, size_t *length);

/* Can the recording's name be stored? Result: false with a sentence in out. */
bool up_edit_trace_text(const struct up_edit *edit, char *out, size_t size);

/* Makes the settings to be stored. Result: false with a sentence in out. */
bool up_edit_finish(const struct up_edit *edit, struct up_program *program, char *out, size_t size);

/* The devices that may be printer ports, as targets to choose from. */
#define UP_TARGETS_MAX 32u
struct up_targets {
    uint32_t count;
    struct up_port_range ranges[UP_TARGETS_MAX];
    uint32_t devices[UP_TARGETS_MAX]; /* their numbers in the list of devices */
};
void up_targets_find(const struct up_devices *devices, struct up_targets *targets);

/* ---- running --------------------------------------------------------------------------------- */

/*
 * The command line that runs a program by userportctl: "TOOL" run -- "PATH", and with --trace
 * "TRACE" if that is not NULL. Result: false if it does not fit.
 */
bool up_run_line(const char *tool, const char *trace, const char *path, char *out, size_t size);

/*
 * What to say when userportctl has ended. code: its exit status. said: what it wrote to stderr, ""
 * if that is not known. Result: false if it does not say that the program could not be started.
 */
bool up_run_problem(const char *path, uint32_t code, const char *said,
                    struct up_error_detail *problem);

#endif
