/* SPDX-License-Identifier: MIT
 *
 * Finds userport.dll and userport_com.dll, and their places in the system's folders
 * (install_parts.h).
 */
#include "install_parts.h"

static void add(struct up_library *library, unsigned bits, bool is_com)
{
    const bool is_own = bits == (up_system_machine() == UP_EXE_MACHINE_AMD64 ? 64u : 32u);

    *library = (struct up_library){.bits = (uint8_t)bits, .is_com = is_com};
    if (is_own) {
        library->file_step = is_com ? UP_STEP_COM_LIBRARY : UP_STEP_LIBRARY;
        library->com_step = UP_STEP_COM;
    } else {
        library->file_step = is_com ? UP_STEP_COM_LIBRARY_32 : UP_STEP_LIBRARY_32;
        library->com_step = UP_STEP_COM_32;
    }
    if (!(is_own ? up_system_folder(library->place) : up_system_folder_32(library->place)) ||
        !up_path_join(library->place, library->place, up_library_file(library))) {
        library->place[0] = L'\0'; /* such as a Windows without 32-bit programs */
    }
}

unsigned up_libraries(struct up_library libraries[UP_LIBRARIES_MAX])
{
    const bool is_64 = up_system_machine() == UP_EXE_MACHINE_AMD64;
    unsigned count = 0;

    add(&libraries[count++], is_64 ? 64 : 32, false);
    add(&libraries[count++], is_64 ? 64 : 32, true);
    if (is_64) {
        add(&libraries[count++], 32, false);
        add(&libraries[count++], 32, true);
    }
    return count;
}

const WCHAR *up_library_file(const struct up_library *library)
{
    return library->is_com ? L"userport_com.dll" : L"userport.dll";
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
    if (up_path_join(path, folder, up_library_file(library)) && is_ours(path, library->bits)) {
        return true;
    }
    return up_path_join(path, folder, library->bits == 64 ? L"amd64" : L"i386") &&
           up_path_join(path, path, up_library_file(library)) && is_ours(path, library->bits);
}

bool up_library_is_foreign(const struct up_library *library)
{
    struct up_exe_file file;

    return up_file_exists(library->place) &&
           !(up_read_exe(library->place, &file) && file.is_userport);
}
