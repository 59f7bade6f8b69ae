/* SPDX-License-Identifier: MIT
 *
 * The state and the decisions of UserPort.exe: the stored settings, the edited ones, the driver,
 * the selection; which buttons work, and every sentence and question. Pure C without OS headers:
 * the window shows what the model says, and passes on what the user does. model.c decides,
 * model_text.c and model_ask.c word it.
 */
#ifndef UP_GUI_MODEL_H
#define UP_GUI_MODEL_H

#include <stddef.h>

#include "control/control.h"
#include "setup/install.h"
#include "control/settings_store.h"
#include "core/known_ports.h"
#include "core/portlist.h"

/* The part of the settings that can be edited. */
struct up_choice {
    struct up_portset ports;
    uint32_t scope;  /* UP_SCOPE_... */
    uint32_t sticky; /* 0 or 1 */
};

/* An observation of the system. monitor.c makes one each second, and when the settings change. */
struct up_observation {
    bool has_settings; /* they could be read; if not, see settings_problem */
    struct up_stored_settings settings;
    struct up_error_detail settings_problem;
    struct up_driver_status driver;
    /* While a stop waits: what the last search found. Otherwise is_known is false. */
    struct up_holders holders;
    struct up_install_places places;
    /* The first of the places that has a driver for this Windows, or "". */
    char found[UP_PATH_MAX];
    /* Why found is empty; code 2: there is no file in any of the places. */
    struct up_error_detail not_found;
};

/* What runs in the background, one at a time. */
enum up_work {
    UP_WORK_NONE,
    UP_WORK_APPLY,
    UP_WORK_START,
    UP_WORK_STOP,
    UP_WORK_INSTALL,
    UP_WORK_UNINSTALL
};

#define UP_UNDO_TEXT_MAX 64u

struct up_model {
    bool is_administrator;
    bool can_elevate; /* the system can ask for an administrator */
    /* 32-bit Windows, where the driver controls which programs have the ports. */
    bool has_scope;
    enum up_work work;
    bool is_observed; /* seen is valid */
    struct up_observation seen;
    struct up_choice stored; /* as seen; the defaults while nothing is installed */
    struct up_choice edited;
    /* Another program has changed the stored settings while there were edits. */
    bool is_conflict;
    struct up_choice base; /* in a conflict: what was stored when the edits began */
    bool has_undo, is_redo;
    struct up_choice undo;
    char undo_text[UP_UNDO_TEXT_MAX]; /* for example "add 42-43, 61" */
    /* Selected in the list or the picture: the ports that Remove removes. */
    struct up_portset selected;
};

/* Initializes the model when the program starts. has_scope: Windows is a 32-bit one. */
void up_model_init(struct up_model *model, bool is_administrator, bool can_elevate, bool has_scope);

/*
 * Takes an observation of the system. Without edits the stored settings become the edited ones. If
 * there are edits, and another program has changed the stored settings, there is a conflict.
 * Result: has anything changed that is shown?
 */
bool up_model_observe(struct up_model *model, const struct up_observation *seen);

/* ---- the state ------------------------------------------------------------------------------- */

/* Are there changes that are not stored? */
bool up_model_is_edited(const struct up_model *model);

/* Does the driver answer, and is its list in force? */
bool up_model_is_running(const struct up_model *model);

/* Is the driver running with other settings than the edited ones? */
bool up_model_is_unapplied(const struct up_model *model);

/* The ports that programs have: the driver's if it is running, or else those of the stored list. */
void up_model_in_force(const struct up_model *model, struct up_portset *ports);

/* The commands that would do something now, as bits. */
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

/* ---- what the user does ---------------------------------------------------------------------- */

/*
 * Reads the field. ports receives those that are not in the edited list yet. Result: false with
 * *error, and message says what is wrong with which part. message is "" on success.
 */
bool up_model_parse(const char *text, struct up_portset *ports, struct up_portlist_error *error,
                    char *message, size_t size);

/*
 * Each of these makes one change that can be undone. Result: false if it changes nothing; then the
 * last undo stays.
 */
bool up_model_add(struct up_model *model, const struct up_portset *ports);
bool up_model_remove(struct up_model *model); /* removes what is selected */
bool up_model_defaults(struct up_model *model);
bool up_model_set_scope(struct up_model *model, uint32_t scope);
bool up_model_set_sticky(struct up_model *model, uint32_t sticky);

/* Undoes the last change; the second call makes it again. */
bool up_model_undo(struct up_model *model);

void up_model_select(struct up_model *model, const struct up_portset *ports);

/*
 * The two ways to resolve a conflict: the edits stay and will be stored over the other program's
 * change, or they are dropped.
 */
void up_model_keep_edits(struct up_model *model);
void up_model_drop_edits(struct up_model *model);

/* ---- when to search for holders -------------------------------------------------------------- */

/* The state at the last search. All 0: there was none. */
struct up_search {
    bool is_stopping;
    uint32_t asked, at;
};

/*
 * Is a search for the programs that hold the device due? It takes long and looks suspicious to
 * security software. So it is due when a stop begins to wait, when the user asks again, and
 * otherwise every half minute while the stop waits.
 *
 * asked: how often the user has asked. now: in milliseconds, may wrap. Result: true if a search is
 * due; it then counts as done.
 */
bool up_model_search_is_due(struct up_search *search, bool is_stopping, uint32_t asked,
                            uint32_t now);

/* ---- storing --------------------------------------------------------------------------------- */

/*
 * The context of up_model_write, for up_store_change. It stores wanted if the settings are still
 * those that were seen.
 */
struct up_model_write {
    struct up_choice expected;
    uint32_t expected_problems;
    /* Nothing was installed when they were seen, so any settings are accepted. */
    bool is_first;
    struct up_choice wanted;
    bool was_changed; /* result: the settings differed; nothing was stored */
};
void up_model_prepare_write(const struct up_model *model, struct up_model_write *write);
bool up_model_write(struct up_settings *policy, void *write, struct up_error_detail *problem);

/* ---- the list -------------------------------------------------------------------------------- */

/*
 * A row: consecutive granted ports that belong to one device, or to no known device, and are all in
 * force or all not.
 */
struct up_model_row {
    struct up_port_range range;
    const struct up_known_ports *known; /* may be NULL */
    bool is_in_force;
};

/*
 * Finds the first row at or after port from (0 to 65536), like up_portset_next. in_force: of
 * up_model_in_force. Result: false if there is none.
 */
bool up_model_next_row(const struct up_model *model, const struct up_portset *in_force,
                       uint32_t from, struct up_model_row *row);

enum up_column {
    UP_COLUMN_PORTS,
    UP_COLUMN_WHAT,
    UP_COLUMN_STATE,
    UP_COLUMN_HAZARD,
    UP_COLUMN_COUNT
};
void up_model_row_text(const struct up_model *model, const struct up_model_row *row,
                       enum up_column column, char *out, size_t size);

/* ---- sentences, terminated by 0 and cut to size ---------------------------------------------- */

/* The headline, such as "UserPort is running". */
void up_model_headline(const struct up_model *model, char *out, size_t size);

/*
 * The details below the headline, one line each: how many ports, for whom, what is not applied yet,
 * what is wrong.
 */
void up_model_details(const struct up_model *model, char *out, size_t size);

/* Why there is no choice of the programs that have the ports; "" if there is. */
void up_model_scope_note(const struct up_model *model, char *out, size_t size);

/* The text of the menu: "Undo: add 42-43, 61". */
void up_model_undo_label(const struct up_model *model, char *out, size_t size);

/*
 * What an install, an uninstall, or a start that installed has done: one line for each step, and
 * what could not be found. Result: has a step failed?
 */
bool up_model_report_text(enum up_work work, const struct up_install_report *report, char *out,
                          size_t size);

/* What to say if Start finds no driver to install: where it was looked for, and what to do. */
void up_model_no_driver_text(const struct up_model *model, char *out, size_t size);

/* ---- questions; true: ask it ----------------------------------------------------------------- */

/*
 * Are there ports that can do harm and are not granted yet? The question names the ports, the
 * device and what can happen.
 */
bool up_model_hazard_question(const struct up_model *model, const struct up_portset *ports,
                              char *out, size_t size);

/*
 * Does text, from which ports were read, name a printer port in decimal (888), and is that port not
 * granted yet? The question says what is most likely meant.
 */
bool up_model_decimal_question(const struct up_model *model, const char *text,
                               const struct up_portset *ports, char *out, size_t size);

/* The same for a base address to be tested, whether it is granted or not. */
bool up_model_decimal_base_question(const char *text, char *out, size_t size);

/* Did an install do nothing because it needs an acceptance? */
bool up_model_install_question(const struct up_install_report *report,
                               const struct up_error_detail *problem, char *out, size_t size);

/* The warning about the preset "classic", which opens many ports. */
void up_model_classic_question(const struct up_model *model, char *out, size_t size);

/*
 * The question of whose settings count, in a conflict; and the question of whether to store the
 * edits before the window closes.
 */
bool up_model_conflict_question(const struct up_model *model, char *out, size_t size);
bool up_model_close_question(const struct up_model *model, char *out, size_t size);

/* ---- the tests ------------------------------------------------------------------------------- */

/*
 * Reads the choice of a printer port: "LPT1", or a base address. name: "LPT1", or "port E010".
 * Result: false if it is neither; message says what is expected.
 */
#define UP_PRINTER_NAME_MAX 16u
bool up_model_parse_printer(const char *text, uint16_t *base, char name[UP_PRINTER_NAME_MAX],
                            char *message, size_t size);

/*
 * Makes the label of the test button for the chosen printer port, such as "Test LPT&1". The name of
 * a test is the same without the "&".
 */
#define UP_TEST_NAME_MAX 40u
void up_model_test_label(const char *printer, char label[UP_TEST_NAME_MAX]);

enum up_test_answer {
    UP_TEST_GO,    /* the ports are open */
    UP_TEST_ASK,   /* they can be opened: text has the question */
    UP_TEST_CANNOT /* they cannot be, by this user or now: text says why */
};
enum up_test_answer up_model_test_question(const struct up_model *model, const char *test,
                                           const struct up_portset *ports, char *out, size_t size);

#endif
