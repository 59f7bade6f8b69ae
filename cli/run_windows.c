/* SPDX-License-Identifier: MIT
 *
 * The command run on Windows: starts a program that runs IN and OUT itself. Where the processor's
 * map gives it the ports, nothing else is needed; everywhere else userport-trap.dll is put into it,
 * which has the driver run its accesses (launch/start.h).
 */
#include <stdio.h>
#include <string.h>

#include "control/control.h"
#include "control/programs.h"
#include "launch/start.h"
#include "trap/debugger.h"
#include "winutil/command_line.h"
#include "winutil/winutil.h"
#include "command.h"
#include "missing_windows.h"
#include "recorded_windows.h"

#define ELEVATION_REQUIRED 740u /* winerror.h of Windows Vista */

/* ---- the program ----------------------------------------------------------------------------- */

/*
 * Finds the program as CreateProcess does: .exe is added to a name without an ending. Result: false
 * with GetLastError.
 */
static bool find_program(const char *name, WCHAR path[MAX_PATH])
{
    WCHAR wide[MAX_PATH];
    DWORD length;

    if (!up_wide(name, wide, MAX_PATH)) {
        return false;
    }
    length = SearchPathW(NULL, wide, L".exe", MAX_PATH, path, NULL);
    if (length >= MAX_PATH) {
        SetLastError(ERROR_FILENAME_EXCED_RANGE);
    }
    return length > 0 && length < MAX_PATH;
}

/* Why Windows, or the trap, does not run this kind of file; NULL: nothing is known against it. */
static const char *kind_problem(const struct up_exe_file *file, const char **advice)
{
    static const char any_pc[] =
        "An emulator such as DOSBox or 86Box runs it, with ports of its own.";

    *advice = NULL;
    switch (file->kind) {
    case UP_EXE_PE:
        break;
    case UP_EXE_UNKNOWN:
        return "is not a program that Windows runs";
    case UP_EXE_NE:
        *advice = "32-bit Windows runs it in a process of its own kind, where the list's ports are "
                  "open without this command.";
        return "is a 16-bit program";
    default:
        *advice = any_pc;
        return "is a program for DOS or another system";
    }
    if (file->is_dll || file->subsystem == UP_EXE_SUBSYSTEM_NATIVE) {
        return "is a DLL or a driver, not a program";
    }
    if (file->machine != UP_EXE_MACHINE_I386 && file->machine != UP_EXE_MACHINE_AMD64) {
        return "is a program for another processor";
    }
    if (file->dotnet != UP_DOTNET_NONE && file->dotnet != UP_DOTNET_MACHINE) {
        *advice =
            "Such a program reaches ports by a DLL: portcheck says by which, and which file of "
            "UserPort takes its place.";
        return "is a .NET program, which cannot run IN and OUT itself";
    }
    return NULL;
}

/* Checks the program's file. Result: -1 to go on; otherwise an exit status. */
static int check_program(const char *name, const WCHAR *path)
{
    struct up_exe_file file;
    const char *why, *advice;
    char text[300];

    if (!up_read_exe(path, &file)) {
        return up_not_started(UP_EXIT_CANNOT, GetLastError(), NULL, "cannot run %s", name);
    }
    why = kind_problem(&file, &advice);
    if (why == NULL) {
        return -1;
    }
    (void)snprintf(text, sizeof text, "cannot run %.150s with ports: it %s", name, why);
    return up_not_started(UP_EXIT_CANNOT, 0, advice, "%s", text);
}

/* ---- its settings ---------------------------------------------------------------------------- */

/* Finds the registry's settings for the program. NULL: there are none. */
static const struct up_program *find_settings(const struct up_programs *programs, const WCHAR *path)
{
    const struct up_program *found = NULL;
    enum up_program_match best = UP_MATCHES_NOT;
    uint32_t i;

    for (i = 0; i < programs->count; i++) {
        WCHAR wide[UP_PROGRAM_PATH_MAX];
        enum up_program_match match;

        if (!up_wide(programs->programs[i].path, wide, UP_PROGRAM_PATH_MAX)) {
            continue;
        }
        match = up_program_matches((const uint16_t *)wide, (const uint16_t *)path);
        if (match > best) {
            best = match;
            found = &programs->programs[i];
        }
    }
    return found;
}

/* Adds the registry's settings for the program. Result: -1 to go on; otherwise an exit status. */
static int read_stored(const WCHAR *path, struct up_program_settings *settings)
{
    struct up_error_detail problem;
    const struct up_program *program;
    struct up_programs programs;
    int status = -1;

    if (!up_programs_read(&programs, &problem)) {
        (void)up_failed(&problem);
        return UP_EXIT_NOT_STARTED;
    }
    program = find_settings(&programs, path);
    if (program != NULL && program->wrong[0] != '\0') {
        status = up_not_started(UP_EXIT_NOT_STARTED, 0,
                                "userportctl program add puts right ones in their place.", "%s",
                                program->wrong);
    } else if (program != NULL) {
        *settings = program->settings;
    }
    up_programs_free(&programs);
    return status;
}

/*
 * The settings are the registry's; routes of the command line take the place of its routes, and
 * options are added. Result: -1 to go on; otherwise an exit status.
 */
static int read_settings(const struct up_invocation *line, const WCHAR *path,
                         struct up_program_settings *settings)
{
    int status;

    memset(settings, 0, sizeof *settings);
    status = read_stored(path, settings);
    if (status >= 0) {
        return status;
    }
    settings->ignore_cli_sti = settings->ignore_cli_sti || up_has_option(line, "ignore-cli-sti");
    settings->fast = settings->fast || up_has_option(line, "fast");
    return up_read_route_options(line, &settings->routes) ? -1 : UP_EXIT_NOT_STARTED;
}

/* ---- the driver ------------------------------------------------------------------------------ */

/* Why the driver cannot serve the program; NULL: it can. */
static const char *driver_problem(const struct up_driver_status *driver,
                                  const struct up_routes *routes, const char **advice)
{
    if (up_routes_have(routes, UP_TARGET_DEVICE)) {
        return NULL; /* what has no device is denied then, and that is all */
    }
    if (!driver->answers) {
        *advice = driver->service == UP_SERVICE_ABSENT
                      ? "Install and start it, as an administrator: userportctl install, then "
                        "userportctl start"
                      : "Start it, as an administrator: userportctl start";
        return driver->service == UP_SERVICE_ABSENT ? "UserPort is not installed"
                                                    : "the driver is not running";
    }
    *advice = "userportctl doctor says which files are of another release.";
    if (driver->is_other_version) {
        return "the driver is of another release than this program";
    }
    *advice = "userportctl start, as an administrator, opens the ports again.";
    if (driver->info.state != UP_STATE_RUNNING) {
        return "every port is denied at the moment";
    }
    *advice = "Grant the ports first, as an administrator: userportctl grant LIST";
    return driver->info.ports_granted == 0 && !up_routes_have(routes, UP_TARGET_NOTHING)
               ? "no port is granted"
               : NULL;
}

/* How the program gets its ports here. */
enum way {
    WAY_NONE, /* an exit status says why there is none */
    WAY_MAP,  /* the processor's map: nothing has to be done */
    WAY_TRAP, /* by userport-trap.dll */
    WAY_DEBUG /* by this process, as the program's debugger */
};

/*
 * Chooses the way. Where the driver gives processes the map, and ports go elsewhere or are
 * recorded, this process gives its map up, and with it the program's: otherwise IN and OUT would
 * reach the ports themselves.
 */
static enum way choose_way(const struct up_program_settings *settings,
                           const struct up_driver_status *driver)
{
    const bool has_map = (driver->info.mechanisms & UP_MECHANISM_IOPM) != 0;
    struct up_error_detail problem;

    if (!has_map) {
        return WAY_TRAP;
    }
    if (settings->routes.count == 0 && !settings->ignore_cli_sti && settings->session[0] == '\0') {
        return driver->info.scope == 0 ? WAY_MAP : WAY_TRAP;
    }
    if (up_system_function(L"kernel32.dll", "AddVectoredExceptionHandler") == NULL) {
        (void)up_not_started(
            0, 0, "A DLL such as UserPort's inpout32.dll takes routes on every Windows.", "%s",
            "routes for programs that run IN and OUT themselves, and recording them, need Windows "
            "XP");
        return WAY_NONE;
    }
    if ((settings->routes.count > 0 || settings->session[0] != '\0') &&
        !up_driver_renounce(&problem)) {
        (void)up_failed(&problem);
        return WAY_NONE;
    }
    return WAY_TRAP;
}

/* ---- the start ------------------------------------------------------------------------------- */

static const char *prepare_problem(enum up_launch_problem problem, const char **advice)
{
    *advice = NULL;
    switch (problem) {
    case UP_LAUNCH_PROCESSOR:
        return "it is for another processor";
    case UP_LAUNCH_DOTNET:
        return "it is a .NET program, which reaches ports by a DLL";
    case UP_LAUNCH_IMAGE:
        return "the headers of its file contradict themselves";
    case UP_LAUNCH_NO_ROOM:
        return "there is no free memory behind its image";
    case UP_LAUNCH_NO_DLL:
        *advice = "It belongs beside userportctl.exe, in the folders amd64 and i386, or in the "
                  "system's folder, where userportctl install puts it; userportctl doctor says "
                  "what is there.";
        return "there is no userport-trap.dll for it";
    case UP_LAUNCH_OTHER_DLL:
        *advice = "userportctl doctor says which files are of another release.";
        return "userport-trap.dll is of another release than this program";
    case UP_LAUNCH_NO_HELPER:
        *advice = "Use the userportctl.exe of the folder amd64.";
        return "a 32-bit userportctl could not prepare this 64-bit program";
    default:
        return "its process could not be changed";
    }
}

static int report_prepare(const struct up_start_result *result, const char *name)
{
    const char *advice;
    char text[300];

    (void)snprintf(text, sizeof text, "cannot start %.150s with ports: %s", name,
                   prepare_problem(result->problem, &advice));
    return up_not_started(UP_EXIT_NOT_STARTED, result->error, advice, "%s", text);
}

static const char *create_advice(DWORD error)
{
    if (error == ERROR_NOT_SUPPORTED && sizeof(void *) == 4) {
        return "A 32-bit userportctl cannot be the debugger of a 64-bit program: use the "
               "userportctl.exe of the folder amd64.";
    }
    return error == ELEVATION_REQUIRED
               ? "It has to run as an administrator: start a command prompt as one."
               : NULL;
}

static int report(const struct up_start_result *result, const char *name)
{
    char text[300];

    switch (result->stage) {
    case UP_START_DONE:
        return (int)result->status;
    case UP_START_CREATE:
        return up_not_started(UP_EXIT_CANNOT, result->error, create_advice(result->error),
                              "cannot run %s", name);
    case UP_START_PREPARE:
        return report_prepare(result, name);
    case UP_START_RESUME:
        return up_not_started(UP_EXIT_NOT_STARTED, result->error, NULL, "cannot start %s", name);
    default:
        (void)snprintf(text, sizeof text,
                       "%.150s has ended with status %08lX before UserPort's DLL could begin", name,
                       (unsigned long)result->status);
        return up_not_started(
            UP_EXIT_NOT_STARTED, 0,
            "Security software may have ended it, or one of its own DLLs is missing.", "%s", text);
    }
}

/* Starts the program with these settings, and waits for its end. Result: an exit status. */
static int start_program(const struct up_invocation *line, const WCHAR *path, enum way way,
                         const struct up_program_settings *settings)
{
    char text[UP_PROGRAM_TEXT_MAX];
    struct up_start_result result;
    struct up_start start = {
        .program = path,
        .line = up_command_line_end(line->word_count),
        .has_trap = way == WAY_TRAP,
        .settings = text,
    };

    (void)up_program_settings_format(settings, text, sizeof text);
    (void)up_out_flush();
    if (way == WAY_DEBUG) {
        up_recorded_serve_here(settings);
        up_debug_program(&start, settings, &result);
    } else {
        up_start_program(&start, &result);
    }
    return report(&result, line->words[0]);
}

/* The same, with what records and simulates. */
static int run_program(const struct up_invocation *line, const WCHAR *path,
                       const struct up_driver_status *driver, struct up_program_settings *settings)
{
    struct up_recorded *recorded;
    int status = up_recorded_begin(line, settings, &recorded);
    enum way way;

    if (status >= 0) {
        return status;
    }
    way = choose_way(settings, driver);
    if (way == WAY_TRAP && up_has_option(line, "no-inject")) {
        way = WAY_DEBUG;
    }
    status = way == WAY_NONE ? UP_EXIT_NOT_STARTED : start_program(line, path, way, settings);
    up_recorded_end(recorded, way == WAY_TRAP);
    return status;
}

static int run_run(const struct up_invocation *line)
{
    static struct up_driver_status driver;
    static struct up_portset missing;
    struct up_program_settings settings;
    const char *why, *advice;
    WCHAR path[MAX_PATH];
    int status;

    if (line->words[0][0] == '\0') {
        (void)up_usage("run: the name of the program is empty");
        return UP_EXIT_NOT_STARTED;
    }
    if (up_has_option(line, "fast") && up_has_option(line, "no-inject")) {
        (void)up_usage("run: --fast changes the program's code, and --no-inject changes nothing");
        return UP_EXIT_NOT_STARTED;
    }
    if (up_has_option(line, "trace") && !up_check_trace(line, up_option_argument(line, "trace"))) {
        return UP_EXIT_NOT_STARTED;
    }
    if (!find_program(line->words[0], path)) {
        return up_not_started(UP_EXIT_NOT_FOUND, GetLastError(), NULL, "cannot run %s",
                              line->words[0]);
    }
    status = check_program(line->words[0], path);
    status = status < 0 ? read_settings(line, path, &settings) : status;
    if (status >= 0) {
        return status;
    }
    up_driver_query(&driver);
    why = driver_problem(&driver, &settings.routes, &advice);
    if (why != NULL) {
        return up_not_started(UP_EXIT_NOT_STARTED, driver.device_code, advice,
                              "the program cannot be given ports: %s", why);
    }
    up_missing_find(&settings.routes, &missing);
    up_missing_note(&missing);
    return run_program(line, path, &driver, &settings);
}

const struct up_command up_command_run = {
    .name = "run",
    .synopsis = "[OPTION]... [--] PROGRAM [ARGUMENT]...",
    .summary = "run a program that runs IN and OUT itself",
    .text =
        "Starts PROGRAM in such a way that its own port instructions reach the granted ports, on "
        "64-bit Windows too: the driver runs them. Programs that it starts are served as well. "
        "PROGRAM is found as Windows finds it. Everything after it belongs to it, options too. "
        "Without options of run, the settings apply that userportctl program has stored for it.\n"
        "Exit status: the program's; 125 when it was not started, 126 when it cannot be run, "
        "127 when it is not there.\n",
    .options = {{"map", "PORTS=TO",
                 "the program's ports go to another address, or to none: 378-37F=D100; card is "
                 "the printer port of a card that is known; it may be given more than once"},
                {"device", "PORTS=DEVICE",
                 "a simulated device has the program's ports: 378=printer:FILE, loopback, memory, "
                 "speaker:FILE, script:FILE or replay:RECORDING; it may be given more than once"},
                {"trace", "FILE",
                 "record the program's accesses into FILE, which ends with .vcd, .csv or .svg; "
                 "userportctl trace shows it"},
                {"watch", NULL, "show the program's accesses as they come"},
                {"ignore-cli-sti", NULL, "CLI and STI do nothing, instead of ending the program"},
                {"fast", NULL, "patch the program's port instructions, for more speed"},
                {"no-inject", NULL,
                 "put nothing into the program: serve it from outside, as its debugger, which is "
                 "slower. It can see that it has a debugger; userportctl stays until all "
                 "processes that it has started have ended"}},
    .repeated_options = {"map", "device"},
    .words_min = 1,
    .words_max = -1,
    .run = run_run,
    .starts_program = true,
};
