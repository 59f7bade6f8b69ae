/* SPDX-License-Identifier: MIT
 *
 * Tells which of UserPort's DLLs a program needs, and whether a file serves it (exefile.h). A
 * process loads only DLLs of its own bitness, whatever the bitness of Windows. inpout32.dll,
 * inpoutx64.dll and DLPortIO.dll are one DLL under three names (lib/inpout.c), built once for each
 * bitness. If a program asks for the name that UserPort builds for the other bitness, the right DLL
 * is copied under that name.
 */
#include "exefile.h"

/* The source file for each library, for 32-bit and for 64-bit processes. */
static const char *const sources[UP_LIBRARY_SERVED][2] = {
    [UP_LIBRARY_INPOUT32] = {"i386/inpout32.dll", "amd64/inpoutx64.dll"},
    [UP_LIBRARY_INPOUTX64] = {"i386/inpout32.dll", "amd64/inpoutx64.dll"},
    [UP_LIBRARY_DLPORTIO] = {"i386/DLPortIO.dll", "amd64/DLPortIO.dll"},
    [UP_LIBRARY_USERPORT] = {"i386/userport.dll", "amd64/userport.dll"},
};

bool up_exe_is_32bit(const struct up_exe_file *file)
{
    return file->kind == UP_EXE_PE && file->machine == UP_EXE_MACHINE_I386;
}

bool up_exe_is_64bit(const struct up_exe_file *file)
{
    return file->kind == UP_EXE_PE &&
           (file->machine == UP_EXE_MACHINE_AMD64 || file->dotnet == UP_DOTNET_ANY);
}

static bool needs_library(const struct up_exe_file *file, unsigned library, unsigned bits)
{
    static const uint32_t both = 1u << UP_LIBRARY_INPOUT32 | 1u << UP_LIBRARY_INPOUTX64;
    unsigned other = bits == 32 ? UP_LIBRARY_INPOUTX64 : UP_LIBRARY_INPOUT32;
    uint32_t loaded = file->imports | file->delay_imports;

    if (!((loaded | file->mentions) >> library & 1)) {
        return false;
    }
    return library != other || (loaded >> library & 1) ||
           ((loaded | file->mentions) & both) != both;
}

unsigned up_exe_needs(const struct up_exe_file *file, struct up_exe_need needs[UP_EXE_NEEDS_MAX])
{
    unsigned count = 0;
    unsigned bits;
    unsigned library;

    for (bits = 32; bits <= 64 && !file->is_userport; bits += 32) {
        if (!(bits == 32 ? up_exe_is_32bit(file) : up_exe_is_64bit(file))) {
            continue;
        }
        for (library = 0; library < UP_LIBRARY_SERVED; library++) {
            if (needs_library(file, library, bits)) {
                needs[count].library = (enum up_exe_library)library;
                needs[count].bits = (uint8_t)bits;
                needs[count].source = sources[library][bits / 32 - 1];
                count++;
            }
        }
    }
    return count;
}

bool up_exe_may_run_ports(const struct up_exe_file *file)
{
    return (up_exe_is_32bit(file) || up_exe_is_64bit(file)) && !file->is_userport &&
           file->subsystem != UP_EXE_SUBSYSTEM_NATIVE &&
           (file->dotnet == UP_DOTNET_NONE || file->dotnet == UP_DOTNET_MACHINE);
}

bool up_exe_is_served(const struct up_exe_file *file)
{
    const uint32_t served = (1u << UP_LIBRARY_SERVED) - 1u;
    const uint32_t named = file->imports | file->delay_imports | file->mentions;
    /* the devices that UserPort can stand for */
    const uint32_t answers = 1u << UP_DEVICE_USERPORT | 1u << UP_DEVICE_GIVEIO;

    if (!up_exe_is_32bit(file) && !up_exe_is_64bit(file)) {
        return false;
    }
    if (file->is_userport) { /* such a file names all of them to look for them */
        return true;
    }
    if ((file->imports & ~served) != 0 || file->refused != 0 || file->missing != 0) {
        return false;
    }
    return (named | file->devices) == 0 || (named & served) != 0 || (file->devices & answers) != 0;
}

enum up_exe_fit up_exe_fit(const struct up_exe_file *dll, unsigned bits)
{
    if (dll->kind != UP_EXE_PE || !dll->is_dll || dll->damage != UP_EXE_WHOLE) {
        return UP_FIT_NO_DLL;
    }
    if (!(bits == 32 ? up_exe_is_32bit(dll) : up_exe_is_64bit(dll))) {
        return UP_FIT_WRONG_BITS;
    }
    return dll->is_userport ? UP_FIT_YES : UP_FIT_FOREIGN;
}
