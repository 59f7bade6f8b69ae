/* SPDX-License-Identifier: MIT
 *
 * Opens the device that a route names. See simulated.h, and core/device_names.h for the names.
 */
#include "simulated.h"

#include <string.h>

#include "core/device_names.h"

static const struct up_device_kind *const kinds[] = {
    &up_device_printer, &up_device_loopback, &up_device_memory,
    &up_device_speaker, &up_device_script,   &up_device_replay,
};

struct up_simulated *up_simulated_open(const char *text, up_device_note *note, void *context,
                                       struct up_error_detail *problem)
{
    size_t argument, i;
    const struct up_device_name *name = up_device_name_find(text, strlen(text), &argument);

    if (name != NULL && name->needs_argument && text[argument] == '\0') {
        up_error_detail_set(problem, 0, NULL, "the device %s needs a file: %s:FILE", name->name,
                            name->name);
        return NULL;
    }
    if (name != NULL && name->argument == NULL && strchr(text, ':') != NULL) {
        up_error_detail_set(problem, 0, NULL, "the device %s takes nothing behind its name",
                            name->name);
        return NULL;
    }
    for (i = 0; name != NULL && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i]->name, name->name) == 0) {
            return kinds[i]->open(text + argument, note, context, problem);
        }
    }
    up_error_detail_set(problem, 0, NULL, "there is no device that is called %s", text);
    return NULL;
}

void up_simulated_covers(struct up_simulated *device, uint16_t first, uint16_t last)
{
    if (device->kind->covers != NULL) {
        device->kind->covers(device, first, last);
    }
}
