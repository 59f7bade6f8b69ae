/* SPDX-License-Identifier: MIT
 *
 * A program with userport.dll, as its users would link it (libuserport.dll.a), over the driver with
 * fake ports: library FAKE OTHER, with the paths of the fake driver and of one with another
 * interface version.
 */
#define TAP_MAIN
#include <stdio.h>
#include <stdlib.h>

#include "cases.h"

#include "userport/userport.h"

#define PORT    0x1000u
#define THREADS 8u
#define ROUNDS  300u

static const char *other_path;
static up_handle *handle;

/* ---- the driver is not there ----------------------------------------------------------------- */

static const char *sentence(void)
{
    static char text[512];

    EXPECT(up_failure_text(text, sizeof text) < sizeof text);
    return text;
}

static void try_no_driver(void)
{
    up_handle *none = (up_handle *)&none;

    EXPECT_EQ(up_open(UP_BACKEND_ANY, &none), UP_ERR_NOT_RUNNING);
    EXPECT(none == NULL);
    EXPECT_EQ(up_system_error(), ERROR_FILE_NOT_FOUND);
    EXPECT_MSG(strstr(sentence(), "not running (2)") != NULL, "it says: %s", sentence());
    EXPECT_EQ(up_open(UP_BACKEND_IOCTL, &none), UP_ERR_NOT_RUNNING);
    EXPECT_EQ(up_open(UP_BACKEND_DIRECT, &none), UP_ERR_UNSUPPORTED);
    EXPECT_EQ(up_open(0, &none), UP_ERR_ARGUMENT);
    EXPECT_EQ(up_open(16, &none), UP_ERR_ARGUMENT);
    up_close(NULL);
    EXPECT_EQ(up_backend(NULL), 0);
}

static void try_version(void)
{
    const char *path = driver_path;
    up_failure failure;

    driver_path = other_path;
    driver_up();
    EXPECT_EQ(up_open(UP_BACKEND_ANY, &handle), UP_ERR_VERSION);
    EXPECT(handle == NULL);
    up_last_failure(&failure);
    EXPECT_EQ(failure.error, UP_ERR_VERSION);
    EXPECT_EQ(failure.abi_version, UP_ABI_VERSION + 1);
    EXPECT_EQ(failure.driver_version, up_library_version());
    EXPECT_MSG(strstr(sentence(), "do not understand each other") != NULL, "it says: %s",
               sentence());
    driver_down();
    driver_path = path;
}

/* ---- the driver is there --------------------------------------------------------------------- */

static void try_open(void)
{
    struct up_info info;

    EXPECT_EQ(up_open(UP_BACKEND_ANY, &handle), UP_OK);
    EXPECT_EQ(up_backend(handle), UP_BACKEND_IOCTL);
    EXPECT(strcmp(up_backend_name(up_backend(handle)), "ioctl") == 0);
    EXPECT_EQ(up_query_info(handle, &info), UP_OK);
    EXPECT_EQ(info.abi_version, UP_ABI_VERSION);
    EXPECT_EQ(info.files, 1);
    EXPECT_EQ(info.driver_version, up_library_version());
}

static void try_accesses(void)
{
    uint8_t value8 = 0;
    uint16_t value16 = 0;
    uint32_t value32 = 0;

    EXPECT_EQ(up_out32(handle, PORT, 0x89ABCDEF), UP_OK);
    EXPECT_EQ(up_in32(handle, PORT, &value32), UP_OK);
    EXPECT_EQ(value32, 0x89ABCDEF);
    EXPECT_EQ(up_in16(handle, PORT + 1, &value16), UP_OK);
    EXPECT_EQ(value16, 0xABCD);
    EXPECT_EQ(up_in8(handle, PORT + 3, &value8), UP_OK);
    EXPECT_EQ(value8, 0x89);
    EXPECT_EQ(up_out16(handle, PORT + 2, 0x1234), UP_OK);
    EXPECT_EQ(up_out8(handle, PORT, 0xF0), UP_OK);
    EXPECT_EQ(up_in32(handle, PORT, &value32), UP_OK);
    EXPECT_EQ(value32, 0x1234CDF0);
    EXPECT_EQ(up_out8(handle, 0xFFFF, 0xA5), UP_OK); /* the last port, and what runs past it */
    EXPECT_EQ(up_in8(handle, 0xFFFF, &value8), UP_OK);
    EXPECT_EQ(value8, 0xA5);
    EXPECT_EQ(up_in16(handle, 0xFFFF, &value16), UP_ERR_DENIED);
    EXPECT_EQ(value16, 0xFFFF);
    EXPECT_EQ(up_in32(handle, 0xFFFD, &value32), UP_ERR_DENIED);
    EXPECT_EQ(value32, 0xFFFFFFFF);
    EXPECT_EQ(up_in8(handle, PORT, NULL), UP_ERR_ARGUMENT);
    EXPECT_EQ(up_in8(NULL, PORT, &value8), UP_ERR_ARGUMENT);
}

static uint32_t accesses_seen(void)
{
    uint32_t value = 0;

    EXPECT_EQ(up_in32(handle, FAKE_ACCESSES, &value), UP_OK);
    return value;
}

static void try_denied(void)
{
    const uint32_t before = accesses_seen();
    uint8_t value8 = 0;
    uint16_t value16 = 0;
    uint32_t value32 = 0;
    up_failure failure;

    EXPECT_EQ(up_in8(handle, 0x377, &value8), UP_ERR_DENIED);
    EXPECT_EQ(value8, 0xFF);
    EXPECT_EQ(up_in16(handle, 0x37F, &value16), UP_ERR_DENIED);
    EXPECT_EQ(value16, 0xFFFF);
    up_last_failure(&failure);
    EXPECT_EQ(failure.port, 0x380);
    EXPECT_EQ(up_in32(handle, 0x376, &value32), UP_ERR_DENIED);
    EXPECT_EQ(value32, 0xFFFFFFFF);
    up_last_failure(&failure);
    EXPECT_EQ(failure.port, 0x376);
    EXPECT_EQ(up_out8(handle, 0x380, 1), UP_ERR_DENIED);
    EXPECT_EQ(up_out16(handle, 0x377, 1), UP_ERR_DENIED);
    EXPECT_EQ(up_out32(handle, 0x37D, 1), UP_ERR_DENIED);
    EXPECT_MSG(strstr(sentence(), "port 380 is not granted") != NULL, "it says: %s", sentence());
    EXPECT_EQ(accesses_seen(), before);
    EXPECT_EQ(up_in8(handle, 0x378, &value8), UP_OK);
    up_last_failure(&failure);
    EXPECT_EQ(failure.error, UP_ERR_DENIED); /* a success leaves it */
}

static void try_map(void)
{
    uint8_t map[UP_MAP_BYTES];
    uint32_t port;

    EXPECT_EQ(up_query_map(handle, map), UP_OK);
    EXPECT(memcmp(map, wanted_map, sizeof map) == 0);
    for (port = 0x370; port < 0x388; port++) {
        EXPECT_EQ(up_granted(handle, (uint16_t)port, 1), wanted_has(port));
        EXPECT_EQ(up_granted(handle, (uint16_t)port, 2), wanted_has(port) && wanted_has(port + 1));
    }
    EXPECT_EQ(up_granted(handle, 0xFFFC, 4), 1);
    EXPECT_EQ(up_granted(handle, 0xFFFD, 4), 0);
    EXPECT_EQ(up_granted(handle, 0x378, 3), 0);
    EXPECT_EQ(up_granted(NULL, 0x378, 1), 0);
}

/* ---- blocks and lists ------------------------------------------------------------------------ */

/*
 * More than the driver takes in one list; what is read is numbered, so that no step is lost or done
 * twice.
 */
static void try_long_blocks(void)
{
    const uint32_t count = 50000;
    uint32_t *values = malloc(count * sizeof *values);
    uint32_t i;

    EXPECT_EQ(up_out32(handle, FAKE_COUNTER, 0), UP_OK);
    EXPECT_EQ(up_in32_block(handle, FAKE_COUNTER, values, count), UP_OK);
    for (i = 0; i < count && EXPECT_EQ(values[i], i + 1); i++) {
    }
    EXPECT_EQ(up_in32_block(handle, 0x380, values, count), UP_ERR_DENIED);
    for (i = 0; i < count && EXPECT_EQ(values[i], 0xFFFFFFFF); i++) {
    }
    free(values);
}

static void try_blocks(void)
{
    static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint16_t words[4] = {0};
    uint32_t longs[2] = {0};
    uint8_t back[8] = {0};

    EXPECT_EQ(up_out8_block(handle, FAKE_FIFO, bytes, 8), UP_OK);
    EXPECT_EQ(up_in16_block(handle, FAKE_FIFO, words, 4), UP_OK);
    EXPECT_EQ(words[3], 0x0807);
    EXPECT_EQ(up_out16_block(handle, FAKE_FIFO, words, 4), UP_OK);
    EXPECT_EQ(up_in32_block(handle, FAKE_FIFO, longs, 2), UP_OK);
    EXPECT_EQ(longs[1], 0x08070605);
    EXPECT_EQ(up_out32_block(handle, FAKE_FIFO, longs, 2), UP_OK);
    EXPECT_EQ(up_in8_block(handle, FAKE_FIFO, back, 8), UP_OK);
    EXPECT(memcmp(back, bytes, sizeof bytes) == 0);
    EXPECT_EQ(up_in8_block(handle, 0x380, NULL, 0), UP_OK); /* nothing to do */
    EXPECT_EQ(up_in8_block(handle, FAKE_FIFO, NULL, 1), UP_ERR_ARGUMENT);
}

static void try_list(void)
{
    uint8_t block[3] = {7, 8, 9};
    up_operation list[] = {
        {.kind = UP_IO_WRITE, .width = 1, .port = FAKE_READY, .value = 2},
        {.kind = UP_IO_WAIT,
         .width = 1,
         .port = FAKE_READY,
         .value = 0x80,
         .mask = 0x80,
         .microseconds = 50000},
        {.kind = UP_IO_DELAY, .microseconds = 10},
        {.kind = UP_IO_WRITE_BLOCK, .width = 1, .port = FAKE_FIFO, .count = 3, .buffer = block},
        {.kind = UP_IO_READ, .width = 2, .port = FAKE_FIFO},
    };
    up_failure failure;
    uint32_t done = 99;

    EXPECT_EQ(up_run(handle, list, 5, &done), UP_OK);
    EXPECT_EQ(done, 5);
    EXPECT_EQ(list[1].last, 0xFF);
    EXPECT_EQ(list[4].value, 0x0807);
    list[1].value = 0x100; /* never */
    list[1].mask = 0x100;
    list[1].microseconds = 100;
    EXPECT_EQ(up_run(handle, list, 5, &done), UP_ERR_TIMED_OUT);
    EXPECT_EQ(done, 1);
    up_last_failure(&failure);
    EXPECT_EQ(failure.index, 1);
    list[3].port = 0x380;
    EXPECT_EQ(up_run(handle, list, 5, &done), UP_ERR_DENIED);
    EXPECT_EQ(done, 0);
    up_last_failure(&failure);
    EXPECT_EQ(failure.index, 3);
    EXPECT_EQ(failure.port, 0x380);
    list[3].width = 3;
    EXPECT_EQ(up_run(handle, list, 5, &done), UP_ERR_ARGUMENT);
}

/*
 * The driver is suspended by one element of a block: failures tell how many were written, over all
 * steps, and that it is the suspension.
 */
static void cut_short(uint32_t count, uint32_t at)
{
    const uint32_t before = accesses_seen();
    uint32_t *acts = calloc(count, sizeof *acts);
    char wanted[80];
    up_failure failure;

    acts[at] = FAKE_ACT_SUSPEND;
    EXPECT_EQ(up_out32_block(handle, FAKE_ACT, acts, count), UP_ERR_DENIED);
    up_last_failure(&failure);
    snprintf(wanted, sizeof wanted, "denied: only the first %u elements were transferred. ",
             (unsigned)failure.moved);
    EXPECT_MSG(strstr(sentence(), wanted) != NULL, "it says: %s", sentence());
    EXPECT_EQ(failure.state, UP_STATE_SUSPENDED);
    EXPECT_EQ(failure.port, FAKE_ACT);
    EXPECT_EQ(device_order(UP_IOCTL_RESUME), 0);
    EXPECT_EQ(accesses_seen() - before, failure.moved);
    EXPECT_MSG(failure.moved > at && failure.moved < at + 64, "%u elements",
               (unsigned)failure.moved);
    free(acts);
}

static void try_suspended(void)
{
    uint32_t acts[300] = {FAKE_ACT_SUSPEND};
    up_operation list[] = {
        {.kind = UP_IO_WRITE, .width = 1, .port = PORT},
        {.kind = UP_IO_WRITE_BLOCK, .width = 4, .port = FAKE_ACT, .count = 300, .buffer = acts},
    };
    uint32_t done = 99;
    up_failure failure;

    cut_short(300, 0);
    cut_short(300, 100);
    cut_short(40000, 39000); /* in the third step */
    EXPECT_EQ(up_run(handle, list, 2, &done), UP_ERR_DENIED);
    EXPECT_EQ(done, 1);
    up_last_failure(&failure);
    EXPECT(failure.moved > 0 && failure.moved < 64);
    EXPECT_MSG(strstr(sentence(),
                      "only the first operation was executed, and of operations[1] the first ") !=
                   NULL,
               "it says: %s", sentence());
    EXPECT_EQ(up_out8(handle, PORT, 1), UP_ERR_DENIED);
    up_last_failure(&failure);
    EXPECT_EQ(failure.state, UP_STATE_SUSPENDED);
    EXPECT_EQ(failure.moved, 0);
    EXPECT_EQ(device_order(UP_IOCTL_RESUME), 0);
    EXPECT_EQ(up_out8(handle, 0x380, 1), UP_ERR_DENIED);
    up_last_failure(&failure);
    EXPECT_EQ(failure.state, UP_STATE_RUNNING);
}

/* ---- threads, handles ------------------------------------------------------------------------ */

/* Each has ports of its own, and failures of its own. */
static DWORD WINAPI use_ports(void *argument)
{
    const uint16_t mine = (uint16_t)(PORT + 0x100 + 4 * (uintptr_t)argument);
    const uint16_t denied = (uint16_t)(0x2000 + (uintptr_t)argument);
    uint32_t value, i;
    up_failure failure;
    uint8_t byte;

    for (i = 0; i < ROUNDS; i++) {
        EXPECT_EQ(up_out32(handle, mine, i * 0x01010101u), UP_OK);
        EXPECT_EQ(up_in8(handle, denied, &byte), UP_ERR_DENIED);
        up_last_failure(&failure);
        EXPECT_EQ(failure.port, denied);
        EXPECT_EQ(up_in32(handle, mine, &value), UP_OK);
        EXPECT_EQ(value, i * 0x01010101u);
    }
    return 0;
}

static void try_threads(void)
{
    HANDLE threads[THREADS];
    uintptr_t i;

    for (i = 0; i < THREADS; i++) {
        threads[i] = CreateThread(NULL, 0, use_ports, (void *)i, 0, NULL);
        EXPECT(threads[i] != NULL);
    }
    EXPECT_EQ(WaitForMultipleObjects(THREADS, threads, TRUE, 30000), WAIT_OBJECT_0);
    for (i = 0; i < THREADS; i++) {
        CloseHandle(threads[i]);
    }
}

static void try_handles(void)
{
    DWORD before, after;
    up_handle *more;
    unsigned i;

    EXPECT(GetProcessHandleCount(GetCurrentProcess(), &before));
    for (i = 0; i < 100; i++) {
        EXPECT_EQ(up_open(UP_BACKEND_ANY, &more), UP_OK);
        EXPECT_EQ(up_out8(more, PORT, (uint8_t)i), UP_OK);
        up_close(more);
    }
    EXPECT(GetProcessHandleCount(GetCurrentProcess(), &after));
    EXPECT_EQ(after, before);
    EXPECT_EQ(device_info().files, 2); /* ports, and the one that asks */
}

/*
 * Wine unloads a driver under its open handles, and answers for these by itself; NT would wait for
 * their close.
 */
static void try_stop(void)
{
    up_handle *again;
    uint8_t value = 0;
    up_error error;

    EXPECT_EQ(service_stop(), 0);
    service_wait(SERVICE_STOPPED);
    error = up_in8(handle, PORT, &value);
    EXPECT_MSG(error == UP_ERR_NOT_RUNNING || error == UP_ERR_SYSTEM, "%u: %s", error, sentence());
    EXPECT_EQ(value, 0xFF);
    EXPECT_EQ(up_granted(handle, PORT, 1), 0);
    EXPECT_EQ(service_start(), 0);
    service_wait(SERVICE_RUNNING);
    EXPECT_EQ(up_in8(handle, PORT, &value), error); /* an old handle stays dead */
    EXPECT_EQ(up_open(UP_BACKEND_IOCTL, &again), UP_OK);
    EXPECT_EQ(up_in8(again, PORT, &value), UP_OK);
    up_close(again);
    up_close(handle);
    EXPECT_EQ(device_info().files, 1);
}

static void try_fake(void)
{
    static const uint32_t fed[] = {5, 6};
    up_access journal[4];
    uint32_t count = 0;
    uint8_t value = 0;

    EXPECT_EQ(up_open(UP_BACKEND_FAKE, &handle), UP_OK);
    EXPECT_EQ(up_fake_feed(handle, 0x379, 1, fed, 2), UP_OK);
    EXPECT_EQ(up_in8(handle, 0x379, &value), UP_OK);
    EXPECT_EQ(value, 5);
    EXPECT_EQ(up_fake_grant(handle, wanted_map), UP_OK);
    EXPECT_EQ(up_in8(handle, 0x377, &value), UP_ERR_DENIED);
    EXPECT_EQ(up_fake_journal(handle, 0, journal, 4, &count), UP_OK);
    EXPECT_EQ(count, 1);
    EXPECT_EQ(journal[0].port, 0x379);
    EXPECT_EQ(up_fake_reset(handle), UP_OK);
    up_close(handle);
    EXPECT(GetModuleHandleA("oleaut32.dll") == NULL); /* COM's part comes with COM */
}

static const struct client_case cases[] = {
    {"userport.dll: no driver", try_no_driver},
    {"userport.dll: a driver of another interface version", try_version},
    {"the driver starts", driver_up},
    {"userport.dll: open, INFO", try_open},
    {"userport.dll: accesses of 8, 16 and 32 bits", try_accesses},
    {"userport.dll: denied ports, and nothing is executed", try_denied},
    {"userport.dll: the map, and single grants", try_map},
    {"userport.dll: blocks", try_blocks},
    {"userport.dll: blocks longer than the driver's lists", try_long_blocks},
    {"userport.dll: lists", try_list},
    {"userport.dll: a suspension in the midst of blocks and lists", try_suspended},
    {"userport.dll: 8 threads with one handle", try_threads},
    {"userport.dll: no handle is left by 100 opens", try_handles},
    {"userport.dll: the driver stops and starts in between", try_stop},
    {"userport.dll: the fake", try_fake},
    {"the driver stops", driver_down},
};

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 2;
    }
    driver_path = argv[1];
    other_path = argv[2];
    wanted_default();
    return RUN_CASES(cases);
}
