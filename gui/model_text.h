/* SPDX-License-Identifier: MIT
 *
 * How the sentences of the model are put together; between model_text.c and model_ask.c.
 */
#ifndef UP_GUI_MODEL_TEXT_H
#define UP_GUI_MODEL_TEXT_H

#include "model.h"

/* A text that grows in a buffer and is cut at the buffer's end. It is NUL-terminated at each moment, if size > 0. */
struct up_text {
    char *out;
    size_t size, length;
};

void up_text_begin(struct up_text *text, char *out, size_t size);
void up_text_add(struct up_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "42-43, 61", or "1200 ports" for what is too long for a sentence. */
void up_text_add_ports(struct up_text *text, const struct up_portset *ports);

/* "adds 42-43, 61; removes 278-27F; every program" */
void up_text_add_differences(struct up_text *text, const struct up_choice *from, const struct up_choice *to);

#endif
