/* SPDX-License-Identifier: MIT
 *
 * The parts of the model's sentences that model_text.c and model_ask.c share.
 */
#ifndef UP_GUI_MODEL_TEXT_H
#define UP_GUI_MODEL_TEXT_H

#include "core/text.h"
#include "model.h"

/* Adds "42-43, 61", or "1200 ports" if the list is too long for a sentence. */
void up_text_add_ports(struct up_writer *text, const struct up_portset *ports);

/* The headline, such as "UserPort is running". */
const char *up_model_headline_of(const struct up_model *model);

/* Adds the differences: "adds 42-43, 61; removes 278-27F; every program". */
void up_text_add_differences(struct up_writer *text, const struct up_choice *from,
                             const struct up_choice *to);

#endif
