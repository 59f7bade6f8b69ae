/* SPDX-License-Identifier: MIT
 *
 * Reads the bytes of a file and the addresses of a PE image in it (exeimage.h).
 */
#include "exeimage.h"

/* ---- bytes ----------------------------------------------------------------------------------- */

bool up_exe_read_memory(void *context, uint32_t offset, void *to, uint32_t length)
{
    const uint8_t *from = (const uint8_t *)context + offset;
    uint8_t *out = to;

    while (length-- > 0) {
        *out++ = *from++;
    }
    return true;
}

static bool fill(struct up_exe_reader *reader, uint32_t offset)
{
    uint32_t rest = reader->source->size - offset;
    uint32_t length = rest < UP_EXE_CACHE_BYTES ? rest : UP_EXE_CACHE_BYTES;

    reader->cached = 0;
    if (!reader->source->read(reader->source->context, offset, reader->cache, length)) {
        reader->failed = true;
        return false;
    }
    reader->cached_at = offset;
    reader->cached = length;
    return true;
}

bool up_exe_get(struct up_exe_reader *reader, uint32_t offset, uint32_t bytes, uint32_t *value)
{
    uint32_t i;

    if (reader->failed || offset > reader->source->size || bytes > reader->source->size - offset) {
        return false;
    }
    if (offset < reader->cached_at || offset - reader->cached_at > reader->cached ||
        bytes > reader->cached - (offset - reader->cached_at)) {
        if (!fill(reader, offset)) {
            return false;
        }
    }
    *value = 0;
    for (i = 0; i < bytes; i++) {
        *value |= (uint32_t)reader->cache[offset - reader->cached_at + i] << 8 * i;
    }
    return true;
}

bool up_exe_get_at(struct up_exe_reader *reader, uint32_t base, uint32_t more, uint32_t bytes,
                   uint32_t *value)
{
    return more <= UINT32_MAX - base && up_exe_get(reader, base + more, bytes, value);
}

/* ---- addresses of an image ------------------------------------------------------------------- */

/*
 * Finds the place of an address in the file, and the number of bytes from there on. False: the file
 * does not contain it.
 */
static bool locate(const struct up_exe_image *image, uint32_t rva, uint32_t *offset,
                   uint32_t *length)
{
    uint32_t size = image->reader->source->size;
    uint32_t i;

    if (image->is_flat || rva < image->headers) {
        *offset = rva;
        *length = rva < size ? size - rva : 0;
        return rva < size;
    }
    for (i = 0; i < image->section_count; i++) {
        const struct up_exe_section *section = &image->sections[i];

        if (rva >= section->rva && rva - section->rva < section->length) {
            *offset = section->offset + (rva - section->rva);
            *length = section->length - (rva - section->rva);
            return true;
        }
    }
    return false;
}

bool up_exe_get_rva(const struct up_exe_image *image, uint32_t rva, uint32_t more, uint32_t bytes,
                    uint32_t *value)
{
    uint32_t offset;
    uint32_t length;

    return more <= UINT32_MAX - rva && locate(image, rva + more, &offset, &length) &&
           bytes <= length && up_exe_get(image->reader, offset, bytes, value);
}

uint32_t up_exe_directory(const struct up_exe_image *image, uint32_t number)
{
    uint32_t rva;

    return number < image->directory_count &&
                   up_exe_get_at(image->reader, image->directories, number * 8, 4, &rva)
               ? rva
               : 0;
}
