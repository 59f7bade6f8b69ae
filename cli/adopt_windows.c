/* SPDX-License-Identifier: MIT
 *
 * The command adopt: writes a copy of a program that brings userport-trap.dll with it, so that it
 * needs no launcher, and takes that back. launch/adopt.h has what the copy is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/control.h"
#include "launch/adopt.h"
#include "launch/launch.h"
#include "winutil/winutil.h"
#include "command.h"

#define STAGED_ENDING L".userport"
#define COPY_ENDING   L"-userport"

/* A file in memory. */
struct bytes {
    uint8_t *at;
    uint32_t size;
};

/* What is to be done. */
struct task {
    const char *name;     /* the program, as it was given */
    WCHAR from[MAX_PATH]; /* its file */
    WCHAR to[MAX_PATH];
    bool may_replace; /* to may be there already */
};

/* ---- messages -------------------------------------------------------------------------------- */

static int fail(uint32_t code, const char *advice, const char *what, const WCHAR *path)
{
    struct up_error_detail problem;
    char text[UP_PATH_MAX];

    up_utf8(path, text, sizeof text);
    up_error_detail_set(&problem, code, advice, "%s %s", what, text);
    return up_failed(&problem);
}

static int refuse(const struct task *task, enum up_adopt_problem why, const char *what)
{
    static const char undo_advice[] = "userportctl adopt --undo makes the program's file of it.";
    static const char run_advice[] = "userportctl run PROGRAM works without a change to the file.";
    struct up_error_detail problem;
    const char *advice =
        why == UP_ADOPT_ALREADY ? undo_advice
        : why == UP_ADOPT_NO_ROOM || why == UP_ADOPT_ALIGNMENT || why == UP_ADOPT_INTEGRITY
            ? run_advice
            : NULL;

    up_error_detail_set(&problem, 0, advice, "%s %.200s: %s", what, task->name,
                        up_adopt_problem_text(why));
    return up_failed(&problem);
}

/* ---- files ----------------------------------------------------------------------------------- */

static bool read_all(HANDLE file, struct bytes *bytes)
{
    DWORD high = 0, got = 0;

    bytes->size = GetFileSize(file, &high);
    if (high != 0 || bytes->size > UP_ADOPT_BYTES_MAX) {
        SetLastError(ERROR_FILE_TOO_LARGE);
        return false;
    }
    bytes->at = malloc(bytes->size > 0 ? bytes->size : 1);
    if (bytes->at == NULL) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return false;
    }
    if (!ReadFile(file, bytes->at, bytes->size, &got, NULL)) {
        return false;
    }
    bytes->size = got;
    return true;
}

static bool read_file(const WCHAR *path, struct bytes *bytes)
{
    const HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                                    OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    DWORD error;
    bool done;

    if (file == INVALID_HANDLE_VALUE) {
        return false;
    }
    done = read_all(file, bytes);
    error = GetLastError();
    CloseHandle(file);
    SetLastError(error);
    return done;
}

/* Writes a file that is on the disk when this returns. */
static bool write_file(const WCHAR *path, const struct bytes *bytes)
{
    const HANDLE file =
        CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    DWORD wrote = 0, error;
    bool done;

    if (file == INVALID_HANDLE_VALUE) {
        return false;
    }
    done = WriteFile(file, bytes->at, bytes->size, &wrote, NULL) && wrote == bytes->size &&
           FlushFileBuffers(file);
    error = GetLastError();
    CloseHandle(file);
    SetLastError(error);
    return done;
}

/* Writes the file beside its place, and moves it there in one step. */
static bool put_file(const struct task *task, const struct bytes *bytes)
{
    WCHAR staged[MAX_PATH + sizeof STAGED_ENDING / sizeof(WCHAR)];
    DWORD error;

    wcscpy(staged, task->to);
    wcscat(staged, STAGED_ENDING);
    if (write_file(staged, bytes) &&
        MoveFileExW(staged, task->to,
                    MOVEFILE_WRITE_THROUGH | (task->may_replace ? MOVEFILE_REPLACE_EXISTING : 0))) {
        return true;
    }
    error = GetLastError();
    (void)DeleteFileW(staged);
    SetLastError(error);
    return false;
}

/* ---- the paths ------------------------------------------------------------------------------- */

static bool has_exe_ending(const WCHAR *path)
{
    const size_t length = wcslen(path);

    return length > 4 && lstrcmpiW(path + length - 4, L".exe") == 0;
}

/* The program's file; .exe may be left out. */
static bool find_from(const char *name, WCHAR path[MAX_PATH])
{
    if (!up_wide(name, path, MAX_PATH)) {
        return false;
    }
    if (!up_file_exists(path) && !has_exe_ending(path) && wcslen(path) + 4 < MAX_PATH) {
        wcscat(path, L".exe");
    }
    return true;
}

/* The copy's name: PROGRAM-userport.exe. */
static bool make_name(const WCHAR *from, WCHAR to[MAX_PATH])
{
    const size_t length = wcslen(from), stem = has_exe_ending(from) ? length - 4 : length;

    if (length + wcslen(COPY_ENDING) >= MAX_PATH) {
        SetLastError(ERROR_FILENAME_EXCED_RANGE);
        return false;
    }
    memcpy(to, from, stem * sizeof *to);
    wcscpy(to + stem, COPY_ENDING);
    wcscat(to, from + stem);
    return true;
}

static bool find_to(const struct up_invocation *line, struct task *task)
{
    const char *output = up_option_argument(line, "output");

    if (output != NULL) {
        return up_wide(output, task->to, MAX_PATH);
    }
    if (up_has_option(line, "undo")) {
        wcscpy(task->to, task->from);
        task->may_replace = true;
        return true;
    }
    return make_name(task->from, task->to);
}

/* ---- the result ------------------------------------------------------------------------------ */

/* Is the DLL where the copy will look for it? */
static bool has_trap_dll(bool for_64_bit)
{
    WCHAR path[MAX_PATH];
    const bool found = for_64_bit || up_system_machine() == UP_EXE_MACHINE_I386
                           ? up_system_folder(path)
                           : up_system_folder_32(path);

    return found && up_path_join(path, path, UP_TRAP_FILE) && up_file_exists(path);
}

static void print_json(const struct task *task, const struct up_adoption *adoption)
{
    struct up_json *json = up_out_json();
    char text[UP_PATH_MAX];

    up_json_object(json, NULL);
    up_utf8(task->from, text, sizeof text);
    up_json_text(json, "from", text);
    up_utf8(task->to, text, sizeof text);
    up_json_text(json, "to", text);
    if (adoption != NULL) {
        up_json_bool(json, "signature_removed", adoption->had_signature);
        up_json_number(json, "moved_bytes", adoption->moved_bytes);
        up_json_number(json, "moved_by", adoption->moved_bytes > 0 ? adoption->inserted_bytes : 0);
    }
    up_json_end(json);
    up_out_json_end();
}

static void print_notes(const struct up_adoption *adoption)
{
    if (adoption->had_signature) {
        up_note("the program's signature does not hold for the copy, which has none");
    }
    if (adoption->moved_bytes > 0) {
        up_note("%lu bytes that follow the program in its file, such as an installer's or "
                "self-extractor's data, are %lu bytes further from its beginning now, and as far "
                "from its end as before: a program that looks for them at a fixed place does not "
                "find them",
                (unsigned long)adoption->moved_bytes, (unsigned long)adoption->inserted_bytes);
    }
    if (!has_trap_dll(adoption->imports.is_64_bit)) {
        up_note("userport-trap.dll is not in the system's folder, where the copy needs it: "
                "userportctl install puts it there");
    }
}

static void print_done(const struct task *task, const struct up_adoption *adoption)
{
    char to[UP_PATH_MAX];

    if (up_out_is_json) {
        print_json(task, adoption);
    } else {
        up_utf8(task->to, to, sizeof to);
        up_out_text(to);
        up_out_text(adoption != NULL ? ": the copy, which needs no launcher\n"
                                     : ": the program as it was\n");
    }
    if (adoption != NULL) {
        up_out_flush();
        print_notes(adoption);
    }
}

/* ---- the command ----------------------------------------------------------------------------- */

/* Writes made, which is freed. adoption: NULL: back. */
static int finish(const struct task *task, struct bytes *made, const struct up_adoption *adoption)
{
    const bool done = put_file(task, made);
    const DWORD error = GetLastError();

    free(made->at);
    if (done) {
        print_done(task, adoption);
        return UP_EXIT_DONE;
    }
    return fail(error,
                error == ERROR_ALREADY_EXISTS || error == ERROR_FILE_EXISTS
                    ? "With --force it is replaced; --output FILE gives the copy another name."
                    : NULL,
                "cannot write", task->to);
}

static int adopt(const struct task *task, const struct bytes *program)
{
    static const char what[] = "cannot make a copy of";
    struct up_adoption adoption;
    const enum up_adopt_problem why = up_adopt_plan(program->at, program->size, &adoption);
    struct bytes made;

    if (why != UP_ADOPT_OK) {
        return refuse(task, why, what);
    }
    made = (struct bytes){malloc(adoption.size), adoption.size};
    if (made.at == NULL) {
        return fail(ERROR_NOT_ENOUGH_MEMORY, NULL, what, task->from);
    }
    up_adopt_write(program->at, program->size, &adoption, made.at);
    return finish(task, &made, &adoption);
}

static int undo(const struct task *task, const struct bytes *copy)
{
    static const char what[] = "cannot take back";
    struct bytes made;
    enum up_adopt_problem why = up_adopt_undo_plan(copy->at, copy->size, &made.size);

    if (why != UP_ADOPT_OK) {
        return refuse(task, why, what);
    }
    made.at = malloc(made.size > 0 ? made.size : 1);
    if (made.at == NULL) {
        return fail(ERROR_NOT_ENOUGH_MEMORY, NULL, what, task->from);
    }
    why = up_adopt_undo(copy->at, copy->size, made.at);
    if (why != UP_ADOPT_OK) {
        free(made.at);
        return refuse(task, why, what);
    }
    return finish(task, &made, NULL);
}

static int run_adopt(const struct up_invocation *line)
{
    static struct task task;
    struct bytes bytes = {NULL, 0};
    int status;

    task.name = line->words[0];
    task.may_replace = up_has_option(line, "force");
    if (!find_from(task.name, task.from)) {
        return up_usage("adopt: the name of the program is too long");
    }
    if (!find_to(line, &task)) {
        return up_usage("adopt: the name of the new file is too long");
    }
    if (read_file(task.from, &bytes)) {
        status = up_has_option(line, "undo") ? undo(&task, &bytes) : adopt(&task, &bytes);
    } else {
        status = fail(GetLastError(), NULL, "cannot read", task.from);
    }
    free(bytes.at);
    return status;
}

const struct up_command up_command_adopt = {
    .name = "adopt",
    .synopsis = "[OPTION]... PROGRAM",
    .summary = "make a copy of a program that needs no launcher",
    .text =
        "Writes a copy of PROGRAM, PROGRAM-userport.exe, that Windows starts with "
        "userport-trap.dll: its port instructions reach the granted ports however it is started, "
        "without userportctl run. Its routes and options are those that userportctl program has "
        "stored for the copy. UserPort has to be installed where the copy runs. PROGRAM itself "
        "stays as it is.\n"
        "The copy has no digital signature. A program that examines its own file, as installers "
        "do, may refuse to run as a copy; userportctl run changes no file.\n",
    .options = {{"output", "FILE", "the file that is written"},
                {"undo", NULL,
                 "PROGRAM is such a copy: make the program's own file of it, in its "
                 "place or as FILE"},
                {"force", NULL, "replace a file that is there already"}},
    .words_min = 1,
    .words_max = 1,
    .run = run_adopt,
};
