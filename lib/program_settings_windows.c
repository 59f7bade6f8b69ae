/* SPDX-License-Identifier: MIT
 *
 * The settings of this process on Windows: those of the variable USERPORT_PROGRAM, or, without it,
 * those of the registry's program settings that fit the program's file. Every user may read these.
 *
 * The library imports kernel32.dll alone, which has no registry before Windows 7. ntdll.dll is in
 * every process and has these functions since NT 4.0; a static library must not ask its program to
 * link with it.
 */
#include <windows.h>

#include "program_settings.h"

#define VARIABLE       L"USERPORT_PROGRAM" /* core/program_settings.h */
#define PROGRAMS       L"\\Registry\\Machine\\SYSTEM\\CurrentControlSet\\Services\\UserPort\\Programs"
#define PROGRAMS_MAX   256u /* control/programs.h */
#define KEY_NAME_BYTES 512u /* the longest name of a key */
#define VALUE_BYTES    (2u * UP_PROGRAM_ROUTES_CHARS)

/* ---- ntdll's functions, from the DDK's documentation -------------------------------------------
 */

struct nt_string {
    uint16_t length, room; /* in bytes */
    const WCHAR *text;
};

struct nt_object {
    uint32_t length;
    void *folder;
    const struct nt_string *name;
    uint32_t attributes;
    void *descriptor, *quality;
};

struct nt_key_name { /* KeyBasicInformation */
    int64_t last_write;
    uint32_t title, name_bytes;
    WCHAR name[KEY_NAME_BYTES / 2u];
};

struct nt_value { /* KeyValuePartialInformation */
    uint32_t title, type, bytes;
    uint8_t data[VALUE_BYTES];
};

#define CASE_INSENSITIVE      0x40u
#define KEY_BASIC             0
#define VALUE_PARTIAL         2
#define OBJECT_NAME_NOT_FOUND ((int32_t)0xC0000034u)
#define BUFFER_OVERFLOW       ((int32_t)0x80000005u)

struct nt {
    int32_t(WINAPI *open_key)(void **key, uint32_t access, const struct nt_object *object);
    int32_t(WINAPI *enumerate_key)(void *key, uint32_t index, int what, void *out, uint32_t bytes,
                                   uint32_t *returned);
    int32_t(WINAPI *query_value)(void *key, const struct nt_string *name, int what, void *out,
                                 uint32_t bytes, uint32_t *returned);
    int32_t(WINAPI *close)(void *handle);
};

static FARPROC find_function(const char *name)
{
    const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");

    return ntdll != NULL ? GetProcAddress(ntdll, name) : NULL;
}

static bool find_functions(struct nt *nt)
{
    *(FARPROC *)&nt->open_key = find_function("NtOpenKey");
    *(FARPROC *)&nt->enumerate_key = find_function("NtEnumerateKey");
    *(FARPROC *)&nt->query_value = find_function("NtQueryValueKey");
    *(FARPROC *)&nt->close = find_function("NtClose");
    return nt->open_key != NULL && nt->enumerate_key != NULL && nt->query_value != NULL &&
           nt->close != NULL;
}

/* folder: NULL if the name is a full one. Result: NULL if the key cannot be opened. */
static void *open_key(const struct nt *nt, void *folder, const WCHAR *name, uint32_t bytes,
                      uint32_t access)
{
    const struct nt_string text = {(uint16_t)bytes, (uint16_t)bytes, name};
    const struct nt_object object = {
        .length = sizeof object, .folder = folder, .name = &text, .attributes = CASE_INSENSITIVE};
    void *key = NULL;

    return nt->open_key(&key, access, &object) >= 0 ? key : NULL;
}

/* bytes: of the name without its terminating 0 */
static struct up_registry_value read_value(const struct nt *nt, void *key, const WCHAR *name,
                                           uint32_t bytes, struct nt_value *room)
{
    const struct nt_string text = {(uint16_t)bytes, (uint16_t)bytes, name};
    struct up_registry_value value = {.state = UP_VALUE_UNREADABLE};
    uint32_t returned = 0;
    const int32_t status =
        nt->query_value(key, &text, VALUE_PARTIAL, room, sizeof *room, &returned);

    if (status == OBJECT_NAME_NOT_FOUND) {
        value.state = UP_VALUE_ABSENT;
    } else if (status >= 0 || status == BUFFER_OVERFLOW) {
        value.state = UP_VALUE_PRESENT;
        value.type = room->type;
        value.length = room->bytes;
        value.available = status >= 0 ? room->bytes : 0;
        value.data = room->data;
    }
    return value;
}

#define READ_VALUE(nt, key, name, room) read_value(nt, key, name, sizeof name - sizeof(WCHAR), room)

/* ---- the registry's settings ----------------------------------------------------------------- */

/*
 * Takes the settings of this key if its Path fits the program better than *best. If they are not
 * valid, the program has none.
 */
static void read_program(const struct nt *nt, void *key, const WCHAR *program,
                         enum up_program_match *best, struct up_program_settings *settings)
{
    uint16_t path[UP_PROGRAM_PATH_CHARS];
    struct nt_value path_room, routes_room, cli_room, fast_room;
    struct up_program_settings found;
    struct up_program_values values = {
        .path = READ_VALUE(nt, key, L"Path", &path_room),
        .routes = {.state = UP_VALUE_ABSENT},
        .ignore_cli_sti = {.state = UP_VALUE_ABSENT},
        .fast = {.state = UP_VALUE_ABSENT},
        .trace = {.state = UP_VALUE_ABSENT}, /* who starts the program reads that */
    };
    enum up_program_match match;

    (void)up_program_decode(&values, path, &found, NULL, 0);
    match = up_program_matches(path, (const uint16_t *)program);
    if (match <= *best) {
        return;
    }
    values.routes = READ_VALUE(nt, key, L"Routes", &routes_room);
    values.ignore_cli_sti = READ_VALUE(nt, key, L"IgnoreCliSti", &cli_room);
    values.fast = READ_VALUE(nt, key, L"Fast", &fast_room);
    (void)up_program_decode(&values, path, &found, NULL, 0);
    *best = match;
    *settings = found;
}

static void read_programs(const struct nt *nt, void *programs, const WCHAR *program,
                          struct up_program_settings *settings)
{
    enum up_program_match best = UP_MATCHES_NOT;
    struct nt_key_name name;
    uint32_t i, returned;
    void *key;

    for (i = 0; i < PROGRAMS_MAX; i++) {
        if (nt->enumerate_key(programs, i, KEY_BASIC, &name, sizeof name, &returned) < 0) {
            break;
        }
        key = open_key(nt, programs, name.name, name.name_bytes, KEY_QUERY_VALUE);
        if (key != NULL) {
            read_program(nt, key, program, &best, settings);
            nt->close(key);
        }
    }
}

static void read_registry(struct up_program_settings *settings)
{
    WCHAR program[UP_PROGRAM_PATH_CHARS];
    const DWORD length = GetModuleFileNameW(NULL, program, UP_PROGRAM_PATH_CHARS);
    struct nt nt;
    void *programs;

    if (length == 0 || length >= UP_PROGRAM_PATH_CHARS || !find_functions(&nt)) {
        return;
    }
    programs =
        open_key(&nt, NULL, PROGRAMS, sizeof PROGRAMS - sizeof(WCHAR), KEY_ENUMERATE_SUB_KEYS);
    if (programs != NULL) {
        read_programs(&nt, programs, program, settings);
        nt.close(programs);
    }
}

/* ---- the variable ---------------------------------------------------------------------------- */

/*
 * Reads the variable. Result: false if there is none. One that is not valid, or longer than any
 * valid one, means no settings.
 */
static bool read_variable(struct up_program_settings *settings)
{
    WCHAR wide[UP_PROGRAM_TEXT_MAX];
    char text[UP_PROGRAM_TEXT_MAX];
    DWORD length, i;

    SetLastError(0);
    length = GetEnvironmentVariableW(VARIABLE, wide, UP_PROGRAM_TEXT_MAX);
    if (length == 0) {
        return GetLastError() == 0;
    }
    if (length < UP_PROGRAM_TEXT_MAX) {
        for (i = 0; i < length; i++) {
            text[i] = wide[i] < 0x80 ? (char)wide[i] : '?'; /* '?' is in no valid text */
        }
        (void)up_program_settings_parse(text, length, settings);
    }
    return true;
}

void up_program_settings_of_process(struct up_program_settings *settings)
{
    const DWORD last_error = GetLastError();

    *settings = (struct up_program_settings){.ignore_cli_sti = false};
    if (!read_variable(settings)) {
        read_registry(settings);
    }
    SetLastError(last_error);
}
