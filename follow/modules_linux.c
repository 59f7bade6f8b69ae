/* SPDX-License-Identifier: MIT
 *
 * Which file the code at an address is of. See modules_linux.h.
 *
 * A file is mapped in several parts, one behind the other, and its first part says where it begins.
 * Wine reads the parts of a Windows program into memory of no file if it cannot map them: memory
 * that follows such a file's first part, within the image's size, belongs to it.
 */
#include "modules_linux.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory_linux.h"

#define LINE_BYTES 4352u /* PATH_MAX and what precedes it */
#define HEAD_BYTES 4096u

/* The file whose parts are being read. */
struct file {
    uint64_t base, end; /* end: of the last part */
    uint64_t image_end; /* of a Windows program; 0: it is none */
    char name[UP_CODE_NAME];
    char path[LINE_BYTES];
};

static uint32_t number_at(const uint8_t *bytes)
{
    uint32_t number;

    memcpy(&number, bytes, sizeof number);
    return number;
}

/* The end of the image that begins at base, if it is one of Windows; otherwise 0. */
static uint64_t image_end(pid_t process, uint64_t base)
{
    uint8_t head[HEAD_BYTES];
    uint32_t pe;

    if (!up_memory_read(process, base, head, sizeof head) || head[0] != 'M' || head[1] != 'Z') {
        return 0;
    }
    pe = number_at(head + 0x3C);
    if (pe > sizeof head - 0x54 || memcmp(head + pe, "PE\0", 4) != 0) {
        return 0;
    }
    return base + number_at(head + pe + 0x50); /* SizeOfImage, in both forms of the header */
}

static void begin_file(struct file *file, pid_t process, uint64_t first, const char *path)
{
    const char *slash = strrchr(path, '/');

    file->base = first;
    file->image_end = image_end(process, first);
    (void)snprintf(file->path, sizeof file->path, "%s", path);
    /* Without a NUL if it is as long as that */
    (void)memset(file->name, 0, sizeof file->name);
    (void)memcpy(file->name, slash + 1, strnlen(slash + 1, sizeof file->name));
}

static struct up_code_range *add_range(struct up_code *code)
{
    struct up_code_range *more;
    size_t room;

    if (code->count == code->room) {
        room = code->room > 0 ? 2 * code->room : 32;
        more = realloc(code->ranges, room * sizeof *more);
        if (more == NULL) {
            return NULL;
        }
        code->ranges = more;
        code->room = room;
    }
    return &code->ranges[code->count++];
}

/* Takes one line of the maps into account. */
static void take_line(struct up_code *code, pid_t process, struct file *file, const char *line)
{
    unsigned long long first, end, offset;
    struct up_code_range *range;
    const char *path;
    char modes[5];
    bool is_of_file;

    if (sscanf(line, "%llx-%llx %4s %llx", &first, &end, modes, &offset) != 4) {
        return;
    }
    path = strchr(line, '/');
    if (path != NULL && (offset == 0 || strcmp(path, file->path) != 0)) {
        begin_file(file, process, first, path);
    }
    is_of_file = path != NULL || (first == file->end && end <= file->image_end);
    file->end = is_of_file ? end : 0;
    range = modes[2] == 'x' ? add_range(code) : NULL;
    if (range == NULL) {
        return;
    }
    *range = (struct up_code_range){.first = first, .last = end - 1};
    if (is_of_file) {
        range->base = file->base;
        memcpy(range->name, file->name, sizeof range->name);
    }
}

static void read_maps(struct up_code *code, pid_t process)
{
    static struct file file;
    static char line[LINE_BYTES];
    char path[40];
    FILE *maps;

    code->count = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/maps", (int)process);
    maps = fopen(path, "re");
    if (maps == NULL) {
        return;
    }
    memset(&file, 0, sizeof file);
    while (fgets(line, sizeof line, maps) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        take_line(code, process, &file, line);
    }
    (void)fclose(maps);
}

/* The kernel lists memory in the order of its addresses. */
static struct up_code_range *look_up(const struct up_code *code, uint64_t address)
{
    size_t low = 0, high = code->count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (address > code->ranges[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < code->count && address >= code->ranges[low].first ? &code->ranges[low] : NULL;
}

struct up_code_range *up_code_find(struct up_code *code, pid_t process, uint64_t address)
{
    struct up_code_range *range = look_up(code, address);

    if (range == NULL) {
        read_maps(code, process);
        range = look_up(code, address);
    }
    return range;
}

void up_code_clear(struct up_code *code)
{
    free(code->ranges);
    *code = (struct up_code){.count = 0};
}
