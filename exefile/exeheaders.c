/* SPDX-License-Identifier: MIT
 *
 * Reads the headers and tables of executable files (exefile.h). Offsets in PE images are computed
 * as Windows' loader does: section pointers are rounded down to 512 bytes, and if sections are
 * aligned to less than a page, addresses are offsets in the file.
 */
#include "exeimage.h"

#define ENTRIES_MAX             4096u /* in one resource directory */
#define VERSION_MAX             65535u
#define DIRECTORIES_MAX         16u
#define RESOURCE_VERSION        16u
#define FIXED_VERSION           0x28u /* after three numbers of 16 bits and the name VS_VERSION_INFO */
#define FIXED_VERSION_END       (FIXED_VERSION + 16u)
#define FIXED_VERSION_SIGNATURE 0xFEEF04BDu
#define CERTIFICATE_MIN         8u /* length, revision, type */

enum {
    DIRECTORY_IMPORT = 1,
    DIRECTORY_RESOURCE = 2,
    DIRECTORY_SECURITY = 4,
    DIRECTORY_DELAY_IMPORT = 13,
    DIRECTORY_DOTNET = 14
};

enum { PE_MAGIC_32 = 0x10B, PE_MAGIC_64 = 0x20B, PE_DLL = 0x2000, NE_LIBRARY = 0x8000 };

enum { DOTNET_IL_ONLY = 1, DOTNET_32BIT_REQUIRED = 2, DOTNET_32BIT_PREFERRED = 0x20000 };

/* ---- the version resource -------------------------------------------------------------------- */

/* True if text, with the 0 at its end, is at the address in UTF-16. */
static bool is_utf16(const struct up_exe_image *image, uint32_t rva, const char *text,
                     uint32_t size)
{
    uint32_t c;
    uint32_t i;

    for (i = 0; i < size; i++) {
        if (!up_exe_get_rva(image, rva, 2 * i, 2, &c) || c != (uint8_t)text[i]) {
            return false;
        }
    }
    return true;
}

/*
 * Finds the entry with the given id (0: any) in the resource directory at root + at. *next becomes
 * the offset from root that the entry points to; bit 31 marks a directory.
 */
static bool find_entry(const struct up_exe_image *image, uint32_t root, uint32_t at, uint32_t id,
                       uint32_t *next)
{
    uint32_t named;
    uint32_t count;
    uint32_t name;
    uint32_t i;

    if (at > INT32_MAX || root > INT32_MAX || !up_exe_get_rva(image, root + at, 12, 2, &named) ||
        !up_exe_get_rva(image, root + at, 14, 2, &count)) {
        return false;
    }
    count += named;
    for (i = 0; i < count && i < ENTRIES_MAX; i++) {
        if (!up_exe_get_rva(image, root + at, 16 + 8 * i, 4, &name) ||
            !up_exe_get_rva(image, root + at, 20 + 8 * i, 4, next)) {
            return false;
        }
        if (id == 0 || name == id) {
            return true;
        }
    }
    return false;
}

/*
 * True if the version resource has the string ProductName = UserPort. Key and value are aligned to
 * 4 bytes from the start of the resource.
 */
static bool says_userport(const struct up_exe_image *image, uint32_t version, uint32_t size)
{
    static const char key[] = "ProductName";
    static const char value[] = "UserPort";
    uint32_t i;

    for (i = 0; i + 2 * (sizeof key + sizeof value) <= size; i += 2) {
        uint32_t value_at = (i + 2 * (uint32_t)sizeof key + 3) & ~3u;

        if (version <= UINT32_MAX - VERSION_MAX - 4 &&
            is_utf16(image, version + i, key, sizeof key) &&
            is_utf16(image, version + value_at, value, sizeof value)) {
            return true;
        }
    }
    return false;
}

/*
 * Reads the file's version from the fixed part of the version resource, which has its own
 * signature. Result: 0 if there is none.
 */
static uint32_t fixed_version(const struct up_exe_image *image, uint32_t version, uint32_t size)
{
    uint32_t signature;
    uint32_t high;
    uint32_t low;

    if (size < FIXED_VERSION_END || !up_exe_get_rva(image, version, FIXED_VERSION, 4, &signature) ||
        signature != FIXED_VERSION_SIGNATURE ||
        !up_exe_get_rva(image, version, FIXED_VERSION + 8, 4, &high) ||
        !up_exe_get_rva(image, version, FIXED_VERSION + 12, 4, &low)) {
        return 0;
    }
    return (high >> 16 & 0xFFu) << 24 | (high & 0xFFu) << 16 | low >> 16;
}

static void read_version(const struct up_exe_image *image, struct up_exe_file *file)
{
    uint32_t root = up_exe_directory(image, DIRECTORY_RESOURCE);
    uint32_t next;
    uint32_t version;
    uint32_t size;

    if (root == 0 || !find_entry(image, root, 0, RESOURCE_VERSION, &next) || next <= INT32_MAX ||
        !find_entry(image, root, next & INT32_MAX, 0, &next) || next <= INT32_MAX ||
        !find_entry(image, root, next & INT32_MAX, 0, &next) || next > INT32_MAX ||
        !up_exe_get_rva(image, root + next, 0, 4, &version) ||
        !up_exe_get_rva(image, root + next, 4, 4, &size)) {
        return;
    }
    size = size < VERSION_MAX ? size : VERSION_MAX;
    file->is_userport = says_userport(image, version, size);
    file->version = fixed_version(image, version, size);
}

/* ---- certificates ---------------------------------------------------------------------------- */

/*
 * Finds the table of certificates. Its directory entry has a file offset where others have an
 * address. The table begins with the length of its first certificate.
 */
static void find_signature(const struct up_exe_image *image, struct up_exe_file *file)
{
    uint32_t size = image->reader->source->size;
    uint32_t offset = up_exe_directory(image, DIRECTORY_SECURITY);
    uint32_t bytes;
    uint32_t length;

    if (offset != 0 &&
        up_exe_get_at(image->reader, image->directories, DIRECTORY_SECURITY * 8 + 4, 4, &bytes) &&
        offset <= size && bytes <= size - offset && bytes > CERTIFICATE_MIN &&
        up_exe_get(image->reader, offset, 4, &length) && length > CERTIFICATE_MIN &&
        length <= bytes) {
        file->signature_at = offset;
        file->signature_bytes = bytes;
    }
}

/* ---- .NET ------------------------------------------------------------------------------------ */

static enum up_exe_damage read_dotnet(const struct up_exe_image *image, struct up_exe_file *file)
{
    uint32_t header = up_exe_directory(image, DIRECTORY_DOTNET);
    uint32_t major;
    uint32_t minor;
    uint32_t flags;

    if (header == 0) {
        return UP_EXE_WHOLE;
    }
    file->dotnet = UP_DOTNET_MACHINE;
    if (!up_exe_get_rva(image, header, 4, 2, &major) ||
        !up_exe_get_rva(image, header, 6, 2, &minor) ||
        !up_exe_get_rva(image, header, 16, 4, &flags)) {
        return UP_EXE_BAD_DOTNET;
    }
    if (!(flags & DOTNET_IL_ONLY) || image->is_64bit || file->machine != UP_EXE_MACHINE_I386) {
        return UP_EXE_WHOLE;
    }
    if (flags & DOTNET_32BIT_REQUIRED) {
        file->dotnet =
            flags & DOTNET_32BIT_PREFERRED ? UP_DOTNET_PREFERS_32 : UP_DOTNET_REQUIRES_32;
    } else {
        file->dotnet = major < 2 || (major == 2 && minor < 5) ? UP_DOTNET_1 : UP_DOTNET_ANY;
    }
    return UP_EXE_WHOLE;
}

/* ---- PE -------------------------------------------------------------------------------------- */

/*
 * Reads the section table, which is table bytes after the start of the optional header. Result:
 * false if it is not in the file. *is_cut becomes true if a section is not completely in the file.
 */
static bool read_sections(struct up_exe_image *image, uint32_t optional, uint32_t table,
                          bool *is_cut)
{
    uint32_t size = image->reader->source->size;
    uint32_t bytes;
    uint32_t pointer;
    uint32_t i;

    for (i = 0; i < image->section_count; i++) {
        struct up_exe_section *section = &image->sections[i];

        if (!up_exe_get_at(image->reader, optional, table + i * 40 + 36, 4, &bytes) ||
            !up_exe_get_at(image->reader, optional, table + i * 40 + 12, 4, &section->rva) ||
            !up_exe_get_at(image->reader, optional, table + i * 40 + 16, 4, &bytes) ||
            !up_exe_get_at(image->reader, optional, table + i * 40 + 20, 4, &pointer)) {
            return false;
        }
        if (pointer == 0 || bytes == 0) {
            continue; /* only zeroes: .bss */
        }
        section->offset = pointer & ~0x1FFu;
        if (pointer > size || bytes > size - pointer) {
            *is_cut = true;
            bytes = section->offset < size ? size - section->offset : 0;
        }
        section->length = bytes;
    }
    return true;
}

static bool read_pe_headers(struct up_exe_image *image, uint32_t pe, struct up_exe_file *file,
                            bool *is_cut)
{
    struct up_exe_reader *reader = image->reader;
    uint32_t machine, characteristics, optional_bytes, magic, alignment, subsystem;
    uint32_t optional = pe + 24; /* within the file: 24 bytes follow the signature */

    if (!up_exe_get_at(reader, pe, 4, 2, &machine) ||
        !up_exe_get_at(reader, pe, 6, 2, &image->section_count) ||
        !up_exe_get_at(reader, pe, 20, 2, &optional_bytes) ||
        !up_exe_get_at(reader, pe, 22, 2, &characteristics)) {
        return false;
    }
    file->machine = (uint16_t)machine;
    file->is_dll = (characteristics & PE_DLL) != 0;
    if (!up_exe_get_at(reader, optional, 0, 2, &magic) ||
        !up_exe_get_at(reader, optional, 32, 4, &alignment) ||
        !up_exe_get_at(reader, optional, 60, 4, &image->headers) ||
        !up_exe_get_at(reader, optional, 68, 2, &subsystem)) {
        return false;
    }
    file->subsystem = (uint16_t)subsystem;
    image->is_64bit = magic == PE_MAGIC_64;
    image->is_flat = alignment < 0x1000;
    if ((magic != PE_MAGIC_32 && magic != PE_MAGIC_64) ||
        (machine == UP_EXE_MACHINE_I386 && image->is_64bit) ||
        (machine == UP_EXE_MACHINE_AMD64 && !image->is_64bit) ||
        image->section_count > UP_EXE_SECTIONS_MAX ||
        !up_exe_get_at(reader, optional, image->is_64bit ? 24 : 28, 4, &image->base) ||
        !up_exe_get_at(reader, optional, image->is_64bit ? 108 : 92, 4, &image->directory_count)) {
        return false;
    }
    image->directories = optional + (image->is_64bit ? 112 : 96);
    if (image->directory_count > DIRECTORIES_MAX) {
        image->directory_count = DIRECTORIES_MAX;
    }
    return read_sections(image, optional, optional_bytes, is_cut);
}

static enum up_exe_damage read_pe(struct up_exe_reader *reader, uint32_t pe,
                                  struct up_exe_file *file)
{
    struct up_exe_image image = {.reader = reader};
    enum up_exe_damage damage;
    uint32_t imports;
    uint32_t delayed;
    bool is_cut = false;

    if (!read_pe_headers(&image, pe, file, &is_cut)) {
        return UP_EXE_BAD_HEADER;
    }
    imports = up_exe_directory(&image, DIRECTORY_IMPORT);
    delayed = up_exe_directory(&image, DIRECTORY_DELAY_IMPORT);
    damage = read_dotnet(&image, file);
    if ((imports != 0 && !up_exe_imports(&image, imports, file)) |
        (delayed != 0 && !up_exe_delay_imports(&image, delayed, file))) {
        damage = UP_EXE_BAD_IMPORTS;
    }
    read_version(&image, file);
    find_signature(&image, file);
    return is_cut ? UP_EXE_CUT_SHORT : damage;
}

/* ---- all kinds ------------------------------------------------------------------------------- */

static enum up_exe_damage read_ne(struct up_exe_reader *reader, uint32_t header,
                                  struct up_exe_file *file)
{
    uint32_t flags;
    uint32_t target;

    if (!up_exe_get_at(reader, header, 0x0C, 2, &flags) ||
        !up_exe_get_at(reader, header, 0x36, 1, &target)) {
        return UP_EXE_BAD_HEADER;
    }
    file->is_dll = (flags & NE_LIBRARY) != 0;
    file->target = (uint8_t)target;
    return UP_EXE_WHOLE;
}

static enum up_exe_damage read_le(struct up_exe_reader *reader, uint32_t header,
                                  struct up_exe_file *file)
{
    uint32_t target;

    if (!up_exe_get_at(reader, header, 0x0A, 2, &target)) {
        return UP_EXE_BAD_HEADER;
    }
    file->target = target <= 0xFF ? (uint8_t)target : 0;
    return UP_EXE_WHOLE;
}

/*
 * Reads the header after the DOS header. It has a name of two capital letters, and for PE two
 * zeroes. Anything else belongs to a DOS program.
 */
static void read_second_header(struct up_exe_reader *reader, uint32_t header,
                               struct up_exe_file *file)
{
    uint32_t name;
    uint32_t zeroes;

    if (!up_exe_get(reader, header, 2, &name)) {
        file->damage = UP_EXE_BAD_HEADER;
    } else if (name == 0x4550 &&
               (!up_exe_get_at(reader, header, 0, 4, &zeroes) || zeroes == 0x4550)) {
        file->kind = UP_EXE_PE;
        file->damage = read_pe(reader, header, file);
    } else if (name == 0x454E) {
        file->kind = UP_EXE_NE;
        file->damage = read_ne(reader, header, file);
    } else if (name == 0x454C || name == 0x584C) {
        file->kind = name == 0x454C ? UP_EXE_LE : UP_EXE_LX;
        file->damage = read_le(reader, header, file);
    } else {
        file->kind = UP_EXE_OTHER;
    }
}

/*
 * Reads all headers. A DOS program may have its relocations where other kinds have the offset of
 * the second header; those kinds have their relocations from 40h on. Windows looks for PE without
 * checking that, and so does this function.
 */
static void read_headers(struct up_exe_reader *reader, struct up_exe_file *file)
{
    uint32_t name;
    uint32_t relocations;
    uint32_t header;
    bool is_new;

    if (!up_exe_get(reader, 0, 2, &name) || (name != 0x5A4D && name != 0x4D5A)) {
        return;
    }
    file->kind = UP_EXE_MZ;
    if (!up_exe_get(reader, 0x18, 2, &relocations) || !up_exe_get(reader, 0x3C, 4, &header) ||
        header == 0) {
        return;
    }
    is_new = relocations >= 0x40;
    read_second_header(reader, header, file);
    if (!is_new && (file->kind == UP_EXE_MZ || file->kind == UP_EXE_OTHER)) {
        file->kind = UP_EXE_MZ;
        file->damage = UP_EXE_WHOLE;
    }
}

bool up_exe_read(const struct up_exe_source *source, struct up_exe_file *file)
{
    struct up_exe_reader reader = {.source = source};

    *file = (struct up_exe_file){.kind = UP_EXE_UNKNOWN};
    read_headers(&reader, file);
    return !reader.failed && up_exe_search(source, file);
}
