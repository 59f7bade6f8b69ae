/* SPDX-License-Identifier: MIT
 *
 * Loads 32-bit PE images (PE/COFF specification): headers checked, sections copied, relocations
 * applied, imports bound. Pure C over one buffer, so that the host can fuzz it: no field of the
 * file is believed.
 */
#ifndef MACHINE_PE_H
#define MACHINE_PE_H

#include <stdbool.h>
#include <stdint.h>

#define PE_SECTIONS_MAX 32u

#define PE_DLL 0x2000u /* in characteristics */

struct pe_section {
    uint32_t rva, bytes;
    bool writable;
};

struct pe_info {
    uint32_t preferred_base, image_bytes, entry_rva;
    uint16_t subsystem, characteristics;
    bool relocatable;
    uint32_t section_count;
    struct pe_section sections[PE_SECTIONS_MAX];
};

/*
 * The address of an import: of name, or of ordinal when name is NULL. 0: there is none, and the
 * load fails.
 */
typedef uint32_t pe_resolver(void *context, const char *dll, const char *name, uint32_t ordinal);

/* Reads the headers. Result: NULL, or why the file is not a program. */
const char *pe_read(const uint8_t *file, uint32_t bytes, struct pe_info *info);

/*
 * Lays the file out in image (info->image_bytes of it) as for address base. Result: NULL, or why it
 * cannot be loaded.
 */
const char *pe_load(const uint8_t *file, uint32_t bytes, const struct pe_info *info, uint8_t *image,
                    uint32_t base, pe_resolver *resolve, void *context);

/* The RVA of an export of a laid-out image; 0: none. */
uint32_t pe_export(const uint8_t *image, uint32_t image_bytes, const char *name);
uint32_t pe_export_ordinal(const uint8_t *image, uint32_t image_bytes, uint32_t ordinal);

/* Is an export's RVA that of a forwarder, "DLL.name" or "DLL.#ordinal"? NULL: no. */
const char *pe_forwarder(const uint8_t *image, uint32_t image_bytes, uint32_t rva);

#endif
