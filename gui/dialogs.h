/* SPDX-License-Identifier: MIT
 *
 * The small dialogs over the main window: messages and questions, the menu of presets, the choice
 * of a driver or a program, and help.
 */
#ifndef UP_GUI_DIALOGS_H
#define UP_GUI_DIALOGS_H

#include <windows.h>

#include "session.h"

/*
 * Shows a message or asks a question (UP_NEXT_BOX). Result: the answer; it means nothing for a
 * message.
 */
enum up_answer up_dialogs_box(HWND owner, const struct up_next *next);

/*
 * Shows the menu of presets below its button. Result: the chosen command, IDM_PRESET_FIRST or
 * greater; 0: none.
 */
int up_dialogs_presets(HWND owner, HWND button);

/* The list of a preset's command, such as "lpt1 lpt1ecp". Result: NULL if id is another command. */
const char *up_dialogs_preset(int id);

/* Lets the user choose a driver to install. Result: false if none was chosen. */
bool up_dialogs_choose_driver(HWND owner, wchar_t file[UP_PATH_MAX]);

/*
 * Lets the user choose a program. file: the one to begin with, or "", and the result. Result: false
 * if none was chosen.
 */
bool up_dialogs_choose_program(HWND owner, const wchar_t *title, wchar_t file[UP_PATH_MAX]);

/*
 * Lets the user choose the name of a recording to be written. title: of the dialog. file: the name
 * to begin with, or "", and the result, with an ending. replaces: ask before a file that is there.
 * Result: false if none was chosen.
 */
bool up_dialogs_choose_recording(HWND owner, const wchar_t *title, bool replaces,
                                 wchar_t file[UP_PATH_MAX]);

/*
 * Shows the menu of simulated devices below its button. Result: the chosen one's number in
 * up_device_names; -1: none.
 */
int up_dialogs_devices(HWND owner, HWND button);

void up_dialogs_help(HWND owner);
void up_dialogs_about(HINSTANCE instance, HWND owner);

#endif
