/* SPDX-License-Identifier: MIT
 *
 * Plans the import directory. See import_plan.h. The offsets are those of Microsoft's PE/COFF
 * specification.
 */
#include "import_plan.h"

#include <stddef.h>
#include <string.h>

#define MZ                0x5A4Du
#define PE                0x00004550u
#define HEADERS_AT        0x3Cu
#define HEADERS_AT_MAX    0x10000000u
#define MACHINE_I386      0x014Cu
#define MACHINE_AMD64     0x8664u
#define MAGIC_32          0x010Bu
#define MAGIC_64          0x020Bu
#define FILE_HEADER_BYTES 24u /* with the signature PE */
#define DIRECTORY_DOTNET  14u
#define DIRECTORIES_MAX   16u
#define DESCRIPTOR_BYTES  20u
#define SECTION_BYTES     40u
#define SECTIONS_MAX      96u
#define DOTNET_FLAGS_AT   16u
#define DOTNET_IL_ONLY    1u
#define IMAGE_BYTES_MAX   0x7FFF0000u

/* An import descriptor: IMAGE_IMPORT_DESCRIPTOR. */
struct descriptor {
    uint32_t lookup; /* the table of names and ordinals */
    uint32_t time, forwarder;
    uint32_t name;
    uint32_t table; /* of addresses */
};
_Static_assert(sizeof(struct descriptor) == DESCRIPTOR_BYTES, "as the loader reads it");

/* ---- reading --------------------------------------------------------------------------------- */

static bool read32(const struct up_image *image, uint32_t address, uint32_t *value)
{
    return image->read(image->context, address, value, sizeof *value);
}

static bool read16(const struct up_image *image, uint32_t address, uint16_t *value)
{
    return image->read(image->context, address, value, sizeof *value);
}

/* Reads an entry of the data directories; one that the image does not have is empty. */
static bool read_directory(const struct up_image *image, const struct up_import_plan *plan,
                           uint32_t index, struct up_data_directory *directory)
{
    *directory = (struct up_data_directory){0, 0};
    return index >= plan->directory_count ||
           image->read(image->context, plan->directories + index * (uint32_t)sizeof *directory,
                       directory, sizeof *directory);
}

/* The section in which the program's import directory lies; *tables is empty if none is found. */
static bool find_section(const struct up_image *image, uint32_t sections, uint16_t count,
                         uint32_t address, struct up_data_directory *tables)
{
    uint16_t i;

    *tables = (struct up_data_directory){0, 0};
    for (i = 0; i < count && i < SECTIONS_MAX; i++) {
        uint32_t place[2]; /* VirtualSize, VirtualAddress */

        if (!image->read(image->context, sections + i * SECTION_BYTES + 8, place, sizeof place)) {
            return false;
        }
        if (address >= place[1] && address - place[1] < place[0]) {
            *tables = (struct up_data_directory){place[1], place[0]};
            return true;
        }
    }
    return true;
}

/* Counts the program's import descriptors. */
static enum up_plan_problem count_descriptors(const struct up_image *image,
                                              struct up_import_plan *plan)
{
    struct descriptor descriptor;

    plan->descriptors = 0;
    if (plan->imports.address == 0) {
        return UP_PLAN_OK;
    }
    for (;; plan->descriptors++) {
        const uint64_t at = plan->imports.address + (uint64_t)plan->descriptors * sizeof descriptor;

        if (plan->descriptors == UP_IMPORTS_MAX || at > IMAGE_BYTES_MAX) {
            return UP_PLAN_IMPORTS;
        }
        if (!image->read(image->context, (uint32_t)at, &descriptor, sizeof descriptor)) {
            return UP_PLAN_UNREADABLE;
        }
        if (descriptor.name == 0 || descriptor.table == 0) {
            return UP_PLAN_OK;
        }
    }
}

static enum up_plan_problem check_dotnet(const struct up_image *image,
                                         const struct up_import_plan *plan)
{
    struct up_data_directory dotnet;
    uint32_t flags;

    if (!read_directory(image, plan, DIRECTORY_DOTNET, &dotnet)) {
        return UP_PLAN_UNREADABLE;
    }
    if (dotnet.address == 0) {
        return UP_PLAN_OK;
    }
    if (dotnet.address > IMAGE_BYTES_MAX ||
        !read32(image, dotnet.address + DOTNET_FLAGS_AT, &flags)) {
        return UP_PLAN_UNREADABLE;
    }
    return (flags & DOTNET_IL_ONLY) != 0 ? UP_PLAN_DOTNET : UP_PLAN_OK;
}

/* ---- the plan -------------------------------------------------------------------------------- */

/* Reads the headers up to the data directories. sections: where the section table is. */
static enum up_plan_problem read_headers(const struct up_image *image, struct up_import_plan *plan,
                                         uint32_t *sections, uint16_t *section_count)
{
    uint16_t mz, machine, optional_bytes, magic;
    uint32_t at, pe, fixed;

    if (!read16(image, 0, &mz) || !read32(image, HEADERS_AT, &at)) {
        return UP_PLAN_UNREADABLE;
    }
    if (mz != MZ || at > HEADERS_AT_MAX) {
        return UP_PLAN_NO_IMAGE;
    }
    if (!read32(image, at, &pe) || !read16(image, at + 4, &machine) ||
        !read16(image, at + 6, section_count) || !read16(image, at + 20, &optional_bytes) ||
        !read16(image, at + FILE_HEADER_BYTES, &magic)) {
        return UP_PLAN_UNREADABLE;
    }
    if (pe != PE) {
        return UP_PLAN_NO_IMAGE;
    }
    if (machine != MACHINE_I386 && machine != MACHINE_AMD64) {
        return UP_PLAN_PROCESSOR;
    }
    plan->is_64_bit = machine == MACHINE_AMD64;
    if (magic != (plan->is_64_bit ? MAGIC_64 : MAGIC_32)) {
        return UP_PLAN_NO_IMAGE;
    }
    fixed = plan->is_64_bit ? 112 : 96; /* of the optional header, before the directories */
    plan->directories = at + FILE_HEADER_BYTES + fixed;
    *sections = at + FILE_HEADER_BYTES + optional_bytes;
    if (optional_bytes < fixed || !read32(image, at + FILE_HEADER_BYTES + 56, &plan->image_bytes) ||
        !read32(image, plan->directories - 4, &plan->directory_count)) {
        return optional_bytes < fixed ? UP_PLAN_NO_IMAGE : UP_PLAN_UNREADABLE;
    }
    if (plan->directory_count > DIRECTORIES_MAX) {
        plan->directory_count = DIRECTORIES_MAX; /* as the loader does */
    }
    return plan->image_bytes > IMAGE_BYTES_MAX             ? UP_PLAN_NO_IMAGE
           : plan->directory_count <= UP_DIRECTORY_IMPORTS ? UP_PLAN_IMPORTS
                                                           : UP_PLAN_OK;
}

static uint32_t tables_bytes(const struct up_import_plan *plan)
{
    return 4 * (plan->is_64_bit ? 8u : 4u); /* one ordinal and the end, twice */
}

/* Offsets in the block. */
static uint32_t descriptors_at(void)
{
    return sizeof(struct up_import_block);
}

static uint32_t tables_at(const struct up_import_plan *plan)
{
    const uint32_t end = descriptors_at() + (plan->descriptors + 2) * DESCRIPTOR_BYTES;

    return (end + 7u) & ~7u;
}

enum up_plan_problem up_import_plan(const struct up_image *image, struct up_import_plan *plan)
{
    enum up_plan_problem problem;
    uint32_t sections = 0;
    uint16_t section_count = 0;

    memset(plan, 0, sizeof *plan);
    problem = read_headers(image, plan, &sections, &section_count);
    if (problem != UP_PLAN_OK) {
        return problem;
    }
    if (!read_directory(image, plan, UP_DIRECTORY_IMPORTS, &plan->imports) ||
        !read_directory(image, plan, UP_DIRECTORY_BOUND, &plan->bound) ||
        !read_directory(image, plan, UP_DIRECTORY_TABLES, &plan->tables)) {
        return UP_PLAN_UNREADABLE;
    }
    if (plan->imports.address > IMAGE_BYTES_MAX) {
        return UP_PLAN_IMPORTS;
    }
    plan->new_tables = plan->tables;
    if (plan->tables.address == 0 && plan->imports.address != 0 &&
        !find_section(image, sections, section_count, plan->imports.address, &plan->new_tables)) {
        return UP_PLAN_UNREADABLE;
    }
    problem = check_dotnet(image, plan);
    if (problem == UP_PLAN_OK) {
        problem = count_descriptors(image, plan);
    }
    plan->block_bytes = tables_at(plan) + tables_bytes(plan) + UP_IMPORT_NAME_MAX;
    return problem;
}

/* ---- the block ------------------------------------------------------------------------------- */

static void copy_text(char *to, const char *from, size_t size)
{
    size_t i;

    for (i = 0; i + 1 < size && from[i] != '\0'; i++) {
        to[i] = from[i];
    }
    to[i] = '\0';
}

/* Writes a table with ordinal 1 and its end. */
static void write_table(const struct up_import_plan *plan, uint8_t *table)
{
    if (plan->is_64_bit) {
        const uint64_t entries[2] = {UINT64_C(1) << 63 | 1u, 0};

        memcpy(table, entries, sizeof entries);
    } else {
        const uint32_t entries[2] = {UINT32_C(1) << 31 | 1u, 0};

        memcpy(table, entries, sizeof entries);
    }
}

enum up_plan_problem up_import_block(const struct up_image *image,
                                     const struct up_import_plan *plan, const char *dll,
                                     const char *settings, uint32_t block, uint8_t *bytes)
{
    struct up_import_block *head = (struct up_import_block *)(void *)bytes;
    const uint32_t tables = tables_at(plan), name = tables + tables_bytes(plan);
    uint8_t *const descriptors = bytes + descriptors_at();
    const struct descriptor own = {
        .lookup = block + tables,
        .name = block + name,
        .table = block + tables + tables_bytes(plan) / 2,
    };

    memset(bytes, 0, plan->block_bytes);
    memcpy(head->magic, UP_IMPORT_MAGIC, sizeof head->magic);
    head->imports = plan->imports;
    head->bound = plan->bound;
    head->tables = plan->tables;
    head->directories = plan->directories;
    head->directory_count = plan->directory_count;
    copy_text(head->settings, settings, sizeof head->settings);

    memcpy(descriptors, &own, sizeof own);
    if (plan->descriptors > 0 &&
        !image->read(image->context, plan->imports.address, descriptors + DESCRIPTOR_BYTES,
                     plan->descriptors * DESCRIPTOR_BYTES)) {
        return UP_PLAN_UNREADABLE;
    }
    write_table(plan, bytes + tables);
    write_table(plan, bytes + tables + tables_bytes(plan) / 2);
    copy_text((char *)bytes + name, dll, UP_IMPORT_NAME_MAX);
    return UP_PLAN_OK;
}

struct up_data_directory up_import_directory(const struct up_import_plan *plan, uint32_t block)
{
    return (struct up_data_directory){block + descriptors_at(),
                                      (plan->descriptors + 2) * DESCRIPTOR_BYTES};
}
