/* SPDX-License-Identifier: MIT
 *
 * The names of simulated devices. See device_names.h.
 */
#include "device_names.h"
#include "text.h"

const struct up_device_name up_device_names[] = {
    {"printer", "FILE", 3, 1}, {"loopback", "WIRING", 3, 0}, {"memory", NULL, 1, 0},
    {"speaker", "FILE", 1, 1}, {"script", "FILE", 1, 1},     {"replay", "FILE", 1, 1},
    {NULL, NULL, 0, 0},
};

const struct up_device_name *up_device_name_find(const char *text, size_t length, size_t *argument)
{
    const struct up_device_name *device;
    size_t end = 0, i;

    while (end < length && text[end] != ':') {
        end++;
    }
    *argument = end < length ? end + 1 : length;
    for (device = up_device_names; device->name != NULL; device++) {
        for (i = 0;
             i < end && device->name[i] != '\0' && up_ascii_lower(text[i]) == device->name[i];
             i++) {
        }
        if (i == end && device->name[i] == '\0') {
            return device;
        }
    }
    return NULL;
}
