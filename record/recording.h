/* SPDX-License-Identifier: MIT
 *
 * Recordings as files. The format is that of the name's ending: .vcd (GTKWave, PulseView), .csv,
 * and .svg, a picture. The first two keep every record whole, and can be read again.
 */
#ifndef UP_RECORD_RECORDING_H
#define UP_RECORD_RECORDING_H

#include "record.h"

/*
 * Creates the file path, UTF-8, which is replaced if it is there, and the sink that writes it.
 * Result: NULL with *problem, also for an ending that is none of the formats.
 */
struct up_sink *up_recording_create(const char *path, const struct up_record_info *info,
                                    struct up_error_detail *problem);

/* Is the ending of path that of a format? Of one that can be read? */
bool up_recording_is_name(const char *path);
bool up_recording_can_read(const char *path);

/*
 * An open recording. up_recording_open reads what it says of itself into *info, and
 * up_recording_read passes everything that it has on to a sink, which is not closed; *end becomes
 * the time of its end. One that was cut off in its middle is read as far as it goes, with
 * *is_cut. Result: NULL, or false, with *problem.
 */
struct up_recording;
struct up_recording *up_recording_open(const char *path, struct up_record_info *info,
                                       struct up_error_detail *problem);
bool up_recording_read(struct up_recording *recording, struct up_sink *sink, uint64_t *end,
                       bool *is_cut, struct up_error_detail *problem);

/* Is path the same file, whatever its name? Whoever writes path then would lose the recording. */
bool up_recording_is_file(const struct up_recording *recording, const char *path);

/* For replays: the next record. Result: false at the end, or for what is not valid. */
bool up_recording_next(struct up_recording *recording, struct up_record *record);
void up_recording_close(struct up_recording *recording);

#endif
