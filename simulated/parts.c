/* SPDX-License-Identifier: MIT
 *
 * Memory for simulated devices. See parts.h.
 */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

void up_device_say_no_memory(struct up_error_detail *problem)
{
    up_error_detail_set(problem, 0, NULL, "there is not enough memory for a simulated device");
}

void *up_device_new(const struct up_device_kind *kind, size_t size, struct up_error_detail *problem)
{
    struct up_simulated *device = calloc(1, size);

    if (device == NULL) {
        up_device_say_no_memory(problem);
        return NULL;
    }
    device->kind = kind;
    return device;
}

void up_device_flush_nothing(struct up_simulated *device)
{
    (void)device;
}

bool up_device_close_memory(struct up_simulated *device, uint64_t time,
                            struct up_error_detail *problem)
{
    (void)time;
    (void)problem;
    free(device);
    return true;
}

char *up_device_copy(const char *text, struct up_error_detail *problem)
{
    const size_t size = strlen(text) + 1u;
    char *copy = malloc(size);

    if (copy == NULL) {
        up_device_say_no_memory(problem);
        return NULL;
    }
    memcpy(copy, text, size);
    return copy;
}
