/* SPDX-License-Identifier: MIT
 *
 * Recordings as .vcd (IEEE 1364, with the strings that GTKWave added): the variables of an access,
 * and the lines of each printer port. docs/recording.md describes it. A variable has one value at a
 * time, so that the second of two accesses at the same time is written 1 ns later. vcd_read.c reads
 * it again.
 */
#include "vcd.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "formats.h"
#include "lines.h"
#include "words.h"

const struct up_vcd_variable up_vcd_wires[UP_VCD_WIRES] = {
    {'a', "access", 0},
    {'w', "write", UP_RECORD_WRITE},
    {'d', "denied", UP_RECORD_DENIED},
    {'t', "wait", UP_RECORD_WAIT},
    {'m', "simulated", UP_RECORD_SIMULATED},
};

const struct up_vcd_variable up_vcd_strings[UP_VCD_STRINGS] = {
    {'p', "port", 0},   {'v', "value", 0},   {'i', "width", 0},   {'k', "module", 0},
    {'o', "offset", 0}, {'j', "address", 0}, {'c', "process", 0}, {'h', "thread", 0},
    {'q', "late", 0},   {'l', "lost", 0},
};

struct vcd {
    struct up_sink sink;
    uint64_t time;  /* of what came last */
    uint64_t stamp; /* which may be later */
    uint64_t lost;
    uint32_t printers;
    uint16_t printer[UP_RECORD_PRINTERS_MAX];
    struct up_line_levels levels[UP_RECORD_PRINTERS_MAX];
    uint32_t wires; /* their values, one bit each */
    char strings[UP_VCD_STRINGS][UP_VCD_STRING_SIZE];
    struct up_out_file out;
};

/* ---- the header ------------------------------------------------------------------------------ */

/* A dollar in the text would be taken for the end of the comment. */
static void comment(void *context, const char *text)
{
    struct vcd *vcd = context;

    up_out_file_text(&vcd->out, "$comment ");
    for (; *text != '\0'; text++) {
        if (*text == '$') {
            up_out_file_text(&vcd->out, "\\24");
        } else {
            up_out_file_char(&vcd->out, *text);
        }
    }
    up_out_file_text(&vcd->out, " $end\n");
}

static void line_id(struct up_out_file *out, uint32_t printer, unsigned line)
{
    up_out_file_char(out, (char)('A' + printer));
    up_out_file_char(out, (char)('a' + line));
}

static void declare(struct up_out_file *out, const char *type, const struct up_vcd_variable *of)
{
    up_out_file_text(out, "$var ");
    up_out_file_text(out, type);
    up_out_file_text(out, " 1 ");
    up_out_file_char(out, of->id);
    up_out_file_char(out, ' ');
    up_out_file_text(out, of->name);
    up_out_file_text(out, " $end\n");
}

static void declare_printer(struct vcd *vcd, uint32_t printer)
{
    struct up_out_file *out = &vcd->out;
    unsigned i;

    up_out_file_text(out, "$scope module printer_port_");
    up_out_file_hex(out, vcd->printer[printer], 1);
    up_out_file_text(out, " $end\n");
    for (i = 0; i < UP_LINES; i++) {
        up_out_file_text(out, "$var wire 1 ");
        line_id(out, printer, i);
        up_out_file_char(out, ' ');
        up_out_file_text(out, up_lines[i].name);
        up_out_file_text(out, " $end\n");
    }
    up_out_file_text(out, "$upscope $end\n");
}

/* ---- values ---------------------------------------------------------------------------------- */

static void write_wire(struct vcd *vcd, unsigned wire)
{
    up_out_file_char(&vcd->out, (vcd->wires >> wire & 1u) != 0 ? '1' : '0');
    up_out_file_char(&vcd->out, up_vcd_wires[wire].id);
    up_out_file_char(&vcd->out, '\n');
}

static void write_string(struct vcd *vcd, unsigned string)
{
    up_out_file_char(&vcd->out, 's');
    up_out_file_text(&vcd->out, vcd->strings[string]);
    up_out_file_char(&vcd->out, ' ');
    up_out_file_char(&vcd->out, up_vcd_strings[string].id);
    up_out_file_char(&vcd->out, '\n');
}

/* Writes a value if it is another one. */
static void set_wire(struct vcd *vcd, unsigned wire, bool value)
{
    if ((vcd->wires >> wire & 1u) != value) {
        vcd->wires ^= 1u << wire;
        write_wire(vcd, wire);
    }
}

static void set_string(struct vcd *vcd, unsigned string, const char *text)
{
    if (strcmp(vcd->strings[string], text) != 0) {
        memcpy(vcd->strings[string], text, strlen(text) + 1u);
        write_string(vcd, string);
    }
}

static void set_decimal(struct vcd *vcd, unsigned string, uint64_t value)
{
    struct up_writer writer;
    char text[24];

    up_writer_init(&writer, text, sizeof text);
    up_words_decimal(&writer, value);
    set_string(vcd, string, text);
}

static void set_hex(struct vcd *vcd, unsigned string, uint64_t value, unsigned digits)
{
    struct up_writer writer;
    char text[24];

    up_writer_init(&writer, text, sizeof text);
    up_words_hex(&writer, value, digits);
    set_string(vcd, string, text);
}

static void set_place(struct vcd *vcd, unsigned string, uint64_t value, bool is_known)
{
    if (is_known) {
        set_hex(vcd, string, value, 1);
    } else {
        set_string(vcd, string, UP_VCD_UNKNOWN);
    }
}

/* A string has no spaces, and one that is only a dash is unknown. */
static void set_module(struct vcd *vcd, const char *module)
{
    char name[UP_NAME_SIZE], text[UP_VCD_STRING_SIZE];
    struct up_writer writer;
    size_t i;

    up_writer_init(&writer, name, sizeof name);
    up_writer_text(&writer, module);
    up_writer_init(&writer, text, sizeof text);
    for (i = 0; name[i] != '\0'; i++) {
        if ((uint8_t)name[i] <= ' ' || strchr("\x7F\\$", name[i]) != NULL ||
            strcmp(name, UP_VCD_UNKNOWN) == 0) {
            up_writer_char(&writer, '\\');
            up_writer_hex(&writer, (uint8_t)name[i], 2);
        } else {
            up_writer_char(&writer, name[i]);
        }
    }
    set_string(vcd, UP_VCD_MODULE, text);
}

/* Begins what happens at a time: no earlier than, and never together with, what was before. */
static void begin(struct vcd *vcd, uint64_t time)
{
    vcd->time = time > vcd->time ? time : vcd->time;
    vcd->stamp = vcd->time > vcd->stamp ? vcd->time : vcd->stamp + 1u;
    up_out_file_char(&vcd->out, '#');
    up_out_file_decimal(&vcd->out, vcd->stamp);
    up_out_file_char(&vcd->out, '\n');
    set_decimal(vcd, UP_VCD_LATE, vcd->stamp - vcd->time);
}

static void write_lines(struct vcd *vcd, const struct up_record *record)
{
    uint32_t p;
    unsigned i;

    for (p = 0; p < vcd->printers; p++) {
        const struct up_line_levels before = vcd->levels[p];
        struct up_line_levels *now = &vcd->levels[p];
        uint32_t changed;

        (void)up_lines_take(now, vcd->printer[p], record);
        changed = (now->known ^ before.known) | (now->high ^ before.high);
        for (i = 0; i < UP_LINES; i++) {
            if ((changed >> i & 1u) != 0) {
                up_out_file_char(&vcd->out, (now->high >> i & 1u) != 0 ? '1' : '0');
                line_id(&vcd->out, p, i);
                up_out_file_char(&vcd->out, '\n');
            }
        }
    }
}

static bool add(struct up_sink *sink, const struct up_record *record)
{
    struct vcd *vcd = (struct vcd *)sink;
    const bool has_module = record->module != NULL && record->module[0] != '\0';
    unsigned i;

    begin(vcd, record->time);
    for (i = UP_VCD_ACCESS + 1; i < UP_VCD_WIRES; i++) {
        set_wire(vcd, i, (record->flags & up_vcd_wires[i].flag) != 0);
    }
    set_hex(vcd, UP_VCD_PORT, record->port, 1);
    set_hex(vcd, UP_VCD_VALUE, up_record_value(record), up_record_bits(record) / 4u);
    set_decimal(vcd, UP_VCD_WIDTH, up_record_bits(record));
    if (has_module) {
        set_module(vcd, record->module);
    } else {
        set_string(vcd, UP_VCD_MODULE, UP_VCD_UNKNOWN);
    }
    set_place(vcd, UP_VCD_OFFSET, record->offset, has_module || record->offset != 0);
    set_place(vcd, UP_VCD_ADDRESS, record->address, record->address != 0);
    set_decimal(vcd, UP_VCD_PROCESS, record->process);
    set_decimal(vcd, UP_VCD_THREAD, record->thread);
    write_lines(vcd, record);
    set_wire(vcd, UP_VCD_ACCESS, (vcd->wires >> UP_VCD_ACCESS & 1u) == 0);
    return vcd->out.code == 0;
}

static bool lost(struct up_sink *sink, uint64_t time, uint64_t count)
{
    struct vcd *vcd = (struct vcd *)sink;

    if (count > 0) {
        begin(vcd, time);
        vcd->lost += count;
        set_decimal(vcd, UP_VCD_LOST, vcd->lost);
    }
    return vcd->out.code == 0;
}

static bool flush(struct up_sink *sink)
{
    return up_out_file_flush(&((struct vcd *)sink)->out);
}

static bool close(struct up_sink *sink, uint64_t time, struct up_error_detail *problem)
{
    struct vcd *vcd = (struct vcd *)sink;
    bool is_whole;

    begin(vcd, time);
    up_out_file_text(&vcd->out, "$comment " UP_VCD_END);
    up_out_file_decimal(&vcd->out, vcd->time);
    up_out_file_text(&vcd->out, " $end\n");
    is_whole = up_out_file_close(&vcd->out, problem);
    free(vcd);
    return is_whole;
}

static void write_header(struct vcd *vcd, const struct up_record_info *info)
{
    uint32_t p;
    unsigned i;

    up_out_file_text(&vcd->out, "$comment " UP_VCD_FIRST " $end\n");
    up_info_write(info, comment, vcd);
    up_out_file_text(&vcd->out, "$timescale 1 ns $end\n$scope module userport $end\n");
    for (i = 0; i < UP_VCD_WIRES; i++) {
        declare(&vcd->out, "wire", &up_vcd_wires[i]);
    }
    for (i = 0; i < UP_VCD_STRINGS; i++) {
        declare(&vcd->out, "string", &up_vcd_strings[i]);
    }
    up_out_file_text(&vcd->out, "$upscope $end\n");
    for (p = 0; p < vcd->printers; p++) {
        declare_printer(vcd, p);
    }
    up_out_file_text(&vcd->out, "$enddefinitions $end\n#0\n$dumpvars\n");
    for (i = 0; i < UP_VCD_WIRES; i++) {
        write_wire(vcd, i);
    }
    for (i = 0; i < UP_VCD_STRINGS; i++) {
        set_string(vcd, i, i == UP_VCD_LATE || i == UP_VCD_LOST ? "0" : UP_VCD_UNKNOWN);
    }
    for (p = 0; p < vcd->printers; p++) {
        for (i = 0; i < UP_LINES; i++) {
            up_out_file_char(&vcd->out, 'x');
            line_id(&vcd->out, p, i);
            up_out_file_char(&vcd->out, '\n');
        }
    }
    up_out_file_text(&vcd->out, "$end\n");
}

static struct up_sink *create(const char *path, const struct up_record_info *info,
                              struct up_error_detail *problem)
{
    struct vcd *vcd = calloc(1, sizeof *vcd);

    if (vcd == NULL) {
        up_record_no_memory(problem);
        return NULL;
    }
    if (!up_out_file_open(&vcd->out, path, problem)) {
        free(vcd);
        return NULL;
    }
    vcd->sink = (struct up_sink){add, lost, flush, close};
    vcd->printers =
        info->printers < UP_RECORD_PRINTERS_MAX ? info->printers : UP_RECORD_PRINTERS_MAX;
    memcpy(vcd->printer, info->printer, sizeof vcd->printer);
    write_header(vcd, info);
    return &vcd->sink;
}

const struct up_format up_format_vcd = {".vcd", create, up_vcd_open};
