/* SPDX-License-Identifier: MIT
 *
 * The picture of a printer port as a logic analyser shows it: the bytes that the printer took, the
 * lines of the connector (lines.h), and each access as a tick.
 */
#include <stdio.h>
#include <string.h>

#include "lines.h"
#include "svg.h"
#include "words.h"

#define ROW   25.0
#define HIGH  5.0 /* where in a row the levels are */
#define LOW   20.0
#define GAP   11.0 /* between two groups of lines */
#define INIT  0x04u
#define READY (INIT | 0x08u) /* nINIT high, nSELECTIN low: the printer listens */

/* ---- collected ------------------------------------------------------------------------------- */

/* Do they say the same, but for the time? */
static bool is_same_read(const struct up_svg_access *one, const struct up_svg_access *other)
{
    return !one->is_write && !other->is_write && one->row == other->row &&
           one->value == other->value && one->width == other->width &&
           one->is_denied == other->is_denied;
}

void up_svg_collect(struct up_svg_accesses *accesses, const struct up_svg_access *access)
{
    struct up_svg_access *end = accesses->list + accesses->count;

    accesses->all++;
    accesses->last = access->time;
    if (!accesses->is_full && accesses->count >= 2 && is_same_read(&end[-1], access) &&
        is_same_read(&end[-2], access)) {
        end[-1].time = access->time;
        accesses->kept++;
        return;
    }
    accesses->is_full = accesses->is_full || accesses->count == UP_SVG_ACCESSES;
    if (!accesses->is_full) {
        *end = *access;
        accesses->count++;
        accesses->kept++;
    }
}

static void take_control(struct up_svg_printer *printer, uint64_t time, uint8_t value)
{
    const bool is_strobe = (value & 1u) != 0, is_reset = (value & INIT) == 0;

    if (is_strobe && !printer->is_strobe && (value & READY) == READY) {
        if (printer->bytes < UP_SVG_BYTES) {
            printer->byte[printer->bytes].time = time;
            printer->byte[printer->bytes].value = printer->data;
        }
        printer->bytes++;
    }
    printer->is_strobe = is_strobe;
    if (is_reset && !printer->is_reset) {
        printer->since = time;
    } else if (!is_reset && printer->is_reset) {
        if (printer->pulses < UP_SVG_PULSES) {
            printer->pulse[printer->pulses].time = printer->since;
            printer->pulse[printer->pulses].duration = time - printer->since;
        }
        printer->pulses++;
    }
    printer->is_reset = is_reset;
}

void up_svg_printer_take(struct up_svg_printer *printer, const struct up_record *record)
{
    const bool is_write = (record->flags & UP_RECORD_WRITE) != 0;
    const bool is_denied = (record->flags & UP_RECORD_DENIED) != 0;
    unsigned i;

    for (i = 0; i < record->width && i < 4; i++) {
        const uint32_t offset = (uint32_t)record->port + i - printer->base;
        const uint8_t value = (uint8_t)(record->value >> 8u * i);

        if (offset > UP_LINES_CONTROL) {
            continue;
        }
        /* the byte after the last one that is drawn */
        if (is_write && !is_denied && offset == UP_LINES_DATA && printer->bytes >= UP_SVG_BYTES) {
            printer->accesses.is_full = true;
        }
        up_svg_collect(&printer->accesses, &(struct up_svg_access){.time = record->time,
                                                                   .value = value,
                                                                   .row = (uint16_t)offset,
                                                                   .width = 1,
                                                                   .is_write = is_write,
                                                                   .is_denied = is_denied});
        if (is_write && !is_denied && offset == UP_LINES_DATA) {
            printer->data = value;
        } else if (is_write && !is_denied && offset == UP_LINES_CONTROL) {
            take_control(printer, record->time, value);
        }
    }
}

/* ---- drawn ----------------------------------------------------------------------------------- */

struct picture {
    struct up_out_file *out;
    const struct up_svg_printer *printer;
    struct up_svg_axis axis;
    double right;
    double bytes, bus, line[UP_LINES], ticks, bottom; /* the y of the rows */
};

/* In this order: the data lines, those of the handshake, the others. */
static const uint8_t order[UP_LINES] = {
    UP_LINE_D0,        UP_LINE_D0 + 1,    UP_LINE_D0 + 2, UP_LINE_D0 + 3, UP_LINE_D0 + 4,
    UP_LINE_D0 + 5,    UP_LINE_D0 + 6,    UP_LINE_D7,     UP_LINE_STROBE, UP_LINE_BUSY,
    UP_LINE_ACK,       UP_LINE_PAPER_END, UP_LINE_SELECT, UP_LINE_ERROR,  UP_LINE_INIT,
    UP_LINE_SELECT_IN, UP_LINE_AUTOFEED};

static void lay_out(struct picture *picture, double y)
{
    unsigned i;

    picture->bytes = y + 34;
    picture->bus = picture->bytes + 28;
    y = picture->bus + ROW + 6;
    for (i = 0; i < UP_LINES; i++) {
        if (order[i] == UP_LINE_STROBE || order[i] == UP_LINE_INIT) {
            y += GAP;
        }
        picture->line[order[i]] = y;
        y += ROW;
    }
    picture->ticks = y + GAP;
    picture->bottom = picture->ticks + 34;
}

/* What an access tells of the lines; 0: nothing. */
static uint32_t tells(struct up_line_levels *levels, const struct up_svg_access *access)
{
    const struct up_record record = {.port = access->row,
                                     .width = 1,
                                     .value = access->value,
                                     .flags =
                                         (uint8_t)((access->is_write ? UP_RECORD_WRITE : 0u) |
                                                   (access->is_denied ? UP_RECORD_DENIED : 0u))};

    return up_lines_take(levels, 0, &record);
}

static void write_points(struct picture *picture, unsigned line, const char *kind)
{
    const struct up_svg_accesses *accesses = &picture->printer->accesses;
    struct up_svg_point points[2u * UP_SVG_ACCESSES + 2u];
    struct up_line_levels levels = {0, 0};
    unsigned count = 0;
    uint32_t i;

    for (i = 0; i < accesses->count; i++) {
        if ((tells(&levels, &accesses->list[i]) >> line & 1u) != 0) {
            const double x = up_svg_x(&picture->axis, accesses->list[i].time);
            const double y = picture->line[line] + ((levels.high >> line & 1u) != 0 ? HIGH : LOW);

            if (count > 0 && points[count - 1u].y != y) {
                points[count] = (struct up_svg_point){x, points[count - 1u].y};
                count++;
            }
            if (count == 0 || points[count - 1u].y != y) {
                points[count++] = (struct up_svg_point){x, y};
            }
        }
    }
    points[count] = (struct up_svg_point){picture->right, points[count - 1u].y};
    up_svg_path(picture->out, points, count + 1u, kind, false);
}

/* A line of the connector: dashes before it is known, shades where one that is active low is low,
   round marks where it was read. */
static void draw_line(struct picture *picture, unsigned line)
{
    const struct up_svg_accesses *accesses = &picture->printer->accesses;
    const bool is_status = up_lines[line].offset == UP_LINES_STATUS;
    const double y = picture->line[line];
    struct up_line_levels levels = {0, 0};
    double first = picture->right, low = -1;
    uint32_t i;

    for (i = 0; i < accesses->count; i++) {
        const double x = up_svg_x(&picture->axis, accesses->list[i].time);
        bool is_high;

        if ((tells(&levels, &accesses->list[i]) >> line & 1u) == 0) {
            continue;
        }
        is_high = (levels.high >> line & 1u) != 0;
        first = x < first ? x : first;
        if (up_lines[line].name[0] == 'n' && !is_high && low < 0) {
            low = x;
        } else if (is_high && low >= 0) {
            up_svg_rect(picture->out, low, y + HIGH, x - low, LOW - HIGH, "low", "");
            low = -1;
        }
    }
    if (low >= 0) {
        up_svg_rect(picture->out, low, y + HIGH, picture->right - low, LOW - HIGH, "low", "");
    }
    up_svg_line(picture->out, UP_SVG_LEFT, y + (HIGH + LOW) / 2, first, y + (HIGH + LOW) / 2,
                "unknown line dash", "");
    if ((levels.known >> line & 1u) != 0) {
        write_points(picture, line, is_status ? "weak line" : "strong line");
    }
    levels = (struct up_line_levels){0, 0};
    for (i = 0; is_status && i < accesses->count; i++) {
        if ((tells(&levels, &accesses->list[i]) >> line & 1u) != 0) {
            up_svg_print(picture->out,
                         "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.1\" class=\"mark\"/>\n",
                         up_svg_x(&picture->axis, accesses->list[i].time),
                         y + ((levels.high >> line & 1u) != 0 ? HIGH : LOW));
        }
    }
}

/* The data lines together: a shape for each value, with the value where there is room. */
static void draw_value(struct picture *picture, double x, double end, uint8_t value)
{
    const double top = picture->bus + 3, bottom = picture->bus + ROW - 3;
    const double middle = (top + bottom) / 2, slope = end - x < 8 ? (end - x) / 2 : 4;
    const struct up_svg_point points[] = {{x, middle},           {x + slope, top},
                                          {end - slope, top},    {end, middle},
                                          {end - slope, bottom}, {x + slope, bottom}};
    char text[8];

    up_svg_path(picture->out, points, 6, "strong thin bus", true);
    if (end - x >= 24) {
        (void)snprintf(text, sizeof text, "%02X", (unsigned)value);
        up_svg_text(picture->out, (x + end) / 2, middle + 4, text, "ink", 11, UP_SVG_MIDDLE);
    }
}

static void draw_bus(struct picture *picture)
{
    const struct up_svg_accesses *accesses = &picture->printer->accesses;
    struct up_line_levels levels = {0, 0};
    double begin = UP_SVG_LEFT;
    bool is_known = false;
    uint8_t value = 0;
    uint32_t i;

    for (i = 0; i < accesses->count; i++) {
        const double x = up_svg_x(&picture->axis, accesses->list[i].time);

        if ((tells(&levels, &accesses->list[i]) & UP_LINES_DATA_MASK) == 0 ||
            (is_known && up_lines_data(&levels) == value)) {
            continue;
        }
        if (is_known) {
            draw_value(picture, begin, x, value);
        } else {
            up_svg_line(picture->out, begin, picture->bus + ROW / 2, x, picture->bus + ROW / 2,
                        "unknown line dash", "");
        }
        value = up_lines_data(&levels);
        begin = x;
        is_known = true;
    }
    if (is_known) {
        draw_value(picture, begin, picture->right, value);
    } else {
        up_svg_line(picture->out, begin, picture->bus + ROW / 2, picture->right,
                    picture->bus + ROW / 2, "unknown line dash", "");
    }
}

/* How a byte is written: its character, or the short name of one that cannot be seen. */
static void byte_name(uint8_t value, char text[8])
{
    static const struct {
        uint8_t value;
        char name[4];
    } names[] = {{'\r', "CR"}, {'\n', "LF"}, {' ', "SP"}, {'\t', "TAB"}, {'\f', "FF"}};
    size_t i;

    (void)snprintf(text, 8, value > ' ' && value < 0x7F ? "%c" : "%02X", value);
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].value == value) {
            (void)snprintf(text, 8, "%s", names[i].name);
        }
    }
}

static void draw_bytes(struct picture *picture)
{
    const struct up_svg_printer *printer = picture->printer;
    char text[8];
    uint64_t i;

    for (i = 0; i < printer->bytes && i < UP_SVG_BYTES; i++) {
        const double x = up_svg_x(&picture->axis, printer->byte[i].time);
        double half;

        if (printer->byte[i].time > printer->accesses.list[printer->accesses.count - 1u].time) {
            break; /* the list was full before */
        }
        byte_name(printer->byte[i].value, text);
        half = 5 + 4.5 * (double)strlen(text);
        up_svg_line(picture->out, x, picture->bytes + 22, x, picture->line[UP_LINE_STROBE] + LOW,
                    "weak thin dash", "");
        up_svg_rect(picture->out, x - half, picture->bytes, 2 * half, 22, "tag", " rx=\"4\"");
        up_svg_text(picture->out, x, picture->bytes + 16, text, "on-tag bold", 14, UP_SVG_MIDDLE);
    }
}

static void draw_ticks(struct picture *picture)
{
    const struct up_svg_accesses *accesses = &picture->printer->accesses;
    const double y = picture->ticks + 8;
    uint32_t i;

    up_svg_text(picture->out, 20, y - 4, "write", "ink bold", 11, UP_SVG_START);
    up_svg_text(picture->out, 20, y + 12, "read", "ink bold", 11, UP_SVG_START);
    up_svg_line(picture->out, UP_SVG_LEFT, y, picture->right, y, "axis thin", "");
    for (i = 0; i < accesses->count; i++) {
        const double x = up_svg_x(&picture->axis, accesses->list[i].time);
        const double end = accesses->list[i].is_write ? y - 12 : y + 12;

        up_svg_line(picture->out, x, y, x, end,
                    accesses->list[i].is_denied ? "weak dash" : "strong", "");
    }
}

static void draw_names(struct picture *picture)
{
    char text[16];
    unsigned i;

    up_svg_text(picture->out, 20, picture->bytes + 16, "printer takes", "ink bold", 11,
                UP_SVG_START);
    up_svg_text(picture->out, 20, picture->bus + 17, "D7-D0", "ink bold", 11, UP_SVG_START);
    up_svg_text(picture->out, UP_SVG_LEFT - 12, picture->bus + 17, "hex", "soft", 10, UP_SVG_END);
    for (i = 0; i < UP_LINES; i++) {
        up_svg_text(picture->out, 20, picture->line[i] + 17, up_lines[i].name, "ink bold", 11,
                    UP_SVG_START);
        (void)snprintf(text, sizeof text, "pin %u", (unsigned)up_lines[i].pin);
        up_svg_text(picture->out, UP_SVG_LEFT - 12, picture->line[i] + 17, text, "soft", 10,
                    UP_SVG_END);
    }
}

static void draw_facts(struct picture *picture, double y)
{
    const struct up_svg_printer *printer = picture->printer;
    struct up_writer writer;
    char text[UP_SVG_TEXT];
    uint64_t i;

    up_writer_init(&writer, text, sizeof text);
    up_writer_text(&writer, "Printer port ");
    up_words_hex(&writer, printer->base, 1);
    up_writer_text(&writer, ": ");
    up_words_counted(&writer, printer->accesses.all, "access", "accesses");
    if (printer->bytes > 0) {
        up_writer_text(&writer, ";  ");
        up_words_counted(&writer, printer->bytes, "byte", NULL);
        up_writer_text(&writer, " strobed into the printer");
    }
    if (printer->bytes > UP_SVG_BYTES) {
        up_writer_text(&writer, ", the first ");
        up_words_decimal(&writer, UP_SVG_BYTES);
        up_writer_text(&writer, " in detail");
    }
    for (i = 0; i < printer->pulses && i < UP_SVG_PULSES; i++) {
        up_writer_text(&writer, i == 0 ? ";  nINIT low for " : ", ");
        up_words_duration(&writer, printer->pulse[i].duration);
    }
    up_writer_text(&writer, printer->pulses > UP_SVG_PULSES ? " ..." : "");
    up_writer_text(&writer, printer->pulses > 0 ? ": the printer resets" : "");
    up_svg_text(picture->out, 20, y + 18, text, "ink bold", 12, UP_SVG_START);
}

static void draw_rest(struct picture *picture)
{
    const struct up_svg_printer *printer = picture->printer;
    const struct up_svg_accesses *accesses = &printer->accesses;

    if (accesses->kept == accesses->all) {
        return;
    }
    if (printer->bytes > UP_SVG_BYTES) {
        up_svg_draw_rest(picture->out, &picture->axis, picture->bytes - 4, picture->bottom,
                         accesses, printer->bytes - UP_SVG_BYTES, "bytes");
    } else {
        up_svg_draw_rest(picture->out, &picture->axis, picture->bytes - 4, picture->bottom,
                         accesses, accesses->all - accesses->kept, "accesses");
    }
}

int up_svg_draw_printer(struct up_out_file *out, const struct up_svg_printer *printer, int y)
{
    static const char *const legend[] = {
        "Levels are those on the connector: a line with n is active while low (shaded). Dotted: "
        "not "
        "known yet. Grey bands: time cut out, with its length.",
        "Round marks: the program has read it; between them the line is as last seen. Many reads "
        "of "
        "the same value are drawn as two. Dotted ticks: denied.",
    };
    struct picture picture = {.out = out, .printer = printer};
    unsigned i;

    lay_out(&picture, y);
    if (out == NULL) {
        return (int)picture.bottom + 86 - y;
    }
    picture.right = UP_SVG_WIDTH - UP_SVG_RIGHT -
                    (printer->accesses.kept < printer->accesses.all ? UP_SVG_CUT : 0);
    up_svg_axis_init(&picture.axis, &printer->accesses, picture.right);
    draw_facts(&picture, y);
    up_svg_draw_axis(out, &picture.axis, picture.bytes - 4, picture.bottom);
    draw_names(&picture);
    draw_bus(&picture);
    for (i = 0; i < UP_LINES; i++) {
        draw_line(&picture, i);
    }
    draw_bytes(&picture);
    draw_ticks(&picture);
    up_svg_draw_cuts(out, &picture.axis, picture.bytes - 4, picture.bottom);
    draw_rest(&picture);
    for (i = 0; i < 2; i++) {
        up_svg_text(out, 20, picture.bottom + 52 + 17 * i, legend[i], "soft", 11, UP_SVG_START);
    }
    return (int)picture.bottom + 86 - y;
}
