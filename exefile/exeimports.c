/* SPDX-License-Identifier: MIT
 *
 * Finds the port libraries that a PE image imports, and the functions it imports from those that
 * UserPort replaces (exeimage.h). The DLL with the names inpout32.dll, inpoutx64.dll and
 * DLPortIO.dll has the functions of lib/inpout.def. If a program imports others, Windows does not
 * find them and does not start the program. Functions for physical memory exist, but fail.
 * userport.dll is UserPort's own, so programs for it are not checked.
 */
#include "exeimage.h"

#define DESCRIPTORS_MAX 1024u /* DLLs in one table */
#define FUNCTIONS_MAX   1024u /* for all DLLs of one table */
#define NAME_BYTES      32u   /* longer names are none of the known ones */

#define DROP_INS                                                                                   \
    (1u << UP_LIBRARY_INPOUT32 | 1u << UP_LIBRARY_INPOUTX64 | 1u << UP_LIBRARY_DLPORTIO)

/*
 * The functions of lib/inpout.def, in the order of their ordinals, which are inpout's and begin
 * with 1.
 */
static const char *const functions[] = {
    "Inp32",
    "Out32",
    "IsInpOutDriverOpen",
    "DlPortReadPortUchar",
    "DlPortWritePortUchar",
    "DlPortReadPortUshort",
    "DlPortWritePortUshort",
    "DlPortReadPortUlong",
    "DlPortWritePortUlong",
    "IsXP64Bit",
    "MapPhysToLin",
    "UnmapPhysicalMemory",
    "GetPhysLong",
    "SetPhysLong",
    "DlPortReadPortBufferUchar",
    "DlPortReadPortBufferUshort",
    "DlPortReadPortBufferUlong",
    "DlPortWritePortBufferUchar",
    "DlPortWritePortBufferUshort",
    "DlPortWritePortBufferUlong",
};

enum { FUNCTION_COUNT = sizeof functions / sizeof functions[0], FIRST_REFUSED = 10 };

static uint8_t lower(uint32_t c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* True if text is name, with or without ".dll". */
static bool is_library(const char *text, const char *name)
{
    while (*text != '\0' && lower((uint8_t)*text) == lower((uint8_t)*name)) {
        text++;
        name++;
    }
    return *text == '\0' && (*name == '\0' || (name[0] == '.' && name[4] == '\0'));
}

static bool is_same(const char *text, const char *name)
{
    while (*text != '\0' && *text == *name) {
        text++;
        name++;
    }
    return *text == *name;
}

/*
 * Reads the text at an address; text becomes empty if it is too long for a known name. Result:
 * false if the address is outside the file.
 */
static bool read_name(const struct up_exe_image *image, uint32_t rva, char text[NAME_BYTES])
{
    uint32_t c;
    uint32_t i;

    for (i = 0; i < NAME_BYTES; i++) {
        if (!up_exe_get_rva(image, rva, i, 1, &c)) {
            return false;
        }
        text[i] = (char)c;
        if (c == 0) {
            return true;
        }
    }
    text[0] = '\0';
    return true;
}

/*
 * Finds the library whose name is at an address, as a bit of *set. Result: false if there is no
 * text.
 */
static bool find_library(const struct up_exe_image *image, uint32_t rva, uint32_t *set)
{
    char text[NAME_BYTES];
    uint32_t i;

    *set = 0;
    if (!read_name(image, rva, text)) {
        return false;
    }
    for (i = 0; text[0] != '\0' && i < UP_LIBRARY_COUNT; i++) {
        *set |= is_library(text, up_exe_library_names[i]) ? 1u << i : 0;
    }
    return true;
}

/* ordinal: from 1 on; an unknown one is above all others. */
static void add_function(uint32_t ordinal, struct up_exe_file *file)
{
    const uint32_t place = ordinal - 1u;

    if (place >= FUNCTION_COUNT) {
        file->missing++;
    } else if (place >= FIRST_REFUSED && place < FIRST_REFUSED + UP_FUNCTION_COUNT) {
        file->refused |= 1u << (place - FIRST_REFUSED);
    }
}

static uint32_t ordinal_of(const char *name)
{
    uint32_t i;

    for (i = 0; i < FUNCTION_COUNT && !is_same(name, functions[i]); i++) {
    }
    return i + 1u;
}

/*
 * Reads the functions that are imported from one of the DLLs in set. The table at names has
 * addresses of names that follow two bytes, or ordinals marked by the highest bit, and ends with a
 * zero. less: the amount by which the addresses are too large. The ordinals of DLPortIO.dll are not
 * known, so they tell nothing. A table that points outside the file ends there: some linkers leave
 * it out.
 */
static void read_functions(const struct up_exe_image *image, uint32_t names, uint32_t less,
                           uint32_t set, uint32_t *left, struct up_exe_file *file)
{
    const uint32_t width = image->is_64bit ? 8 : 4;
    char text[NAME_BYTES];
    uint32_t low, high;
    uint32_t i;

    for (i = 0; (set & DROP_INS) != 0 && names != 0 && *left > 0; i++, --*left) {
        if (!up_exe_get_rva(image, names, i * width, 4, &low) ||
            !up_exe_get_rva(image, names, i * width + width - 4, 4, &high) || (low | high) == 0) {
            return;
        }
        if (high >> 31 != 0) {
            add_function(set == 1u << UP_LIBRARY_DLPORTIO ? 1u : low & 0xFFFFu, file);
        } else if (low - less <= UINT32_MAX - 2 && read_name(image, low - less + 2, text)) {
            add_function(ordinal_of(text), file);
        } else {
            return;
        }
    }
}

/*
 * The table of descriptors ends with one without a name. Borland's linkers write no second table of
 * names.
 */
bool up_exe_imports(const struct up_exe_image *image, uint32_t table, struct up_exe_file *file)
{
    uint32_t left = FUNCTIONS_MAX;
    uint32_t names, name, set;
    uint32_t i;

    for (i = 0; i < DESCRIPTORS_MAX; i++) {
        if (!up_exe_get_rva(image, table, i * 20 + 12, 4, &name)) {
            return false;
        }
        if (name == 0) {
            return true;
        }
        if (!find_library(image, name, &set)) {
            return false;
        }
        file->imports |= set;
        if ((up_exe_get_rva(image, table, i * 20, 4, &names) && names != 0) ||
            up_exe_get_rva(image, table, i * 20 + 16, 4, &names)) {
            read_functions(image, names, 0, set, &left, file);
        }
    }
    return false;
}

/*
 * The same for delay-loaded DLLs. Visual C++ 6 wrote addresses; later linkers write RVAs and set
 * bit 0.
 */
bool up_exe_delay_imports(const struct up_exe_image *image, uint32_t table,
                          struct up_exe_file *file)
{
    uint32_t left = FUNCTIONS_MAX;
    uint32_t attributes, name, names, less, set;
    uint32_t i;

    for (i = 0; i < DESCRIPTORS_MAX; i++) {
        if (!up_exe_get_rva(image, table, i * 32, 4, &attributes) ||
            !up_exe_get_rva(image, table, i * 32 + 4, 4, &name)) {
            return false;
        }
        if (name == 0) {
            return true;
        }
        less = !(attributes & 1) && !image->is_64bit ? image->base : 0;
        if (!find_library(image, name - less, &set)) {
            return false;
        }
        file->delay_imports |= set;
        if (up_exe_get_rva(image, table, i * 32 + 16, 4, &names) && names != 0) {
            read_functions(image, names - less, less, set, &left, file);
        }
    }
    return false;
}
