/* SPDX-License-Identifier: MIT
 *
 * What UserPort.exe asks of Windows beyond NT 4.0, found at run time and done without where it is not there; and texts, which
 * are UTF-8 inside and UTF-16 for Windows.
 */
#ifndef UP_GUI_DESKTOP_H
#define UP_GUI_DESKTOP_H

#include <stdbool.h>
#include <stddef.h>

#include <windows.h>

#include "control/error_detail.h"

/* The first call: dots per inch of the screen; with a window: of the screen that it is on, where the system tells. */
unsigned up_desktop_dpi(HWND window);

/* The font of messages for so many dots per inch, which the caller deletes. */
HFONT up_desktop_message_font(unsigned dpi, bool is_bold);

/* Do people need strong contrast: is it set, or are windows dark? Then only the system's colours are used. */
bool up_desktop_has_contrast(void);

/* A window's size for a client area of that size, with a menu. */
SIZE up_desktop_window_size(HWND window, int width, int height, unsigned dpi);

/* Puts a dialog over the middle of its owner. */
void up_desktop_center(HWND dialog);

/* NT's version: 4, 5, 6, 10. */
unsigned up_desktop_version(void);

/* UTF-16 of UTF-8, cut to count characters with the final 0; LF becomes CR LF if is_edit. Result: out. */
wchar_t *up_to_wide(const char *text, wchar_t *out, size_t count);
wchar_t *up_to_wide_lines(const char *text, wchar_t *out, size_t count);

/* UTF-8 of UTF-16, cut to size bytes at a whole character. Result: out. */
char *up_to_utf8(const wchar_t *text, char *out, size_t size);

/* Sets a window's text, if it is another: screen readers speak each change. */
void up_set_text(HWND window, const char *text);
void up_get_text(HWND window, char *out, size_t size);

/* A message box of the program's; flags: MB_... Result: ID... */
int up_message(HWND owner, const char *text, UINT flags);

/* Says why something could not be done, and what to do. */
void up_message_problem(HWND owner, const struct up_error_detail *problem);

#endif
