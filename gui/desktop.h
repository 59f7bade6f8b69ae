/* SPDX-License-Identifier: MIT
 *
 * The functions of Windows beyond NT 4.0 that UserPort.exe uses, which are found at run time and
 * optional; and the conversion of texts, which are UTF-8 inside and UTF-16 for Windows.
 */
#ifndef UP_GUI_DESKTOP_H
#define UP_GUI_DESKTOP_H

#include <stdbool.h>
#include <stddef.h>

#include <windows.h>

#include "control/error_detail.h"

/*
 * The dots per inch of the screen on which the window is, if the system tells, or of the main
 * screen if window is NULL. It has to be the first call.
 */
unsigned up_desktop_dpi(HWND window);

/* The font of messages for the given dots per inch. The caller deletes it. */
HFONT up_desktop_message_font(unsigned dpi, bool is_bold);

/* Is high contrast set, or are windows dark? Then only the system's colours are used. */
bool up_desktop_has_contrast(void);

/* The size of a window with a menu for a client area of the given size. */
SIZE up_desktop_window_size(HWND window, int width, int height, unsigned dpi);

/* Puts a dialog over the middle of its owner. */
void up_desktop_center(HWND dialog);

/* The major version of NT: 4, 5, 6 or 10. */
unsigned up_desktop_version(void);

/*
 * Convert UTF-8 to UTF-16, cut to count characters with the terminating 0. The second one also
 * converts LF to CR LF, for edit controls. Result: out.
 */
wchar_t *up_to_wide(const char *text, wchar_t *out, size_t count);
wchar_t *up_to_wide_lines(const char *text, wchar_t *out, size_t count);

/* Converts UTF-16 to UTF-8, cut between characters to size bytes. Result: out. */
char *up_to_utf8(const wchar_t *text, char *out, size_t size);

/* Sets the text of a window if it differs, since screen readers speak each change. */
void up_set_text(HWND window, const char *text);
void up_get_text(HWND window, char *out, size_t size);

/* Selects the part of a field's text that is wrong. text: the whole, offset and length in bytes. */
void up_select_part(HWND field, const char *text, size_t offset, size_t length);

/* Shows a message box with the title of the program. flags: MB_... Result: ID... */
int up_message(HWND owner, const char *text, UINT flags);

/* Shows why something could not be done, and what to do. */
void up_message_problem(HWND owner, const struct up_error_detail *problem);

#endif
