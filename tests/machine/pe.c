/* SPDX-License-Identifier: MIT
 *
 * The PE loader: see pe.h. Offsets are those of the PE/COFF specification, sections 3 and 5.
 */
#include "pe.h"

#include <stddef.h>
#include <string.h>

#define IMAGE_BYTES_MAX  0x4000000u
#define SECTION_WRITE    0x80000000u
#define DIRECTORY_EXPORT 0u
#define DIRECTORY_IMPORT 1u
#define DIRECTORY_RELOC  5u

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static uint32_t get32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void put32(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
    at[2] = (uint8_t)(value >> 16);
    at[3] = (uint8_t)(value >> 24);
}

/* Does [offset, offset + length) lie within bytes? */
static bool within(uint32_t bytes, uint32_t offset, uint32_t length)
{
    return offset <= bytes && length <= bytes - offset;
}

/* A NUL-terminated string in the image, or NULL. */
static const char *string_at(const uint8_t *image, uint32_t bytes, uint32_t rva)
{
    if (rva >= bytes || memchr(image + rva, 0, bytes - rva) == NULL) {
        return NULL;
    }
    return (const char *)image + rva;
}

const char *pe_read(const uint8_t *file, uint32_t bytes, struct pe_info *info)
{
    uint32_t pe, optional_bytes, table, i;

    memset(info, 0, sizeof *info);
    if (!within(bytes, 0, 64) || get16(file) != 0x5A4D) {
        return "no MZ header";
    }
    pe = get32(file + 0x3C);
    if (!within(bytes, pe, 24 + 96) || get32(file + pe) != 0x4550) {
        return "no PE header";
    }
    if (get16(file + pe + 4) != 0x14C) {
        return "not for i386";
    }
    optional_bytes = get16(file + pe + 20);
    info->characteristics = get16(file + pe + 22);
    if (optional_bytes < 96 || !within(bytes, pe + 24, optional_bytes) ||
        get16(file + pe + 24) != 0x10B) {
        return "no PE32 optional header";
    }
    info->entry_rva = get32(file + pe + 24 + 16);
    info->preferred_base = get32(file + pe + 24 + 28);
    info->image_bytes = get32(file + pe + 24 + 56);
    info->subsystem = get16(file + pe + 24 + 68);
    if (info->image_bytes == 0 || info->image_bytes > IMAGE_BYTES_MAX ||
        info->entry_rva >= info->image_bytes) {
        return "an impossible image size or entry point";
    }
    info->section_count = get16(file + pe + 6);
    table = pe + 24 + optional_bytes;
    if (info->section_count > PE_SECTIONS_MAX || !within(bytes, table, info->section_count * 40u)) {
        return "too many sections, or they are not in the file";
    }
    for (i = 0; i < info->section_count; i++) {
        const uint8_t *section = file + table + i * 40u;
        uint32_t virtual_bytes = get32(section + 8);
        uint32_t raw_bytes = get32(section + 16);

        info->sections[i].rva = get32(section + 12);
        info->sections[i].bytes = virtual_bytes != 0 ? virtual_bytes : raw_bytes;
        info->sections[i].writable = (get32(section + 36) & SECTION_WRITE) != 0;
        if (!within(info->image_bytes, info->sections[i].rva, info->sections[i].bytes)) {
            return "a section outside the image";
        }
        if (raw_bytes != 0 && !within(bytes, get32(section + 20), raw_bytes)) {
            return "a section that is not in the file";
        }
    }
    info->relocatable = (info->characteristics & 1) == 0;
    return NULL;
}

/* The data directory's RVA, or 0. The image holds the headers. */
static uint32_t directory(const uint8_t *image, uint32_t image_bytes, uint32_t index,
                          uint32_t *length)
{
    uint32_t pe = get32(image + 0x3C);
    uint32_t count;

    if (!within(image_bytes, pe, 24 + 96)) {
        return 0;
    }
    count = get32(image + pe + 24 + 92);
    if (index >= count || !within(image_bytes, pe + 24 + 96 + index * 8u, 8) ||
        96 + index * 8u + 8u > get16(image + pe + 20)) {
        return 0;
    }
    *length = get32(image + pe + 24 + 96 + index * 8u + 4);
    return get32(image + pe + 24 + 96 + index * 8u);
}

static const char *relocate(uint8_t *image, uint32_t image_bytes, uint32_t delta)
{
    uint32_t length;
    uint32_t at = directory(image, image_bytes, DIRECTORY_RELOC, &length);
    uint32_t end, i;

    if (at == 0 || !within(image_bytes, at, length)) {
        return "no relocations";
    }
    for (end = at + length; end - at >= 8;) {
        uint32_t page = get32(image + at);
        uint32_t block = get32(image + at + 4);

        if (block < 8 || block > end - at) {
            return "a malformed relocation block";
        }
        for (i = 8; i + 2 <= block; i += 2) {
            uint16_t entry = get16(image + at + i);
            uint32_t target = page + (entry & 0xFFFu);

            if (entry >> 12 == 0) {
                continue;
            }
            if (entry >> 12 != 3 || target < page || !within(image_bytes, target, 4)) {
                return "a relocation of another type, or outside the image";
            }
            put32(image + target, get32(image + target) + delta);
        }
        at += block;
    }
    return NULL;
}

static const char *bind_one(uint8_t *image, uint32_t image_bytes, uint32_t names, uint32_t slots,
                            const char *dll, pe_resolver *resolve, void *context)
{
    for (;; names += 4, slots += 4) {
        const char *name = NULL;
        uint32_t value, address;

        if (!within(image_bytes, names, 4) || !within(image_bytes, slots, 4)) {
            return "an import table that leaves the image";
        }
        value = get32(image + names);
        if (value == 0) {
            return NULL;
        }
        if (!(value & 0x80000000u)) {
            name = value < image_bytes - 2 ? string_at(image, image_bytes, value + 2) : NULL;
            if (name == NULL) {
                return "an import without a name";
            }
        }
        address = resolve(context, dll, name, value & 0xFFFFu);
        if (address == 0) {
            return "an import that nobody has";
        }
        put32(image + slots, address);
    }
}

static const char *bind(uint8_t *image, uint32_t image_bytes, pe_resolver *resolve, void *context)
{
    uint32_t length;
    uint32_t at = directory(image, image_bytes, DIRECTORY_IMPORT, &length);
    const char *problem;

    for (; at != 0; at += 20) {
        const char *dll;
        uint32_t names;

        if (!within(image_bytes, at, 20)) {
            return "an import directory that leaves the image";
        }
        if (get32(image + at + 12) == 0) {
            break;
        }
        dll = string_at(image, image_bytes, get32(image + at + 12));
        if (dll == NULL) {
            return "an import without a DLL";
        }
        names = get32(image + at) != 0 ? get32(image + at) : get32(image + at + 16);
        problem =
            bind_one(image, image_bytes, names, get32(image + at + 16), dll, resolve, context);
        if (problem != NULL) {
            return problem;
        }
    }
    return NULL;
}

const char *pe_load(const uint8_t *file, uint32_t bytes, const struct pe_info *info, uint8_t *image,
                    uint32_t base, pe_resolver *resolve, void *context)
{
    uint32_t pe = get32(file + 0x3C);
    uint32_t header_bytes = get32(file + pe + 24 + 60);
    uint32_t table = pe + 24 + get16(file + pe + 20);
    const char *problem;
    uint32_t i;

    if (header_bytes > bytes || header_bytes > info->image_bytes ||
        !within(header_bytes, 0, table + info->section_count * 40u)) {
        return "headers of an impossible size";
    }
    memset(image, 0, info->image_bytes);
    memcpy(image, file, header_bytes);
    for (i = 0; i < info->section_count; i++) {
        uint32_t raw = get32(file + table + i * 40u + 16);

        raw = raw < info->sections[i].bytes ? raw : info->sections[i].bytes;
        memcpy(image + info->sections[i].rva, file + get32(file + table + i * 40u + 20), raw);
    }
    if (base != info->preferred_base) {
        problem = info->relocatable
                      ? relocate(image, info->image_bytes, base - info->preferred_base)
                      : "not relocatable";
        if (problem != NULL) {
            return problem;
        }
    }
    return bind(image, info->image_bytes, resolve, context);
}

/* The export directory's RVA, or 0. */
static uint32_t exports(const uint8_t *image, uint32_t image_bytes, uint32_t *length)
{
    uint32_t at = directory(image, image_bytes, DIRECTORY_EXPORT, length);

    return within(image_bytes, at, 40) ? at : 0;
}

/* What the table of functions says at an index: an ordinal without its base. */
static uint32_t function_rva(const uint8_t *image, uint32_t image_bytes, uint32_t at,
                             uint32_t index)
{
    uint32_t functions = get32(image + at + 28);
    uint32_t rva;

    if (index >= get32(image + at + 20) || functions > image_bytes ||
        index >= (image_bytes - functions) / 4) {
        return 0;
    }
    rva = get32(image + functions + index * 4u);
    return rva < image_bytes ? rva : 0;
}

uint32_t pe_export(const uint8_t *image, uint32_t image_bytes, const char *name)
{
    uint32_t length;
    uint32_t at = exports(image, image_bytes, &length);
    uint32_t names, ordinals, name_count, i;

    if (at == 0) {
        return 0;
    }
    name_count = get32(image + at + 24);
    names = get32(image + at + 32);
    ordinals = get32(image + at + 36);
    for (i = 0; i < name_count && within(image_bytes, names + i * 4u, 4) &&
                within(image_bytes, ordinals + i * 2u, 2);
         i++) {
        const char *candidate = string_at(image, image_bytes, get32(image + names + i * 4u));

        if (candidate != NULL && strcmp(candidate, name) == 0) {
            return function_rva(image, image_bytes, at, get16(image + ordinals + i * 2u));
        }
    }
    return 0;
}

uint32_t pe_export_ordinal(const uint8_t *image, uint32_t image_bytes, uint32_t ordinal)
{
    uint32_t length;
    uint32_t at = exports(image, image_bytes, &length);

    return at != 0 ? function_rva(image, image_bytes, at, ordinal - get32(image + at + 16)) : 0;
}

const char *pe_forwarder(const uint8_t *image, uint32_t image_bytes, uint32_t rva)
{
    uint32_t length;
    uint32_t at = exports(image, image_bytes, &length);

    return at != 0 && rva >= at && rva - at < length ? string_at(image, image_bytes, rva) : NULL;
}
