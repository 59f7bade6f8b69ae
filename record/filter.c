/* SPDX-License-Identifier: MIT
 *
 * A part of a recording. See filter.h.
 */
#include "filter.h"

#include <stddef.h>

static bool is_within(const struct up_filter *filter, uint64_t time)
{
    return time >= filter->first && time <= filter->last;
}

static bool has_port(const struct up_filter *filter, const struct up_record *record)
{
    uint32_t i;

    for (i = 0; filter->ports != NULL && i < record->width && record->port + i <= 0xFFFFu; i++) {
        if (up_portset_has(filter->ports, (uint16_t)(record->port + i))) {
            return true;
        }
    }
    return filter->ports == NULL;
}

static bool add(struct up_sink *sink, const struct up_record *record)
{
    struct up_filter *filter = (struct up_filter *)sink;

    return !is_within(filter, record->time) || !has_port(filter, record) ||
           filter->to->add(filter->to, record);
}

static bool lost(struct up_sink *sink, uint64_t time, uint64_t count)
{
    struct up_filter *filter = (struct up_filter *)sink;

    return !is_within(filter, time) || filter->to->lost(filter->to, time, count);
}

static bool flush(struct up_sink *sink)
{
    struct up_filter *filter = (struct up_filter *)sink;

    return filter->to->flush(filter->to);
}

static bool close(struct up_sink *sink, uint64_t time, struct up_error_detail *problem)
{
    (void)sink;
    (void)time;
    (void)problem;
    return true;
}

void up_filter_init(struct up_filter *filter, struct up_sink *to, uint64_t first, uint64_t last,
                    const struct up_portset *ports)
{
    *filter = (struct up_filter){
        .sink = {add, lost, flush, close}, .to = to, .first = first, .last = last, .ports = ports};
}
