/* SPDX-License-Identifier: MIT
 *
 * Drawing for the pictures of recordings: the elements of SVG, the axis of time and its cuts
 * (svg.h). Everything is grey, so that it can be printed, and turns around in a dark window.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svg.h"
#include "words.h"

static const char style[] =
    "<style>"
    "text{font-family:\"Liberation Mono\",\"DejaVu Sans "
    "Mono\",Consolas,Menlo,monospace;font-size:11px}"
    ".bold{font-weight:bold}.line{fill:none;stroke-width:1.6;stroke-linejoin:round}"
    ".dash{stroke-dasharray:2 3}.thin{stroke-width:.8}"
    ".paper{fill:#fff}.ink{fill:#111}.soft{fill:#555}.grid{stroke:#e4e4e4}.axis{stroke:#555}"
    ".band{fill:#eee}.tear{stroke:#999}.unknown{stroke:#aaa}.strong{stroke:#111}"
    ".weak{stroke:#777}.low{fill:#d4d4d4}.mark{fill:#555}.tag{fill:#333}.on-tag{fill:#fff}"
    ".bus{fill:#f6f6f6}"
    "@media (prefers-color-scheme:dark){"
    ".paper{fill:#181818}.ink{fill:#eee}.soft{fill:#aaa}.grid{stroke:#2c2c2c}.axis{stroke:#aaa}"
    ".band{fill:#242424}.tear{stroke:#666}.unknown{stroke:#555}.strong{stroke:#eee}"
    ".weak{stroke:#999}.low{fill:#444}.mark{fill:#aaa}.tag{fill:#ccc}.on-tag{fill:#111}"
    ".bus{fill:#202020}}"
    "</style>\n";

/* ---- elements -------------------------------------------------------------------------------- */

void up_svg_print(struct up_out_file *out, const char *format, ...)
{
    char text[512];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    up_out_file_text(out, text);
}

/* The length of the character at text in UTF-8; 0: it is none. */
static size_t character_length(const char *text)
{
    const uint8_t first = (uint8_t)text[0];
    const size_t length = first < 0x80   ? 1
                          : first < 0xC2 ? 0
                          : first < 0xE0 ? 2
                          : first < 0xF0 ? 3
                          : first < 0xF5 ? 4
                                         : 0;
    size_t i;

    for (i = 1; i < length; i++) {
        if (!up_utf8_is_inside(text[i])) {
            return 0;
        }
    }
    /* too long a form, half of a pair of UTF-16, beyond the last character, or none in XML */
    if ((first == 0xE0 && (uint8_t)text[1] < 0xA0) || (first == 0xED && (uint8_t)text[1] > 0x9F) ||
        (first == 0xF0 && (uint8_t)text[1] < 0x90) || (first == 0xF4 && (uint8_t)text[1] > 0x8F) ||
        (first == 0xEF && (uint8_t)text[1] == 0xBF && (uint8_t)text[2] >= 0xBE)) {
        return 0;
    }
    return length;
}

static void write_escaped(struct up_out_file *out, const char *text)
{
    while (*text != '\0') {
        const size_t length = character_length(text);

        if (*text == '<' || *text == '>' || *text == '&') {
            up_out_file_text(out, *text == '<' ? "&lt;" : *text == '>' ? "&gt;" : "&amp;");
        } else if (length == 0 || (uint8_t)*text < ' ' || *text == '\x7F') {
            up_out_file_char(out, '?');
        } else {
            up_out_file_bytes(out, text, length);
        }
        text += length > 0 ? length : 1;
    }
}

void up_svg_begin(struct up_out_file *out, int height, const char *title, const char *facts)
{
    up_out_file_text(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    up_svg_print(out,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
                 "height=\"%d\" role=\"img\">\n<title>",
                 UP_SVG_WIDTH, height, UP_SVG_WIDTH, height);
    write_escaped(out, title);
    up_out_file_text(out, "</title>\n<desc>");
    write_escaped(out, facts);
    up_out_file_text(out, "</desc>\n");
    up_out_file_text(out, style);
    up_svg_rect(out, 0, 0, UP_SVG_WIDTH, height, "paper", "");
}

void up_svg_end(struct up_out_file *out)
{
    up_out_file_text(out, "</svg>\n");
}

void up_svg_line(struct up_out_file *out, double x1, double y1, double x2, double y2,
                 const char *kind, const char *more)
{
    up_svg_print(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"%s/>\n",
                 x1, y1, x2, y2, kind, more);
}

void up_svg_rect(struct up_out_file *out, double x, double y, double width, double height,
                 const char *kind, const char *more)
{
    up_svg_print(out,
                 "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\"%s/>\n", x,
                 y, width, height, kind, more);
}

void up_svg_path(struct up_out_file *out, const struct up_svg_point *points, unsigned count,
                 const char *kind, bool is_closed)
{
    unsigned i;

    up_out_file_text(out, "<path d=\"");
    for (i = 0; i < count; i++) {
        up_svg_print(out, "%s%.1f %.1f", i == 0 ? "M" : " L", points[i].x, points[i].y);
    }
    up_svg_print(out, "%s\" class=\"%s\"/>\n", is_closed ? " Z" : "", kind);
}

void up_svg_text(struct up_out_file *out, double x, double y, const char *text, const char *kind,
                 int size, enum up_svg_anchor anchor)
{
    static const char *const anchors[] = {"start", "middle", "end"};

    up_svg_print(out,
                 "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\" "
                 "style=\"font-size:%dpx\">",
                 x, y, kind, anchors[anchor], size);
    write_escaped(out, text);
    up_out_file_text(out, "</text>\n");
}

/* ---- the axis of time ------------------------------------------------------------------------ */

static int descending(const void *one, const void *other)
{
    const uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

    return a < b ? 1 : a > b ? -1 : 0;
}

/* The longest gap that is drawn: few are much longer than most, and at most UP_SVG_CUTS are. */
static uint64_t longest_gap(const struct up_svg_accesses *accesses)
{
    uint64_t gaps[UP_SVG_ACCESSES], longest;
    const uint32_t count = accesses->count - 1u;
    uint32_t i;

    if (count == 0) {
        return 0;
    }
    for (i = 0; i < count; i++) {
        gaps[i] = accesses->list[i + 1u].time - accesses->list[i].time;
    }
    qsort(gaps, count, sizeof gaps[0], descending);
    longest = gaps[count / 2u] < UINT64_MAX / 15u ? 15u * gaps[count / 2u] : UINT64_MAX;
    return count > UP_SVG_CUTS && gaps[UP_SVG_CUTS] > longest ? gaps[UP_SVG_CUTS] : longest;
}

void up_svg_axis_init(struct up_svg_axis *axis, const struct up_svg_accesses *accesses,
                      double right)
{
    const uint64_t longest = longest_gap(accesses);
    double linear = 0, room, x = UP_SVG_LEFT + UP_SVG_PAD;
    uint32_t i;

    axis->right = right;
    axis->parts = 1;
    axis->part[0].first = axis->part[0].last = accesses->list[0].time;
    for (i = 1; i < accesses->count; i++) {
        const uint64_t time = accesses->list[i].time;

        if (time - axis->part[axis->parts - 1u].last > longest && axis->parts <= UP_SVG_CUTS) {
            axis->part[axis->parts++].first = time;
        }
        axis->part[axis->parts - 1u].last = time;
    }
    for (i = 0; i < axis->parts; i++) {
        linear += (double)(axis->part[i].last - axis->part[i].first);
    }
    room = right - UP_SVG_LEFT - UP_SVG_CUT * (axis->parts - 1.0) - 2.0 * UP_SVG_PAD * axis->parts;
    axis->scale = linear > 0 ? room / linear : 0;
    for (i = 0; i < axis->parts; i++) {
        axis->part[i].x = x;
        x += (double)(axis->part[i].last - axis->part[i].first) * axis->scale + 2.0 * UP_SVG_PAD +
             UP_SVG_CUT;
    }
}

double up_svg_x(const struct up_svg_axis *axis, uint64_t time)
{
    unsigned i = axis->parts - 1u;

    while (i > 0 && time < axis->part[i].first) {
        i--;
    }
    time = time > axis->part[i].last    ? axis->part[i].last
           : time < axis->part[i].first ? axis->part[i].first
                                        : time;
    return axis->part[i].x + (double)(time - axis->part[i].first) * axis->scale;
}

/* A round number of nanoseconds that is at least 60 pixels wide. */
static uint64_t tick_step(const struct up_svg_axis *axis)
{
    uint64_t power = 1;
    unsigned i;

    for (;;) {
        static const unsigned factors[] = {1, 2, 5};

        for (i = 0; i < 3; i++) {
            if ((double)(power * factors[i]) * axis->scale >= 60 || power > UINT64_MAX / 100u) {
                return power * factors[i];
            }
        }
        power *= 10u;
    }
}

/* A moment since the first one, fine enough to tell neighbours apart: "0", "118.02 ms". */
static void moment_text(uint64_t ns, char text[40])
{
    if (ns == 0) {
        (void)snprintf(text, 40, "0");
    } else if (ns < 10000000000u) {
        (void)snprintf(text, 40, "%.2f ms", (double)ns / 1e6);
    } else {
        (void)snprintf(text, 40, "%.3f s", (double)ns / 1e9);
    }
}

static void duration_text(uint64_t ns, const char *before, char text[40])
{
    struct up_writer writer;

    up_writer_init(&writer, text, 40);
    up_writer_text(&writer, before);
    up_words_duration(&writer, ns);
}

static void draw_part(struct up_out_file *out, const struct up_svg_axis *axis,
                      const struct up_svg_part *part, double top, double y)
{
    const uint64_t step = tick_step(axis);
    const double end = part->x + (double)(part->last - part->first) * axis->scale + UP_SVG_PAD;
    uint64_t since = 0;
    char text[40];
    double x;

    do {
        x = part->x + (double)since * axis->scale;
        up_svg_line(out, x, top, x, y, "grid", "");
        up_svg_line(out, x, y, x, y + (since == 0 ? 7 : 4), "axis", "");
        duration_text(since, "+", text);
        if (since > 0 && x + 24 < end) {
            up_svg_text(out, x, y + 17, text, "soft", 10, UP_SVG_MIDDLE);
        }
        since += step;
    } while (since <= part->last - part->first);
    up_svg_line(out, part->x - UP_SVG_PAD, y, end, y, "axis", "");
    moment_text(part->first - axis->part[0].first, text);
    up_svg_text(out, part->x, y + 32, text, "ink bold", 11, UP_SVG_MIDDLE);
}

void up_svg_draw_axis(struct up_out_file *out, const struct up_svg_axis *axis, double top, double y)
{
    unsigned i;

    for (i = 0; i < axis->parts; i++) {
        draw_part(out, axis, &axis->part[i], top, y);
    }
}

/* A torn band. */
static void draw_cut(struct up_out_file *out, double x, double top, double bottom, uint64_t ns)
{
    struct up_svg_point edge[80];
    char text[40];
    unsigned i, count;
    double side;

    up_svg_rect(out, x, top, UP_SVG_CUT, bottom - top, "band", " fill-opacity=\".75\"");
    for (side = x; side <= x + UP_SVG_CUT; side += UP_SVG_CUT) {
        count = 0;
        for (i = 0; i < 80 && top + 8.0 * i <= bottom; i++) {
            edge[count].x = side + (i % 2u == 0 ? 2.5 : -2.5);
            edge[count++].y = top + 8.0 * i;
        }
        up_svg_path(out, edge, count, "tear line", false);
    }
    duration_text(ns, "", text);
    up_svg_text(out, x + UP_SVG_CUT / 2.0, bottom + 17, text, "soft", 10, UP_SVG_MIDDLE);
}

void up_svg_draw_cuts(struct up_out_file *out, const struct up_svg_axis *axis, double top,
                      double bottom)
{
    unsigned i;

    for (i = 1; i < axis->parts; i++) {
        draw_cut(out, axis->part[i].x - UP_SVG_PAD - UP_SVG_CUT, top, bottom,
                 axis->part[i].first - axis->part[i - 1u].last);
    }
}

void up_svg_draw_rest(struct up_out_file *out, const struct up_svg_axis *axis, double top,
                      double bottom, const struct up_svg_accesses *accesses, uint64_t more,
                      const char *what)
{
    const double middle = axis->right + UP_SVG_CUT / 2.0;
    struct up_writer writer;
    char text[40];

    draw_cut(out, axis->right, top, bottom,
             accesses->last - accesses->list[accesses->count - 1u].time);
    up_writer_init(&writer, text, sizeof text);
    up_words_count(&writer, more);
    up_writer_text(&writer, " more");
    up_svg_text(out, middle, top + 20, text, "ink bold", 11, UP_SVG_MIDDLE);
    up_svg_text(out, middle, top + 35, what, "ink bold", 11, UP_SVG_MIDDLE);
}
