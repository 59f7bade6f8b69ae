/* SPDX-License-Identifier: MIT
 *
 * What simulated devices do with their files on every system. See device_file.h.
 */
#include "device_file.h"

FILE *up_device_file_open(const char *path, enum up_device_file_use use,
                          struct up_error_detail *problem)
{
    FILE *stream = up_device_file_system_open(path, use);

    if (stream == NULL) {
        up_error_detail_set(problem, up_device_file_code(), NULL, "cannot %s %s",
                            use == UP_DEVICE_FILE_CREATE ? "create" : "open", path);
    }
    return stream;
}

static void say_failure(const struct up_device_output *output, struct up_error_detail *problem)
{
    up_error_detail_set(problem, output->code, NULL, "cannot write %s", output->path);
}

static void fail(struct up_device_output *output)
{
    struct up_error_detail problem;

    output->code = up_device_file_code();
    if (output->note != NULL) {
        say_failure(output, &problem);
        output->note(output->context, problem.text);
    }
}

bool up_device_output_open(struct up_device_output *output, const char *path,
                           void (*note)(void *context, const char *text), void *context,
                           struct up_error_detail *problem)
{
    *output = (struct up_device_output){.path = path, .note = note, .context = context};
    output->stream = up_device_file_open(path, UP_DEVICE_FILE_CREATE, problem);
    return output->stream != NULL;
}

void up_device_output_write(struct up_device_output *output, const void *bytes, size_t length)
{
    if (output->code == 0 && fwrite(bytes, 1, length, output->stream) != length) {
        fail(output);
    }
}

void up_device_output_rewrite(struct up_device_output *output, const void *bytes, size_t length)
{
    if (output->code == 0 && (fseek(output->stream, 0, SEEK_SET) != 0 ||
                              fwrite(bytes, 1, length, output->stream) != length ||
                              fseek(output->stream, 0, SEEK_END) != 0)) {
        fail(output);
    }
}

void up_device_output_flush(struct up_device_output *output)
{
    if (output->code == 0 && fflush(output->stream) != 0) {
        fail(output);
    }
}

bool up_device_output_close(struct up_device_output *output, struct up_error_detail *problem)
{
    /* The caller gets what fails from here on. */
    output->note = NULL;
    up_device_output_flush(output);
    if (fclose(output->stream) != 0 && output->code == 0) {
        fail(output);
    }
    if (output->code != 0) {
        say_failure(output, problem);
    }
    return output->code == 0;
}
