/* SPDX-License-Identifier: MIT
 *
 * The dialog that runs a test of the printer port or the speaker, and shows its progress and its
 * result.
 */
#ifndef UP_GUI_TESTDIALOG_H
#define UP_GUI_TESTDIALOG_H

#include <stdbool.h>
#include <stdint.h>

#include <windows.h>

/*
 * Runs the test and returns when the user has closed the dialog. name: such as "Test LPT1". base:
 * the base address of the printer port.
 */
void up_testdialog_run(HINSTANCE instance, HWND owner, const char *name, bool is_speaker,
                       uint16_t base);

#endif
