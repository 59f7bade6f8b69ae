/* SPDX-License-Identifier: MIT
 *
 * A file that a simulated device writes. See output.h.
 */
#include "output.h"

bool up_device_output_open(struct up_device_output *output, const char *path, up_device_note *note,
                           void *context, struct up_error_detail *problem)
{
    output->note = note;
    output->context = context;
    output->has_failed = false;
    return up_out_file_open(&output->file, path, problem);
}

/* Says the first failure. */
static void look(struct up_device_output *output)
{
    struct up_error_detail problem;

    if (output->file.code == 0 || output->has_failed) {
        return;
    }
    output->has_failed = true;
    if (output->note != NULL) {
        up_error_detail_set(&problem, output->file.code, NULL, "cannot write %s",
                            output->file.path);
        output->note(output->context, problem.text);
    }
}

void up_device_output_write(struct up_device_output *output, const void *bytes, size_t length)
{
    up_out_file_bytes(&output->file, bytes, length);
    look(output);
}

void up_device_output_rewrite(struct up_device_output *output, const void *bytes, size_t length)
{
    (void)up_out_file_rewrite(&output->file, bytes, length);
    look(output);
}

void up_device_output_flush(struct up_device_output *output)
{
    (void)up_out_file_flush(&output->file);
    look(output);
}

bool up_device_output_close(struct up_device_output *output, struct up_error_detail *problem)
{
    return up_out_file_close(&output->file, problem);
}
