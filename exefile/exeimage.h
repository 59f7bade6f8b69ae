/* SPDX-License-Identifier: MIT
 *
 * The functions with which exeheaders.c reads a file: numbers at an offset of the file, or at an
 * address (RVA) of a PE image. Each access is checked.
 */
#ifndef UP_EXEFILE_EXEIMAGE_H
#define UP_EXEFILE_EXEIMAGE_H

#include "exefile.h"

#define UP_EXE_CACHE_BYTES  512u
#define UP_EXE_SECTIONS_MAX 96u /* the loader's limit up to Windows XP */

/* The file, with the bytes read last. */
struct up_exe_reader {
    const struct up_exe_source *source;
    uint32_t cached_at;
    uint32_t cached;
    bool failed; /* source->read failed */
    uint8_t cache[UP_EXE_CACHE_BYTES];
};

struct up_exe_section {
    uint32_t rva, offset, length; /* length: bytes in the file */
};

struct up_exe_image {
    struct up_exe_reader *reader;
    uint32_t base; /* the lower half of the image base */
    uint32_t headers;
    uint32_t directories, directory_count;
    bool is_64bit;
    bool is_flat; /* an address is an offset in the file */
    uint32_t section_count;
    struct up_exe_section sections[UP_EXE_SECTIONS_MAX];
};

/*
 * Reads a little-endian number of 1, 2 or 4 bytes. Result: false if they are not all in the file or
 * cannot be read.
 */
bool up_exe_get(struct up_exe_reader *reader, uint32_t offset, uint32_t bytes, uint32_t *value);

/* The same at base + more. Result: false if that sum overflows. */
bool up_exe_get_at(struct up_exe_reader *reader, uint32_t base, uint32_t more, uint32_t bytes,
                   uint32_t *value);

/* The same at the address rva + more. */
bool up_exe_get_rva(const struct up_exe_image *image, uint32_t rva, uint32_t more, uint32_t bytes,
                    uint32_t *value);

/* The address of a data directory; 0: the image has none. */
uint32_t up_exe_directory(const struct up_exe_image *image, uint32_t number);

/*
 * Add the libraries and functions of the table of imports, or of delay-loaded DLLs, at an address
 * to *file (exeimports.c). Result: false if the table points outside the file.
 */
bool up_exe_imports(const struct up_exe_image *image, uint32_t table, struct up_exe_file *file);
bool up_exe_delay_imports(const struct up_exe_image *image, uint32_t table,
                          struct up_exe_file *file);

#endif
