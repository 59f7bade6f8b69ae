/* SPDX-License-Identifier: MIT
 *
 * printf's formatting: see format.h.
 */
#include "format.h"

#include <stdbool.h>

struct sink {
    char *out;
    size_t size;
    size_t length;
};

static void put(struct sink *sink, char c)
{
    if (sink->length + 1 < sink->size) {
        sink->out[sink->length] = c;
    }
    sink->length++;
}

struct spec {
    bool left, zero, precise;
    int width, precision;
    int longs;
};

static void put_padded(struct sink *sink, const struct spec *spec, const char *prefix,
                       const char *text, int length)
{
    int prefix_length = *prefix != '\0';
    int pad = spec->width - length - prefix_length;

    if (!spec->left && !spec->zero) {
        for (; pad > 0; pad--) {
            put(sink, ' ');
        }
    }
    if (prefix_length) {
        put(sink, *prefix);
    }
    if (!spec->left && spec->zero) {
        for (; pad > 0; pad--) {
            put(sink, '0');
        }
    }
    for (; length > 0; length--) {
        put(sink, *text++);
    }
    for (; pad > 0; pad--) {
        put(sink, ' ');
    }
}

static void put_number(struct sink *sink, const struct spec *spec, unsigned long long value,
                       bool negative, unsigned base, bool upper)
{
    char text[72];
    char *at = text + sizeof text;
    const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    int length;

    do {
        *--at = digits[value % base];
        value /= base;
    } while (value != 0);
    length = (int)(text + sizeof text - at);
    while (spec->precise && length < spec->precision && length < 64) {
        *--at = '0';
        length++;
    }
    put_padded(sink, spec, negative ? "-" : "", at, length);
}

static unsigned long long fetch(va_list *args, int longs, bool is_signed)
{
    if (longs >= 2) {
        return va_arg(*args, unsigned long long);
    }
    return is_signed ? (unsigned long long)(long long)va_arg(*args, int) : va_arg(*args, unsigned);
}

static int number_of(const char **format, va_list *args)
{
    int n = 0;

    if (**format == '*') {
        (*format)++;
        return va_arg(*args, int);
    }
    while (**format >= '0' && **format <= '9') {
        n = n * 10 + *(*format)++ - '0';
    }
    return n;
}

static void convert(struct sink *sink, struct spec *spec, char conversion, va_list *args)
{
    const char *text;
    long long value;
    int length = 0;
    char c;

    switch (conversion) {
    case 'd':
    case 'i':
        value = (long long)fetch(args, spec->longs, true);
        put_number(sink, spec,
                   value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value, value < 0,
                   10, false);
        break;
    case 'u':
        put_number(sink, spec, fetch(args, spec->longs, false), false, 10, false);
        break;
    case 'x':
    case 'X':
        put_number(sink, spec, fetch(args, spec->longs, false), false, 16, conversion == 'X');
        break;
    case 'p':
        spec->zero = true;
        spec->width = 8;
        put_number(sink, spec, (size_t)va_arg(*args, void *), false, 16, true);
        break;
    case 'c':
        c = (char)va_arg(*args, int);
        spec->zero = false;
        put_padded(sink, spec, "", &c, 1);
        break;
    case 's':
        text = va_arg(*args, const char *);
        text = text != NULL ? text : "(null)";
        while ((!spec->precise || length < spec->precision) && text[length] != '\0') {
            length++;
        }
        spec->zero = false;
        put_padded(sink, spec, "", text, length);
        break;
    case '%':
        put(sink, '%');
        break;
    default: /* loud: the reader sees what was not understood */
        put(sink, '%');
        put(sink, '?');
        put(sink, conversion);
        break;
    }
}

int format_text(char *out, size_t size, const char *format, va_list args)
{
    struct sink sink = {out, size, 0};
    va_list list;

    va_copy(list, args);
    while (*format != '\0') {
        struct spec spec = {0};

        if (*format != '%') {
            put(&sink, *format++);
            continue;
        }
        format++;
        for (;
             *format == '-' || *format == '0' || *format == ' ' || *format == '#' || *format == '+';
             format++) {
            spec.left |= *format == '-';
            spec.zero |= *format == '0';
        }
        spec.width = number_of(&format, &list);
        if (*format == '.') {
            format++;
            spec.precise = true;
            spec.precision = number_of(&format, &list);
        }
        for (; *format == 'l' || *format == 'h' || *format == 'z'; format++) {
            spec.longs += *format == 'l';
        }
        if (*format == '\0') {
            break;
        }
        convert(&sink, &spec, *format++, &list);
    }
    va_end(list);
    if (size > 0) {
        out[sink.length < size ? sink.length : size - 1] = '\0';
    }
    return (int)sink.length;
}
