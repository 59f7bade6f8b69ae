/* SPDX-License-Identifier: MIT
 *
 * Shows the model in the main window: its controls and the picture. window.c says when.
 */
#ifndef UP_GUI_VIEW_H
#define UP_GUI_VIEW_H

#include <windows.h>

#include "layout.h"
#include "model.h"
#include "portmap.h"

/* The parts that have to be shown again. */
#define UP_SHOW_PORT      0x01u /* the text about the port that is pointed at */
#define UP_SHOW_SELECTION 0x02u /* the selection, and what can be done with it */
#define UP_SHOW_PRINTER   0x04u /* the choice of a printer port */
#define UP_SHOW_ALL       0x0Fu

#define UP_PRINTER_TEXT_MAX 64u /* of the choice of a printer port */

struct up_view {
    HWND window;
    struct up_portmap map;
    struct up_layout layout;
    unsigned to_show; /* UP_SHOW_... */
    /* The program is setting controls, whose notifications do not count. */
    bool is_syncing;
    bool is_field_ours; /* the field has what the picture put there */
};

/* Fills the controls, and gives the window its first size. */
void up_view_init(struct up_view *view, HWND window);

/* Shows what has to be shown. The selection of the model is limited to the rows that are left. */
void up_view_show(struct up_view *view, struct up_model *model);

/*
 * Handle a selection of ports in the list, or in the picture: the model gets it, and the other one
 * of the two shows it.
 */
void up_view_list_selected(struct up_view *view, struct up_model *model);
void up_view_picture_selected(struct up_view *view, struct up_model *model);

/* Gets the printer port that is chosen: "LPT1", or what may be a base address. */
void up_view_printer(const struct up_view *view, char text[UP_PRINTER_TEXT_MAX]);

/* Leaves of a card that was chosen the base address in its field, which has no room for more. */
void up_view_keep_base(const struct up_view *view);

/* Discards what was begun in the field and the picture. */
void up_view_escape(struct up_view *view, struct up_model *model);

/* Shows an error of the field: the message below it, and the place of the error selected in it. */
void up_view_field_error(struct up_view *view, const char *message,
                         const struct up_portlist_error *error);

/*
 * Give a control the focus: in any case; or only if nothing or the list has it, which gets it from
 * a button that is disabled.
 */
void up_view_focus(const struct up_view *view, int id);
void up_view_offer_focus(const struct up_view *view, int id);

#endif
