/* SPDX-License-Identifier: MIT
 *
 * The files of simulated devices: the C library's streams, opened by a name in UTF-8, and the
 * system's code for what went wrong. device_file_posix.c, device_file_windows.c.
 */
#ifndef UP_SIMULATED_DEVICE_FILE_H
#define UP_SIMULATED_DEVICE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "control/error_detail.h"

enum up_device_file_use {
    UP_DEVICE_FILE_READ,
    UP_DEVICE_FILE_CREATE /* it is replaced if it is there; others may read it meanwhile */
};

/* Opens the file for bytes. Result: NULL with *problem: "cannot create out.txt: ..." */
FILE *up_device_file_open(const char *path, enum up_device_file_use use,
                          struct up_error_detail *problem);

/* The system's code of the stream function that has just failed in this thread. Never 0. */
uint32_t up_device_file_code(void);

/* Opens it, as the system does. Result: NULL, and up_device_file_code says why. */
FILE *up_device_file_system_open(const char *path, enum up_device_file_use use);

/*
 * A file that a device writes. The first failure ends the writing, and is kept: note gets it at
 * once, since the program goes on, and up_device_output_close returns it.
 */
struct up_device_output {
    FILE *stream;
    const char *path; /* belongs to the caller */
    uint32_t code;    /* of the first failure; 0: there was none */
    void (*note)(void *context, const char *text);
    void *context;
};

/* Result: false with *problem. */
bool up_device_output_open(struct up_device_output *output, const char *path,
                           void (*note)(void *context, const char *text), void *context,
                           struct up_error_detail *problem);
void up_device_output_write(struct up_device_output *output, const void *bytes, size_t length);
/* Writes over what is at the beginning of the file; the next write goes to its end again. */
void up_device_output_rewrite(struct up_device_output *output, const void *bytes, size_t length);
void up_device_output_flush(struct up_device_output *output);
/* Result: false with *problem if something could not be written. */
bool up_device_output_close(struct up_device_output *output, struct up_error_detail *problem);

#endif
