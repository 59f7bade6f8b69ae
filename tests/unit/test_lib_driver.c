/* SPDX-License-Identifier: MIT
 *
 * The talk to a driver, over a device that this file plays: what it is asked, each error of the
 * system, each answer, and what up_failure_text makes of it.
 */
#include "library.h"

#include <stdio.h>

#include "lib/ioctl.h"
#include "version.h"

#define ANSWERS_NOTHING 0xFFFFFFFFu

/* The device: what it says and what it saw. */
static struct {
    uint32_t open_error;
    uint32_t io_error, info_error, map_error; /* 0: it answers */
    uint32_t next_io_error;                   /* after the next list */
    uint32_t returned_more;                   /* than it should */
    struct up_info info;
    uint32_t result, index, port, moved, done; /* of a list; done ANSWERS_NOTHING: all of it */
    uint32_t access_error;                     /* of single accesses alone */
    bool has_no_fast_form;
    uint8_t map[UP_MAP_BYTES];
    uint32_t opens, closes, lists, infos, accesses, refused_forms;
    uint32_t last_bytes;
    struct up_write last_access;
} played;

static int device_handle;

static uint32_t play_open(void **handle)
{
    *handle = &device_handle;
    played.opens += played.open_error == 0;
    return played.open_error;
}

static void play_list(struct up_io_header *list, uint32_t bytes)
{
    struct up_io_operation *operations = (struct up_io_operation *)(list + 1);
    uint8_t *data = (uint8_t *)(operations + list->operations);

    assert_int_equal(bytes,
                     sizeof *list + list->operations * sizeof *operations + list->data_bytes);
    assert_int_equal(list->abi_version, UP_ABI_VERSION);
    assert_int_equal(list->moved, 0);
    list->result = played.result;
    list->index = played.index;
    list->port = played.port;
    list->moved = played.moved;
    list->done = played.done == ANSWERS_NOTHING ? list->operations : played.done;
    for (uint32_t i = 0; i < list->done; i++) {
        if (operations[i].kind == UP_IO_READ) {
            operations[i].value = operations[i].port;
        } else if (operations[i].kind == UP_IO_READ_BLOCK) {
            memset(data + operations[i].offset, 0x5A, operations[i].count * operations[i].width);
        }
    }
    if (list->moved > 0 && operations[list->done].kind == UP_IO_READ_BLOCK) {
        memset(data + operations[list->done].offset, 0x5A,
               list->moved * operations[list->done].width);
    }
}

/* An access: reads give the port. What the fast form has instead of buffers are numbers. */
static uint32_t play_access(uint32_t code, const void *in, uint32_t in_bytes, void *out,
                            uint32_t out_bytes, uint32_t *returned)
{
    const bool is_read = code == UP_IOCTL_READ;
    const uint32_t error = played.io_error != 0 ? played.io_error : played.access_error;
    uint32_t value;

    if (in_bytes == 0 && out_bytes == 0) {
        played.last_access = (struct up_write){(uint32_t)(uintptr_t)in, (uint32_t)(uintptr_t)out};
        if (played.has_no_fast_form) {
            played.refused_forms++;
            *returned = 0;
            return is_read ? 122 : 1784;
        }
    } else {
        assert_int_equal(in_bytes, is_read ? 4 : 8);
        assert_int_equal(out_bytes, is_read ? 4 : 0);
        memset(&played.last_access, 0, sizeof played.last_access);
        memcpy(&played.last_access, in, in_bytes);
    }
    played.accesses++;
    value = UP_ACCESS_PORT(played.last_access.where);
    if (error == 0 && is_read && out_bytes != 0) {
        memcpy(out, &value, sizeof value);
    } else if (error == 0 && is_read) {
        *returned = value;
    }
    return error;
}

static uint32_t play_control(void *handle, uint32_t code, void *in, uint32_t in_bytes, void *out,
                             uint32_t out_bytes, uint32_t *returned)
{
    assert_ptr_equal(handle, &device_handle);
    *returned = out_bytes + played.returned_more;
    if (code == UP_IOCTL_IO) {
        assert_true(in == out && in_bytes == out_bytes);
        played.lists++;
        played.last_bytes = in_bytes;
        if (played.io_error == 0) {
            play_list(in, in_bytes);
            played.io_error = played.next_io_error;
            return 0;
        }
        return played.io_error;
    }
    if (code == UP_IOCTL_READ || code == UP_IOCTL_WRITE) {
        return play_access(code, in, in_bytes, out, out_bytes, returned);
    }
    assert_true(in == NULL && in_bytes == 0);
    if (code == UP_IOCTL_INFO) {
        assert_int_equal(out_bytes, sizeof played.info);
        played.infos++;
        if (played.info_error == 0) {
            memcpy(out, &played.info, sizeof played.info);
        }
        return played.info_error;
    }
    assert_int_equal(code, UP_IOCTL_MAP);
    assert_int_equal(out_bytes, UP_MAP_BYTES);
    memcpy(out, played.map, UP_MAP_BYTES);
    return played.map_error;
}

static void play_close(void *handle)
{
    assert_ptr_equal(handle, &device_handle);
    played.closes++;
}

static const struct up_device device = {play_open, play_control, play_close};

static up_error open_list(up_handle *handle, struct up_failure_detail *detail)
{
    return up_ioctl_open(handle, &device, UP_MECHANISM_LIST, detail);
}

static up_error open_map(up_handle *handle, struct up_failure_detail *detail)
{
    return up_ioctl_open(handle, &device, UP_MECHANISM_IOPM, detail);
}

#define BY_DEVICE                                                                                  \
    .close = up_ioctl_close, .access = up_ioctl_access, .block = up_ioctl_block,                   \
    .run = up_ioctl_run, .map = up_ioctl_map, .info = up_ioctl_info

static const struct up_backend by_list = {BY_DEVICE, .id = UP_BACKEND_IOCTL, .open = open_list};
static const struct up_backend by_map = {BY_DEVICE, .id = UP_BACKEND_DIRECT, .open = open_map};
static const struct up_backend *const both[] = {&by_map, &by_list, NULL};

static void start_device(void)
{
    memset(&played, 0, sizeof played);
    played.info.abi_version = UP_ABI_VERSION;
    played.info.driver_version = UP_VERSION_NUMBER;
    played.info.mechanisms = UP_MECHANISM_LIST;
    played.info.state = UP_STATE_RUNNING;
    played.done = ANSWERS_NOTHING;
}

static up_handle *open_device(void)
{
    up_handle *handle = NULL;

    start_device();
    assert_int_equal(up_open_among(both, UP_BACKEND_IOCTL, &handle), UP_OK);
    assert_int_equal(played.infos, 1);
    return handle;
}

static void close_device(up_handle *handle)
{
    up_close(handle);
    assert_int_equal(played.opens, played.closes);
}

/* ---- open ------------------------------------------------------------------------------------ */

static void assert_open_fails(up_error error, uint32_t system_error, const char *text)
{
    up_handle *handle = (up_handle *)1;

    assert_int_equal(up_open_among(both, UP_BACKEND_IOCTL, &handle), error);
    assert_null(handle);
    assert_int_equal(up_system_error(), system_error);
    assert_text(text);
    assert_int_equal(played.opens, played.closes);
}

static void test_open_errors(void **state)
{
    static const struct {
        uint32_t system_error;
        up_error error;
        const char *text;
    } cases[] = {
        {2, UP_ERR_NOT_RUNNING,
         "cannot open \\\\.\\UserPort: the driver is not running (2). Start it, as an "
         "administrator: userportctl start, or UserPort.exe."},
        {3, UP_ERR_NOT_RUNNING,
         "cannot open \\\\.\\UserPort: the driver is not running (3). Start it, as an "
         "administrator: userportctl start, or UserPort.exe."},
        {433, UP_ERR_NOT_RUNNING,
         "cannot open \\\\.\\UserPort: the driver is not running (433). Start it, as an "
         "administrator: userportctl start, or UserPort.exe."},
        {5, UP_ERR_NO_ACCESS,
         "cannot open \\\\.\\UserPort: the system does not let this program open the driver (5). "
         "It is for administrators, the account SYSTEM, and users who are logged on at the machine "
         "or by Remote Desktop; not for other users over the network, services of other accounts, "
         "or programs of low integrity."},
        {8, UP_ERR_MEMORY, "cannot open the ports: memory is short (8)."},
        {1450, UP_ERR_MEMORY, "cannot open the ports: memory is short (1450)."},
        {31, UP_ERR_SYSTEM, "cannot open \\\\.\\UserPort: the system refused (31)."},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_device();
        played.open_error = cases[i].system_error;
        assert_open_fails(cases[i].error, cases[i].system_error, cases[i].text);
    }
}

/* What the sentences say of the library itself. */
#define LIBRARY "(release %u.%u.%u, interface 1)"
#define NUMBERS                                                                                    \
    (unsigned)(UP_VERSION_NUMBER >> 24), (unsigned)(UP_VERSION_NUMBER >> 16 & 0xFFu),              \
        (unsigned)(UP_VERSION_NUMBER & 0xFFFFu)

static void test_another_interface(void **state)
{
    up_failure failure;
    char text[256];

    (void)state;
    start_device();
    played.info.abi_version = 2;
    played.info.driver_version = 3u << 24 | 1u << 16 | 42u;
    snprintf(text, sizeof text,
             "cannot open \\\\.\\UserPort: the driver (release 3.1.42, interface 2) and this "
             "library " LIBRARY " do not understand each other. Install both from one release.",
             NUMBERS);
    assert_open_fails(UP_ERR_VERSION, 0, text);
    up_last_failure(&failure);
    assert_int_equal(failure.abi_version, 2);
    assert_int_equal(failure.driver_version, 0x0301002A);
}

/*
 * The driver of UserPort 2.0 has the same name and no control codes; a later one may have a longer
 * INFO.
 */
static void test_a_stranger_of_the_same_name(void **state)
{
    static const struct {
        uint32_t info_error, returned_more;
        const char *code;
    } cases[] = {
        {1, 0, " (1)"}, {24, 0, " (24)"}, {122, 0, " (122)"}, {1784, 0, " (1784)"}, {0, 4, ""}};
    char text[320];

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_device();
        played.info_error = cases[i].info_error;
        played.returned_more = cases[i].returned_more;
        snprintf(text, sizeof text,
                 "cannot open \\\\.\\UserPort: a driver of this name is there that does not answer "
                 "as UserPort 3 does%s. This library " LIBRARY
                 " needs the driver of its own release.",
                 cases[i].code, NUMBERS);
        assert_open_fails(UP_ERR_VERSION, cases[i].info_error, text);
    }
    start_device();
    played.info_error = 21;
    assert_open_fails(UP_ERR_NOT_RUNNING, 21,
                      "cannot open \\\\.\\UserPort: the driver is not running (21). Start it, as "
                      "an administrator: "
                      "userportctl start, or UserPort.exe.");
}

static void test_mechanisms(void **state)
{
    up_handle *handle;

    (void)state;
    start_device();
    played.info.mechanisms = UP_MECHANISM_IOPM;
    assert_open_fails(UP_ERR_UNSUPPORTED, 0,
                      "cannot open the ports: the driver does not run lists of operations.");
    assert_int_equal(up_open_among(both, UP_BACKEND_ANY, &handle), UP_OK);
    assert_int_equal(up_backend(handle), UP_BACKEND_DIRECT);
    close_device(handle);
    start_device();
    assert_int_equal(up_open_among(both, UP_BACKEND_ANY, &handle), UP_OK);
    assert_int_equal(up_backend(handle), UP_BACKEND_IOCTL);
    assert_int_equal(played.opens, 2);
    close_device(handle);
    assert_int_equal(up_open_among(both, UP_BACKEND_DIRECT, &handle), UP_ERR_UNSUPPORTED);
    assert_text(
        "cannot open the ports: the driver cannot let programs run IN and OUT themselves here.");
}

/* ---- accesses -------------------------------------------------------------------------------- */

static void test_a_single_access_is_one_call(void **state)
{
    up_handle *handle = open_device();
    uint32_t v32 = 0;
    uint8_t v8 = 0;

    (void)state;
    assert_int_equal(up_in32(handle, 0xABCD, &v32), UP_OK);
    assert_int_equal(v32, 0xABCD);
    assert_int_equal(played.last_access.where, UP_ACCESS(0xABCD, 4));
    assert_int_equal(up_in8(handle, 0x378, &v8), UP_OK);
    assert_int_equal(v8, 0x78);
    assert_int_equal(played.last_access.where, UP_ACCESS(0x378, 1));
    assert_int_equal(up_out16(handle, 0x378, 0x1234), UP_OK);
    assert_int_equal(played.last_access.where, UP_ACCESS(0x378, 2));
    assert_int_equal(played.last_access.value, 0x1234);
    assert_int_equal(played.accesses, 3);
    assert_int_equal(played.lists, 0);
    assert_int_equal(played.infos, 1); /* that of the open */
    close_device(handle);
}

/*
 * A system that makes a request of each call: seen once, by a read or by a write, and not tried
 * again.
 */
static void test_a_system_without_the_fast_form(void **state)
{
    (void)state;
    for (unsigned first_is_write = 0; first_is_write < 2; first_is_write++) {
        up_handle *handle = open_device();
        uint16_t v16 = 0;

        played.has_no_fast_form = true;
        if (first_is_write) {
            assert_int_equal(up_out32(handle, 0x37C, 0xFEDCBA98), UP_OK);
            assert_int_equal(played.last_access.where, UP_ACCESS(0x37C, 4));
            assert_int_equal(played.last_access.value, 0xFEDCBA98);
        }
        assert_int_equal(up_in16(handle, 0x378, &v16), UP_OK);
        assert_int_equal(v16, 0x378);
        assert_int_equal(up_out8(handle, 0x378, 0xA5), UP_OK);
        assert_int_equal(played.last_access.value, 0xA5);
        assert_int_equal(played.accesses, 2 + first_is_write);
        assert_int_equal(played.refused_forms, 1);
        close_device(handle);
    }
}

static void test_errors_of_an_access(void **state)
{
    static const struct {
        uint32_t system_error;
        up_error error;
        const char *text;
    } cases[] = {
        {21, UP_ERR_NOT_RUNNING, "cannot write port 378: the driver is being stopped (21)."},
        {433, UP_ERR_NOT_RUNNING, "cannot write port 378: the driver is being stopped (433)."},
        {995, UP_ERR_CANCELLED, "cannot write port 378: the request was cancelled (995)."},
        {1, UP_ERR_UNSUPPORTED,
         "cannot write port 378: the driver is older than this library and cannot do that (1)."},
        {8, UP_ERR_MEMORY, "cannot write port 378: memory is short (8)."},
        {6, UP_ERR_SYSTEM, "cannot write port 378: the system refused (6)."},
    };
    up_handle *handle = open_device();
    uint8_t value = 0;

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        played.io_error = cases[i].system_error;
        assert_int_equal(up_in8(handle, 0x378, &value), cases[i].error);
        assert_int_equal(value, 0xFF);
        assert_int_equal(up_out8(handle, 0x378, 1), cases[i].error);
        assert_int_equal(up_system_error(), cases[i].system_error);
        assert_text(cases[i].text);
    }
    close_device(handle);
}

static void test_another_driver_behind_an_open_handle(void **state)
{
    up_handle *handle = open_device();
    static const uint8_t long_block[65521];
    char text[400];

    (void)state;
    played.io_error = 1306;
    played.info.abi_version = 7;
    played.info.driver_version = 4u << 24;
    assert_int_equal(up_out8(handle, 0x378, 1), UP_ERR_VERSION);
    snprintf(
        text, sizeof text,
        "cannot write port 378: the driver (release 4.0.0, interface 7) and this library " LIBRARY
        " do not understand each other (1306). Install both from one release.",
        NUMBERS);
    assert_text(text);
    played.next_io_error = 1306; /* the first step of the block still comes to the one before */
    played.io_error = 0;
    assert_int_equal(up_out8_block(handle, 0x378, long_block, sizeof long_block), UP_ERR_VERSION);
    up_failure_text(text, sizeof text);
    assert_non_null(
        strstr(text, "from one release. Before that, the first 65520 elements were transferred."));
    close_device(handle);
}

static void deny(uint32_t port, uint32_t state)
{
    played.result = UP_IO_DENIED;
    played.port = port;
    played.done = 0;
    played.access_error = 5;
    memset(played.map, 0, sizeof played.map);
    played.map[port / 8] |= (uint8_t)(1u << port % 8);
    played.info.state = state;
}

static void test_denied(void **state)
{
    up_handle *handle = open_device();
    uint16_t value = 0;
    uint32_t infos = played.infos;

    (void)state;
    deny(0x37B, UP_STATE_RUNNING);
    assert_int_equal(up_in16(handle, 0x37A, &value), UP_ERR_DENIED);
    assert_int_equal(value, 0xFFFF);
    assert_failure(UP_ERR_DENIED, 0x37B, 0);
    assert_moved(0, UP_STATE_RUNNING);
    assert_text("port 37B is not granted: nothing was executed. Add it to UserPort's grant list as "
                "an administrator.");
    assert_int_equal(played.infos, infos + 1);
    assert_int_equal(played.accesses, 1);
    deny(0x37A, UP_STATE_SUSPENDED);
    assert_int_equal(up_in16(handle, 0x37A, &value), UP_ERR_DENIED);
    assert_text("port 37A is denied: nothing was executed. An administrator has suspended "
                "UserPort: all ports are denied "
                "until it is resumed.");
    assert_moved(0, UP_STATE_SUSPENDED);
    deny(0x37A, UP_STATE_FAULT);
    assert_int_equal(up_out16(handle, 0x37A, value), UP_ERR_DENIED);
    assert_moved(0, UP_STATE_FAULT);
    assert_text("port 37A is denied: nothing was executed. UserPort could not put its grant list "
                "in force: all ports are "
                "denied. The system's event log says why.");
    played.info_error = 21; /* no driver is there any more: it was the system that said no */
    assert_int_equal(up_out16(handle, 0x37A, value), UP_ERR_NOT_RUNNING);
    assert_int_equal(up_system_error(), 21);
    played.info_error = 5;
    assert_int_equal(up_in16(handle, 0x37A, &value), UP_ERR_SYSTEM);
    assert_int_equal(up_system_error(), 5);
    assert_text("cannot read port 37A: the system refused (5).");
    played.info_error = 0;
    deny(0x100, UP_STATE_RUNNING); /* granted again meanwhile */
    assert_int_equal(up_in16(handle, 0x37A, &value), UP_ERR_DENIED);
    assert_failure(UP_ERR_DENIED, 0x37A, 0);
    deny(0x37B, UP_STATE_RUNNING);
    played.map_error = 21; /* the map is not to be had */
    assert_int_equal(up_in16(handle, 0x37A, &value), UP_ERR_DENIED);
    assert_failure(UP_ERR_DENIED, 0x37A, 0);
    played.map_error = 0;
    memset(played.map, 0, sizeof played.map);
    assert_int_equal(up_in16(handle, 0xFFFF, &value), UP_ERR_DENIED); /* behind the last */
    assert_failure(UP_ERR_DENIED, 0x10000, 0);
    close_device(handle);
}

static void test_lists(void **state)
{
    up_handle *handle = open_device();
    uint8_t bytes[3] = {0};
    up_operation list[] = {
        {.kind = UP_IO_READ, .width = 2, .port = 0x378},
        {.kind = UP_IO_READ_BLOCK, .width = 1, .port = 0x1F0, .count = 3, .buffer = bytes},
        {.kind = UP_IO_DELAY, .microseconds = 5},
    };
    uint32_t done = 99;

    (void)state;
    assert_int_equal(up_run(handle, list, 3, &done), UP_OK);
    assert_int_equal(done, 3);
    assert_int_equal(list[0].value, 0x378);
    assert_memory_equal(bytes, "ZZZ", 3);
    assert_int_equal(played.last_bytes, 32 + 3 * 16 + 3);
    deny(0x1F0, UP_STATE_RUNNING);
    played.index = played.done = 1;
    assert_int_equal(up_run(handle, list, 3, &done), UP_ERR_DENIED);
    assert_int_equal(done, 1);
    assert_text("operations[1]: port 1F0 is not granted: only the first operation was executed. "
                "Add it to UserPort's grant "
                "list as an administrator.");
    played.result = UP_IO_CANCELLED;
    played.index = played.done = 2;
    assert_int_equal(up_run(handle, list, 3, &done), UP_ERR_CANCELLED);
    assert_int_equal(done, 2);
    assert_text("operations[2]: cannot delay: the request was cancelled. Before that, the first 2 "
                "operations were "
                "executed.");
    played.result = UP_IO_TOO_LONG;
    played.done = 0;
    assert_int_equal(up_run(handle, list, 3, &done), UP_ERR_ARGUMENT);
    assert_text("operations[2]: cannot delay: the driver does not accept the operation.");
    played.io_error = 995;
    assert_int_equal(up_run(handle, list, 3, &done), UP_ERR_CANCELLED);
    assert_int_equal(done, 0);
    played.lists = 0;
    list[0].width = 3;
    assert_int_equal(up_run(handle, list, 3, &done), UP_ERR_ARGUMENT);
    assert_int_equal(played.lists, 0); /* found without the driver */
    assert_text("operations[0]: cannot read port 378: the width is not 1, 2 or 4 bytes.");
    close_device(handle);
}

static void test_blocks(void **state)
{
    const uint32_t count = 100000;
    up_handle *handle = open_device();
    uint8_t *bytes = malloc(count);

    (void)state;
    memset(bytes, 0, count);
    assert_int_equal(up_in8_block(handle, 0x1F0, bytes, count), UP_OK);
    assert_true(bytes[0] == 0x5A && bytes[count - 1] == 0x5A);
    assert_int_equal(played.lists, 2);
    assert_int_equal(played.last_bytes, 48 + count - 65520);
    deny(0x1F0, UP_STATE_RUNNING);
    assert_int_equal(up_in8_block(handle, 0x1F0, bytes, count), UP_ERR_DENIED);
    assert_int_equal(played.lists, 3);
    assert_true(bytes[0] == 0xFF && bytes[count - 1] == 0xFF);
    free(bytes);
    close_device(handle);
}

/*
 * The grants change while a block runs, alone or in a list: what had been moved is told, and read.
 */
static void test_cut_short(void **state)
{
    up_handle *handle = open_device();
    uint8_t bytes[4];
    up_operation list[] = {
        {.kind = UP_IO_READ, .width = 2, .port = 0x378},
        {.kind = UP_IO_READ_BLOCK, .width = 1, .port = 0x1F0, .count = 4, .buffer = bytes},
        {.kind = UP_IO_WRITE, .width = 1, .port = 0x61},
    };
    uint32_t done = 99;

    (void)state;
    deny(0x1F0, UP_STATE_SUSPENDED);
    played.moved = 3;
    assert_int_equal(up_in8_block(handle, 0x1F0, bytes, 4), UP_ERR_DENIED);
    assert_memory_equal(bytes, "ZZZ\xFF", 4);
    assert_moved(3, UP_STATE_SUSPENDED);
    assert_text("port 1F0 is denied: only the first 3 elements were transferred. An administrator "
                "has suspended UserPort: all ports are denied until it is resumed.");
    deny(0x61, UP_STATE_RUNNING);
    played.index = 2;
    played.done = 1;
    assert_int_equal(up_run(handle, list, 3, &done), UP_ERR_DENIED);
    assert_int_equal(done, 1);
    assert_failure(UP_ERR_DENIED, 0x61, 2);
    assert_moved(3, UP_STATE_RUNNING);
    assert_text(
        "operations[2]: port 61 is not granted: only the first operation was executed, and of "
        "operations[1] the "
        "first 3 elements were transferred. Add it to UserPort's grant list as an administrator.");
    played.result = UP_IO_CANCELLED;
    played.index = played.done = 0;
    played.moved = 1;
    assert_int_equal(up_run(handle, &list[1], 2, &done), UP_ERR_CANCELLED);
    assert_int_equal(done, 0);
    assert_memory_equal(bytes, "Z\xFF\xFF\xFF", 4);
    assert_text("operations[0]: cannot read a block from port 1F0: the request was cancelled. "
                "Before that, of "
                "operations[0] the first element was transferred.");
    played.moved = 4;
    assert_int_equal(up_in8_block(handle, 0x1F0, bytes, 4), UP_ERR_SYSTEM);
    assert_moved(0, 0);
    close_device(handle);
}

/*
 * What the back end direct leaves to the driver when the processor refuses it in the midst of a
 * block.
 */
static void test_rest_of_a_block(void **state)
{
    up_handle *handle = open_device();
    uint16_t words[6] = {1, 2, 3, 4, 5, 6};
    const up_operation block = {
        .kind = UP_IO_READ_BLOCK, .width = 2, .port = 0x1F0, .count = 6, .buffer = words};
    struct up_failure_detail detail = {0};

    (void)state;
    assert_int_equal(up_ioctl_rest(handle, &block, 4, &detail), UP_OK);
    assert_true(words[3] == 4 && words[4] == 0x5A5A && words[5] == 0x5A5A);
    assert_int_equal(played.last_bytes, 48 + 2 * 2);
    deny(0x1F0, UP_STATE_SUSPENDED);
    played.moved = 1;
    assert_int_equal(up_ioctl_rest(handle, &block, 4, &detail), UP_ERR_DENIED);
    assert_int_equal(detail.moved, 5);
    assert_int_equal(detail.state, UP_STATE_SUSPENDED);
    assert_int_equal(words[3], 4);
    memset(&detail, 0, sizeof detail);
    played.io_error = 1; /* a driver without lists */
    assert_int_equal(up_ioctl_rest(handle, &block, 5, &detail), UP_ERR_UNSUPPORTED);
    assert_int_equal(detail.moved, 5);
    memset(&detail, 0, sizeof detail);
    assert_int_equal(up_ioctl_rest(handle, &block, 0, &detail), UP_ERR_UNSUPPORTED);
    assert_int_equal(detail.moved, 0);
    close_device(handle);
}

static void test_map_and_info(void **state)
{
    up_handle *handle = open_device();
    uint8_t map[UP_MAP_BYTES];
    struct up_info info;

    (void)state;
    played.info.ports_granted = 65536;
    assert_int_equal(up_query_info(handle, &info), UP_OK);
    assert_int_equal(info.ports_granted, 65536);
    assert_int_equal(up_query_map(handle, map), UP_OK);
    assert_int_equal(map[100], 0);
    assert_int_equal(up_granted(handle, 0x378, 4), 1);
    played.map_error = played.info_error = 21;
    assert_int_equal(up_query_map(handle, map), UP_ERR_NOT_RUNNING);
    assert_int_equal(map[100], 0xFF);
    assert_text("cannot read the map of granted ports: the driver is being stopped (21).");
    assert_int_equal(up_granted(handle, 0x378, 4), 0);
    assert_int_equal(up_query_info(handle, &info), UP_ERR_NOT_RUNNING);
    assert_text("cannot read the driver's state: the driver is being stopped (21).");
    played.map_error = 0;
    played.returned_more = ~0u; /* one byte less */
    assert_int_equal(up_query_map(handle, map), UP_ERR_SYSTEM);
    assert_int_equal(map[100], 0xFF);
    close_device(handle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_errors),
        cmocka_unit_test(test_another_interface),
        cmocka_unit_test(test_a_stranger_of_the_same_name),
        cmocka_unit_test(test_mechanisms),
        cmocka_unit_test(test_a_single_access_is_one_call),
        cmocka_unit_test(test_a_system_without_the_fast_form),
        cmocka_unit_test(test_errors_of_an_access),
        cmocka_unit_test(test_another_driver_behind_an_open_handle),
        cmocka_unit_test(test_denied),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_cut_short),
        cmocka_unit_test(test_rest_of_a_block),
        cmocka_unit_test(test_map_and_info),
    };

    return cmocka_run_group_tests_name("lib_driver", tests, NULL, NULL);
}
