/* SPDX-License-Identifier: MIT
 *
 * Finds userport.dll, userport_com.dll and userport-trap.dll, and their places in the system's
 * folders (install_parts.h).
 */
#include "install_parts.h"

static const struct kind {
    const WCHAR *file;
    bool is_com;
    enum up_install_step step, step_32; /* of the system's own bitness; of 32 bits beside it */
} kinds[] = {
    {L"userport.dll", false, UP_STEP_LIBRARY, UP_STEP_LIBRARY_32},
    {L"userport_com.dll", true, UP_STEP_COM_LIBRARY, UP_STEP_COM_LIBRARY_32},
    {L"userport-trap.dll", false, UP_STEP_TRAP, UP_STEP_TRAP_32},
};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

static void add(struct up_library *library, unsigned bits, const struct kind *kind)
{
    const bool is_own = bits == (up_system_machine() == UP_EXE_MACHINE_AMD64 ? 64u : 32u);

    *library = (struct up_library){.bits = (uint8_t)bits,
                                   .is_com = kind->is_com,
                                   .file = kind->file,
                                   .file_step = is_own ? kind->step : kind->step_32,
                                   .com_step = is_own ? UP_STEP_COM : UP_STEP_COM_32};
    if (!(is_own ? up_system_folder(library->place) : up_system_folder_32(library->place)) ||
        !up_path_join(library->place, library->place, library->file)) {
        library->place[0] = L'\0'; /* such as a Windows without 32-bit programs */
    }
}

unsigned up_libraries(struct up_library libraries[UP_LIBRARIES_MAX])
{
    const bool is_64 = up_system_machine() == UP_EXE_MACHINE_AMD64;
    unsigned count = 0;
    unsigned i;

    for (i = 0; i < KIND_COUNT; i++) {
        add(&libraries[count++], is_64 ? 64 : 32, &kinds[i]);
    }
    for (i = 0; i < KIND_COUNT && is_64; i++) {
        add(&libraries[count++], 32, &kinds[i]);
    }
    return count;
}

/* Is the file a DLL of ours that programs of this bitness can load? */
static bool is_ours(const WCHAR *path, unsigned bits)
{
    struct up_exe_file file;

    return up_read_exe(path, &file) && up_exe_fit(&file, bits) == UP_FIT_YES;
}

bool up_library_find(const struct up_library *library, WCHAR path[MAX_PATH])
{
    WCHAR folder[MAX_PATH];

    if (!up_own_folder(folder)) {
        return false;
    }
    if (up_path_join(path, folder, library->file) && is_ours(path, library->bits)) {
        return true;
    }
    return up_path_join(path, folder, library->bits == 64 ? L"amd64" : L"i386") &&
           up_path_join(path, path, library->file) && is_ours(path, library->bits);
}

bool up_library_is_foreign(const struct up_library *library)
{
    struct up_exe_file file;

    return up_file_exists(library->place) &&
           !(up_read_exe(library->place, &file) && file.is_userport);
}
