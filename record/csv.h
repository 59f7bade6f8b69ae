/* SPDX-License-Identifier: MIT
 *
 * What the writer and the reader of .csv have in common: the headings, and the words for flags.
 */
#ifndef UP_RECORD_CSV_H
#define UP_RECORD_CSV_H

#include "record.h"

struct up_recording;
struct up_error_detail;

#define UP_CSV_FIELDS 11u
#define UP_CSV_FLAGS  3u

extern const char up_csv_headings[];
extern const char *const up_csv_flag_names[UP_CSV_FLAGS];
extern const uint8_t up_csv_flags[UP_CSV_FLAGS]; /* UP_RECORD_... of each */

/* As of struct up_format (formats.h). */
bool up_csv_open(struct up_recording *recording, struct up_record_info *info,
                 struct up_error_detail *problem);

#endif
