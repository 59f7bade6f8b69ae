/* SPDX-License-Identifier: MIT
 *
 * libFuzzer target for simulated/script_read.c and script.c: the input is a script, and behind its
 * first NUL the accesses of a program. What is refused is explained inside the text. What is
 * accepted stays inside its tables, and an access of 2 or 4 bytes does what its bytes do one after
 * the other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulated/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(condition) check((condition), #condition, __LINE__)

static void check(bool condition, const char *text, int line)
{
    if (!condition) {
        (void)fprintf(stderr, "fuzz_script.c:%d: not so: %s\n", line, text);
        abort();
    }
}

static void check_line(const struct up_script *script, const struct up_script_line *line)
{
    unsigned i;

    CHECK(line->when == UP_SCRIPT_NO_PORT ? line->write_count == 0 && line->other_count == 0
                                          : line->when < script->port_count);
    CHECK(line->port < script->port_count);
    CHECK(line->write_count <= UP_SCRIPT_WRITES_MAX && line->other_count <= UP_SCRIPT_AND_MAX);
    for (i = 0; i < line->other_count; i++) {
        CHECK(line->others[i].port < script->port_count);
    }
    switch (line->answer) {
    case UP_SCRIPT_KEEP:
        CHECK(line->from < script->port_count);
        break;
    case UP_SCRIPT_LIST:
        CHECK(line->count > 0 && line->first + line->count <= script->value_count);
        break;
    case UP_SCRIPT_COUNT:
        CHECK(line->low <= line->high);
        break;
    default:
        CHECK(line->answer == UP_SCRIPT_ADVANCE && line->when != UP_SCRIPT_NO_PORT);
    }
}

static void check_accepted(const struct up_script *script)
{
    uint32_t i, j;

    CHECK(script->port_count <= UP_SCRIPT_PORTS_MAX && script->line_count <= UP_SCRIPT_LINES_MAX &&
          script->value_count <= UP_SCRIPT_VALUES_MAX);
    for (i = 0; i < script->line_count; i++) {
        check_line(script, &script->lines[i]);
    }
    for (i = 0; i < script->port_count; i++) {
        const struct up_script_port *one = &script->ports[i];

        CHECK(one->width == 1 || one->width == 2 || one->width == 4);
        CHECK(one->port + one->width <= 0x10000);
        for (j = 0; j < script->port_count; j++) {
            CHECK(i == j || script->ports[j].port < one->port ||
                  script->ports[j].port >= one->port + one->width);
        }
    }
}

static void check_refused(const char *text, size_t length, const struct up_error_detail *problem)
{
    const char *at = strstr(problem->text, " line ");
    unsigned long line, column = 1, lines = 1;
    size_t i;

    for (i = 0; i < length; i++) {
        lines += text[i] == '\n';
    }
    for (i = 0; problem->text[i] != '\0'; i++) {
        CHECK((uint8_t)problem->text[i] >= ' ' && (uint8_t)problem->text[i] < 0x7F);
    }
    CHECK(i > 20 && strncmp(problem->text, "x.txt ", 6) == 0);
    if (length > UP_SCRIPT_BYTES_MAX) {
        return;
    }
    CHECK(at != NULL && sscanf(at, " line %lu, column %lu", &line, &column) >= 1);
    CHECK(line >= 1 && line <= lines && column >= 1 && column <= length + 1);
}

static uint32_t run(struct up_simulated *device, struct up_device_access access, bool is_write)
{
    if (is_write) {
        device->kind->write(device, &access);
        return 0;
    }
    return device->kind->read(device, &access);
}

/* The same accesses to two of them: as they are, and byte by byte. */
static void check_running(const char *text, size_t length, const struct up_script *script,
                          const uint8_t *accesses, size_t size)
{
    struct up_simulated *whole = up_script_open(text, length, "x.txt", NULL);
    struct up_simulated *bytes = up_script_open(text, length, "x.txt", NULL);
    struct up_device_access access = {.time = 0};
    unsigned i;

    CHECK(whole != NULL && bytes != NULL);
    for (; size >= 4; accesses += 4, size -= 4) {
        const bool is_write = (accesses[0] & 0x80) != 0;
        uint32_t value, together = 0;

        access.time += (uint64_t)accesses[3] * accesses[3] * accesses[3] << (accesses[0] >> 2 & 31);
        if (access.time > UINT64_MAX / 2) {
            break;
        }
        access.width = (uint8_t)(1u << (accesses[0] & 3u) % 3u);
        access.value = accesses[2] * 0x01010101u;
        access.port = accesses[1];
        if (script->port_count > 0) {
            access.port = (uint16_t)(script->ports[accesses[1] % script->port_count].port +
                                     accesses[1] / 64u);
        }
        value = run(whole, access, is_write);
        CHECK(access.width == 4 || value >> (8u * access.width) == 0);
        for (i = 0; i < access.width; i++) {
            struct up_device_access byte = access;

            byte.port = (uint16_t)(access.port + i);
            byte.width = 1;
            byte.value = access.value >> (8u * i) & 0xFFu;
            together |= run(bytes, byte, is_write) << (8u * i);
        }
        CHECK(value == together);
    }
    CHECK(whole->kind->close(whole, access.time, NULL));
    CHECK(bytes->kind->close(bytes, access.time, NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *nul = memchr(data, 0, size);
    const size_t length = nul != NULL ? (size_t)(nul - data) : size;
    struct up_script *script = malloc(sizeof *script);
    char *text = malloc(length > 0 ? length : 1u);
    struct up_error_detail problem = {.text = ""};

    CHECK(script != NULL && text != NULL);
    memset(script, 0xA5, sizeof *script);
    memcpy(text, data, length);
    if (up_script_read(text, length, "x.txt", script, &problem)) {
        check_accepted(script);
        check_running(text, length, script, nul != NULL ? nul + 1 : data,
                      nul != NULL ? size - length - 1 : 0);
    } else {
        check_refused(text, length, &problem);
        CHECK(!up_script_read(text, length, "x.txt", script, NULL));
    }
    free(script);
    free(text);
    return 0;
}
