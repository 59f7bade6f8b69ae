/* SPDX-License-Identifier: MIT
 *
 * Recordings as .svg: a picture of each printer port's lines over time, or, without such a port, of
 * the ports and their values. It is drawn when the recording ends, and with each flush that brings
 * something new, so that there is a whole picture at any moment.
 */
#include "svg.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "formats.h"
#include "words.h"

struct svg {
    struct up_sink sink;
    struct up_record_info info;
    uint64_t accesses; /* of all ports */
    uint64_t others;   /* to no printer port, if there is one */
    uint64_t lost;
    uint64_t drawn; /* how many accesses the picture in the file knows of */
    struct up_svg_printer printer[UP_RECORD_PRINTERS_MAX];
    struct up_svg_values values;
    struct up_out_file out;
};

#define TOP 62 /* the title and what is left out */

/* Are there accesses to a printer port? Otherwise the picture is that of values. */
static bool has_printer(const struct svg *svg)
{
    uint32_t p;

    for (p = 0; p < svg->info.printers; p++) {
        if (svg->printer[p].accesses.count > 0) {
            return true;
        }
    }
    return false;
}

static int draw_pictures(const struct svg *svg, struct up_out_file *out)
{
    int y = TOP;
    uint32_t p;

    if (!has_printer(svg)) {
        return y + up_svg_draw_values(out, &svg->values, y);
    }
    for (p = 0; p < svg->info.printers; p++) {
        if (svg->printer[p].accesses.count > 0) {
            y += up_svg_draw_printer(out, &svg->printer[p], y);
        }
    }
    return y;
}

static void write_facts(struct up_writer *writer, const struct svg *svg)
{
    up_words_counted(writer, svg->accesses, "port access", "port accesses");
    if (svg->info.begun[0] != '\0') {
        up_writer_text(writer, ";  begun ");
        up_writer_text(writer, svg->info.begun);
    }
    if (svg->lost > 0) {
        up_writer_text(writer, ";  ");
        up_words_counted(writer, svg->lost, "more was lost", "more were lost");
    }
    if (has_printer(svg) && svg->others > 0) {
        up_writer_text(writer, ";  ");
        up_words_counted(writer, svg->others, "access to another port is not drawn",
                         "accesses to other ports are not drawn");
    }
}

static void draw(struct svg *svg)
{
    char title[UP_SVG_TEXT], facts[UP_SVG_TEXT];
    struct up_writer writer;

    up_writer_init(&writer, title, sizeof title);
    up_writer_text(&writer,
                   has_printer(svg) ? "What the printer port saw" : "Ports and their values");
    up_writer_text(&writer, svg->info.program[0] != '\0' ? ": " : "");
    up_writer_text(&writer, svg->info.program);
    up_writer_init(&writer, facts, sizeof facts);
    write_facts(&writer, svg);
    up_svg_begin(&svg->out, draw_pictures(svg, NULL), title, facts);
    up_svg_text(&svg->out, 20, 28, title, "ink bold", 17, UP_SVG_START);
    up_svg_text(&svg->out, 20, 48, facts, "soft", 12, UP_SVG_START);
    (void)draw_pictures(svg, &svg->out);
    up_svg_end(&svg->out);
    svg->drawn = svg->accesses + svg->lost;
}

static bool add(struct up_sink *sink, const struct up_record *record)
{
    struct svg *svg = (struct svg *)sink;
    bool is_printers = false;
    uint32_t p;

    for (p = 0; p < svg->info.printers; p++) {
        const struct up_svg_printer *printer = &svg->printer[p];

        if ((uint32_t)record->port + record->width > printer->base &&
            record->port <= printer->base + 2u) {
            up_svg_printer_take(&svg->printer[p], record);
            is_printers = true;
        }
    }
    svg->accesses++;
    svg->others += !is_printers;
    up_svg_values_take(&svg->values, record);
    return svg->out.code == 0;
}

static bool lost(struct up_sink *sink, uint64_t time, uint64_t count)
{
    (void)time;
    ((struct svg *)sink)->lost += count;
    return true;
}

static bool flush(struct up_sink *sink)
{
    struct svg *svg = (struct svg *)sink;

    if (svg->drawn != svg->accesses + svg->lost && up_out_file_restart(&svg->out)) {
        draw(svg);
    }
    return up_out_file_flush(&svg->out);
}

static bool close(struct up_sink *sink, uint64_t time, struct up_error_detail *problem)
{
    struct svg *svg = (struct svg *)sink;
    bool is_whole;

    (void)time;
    (void)flush(sink);
    is_whole = up_out_file_close(&svg->out, problem);
    free(svg);
    return is_whole;
}

static struct up_sink *create(const char *path, const struct up_record_info *info,
                              struct up_error_detail *problem)
{
    struct svg *svg = calloc(1, sizeof *svg);
    uint32_t p;

    if (svg == NULL) {
        up_record_no_memory(problem);
        return NULL;
    }
    if (!up_out_file_open(&svg->out, path, problem)) {
        free(svg);
        return NULL;
    }
    svg->sink = (struct up_sink){add, lost, flush, close};
    svg->info = *info;
    if (svg->info.printers > UP_RECORD_PRINTERS_MAX) {
        svg->info.printers = UP_RECORD_PRINTERS_MAX;
    }
    for (p = 0; p < svg->info.printers; p++) {
        svg->printer[p].base = svg->info.printer[p];
    }
    draw(svg); /* of nothing */
    return &svg->sink;
}

const struct up_format up_format_svg = {".svg", create, NULL};
