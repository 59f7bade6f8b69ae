/* SPDX-License-Identifier: MIT
 *
 * The JSON of the command trace. See trace.h.
 */
#include <stdlib.h>

#include "core/known_ports.h"
#include "record/statistics.h"
#include "output.h"
#include "trace.h"

struct json_sink {
    struct up_sink sink;
    const char *path;
    const struct up_record_info *info;
    struct up_statistics *statistics; /* NULL: an object for each access */
    bool is_cut;
};

static void add_access(const struct up_record *record)
{
    struct up_json *json = up_out_json();

    up_json_object(json, NULL);
    up_json_large(json, "time_ns", record->time);
    up_json_number(json, "process", record->process);
    up_json_number(json, "thread", record->thread);
    up_json_large(json, "address", record->address);
    up_json_text(json, "module", record->module);
    up_json_large(json, "offset", record->offset);
    up_json_number(json, "port", record->port);
    up_json_number(json, "width", 8u * record->width);
    up_json_text(json, "direction", (record->flags & UP_RECORD_WRITE) != 0 ? "write" : "read");
    up_json_number(json, "value", record->value);
    up_json_bool(json, "denied", (record->flags & UP_RECORD_DENIED) != 0);
    up_json_bool(json, "wait", (record->flags & UP_RECORD_WAIT) != 0);
    up_json_bool(json, "simulated", (record->flags & UP_RECORD_SIMULATED) != 0);
    up_json_end(json);
    up_out_json_end();
}

static bool add(struct up_sink *sink, const struct up_record *record)
{
    struct json_sink *self = (struct json_sink *)sink;

    if (self->statistics != NULL) {
        (void)up_statistics_add(self->statistics, record);
    } else {
        add_access(record);
    }
    return true;
}

static bool lost(struct up_sink *sink, uint64_t time, uint64_t count)
{
    struct json_sink *self = (struct json_sink *)sink;
    struct up_json *json = up_out_json();

    if (self->statistics != NULL) {
        self->statistics->lost += count;
        return true;
    }
    up_json_object(json, NULL);
    up_json_large(json, "time_ns", time);
    up_json_large(json, "lost", count);
    up_json_end(json);
    up_out_json_end();
    return true;
}

static bool flush(struct up_sink *sink)
{
    (void)sink;
    return true;
}

static void add_value(struct up_json *json, const char *key, bool is_known, uint32_t value)
{
    if (is_known) {
        up_json_number(json, key, value);
    } else {
        up_json_text(json, key, NULL);
    }
}

static void add_port(struct up_json *json, const struct up_port_statistics *port)
{
    const struct up_known_ports *known = up_known_ports_at(port->port);

    up_json_object(json, NULL);
    up_json_number(json, "port", port->port);
    up_json_text(json, "name", known != NULL ? known->name : NULL);
    up_json_text(json, "what", known != NULL ? known->what : NULL);
    up_json_large(json, "reads", port->reads);
    up_json_large(json, "writes", port->writes);
    up_json_large(json, "denied", port->denied);
    up_json_number(json, "values", port->values);
    up_json_bool(json, "values_are_all", !port->has_more);
    add_value(json, "last_read", port->width_read != 0, port->value_read);
    add_value(json, "last_written", port->width_written != 0, port->value_written);
    up_json_large(json, "first_ns", port->first);
    up_json_large(json, "last_ns", port->last);
    up_json_end(json);
}

static void print_all(const struct json_sink *self, uint64_t time)
{
    const struct up_statistics *statistics = self->statistics;
    struct up_json *json = up_out_json();
    uint32_t i;

    up_json_object(json, NULL);
    up_json_text(json, "file", self->path);
    up_json_text(json, "program", self->info->program[0] != '\0' ? self->info->program : NULL);
    up_json_text(json, "begun", self->info->begun[0] != '\0' ? self->info->begun : NULL);
    up_json_large(json, "end_ns", time);
    up_json_bool(json, "is_cut", self->is_cut);
    up_json_array(json, "printers");
    for (i = 0; i < self->info->printers; i++) {
        up_json_number(json, NULL, self->info->printer[i]);
    }
    up_json_end(json);
    up_json_large(json, "reads", statistics->reads);
    up_json_large(json, "writes", statistics->writes);
    up_json_large(json, "denied", statistics->denied);
    up_json_large(json, "lost", statistics->lost);
    up_json_array(json, "ports");
    for (i = 0; i < statistics->count; i++) {
        add_port(json, statistics->list[i]);
    }
    up_json_end(json);
    up_json_end(json);
    up_out_json_end();
}

static bool close(struct up_sink *sink, uint64_t time, struct up_error_detail *problem)
{
    struct json_sink *self = (struct json_sink *)sink;

    (void)problem;
    if (self->statistics != NULL) {
        print_all(self, time);
    }
    up_statistics_free(self->statistics);
    free(self);
    return true;
}

void up_trace_end(struct up_sink *sink, bool is_cut)
{
    if (sink->add == add) {
        ((struct json_sink *)sink)->is_cut = is_cut;
    }
}

struct up_sink *up_trace_json(const char *path, const struct up_record_info *info, bool is_raw,
                              struct up_error_detail *problem)
{
    struct json_sink *self = calloc(1, sizeof *self);

    if (self != NULL) {
        self->sink = (struct up_sink){add, lost, flush, close};
        self->path = path;
        self->info = info;
        self->statistics = is_raw ? NULL : up_statistics_new();
    }
    if (self == NULL || (!is_raw && self->statistics == NULL)) {
        free(self);
        up_error_detail_set(problem, 0, "Close other programs.", "there is not enough memory");
        return NULL;
    }
    return &self->sink;
}
