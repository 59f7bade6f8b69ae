/* SPDX-License-Identifier: MIT
 *
 * Describes ports by the tables of core/ (describe.h).
 */
#include "describe.h"

#include <stdio.h>
#include <string.h>

#include "control/settings_store.h"
#include "core/text.h"
#include "output.h"

#define NAMES_SHOWN  4u
#define RANGES_SHOWN 12u

void up_range_text(const struct up_port_range *range, char text[UP_RANGE_TEXT])
{
    const unsigned first = range->first, last = range->last;

    (void)snprintf(text, UP_RANGE_TEXT, first == last ? "%X" : "%X-%X", first, last);
}

static bool touches(const struct up_known_ports *known, const struct up_port_range *range)
{
    unsigned i;

    for (i = 0; i < known->range_count; i++) {
        if (known->ranges[i].first <= range->last && known->ranges[i].last >= range->first) {
            return true;
        }
    }
    return false;
}

void up_describe_range(const struct up_port_range *range, char *text, size_t size)
{
    struct up_writer list;
    unsigned count = 0;
    size_t i;

    up_writer_init(&list, text, size);
    for (i = 0; i < up_known_ports_count; i++) {
        const struct up_known_ports *known = &up_known_ports[i];

        if (known->preset || !touches(known, range)) {
            continue;
        }
        if (count++ < NAMES_SHOWN) {
            up_writer_format(&list, "%s%s", count > 1 ? ", " : "", known->what);
        }
    }
    if (count > NAMES_SHOWN) {
        up_writer_format(&list, " and %u more", count - NAMES_SHOWN);
    }
}

bool up_is_hazardous(const struct up_port_range *range)
{
    size_t i;

    for (i = 0; i < up_known_ports_count; i++) {
        if (up_known_ports[i].hazard != NULL && touches(&up_known_ports[i], range)) {
            return true;
        }
    }
    return false;
}

static void ports_text(const struct up_portset *ports, char *out, size_t size)
{
    struct up_port_range range;
    char text[UP_RANGE_TEXT], what[300];
    uint32_t shown = 0, ranges = 0, from;
    struct up_writer list;

    up_writer_init(&list, out, size);
    for (from = 0; up_portset_next(ports, from, &range); from = range.last + 1u) {
        if (ranges++ < RANGES_SHOWN) {
            up_range_text(&range, text);
            up_describe_range(&range, what, sizeof what);
            up_writer_format(&list, what[0] != '\0' ? "%s%s (%s)" : "%s%s%s", shown > 0 ? ", " : "",
                             text, what);
            shown++;
        }
    }
    if (ranges > shown) {
        up_writer_format(&list, ", and %lu more ranges: %lu ports in all",
                         (unsigned long)(ranges - shown), (unsigned long)up_portset_count(ports));
    }
}

/* Room for RANGES_SHOWN ranges and for the sentence after them. */
#define PORTS_TEXT_MAX (RANGES_SHOWN * (UP_RANGE_TEXT + 300u + 8u) + 80u)

void up_out_ports(const struct up_portset *ports)
{
    static char text[PORTS_TEXT_MAX];

    ports_text(ports, text, sizeof text);
    up_out_text(text);
}

void up_out_ports_wrapped(unsigned column, unsigned indent, const struct up_portset *ports)
{
    static char text[PORTS_TEXT_MAX];

    ports_text(ports, text, sizeof text);
    up_out_wrapped(column, indent, text);
}

static void add_known(struct up_json *json, const struct up_port_range *range)
{
    size_t i;

    up_json_array(json, "what");
    for (i = 0; i < up_known_ports_count; i++) {
        if (!up_known_ports[i].preset && touches(&up_known_ports[i], range)) {
            up_json_text(json, NULL, up_known_ports[i].what);
        }
    }
    up_json_end(json);
    up_json_array(json, "hazards");
    for (i = 0; i < up_known_ports_count; i++) {
        if (up_known_ports[i].hazard != NULL && touches(&up_known_ports[i], range)) {
            up_json_text(json, NULL, up_known_ports[i].hazard);
        }
    }
    up_json_end(json);
}

void up_json_ports(struct up_json *json, const char *key, const struct up_portset *ports)
{
    struct up_port_range range;
    char text[UP_RANGE_TEXT];
    uint32_t from;

    up_json_array(json, key);
    for (from = 0; up_portset_next(ports, from, &range); from = range.last + 1u) {
        up_range_text(&range, text);
        up_json_object(json, NULL);
        up_json_text(json, "ports", text);
        up_json_number(json, "first", range.first);
        up_json_number(json, "last", range.last);
        add_known(json, &range);
        up_json_end(json);
    }
    up_json_end(json);
}

void up_json_hazards(struct up_json *json, const char *key, const struct up_portset *ports)
{
    const struct up_known_ports *known;
    size_t cursor = 0;
    uint16_t port;

    up_json_array(json, key);
    while ((known = up_known_ports_next_hazard(ports, &cursor, &port)) != NULL) {
        up_json_object(json, NULL);
        up_json_number(json, "port", port);
        up_json_text(json, "what", known->what);
        up_json_text(json, "hazard", known->hazard);
        up_json_end(json);
    }
    up_json_end(json);
}

void up_json_policy_problems(struct up_json *json, const char *key, uint32_t problems)
{
    uint32_t bit;

    up_json_array(json, key);
    for (bit = 1; bit != 0; bit <<= 1) {
        if ((problems & bit) != 0) {
            up_json_text(json, NULL, up_store_problem_text(bit));
        }
    }
    up_json_end(json);
}
