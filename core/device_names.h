/* SPDX-License-Identifier: MIT
 *
 * The devices that can be simulated, as the target of a route names them: "printer:FILE". What they
 * do is in simulated/. Pure C without allocation or OS headers.
 */
#ifndef UP_CORE_DEVICE_NAMES_H
#define UP_CORE_DEVICE_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct up_device_name {
    const char *name;
    const char *argument; /* what follows the colon: "FILE"; NULL: nothing may */
    uint8_t ports;        /* how many ports it has if the route names its first one alone */
    uint8_t needs_argument;
};

/* All of them, with a name of NULL at the end. */
extern const struct up_device_name up_device_names[];

/*
 * Finds the device of a target, such as "printer:out.txt", of which *argument becomes the place
 * behind the colon, or length without one. NULL: there is none of this name.
 */
const struct up_device_name *up_device_name_find(const char *text, size_t length, size_t *argument);

#endif
