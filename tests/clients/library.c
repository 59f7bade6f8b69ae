/* SPDX-License-Identifier: MIT
 *
 * A client of userport.dll for the tests: what one back end says and does, or two side by side.
 * Usage:
 *
 *   library open                  the back end that up_open chooses, or the failure in words
 *   library compare FIRST LAST    direct and ioctl, port by port: the same answer, the same port
 * named, the same value library use BASE              direct and ioctl on a printer port: each
 * function, each seen by the other library denied PORT           a port that is not granted, by
 * each function of each back end library alone BACKEND BASE    one of direct and ioctl: a printer
 * port, each function; BASE + 3, which is not granted; the map, and what up_query_info says
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <userport/userport.h>

static int failures;

static void expect(int ok, const char *what, unsigned port)
{
    if (!ok) {
        printf("not so: %s (%X)\n", what, port);
        failures++;
    }
}

static up_handle *open_one(uint32_t backend)
{
    up_handle *handle;
    char why[300];

    if (up_open(backend, &handle) != UP_OK) {
        up_failure_text(why, sizeof why);
        printf("%s: %s\n", up_backend_name(backend), why);
        failures++;
        return NULL;
    }
    expect(up_backend(handle) == backend, "the back end is the one that was asked for",
           up_backend(handle));
    return handle;
}

static void open_any(void)
{
    up_handle *handle;
    char why[300];

    if (up_open(UP_BACKEND_ANY, &handle) != UP_OK) {
        up_failure_text(why, sizeof why);
        printf("%s\n", why);
        failures++;
        return;
    }
    printf("opened by %s\n", up_backend_name(up_backend(handle)));
    up_close(handle);
}

static void compare(uint32_t first, uint32_t last)
{
    up_handle *direct = open_one(UP_BACKEND_DIRECT);
    up_handle *ioctl = open_one(UP_BACKEND_IOCTL);
    uint8_t value[2];
    up_failure failure;
    up_error error[2];
    uint32_t port, granted = 0;

    if (direct == NULL || ioctl == NULL) {
        return;
    }
    for (port = first; port <= last; port++) {
        error[0] = up_in8(direct, (uint16_t)port, &value[0]);
        error[1] = up_in8(ioctl, (uint16_t)port, &value[1]);
        expect(error[0] == error[1], "direct and ioctl agree on a port", port);
        expect((error[0] == UP_OK) == up_granted(ioctl, (uint16_t)port, 1), "and with the map",
               port);
        /* 61 ticks */
        expect(((value[0] ^ value[1]) & (port == 0x61 ? 0x0F : 0xFF)) == 0, "and read the same",
               port);
        if (error[0] != UP_OK) {
            up_last_failure(&failure);
            expect(error[0] == UP_ERR_DENIED && failure.port == port && value[0] == 0xFF,
                   "denied, and said so", port);
        }
        granted += error[0] == UP_OK;
    }
    printf("%u ports, %u granted, %d differences\n", (unsigned)(last - first + 1),
           (unsigned)granted, failures);
    up_close(direct);
    up_close(ioctl);
}

/*
 * What one writes the other reads: data at base, which remembers; wide accesses over data, status
 * and control.
 */
static void use_both(up_handle *writer, up_handle *reader, uint16_t base)
{
    static uint8_t bytes[70000];
    uint8_t value8;
    uint16_t value16, other16;
    uint32_t done;
    up_operation list[4];
    unsigned i;

    for (i = 0; i < 256; i += 17) {
        expect(up_out8(writer, base, (uint8_t)i) == UP_OK, "out8", i);
        expect(up_in8(reader, base, &value8) == UP_OK && value8 == i, "in8", value8);
        expect(up_in16(writer, base, &value16) == UP_OK && up_in16(reader, base, &other16) == UP_OK,
               "in16", i);
        expect(value16 == other16 && (value16 & 0xFF) == i, "in16's value", value16);
    }
    for (i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i % 251);
    }
    expect(up_out8_block(writer, base, bytes, 65534) == UP_OK, "out8_block", 0);
    expect(up_in8(reader, base, &value8) == UP_OK && value8 == 65533 % 251, "its last byte",
           value8);
    memset(bytes, 0xEE, sizeof bytes);
    expect(up_in8_block(writer, base, bytes, 66000) == UP_OK, "in8_block of two steps", 0);
    expect(bytes[0] == value8 && bytes[65519] == value8 && bytes[65520] == value8 &&
               bytes[65999] == value8 && bytes[66000] == 0xEE,
           "its bytes", bytes[66000]);
    memset(list, 0, sizeof list);
    list[0].kind = UP_IO_WRITE;
    list[1].kind = UP_IO_WAIT;
    list[2].kind = UP_IO_READ;
    list[3].kind = UP_IO_READ_BLOCK;
    for (i = 0; i < 4; i++) {
        list[i].width = 1;
        list[i].port = base;
    }
    list[0].value = 0xA5;
    list[1].value = 0x05;
    list[1].mask = 0x0F;
    list[1].microseconds = 1000;
    list[3].buffer = bytes;
    list[3].count = 10;
    expect(up_run(writer, list, 4, &done) == UP_OK && done == 4, "run", done);
    expect(list[1].last == 0xA5 && list[1].value == 0x05 && list[2].value == 0xA5 &&
               bytes[9] == 0xA5,
           "its results", 0);
    list[1].value = 0x06;
    expect(up_run(writer, list, 4, &done) == UP_ERR_TIMED_OUT && done == 1, "a wait in vain", done);
}

static void use(uint16_t base)
{
    up_handle *direct = open_one(UP_BACKEND_DIRECT);
    up_handle *ioctl = open_one(UP_BACKEND_IOCTL);

    if (direct != NULL && ioctl != NULL) {
        use_both(direct, ioctl, base);
        use_both(ioctl, direct, base);
        up_close(direct);
        up_close(ioctl);
    }
    printf("%d differences\n", failures);
}

static void denied_by(uint32_t backend, uint16_t port)
{
    up_handle *handle = open_one(backend);
    uint8_t value8 = 0;
    uint16_t value16 = 0;
    uint32_t value32 = 0, done = 9;
    uint8_t bytes[40] = {0};
    up_operation operation = {.kind = UP_IO_READ, .width = 1, .port = port};
    up_failure failure;
    char why[300];

    if (handle == NULL) {
        return;
    }
    expect(up_in8(handle, port, &value8) == UP_ERR_DENIED && value8 == 0xFF, "in8", value8);
    up_failure_text(why, sizeof why);
    printf("%s: %s\n", up_backend_name(backend), why);
    expect(up_in16(handle, port, &value16) == UP_ERR_DENIED && value16 == 0xFFFF, "in16", value16);
    expect(up_in32(handle, port, &value32) == UP_ERR_DENIED && value32 == 0xFFFFFFFF, "in32",
           value32);
    expect(up_out8(handle, port, 0) == UP_ERR_DENIED, "out8", 0);
    expect(up_out16(handle, port, 0) == UP_ERR_DENIED, "out16", 0);
    expect(up_out32(handle, port, 0) == UP_ERR_DENIED, "out32", 0);
    expect(up_in8_block(handle, port, bytes, 10) == UP_ERR_DENIED && bytes[0] == 0xFF &&
               bytes[9] == 0xFF && bytes[10] == 0,
           "in8_block", bytes[0]);
    expect(up_in32_block(handle, port, (uint32_t *)(void *)bytes, 10) == UP_ERR_DENIED,
           "in32_block", 0);
    expect(up_out16_block(handle, port, (const uint16_t *)(const void *)bytes, 10) == UP_ERR_DENIED,
           "out16_block", 0);
    expect(up_run(handle, &operation, 1, &done) == UP_ERR_DENIED && done == 0, "run", done);
    up_last_failure(&failure);
    expect(failure.error == UP_ERR_DENIED && failure.port == port, "the port is named",
           failure.port);
    up_close(handle);
}

static void use_alone(uint32_t backend, uint16_t base)
{
    up_handle *handle = open_one(backend);
    struct up_info info;
    uint32_t port, granted = 0;

    if (handle == NULL) {
        return;
    }
    use_both(handle, handle, base);
    for (port = 0x300; port <= 0x3FF; port++) {
        granted += (uint32_t)up_granted(handle, (uint16_t)port, 1);
    }
    expect(up_query_info(handle, &info) == UP_OK && info.state == UP_STATE_RUNNING, "up_query_info",
           info.state);
    printf("%u of the ports 300-3FF, %u in all\n", (unsigned)granted, (unsigned)info.ports_granted);
    up_close(handle);
    denied_by(backend, (uint16_t)(base + 3));
    printf("%d differences\n", failures);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "open") == 0) {
        open_any();
    } else if (argc == 4 && strcmp(argv[1], "compare") == 0) {
        compare(strtoul(argv[2], NULL, 16), strtoul(argv[3], NULL, 16));
    } else if (argc == 3 && strcmp(argv[1], "use") == 0) {
        use((uint16_t)strtoul(argv[2], NULL, 16));
    } else if (argc == 4 && strcmp(argv[1], "alone") == 0) {
        use_alone(strcmp(argv[2], "direct") == 0 ? UP_BACKEND_DIRECT : UP_BACKEND_IOCTL,
                  (uint16_t)strtoul(argv[3], NULL, 16));
    } else if (argc == 3 && strcmp(argv[1], "denied") == 0) {
        denied_by(UP_BACKEND_DIRECT, (uint16_t)strtoul(argv[2], NULL, 16));
        denied_by(UP_BACKEND_IOCTL, (uint16_t)strtoul(argv[2], NULL, 16));
    } else {
        printf("usage: library open | compare FIRST LAST | use BASE | denied PORT | alone BACKEND "
               "BASE\n");
        return 2;
    }
    return failures == 0 ? 0 : 1;
}
