/* SPDX-License-Identifier: MIT
 *
 * Plans a new import directory that names one more DLL before all others, for the image of a
 * process that has not run yet, or for a file (adopt.c). The sources are Microsoft's PE/COFF
 * specification and what Windows' loader does with it: it maps a DLL that is imported first first,
 * and runs its entry point before the program's TLS callbacks. Pure C without OS headers.
 *
 * The directory lies in a block of its own behind the image: struct up_import_block, the
 * directory's descriptors, the lookup and address tables of the new DLL, its name.
 */
#ifndef UP_LAUNCH_IMPORT_PLAN_H
#define UP_LAUNCH_IMPORT_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/program_settings.h"

/* An image. read copies length bytes that begin at the relative virtual address. */
struct up_image {
    bool (*read)(void *context, uint32_t address, void *to, uint32_t length);
    void *context;
};

enum up_plan_problem {
    UP_PLAN_OK,
    UP_PLAN_UNREADABLE, /* read has failed */
    UP_PLAN_NO_IMAGE,   /* the headers are not those of a program, or contradict themselves */
    UP_PLAN_PROCESSOR,  /* a program for another processor than i386 and amd64 */
    UP_PLAN_DOTNET,     /* a .NET program without machine code */
    UP_PLAN_IMPORTS     /* the import directory does not end, or there is no place for an entry */
};

/* An entry of the data directories: a relative virtual address and a number of bytes. */
struct up_data_directory {
    uint32_t address, bytes;
};

struct up_import_plan {
    bool is_64_bit;
    uint32_t image_bytes; /* SizeOfImage */
    uint32_t descriptors; /* the program's own, without the empty one at the end */
    uint32_t directories; /* where the data directories begin, relative to the image */
    uint32_t directory_count;
    /* as they were: imports, bound imports, address tables */
    struct up_data_directory imports, bound, tables;
    /* what the address tables become: the section of the imports if there were none */
    struct up_data_directory new_tables;
    uint32_t block_bytes;
};

#define UP_DIRECTORY_IMPORTS 1u
#define UP_DIRECTORY_BOUND   11u
#define UP_DIRECTORY_TABLES  12u

/* Programs have some dozens; more are a directory that does not end. */
#define UP_IMPORTS_MAX 4096u

/* Room for the DLL's path in the system's 8-bit character set, with the terminating 0. */
#define UP_IMPORT_NAME_MAX 260u

/* What stands before the new directory, for the DLL's entry point. */
struct up_import_block {
    char magic[16]; /* UP_IMPORT_MAGIC */
    struct up_data_directory imports, bound, tables;
    uint32_t directories; /* as in the plan */
    uint32_t directory_count;
    char settings[UP_PROGRAM_TEXT_MAX]; /* the text form; "": the registry's count */
};
#define UP_IMPORT_MAGIC "UserPort imports"

/* Looks at an image and plans the block. Result: UP_PLAN_OK and *plan. */
enum up_plan_problem up_import_plan(const struct up_image *image, struct up_import_plan *plan);

/*
 * Writes the block of plan.block_bytes bytes for the place block, a relative virtual address that
 * is a multiple of 8. dll: the path; settings: the text form of the program's settings. Result:
 * UP_PLAN_OK or UP_PLAN_UNREADABLE.
 */
enum up_plan_problem up_import_block(const struct up_image *image,
                                     const struct up_import_plan *plan, const char *dll,
                                     const char *settings, uint32_t block, uint8_t *bytes);

/* The data directory of imports that goes with a block at that place. */
struct up_data_directory up_import_directory(const struct up_import_plan *plan, uint32_t block);

#endif
