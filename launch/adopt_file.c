/* SPDX-License-Identifier: MIT
 *
 * Reads a program's file (adopt_file.h). What Windows' loader asks for beyond the specification: a
 * section's address is where the one before ends, in whole pages; its data lie in the file.
 */
#include "adopt_file.h"

#define MZ                0x5A4Du
#define PE                0x00004550u
#define MACHINE_I386      0x014Cu
#define MACHINE_AMD64     0x8664u
#define FILE_HEADER_BYTES 24u /* with the signature PE */
#define FIXED_BYTES_32    96u /* of the optional header, before the data directories */
#define FIXED_BYTES_64    112u
#define SECTOR            512u
#define PAGE              4096u

/* offsets in the headers, from the signature PE */
#define AT_MACHINE           4u
#define AT_OPTIONAL_BYTES    20u
#define AT_SECTION_ALIGNMENT 56u
#define AT_FILE_ALIGNMENT    60u
#define AT_HEADERS_BYTES     84u

enum up_adopt_problem up_adopt_read_headers(const uint8_t *bytes, uint32_t size,
                                            struct up_adopt_file *file)
{
    uint16_t optional_bytes, machine;

    memset(file, 0, sizeof *file);
    file->bytes = bytes;
    file->size = size;
    if (size > UP_ADOPT_BYTES_MAX) {
        return UP_ADOPT_TOO_LARGE;
    }
    if (size < 0x40 || get16(bytes) != MZ) {
        return UP_ADOPT_NO_PROGRAM;
    }
    file->pe = get32(bytes + 0x3C);
    if (file->pe > size || size - file->pe < FILE_HEADER_BYTES || get32(bytes + file->pe) != PE) {
        return UP_ADOPT_NO_PROGRAM;
    }
    machine = get16(bytes + file->pe + AT_MACHINE);
    if (machine != MACHINE_I386 && machine != MACHINE_AMD64) {
        return UP_ADOPT_PROCESSOR;
    }
    optional_bytes = get16(bytes + file->pe + AT_OPTIONAL_BYTES);
    file->sections = file->pe + FILE_HEADER_BYTES + optional_bytes;
    file->section_count = get16(bytes + file->pe + AT_SECTION_COUNT);
    if (optional_bytes < (machine == MACHINE_AMD64 ? FIXED_BYTES_64 : FIXED_BYTES_32) ||
        file->section_count == 0 || file->section_count > SECTIONS_MAX || file->sections > size ||
        size - file->sections < file->section_count * SECTION_BYTES) {
        return UP_ADOPT_DAMAGED;
    }
    file->headers_bytes = get32(bytes + file->pe + AT_HEADERS_BYTES);
    file->section_alignment = get32(bytes + file->pe + AT_SECTION_ALIGNMENT);
    file->file_alignment = get32(bytes + file->pe + AT_FILE_ALIGNMENT);
    if (!is_power_of_2(file->section_alignment) || file->section_alignment < PAGE ||
        !is_power_of_2(file->file_alignment) || file->file_alignment < SECTOR ||
        file->file_alignment > file->section_alignment) {
        return UP_ADOPT_ALIGNMENT;
    }
    return file->headers_bytes > size ? UP_ADOPT_DAMAGED : UP_ADOPT_OK;
}

bool up_adopt_read_section(const struct up_adopt_file *file, uint32_t index,
                           struct up_adopt_section *section)
{
    const uint8_t *header = file->bytes + file->sections + index * SECTION_BYTES;
    const uint32_t virtual_bytes = get32(header + 8), at = get32(header + 20);
    uint64_t image_bytes;

    section->address = get32(header + 12);
    section->bytes = at == 0 ? 0 : get32(header + 16);
    section->at = at & ~(SECTOR - 1); /* as the loader does */
    image_bytes =
        align_up(virtual_bytes != 0 ? virtual_bytes : section->bytes, file->section_alignment);
    section->image_bytes = (uint32_t)image_bytes;
    return (uint64_t)at + section->bytes <= file->size &&
           section->address + image_bytes <= IMAGE_BYTES_MAX;
}

/* How many bytes that begin at address lie in the section, and which; from: NULL: zeros. */
static uint32_t piece_of(const struct up_adopt_file *file, const struct up_adopt_section *section,
                         uint32_t address, const uint8_t **from)
{
    const uint32_t offset = address - section->address;

    if (address < section->address || offset >= section->image_bytes) {
        return 0;
    }
    if (offset < section->bytes) {
        *from = file->bytes + section->at + offset;
        return (section->bytes < section->image_bytes ? section->bytes : section->image_bytes) -
               offset;
    }
    *from = NULL;
    return section->image_bytes - offset;
}

static uint32_t find_piece(const struct up_adopt_file *file, uint32_t address, const uint8_t **from)
{
    struct up_adopt_section section;
    uint32_t piece = 0;

    if (address < file->headers_bytes) {
        *from = file->bytes + address;
        return file->headers_bytes - address;
    }
    for (uint32_t i = 0; i < file->section_count && piece == 0; i++) {
        piece =
            up_adopt_read_section(file, i, &section) ? piece_of(file, &section, address, from) : 0;
    }
    return piece;
}

bool up_adopt_read_image(void *context, uint32_t address, void *to, uint32_t length)
{
    uint8_t *at = to;

    while (length > 0) {
        const uint8_t *from = NULL;
        uint32_t piece = find_piece(context, address, &from);

        if (piece == 0) {
            return false;
        }
        piece = piece < length ? piece : length;
        if (from != NULL) {
            memcpy(at, from, piece);
        } else {
            memset(at, 0, piece);
        }
        at += piece;
        address += piece;
        length -= piece;
    }
    return true;
}

struct up_data_directory up_adopt_directory(const struct up_adopt_file *file,
                                            const struct up_import_plan *plan, uint32_t index)
{
    struct up_data_directory directory = {0, 0};

    if (index < plan->directory_count) {
        memcpy(&directory, file->bytes + plan->directories + index * sizeof directory,
               sizeof directory);
    }
    return directory;
}
