/* SPDX-License-Identifier: MIT
 *
 * Prints portcheck's JSON: one object per file, on one line. All values but the path are known
 * names and numbers.
 */
#include <stdio.h>

#include "core/json.h"
#include "portcheck.h"

static void put(void *context, const char *text, size_t length)
{
    (void)fwrite(text, 1, length, context); /* the program checks ferror at its end */
}

static struct up_json on_stdout(void)
{
    return (struct up_json){.put = put, .context = stdout};
}

static void add_file(struct up_json *json, const struct up_exe_file *file)
{
    static const char *const kinds[] = {"unknown", "MZ", "NE", "LE", "LX", "PE", "other"};
    static const char *const damages[] = {NULL, "header", "cut short", "imports", ".NET header"};
    static const char *const dotnets[] = {NULL, "as machine",      "any",
                                          "1",  "32-bit required", "32-bit preferred"};

    up_json_text(json, "kind", kinds[file->kind]);
    up_json_text(json, "damage", damages[file->damage]);
    if (file->kind == UP_EXE_NE || file->kind == UP_EXE_LE || file->kind == UP_EXE_LX) {
        up_json_number(json, "target", file->target);
    }
    if (file->kind == UP_EXE_NE || file->kind == UP_EXE_PE) {
        up_json_bool(json, "dll", file->is_dll);
    }
    if (file->kind == UP_EXE_PE) {
        up_json_number(json, "machine", file->machine);
        up_json_number(json, "subsystem", file->subsystem);
        up_json_text(json, "dotnet", dotnets[file->dotnet]);
        up_json_bool(json, "userport", file->is_userport);
    }
    up_json_bool(json, "runs_32bit", up_exe_is_32bit(file));
    up_json_bool(json, "runs_64bit", up_exe_is_64bit(file));
}

static void add_names(struct up_json *json, const char *key, uint32_t set, const char *const *names,
                      unsigned count)
{
    unsigned i;

    up_json_array(json, key);
    for (i = 0; i < count; i++) {
        if (set >> i & 1u) {
            up_json_text(json, NULL, names[i]);
        }
    }
    up_json_end(json);
}

static void add_dlls(struct up_json *json, const struct report *report)
{
    static const char *const fits[] = {"yes", "not UserPort's", "wrong bits", "no DLL"};
    unsigned i;

    up_json_array(json, "dlls");
    for (i = 0; i < report->dll_count; i++) {
        const struct wanted_dll *dll = &report->dlls[i];

        up_json_object(json, NULL);
        up_json_text(json, "name", up_exe_library_names[dll->need.library]);
        up_json_number(json, "bits", dll->need.bits);
        up_json_text(json, "copy", dll->need.source);
        if (dll->is_there) {
            up_json_object(json, "beside");
            add_file(json, &dll->file);
            up_json_end(json);
        } else {
            up_json_text(json, "beside", NULL);
        }
        up_json_text(json, "fits", dll->is_there ? fits[dll->fit] : NULL);
        up_json_end(json);
    }
    up_json_end(json);
}

void print_json(const struct report *report)
{
    const struct up_exe_file *file = &report->file;
    struct up_json json = on_stdout();

    up_json_object(&json, NULL);
    up_json_text(&json, "file", report->path);
    add_file(&json, file);
    up_json_bool(&json, "served", report->is_served);
    add_names(&json, "imports", file->imports, up_exe_library_names, UP_LIBRARY_COUNT);
    add_names(&json, "delay_imports", file->delay_imports, up_exe_library_names, UP_LIBRARY_COUNT);
    add_names(&json, "mentions", file->mentions, up_exe_library_names, UP_LIBRARY_COUNT);
    add_names(&json, "refused", file->refused, up_exe_function_names, UP_FUNCTION_COUNT);
    add_names(&json, "mentions_refused", file->refused_mentions, up_exe_function_names,
              UP_FUNCTION_COUNT);
    up_json_number(&json, "missing", file->missing);
    add_names(&json, "devices", file->devices, up_exe_device_names, UP_DEVICE_COUNT);
    add_dlls(&json, report);
    up_json_end(&json);
    putchar('\n');
}

void print_json_error(const char *path, const char *reason, int code)
{
    struct up_json json = on_stdout();

    up_json_object(&json, NULL);
    up_json_text(&json, "file", path);
    up_json_text(&json, "error", reason);
    up_json_number(&json, "code", (uint32_t)code);
    up_json_end(&json);
    putchar('\n');
}
