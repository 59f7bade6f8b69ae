/* SPDX-License-Identifier: MIT
 *
 * The entry point of userport-trap.dll, and its one function. The DLL begins its work if it came
 * with the program, by its import directory. A program that merely loads it gets nothing.
 */
#include "trap.h"

#include "core/program_settings.h"
#include "launch/import_plan.h"
#include "launch/launch.h"
#include "lib/program_settings.h"
#include "record/client.h"

HMODULE up_trap_module;
struct up_program_settings up_trap_settings;
char up_trap_given[UP_PROGRAM_TEXT_MAX];

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved);
void CALLBACK Prepare(HWND window, HINSTANCE instance, LPSTR line, int show);

/* ---- the launcher's block -------------------------------------------------------------------- */

static bool is_equal(const char *one, const char *other, size_t length)
{
    size_t i;

    for (i = 0; i < length && one[i] == other[i]; i++) {
    }
    return i == length;
}

/*
 * Finds the block that the launcher has put behind the program's image. NULL: the DLL is in the
 * import directory of the program's file.
 */
static const struct up_import_block *find_block(const uint8_t *image,
                                                const IMAGE_NT_HEADERS *headers)
{
    const IMAGE_OPTIONAL_HEADER *optional = &headers->OptionalHeader;
    const DWORD imports = optional->DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
    const struct up_import_block *block;

    if (imports < optional->SizeOfImage + sizeof *block) {
        return NULL;
    }
    block = (const struct up_import_block *)(const void *)(image + imports) - 1;
    return is_equal(block->magic, UP_IMPORT_MAGIC, sizeof block->magic) ? block : NULL;
}

/*
 * Puts the program's own data directories back, so that a program that looks at its headers finds
 * them as they are in its file. The loader has read the others by now.
 */
static void restore(IMAGE_NT_HEADERS *headers, const struct up_import_block *block)
{
    struct up_data_directory *const directories =
        (struct up_data_directory *)(void *)headers->OptionalHeader.DataDirectory;
    const size_t bytes = block->directory_count * sizeof *directories;
    DWORD protection, ignored;

    if (!VirtualProtect(directories, bytes, PAGE_READWRITE, &protection)) {
        return;
    }
    directories[UP_DIRECTORY_IMPORTS] = block->imports;
    if (block->directory_count > UP_DIRECTORY_BOUND) {
        directories[UP_DIRECTORY_BOUND] = block->bound;
    }
    if (block->directory_count > UP_DIRECTORY_TABLES) {
        directories[UP_DIRECTORY_TABLES] = block->tables;
    }
    (void)VirtualProtect(directories, bytes, protection, &ignored);
}

static void take_block(void)
{
    uint8_t *const image = (uint8_t *)GetModuleHandleW(NULL);
    IMAGE_NT_HEADERS *const headers =
        (IMAGE_NT_HEADERS *)(void *)(image + ((const IMAGE_DOS_HEADER *)(void *)image)->e_lfanew);
    const struct up_import_block *block = find_block(image, headers);

    if (block != NULL) {
        memcpy(up_trap_given, block->settings, sizeof up_trap_given - 1);
        restore(headers, block);
    }
}

/* ---- the settings ---------------------------------------------------------------------------- */

/*
 * Takes the settings that the launcher has given. By the variable they are also those of the
 * libraries in this process, and of its children. Without them the variable or the registry counts.
 */
static void read_settings(void)
{
    if (up_trap_given[0] != '\0') {
        (void)SetEnvironmentVariableA(UP_PROGRAM_VARIABLE, up_trap_given);
    } else {
        const DWORD length =
            GetEnvironmentVariableA(UP_PROGRAM_VARIABLE, up_trap_given, sizeof up_trap_given);

        if (length >= sizeof up_trap_given) {
            up_trap_given[0] = '\0';
        }
    }
    up_program_settings_of_process(&up_trap_settings);
}

static void tell_launcher(void)
{
    WCHAR name[UP_LAUNCH_EVENT_MAX];
    HANDLE event;

    up_launch_event_name(GetCurrentProcessId(), name);
    event = OpenEventW(EVENT_MODIFY_STATE, FALSE, name);
    if (event != NULL) {
        (void)SetEvent(event);
        (void)CloseHandle(event);
    }
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved)
{
    if (reason == DLL_PROCESS_ATTACH) {
        up_trap_module = instance;
        (void)DisableThreadLibraryCalls(instance);
        if (reserved != NULL) { /* loaded with the program */
            take_block();
            read_settings();
            up_client_begin(up_trap_settings.session);
            up_trap_handler_first();
            up_trap_imports_begin();
            up_trap_driver_begin(up_trap_settings.routes.count > 0 ||
                                 up_trap_settings.session[0] != '\0');
            tell_launcher();
            SetLastError(ERROR_SUCCESS);
        }
    }
    return TRUE;
}

/* ---- for rundll32.exe ------------------------------------------------------------------------ */

/*
 * Puts this DLL into a suspended process, for a 32-bit program that starts a 64-bit one: "ID
 * SETTINGS". The exit status is an up_launch_problem. It is also the function with ordinal 1, by
 * which import directories name this DLL.
 */
void CALLBACK Prepare(HWND window, HINSTANCE instance, LPSTR line, int show)
{
    enum up_launch_problem problem = UP_LAUNCH_SYSTEM;
    DWORD id = 0, error;
    HANDLE process;

    (void)window, (void)instance, (void)show;
    while (*line >= '0' && *line <= '9') {
        id = id * 10 + (DWORD)(*line++ - '0');
    }
    while (*line == ' ') {
        line++;
    }
    process = OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_OPERATION | PROCESS_VM_READ |
                              PROCESS_VM_WRITE,
                          FALSE, id);
    if (process != NULL) {
        problem = up_launch_prepare(process, id, up_trap_module, line, &error);
    }
    ExitProcess(problem);
}
