/* SPDX-License-Identifier: MIT
 *
 * The words for what is in a recording, for people: times, numbers, ports and accesses. They go to
 * a writer (core/text.h).
 */
#ifndef UP_RECORD_WORDS_H
#define UP_RECORD_WORDS_H

#include "core/text.h"
#include "record.h"

/* A number in decimal, and one with commas: 1,204. */
void up_words_decimal(struct up_writer *writer, uint64_t number);
void up_words_count(struct up_writer *writer, uint64_t number);

/* A hexadecimal number of up to 64 bits with at least that many digits. */
void up_words_hex(struct up_writer *writer, uint64_t number, unsigned digits);

/*
 * A number with commas and what is counted: "1 access", "2,000 accesses". many: NULL: one and an s.
 */
void up_words_counted(struct up_writer *writer, uint64_t number, const char *one, const char *many);

/* A duration in ns with three digits and its unit: "48 us", "2.91 ms", "100 ms", "1.50 s". */
void up_words_duration(struct up_writer *writer, uint64_t ns);

/* A time in ns as seconds with that many digits, at most 9, behind the point: "0.100130". */
void up_words_seconds(struct up_writer *writer, uint64_t ns, unsigned digits);

/* A port as the command line takes it, with its width in bytes: "378", "1F0.w". */
void up_words_port(struct up_writer *writer, uint16_t port, unsigned width);

/* The list's name of what is known to be at the port: "lpt1"; "" if it has none. */
const char *up_words_name(uint16_t port);

/* Where the access was: "probe.exe+12AB", else its address; nothing if both are unknown. */
void up_words_place(struct up_writer *writer, const char *module, uint64_t offset,
                    uint64_t address);

/*
 * What a denied access lacked: "37A is not granted"; of several ports: "37A to 37B are not all
 * granted".
 */
void up_words_denied(struct up_writer *writer, uint16_t port, unsigned width);

/* Writes blanks up to that length of what the writer has since its text was begin bytes long. */
void up_words_pad(struct up_writer *writer, size_t begin, size_t length);

#endif
