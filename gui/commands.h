/* SPDX-License-Identifier: MIT
 *
 * The user's changes of the list and of who may use it. Pure C.
 */
#ifndef UP_GUI_COMMANDS_H
#define UP_GUI_COMMANDS_H

#include "session.h"

/*
 * Runs Remove, Defaults, Undo, or a choice of who may use the ports. Result: false if id is another
 * command.
 */
bool up_command(struct up_session *session, int id);

/*
 * Adds the ports that the text of the field names. is_from_picture: the picture has put the text
 * there, not the user.
 */
void up_command_add_text(struct up_session *session, const char *text, bool is_from_picture);

/* Adds a preset, which is given as a list, such as "lpt1 lpt1ecp". */
void up_command_add_preset(struct up_session *session, const char *list);

/* Adds ports, after a question if they can do harm. Then calls after, which may be NULL. */
void up_command_add_ports(struct up_session *session, const struct up_portset *ports,
                          void (*after)(struct up_session *session, bool was_added));

#endif
