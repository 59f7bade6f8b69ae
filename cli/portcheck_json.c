/* SPDX-License-Identifier: MIT
 *
 * portcheck --json: an object for each file, on one line. All values but the path are names and numbers of our own.
 */
#include <stdio.h>

#include "portcheck.h"

/* The bytes of the UTF-8 sequence at text, or 0 if there is none: too long a form, a surrogate, above 10FFFF, cut. */
static unsigned utf8_length(const unsigned char *text)
{
    unsigned length = text[0] < 0x80 ? 1 : text[0] < 0xC2 ? 0 : text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 : 4;
    unsigned i;

    if (text[0] > 0xF4 || (text[0] == 0xE0 && text[1] < 0xA0) || (text[0] == 0xED && text[1] > 0x9F) ||
        (text[0] == 0xF0 && text[1] < 0x90) || (text[0] == 0xF4 && text[1] > 0x8F)) {
        return 0;
    }
    for (i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return length;
}

/* Bytes that are not UTF-8, as paths have on old systems, become the characters of those numbers. */
static void print_string(const char *string)
{
    const unsigned char *text = (const unsigned char *)string;

    putchar('"');
    while (*text != 0) {
        unsigned length = utf8_length(text);

        if (*text == '"' || *text == '\\') {
            printf("\\%c", *text++);
        } else if (*text < 0x20 || *text == 0x7F || length == 0) {
            printf("\\u%04X", (unsigned)*text++);
        } else {
            for (; length > 0; length--) {
                putchar(*text++);
            }
        }
    }
    putchar('"');
}

static const char *truth(bool value)
{
    return value ? "true" : "false";
}

static void print_file(const struct up_exe_file *file)
{
    static const char *const kinds[] = {"unknown", "MZ", "NE", "LE", "LX", "PE", "other"};
    static const char *const damages[] = {"null", "\"header\"", "\"cut short\"", "\"imports\"", "\".NET header\""};
    static const char *const dotnets[] = {
        "null", "\"as machine\"", "\"any\"", "\"1\"", "\"32-bit required\"", "\"32-bit preferred\"",
    };

    printf("\"kind\": \"%s\", \"damage\": %s, ", kinds[file->kind], damages[file->damage]);
    if (file->kind == UP_EXE_NE || file->kind == UP_EXE_LE || file->kind == UP_EXE_LX) {
        printf("\"target\": %u, ", (unsigned)file->target);
    }
    if (file->kind == UP_EXE_NE || file->kind == UP_EXE_PE) {
        printf("\"dll\": %s, ", truth(file->is_dll));
    }
    if (file->kind == UP_EXE_PE) {
        printf("\"machine\": %u, \"subsystem\": %u, \"dotnet\": %s, \"userport\": %s, ", (unsigned)file->machine,
               (unsigned)file->subsystem, dotnets[file->dotnet], truth(file->is_userport));
    }
    printf("\"runs_32bit\": %s, \"runs_64bit\": %s", truth(up_exe_is_32bit(file)), truth(up_exe_is_64bit(file)));
}

static void print_names(const char *key, uint32_t set, const char *const *names, unsigned count)
{
    const char *separator = "";
    unsigned i;

    printf(", \"%s\": [", key);
    for (i = 0; i < count; i++) {
        if (set >> i & 1u) {
            fputs(separator, stdout);
            print_string(names[i]);
            separator = ", ";
        }
    }
    putchar(']');
}

static void print_dlls(const struct report *report)
{
    static const char *const fits[] = {"yes", "not UserPort's", "wrong bits", "no DLL"};
    unsigned i;

    fputs(", \"dlls\": [", stdout);
    for (i = 0; i < report->dll_count; i++) {
        const struct wanted_dll *dll = &report->dlls[i];

        printf("%s{\"name\": \"%s\", \"bits\": %u, \"copy\": \"%s\", \"beside\": ", i > 0 ? ", " : "",
               up_exe_library_names[dll->need.library], (unsigned)dll->need.bits, dll->need.source);
        if (dll->is_there) {
            putchar('{');
            print_file(&dll->file);
            printf("}, \"fits\": \"%s\"}", fits[dll->fit]);
        } else {
            fputs("null, \"fits\": null}", stdout);
        }
    }
    putchar(']');
}

void print_json(const struct report *report)
{
    const struct up_exe_file *file = &report->file;

    fputs("{\"file\": ", stdout);
    print_string(report->path);
    fputs(", ", stdout);
    print_file(file);
    printf(", \"served\": %s", truth(report->is_served));
    print_names("imports", file->imports, up_exe_library_names, UP_LIBRARY_COUNT);
    print_names("delay_imports", file->delay_imports, up_exe_library_names, UP_LIBRARY_COUNT);
    print_names("mentions", file->mentions, up_exe_library_names, UP_LIBRARY_COUNT);
    print_names("devices", file->devices, up_exe_device_names, UP_DEVICE_COUNT);
    print_dlls(report);
    puts("}");
}

void print_json_error(const char *path, const char *reason, int code)
{
    fputs("{\"file\": ", stdout);
    print_string(path);
    fputs(", \"error\": ", stdout);
    print_string(reason);
    printf(", \"code\": %d}\n", code);
}
