/* SPDX-License-Identifier: MIT
 *
 * Finds names of port libraries and devices anywhere in a file's bytes. Programs pass these to
 * LoadLibrary and CreateFile; .NET and Visual Basic keep the names of DLLs in tables of their own.
 * The file is read once; exefile.h says which names count.
 */
#include "exefile.h"

#define CHUNK  4096u
#define BEFORE 2u  /* bytes needed before a position: one UTF-16 character */
#define AFTER  64u /* bytes needed after it: no name has more than 19 characters */

const char *const up_exe_library_names[UP_LIBRARY_COUNT] = {
    [UP_LIBRARY_INPOUT32] = "inpout32.dll",
    [UP_LIBRARY_INPOUTX64] = "inpoutx64.dll",
    [UP_LIBRARY_DLPORTIO] = "DLPortIO.dll",
    [UP_LIBRARY_USERPORT] = "userport.dll",
    [UP_LIBRARY_IO] = "io.dll",
    [UP_LIBRARY_WINIO] = "WinIo.dll",
    [UP_LIBRARY_WINIO32] = "WinIo32.dll",
    [UP_LIBRARY_WINIO64] = "WinIo64.dll",
    [UP_LIBRARY_TVICPORT] = "TVicPort.dll",
    [UP_LIBRARY_WINRING0] = "WinRing0.dll",
    [UP_LIBRARY_WINRING0X64] = "WinRing0x64.dll",
};

const char *const up_exe_device_names[UP_DEVICE_COUNT] = {
    [UP_DEVICE_USERPORT] = "\\\\.\\UserPort",
    [UP_DEVICE_GIVEIO] = "\\\\.\\giveio",
    [UP_DEVICE_PORTTALK] = "\\\\.\\PortTalk",
    [UP_DEVICE_INPOUT32] = "\\\\.\\inpout32",
    [UP_DEVICE_INPOUTX64] = "\\\\.\\inpoutx64",
    [UP_DEVICE_HWINTERFACE] = "\\\\.\\hwinterface",
    [UP_DEVICE_HWINTERFACEX64] = "\\\\.\\hwinterfacex64",
    [UP_DEVICE_WINRING0] = "\\\\.\\WinRing0_1_2_0",
    [UP_DEVICE_WINIO] = "\\\\.\\WinIo",
};

const char *const up_exe_function_names[UP_FUNCTION_COUNT] = {
    [UP_FUNCTION_MAP_PHYS_TO_LIN] = "MapPhysToLin",
    [UP_FUNCTION_UNMAP_PHYSICAL_MEMORY] = "UnmapPhysicalMemory",
    [UP_FUNCTION_GET_PHYS_LONG] = "GetPhysLong",
    [UP_FUNCTION_SET_PHYS_LONG] = "SetPhysLong",
};

/* What the file has of LoadLibrary("io"), which means io.dll: both are needed. */
struct bare_io {
    bool has_name, has_function;
};

/* The bytes of the file around the examined ones. */
struct window {
    uint8_t bytes[BEFORE + CHUNK + AFTER];
    uint32_t length;
};

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

static bool is_in_names(unsigned c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           c == '-';
}

/*
 * The character of width bytes at a position. 0 outside the window, where the file ends or no name
 * can reach.
 */
static unsigned character(const struct window *window, uint32_t at, uint32_t width)
{
    if (at >= window->length || width > window->length - at) {
        return 0;
    }
    return width == 1 ? window->bytes[at]
                      : window->bytes[at] | (unsigned)window->bytes[at + 1] << 8;
}

/* Moves *at past text if it is there, ignoring case. False: it is not there. */
static bool skip(const struct window *window, uint32_t *at, uint32_t width, const char *text)
{
    uint32_t i = *at;

    for (; *text != '\0'; text++, i += width) {
        unsigned c = character(window, i, width);

        if (c > 0x7F || lower((uint8_t)c) != lower((uint8_t)*text)) {
            return false;
        }
    }
    *at = i;
    return true;
}

/* True if name is at the position and is not part of a longer name. */
static bool is_name_at(const struct window *window, uint32_t at, uint32_t width, const char *name)
{
    unsigned before = at >= width ? character(window, at - width, width) : 0;

    return skip(window, &at, width, name) && !is_in_names(before) && before != '.' &&
           !is_in_names(character(window, at, width));
}

/*
 * The same for "inpout32" without ".dll", but not for the device \\.\inpout32 or for inpout32.sys.
 */
static bool is_bare_name_at(const struct window *window, uint32_t at, uint32_t width,
                            const char *name)
{
    char stem[16];
    uint32_t length;
    unsigned before = at >= width ? character(window, at - width, width) : 0;
    unsigned behind;

    for (length = 0; name[length] != '.'; length++) {
        stem[length] = name[length];
    }
    stem[length] = '\0';
    behind = character(window, at + length * width, width);
    return before != '\\' && behind != '.' && is_name_at(window, at, width, stem);
}

/* True if the whole string at the position is "io". */
static bool is_io_at(const struct window *window, uint32_t at, uint32_t width)
{
    return (at < width || character(window, at - width, width) < 0x20) &&
           is_name_at(window, at, width, "io") && character(window, at + 2 * width, width) == 0;
}

static void look_at(const struct window *window, uint32_t at, uint32_t width,
                    struct up_exe_file *file, struct bare_io *io)
{
    unsigned i;

    if (window->bytes[at] == '\\') {
        for (i = 0; i < UP_DEVICE_COUNT; i++) {
            file->devices |= is_name_at(window, at, width, up_exe_device_names[i]) ? 1u << i : 0;
        }
        return;
    }
    for (i = 0; i < UP_LIBRARY_COUNT; i++) {
        const char *name = up_exe_library_names[i];

        if (is_name_at(window, at, width, name) ||
            (i <= UP_LIBRARY_DLPORTIO && is_bare_name_at(window, at, width, name))) {
            file->mentions |= 1u << i;
        }
    }
    for (i = 0; i < UP_FUNCTION_COUNT; i++) {
        file->refused_mentions |=
            is_name_at(window, at, width, up_exe_function_names[i]) ? 1u << i : 0;
    }
    io->has_name = io->has_name || is_io_at(window, at, width);
    io->has_function = io->has_function || is_name_at(window, at, width, "PortIn") ||
                       is_name_at(window, at, width, "PortOut");
}

static bool is_first_letter(uint8_t c)
{
    c = lower(c);
    return c == 'i' || c == 'd' || c == 'u' || c == 'w' || c == 't' || c == 'm' || c == 'g' ||
           c == 's' || c == 'p' || c == '\\';
}

bool up_exe_search(const struct up_exe_source *source, struct up_exe_file *file)
{
    struct bare_io io = {false, false};
    struct window window;
    uint32_t position;
    uint32_t at;

    for (position = 0; position < source->size; position += CHUNK) {
        uint32_t lead = position == 0 ? 0 : BEFORE;
        uint32_t rest = source->size - position;
        uint32_t last = lead + (rest < CHUNK ? rest : CHUNK);

        window.length = lead + (rest < CHUNK + AFTER ? rest : CHUNK + AFTER);
        if (!source->read(source->context, position - lead, window.bytes, window.length)) {
            return false;
        }
        for (at = lead; at < last; at++) {
            if (is_first_letter(window.bytes[at])) {
                look_at(&window, at, at + 1 < window.length && window.bytes[at + 1] == 0 ? 2 : 1,
                        file, &io);
            }
        }
        if (rest <= CHUNK) {
            break; /* position + CHUNK may exceed 4 GiB */
        }
    }
    file->mentions |= io.has_name && io.has_function ? 1u << UP_LIBRARY_IO : 0;
    return true;
}
