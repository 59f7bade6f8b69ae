/* SPDX-License-Identifier: MIT
 *
 * Makes a copy of a program's file whose import directory names userport-trap.dll first, so that
 * the program needs no launcher, and makes the program's own file of such a copy again. Pure C on
 * bytes in memory. The source is Microsoft's PE/COFF specification.
 *
 * The new directory is in a section of its own, whose data come right behind those of the last
 * section. What a linker, an installer or a signer has put behind that, which is in no section,
 * begins at the end of the last section as before, and is as far from the file's end as before.
 * Only its distance from the beginning of the file has grown.
 */
#ifndef UP_LAUNCH_ADOPT_H
#define UP_LAUNCH_ADOPT_H

#include "adopt_problem.h"
#include "import_plan.h"

#define UP_ADOPT_SECTION "userport" /* the section's name, of 8 characters */
#define UP_ADOPT_DLL     "userport-trap.dll"

/* What a copy will be. Places and sizes are in bytes of a file unless something else is said. */
struct up_adoption {
    struct up_import_plan imports;
    uint32_t size;                        /* of the copy */
    uint32_t inserted_at, inserted_bytes; /* the gap in the program's own bytes */
    uint32_t section_at, section_bytes;   /* the data in that gap */
    uint32_t section_address;             /* relative to the image */
    uint32_t used_bytes;                  /* of the section */
    uint32_t header_at;                   /* the section's header */
    uint32_t pe_at;
    bool had_signature; /* the copy has none */
    /*
     * How many bytes move by inserted_bytes, without a signature and the symbols for debuggers. A
     * program that looks for them at a fixed place in its file does not find them.
     */
    uint32_t moved_bytes;
};

/* Looks at a program's file of size bytes, and plans its copy. */
enum up_adopt_problem up_adopt_plan(const uint8_t *file, uint32_t size,
                                    struct up_adoption *adoption);

/*
 * Writes the copy, of adoption->size bytes, to memory that is aligned as malloc aligns it. file is
 * what was planned with.
 */
void up_adopt_write(const uint8_t *file, uint32_t size, const struct up_adoption *adoption,
                    uint8_t *copy);

/* Is the file such a copy, and how large is the program's own file? */
enum up_adopt_problem up_adopt_undo_plan(const uint8_t *file, uint32_t size,
                                         uint32_t *original_size);

/*
 * Writes the program's own file, of original_size bytes. Result: UP_ADOPT_OK, the bytes are those
 * that up_adopt_write was given; or UP_ADOPT_CHANGED.
 */
enum up_adopt_problem up_adopt_undo(const uint8_t *file, uint32_t size, uint8_t *original);

/* A clause that follows the program's name: "it is a DLL or a driver". */
const char *up_adopt_problem_text(enum up_adopt_problem problem);

#endif
