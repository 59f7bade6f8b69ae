/* SPDX-License-Identifier: MIT
 *
 * The files of recordings: written and read byte by byte through a buffer, by their names in UTF-8,
 * with the system's own code for what fails. The first failure stays, and nothing is written or
 * read after it. file_windows.c and file_posix.c have what is the system's.
 */
#ifndef UP_RECORD_FILE_H
#define UP_RECORD_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control/error_detail.h"

#define UP_FILE_BUFFER 0x8000u

/* A file that is written. */
struct up_out_file {
    intptr_t file;
    char *path;
    uint32_t code;  /* of the first failure; 0: none */
    size_t length;  /* of what is in the buffer */
    bool has_given; /* the system has something of it */
    char buffer[UP_FILE_BUFFER];
};

/*
 * Creates the file, or empties the one that is there. Others may read it meanwhile. Result: false
 * with *problem.
 */
bool up_out_file_open(struct up_out_file *out, const char *path, struct up_error_detail *problem);

/* Write bytes, a text, a character, a number. Failures are kept for up_out_file_close. */
void up_out_file_bytes(struct up_out_file *out, const char *bytes, size_t length);
void up_out_file_text(struct up_out_file *out, const char *text);
void up_out_file_char(struct up_out_file *out, char c);
void up_out_file_decimal(struct up_out_file *out, uint64_t value);
/* With upper-case letters and at least that many digits. */
void up_out_file_hex(struct up_out_file *out, uint64_t value, unsigned digits);

/* Gives the system what is in the buffer. Result: false if anything failed so far. */
bool up_out_file_flush(struct up_out_file *out);

/* Empties the file again: what was written before is gone. Result: as of up_out_file_flush. */
bool up_out_file_restart(struct up_out_file *out);

/*
 * Writes over what the file begins with, and then again behind its end: for a header with sizes.
 * Result: as of up_out_file_flush.
 */
bool up_out_file_rewrite(struct up_out_file *out, const char *bytes, size_t length);

/* Flushes and closes the file. Result: false with *problem, which may be NULL. */
bool up_out_file_close(struct up_out_file *out, struct up_error_detail *problem);

/* A file that is read. */
struct up_in_file {
    intptr_t file;
    char *path;
    uint32_t code;       /* of the first failure; 0: none */
    uint64_t line;       /* of the byte that comes next, from 1 on */
    size_t length, next; /* of what is in the buffer, and of it that was taken */
    bool is_at_end;
    char buffer[UP_FILE_BUFFER];
};

/* Opens a file. Result: false with *problem. */
bool up_in_file_open(struct up_in_file *in, const char *path, struct up_error_detail *problem);

/* The next byte, which is taken, or only looked at. Result: -1: there is none, or in->code. */
int up_in_file_byte(struct up_in_file *in);
int up_in_file_peek(struct up_in_file *in);

void up_in_file_close(struct up_in_file *in);

/* ---- the system's ---------------------------------------------------------------------------- */

/*
 * Each returns false with the system's code in *code. A directory cannot be opened. up_raw_read
 * sets *length to 0 at the end; up_raw_empty cuts the file to nothing, if it is one of a disk.
 */
bool up_raw_open(const char *path, bool is_written, intptr_t *file, uint32_t *code);
bool up_raw_write(intptr_t file, const char *bytes, size_t length, uint32_t *code);
bool up_raw_read(intptr_t file, char *bytes, size_t size, size_t *length, uint32_t *code);
bool up_raw_empty(intptr_t file, uint32_t *code);
bool up_raw_seek(intptr_t file, bool to_end, uint32_t *code); /* or to the beginning */
bool up_raw_is_file(intptr_t file, const char *path);         /* are they the same? */
bool up_raw_close(intptr_t file, uint32_t *code);

#endif
