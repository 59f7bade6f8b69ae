/* SPDX-License-Identifier: MIT
 *
 * The words for what is in a recording. See words.h. Nothing here is printf's, because NT 4.0's C
 * library has no 64-bit numbers.
 */
#include "words.h"

#include "core/known_ports.h"

/* Writes digits, with a comma before each third one from the end if there shall be commas. */
static void write_digits(struct up_writer *writer, uint64_t number, unsigned base, unsigned digits,
                         bool has_commas)
{
    char text[24];
    unsigned count = 0;

    for (; count < sizeof text && (number != 0 || count < digits); number /= base) {
        text[count++] = "0123456789ABCDEF"[number % base];
    }
    while (count > 0) {
        up_writer_char(writer, text[--count]);
        if (has_commas && count > 0 && count % 3u == 0) {
            up_writer_char(writer, ',');
        }
    }
}

void up_words_decimal(struct up_writer *writer, uint64_t number)
{
    write_digits(writer, number, 10, 1, false);
}

void up_words_count(struct up_writer *writer, uint64_t number)
{
    write_digits(writer, number, 10, 1, true);
}

void up_words_hex(struct up_writer *writer, uint64_t number, unsigned digits)
{
    write_digits(writer, number, 16, digits, false);
}

void up_words_counted(struct up_writer *writer, uint64_t number, const char *one, const char *many)
{
    up_words_count(writer, number);
    up_writer_char(writer, ' ');
    up_writer_text(writer, number == 1 || many == NULL ? one : many);
    if (number != 1 && many == NULL) {
        up_writer_char(writer, 's');
    }
}

/* number / unit with that many digits behind the point, rounded. */
static void write_fraction(struct up_writer *writer, uint64_t number, uint64_t unit,
                           unsigned digits)
{
    uint64_t least = unit, whole;
    unsigned i;

    for (i = 0; i < digits; i++) {
        least /= 10u;
    }
    number = number < UINT64_MAX - least ? number + least / 2u : number;
    whole = number / unit;
    up_words_count(writer, whole);
    if (digits > 0) {
        up_writer_char(writer, '.');
        write_digits(writer, (number - whole * unit) / least, 10, digits, false);
    }
}

void up_words_duration(struct up_writer *writer, uint64_t ns)
{
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = {{" ns", 1}, {" us", 1000}, {" ms", 1000000}, {" s", 1000000000}};
    unsigned u = 0;

    /* from 999.5 of a unit on it is the next one */
    while (u < 3 && ns >= units[u + 1u].ns - units[u].ns / 2u) {
        u++;
    }
    write_fraction(writer, ns, units[u].ns,
                   u == 0 || ns >= units[u].ns * 100u - units[u].ns / 20u ? 0
                   : ns >= units[u].ns * 10u - units[u].ns / 200u         ? 1
                                                                          : 2);
    up_writer_text(writer, units[u].name);
}

void up_words_seconds(struct up_writer *writer, uint64_t ns, unsigned digits)
{
    uint64_t least = 1000000000u;
    unsigned i;

    up_words_decimal(writer, ns / 1000000000u);
    up_writer_char(writer, '.');
    for (i = 0; i < digits; i++) {
        least /= 10u;
    }
    write_digits(writer, ns % 1000000000u / least, 10, digits, false);
}

void up_words_port(struct up_writer *writer, uint16_t port, unsigned width)
{
    up_words_hex(writer, port, 1);
    up_writer_text(writer, width == 4 ? ".l" : width == 2 ? ".w" : "");
}

const char *up_words_name(uint16_t port)
{
    const struct up_known_ports *known = up_known_ports_at(port);

    return known != NULL && known->name != NULL ? known->name : "";
}

void up_words_place(struct up_writer *writer, const char *module, uint64_t offset, uint64_t address)
{
    if (module != NULL && module[0] != '\0') {
        for (; *module != '\0'; module++) {
            up_writer_char(writer, (uint8_t)*module < ' ' || *module == '\x7F' ? '?' : *module);
        }
        up_writer_char(writer, '+');
        up_words_hex(writer, offset, 1);
    } else if (address != 0) {
        up_words_hex(writer, address, 8);
    }
}

void up_words_denied(struct up_writer *writer, uint16_t port, unsigned width)
{
    up_words_hex(writer, port, 1);
    if (width > 1) {
        up_writer_text(writer, " to ");
        up_words_hex(writer, port + width - 1u, 1);
    }
    up_writer_text(writer, width > 1 ? " are not all granted" : " is not granted");
}

void up_words_pad(struct up_writer *writer, size_t begin, size_t length)
{
    while (writer->length - begin < length) {
        up_writer_char(writer, ' ');
    }
}
