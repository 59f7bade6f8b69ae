/* SPDX-License-Identifier: MIT
 *
 * The command trace: shows what is in a recording, as text that folds what repeats, a line for each
 * access, or JSON; or writes it in another format. It needs no driver and no port.
 */
#include <string.h>

#include "core/listerror.h"
#include "record/filter.h"
#include "record/recording.h"
#include "record/statistics.h"
#include "record/summary.h"
#include "command.h"
#include "trace.h"

struct part {
    uint64_t first, last;
    struct up_portset ports;
    bool has_ports;
};

/* ---- which part ------------------------------------------------------------------------------ */

/*
 * Reads a time: seconds, or a number with ns, us, ms or s; a point is allowed. Result: false if it
 * is none; up_usage has reported it.
 */
static bool read_time(const char *option, const char *text, uint64_t *time)
{
    static const struct {
        const char *name;
        uint64_t ns;
    } units[] = {{"", 1000000000u}, {"s", 1000000000u}, {"ms", 1000000u}, {"us", 1000u}, {"ns", 1}};
    const char *unit = text + strspn(text, "0123456789.");
    const char *at = text;
    uint64_t scale;
    size_t i = 0;
    bool is_valid = unit > text && *text != '.' && unit[-1] != '.';

    while (i < sizeof units / sizeof units[0] && strcmp(unit, units[i].name) != 0) {
        i++;
    }
    is_valid = is_valid && i < sizeof units / sizeof units[0];
    scale = is_valid ? units[i].ns : 1;
    *time = 0;
    for (; is_valid && at < unit && *at != '.'; at++) {
        is_valid = *time <= (UINT64_MAX - 9u) / 10u;
        *time = is_valid ? *time * 10u + (uint64_t)(*at - '0') : 0;
    }
    is_valid = is_valid && *time <= UINT64_MAX / 2u / scale;
    *time *= scale;
    for (at += at < unit; is_valid && at < unit; at++) {
        is_valid = *at != '.';
        scale /= 10u;
        *time += scale * (uint64_t)(*at - '0');
    }
    if (!is_valid) {
        up_usage("%s: \"%s\" is not a time, such as 1.5 (seconds), 20ms, 300us or 5000ns", option,
                 text);
    }
    return is_valid;
}

static bool read_ports(const char *text, struct up_portset *ports)
{
    struct up_portlist_error error;
    char message[UP_LIST_ERROR_MAX];

    up_portset_deny_all(ports);
    if (!up_portlist_parse(text, strlen(text), ports, &error)) {
        (void)up_list_error_text(text, strlen(text), &error, UP_LIST_NAMES_HINT, message,
                                 sizeof message);
        up_usage("--ports: %s", message);
        return false;
    }
    if (up_portset_count(ports) == 0) {
        up_usage("--ports: the list is empty");
        return false;
    }
    return true;
}

static bool read_part(const struct up_invocation *line, struct part *part)
{
    const char *from = up_option_argument(line, "from"), *to = up_option_argument(line, "to");
    const char *ports = up_option_argument(line, "ports");

    part->first = 0;
    part->last = UINT64_MAX;
    part->has_ports = ports != NULL;
    if ((from != NULL && !read_time("--from", from, &part->first)) ||
        (to != NULL && !read_time("--to", to, &part->last)) ||
        (ports != NULL && !read_ports(ports, &part->ports))) {
        return false;
    }
    if (part->first > part->last) {
        up_usage("--to is before --from");
        return false;
    }
    return true;
}

/* ---- reading --------------------------------------------------------------------------------- */

/*
 * Passes the part on to the sink and closes that. Result: an exit status; what went wrong was
 * reported.
 */
static int pass_on(const char *path, struct up_recording *recording, const struct part *part,
                   struct up_sink *sink)
{
    struct up_error_detail read_problem = {.code = 0}, write_problem = {.code = 0};
    struct up_filter filter;
    uint64_t end = 0;
    bool is_cut = false, was_read, was_written;

    up_filter_init(&filter, sink, part->first, part->last, part->has_ports ? &part->ports : NULL);
    was_read = up_recording_read(recording, &filter.sink, &end, &is_cut, &read_problem);
    up_trace_end(sink, is_cut || !was_read);
    was_written = sink->close(sink, end < part->last ? end : part->last, &write_problem);
    if (!was_written) {
        return up_failed(&write_problem);
    }
    if (!was_read) {
        return up_failed(&read_problem);
    }
    if (is_cut) {
        up_note("%s ends before the recording did: what came last is missing", path);
    }
    return UP_EXIT_DONE;
}

static void write_text(void *context, const char *text)
{
    (void)context;
    up_out_text(text);
}

/* Result: the sink; NULL with *problem. */
static struct up_sink *make_sink(const struct up_invocation *line,
                                 const struct up_record_info *info, struct up_error_detail *problem)
{
    static const struct up_text_output output = {write_text, NULL};
    const char *convert = up_option_argument(line, "convert");
    const bool is_raw = up_has_option(line, "raw");

    if (convert != NULL) {
        return up_recording_create(convert, info, problem);
    }
    if (up_out_is_json) {
        return up_trace_json(line->words[0], info, is_raw, problem);
    }
    return is_raw ? up_raw_new(&output, problem) : up_summary_new(&output, info, problem);
}

static int run_trace(const struct up_invocation *line)
{
    static struct part part;
    const char *path = line->words[0], *convert = up_option_argument(line, "convert");
    struct up_error_detail problem = {.code = 0};
    struct up_record_info info;
    struct up_recording *recording;
    struct up_sink *sink = NULL;
    int status = UP_EXIT_USAGE;

    if (!read_part(line, &part)) {
        return UP_EXIT_USAGE;
    }
    if (convert != NULL && up_has_option(line, "raw")) {
        return up_usage("trace: --raw is for text, and does not go with --convert");
    }
    if (convert != NULL && !up_recording_is_name(convert)) {
        return up_usage("trace: --convert: %s does not end with .vcd, .csv or .svg", convert);
    }
    recording = up_recording_open(path, &info, &problem);
    if (recording == NULL) {
        return up_failed(&problem);
    }
    if (convert != NULL && up_recording_is_file(recording, convert)) {
        (void)up_usage("trace: --convert: %s is the recording itself", convert);
    } else {
        sink = make_sink(line, &info, &problem);
        status = sink != NULL ? pass_on(path, recording, &part, sink) : up_failed(&problem);
    }
    up_recording_close(recording);
    return status;
}

const struct up_command up_command_trace = {
    .name = "trace",
    .synopsis = "[OPTION]... FILE",
    .summary = "show what is in a recording of run --trace",
    .text = "Shows which ports a program has read and written. FILE ends with .vcd or .csv. What "
            "repeats is folded, with how often and how long: a port that was read until it "
            "changed, a block, a loop of several accesses. Denied accesses are marked. At the end "
            "there is a table of the ports.\n"
            "A TIME is in seconds since the beginning, such as 1.5, or has a unit: 20ms, 300us, "
            "5000ns.\n",
    .options = {{"raw", NULL, "one line for each access"},
                {"convert", "OUT",
                 "write it to a file OUT instead: .vcd, .csv, or .svg, a picture"},
                {"from", "TIME", "leave out what was before"},
                {"to", "TIME", "leave out what was after"},
                {"ports", "LIST", "only accesses to these ports"}},
    .words_min = 1,
    .words_max = 1,
    .run = run_trace,
};
