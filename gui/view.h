/* SPDX-License-Identifier: MIT
 *
 * What the main window shows: its controls and the picture, as the model has it. window.c says when.
 */
#ifndef UP_GUI_VIEW_H
#define UP_GUI_VIEW_H

#include <windows.h>

#include "layout.h"
#include "model.h"
#include "portmap.h"

/* What has to be shown anew. */
#define UP_SHOW_PORT      0x01u /* the words about the port that is pointed at */
#define UP_SHOW_SELECTION 0x02u /* what is selected, and what can be done with it */
#define UP_SHOW_PRINTER   0x04u /* the choice of a printer port */
#define UP_SHOW_ALL       0x0Fu

#define UP_PRINTER_TEXT_MAX 64u /* of the choice of a printer port */

struct up_view {
    HWND window;
    struct up_portmap map;
    struct up_layout layout;
    unsigned to_show;   /* UP_SHOW_... */
    bool is_syncing;    /* controls are being set by the program, and tell of it */
    bool is_field_ours; /* the field has what the picture put there */
};

/* Fills the controls, and gives the window its first size. */
void up_view_init(struct up_view *view, HWND window);

/* Shows what has to be shown. What is selected in the model goes by the rows that are left. */
void up_view_show(struct up_view *view, struct up_model *model);

/* Ports were selected in the list, or in the picture: the model hears of it, and the other one of the two. */
void up_view_list_selected(struct up_view *view, struct up_model *model);
void up_view_picture_selected(struct up_view *view, struct up_model *model);

/* Gives up what was begun in the field and the picture. */
void up_view_escape(struct up_view *view, struct up_model *model);

/* The field shows what is wrong: the message below it, the place selected in it. */
void up_view_field_error(struct up_view *view, const char *message, const struct up_portlist_error *error);

/* Gives a control the focus; or only if nobody has it but the list, to which it goes from a button that is disabled. */
void up_view_focus(const struct up_view *view, int id);
void up_view_offer_focus(const struct up_view *view, int id);

#endif
