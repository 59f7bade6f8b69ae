/* SPDX-License-Identifier: MIT
 *
 * The picture of any ports: a row for each, with the values that were read and written over time.
 */
#include <stdio.h>

#include "svg.h"
#include "words.h"

#define ROW 34.0

void up_svg_values_take(struct up_svg_values *values, const struct up_record *record)
{
    uint16_t row = 0;

    while (row < values->ports && values->port[row] != record->port) {
        row++;
    }
    if (row == values->ports && values->ports == UP_SVG_PORTS) {
        values->elsewhere++;
        return;
    }
    if (row == values->ports) {
        values->port[values->ports++] = record->port;
    }
    up_svg_collect(&values->accesses, &(struct up_svg_access){
                                          .time = record->time,
                                          .value = record->value,
                                          .row = row,
                                          .width = record->width,
                                          .is_write = (record->flags & UP_RECORD_WRITE) != 0,
                                          .is_denied = (record->flags & UP_RECORD_DENIED) != 0,
                                      });
}

/* How far the space to the right of an access goes: to the next one of its row, or to a cut. */
static double space_end(const struct up_svg_axis *axis, const struct up_svg_accesses *accesses,
                        uint32_t at)
{
    const struct up_svg_access *access = &accesses->list[at];
    uint32_t i = at + 1u, part = 0;
    double end;

    while (part + 1u < axis->parts && axis->part[part].last < access->time) {
        part++;
    }
    end = up_svg_x(axis, axis->part[part].last) + UP_SVG_PAD;
    end = part + 1u == axis->parts ? axis->right : end;
    while (i < accesses->count && accesses->list[i].row != access->row) {
        i++;
    }
    return i < accesses->count && up_svg_x(axis, accesses->list[i].time) < end
               ? up_svg_x(axis, accesses->list[i].time)
               : end;
}

/* A tick up for what was written, down for what was read, with the value where there is room. */
static void draw_access(struct up_out_file *out, const struct up_svg_axis *axis,
                        const struct up_svg_accesses *accesses, uint32_t at, double y)
{
    const struct up_svg_access *access = &accesses->list[at];
    const double x = up_svg_x(axis, access->time), room = space_end(axis, accesses, at) - x;
    const double end = access->is_write ? y - 13 : y + 13;
    struct up_writer writer;
    char text[24];

    up_svg_line(out, x, y, x, end, access->is_denied ? "weak dash" : "strong", "");
    up_writer_init(&writer, text, sizeof text);
    if (access->is_denied) {
        up_writer_text(&writer, "denied");
    } else {
        up_words_hex(&writer, access->value, 2u * access->width);
    }
    if (room >= 6.7 * (double)writer.length + 4) {
        up_svg_text(out, x + 3, access->is_write ? y - 4 : y + 13, text, "ink", 11, UP_SVG_START);
    }
}

static void draw_rows(struct up_out_file *out, const struct up_svg_axis *axis,
                      const struct up_svg_values *values, double y)
{
    struct up_writer writer;
    char text[16];
    uint32_t i;

    for (i = 0; i < values->ports; i++) {
        const double middle = y + ROW * i + ROW / 2;

        up_writer_init(&writer, text, sizeof text);
        up_words_hex(&writer, values->port[i], 1);
        up_svg_text(out, 20, middle + 4, text, "ink bold", 12, UP_SVG_START);
        up_svg_text(out, UP_SVG_LEFT - 12, middle + 4, up_words_name(values->port[i]), "soft", 11,
                    UP_SVG_END);
        up_svg_line(out, UP_SVG_LEFT, middle, axis->right, middle, "axis thin", "");
    }
    for (i = 0; i < values->accesses.count; i++) {
        draw_access(out, axis, &values->accesses, i,
                    y + ROW * values->accesses.list[i].row + ROW / 2);
    }
}

static void draw_legend(struct up_out_file *out, const struct up_svg_values *values, double y)
{
    struct up_writer writer;
    char text[UP_SVG_TEXT];

    up_svg_text(
        out, 20, y,
        "Above the line: written; below it: read. Many reads of the same value are drawn as "
        "two. Dotted: denied. Grey bands: time cut out, with its length.",
        "soft", 11, UP_SVG_START);
    if (values->elsewhere > 0) {
        up_writer_init(&writer, text, sizeof text);
        up_words_counted(&writer, values->elsewhere, "access to a further port is not drawn.",
                         "accesses to further ports are not drawn.");
        up_svg_text(out, 20, y + 17, text, "soft", 11, UP_SVG_START);
    }
}

int up_svg_draw_values(struct up_out_file *out, const struct up_svg_values *values, int y)
{
    const struct up_svg_accesses *accesses = &values->accesses;
    const bool has_rest = accesses->kept < accesses->all;
    const double top = y + 12, bottom = top + ROW * values->ports + 8;
    struct up_svg_axis axis;

    if (accesses->count == 0) {
        if (out != NULL) {
            up_svg_text(out, 20, y + 18, "There is no access in this recording.", "ink", 12,
                        UP_SVG_START);
        }
        return 40;
    }
    if (out != NULL) {
        up_svg_axis_init(&axis, accesses,
                         UP_SVG_WIDTH - UP_SVG_RIGHT - (has_rest ? UP_SVG_CUT : 0));
        up_svg_draw_axis(out, &axis, top, bottom);
        draw_rows(out, &axis, values, top + 4);
        up_svg_draw_cuts(out, &axis, top, bottom);
        if (has_rest) {
            up_svg_draw_rest(out, &axis, top, bottom, accesses, accesses->all - accesses->kept,
                             "accesses");
        }
        draw_legend(out, values, bottom + 52);
    }
    return (int)(bottom + 86) - y;
}
