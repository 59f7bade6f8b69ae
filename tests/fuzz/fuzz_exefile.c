/* SPDX-License-Identifier: MIT
 *
 * libFuzzer target for exefile/exefile.c: the input is a file. Whatever it says of itself, all
 * reads are inside it and not more than so many; the names that are found are those that a plain
 * look at each byte finds; a DLL is needed only where its name is, and by what UserPort serves.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exefile/exefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define READS_MAX        20000u
#define CHECK(condition) check((condition), #condition, __LINE__)

static void check(bool condition, const char *text, int line)
{
    if (!condition) {
        (void)fprintf(stderr, "fuzz_exefile.c:%d: not so: %s\n", line, text);
        abort();
    }
}

struct counted {
    const uint8_t *bytes;
    size_t size;
    unsigned reads;
};

static bool read_counted(void *context, uint32_t offset, void *to, uint32_t length)
{
    struct counted *file = context;

    CHECK(offset <= file->size && length <= file->size - offset &&
          ++file->reads <= READS_MAX + file->size / 4096);
    memcpy(to, file->bytes + offset, length);
    return true;
}

/*
 * The character at place i of characters of width bytes that start with the one at, or -1 outside
 * the file.
 */
static int character(const uint8_t *data, size_t size, size_t at, long i, unsigned width)
{
    long place = (long)at + i * (long)width;

    if (place < 0 || (size_t)place + width > size) {
        return -1;
    }
    return width == 1 ? data[place] : data[place] + 256 * data[place + 1];
}

static bool is_part_of_name(int c, const char *more)
{
    static const char letters[] =
        "0123456789_-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    return c > 0 && c < 128 && (strchr(letters, c) != NULL || strchr(more, c) != NULL);
}

static bool is_here(const uint8_t *data, size_t size, size_t at, const char *name, long length,
                    unsigned width)
{
    if ((data[at] ^ name[0]) & ~0x20) {
        return false; /* soon */
    }
    for (long i = 0; i < length; i++) {
        int c = character(data, size, at, i, width);

        c = c >= 'A' && c <= 'Z' ? c + 32 : c;
        if (c != (name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i])) {
            return false;
        }
    }
    return !is_part_of_name(character(data, size, at, length, width), "") &&
           !is_part_of_name(character(data, size, at, -1, width), ".");
}

static bool is_anywhere(const uint8_t *data, size_t size, const char *name, bool bare)
{
    long length = (long)strlen(name);

    for (size_t at = 0; at < size; at++) {
        for (unsigned width = 1; width <= 2; width++) {
            if (is_here(data, size, at, name, length, width) ||
                (bare && is_here(data, size, at, name, length - 4, width) &&
                 character(data, size, at, length - 4, width) != '.' &&
                 character(data, size, at, -1, width) != '\\')) {
                return true;
            }
        }
    }
    return false;
}

/*
 * "io" as a whole string: what stands before it is no text, and a 0 or the end of the file is
 * behind it.
 */
static bool has_whole_io(const uint8_t *data, size_t size)
{
    for (size_t at = 0; at < size; at++) {
        for (unsigned width = 1; width <= 2; width++) {
            if (is_here(data, size, at, "io", 2, width) &&
                character(data, size, at, -1, width) < 0x20 &&
                character(data, size, at, 2, width) <= 0) {
                return true;
            }
        }
    }
    return false;
}

static bool is_mentioned(const uint8_t *data, size_t size, unsigned library)
{
    return is_anywhere(data, size, up_exe_library_names[library], library <= UP_LIBRARY_DLPORTIO) ||
           (library == UP_LIBRARY_IO && has_whole_io(data, size) &&
            (is_anywhere(data, size, "PortIn", false) ||
             is_anywhere(data, size, "PortOut", false)));
}

static void check_needs(const struct up_exe_file *file)
{
    struct up_exe_need needs[UP_EXE_NEEDS_MAX];
    unsigned count = up_exe_needs(file, needs);

    CHECK(count <= UP_EXE_NEEDS_MAX &&
          (count == 0 || (file->kind == UP_EXE_PE && !file->is_userport)));
    for (unsigned i = 0; i < count; i++) {
        CHECK(needs[i].library < UP_LIBRARY_SERVED && needs[i].source != NULL);
        CHECK((file->imports | file->delay_imports | file->mentions) >> needs[i].library & 1u);
        CHECK(needs[i].bits == 32 ? up_exe_is_32bit(file)
                                  : needs[i].bits == 64 && up_exe_is_64bit(file));
    }
    CHECK(up_exe_fit(file, 32) <= UP_FIT_NO_DLL && up_exe_fit(file, 64) <= UP_FIT_NO_DLL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct counted counted = {data, size, 0};
    struct up_exe_source source = {read_counted, &counted, (uint32_t)size};
    struct up_exe_file file;

    CHECK(up_exe_read(&source, &file));
    CHECK(file.kind <= UP_EXE_OTHER && file.damage <= UP_EXE_BAD_DOTNET &&
          file.dotnet <= UP_DOTNET_PREFERS_32);
    CHECK(file.kind == UP_EXE_PE ||
          ((file.imports | file.delay_imports) == 0 && file.signature_bytes == 0));
    CHECK((file.imports | file.delay_imports) < 1u << UP_LIBRARY_COUNT);
    for (unsigned i = 0; i < UP_LIBRARY_COUNT; i++) {
        CHECK((file.mentions >> i & 1u) == is_mentioned(data, size, i));
    }
    for (unsigned i = 0; i < UP_DEVICE_COUNT; i++) {
        CHECK((file.devices >> i & 1u) == is_anywhere(data, size, up_exe_device_names[i], false));
    }
    for (unsigned i = 0; i < UP_FUNCTION_COUNT; i++) {
        CHECK((file.refused_mentions >> i & 1u) ==
              is_anywhere(data, size, up_exe_function_names[i], false));
    }
    CHECK(file.refused < 1u << UP_FUNCTION_COUNT && file.missing <= 2048);
    CHECK((file.refused | file.missing) == 0 ||
          ((file.imports | file.delay_imports) & ((1u << UP_LIBRARY_USERPORT) - 1u)) != 0);
    CHECK(!up_exe_is_served(&file) || up_exe_is_32bit(&file) || up_exe_is_64bit(&file));
    check_needs(&file);
    return 0;
}
