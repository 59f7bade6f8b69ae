/* SPDX-License-Identifier: MIT
 *
 * What UserPort.exe knows and decides: the settings that are stored, those that are edited, the driver, what is selected;
 * which buttons work, every sentence about the state and every question. Pure C, without an OS header: the window shows
 * what this says and passes on what the user does. model.c decides, model_text.c has the words.
 */
#ifndef UP_GUI_MODEL_H
#define UP_GUI_MODEL_H

#include <stddef.h>

#include "control/control.h"
#include "setup/install.h"
#include "control/settings_store.h"
#include "core/known_ports.h"
#include "core/portlist.h"

/* What can be edited. */
struct up_choice {
    struct up_portset ports;
    uint32_t scope;  /* UP_SCOPE_... */
    uint32_t sticky; /* 0 or 1 */
};

/* What a look at the system gave. watch.c makes one each second, and when the settings change. */
struct up_observation {
    bool has_settings; /* they could be read; if not, settings_problem */
    struct up_stored_settings settings;
    struct up_error_detail settings_problem;
    struct up_driver_status driver;
    struct up_holders holders; /* while a stop waits, what the last search found; else is_known is false */
    struct up_install_places places;
    char found[UP_PATH_MAX];          /* the first of places that has a driver for this Windows, or "" */
    struct up_error_detail not_found; /* if not: why; code 2: there is none at all */
};

/* What runs in the background; one at a time. */
enum up_work { UP_WORK_NONE, UP_WORK_APPLY, UP_WORK_START, UP_WORK_STOP, UP_WORK_INSTALL, UP_WORK_UNINSTALL };

#define UP_UNDO_TEXT_MAX 64u

struct up_model {
    bool is_administrator;
    bool can_elevate; /* the system has a way to ask for an administrator */
    bool has_scope;   /* 32-bit Windows: it is for the driver to say which programs have the ports */
    enum up_work work;
    bool is_observed; /* seen holds something */
    struct up_observation seen;
    struct up_choice stored; /* as seen; the defaults while nothing is installed */
    struct up_choice edited;
    bool is_conflict;      /* the stored settings were changed by another program while there were edits */
    struct up_choice base; /* in a conflict: what was stored when the edits began */
    bool has_undo, is_redo;
    struct up_choice undo;
    char undo_text[UP_UNDO_TEXT_MAX]; /* "add 42-43, 61" */
    struct up_portset selected;       /* in the list or the picture: what Remove takes away */
};

/* The program starts; nothing is known yet. has_scope: is Windows a 32-bit one? */
void up_model_init(struct up_model *model, bool is_administrator, bool can_elevate, bool has_scope);

/*
 * Takes a look at the system in. Without edits the stored settings become the edited ones; with edits that the stored settings
 * contradict, since another program changed them, there is a conflict. Result: did anything change that is shown?
 */
bool up_model_observe(struct up_model *model, const struct up_observation *seen);

/* ---- what is so --------------------------------------------------------------------------------------------------- */

/* There are changes that are not stored. */
bool up_model_is_edited(const struct up_model *model);

/* The driver answers and obeys a list. */
bool up_model_is_running(const struct up_model *model);

/* The driver runs, and what it has in force is not what is edited. */
bool up_model_is_unapplied(const struct up_model *model);

/* What programs have: the driver's ports when it runs, or else the stored list. */
void up_model_in_force(const struct up_model *model, struct up_portset *ports);

/* Commands that would do something now. Bits. */
#define UP_CAN_EDIT      0x0001u /* add, defaults */
#define UP_CAN_STICKY    0x0002u
#define UP_CAN_REMOVE    0x0004u
#define UP_CAN_UNDO      0x0008u
#define UP_CAN_START     0x0010u
#define UP_CAN_STOP      0x0020u
#define UP_CAN_APPLY     0x0040u
#define UP_CAN_TEST      0x0080u
#define UP_CAN_INSTALL   0x0100u
#define UP_CAN_UNINSTALL 0x0200u
#define UP_CAN_ELEVATE   0x0400u
#define UP_CAN_SCOPE     0x0800u
uint32_t up_model_commands(const struct up_model *model);

/* ---- what the user does ------------------------------------------------------------------------------------------- */

/*
 * Reads the field: ports that are not in the edited list yet count as new. false: *error, and message says what is wrong with
 * what. message is "" on success.
 */
bool up_model_parse(const char *text, struct up_portset *ports, struct up_portlist_error *error, char *message,
                    size_t size);

/* Each is one change that can be undone; what changes nothing leaves the last undo as it is, and gives false. */
bool up_model_add(struct up_model *model, const struct up_portset *ports);
bool up_model_remove(struct up_model *model); /* what is selected */
bool up_model_defaults(struct up_model *model);
bool up_model_set_scope(struct up_model *model, uint32_t scope);
bool up_model_set_sticky(struct up_model *model, uint32_t sticky);

/* Takes the last change back, and the second time makes it again. */
bool up_model_undo(struct up_model *model);

void up_model_select(struct up_model *model, const struct up_portset *ports);

/* The conflict's two ways out: the edits stay and will be stored over the others' change; or they are dropped. */
void up_model_keep_edits(struct up_model *model);
void up_model_drop_edits(struct up_model *model);

/* ---- when to search for holders -------------------------------------------------------------------------------------- */

/* What was known at the last search. All 0: there was none. */
struct up_search {
    bool is_stopping;
    uint32_t asked, at;
};

/*
 * A search for the programs that hold the device takes long, and looks suspicious to security software: it is due when a stop
 * begins to wait, when the user has asked once more, and else each half minute while it waits. asked: how often the user has;
 * now: milliseconds, which may wrap. true: search now; it counts as done.
 */
bool up_model_search_is_due(struct up_search *search, bool is_stopping, uint32_t asked, uint32_t now);

/* ---- storing ------------------------------------------------------------------------------------------------------ */

/* For up_store_change: stores wanted, if the settings are still those that were seen. */
struct up_model_write {
    struct up_choice expected;
    uint32_t expected_problems;
    bool is_first; /* nothing was installed when they were seen: any settings may be there now */
    struct up_choice wanted;
    bool was_changed; /* result: they are not; nothing was stored */
};
void up_model_prepare_write(const struct up_model *model, struct up_model_write *write);
bool up_model_write(struct up_settings *policy, void *write, struct up_error_detail *problem);

/* ---- the list ----------------------------------------------------------------------------------------------------- */

/* A row: granted ports in a run that belong to one device (or to none that is known) and are alike in force or not. */
struct up_model_row {
    struct up_port_range range;
    const struct up_known_ports *known; /* may be NULL */
    bool is_in_force;
};

/* The first row at or after port from (0 to 65536), as up_portset_next. in_force: of up_model_in_force. */
bool up_model_next_row(const struct up_model *model, const struct up_portset *in_force, uint32_t from,
                       struct up_model_row *row);

enum up_column { UP_COLUMN_PORTS, UP_COLUMN_WHAT, UP_COLUMN_STATE, UP_COLUMN_HAZARD, UP_COLUMN_COUNT };
void up_model_row_text(const struct up_model *model, const struct up_model_row *row, enum up_column column, char *out,
                       size_t size);

/* ---- sentences; all are NUL-terminated and cut to size ---------------------------------------------------------------- */

/* "UserPort is running" */
void up_model_headline(const struct up_model *model, char *out, size_t size);

/* What follows from it, a line for each thing: how many ports, to whom, what is not applied yet, what is wrong. */
void up_model_details(const struct up_model *model, char *out, size_t size);

/* Why there is no choice of the programs that have the ports; "" where there is. */
void up_model_scope_note(const struct up_model *model, char *out, size_t size);

/* "Undo: add 42-43, 61", for the menu. */
void up_model_undo_label(const struct up_model *model, char *out, size_t size);

/*
 * After install, uninstall, or a start that installed: what was done, a line for each step, and what could not be found.
 * Result: did a step fail?
 */
bool up_model_report_text(enum up_work work, const struct up_install_report *report, char *out, size_t size);

/* Start, with no driver to install: where it was looked for and what to do. */
void up_model_no_driver_text(const struct up_model *model, char *out, size_t size);

/* ---- questions: true: ask it ------------------------------------------------------------------------------------------ */

/* Are there ports in ports that can do harm and are not granted yet? Names ports, device and what can happen. */
bool up_model_hazard_question(const struct up_model *model, const struct up_portset *ports, char *out, size_t size);

/*
 * Does text, from which ports were read, name a printer port in decimal, 888, and is that port not granted yet? Says what is
 * meant, most likely.
 */
bool up_model_decimal_question(const struct up_model *model, const char *text, const struct up_portset *ports,
                               char *out, size_t size);

/* The same of a base address to be tested, granted or not. */
bool up_model_decimal_base_question(const char *text, char *out, size_t size);

/* An install that was not done: does it want a yes? */
bool up_model_install_question(const struct up_install_report *report, const struct up_error_detail *problem, char *out,
                               size_t size);

/* "classic" opens much; its warning. */
void up_model_classic_question(const struct up_model *model, char *out, size_t size);

bool up_model_conflict_question(const struct up_model *model, char *out, size_t size);
bool up_model_close_question(const struct up_model *model, char *out, size_t size);

/* ---- the tests ---------------------------------------------------------------------------------------------------- */

/*
 * The choice of a printer port: "LPT1", or a base address. false: message says what is expected. name: "LPT1", "port E010".
 */
#define UP_PRINTER_NAME_MAX 16u
bool up_model_parse_printer(const char *text, uint16_t *base, char name[UP_PRINTER_NAME_MAX], char *message,
                            size_t size);

/* "Test LPT1"; for the button "Test LPT&1", as the printer port is chosen. */
#define UP_TEST_NAME_MAX 40u
void up_model_test_label(const char *printer, char label[UP_TEST_NAME_MAX]);

enum up_test_answer {
    UP_TEST_GO,    /* the ports are open */
    UP_TEST_ASK,   /* they can be opened: text is the question */
    UP_TEST_CANNOT /* they cannot, by this user or now: text says why */
};
enum up_test_answer up_model_test_question(const struct up_model *model, const char *test,
                                           const struct up_portset *ports, char *out, size_t size);

#endif
