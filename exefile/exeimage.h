/* SPDX-License-Identifier: MIT
 *
 * What exeheaders.c reads files by: numbers at an offset of the file, or at an address (RVA) of a PE image, each checked.
 */
#ifndef UP_CORE_EXEIMAGE_H
#define UP_CORE_EXEIMAGE_H

#include "exefile.h"

#define UP_EXE_CACHE_BYTES  512u
#define UP_EXE_SECTIONS_MAX 96u /* of the loader, up to XP */

/* The file, with the bytes that were read last. */
struct up_exe_reader {
    const struct up_exe_source *source;
    uint32_t cached_at;
    uint32_t cached;
    bool failed; /* source->read did */
    uint8_t cache[UP_EXE_CACHE_BYTES];
};

struct up_exe_section {
    uint32_t rva, offset, length; /* length: of what is in the file */
};

struct up_exe_image {
    struct up_exe_reader *reader;
    uint32_t base; /* its lower half */
    uint32_t headers;
    uint32_t directories, directory_count;
    bool is_64bit;
    bool is_flat; /* an address is an offset in the file */
    uint32_t section_count;
    struct up_exe_section sections[UP_EXE_SECTIONS_MAX];
};

/* Little-endian, of 1, 2 or 4 bytes. Result: false when they are not all in the file, or cannot be read. */
bool up_exe_get(struct up_exe_reader *reader, uint32_t offset, uint32_t bytes, uint32_t *value);

/* The same at base + more, which must not go round: there is nothing then. */
bool up_exe_get_at(struct up_exe_reader *reader, uint32_t base, uint32_t more, uint32_t bytes, uint32_t *value);

/* The same at the address rva + more. */
bool up_exe_get_rva(const struct up_exe_image *image, uint32_t rva, uint32_t more, uint32_t bytes, uint32_t *value);

/* The address of a directory; 0: the image has none. */
uint32_t up_exe_directory(const struct up_exe_image *image, uint32_t number);

/*
 * The table of imports at an address, and that of delay-loaded DLLs: adds to *file. In exeimports.c. Result: false when it leads
 * nowhere.
 */
bool up_exe_imports(const struct up_exe_image *image, uint32_t table, struct up_exe_file *file);
bool up_exe_delay_imports(const struct up_exe_image *image, uint32_t table, struct up_exe_file *file);

#endif
