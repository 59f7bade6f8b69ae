/* SPDX-License-Identifier: MIT
 *
 * Programs that bring userport-trap.dll with them. See adopt.h; adopt_file.c reads their files.
 */
#include "adopt.h"

#include <stddef.h>
#include <string.h>

#include "adopt_file.h"

/* offsets in the headers, from the signature PE */
#define AT_SYMBOLS         12u
#define AT_SYMBOL_COUNT    16u
#define AT_CHARACTERISTICS 22u
#define AT_IMAGE_BYTES     80u
#define AT_CHECKSUM        88u
#define AT_SUBSYSTEM       92u
#define AT_DLL_FLAGS       94u

#define SYMBOL_BYTES           18u
#define IS_EXECUTABLE          0x0002u
#define IS_DLL                 0x2000u
#define SUBSYSTEM_NATIVE       1u
#define SUBSYSTEM_WINDOW       2u
#define SUBSYSTEM_CONSOLE      3u
#define DEMANDS_SIGNATURE      0x0080u /* IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY */
#define DIRECTORY_CERTIFICATES 4u
#define SECTION_IS_DATA        0xC0000040u /* initialized, may be read and written */

#define RECORD_MAGIC   "UserPort adopted" /* 16 characters, without a terminating 0 */
#define RECORD_VERSION 1u

/*
 * What the section begins with. Behind it are the program's own bytes from headers_at, in which the
 * copy differs from it, and then struct up_import_block.
 */
struct record {
    char magic[16];
    uint32_t version;
    uint32_t original_size;
    uint32_t inserted_at, inserted_bytes;
    uint32_t headers_at, headers_bytes;
    uint64_t hash; /* of the program's own file */
};

/* Fowler, Noll and Vo's hash 1a. */
static uint64_t hash_of(const uint8_t *bytes, uint32_t size)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);

    for (uint32_t i = 0; i < size; i++) {
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001B3);
    }
    return hash;
}

/* ---- an earlier adoption --------------------------------------------------------------------- */

/* Finds the record of an adopted copy. Result: false if the file is none. */
static bool find_record(const struct up_adopt_file *file, struct record *record, uint32_t *at)
{
    const uint32_t last = file->section_count - 1;
    struct up_adopt_section section;

    if (memcmp(file->bytes + file->sections + last * SECTION_BYTES, UP_ADOPT_SECTION, 8) != 0 ||
        !up_adopt_read_section(file, last, &section) || section.bytes < sizeof *record) {
        return false;
    }
    memcpy(record, file->bytes + section.at, sizeof *record);
    *at = section.at;
    return memcmp(record->magic, RECORD_MAGIC, sizeof record->magic) == 0;
}

/* ---- the plan -------------------------------------------------------------------------------- */

static enum up_adopt_problem check_kind(const struct up_adopt_file *file)
{
    const uint8_t *pe = file->bytes + file->pe;
    const uint16_t flags = get16(pe + AT_CHARACTERISTICS), subsystem = get16(pe + AT_SUBSYSTEM);
    struct record record;
    uint32_t at;

    if ((flags & IS_DLL) != 0 || subsystem == SUBSYSTEM_NATIVE) {
        return UP_ADOPT_DLL_OR_DRIVER;
    }
    if ((flags & IS_EXECUTABLE) == 0 ||
        (subsystem != SUBSYSTEM_WINDOW && subsystem != SUBSYSTEM_CONSOLE)) {
        return UP_ADOPT_NO_PROGRAM;
    }
    if (find_record(file, &record, &at)) {
        return UP_ADOPT_ALREADY;
    }
    return (get16(pe + AT_DLL_FLAGS) & DEMANDS_SIGNATURE) != 0 ? UP_ADOPT_INTEGRITY : UP_ADOPT_OK;
}

static enum up_adopt_problem plan_imports(struct up_adopt_file *file, struct up_import_plan *plan)
{
    const struct up_image image = {up_adopt_read_image, file};

    switch (up_import_plan(&image, plan)) {
    case UP_PLAN_OK:
        return UP_ADOPT_OK;
    case UP_PLAN_PROCESSOR:
        return UP_ADOPT_PROCESSOR;
    case UP_PLAN_DOTNET:
        return UP_ADOPT_DOTNET;
    default:
        return UP_ADOPT_DAMAGED;
    }
}

/*
 * Is there room for a section's header at that place? It has to be empty, but the table of bound
 * imports, which some linkers put there, counts no more.
 */
static bool has_room(const struct up_adopt_file *file, const struct up_data_directory *bound,
                     uint32_t at, uint32_t first_data)
{
    const uint32_t end = at + SECTION_BYTES;

    if (file->section_count == SECTIONS_MAX || end > file->headers_bytes || end > first_data) {
        return false;
    }
    for (uint32_t i = at; i < end; i++) {
        const bool is_bound = i >= bound->address && i - bound->address < bound->bytes;

        if (file->bytes[i] != 0 && !is_bound) {
            return false;
        }
    }
    return true;
}

/* How many bytes from at on are the symbols that a linker has put there for debuggers. */
static uint32_t symbol_bytes(const struct up_adopt_file *file, uint32_t at)
{
    const uint8_t *pe = file->bytes + file->pe;
    const uint64_t end =
        (uint64_t)at + (uint64_t)get32(pe + AT_SYMBOL_COUNT) * SYMBOL_BYTES; /* the strings */
    uint64_t bytes;

    if (get32(pe + AT_SYMBOLS) != at || at == 0 || end + 4 > file->size) {
        return 0;
    }
    bytes = end - at + get32(file->bytes + end);
    return bytes <= file->size - at ? (uint32_t)bytes : 0;
}

/* How many of the bytes from at on somebody else than a debugger may be looking for. */
static uint32_t count_moved(const struct up_adopt_file *file,
                            const struct up_data_directory *certificates, uint32_t at)
{
    uint32_t end = file->size;

    if (certificates->address >= at && certificates->address <= end &&
        end - certificates->address == certificates->bytes) {
        end = certificates->address;
    }
    at += symbol_bytes(file, at);
    return at < end ? end - at : 0;
}

/* Finds the place of the new section. first_data: where the data of sections begin in the file. */
static enum up_adopt_problem plan_place(const struct up_adopt_file *file,
                                        struct up_adoption *adoption, uint32_t *first_data)
{
    uint64_t image_end = 0, data_end = file->headers_bytes;

    *first_data = file->size;
    for (uint32_t i = 0; i < file->section_count; i++) {
        struct up_adopt_section section;

        if (!up_adopt_read_section(file, i, &section)) {
            return UP_ADOPT_DAMAGED;
        }
        if ((uint64_t)section.address + section.image_bytes > image_end) {
            image_end = (uint64_t)section.address + section.image_bytes;
        }
        if (section.bytes > 0) {
            const uint32_t end =
                get32(file->bytes + file->sections + i * SECTION_BYTES + 20) + section.bytes;

            data_end = end > data_end ? end : data_end;
            *first_data = section.at < *first_data ? section.at : *first_data;
        }
    }
    if (image_end % file->section_alignment != 0 || image_end == 0) {
        return UP_ADOPT_DAMAGED;
    }
    adoption->section_address = (uint32_t)image_end;
    adoption->inserted_at = (uint32_t)data_end;
    adoption->section_at = (uint32_t)align_up(data_end, file->file_alignment);
    return UP_ADOPT_OK;
}

static uint32_t saved_bytes(const struct up_adoption *adoption)
{
    return adoption->header_at + SECTION_BYTES - adoption->pe_at;
}

/* Where the import block is in the section. */
static uint32_t block_offset(const struct up_adoption *adoption)
{
    return (uint32_t)align_up(sizeof(struct record) + saved_bytes(adoption), 8);
}

static enum up_adopt_problem plan_sizes(const struct up_adopt_file *file,
                                        struct up_adoption *adoption)
{
    const uint32_t used = block_offset(adoption) + adoption->imports.block_bytes;
    const uint64_t bytes = align_up(used, file->file_alignment);
    const uint64_t inserted = adoption->section_at - (uint64_t)adoption->inserted_at + bytes;

    if (file->size + inserted > UP_ADOPT_BYTES_MAX ||
        adoption->section_address + align_up(used, file->section_alignment) > IMAGE_BYTES_MAX) {
        return UP_ADOPT_TOO_LARGE;
    }
    adoption->used_bytes = used;
    adoption->section_bytes = (uint32_t)bytes;
    adoption->inserted_bytes = (uint32_t)inserted;
    adoption->size = file->size + (uint32_t)inserted;
    return UP_ADOPT_OK;
}

enum up_adopt_problem up_adopt_plan(const uint8_t *bytes, uint32_t size,
                                    struct up_adoption *adoption)
{
    struct up_data_directory certificates;
    enum up_adopt_problem problem;
    uint32_t first_data = 0;
    struct up_adopt_file file;

    memset(adoption, 0, sizeof *adoption);
    problem = up_adopt_read_headers(bytes, size, &file);
    problem = problem == UP_ADOPT_OK ? check_kind(&file) : problem;
    problem = problem == UP_ADOPT_OK ? plan_place(&file, adoption, &first_data) : problem;
    problem = problem == UP_ADOPT_OK ? plan_imports(&file, &adoption->imports) : problem;
    if (problem != UP_ADOPT_OK) {
        return problem;
    }
    if (adoption->imports.directories +
            adoption->imports.directory_count * sizeof(struct up_data_directory) >
        file.sections) {
        return UP_ADOPT_DAMAGED;
    }
    adoption->pe_at = file.pe;
    adoption->header_at = file.sections + file.section_count * SECTION_BYTES;
    if (!has_room(&file, &adoption->imports.bound, adoption->header_at, first_data)) {
        return UP_ADOPT_NO_ROOM;
    }
    certificates = up_adopt_directory(&file, &adoption->imports, DIRECTORY_CERTIFICATES);
    adoption->had_signature = certificates.bytes != 0;
    adoption->moved_bytes = count_moved(&file, &certificates, adoption->inserted_at);
    return plan_sizes(&file, adoption);
}

/* ---- the copy -------------------------------------------------------------------------------- */

static void write_directory(const struct up_import_plan *plan, uint8_t *copy, uint32_t index,
                            struct up_data_directory directory)
{
    if (index < plan->directory_count) {
        memcpy(copy + plan->directories + index * sizeof directory, &directory, sizeof directory);
    }
}

static void write_section_header(const struct up_adoption *adoption, uint8_t *header)
{
    memset(header, 0, SECTION_BYTES);
    memcpy(header, UP_ADOPT_SECTION, 8);
    put32(header + 8, adoption->used_bytes);
    put32(header + 12, adoption->section_address);
    put32(header + 16, adoption->section_bytes);
    put32(header + 20, adoption->section_at);
    put32(header + 36, SECTION_IS_DATA);
}

/* The sum over the file's words with their carries, and the size (ImageHlp's CheckSumMappedFile).
 */
static uint32_t checksum_of(const uint8_t *bytes, uint32_t size)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < size; i += 2) {
        sum += i + 1 < size ? get16(bytes + i) : bytes[i];
        sum = (sum & 0xFFFFu) + (sum >> 16);
    }
    return sum + size;
}

static void write_headers(const struct up_adopt_file *file, const struct up_adoption *adoption,
                          uint8_t *copy)
{
    const struct up_import_plan *plan = &adoption->imports;
    const struct up_data_directory none = {0, 0};
    const uint32_t block = adoption->section_address + block_offset(adoption);
    const uint32_t image_bytes =
        (uint32_t)(adoption->section_address +
                   align_up(adoption->used_bytes, file->section_alignment));
    const uint32_t symbols = get32(copy + file->pe + AT_SYMBOLS);

    put16(copy + file->pe + AT_SECTION_COUNT, (uint16_t)(file->section_count + 1));
    if (symbols >= adoption->inserted_at && symbols <= file->size) {
        put32(copy + file->pe + AT_SYMBOLS, symbols + adoption->inserted_bytes);
    }
    if (image_bytes > plan->image_bytes) {
        put32(copy + file->pe + AT_IMAGE_BYTES, image_bytes);
    }
    write_directory(plan, copy, UP_DIRECTORY_IMPORTS, up_import_directory(plan, block));
    write_directory(plan, copy, UP_DIRECTORY_BOUND, none);
    write_directory(plan, copy, UP_DIRECTORY_TABLES, plan->new_tables);
    write_directory(plan, copy, DIRECTORY_CERTIFICATES, none);
    write_section_header(adoption, copy + adoption->header_at);
}

static void write_section(struct up_adopt_file *file, const struct up_adoption *adoption,
                          uint8_t *section)
{
    const struct up_image image = {up_adopt_read_image, file};
    const uint32_t offset = block_offset(adoption);
    struct record record = {
        .version = RECORD_VERSION,
        .original_size = file->size,
        .inserted_at = adoption->inserted_at,
        .inserted_bytes = adoption->inserted_bytes,
        .headers_at = adoption->pe_at,
        .headers_bytes = saved_bytes(adoption),
        .hash = hash_of(file->bytes, file->size),
    };

    memcpy(record.magic, RECORD_MAGIC, sizeof record.magic);
    memcpy(section, &record, sizeof record);
    memcpy(section + sizeof record, file->bytes + record.headers_at, record.headers_bytes);
    /* It has been read for the plan already. */
    (void)up_import_block(&image, &adoption->imports, UP_ADOPT_DLL, "",
                          adoption->section_address + offset, section + offset);
}

void up_adopt_write(const uint8_t *bytes, uint32_t size, const struct up_adoption *adoption,
                    uint8_t *copy)
{
    const uint32_t at = adoption->inserted_at;
    struct up_adopt_file file;
    uint8_t *checksum;

    (void)up_adopt_read_headers(bytes, size, &file);
    memcpy(copy, bytes, at);
    memset(copy + at, 0, adoption->inserted_bytes);
    memcpy(copy + at + adoption->inserted_bytes, bytes + at, size - at);
    write_section(&file, adoption, copy + adoption->section_at);
    write_headers(&file, adoption, copy);
    checksum = copy + file.pe + AT_CHECKSUM;
    if (get32(checksum) != 0) {
        put32(checksum, 0);
        put32(checksum, checksum_of(copy, adoption->size));
    }
}

/* ---- back ------------------------------------------------------------------------------------ */

/* Finds the record, and checks that what it says can be done. */
static enum up_adopt_problem read_record(const uint8_t *bytes, uint32_t size, struct record *record,
                                         uint32_t *at)
{
    struct up_adopt_file file;

    if (up_adopt_read_headers(bytes, size, &file) != UP_ADOPT_OK ||
        !find_record(&file, record, at)) {
        return UP_ADOPT_NOT_ADOPTED;
    }
    if (record->version != RECORD_VERSION || record->original_size > size ||
        size - record->original_size != record->inserted_bytes ||
        record->inserted_at > record->original_size || record->headers_at > record->inserted_at ||
        record->inserted_at - record->headers_at < record->headers_bytes ||
        size - *at - sizeof *record < record->headers_bytes) {
        return UP_ADOPT_CHANGED;
    }
    return UP_ADOPT_OK;
}

enum up_adopt_problem up_adopt_undo_plan(const uint8_t *bytes, uint32_t size,
                                         uint32_t *original_size)
{
    struct record record;
    uint32_t at;
    const enum up_adopt_problem problem = read_record(bytes, size, &record, &at);

    *original_size = problem == UP_ADOPT_OK ? record.original_size : 0;
    return problem;
}

enum up_adopt_problem up_adopt_undo(const uint8_t *bytes, uint32_t size, uint8_t *original)
{
    struct record record;
    uint32_t at;
    const enum up_adopt_problem problem = read_record(bytes, size, &record, &at);

    if (problem != UP_ADOPT_OK) {
        return problem;
    }
    memcpy(original, bytes, record.inserted_at);
    memcpy(original + record.inserted_at, bytes + record.inserted_at + record.inserted_bytes,
           record.original_size - record.inserted_at);
    memcpy(original + record.headers_at, bytes + at + sizeof record, record.headers_bytes);
    return hash_of(original, record.original_size) == record.hash ? UP_ADOPT_OK : UP_ADOPT_CHANGED;
}

const char *up_adopt_problem_text(enum up_adopt_problem problem)
{
    static const char *const texts[] = {
        [UP_ADOPT_OK] = "nothing is wrong with it",
        [UP_ADOPT_NO_PROGRAM] = "it is not a program for 32-bit or 64-bit Windows",
        [UP_ADOPT_DLL_OR_DRIVER] = "it is a DLL or a driver, not a program",
        [UP_ADOPT_PROCESSOR] = "it is for another processor",
        [UP_ADOPT_DOTNET] = "it is a .NET program, which cannot run IN and OUT itself",
        [UP_ADOPT_DAMAGED] = "its headers contradict themselves, or the file is cut short",
        [UP_ADOPT_ALIGNMENT] = "its sections are not laid out in pages",
        [UP_ADOPT_NO_ROOM] = "its headers have no room for one more section",
        [UP_ADOPT_INTEGRITY] = "Windows runs it only with its signature, which a copy cannot keep",
        [UP_ADOPT_ALREADY] = "it is such a copy already",
        [UP_ADOPT_TOO_LARGE] = "it is too large",
        [UP_ADOPT_NOT_ADOPTED] = "it is not a copy that userportctl adopt has made",
        [UP_ADOPT_CHANGED] = "it has been changed since userportctl adopt made it",
    };

    return texts[problem];
}
