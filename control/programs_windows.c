/* SPDX-License-Identifier: MIT
 *
 * The settings of single programs in the registry, below the service's key, whose access list they
 * inherit: every user may read them and administrators may write them. core/program_settings.c
 * decodes them, here and in the library.
 *
 * Settings without a Path are for no program. So Path is taken away first and written last, and
 * whatever happens in between, nobody finds a mixture.
 */
#include "programs.h"

#include <stdlib.h>
#include <string.h>

#include "eventlog.h"
#include "registry.h"
#include "settings_lock.h"
#include "winutil/winutil.h"

#define ASK_AN_ADMINISTRATOR "Only administrators may change UserPort's settings: run this as one."
#define KEY_NAME_CHARS       256u /* the longest name of a key, with its terminating 0 */

/* ---- reading --------------------------------------------------------------------------------- */

#define VALUES        5u
#define STRING_VALUES 3u /* the first of them; the others are REG_DWORDs */

static const WCHAR *const value_names[VALUES] = {UP_VALUE_PATH, UP_VALUE_ROUTES, UP_VALUE_TRACE,
                                                 UP_VALUE_IGNORE_CLI_STI, UP_VALUE_FAST};

struct value_room {
    struct up_registry_value value;
    uint8_t data[2u * UP_PROGRAM_ROUTES_CHARS];
};

static void read_value(HKEY key, const WCHAR *name, struct value_room *room)
{
    up_registry_read_value(key, name, room->data, sizeof room->data, &room->value);
}

static void read_values(HKEY key, struct value_room rooms[VALUES])
{
    uint32_t i;

    for (i = 0; i < VALUES; i++) {
        read_value(key, value_names[i], &rooms[i]);
    }
}

static void decode(const struct value_room rooms[VALUES], struct up_program *program)
{
    const struct up_program_values values = {.path = rooms[0].value,
                                             .routes = rooms[1].value,
                                             .trace = rooms[2].value,
                                             .ignore_cli_sti = rooms[3].value,
                                             .fast = rooms[4].value};
    uint16_t path[UP_PROGRAM_PATH_CHARS];

    (void)up_program_decode(&values, path, &program->settings, program->wrong,
                            sizeof program->wrong);
    up_utf8((const WCHAR *)path, program->path, sizeof program->path);
}

static void wrong_as_a_whole(struct up_program *program, const char *why)
{
    program->path[0] = '\0';
    program->settings = (struct up_program_settings){0};
    up_utf8_copy(program->wrong, sizeof program->wrong, why);
}

/* Reads the program in the key of that name. Result: false if it has been removed. */
static bool read_program(HKEY programs, const WCHAR *name, struct up_program *program)
{
    struct value_room rooms[VALUES];
    char whole[3u * KEY_NAME_CHARS];
    HKEY key;
    LONG error = RegOpenKeyExW(programs, name, 0, KEY_QUERY_VALUE, &key);

    up_utf8(name, whole, sizeof whole);
    up_utf8_copy(program->name, sizeof program->name, whole);
    if (error != ERROR_SUCCESS) {
        wrong_as_a_whole(program, "its key cannot be read");
        return error != ERROR_FILE_NOT_FOUND;
    }
    read_values(key, rooms);
    RegCloseKey(key);
    decode(rooms, program);
    if (up_program_name_problem(whole) != NULL) {
        wrong_as_a_whole(program, "the name of its key is too long or not a text");
    }
    return true;
}

/*
 * Reads all programs of the key, in the order in which it has them. Result: ERROR_SUCCESS, or the
 * error.
 */
static LONG read_all(HKEY key, struct up_programs *programs)
{
    WCHAR name[KEY_NAME_CHARS];
    DWORD i, length;
    LONG error = ERROR_SUCCESS;

    for (i = 0; error == ERROR_SUCCESS && programs->count < UP_PROGRAMS_MAX; i++) {
        length = KEY_NAME_CHARS;
        error = RegEnumKeyExW(key, i, name, &length, NULL, NULL, NULL, NULL);
        if (error == ERROR_SUCCESS &&
            read_program(key, name, &programs->programs[programs->count])) {
            programs->count++;
        }
    }
    return error == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : error;
}

/* Compares names as the registry does: without letter case. */
static int compare_names(const char *one, const char *other)
{
    WCHAR wide[2][UP_PROGRAM_NAME_MAX];

    return !up_wide(one, wide[0], UP_PROGRAM_NAME_MAX) ||
                   !up_wide(other, wide[1], UP_PROGRAM_NAME_MAX)
               ? strcmp(one, other)
               : lstrcmpiW(wide[0], wide[1]);
}

static int compare_programs(const void *one, const void *other)
{
    return compare_names(((const struct up_program *)one)->name,
                         ((const struct up_program *)other)->name);
}

bool up_programs_read(struct up_programs *programs, struct up_error_detail *problem)
{
    HKEY key;
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, UP_PROGRAMS_KEY, 0,
                               KEY_QUERY_VALUE | KEY_ENUMERATE_SUB_KEYS, &key);

    *programs = (struct up_programs){0};
    if (error == ERROR_FILE_NOT_FOUND) {
        return true;
    }
    if (error == ERROR_SUCCESS) {
        programs->programs = calloc(UP_PROGRAMS_MAX, sizeof *programs->programs);
        error = programs->programs != NULL ? read_all(key, programs) : ERROR_OUTOFMEMORY;
        RegCloseKey(key);
    }
    if (error != ERROR_SUCCESS) {
        up_programs_free(programs);
        up_error_detail_set(problem, (uint32_t)error, NULL,
                            "cannot read the settings of programs, %s", UP_PROGRAMS_PLACE);
        return false;
    }
    qsort(programs->programs, programs->count, sizeof *programs->programs, compare_programs);
    return true;
}

void up_programs_free(struct up_programs *programs)
{
    free(programs->programs);
    *programs = (struct up_programs){0};
}

const struct up_program *up_programs_find(const struct up_programs *programs, const char *name)
{
    uint32_t i;

    for (i = 0; i < programs->count; i++) {
        if (compare_names(programs->programs[i].name, name) == 0) {
            return &programs->programs[i];
        }
    }
    return NULL;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Makes the values of a program. Result: false if a path is too long. */
static bool encode(const struct up_program *program, struct value_room rooms[VALUES])
{
    const DWORD flags[] = {program->settings.ignore_cli_sti, program->settings.fast};
    char routes[UP_ROUTES_TEXT_MAX];
    uint32_t i;

    memset(rooms, 0, VALUES * sizeof *rooms);
    (void)up_routes_format(&program->settings.routes, routes, sizeof routes);
    if (!up_wide(program->path, (WCHAR *)rooms[0].data, UP_PROGRAM_PATH_CHARS) ||
        !up_wide(routes, (WCHAR *)rooms[1].data, UP_PROGRAM_ROUTES_CHARS) ||
        !up_wide(program->settings.trace, (WCHAR *)rooms[2].data, UP_PROGRAM_PATH_CHARS)) {
        return false;
    }
    for (i = 0; i < VALUES; i++) {
        const uint32_t characters = (uint32_t)lstrlenW((const WCHAR *)rooms[i].data) + 1u;

        rooms[i].value.state = UP_VALUE_PRESENT;
        rooms[i].value.type = i < STRING_VALUES ? REG_SZ : REG_DWORD;
        rooms[i].value.length =
            i < STRING_VALUES ? characters * (uint32_t)sizeof(WCHAR) : sizeof(DWORD);
        if (i >= STRING_VALUES) {
            memcpy(rooms[i].data, &flags[i - STRING_VALUES], sizeof(DWORD));
        }
    }
    if (program->settings.trace[0] == '\0') {
        rooms[2].value.state = UP_VALUE_ABSENT;
    }
    return true;
}

static LONG write_value(HKEY key, const WCHAR *name, const struct value_room *room)
{
    LONG error;

    if (room->value.state == UP_VALUE_PRESENT) {
        return RegSetValueExW(key, name, 0, room->value.type, room->data, room->value.length);
    }
    error = RegDeleteValueW(key, name);
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : error;
}

/* Writes the values so that Path is there only while the others belong to it. */
static LONG write_values(HKEY key, const struct value_room rooms[VALUES])
{
    LONG error = RegDeleteValueW(key, UP_VALUE_PATH);
    uint32_t i;

    if (error == ERROR_FILE_NOT_FOUND) {
        error = ERROR_SUCCESS;
    }
    for (i = VALUES; i-- > 0 && error == ERROR_SUCCESS;) {
        error = write_value(key, value_names[i], &rooms[i]);
    }
    return error == ERROR_SUCCESS ? RegFlushKey(key) : error;
}

/* True if what was read can be written again, as it was. */
static bool can_restore(const struct value_room rooms[VALUES])
{
    uint32_t i;

    for (i = 0; i < VALUES; i++) {
        if (rooms[i].value.state == UP_VALUE_UNREADABLE ||
            (rooms[i].value.state == UP_VALUE_PRESENT &&
             rooms[i].value.available < rooms[i].value.length)) {
            return false;
        }
    }
    return true;
}

static LONG write_key(HKEY programs, const WCHAR *name, const struct value_room rooms[VALUES])
{
    struct value_room earlier[VALUES];
    DWORD was_there;
    HKEY key;
    LONG error = RegCreateKeyExW(programs, name, 0, NULL, REG_OPTION_NON_VOLATILE,
                                 KEY_QUERY_VALUE | KEY_SET_VALUE, NULL, &key, &was_there);

    if (error != ERROR_SUCCESS) {
        return error;
    }
    read_values(key, earlier);
    error = write_values(key, rooms);
    if (error != ERROR_SUCCESS && was_there == REG_OPENED_EXISTING_KEY && can_restore(earlier)) {
        (void)write_values(key, earlier);
    }
    RegCloseKey(key);
    if (error != ERROR_SUCCESS && was_there == REG_CREATED_NEW_KEY) {
        RegDeleteKeyW(programs, name);
    }
    return error;
}

/* Is there no room for one more program, unless it is there already? */
static bool is_full(HKEY programs, const WCHAR *name)
{
    DWORD count = 0;
    HKEY key;

    if (RegOpenKeyExW(programs, name, 0, KEY_QUERY_VALUE, &key) == ERROR_SUCCESS) {
        RegCloseKey(key);
        return false;
    }
    return RegQueryInfoKeyW(programs, NULL, NULL, NULL, &count, NULL, NULL, NULL, NULL, NULL, NULL,
                            NULL) == ERROR_SUCCESS &&
           count >= UP_PROGRAMS_MAX;
}

/* Opens the key of all programs, and makes it if has_to_make. */
static bool open_to_change(HKEY *programs, bool has_to_make, struct up_error_detail *problem)
{
    const REGSAM access = KEY_QUERY_VALUE | KEY_CREATE_SUB_KEY | KEY_ENUMERATE_SUB_KEYS;
    HKEY service;
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, UP_SETTINGS_KEY, 0,
                               has_to_make ? KEY_CREATE_SUB_KEY : KEY_QUERY_VALUE, &service);

    if (error == ERROR_FILE_NOT_FOUND) {
        up_error_detail_say(problem, (uint32_t)error, "Install it first: userportctl install",
                            "cannot change the settings of programs: UserPort is not installed, %s "
                            "is not there",
                            UP_SETTINGS_PLACE);
        return false;
    }
    if (error == ERROR_SUCCESS) {
        error = has_to_make ? RegCreateKeyExW(service, L"Programs", 0, NULL,
                                              REG_OPTION_NON_VOLATILE, access, NULL, programs, NULL)
                            : RegOpenKeyExW(service, L"Programs", 0, access, programs);
        RegCloseKey(service);
    }
    if (error != ERROR_SUCCESS && (has_to_make || error != ERROR_FILE_NOT_FOUND)) {
        up_error_detail_set(problem, (uint32_t)error,
                            error == ERROR_ACCESS_DENIED ? ASK_AN_ADMINISTRATOR : NULL,
                            "cannot change the settings of programs in %s", UP_PROGRAMS_PLACE);
        return false;
    }
    *programs = error == ERROR_SUCCESS ? *programs : NULL;
    return true;
}

static bool write_locked(HKEY programs, const struct up_program *program,
                         struct up_error_detail *problem)
{
    struct value_room rooms[VALUES];
    WCHAR name[UP_PROGRAM_NAME_MAX];
    char settings[UP_PROGRAM_TEXT_MAX];
    LONG error;

    if (!up_wide(program->name, name, UP_PROGRAM_NAME_MAX) || !encode(program, rooms)) {
        up_error_detail_set(problem, ERROR_INVALID_PARAMETER, NULL,
                            "the name or the path of the program %s is too long", program->name);
        return false;
    }
    if (is_full(programs, name)) {
        up_error_detail_set(problem, 0, "Remove the settings of a program that is gone.",
                            "there are settings of %u programs already", UP_PROGRAMS_MAX);
        return false;
    }
    error = write_key(programs, name, rooms);
    if (error != ERROR_SUCCESS) {
        up_error_detail_set(problem, (uint32_t)error,
                            error == ERROR_ACCESS_DENIED ? ASK_AN_ADMINISTRATOR : NULL,
                            "cannot write the settings of the program %s, %s\\%s", program->name,
                            UP_PROGRAMS_PLACE, program->name);
        return false;
    }
    (void)up_program_settings_format(&program->settings, settings, sizeof settings);
    up_eventlog_program(program->name, program->path, settings);
    return true;
}

bool up_program_write(const struct up_program *program, struct up_error_detail *problem)
{
    struct up_settings_lock lock;
    HKEY programs;
    bool done;

    /* Opened first because its error message is the better one. */
    if (!open_to_change(&programs, true, problem)) {
        return false;
    }
    done = up_settings_lock(&lock, problem);
    if (done) {
        done = write_locked(programs, program, problem);
        up_settings_unlock(&lock);
    }
    RegCloseKey(programs);
    return done;
}

/* ---- removing -------------------------------------------------------------------------------- */

static bool remove_locked(HKEY programs, const char *name, struct up_error_detail *problem)
{
    WCHAR wide[UP_PROGRAM_NAME_MAX];
    LONG error = ERROR_FILE_NOT_FOUND;

    if (programs != NULL && up_program_name_problem(name) == NULL &&
        up_wide(name, wide, UP_PROGRAM_NAME_MAX)) {
        error = RegDeleteKeyW(programs, wide);
    }
    if (error == ERROR_FILE_NOT_FOUND) {
        up_error_detail_say(problem, (uint32_t)error, NULL,
                            "there are no settings of a program named %s", name);
        return false;
    }
    if (error != ERROR_SUCCESS) {
        up_error_detail_set(
            problem, (uint32_t)error, error == ERROR_ACCESS_DENIED ? ASK_AN_ADMINISTRATOR : NULL,
            "cannot remove the settings of the program %s, %s\\%s", name, UP_PROGRAMS_PLACE, name);
        return false;
    }
    (void)RegFlushKey(programs);
    up_eventlog_program_removed(name);
    return true;
}

bool up_program_remove(const char *name, struct up_error_detail *problem)
{
    struct up_settings_lock lock;
    HKEY programs;
    bool done;

    if (!open_to_change(&programs, false, problem)) {
        return false;
    }
    done = up_settings_lock(&lock, problem);
    if (done) {
        done = remove_locked(programs, name, problem);
        up_settings_unlock(&lock);
    }
    if (programs != NULL) {
        RegCloseKey(programs);
    }
    return done;
}
