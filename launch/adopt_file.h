/* SPDX-License-Identifier: MIT
 *
 * A program's file as adopt.c reads it: its headers, its sections, and the image that Windows'
 * loader makes of it. Offsets are those of Microsoft's PE/COFF
 * specification. adopt_file.c.
 */
#ifndef UP_LAUNCH_ADOPT_FILE_H
#define UP_LAUNCH_ADOPT_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "adopt_problem.h"
#include "import_plan.h"

#define SECTION_BYTES   40u
#define SECTIONS_MAX    96u /* the loader's limit up to Windows XP */
#define IMAGE_BYTES_MAX 0x7FFF0000u

/* an offset in the headers, from the signature PE */
#define AT_SECTION_COUNT 6u

/* A file, with what its headers say. */
struct up_adopt_file {
    const uint8_t *bytes;
    uint32_t size;
    uint32_t pe, sections, section_count;
    uint32_t headers_bytes, section_alignment, file_alignment;
};

/* A section, with its data where the loader takes them from. */
struct up_adopt_section {
    uint32_t address, image_bytes; /* image_bytes: in whole pages */
    uint32_t at, bytes;
};

static inline uint16_t get16(const uint8_t *bytes)
{
    uint16_t value;

    memcpy(&value, bytes, sizeof value);
    return value;
}

static inline uint32_t get32(const uint8_t *bytes)
{
    uint32_t value;

    memcpy(&value, bytes, sizeof value);
    return value;
}

static inline void put16(uint8_t *bytes, uint16_t value)
{
    memcpy(bytes, &value, sizeof value);
}

static inline void put32(uint8_t *bytes, uint32_t value)
{
    memcpy(bytes, &value, sizeof value);
}

/* alignment: a power of 2 */
static inline uint64_t align_up(uint64_t value, uint32_t alignment)
{
    return (value + alignment - 1) & ~((uint64_t)alignment - 1);
}

static inline bool is_power_of_2(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

/*
 * Reads the headers. Result: UP_ADOPT_OK, or why the file is none for a copy; *file has then what
 * was read before.
 */
enum up_adopt_problem up_adopt_read_headers(const uint8_t *bytes, uint32_t size,
                                            struct up_adopt_file *file);

/* Reads a section's header. Result: false if its data are not all in the file. */
bool up_adopt_read_section(const struct up_adopt_file *file, uint32_t index,
                           struct up_adopt_section *section);

/*
 * Reads from the image that the loader would make of the file (struct up_image). context: the
 * struct up_adopt_file. Result: false if not all of it is there.
 */
bool up_adopt_read_image(void *context, uint32_t address, void *to, uint32_t length);

/* An entry of the data directories in the file; empty if there is none. */
struct up_data_directory up_adopt_directory(const struct up_adopt_file *file,
                                            const struct up_import_plan *plan, uint32_t index);

#endif
