/* SPDX-License-Identifier: MIT
 *
 * printf's formatting for places without a C library: %s %c %d %i %u %x %X %p %l %ll %z, width,
 * precision, zero and left padding, *. It serves the test machine's kernel and its fake msvcrt.dll.
 */
#ifndef MACHINE_FORMAT_H
#define MACHINE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* As vsnprintf. */
int format_text(char *out, size_t size, const char *format, va_list args);

#endif
