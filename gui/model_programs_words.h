/* SPDX-License-Identifier: MIT
 *
 * Parts of sentences about routes, which the table of the programs and the dialog of one program
 * have in common.
 */
#ifndef UP_GUI_MODEL_PROGRAMS_WORDS_H
#define UP_GUI_MODEL_PROGRAMS_WORDS_H

#include "core/portset.h"
#include "core/routes.h"
#include "core/text.h"

/* Adds "378-37F" or "378". */
void up_page_add_range(struct up_writer *text, uint16_t first, uint16_t last);

/* Adds where a route goes: "D100-D107", "nowhere", "printer:out.txt". */
void up_page_add_target(struct up_writer *text, const struct up_routes *routes,
                        const struct up_route *route);

/* Adds which targets are not granted, if any, after what stands between it and the text so far. */
void up_page_add_denied(struct up_writer *text, const char *between, const struct up_routes *routes,
                        const struct up_portset *granted);

#endif
