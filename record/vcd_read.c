/* SPDX-License-Identifier: MIT
 *
 * The reader of .vcd recordings: of those that vcd.c has written, not of any .vcd. It looks at the
 * variables of an access alone: the lines of a printer port follow from these.
 */
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "formats.h"
#include "vcd.h"

#define TOKEN_SIZE 1024u

struct vcd {
    const char *why; /* something is not valid */
    uint64_t stamp;
    uint64_t lost;
    uint32_t wires;
    bool is_over;
    char strings[UP_VCD_STRINGS][UP_VCD_STRING_SIZE];
    char token[TOKEN_SIZE];
};

/* ---- tokens ---------------------------------------------------------------------------------- */

static bool is_space(int byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* Reads what is between spaces. Result: false at the end, and if it is too long (why). */
static bool read_token(struct up_in_file *in, struct vcd *vcd)
{
    size_t length = 0;
    int byte;

    while (is_space(up_in_file_peek(in))) {
        (void)up_in_file_byte(in);
    }
    while ((byte = up_in_file_byte(in)) >= 0 && !is_space(byte)) {
        if (length == sizeof vcd->token - 1u) {
            vcd->why = "a word is too long";
            return false;
        }
        vcd->token[length++] = (char)byte;
    }
    vcd->token[length] = '\0';
    return byte >= 0; /* otherwise the word may have been longer */
}

/*
 * Reads the text of a section, "$comment TEXT $end", behind its first word, and cuts what is too
 * long.
 */
static bool read_section(struct up_in_file *in, struct vcd *vcd)
{
    char end[4] = "";
    size_t length = 0;
    int byte;

    while ((byte = up_in_file_byte(in)) >= 0 && byte != '$') {
        if (length < sizeof vcd->token - 1u) {
            vcd->token[length++] = (char)byte;
        }
    }
    while (byte >= 0 && strlen(end) < 3 && (byte = up_in_file_byte(in)) >= 0) {
        end[strlen(end)] = (char)byte;
    }
    if (byte >= 0 && strcmp(end, "end") != 0) {
        vcd->why = "a section does not end with $end";
    }
    vcd->token[length] = '\0';
    if (length > 0 && is_space(vcd->token[length - 1u])) {
        vcd->token[length - 1u] = '\0';
    }
    return byte >= 0 && vcd->why == NULL;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool get_number(struct vcd *vcd, unsigned string, unsigned base, uint64_t most,
                       uint64_t *number)
{
    const char *end;

    if (!up_number_read(vcd->strings[string], base, most, number, &end) || *end != '\0') {
        vcd->why = "a number is missing or too large";
    }
    return vcd->why == NULL;
}

/* An address, or an offset, which may be unknown. */
static bool get_place(struct vcd *vcd, unsigned string, uint64_t *number)
{
    *number = 0;
    return strcmp(vcd->strings[string], UP_VCD_UNKNOWN) == 0 ||
           get_number(vcd, string, 16, UINT64_MAX, number);
}

static const char *get_module(struct up_recording *recording, const struct vcd *vcd)
{
    const char *at = vcd->strings[UP_VCD_MODULE];
    char name[UP_VCD_STRING_SIZE];

    if (strcmp(at, UP_VCD_UNKNOWN) == 0) {
        return NULL;
    }
    up_info_read_plain(at, name, sizeof name);
    return up_names_name(&recording->modules, up_names_number(&recording->modules, name));
}

/* The time of what is at the last stamp. */
static bool get_time(struct up_recording *recording, struct vcd *vcd)
{
    uint64_t late;

    if (!get_number(vcd, UP_VCD_LATE, 10, UINT64_MAX, &late)) {
        return false;
    }
    if (late > vcd->stamp || vcd->stamp - late < recording->time) {
        vcd->why = "a time is before the one before";
        return false;
    }
    recording->time = vcd->stamp - late;
    return true;
}

static bool get_access(struct up_recording *recording, struct vcd *vcd, struct up_record *record)
{
    uint64_t port, value, width, process, thread;
    unsigned i;

    if (!get_time(recording, vcd) || !get_number(vcd, UP_VCD_PORT, 16, 0xFFFF, &port) ||
        !get_number(vcd, UP_VCD_WIDTH, 10, 32, &width) ||
        !get_number(vcd, UP_VCD_VALUE, 16, UINT32_MAX, &value) ||
        !get_number(vcd, UP_VCD_PROCESS, 10, UINT32_MAX, &process) ||
        !get_number(vcd, UP_VCD_THREAD, 10, UINT32_MAX, &thread) ||
        !get_place(vcd, UP_VCD_OFFSET, &record->offset) ||
        !get_place(vcd, UP_VCD_ADDRESS, &record->address)) {
        return false;
    }
    if ((width != 8 && width != 16 && width != 32) || value > UINT32_MAX >> (32u - width)) {
        vcd->why = "a width is neither 8 nor 16 nor 32 bits, or the value has more";
        return false;
    }
    record->time = recording->time;
    record->module = get_module(recording, vcd);
    record->port = (uint16_t)port;
    record->width = (uint8_t)(width / 8u);
    record->value = (uint32_t)value;
    record->process = (uint32_t)process;
    record->thread = (uint32_t)thread;
    record->flags = 0;
    for (i = 0; i < UP_VCD_WIRES; i++) {
        record->flags |= (vcd->wires >> i & 1u) != 0 ? up_vcd_wires[i].flag : 0;
    }
    return true;
}

/* ---- what the words say ---------------------------------------------------------------------- */

/* Result: what has happened; UP_NEXT_END: nothing yet. */
static enum up_next take_wire(struct up_recording *recording, struct vcd *vcd,
                              struct up_record *record)
{
    const uint32_t before = vcd->wires;
    unsigned i;

    for (i = 0; i < UP_VCD_WIRES; i++) {
        if (vcd->token[1] == up_vcd_wires[i].id && vcd->token[2] == '\0') {
            vcd->wires = (vcd->wires & ~(1u << i)) | (uint32_t)(vcd->token[0] == '1') << i;
        }
    }
    if (((before ^ vcd->wires) >> UP_VCD_ACCESS & 1u) == 0) {
        return UP_NEXT_END;
    }
    return get_access(recording, vcd, record) ? UP_NEXT_ACCESS : UP_NEXT_INVALID;
}

static enum up_next take_lost(struct up_recording *recording, struct vcd *vcd, uint64_t *count)
{
    uint64_t lost;

    if (!get_number(vcd, UP_VCD_LOST, 10, UINT64_MAX, &lost)) {
        return UP_NEXT_INVALID;
    }
    if (lost == vcd->lost) {
        return UP_NEXT_END;
    }
    if (lost < vcd->lost) {
        vcd->why = "the number of what was lost descends";
        return UP_NEXT_INVALID;
    }
    *count = lost - vcd->lost;
    vcd->lost = lost;
    return get_time(recording, vcd) ? UP_NEXT_LOST : UP_NEXT_INVALID;
}

static enum up_next take_string(struct up_recording *recording, struct vcd *vcd, uint64_t *count)
{
    char text[UP_VCD_STRING_SIZE];
    const size_t length = strlen(vcd->token + 1);
    unsigned i = 0;

    if (length >= sizeof text) {
        vcd->why = "a string is too long";
        return UP_NEXT_INVALID;
    }
    memcpy(text, vcd->token + 1, length + 1u);
    if (!read_token(&recording->in, vcd)) {
        return vcd->why == NULL ? UP_NEXT_CUT : UP_NEXT_INVALID;
    }
    while (i < UP_VCD_STRINGS && (vcd->token[0] != up_vcd_strings[i].id || vcd->token[1] != '\0')) {
        i++;
    }
    if (i == UP_VCD_STRINGS) {
        return UP_NEXT_END;
    }
    memcpy(vcd->strings[i], text, length + 1u);
    return i == UP_VCD_LOST ? take_lost(recording, vcd, count) : UP_NEXT_END;
}

static enum up_next take_stamp(struct vcd *vcd)
{
    const char *end;
    uint64_t stamp;

    if (!up_number_read(vcd->token + 1, 10, UINT64_MAX, &stamp, &end) || *end != '\0' ||
        stamp < vcd->stamp) {
        vcd->why = "a time is not valid";
        return UP_NEXT_INVALID;
    }
    vcd->stamp = stamp;
    return UP_NEXT_END;
}

static enum up_next take_comment(struct up_recording *recording, struct vcd *vcd)
{
    const char *text = vcd->token, *end;
    uint64_t time;

    if (!read_section(&recording->in, vcd)) {
        return vcd->why == NULL ? UP_NEXT_CUT : UP_NEXT_INVALID;
    }
    if (strncmp(text, UP_VCD_END, sizeof UP_VCD_END - 1u) == 0) {
        if (!up_number_read(text + sizeof UP_VCD_END - 1u, 10, UINT64_MAX, &time, &end) ||
            *end != '\0' || time < recording->time) {
            vcd->why = "the time of its end is not valid";
            return UP_NEXT_INVALID;
        }
        recording->time = time;
        vcd->is_over = true;
    }
    return UP_NEXT_END;
}

static enum up_next take_token(struct up_recording *recording, struct vcd *vcd,
                               struct up_record *record, uint64_t *count)
{
    switch (vcd->token[0]) {
    case '#':
        return take_stamp(vcd);
    case '0':
    case '1':
        return take_wire(recording, vcd, record);
    case 's':
        return take_string(recording, vcd, count);
    case 'x':
        return UP_NEXT_END; /* a line of a printer port */
    default:
        break;
    }
    if (strcmp(vcd->token, "$comment") == 0) {
        return take_comment(recording, vcd);
    }
    if (strcmp(vcd->token, "$dumpvars") != 0 && strcmp(vcd->token, "$end") != 0) {
        vcd->why = "a word is not known";
        return UP_NEXT_INVALID;
    }
    return UP_NEXT_END;
}

/* ---- the recording --------------------------------------------------------------------------- */

static enum up_next invalid(struct up_recording *recording, const struct vcd *vcd,
                            struct up_error_detail *problem)
{
    if (recording->in.code != 0) {
        up_error_detail_set(problem, recording->in.code, NULL, "cannot read all of %s",
                            recording->in.path);
    } else {
        up_error_detail_set(problem, 0, "Make the recording again.",
                            "cannot read %s from about line %lu on: %s", recording->in.path,
                            (unsigned long)recording->in.line, vcd->why);
    }
    return UP_NEXT_INVALID;
}

static enum up_next next(struct up_recording *recording, struct up_record *record, uint64_t *count,
                         struct up_error_detail *problem)
{
    struct vcd *vcd = recording->format;
    enum up_next what = UP_NEXT_END;

    while (what == UP_NEXT_END && !vcd->is_over) {
        if (read_token(&recording->in, vcd)) {
            what = take_token(recording, vcd, record, count);
        } else {
            what = vcd->why == NULL ? UP_NEXT_CUT : UP_NEXT_INVALID;
        }
    }
    if (what == UP_NEXT_CUT && recording->in.code != 0) {
        what = UP_NEXT_INVALID;
    }
    return what == UP_NEXT_INVALID ? invalid(recording, vcd, problem) : what;
}

/* Reads the sections before the values. Result: false if they end too early. */
static bool read_header(struct up_recording *recording, struct vcd *vcd,
                        struct up_record_info *info)
{
    bool is_comment, is_last = false;

    while (!is_last) {
        if (!read_token(&recording->in, vcd)) {
            return false;
        }
        is_comment = strcmp(vcd->token, "$comment") == 0;
        is_last = strcmp(vcd->token, "$enddefinitions") == 0;
        if (vcd->token[0] != '$') {
            vcd->why = "a word before the values begins no section";
            return false;
        }
        if (!read_section(&recording->in, vcd)) {
            return false;
        }
        if (is_comment) {
            up_info_read(info, vcd->token);
        }
    }
    return true;
}

static bool is_ours(struct up_recording *recording, struct vcd *vcd)
{
    return read_token(&recording->in, vcd) && strcmp(vcd->token, "$comment") == 0 &&
           read_section(&recording->in, vcd) && strcmp(vcd->token, UP_VCD_FIRST) == 0;
}

bool up_vcd_open(struct up_recording *recording, struct up_record_info *info,
                 struct up_error_detail *problem)
{
    struct vcd *vcd = calloc(1, sizeof *vcd);
    unsigned i;

    if (vcd == NULL) {
        up_record_no_memory(problem);
        return false;
    }
    recording->format = vcd;
    recording->next = next;
    for (i = 0; i < UP_VCD_STRINGS; i++) {
        memcpy(vcd->strings[i], UP_VCD_UNKNOWN, sizeof UP_VCD_UNKNOWN);
    }
    if (!is_ours(recording, vcd) && recording->in.code == 0) {
        up_error_detail_set(problem, 0, "Give a file that userportctl has written.",
                            "cannot read %s: it is no recording of UserPort's", recording->in.path);
        return false;
    }
    /* a file that ends in its header is a recording without an access */
    if (!read_header(recording, vcd, info) && (vcd->why != NULL || recording->in.code != 0)) {
        (void)invalid(recording, vcd, problem);
        return false;
    }
    return true;
}
