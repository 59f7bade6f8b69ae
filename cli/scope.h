/* SPDX-License-Identifier: MIT
 *
 * Describes who may use the ports, all processes or those that open the device, as text and as
 * JSON. Only for Windows: on Linux the rules say it.
 */
#ifndef UP_CLI_SCOPE_H
#define UP_CLI_SCOPE_H

#include "core/json.h"

/* Writes the members scope ("all" or "openers") and sticky. */
void up_json_scope(struct up_json *json, uint32_t scope, uint32_t sticky);

/* Says in one sentence who may use the ports on this Windows. */
const char *up_scope_text(uint32_t scope, uint32_t sticky);

#endif
