/* SPDX-License-Identifier: MIT
 *
 * Finds the driver to install, checks whether the file is a driver for this Windows, and names the
 * steps of an install (install.h, install_parts.h).
 */
#include "install_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

static const struct {
    const char *text, *name;
} steps[UP_STEP_COUNT] = {
    [UP_STEP_DRIVER_FILE] = {"the driver's file", "driver_file"},
    [UP_STEP_SERVICE] = {"the service", "service"},
    [UP_STEP_SETTINGS] = {"the settings", "settings"},
    [UP_STEP_EVENT_SOURCE] = {"the event log's source", "event_source"},
    [UP_STEP_LIBRARY] = {"userport.dll", "library"},
    [UP_STEP_LIBRARY_32] = {"userport.dll for 32-bit programs", "library_32"},
    [UP_STEP_COM] = {"the automation object", "com"},
    [UP_STEP_COM_32] = {"the automation object for 32-bit programs", "com_32"},
    [UP_STEP_COM_LIBRARY] = {"userport_com.dll", "com_library"},
    [UP_STEP_COM_LIBRARY_32] = {"userport_com.dll for 32-bit programs", "com_library_32"},
    [UP_STEP_TRAP] = {"userport-trap.dll", "trap"},
    [UP_STEP_TRAP_32] = {"userport-trap.dll for 32-bit programs", "trap_32"},
};

const char *up_install_step_text(enum up_install_step step)
{
    return (unsigned)step < UP_STEP_COUNT ? steps[step].text : "an unknown step";
}

const char *up_install_step_name(enum up_install_step step)
{
    return (unsigned)step < UP_STEP_COUNT ? steps[step].name : "unknown";
}

bool up_install_has_failed(const struct up_install_report *report)
{
    bool has = false;
    unsigned step;

    for (step = 0; step < UP_STEP_COUNT; step++) {
        has = has || report->steps[step].outcome == UP_STEP_FAILED;
    }
    return has;
}

void up_report_step(struct up_install_report *report, enum up_install_step step,
                    enum up_install_outcome outcome, const char *format, ...)
{
    struct up_writer text;
    va_list arguments;

    report->steps[step].outcome = outcome;
    up_writer_init(&text, report->steps[step].text, sizeof report->steps[step].text);
    va_start(arguments, format);
    up_writer_format_list(&text, format, arguments);
    va_end(arguments);
}

/* ---- the driver's places --------------------------------------------------------------------- */

bool up_driver_place(WCHAR path[MAX_PATH])
{
    return up_system_folder(path) && up_path_join(path, path, L"drivers\\" UP_DRIVER_FILE);
}

struct places {
    WCHAR beside[MAX_PATH], in_folder[MAX_PATH], installed[MAX_PATH];
};

static void find_places(struct places *places)
{
    const bool is_64 = up_system_machine() == UP_EXE_MACHINE_AMD64;
    WCHAR folder[MAX_PATH];

    memset(places, 0, sizeof *places);
    if (!up_driver_place(places->installed)) {
        places->installed[0] = L'\0';
    }
    if (up_own_folder(folder)) {
        if (!up_path_join(places->beside, folder, UP_DRIVER_FILE)) {
            places->beside[0] = L'\0';
        }
        if (!up_path_join(places->in_folder, folder,
                          is_64 ? L"amd64\\" UP_DRIVER_FILE : L"i386\\" UP_DRIVER_FILE)) {
            places->in_folder[0] = L'\0';
        }
    }
}

void up_install_places(struct up_install_places *places)
{
    struct places wide;

    find_places(&wide);
    up_utf8(wide.beside, places->beside, sizeof places->beside);
    up_utf8(wide.in_folder, places->in_folder, sizeof places->in_folder);
    up_utf8(wide.installed, places->installed, sizeof places->installed);
}

/*
 * Makes a full path, since the current folder may change and the same relative path may then mean
 * another file.
 */
static bool full_path(const char *file, WCHAR path[MAX_PATH])
{
    WCHAR wide[MAX_PATH], *name;
    DWORD length;

    if (!up_wide(file, wide, MAX_PATH)) {
        return false;
    }
    length = GetFullPathNameW(wide, MAX_PATH, path, &name);
    if (length >= MAX_PATH) {
        SetLastError(ERROR_FILENAME_EXCED_RANGE);
    }
    return length > 0 && length < MAX_PATH;
}

static const char *machine_name(uint16_t machine)
{
    return machine == UP_EXE_MACHINE_I386    ? "32-bit Windows (i386)"
           : machine == UP_EXE_MACHINE_AMD64 ? "64-bit Windows (amd64)"
           : machine == UP_EXE_MACHINE_ARM64 ? "Windows for ARM64"
                                             : "another processor";
}

/*
 * Is the file a driver for this Windows, and UserPort's? The latter is what the file says about
 * itself, which guards against mistakes only.
 */
static bool check_driver(const WCHAR *path, uint32_t accepted, enum up_install_question *asks,
                         struct up_error_detail *problem)
{
    const uint16_t machine = up_system_machine();
    struct up_exe_file file;
    char text[UP_PATH_MAX];

    up_utf8(path, text, sizeof text);
    if (!up_read_exe(path, &file)) {
        up_error_detail_set(problem, GetLastError(), NULL, "cannot read the driver %s", text);
    } else if (file.kind != UP_EXE_PE || file.subsystem != UP_EXE_SUBSYSTEM_NATIVE) {
        up_error_detail_say(problem, ERROR_BAD_EXE_FORMAT,
                            "Give the file userport.sys of a release.",
                            "cannot install %s: it is not a driver", text);
    } else if (file.damage != UP_EXE_WHOLE) {
        up_error_detail_say(problem, ERROR_BAD_EXE_FORMAT, "Copy it again from its source.",
                            "cannot install %s: the file is damaged", text);
    } else if (file.machine != machine) {
        up_error_detail_say(
            problem, ERROR_EXE_MACHINE_TYPE_MISMATCH,
            machine == UP_EXE_MACHINE_I386 ? "Install i386\\userport.sys."
            : machine == UP_EXE_MACHINE_AMD64
                ? "Install amd64\\userport.sys."
                : "UserPort runs on x86 processors only: other ones have no I/O ports.",
            "cannot install %s: it is a driver for %s, and this is %s", text,
            machine_name(file.machine), machine_name(machine));
    } else if (!file.is_userport && (accepted & UP_INSTALL_ACCEPTS(UP_INSTALL_ASKS_DRIVER)) == 0) {
        *asks = UP_INSTALL_ASKS_DRIVER;
        up_error_detail_say(
            problem, ERROR_BAD_EXE_FORMAT, "Give the file userport.sys of a release.",
            "cannot install %s: it is a driver, but by its version resource not UserPort's", text);
    } else {
        return true;
    }
    return false;
}

/* Tries each place. *problem and *asks describe the first file that is unsuitable. */
static bool find_in_places(uint32_t accepted, WCHAR path[MAX_PATH], enum up_install_question *asks,
                           struct up_error_detail *problem)
{
    enum up_install_question unasked = UP_INSTALL_ASKS_NOTHING;
    struct up_install_places texts;
    struct places places;
    const WCHAR *const all[] = {places.beside, places.in_folder, places.installed};
    bool is_wrong = false;
    unsigned i;

    find_places(&places);
    for (i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i][0] == L'\0' || !up_file_exists(all[i])) {
            continue;
        }
        if (check_driver(all[i], accepted, is_wrong ? &unasked : asks, is_wrong ? NULL : problem)) {
            up_error_detail_clear(problem);
            *asks = UP_INSTALL_ASKS_NOTHING;
            wcscpy(path, all[i]);
            return true;
        }
        is_wrong = true;
    }
    if (!is_wrong) {
        up_install_places(&texts);
        up_error_detail_say(problem, ERROR_FILE_NOT_FOUND,
                            "Put the driver into one of these places, or name its file.",
                            "cannot install: there is no driver: neither %s nor %s nor %s is there",
                            texts.beside, texts.in_folder, texts.installed);
    }
    return false;
}

bool up_install_find(char path[UP_PATH_MAX], struct up_error_detail *problem)
{
    enum up_install_question asks = UP_INSTALL_ASKS_NOTHING;
    WCHAR wide[MAX_PATH];

    if (!find_in_places(0, wide, &asks, problem)) {
        return false;
    }
    up_utf8(wide, path, UP_PATH_MAX);
    return true;
}

bool up_driver_find(const char *file, uint32_t accepted, WCHAR path[MAX_PATH],
                    enum up_install_question *asks, struct up_error_detail *problem)
{
    if (file == NULL) {
        return find_in_places(accepted, path, asks, problem);
    }
    if (!full_path(file, path)) {
        up_error_detail_set(problem, GetLastError(), NULL, "cannot install the driver %s", file);
        return false;
    }
    return check_driver(path, accepted, asks, problem);
}

void up_install_sweep(void)
{
    struct up_library libraries[UP_LIBRARIES_MAX];
    WCHAR place[MAX_PATH];
    unsigned i;

    if (up_driver_place(place)) {
        up_file_sweep(place);
    }
    for (i = up_libraries(libraries); i-- > 0;) {
        if (libraries[i].place[0] != L'\0') {
            up_file_sweep(libraries[i].place);
        }
    }
}
