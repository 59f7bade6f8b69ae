/* SPDX-License-Identifier: MIT
 *
 * Shows the granted ports: the rows of the model in a list view.
 */
#ifndef UP_GUI_LISTVIEW_H
#define UP_GUI_LISTVIEW_H

#include "model.h"
#include "desktop.h"

/* Gives a list view its columns, and the styles that the window's lists have. */
void up_list_columns(HWND list, const wchar_t *const *titles, int count);

/* Sets columns and styles; and the widths of the columns for the width and font of the list. */
void up_list_init(HWND list);
void up_list_widths(HWND list);

/* Shows the rows of the model if they differ from what is shown. Selected rows stay selected. */
void up_list_show(HWND list, const struct up_model *model);

/* The ports of the selected rows. */
void up_list_selected(HWND list, struct up_portset *ports);

/* Removes the selection. */
void up_list_clear_selection(HWND list);

#endif
