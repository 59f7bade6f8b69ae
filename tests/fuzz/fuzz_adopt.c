/* SPDX-License-Identifier: MIT
 *
 * launch/adopt.c against any bytes: a file is refused, or the way back from its copy gives the same
 * bytes. Nothing outside the files is touched (ASan sees it). An input that begins with an odd byte
 * is a list of places and values for a small program, which gets further than most bytes would.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "launch/adopt.h"
#include "tests/unit/exe_image.h"

#define CHANGE_BYTES 4u
#define OVERLAY      64u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void *copy_of(const void *bytes, size_t size)
{
    void *copy = malloc(size > 0 ? size : 1);

    assert(copy != NULL);
    memcpy(copy, bytes, size);
    return copy;
}

/* Any bytes may say that they are such a copy. */
static void undo_any(const uint8_t *file, uint32_t size)
{
    uint32_t original_size;

    if (up_adopt_undo_plan(file, size, &original_size) == UP_ADOPT_OK) {
        uint8_t *original = malloc(original_size + 1);

        assert(original != NULL);
        (void)up_adopt_undo(file, size, original);
        free(original);
    }
}

static void adopt(const uint8_t *file, uint32_t size)
{
    struct up_adoption adoption;
    uint32_t original_size;
    uint8_t *copy, *original;

    undo_any(file, size);
    if (up_adopt_plan(file, size, &adoption) != UP_ADOPT_OK) {
        return;
    }
    copy = malloc(adoption.size);
    original = malloc(size);
    assert(copy != NULL && original != NULL);
    up_adopt_write(file, size, &adoption, copy);
    assert(up_adopt_undo_plan(copy, adoption.size, &original_size) == UP_ADOPT_OK);
    assert(original_size == size);
    assert(up_adopt_undo(copy, adoption.size, original) == UP_ADOPT_OK);
    assert(memcmp(original, file, size) == 0);
    free(copy);
    free(original);
}

/* A small program with changes of two bytes each: the place, the value. */
static uint8_t *make_program(const uint8_t *data, size_t size, bool is_64bit)
{
    uint8_t bytes[IMAGE_BYTES + OVERLAY];

    put_image(bytes, is_64bit);
    memset(bytes + IMAGE_BYTES, 0xA5, OVERLAY);
    put16(bytes, IMAGE_PE + 22, 0x0102);
    put32(bytes, IMAGE_OPTIONAL + 56, 0x2000);
    put32(bytes, IMAGE_IMPORTS + 16, IMAGE_TEXT + IMAGE_DELTA);
    for (size_t at = 0; at + CHANGE_BYTES <= size; at += CHANGE_BYTES) {
        const uint32_t place = (uint32_t)(data[at] | data[at + 1] << 8) % (IMAGE_BYTES - 1);

        put16(bytes, place, (uint32_t)(data[at + 2] | data[at + 3] << 8));
    }
    return copy_of(bytes, sizeof bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *file;

    if (size > 0 && (data[0] & 1) != 0 && data[0] != 'M') {
        file = make_program(data + 1, size - 1, (data[0] & 2) != 0);
        size = IMAGE_BYTES + OVERLAY;
    } else {
        file = copy_of(data, size);
    }
    adopt(file, (uint32_t)size);
    free(file);
    return 0;
}
