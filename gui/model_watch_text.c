/* SPDX-License-Identifier: MIT
 *
 * The words of the window of a watched program (model_watch.h).
 */
#include "model_watch.h"

#include "control/programs.h"
#include "core/known_ports.h"
#include "core/text.h"
#include "record/words.h"

static void add_value(struct up_writer *text, const char *name, const struct up_wave *wave,
                      unsigned offset)
{
    up_writer_text(text, name);
    if ((wave->known >> offset & 1u) != 0) {
        up_writer_hex(text, wave->values[offset], 2);
    } else {
        up_writer_text(text, "--");
    }
}

void up_watching_headline(const struct up_watching *watching, char *out, size_t size)
{
    struct up_writer text;
    uint64_t now;
    const struct up_wave *wave = up_watching_wave(watching, &now);

    up_writer_init(&text, out, size);
    if (wave != NULL) {
        up_writer_text(&text, "Printer port at ");
        up_writer_hex(&text, wave->base, 1);
        add_value(&text, ":   data ", wave, UP_LINES_DATA);
        add_value(&text, "   status ", wave, UP_LINES_STATUS);
        add_value(&text, "   control ", wave, UP_LINES_CONTROL);
        if (watching->is_paused) {
            up_writer_text(&text, "   (paused)");
        } else {
            up_writer_text(&text, "   ");
            up_words_count(&text, up_watching_rate(watching, &wave->rate));
            up_writer_text(&text, " accesses a second");
        }
    }
}

static void add_name(struct up_writer *text, const struct up_watching *watching, uint16_t port)
{
    static const char *const registers[] = {"data", "status", "control"};
    const struct up_known_ports *known = up_known_ports_at(port);

    for (uint32_t i = 0; i < watching->wave_count; i++) {
        const uint32_t offset = (uint32_t)port - watching->waves[i].base;

        if (offset <= UP_LINES_CONTROL) {
            up_writer_format(text, "%s: %s", known != NULL ? known->what : "printer port",
                             registers[offset]);
            return;
        }
    }
    up_writer_text(text, known != NULL ? known->what : "");
}

void up_watching_cell(const struct up_watching *watching, uint32_t row,
                      enum up_watching_column column, char *out, size_t size)
{
    const struct up_watching_port *port = &watching->ports[row];
    struct up_writer text;

    up_writer_init(&text, out, size);
    switch (column) {
    case UP_WATCHING_PORT:
        up_writer_hex(&text, port->port, 1);
        break;
    case UP_WATCHING_NAME:
        add_name(&text, watching, port->port);
        break;
    case UP_WATCHING_READ:
        if (port->width_read > 0) {
            up_writer_hex(&text, port->value_read, 2u * port->width_read);
        }
        break;
    case UP_WATCHING_WRITTEN:
        if (port->width_written > 0) {
            up_writer_hex(&text, port->value_written, 2u * port->width_written);
        }
        break;
    case UP_WATCHING_RATE:
        up_words_count(&text, up_watching_rate(watching, &port->rate));
        break;
    case UP_WATCHING_TOTAL:
        up_words_count(&text, port->total);
        break;
    default:
        up_words_count(&text, port->denied);
        break;
    }
}

static void add_accesses(struct up_writer *text, uint64_t number)
{
    up_words_counted(text, number, "access", "accesses");
}

static void add_total(struct up_writer *text, const struct up_watching *watching)
{
    add_accesses(text, watching->total);
    if (watching->denied > 0) {
        up_writer_text(text, ", of which ");
        up_words_count(text, watching->denied);
        up_writer_text(text, watching->denied == 1 ? " was denied" : " were denied");
    }
}

static void add_end(struct up_writer *text, const struct up_watching *watching)
{
    up_writer_text(text, "The program has ended with exit status ");
    if (watching->exit_code >= 0x80000000u) { /* an exception's code */
        up_writer_hex(text, watching->exit_code, 8);
    } else {
        up_words_decimal(text, watching->exit_code);
    }
    if (watching->total == 0) {
        up_writer_text(text, ". It has not used any port.");
    } else {
        up_writer_text(text, ", after ");
        add_total(text, watching);
        up_writer_char(text, '.');
    }
}

static void add_missing(struct up_writer *text, const struct up_watching *watching)
{
    if (watching->lost > 0) {
        up_writer_char(text, ' ');
        add_accesses(text, watching->lost);
        up_writer_text(text, watching->lost == 1
                                 ? " came faster than it could be written, and is missing."
                                 : " came faster than they could be written, and are missing.");
    }
    if (watching->others > 0) {
        up_writer_format(text, " The table has the first %u ports; ", UP_WATCHING_PORTS);
        add_accesses(text, watching->others);
        up_writer_text(text, watching->others == 1 ? " was to another." : " were to others.");
    }
    if (watching->state == UP_WATCHING_ENDED && !watching->is_over &&
        watching->problem[0] == '\0') {
        up_writer_text(text, " The recording was cut off.");
    }
    if (watching->problem[0] != '\0') {
        up_writer_char(text, ' ');
        up_writer_text(text, watching->problem);
    }
}

void up_watching_text(const struct up_watching *watching, char *out, size_t size)
{
    struct up_writer text;

    up_writer_init(&text, out, size);
    if (watching->state == UP_WATCHING_FAILED) {
        up_writer_text(&text, watching->problem);
        return;
    }
    if (watching->state == UP_WATCHING_ENDED) {
        add_end(&text, watching);
    } else if (watching->total == 0) {
        up_writer_text(&text, "The program has not used any port yet.");
    } else {
        up_writer_text(&text, "The program is running: ");
        add_total(&text, watching);
        up_writer_char(&text, '.');
    }
    add_missing(&text, watching);
}

void up_watching_title(const char *path, char *out, size_t size)
{
    struct up_writer text;

    up_writer_init(&text, out, size);
    up_writer_format(&text, "UserPort: watching %s", up_program_file_name(path));
}
