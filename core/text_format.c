/* SPDX-License-Identifier: MIT
 *
 * The functions of text.h that need a C library.
 */
#include <stdio.h>

#include "text.h"

void up_writer_format_list(struct up_writer *writer, const char *format, va_list arguments)
{
    const size_t room = writer->length < writer->size ? writer->size - writer->length : 0;
    char *const end = room > 0 ? writer->out + writer->length : NULL;
    const int length = vsnprintf(end, room, format, arguments);

    if (length < 0) {
        return;
    }
    if (room > 0 && (size_t)length >= room) {
        end[up_utf8_whole(end, room - 1u)] = '\0';
    }
    writer->length += (size_t)length;
}

void up_writer_format(struct up_writer *writer, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    up_writer_format_list(writer, format, arguments);
    va_end(arguments);
}
