/* SPDX-License-Identifier: MIT
 *
 * What the files of the .svg format have in common: what is collected of a recording, the axis of
 * time, and drawing. The pictures are bounded: what is left out is said in them.
 */
#ifndef UP_RECORD_SVG_H
#define UP_RECORD_SVG_H

#include "file.h"
#include "record.h"

#define UP_SVG_WIDTH    1200
#define UP_SVG_LEFT     138 /* the space for names */
#define UP_SVG_RIGHT    20
#define UP_SVG_CUT      76 /* the width of what stands for time that was cut out */
#define UP_SVG_PAD      12 /* around the accesses between two cuts */
#define UP_SVG_CUTS     4u
#define UP_SVG_ACCESSES 600u /* that are drawn */
#define UP_SVG_BYTES    8u   /* taken by the printer, that are drawn */
#define UP_SVG_PULSES   3u
#define UP_SVG_PORTS    16u /* rows of the picture of values */
#define UP_SVG_TEXT     400u

/* ---- collected ------------------------------------------------------------------------------- */

/* One access, or the first or the last one of reads that were all the same. */
struct up_svg_access {
    uint64_t time;
    uint32_t value;
    uint16_t row; /* the register of a printer port, or which port */
    uint8_t width;
    bool is_write, is_denied;
};

struct up_svg_accesses {
    struct up_svg_access list[UP_SVG_ACCESSES];
    uint32_t count;
    uint64_t kept; /* accesses that the list stands for, of all of them */
    uint64_t all;
    uint64_t last; /* the time of the last one of all */
    bool is_full;  /* nothing more is put into the list */
};

/* Adds an access to the list, or to what it leaves out. Two reads stand for any number. */
void up_svg_collect(struct up_svg_accesses *accesses, const struct up_svg_access *access);

struct up_svg_byte {
    uint64_t time;
    uint8_t value;
};

/* What is collected of a printer port. */
struct up_svg_printer {
    uint16_t base;
    struct up_svg_accesses accesses;
    uint8_t data;   /* on its lines */
    bool is_strobe; /* nSTROBE is low */
    bool is_reset;  /* nINIT is low, since */
    uint64_t since;
    uint64_t bytes; /* that the printer took */
    struct up_svg_byte byte[UP_SVG_BYTES];
    uint64_t pulses; /* of nINIT */
    struct {
        uint64_t time, duration;
    } pulse[UP_SVG_PULSES];
};

void up_svg_printer_take(struct up_svg_printer *printer, const struct up_record *record);

/* What is collected of any ports. */
struct up_svg_values {
    struct up_svg_accesses accesses;
    uint16_t port[UP_SVG_PORTS];
    uint32_t ports;
    uint64_t elsewhere; /* accesses to more ports than these */
};

void up_svg_values_take(struct up_svg_values *values, const struct up_record *record);

/* ---- the axis of time ------------------------------------------------------------------------ */

struct up_svg_part {
    uint64_t first, last; /* times */
    double x;             /* of the first */
};

/* Linear, at one scale, without long gaps. */
struct up_svg_axis {
    struct up_svg_part part[UP_SVG_CUTS + 1u];
    unsigned parts;
    double scale; /* pixels a nanosecond */
    double right;
};

/* There is at least one access. */
void up_svg_axis_init(struct up_svg_axis *axis, const struct up_svg_accesses *accesses,
                      double right);
double up_svg_x(const struct up_svg_axis *axis, uint64_t time);

/* ---- drawing --------------------------------------------------------------------------------- */

/* begins or ends the file */
void up_svg_begin(struct up_out_file *out, int height, const char *title, const char *facts);
void up_svg_end(struct up_out_file *out);

struct up_svg_point {
    double x, y;
};

/* kind: a class; more: further attributes, or "". */
void up_svg_print(struct up_out_file *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void up_svg_line(struct up_out_file *out, double x1, double y1, double x2, double y2,
                 const char *kind, const char *more);
void up_svg_rect(struct up_out_file *out, double x, double y, double width, double height,
                 const char *kind, const char *more);
void up_svg_path(struct up_out_file *out, const struct up_svg_point *points, unsigned count,
                 const char *kind, bool is_closed);

enum up_svg_anchor { UP_SVG_START, UP_SVG_MIDDLE, UP_SVG_END };

/* kind: the classes, such as "ink bold". size: in pixels. */
void up_svg_text(struct up_out_file *out, double x, double y, const char *text, const char *kind,
                 int size, enum up_svg_anchor anchor);

/* The grid and the axis below it, from top to y; and then the bands for what was cut out. */
void up_svg_draw_axis(struct up_out_file *out, const struct up_svg_axis *axis, double top,
                      double y);
void up_svg_draw_cuts(struct up_out_file *out, const struct up_svg_axis *axis, double top,
                      double bottom);

/* A cut at the end, if not all accesses are in the list: how much more of what there is. */
void up_svg_draw_rest(struct up_out_file *out, const struct up_svg_axis *axis, double top,
                      double bottom, const struct up_svg_accesses *accesses, uint64_t more,
                      const char *what);

/* ---- pictures -------------------------------------------------------------------------------- */

/* Each draws from y on. Result: its height, which it also has without drawing, for out NULL. */
int up_svg_draw_printer(struct up_out_file *out, const struct up_svg_printer *printer, int y);
int up_svg_draw_values(struct up_out_file *out, const struct up_svg_values *values, int y);

#endif
