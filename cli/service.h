/* SPDX-License-Identifier: MIT
 *
 * The service's words, as several commands use them.
 */
#ifndef UP_CLI_SERVICE_H
#define UP_CLI_SERVICE_H

#include "control/control.h"

/* "boot", "demand" or "disabled": as userportctl startup takes them; and in a sentence. */
const char *up_startup_word(enum up_startup startup);
const char *up_startup_text(enum up_startup startup);

#endif
