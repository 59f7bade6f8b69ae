/* SPDX-License-Identifier: MIT
 *
 * The list of granted ports: rows of the model in a list view.
 */
#ifndef UP_GUI_LIST_H
#define UP_GUI_LIST_H

#include "model.h"
#include "desktop.h"

/* Columns and styles; columns' widths for the list's width and font. */
void up_list_init(HWND list);
void up_list_widths(HWND list);

/* The model's rows, if they differ from what is shown. Selected rows stay so. */
void up_list_show(HWND list, const struct up_model *model);

/* The ports of the selected rows. */
void up_list_selected(HWND list, struct up_portset *ports);

/* Selects nothing. */
void up_list_clear_selection(HWND list);

#endif
