/* SPDX-License-Identifier: MIT
 *
 * Ports in words: ranges, what is known to be there, what can go wrong; as text and as JSON.
 */
#ifndef UP_CLI_DESCRIBE_H
#define UP_CLI_DESCRIBE_H

#include "core/known_ports.h"
#include "core/settings.h"
#include "core/json.h"

/* "378-37F", "61" */
#define UP_RANGE_TEXT 12u
void up_range_text(const struct up_port_range *range, char text[UP_RANGE_TEXT]);

/* What is known to be in the range: "printer port LPT1", several with ", " between, at most some; "" if nothing is. */
void up_describe_range(const struct up_port_range *range, char *text, size_t size);

/* Does it hold a port that can do harm? */
bool up_is_hazardous(const struct up_port_range *range);

/* "378-37F (printer port LPT1), 61 (...)" on standard output; of many ranges the first ones, and how many more. */
void up_out_ports(const struct up_portset *ports);

/* The same in lines, as up_out_wrapped. */
void up_out_ports_wrapped(unsigned column, unsigned indent, const struct up_portset *ports);

/* An array: an object for each range, {"ports": "378-37F", "first": 888, "last": 895, "what": [...], "hazards": [...]} */
void up_json_ports(struct up_json *json, const char *key, const struct up_portset *ports);

/* An array of the hazards in the list: {"port": 96, "what": "keyboard controller", "hazard": "can ..."} */
void up_json_hazards(struct up_json *json, const char *key, const struct up_portset *ports);

/* An array of the policy's problems in words. */
void up_json_policy_problems(struct up_json *json, const char *key, uint32_t problems);

#endif
