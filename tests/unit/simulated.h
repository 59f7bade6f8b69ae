/* SPDX-License-Identifier: MIT
 *
 * What the tests of simulated devices share: a device with its ports and a clock, a folder for its
 * files, and what it says by its note.
 */
#ifndef UP_TEST_SIMULATED_H
#define UP_TEST_SIMULATED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "simulated/simulated.h"

struct notes {
    unsigned count;
    char text[64][700];
};

static struct notes notes;

static void take_note(void *context, const char *text)
{
    struct notes *into = context;

    assert_true(into->count < 64);
    assert_true(strlen(text) < sizeof into->text[0]);
    strcpy(into->text[into->count++], text);
}

/* A folder for the files of one test, which is the current one then. */
static char folder[64];

static inline int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/userport-simulated-XXXXXX");
    memset(&notes, 0, sizeof notes);
    return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static inline int remove_folder(void **state)
{
    char command[128];

    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return chdir("/") != 0 || system(command) != 0;
}

/* The device under test, the first port of its route, and the time in ns. */
static struct up_simulated *device;
static uint16_t base;
static uint64_t now;

static inline void open_at(const char *text, uint16_t first)
{
    struct up_error_detail problem = {.text = ""};

    device = up_simulated_open(text, take_note, &notes, &problem);
    if (device == NULL) {
        fail_msg("%s: %s", text, problem.text);
    }
    base = first;
    now = 0;
}

static inline struct up_device_access access_of(uint16_t port, unsigned width, uint32_t value)
{
    now += 1000;
    return (struct up_device_access){.time = now,
                                     .value = value,
                                     .port = port,
                                     .offset = (uint16_t)(port - base),
                                     .width = (uint8_t)width};
}

static inline uint32_t in(uint16_t port, unsigned width)
{
    const struct up_device_access access = access_of(port, width, 0);

    return device->kind->read(device, &access);
}

static inline void out(uint16_t port, unsigned width, uint32_t value)
{
    const struct up_device_access access = access_of(port, width, value);

    device->kind->write(device, &access);
}

static inline void close_it(void)
{
    struct up_error_detail problem = {.text = ""};

    if (!device->kind->close(device, now, &problem)) {
        fail_msg("%s", problem.text);
    }
    device = NULL;
}

static inline size_t read_file(const char *path, void *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t length;

    assert_non_null(file);
    length = fread(bytes, 1, size, file);
    (void)fclose(file);
    return length;
}

static inline void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static inline void assert_has(const char *text, const char *fragment)
{
    if (strstr(text, fragment) == NULL) {
        fail_msg("\"%s\" is not in: %s", fragment, text);
    }
}

/* Opening fails, with this in the message and this code. */
static inline void assert_refused(const char *text, const char *fragment, uint32_t code)
{
    struct up_error_detail problem = {.text = ""};

    assert_null(up_simulated_open(text, take_note, &notes, &problem));
    assert_has(problem.text, fragment);
    assert_int_equal(problem.code, code);
    assert_null(up_simulated_open(text, NULL, NULL, NULL));
}

#endif
