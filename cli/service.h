/* SPDX-License-Identifier: MIT
 *
 * The texts about the service that several commands use.
 */
#ifndef UP_CLI_SERVICE_H
#define UP_CLI_SERVICE_H

#include "control/control.h"

/*
 * The start type as userportctl startup takes it ("boot", "demand" or "disabled"), and as a part of
 * a sentence.
 */
const char *up_startup_word(enum up_startup startup);
const char *up_startup_text(enum up_startup startup);

#endif
