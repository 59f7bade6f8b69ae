/* SPDX-License-Identifier: MIT
 *
 * Describes ports as text and as JSON: their ranges, the devices known to be there, and the harm
 * that can be done.
 */
#ifndef UP_CLI_DESCRIBE_H
#define UP_CLI_DESCRIBE_H

#include "core/known_ports.h"
#include "core/settings.h"
#include "core/json.h"

/* Room for a range such as "378-37F" or "61". */
#define UP_RANGE_TEXT 12u
void up_range_text(const struct up_port_range *range, char text[UP_RANGE_TEXT]);

/*
 * Names what is known to be in the range: "printer port LPT1"; several names are joined with ", ",
 * and at most a few are given; "" if nothing is known.
 */
void up_describe_range(const struct up_port_range *range, char *text, size_t size);

/* Does the range have a port that can do harm? */
bool up_is_hazardous(const struct up_port_range *range);

/*
 * Prints "378-37F (printer port LPT1), 61 (...)" to standard output. Of many ranges it prints the
 * first ones, and how many more there are.
 */
void up_out_ports(const struct up_portset *ports);

/* The same, wrapped into lines as by up_out_wrapped. */
void up_out_ports_wrapped(unsigned column, unsigned indent, const struct up_portset *ports);

/*
 * Writes an array with an object for each range: {"ports": "378-37F", "first": 888, "last": 895,
 * "what": [...], "hazards": [...]}
 */
void up_json_ports(struct up_json *json, const char *key, const struct up_portset *ports);

/*
 * Writes an array of the hazards in the list: {"port": 96, "what": "keyboard controller", "hazard":
 * "can ..."}
 */
void up_json_hazards(struct up_json *json, const char *key, const struct up_portset *ports);

/* Writes an array of texts for the problem bits of the settings. */
void up_json_policy_problems(struct up_json *json, const char *key, uint32_t problems);

#endif
