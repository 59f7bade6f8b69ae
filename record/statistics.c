/* SPDX-License-Identifier: MIT
 *
 * What the accesses of a recording come to. See statistics.h.
 */
#include "statistics.h"

#include <stdlib.h>
#include <string.h>

struct up_statistics *up_statistics_new(void)
{
    return calloc(1, sizeof(struct up_statistics));
}

void up_statistics_free(struct up_statistics *statistics)
{
    if (statistics != NULL) {
        while (statistics->count > 0) {
            free(statistics->list[--statistics->count]);
        }
        free(statistics);
    }
}

/* Where the port is in the list, or would be. */
static uint32_t place_of(const struct up_statistics *statistics, uint16_t port)
{
    uint32_t low = 0, high = statistics->count;

    while (low < high) {
        const uint32_t middle = (low + high) / 2u;

        if (statistics->list[middle]->port < port) {
            low = middle + 1u;
        } else {
            high = middle;
        }
    }
    return low;
}

static struct up_port_statistics *find(struct up_statistics *statistics,
                                       const struct up_record *record)
{
    const uint32_t at = place_of(statistics, record->port);
    struct up_port_statistics *port;

    if (at < statistics->count && statistics->list[at]->port == record->port) {
        return statistics->list[at];
    }
    port = statistics->count < UP_STATISTICS_PORTS ? calloc(1, sizeof *port) : NULL;
    if (port != NULL) {
        port->port = record->port;
        port->first = record->time;
        memmove(&statistics->list[at + 1u], &statistics->list[at],
                (statistics->count - at) * sizeof(struct up_port_statistics *));
        statistics->list[at] = port;
        statistics->count++;
    }
    return port;
}

static void add_value(struct up_port_statistics *port, uint32_t value, unsigned width)
{
    uint32_t i;

    if (width == 1) {
        const uint8_t bit = (uint8_t)(1u << value % 8u);

        port->values += (port->seen[value / 8u % 32u] & bit) == 0;
        port->seen[value / 8u % 32u] |= bit;
        return;
    }
    for (i = 0; i < port->wide_count; i++) {
        if (port->wide[i] == value) {
            return;
        }
    }
    if (port->wide_count == UP_STATISTICS_WIDE) {
        port->has_more = true;
        return;
    }
    port->wide[port->wide_count++] = value;
    port->values++;
}

struct up_port_statistics *up_statistics_add(struct up_statistics *statistics,
                                             const struct up_record *record)
{
    const bool is_denied = (record->flags & UP_RECORD_DENIED) != 0;
    const bool is_write = !is_denied && (record->flags & UP_RECORD_WRITE) != 0;
    const bool is_read = !is_denied && !is_write;
    struct up_port_statistics *port = find(statistics, record);

    statistics->denied += is_denied;
    statistics->reads += is_read;
    statistics->writes += is_write;
    if (port == NULL) {
        statistics->others++;
        return NULL;
    }
    port->denied += is_denied;
    port->reads += is_read;
    port->writes += is_write;
    port->last = record->time;
    if (is_read) {
        port->value_read = record->value;
        port->width_read = record->width;
    } else if (is_write) {
        port->value_written = record->value;
        port->width_written = record->width;
    }
    if (!is_denied) {
        add_value(port, record->value, record->width);
    }
    return port;
}

const struct up_port_statistics *up_statistics_find(const struct up_statistics *statistics,
                                                    uint16_t port)
{
    const uint32_t at = place_of(statistics, port);

    return at < statistics->count && statistics->list[at]->port == port ? statistics->list[at]
                                                                        : NULL;
}

uint64_t up_statistics_rate(const struct up_port_statistics *port)
{
    const uint64_t all = port->reads + port->writes + port->denied;
    const uint64_t ns = port->last - port->first;

    if (all < 2 || ns == 0 || all > UINT64_MAX / 1000000000u) {
        return 0;
    }
    return ((all - 1u) * 1000000000u + ns / 2u) / ns;
}
