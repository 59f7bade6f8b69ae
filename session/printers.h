/* SPDX-License-Identifier: MIT
 *
 * Which of a program's ports are printer ports, whose lines have names in its recording.
 */
#ifndef UP_SESSION_PRINTERS_H
#define UP_SESSION_PRINTERS_H

#include "core/portset.h"
#include "core/routes.h"
#include "record/record.h"

/*
 * Finds simulated ones, and LPT1 to LPT3 where they are granted, and puts them into *info. granted:
 * by the driver or the system; NULL: not known.
 */
void up_session_find_printers(const struct up_routes *routes, const struct up_portset *granted,
                              struct up_record_info *info);

#endif
