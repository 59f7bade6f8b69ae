/* SPDX-License-Identifier: MIT
 *
 * The files of recordings (file.h): their buffers.
 */
#include "file.h"

#include <stdlib.h>
#include <string.h>

#include "words.h"

static char *copy_of(const char *path)
{
    const size_t size = strlen(path) + 1u;
    char *copy = malloc(size);

    return copy != NULL ? memcpy(copy, path, size) : NULL;
}

/* ---- written --------------------------------------------------------------------------------- */

bool up_out_file_open(struct up_out_file *out, const char *path, struct up_error_detail *problem)
{
    uint32_t code = 0;

    out->code = 0;
    out->length = 0;
    out->has_given = false;
    out->path = copy_of(path);
    if (out->path == NULL) {
        up_error_detail_set(problem, 0, "Close other programs.", "there is not enough memory");
        return false;
    }
    if (!up_raw_open(path, true, &out->file, &code)) {
        up_error_detail_set(problem, code, "Give the name of a file that you may write.",
                            "cannot write %s", path);
        free(out->path);
        return false;
    }
    return true;
}

bool up_out_file_flush(struct up_out_file *out)
{
    if (out->code == 0 && out->length > 0) {
        out->has_given = true;
        (void)up_raw_write(out->file, out->buffer, out->length, &out->code);
    }
    out->length = 0;
    return out->code == 0;
}

void up_out_file_bytes(struct up_out_file *out, const char *bytes, size_t length)
{
    while (length > 0) {
        const size_t room = sizeof out->buffer - out->length;
        const size_t part = length < room ? length : room;

        memcpy(out->buffer + out->length, bytes, part);
        out->length += part;
        bytes += part;
        length -= part;
        if (out->length == sizeof out->buffer) {
            (void)up_out_file_flush(out);
        }
    }
}

void up_out_file_text(struct up_out_file *out, const char *text)
{
    up_out_file_bytes(out, text, strlen(text));
}

void up_out_file_char(struct up_out_file *out, char c)
{
    up_out_file_bytes(out, &c, 1);
}

void up_out_file_decimal(struct up_out_file *out, uint64_t value)
{
    struct up_writer writer;
    char text[24];

    up_writer_init(&writer, text, sizeof text);
    up_words_decimal(&writer, value);
    up_out_file_text(out, text);
}

void up_out_file_hex(struct up_out_file *out, uint64_t value, unsigned digits)
{
    struct up_writer writer;
    char text[24];

    up_writer_init(&writer, text, sizeof text);
    up_words_hex(&writer, value, digits);
    up_out_file_text(out, text);
}

bool up_out_file_restart(struct up_out_file *out)
{
    out->length = 0;
    if (out->code == 0 && out->has_given) {
        out->has_given = false;
        (void)up_raw_empty(out->file, &out->code);
    }
    return out->code == 0;
}

bool up_out_file_rewrite(struct up_out_file *out, const char *bytes, size_t length)
{
    if (up_out_file_flush(out) && up_raw_seek(out->file, false, &out->code) &&
        up_raw_write(out->file, bytes, length, &out->code)) {
        (void)up_raw_seek(out->file, true, &out->code);
    }
    return out->code == 0;
}

bool up_out_file_close(struct up_out_file *out, struct up_error_detail *problem)
{
    uint32_t code = 0;

    (void)up_out_file_flush(out);
    if (!up_raw_close(out->file, &code) && out->code == 0) {
        out->code = code;
    }
    if (out->code != 0) {
        up_error_detail_set(problem, out->code, "What was written before is still in the file.",
                            "cannot write all of %s", out->path);
    }
    free(out->path);
    return out->code == 0;
}

/* ---- read ------------------------------------------------------------------------------------ */

bool up_in_file_open(struct up_in_file *in, const char *path, struct up_error_detail *problem)
{
    uint32_t code = 0;

    in->code = 0;
    in->line = 1;
    in->length = in->next = 0;
    in->is_at_end = false;
    in->path = copy_of(path);
    if (in->path == NULL) {
        up_error_detail_set(problem, 0, "Close other programs.", "there is not enough memory");
        return false;
    }
    if (!up_raw_open(path, false, &in->file, &code)) {
        up_error_detail_set(problem, code, "Give the name of a file that you may read.",
                            "cannot read %s", path);
        free(in->path);
        return false;
    }
    return true;
}

int up_in_file_peek(struct up_in_file *in)
{
    if (in->next == in->length && !in->is_at_end) {
        in->next = in->length = 0;
        if (!up_raw_read(in->file, in->buffer, sizeof in->buffer, &in->length, &in->code)) {
            in->length = 0;
        }
        in->is_at_end = in->length == 0;
    }
    return in->next < in->length ? (unsigned char)in->buffer[in->next] : -1;
}

int up_in_file_byte(struct up_in_file *in)
{
    const int byte = up_in_file_peek(in);

    if (byte >= 0) {
        in->next++;
        in->line += byte == '\n';
    }
    return byte;
}

void up_in_file_close(struct up_in_file *in)
{
    uint32_t code;

    (void)up_raw_close(in->file, &code);
    free(in->path);
}
