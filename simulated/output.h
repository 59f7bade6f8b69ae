/* SPDX-License-Identifier: MIT
 *
 * A file that a simulated device writes. The first failure ends the writing: the note gets it as
 * soon as it is known, since the program goes on, and up_device_output_close returns it.
 */
#ifndef UP_SIMULATED_OUTPUT_H
#define UP_SIMULATED_OUTPUT_H

#include "record/file.h"
#include "simulated.h"

struct up_device_output {
    struct up_out_file file;
    up_device_note *note; /* NULL: nobody listens */
    void *context;
    bool has_failed; /* and that was said */
};

/* Creates the file, or empties the one that is there. Result: false with *problem. */
bool up_device_output_open(struct up_device_output *output, const char *path, up_device_note *note,
                           void *context, struct up_error_detail *problem);

/* Writes bytes. They are in the file at the next flush. */
void up_device_output_write(struct up_device_output *output, const void *bytes, size_t length);

/* Writes over what the file begins with, and then again behind its end. */
void up_device_output_rewrite(struct up_device_output *output, const void *bytes, size_t length);

void up_device_output_flush(struct up_device_output *output);

/* Result: false with *problem if something could not be written. */
bool up_device_output_close(struct up_device_output *output, struct up_error_detail *problem);

#endif
