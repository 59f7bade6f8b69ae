/* SPDX-License-Identifier: MIT
 *
 * What the user changes in the list and in who may use it. Pure C.
 */
#ifndef UP_GUI_COMMANDS_H
#define UP_GUI_COMMANDS_H

#include "session.h"

/* Remove, Defaults, Undo, and who may use the ports. false: it is another command. */
bool up_command(struct up_session *session, int id);

/* Adds what the field says. is_from_picture: the picture has put it there, and not the user. */
void up_command_add_text(struct up_session *session, const char *text, bool is_from_picture);

/* Adds a preset, which is given as a list: "lpt1 lpt1ecp". */
void up_command_add_preset(struct up_session *session, const char *list);

/* Adds ports; asks first if they can do harm. Then calls after, which may be NULL. */
void up_command_add_ports(struct up_session *session, const struct up_portset *ports,
                          void (*after)(struct up_session *session, bool was_added));

#endif
