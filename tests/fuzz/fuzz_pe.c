/* SPDX-License-Identifier: MIT
 *
 * The test machine's PE loader against any bytes: whatever a file says of itself, nothing outside
 * the file and the image is touched (ASan sees it), and what is loaded has only addresses that were
 * asked for.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tests/machine/pe.h"

#define ADDRESS 0x12345678u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(const uint8_t *image, uint32_t bytes, uint32_t rva)
{
    const char *forwarder = pe_forwarder(image, bytes, rva);

    assert(rva < bytes && (forwarder == NULL || strlen(forwarder) < bytes));
}

static uint32_t resolve(void *context, const char *dll, const char *name, uint32_t ordinal)
{
    uint32_t *calls = context;

    (void)ordinal;
    assert(strlen(dll) < 1u << 26 && (name == NULL || strlen(name) < 1u << 26));
    return ++*calls < 1000 ? ADDRESS : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pe_info info;
    uint32_t calls = 0;
    uint8_t *image;

    if (pe_read(data, (uint32_t)size, &info) != NULL || info.image_bytes > 1u << 22) {
        return 0;
    }
    image = malloc(info.image_bytes);
    assert(image != NULL);
    if (pe_load(data, (uint32_t)size, &info, image, info.preferred_base + 0x10000u, resolve,
                &calls) == NULL) {
        look_up(image, info.image_bytes, pe_export(image, info.image_bytes, "DriverEntry"));
        look_up(image, info.image_bytes, pe_export_ordinal(image, info.image_bytes, 1));
    }
    pe_load(data, (uint32_t)size, &info, image, info.preferred_base, resolve, &calls);
    free(image);
    return 0;
}
