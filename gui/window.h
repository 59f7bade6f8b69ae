/* SPDX-License-Identifier: MIT
 *
 * The main window: what its files share. window.c passes messages on and shows the model, layout.c places the controls,
 * commands.c does what buttons and menus say, jobs.c what of it takes time, tests.c runs the two tests.
 */
#ifndef UP_GUI_WINDOW_H
#define UP_GUI_WINDOW_H

#include "model.h"
#include "portmap.h"
#include "resource.h"
#include "desktop.h"
#include "work.h"

/* A test that is waited with until its ports are open. */
enum up_test { UP_NO_TEST, UP_TEST_LPT, UP_TEST_SPEAKER };

struct up_window {
    HINSTANCE instance;
    HWND window;
    struct up_model model;
    struct up_portmap map;
    HFONT font, bold;
    unsigned dpi;
    bool is_syncing;      /* controls are being set by the program, and tell of it */
    bool is_field_ours;   /* the field has what the picture put there */
    struct up_job *ended; /* a job that has ended, until the next look at the system shows what it did */
    bool is_closing;      /* the window closes when the job has ended well */
    int focus_after;      /* the control that gets the focus when the job has ended, or 0 */
    enum up_test test;    /* runs when the job has ended well */
    uint16_t test_base;   /* of the printer port */
    const wchar_t *file;  /* to be installed at the start, or NULL */
};

HWND up_item(const struct up_window *self, int id);

/* Registers the classes and makes the window. NULL: the system's code says why. */
HWND up_window_open(struct up_window *self);

/* Shows the model: all that could have changed. */
void up_window_show(struct up_window *self);

/* ---- layout.c ---- */

/* Fonts and measures for the window's dots per inch. */
void up_layout_set_dpi(struct up_window *self, unsigned dpi);

/* Places every control. */
void up_layout_place(struct up_window *self);

/* The least size of the window, and the size with which it opens, with frame and menu. */
SIZE up_layout_minimum(struct up_window *self);
SIZE up_layout_first(struct up_window *self);

/* ---- commands.c ---- */

/* A command of a button, a menu or a key. false: not one of these. */
bool up_command(struct up_window *self, int id);

/* Would it do something now? command: UP_CAN_... */
bool up_command_can(const struct up_window *self, uint32_t command);

/* Adds ports to the list; asks if they can do harm. false: the user said no. */
bool up_command_add_ports(struct up_window *self, const struct up_portset *ports);

/* The menu of presets, below its button. */
void up_command_presets(struct up_window *self);

/* ---- jobs.c ---- */

/* Start, Stop, Apply, Install, Uninstall. false: not one of these. */
bool up_jobs_command(struct up_window *self, int id);

/* Installs a file and shows the report. */
void up_jobs_install(struct up_window *self, const wchar_t *file);

/* Stores the list, applies it or starts the driver, whichever is needed for it to be in force. */
void up_jobs_bring_into_force(struct up_window *self);

/* The job that has ended: says what went wrong, or goes on. */
void up_jobs_done(struct up_window *self);

/* The window is to close. true: it may, now. */
bool up_jobs_may_close(struct up_window *self);

/* ---- tests.c ---- */

/* Looks whether the ports are open, asks, and runs the test; or runs it later, by up_tests_go_on after the job. */
void up_tests_lpt(struct up_window *self);
void up_tests_speaker(struct up_window *self);
void up_tests_go_on(struct up_window *self);

/* "Test LPT1", as the printer port is chosen. */
void up_tests_name_button(struct up_window *self);

#endif
