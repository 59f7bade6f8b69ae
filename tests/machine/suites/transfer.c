/* SPDX-License-Identifier: MIT
 *
 * Lists of operations on QEMU's real devices: what a list may touch agrees with what IN and OUT
 * may, port by port; a list is all or nothing; its header, its lengths, its rights; and the rest of
 * the driver around it.
 */
#include "../list.h"
#include "messages.h"

#define LIST "0, 42-43, 61, 278-27F, 378-37A, 37C, 3BC-3BF, FFF0-FFFF"

#define ERROR_INVALID_PARAMETER 87
#define ERROR_REVISION_MISMATCH 1306

/* The independent rule: the first byte port that is not in the set, or the one behind the last. */
static uint32_t first_denied_of(const struct up_portset *set, uint32_t port, uint32_t width)
{
    uint32_t i;

    for (i = port; i < port + width; i++) {
        if (i > 0xFFFF || (set->map[i / 8] & 1u << i % 8)) {
            return i;
        }
    }
    return 0;
}

/* ---- what a list may touch ------------------------------------------------------------------- */

/*
 * A read of each port by a list, and by IN in ring 3: the same ports, and the same as the grant
 * list says. (In the reading `every`, which makes no difference here, only each fifth of the ports
 * that nothing has.)
 */
static void every_port(void)
{
    struct process *puppet;
    uint32_t port, wrong = 0;

    list_open(LIST);
    for (port = 0;
         port<UP_PORT_COUNT; port += port> 0x800 && port < 0xFF00 && reading_every ? 5 : 1) {
        bool granted = up_portset_has(ports_of(LIST), (uint16_t)port);

        list_clear();
        list_add(UP_IO_READ, 1, (uint16_t)port, 0xFFFFFFFF);
        list_run();
        if (granted ? list.header.result != UP_IO_DONE || list.operations[0].value > 0xFF
                    : list.header.result != UP_IO_DENIED || list.header.port != port ||
                          list.header.done != 0) {
            wrong++;
        }
    }
    EXPECT_EQ(wrong, 0);
    puppet = puppet_start(AS_USER);
    EXPECT_EQ(puppet_scan(puppet, 1, ports_of(LIST)), 0);
    puppet_end(puppet);
    list_close();
}

static void each_kind_and_width(void)
{
    static const uint16_t ports[] = {0x375,  0x377,  0x378,  0x379,  0x37A,  0x37B,
                                     0x37C,  0x275,  0x278,  0x27C,  0x27D,  0x27F,
                                     0x3BC,  0x3BE,  0xFFED, 0xFFEF, 0xFFF0, 0xFFFC,
                                     0xFFFD, 0xFFFE, 0xFFFF, 0x0001, 0x8000, 0xBFFF};
    static const uint8_t kinds[] = {UP_IO_READ, UP_IO_WRITE, UP_IO_READ_BLOCK, UP_IO_WRITE_BLOCK,
                                    UP_IO_WAIT};
    struct process *puppet;
    unsigned i, width, k;

    list_open(LIST);
    puppet = puppet_start(AS_USER);
    for (i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        for (width = 1; width <= 4; width *= 2) {
            uint32_t denied = first_denied_of(ports_of(LIST), ports[i], width);

            EXPECT_EQ(puppet_in(puppet, 0, ports[i], width), denied != 0 ? DENIED : 0);
            for (k = 0; k < sizeof kinds; k++) {
                list_clear();
                list_add(kinds[k], (uint8_t)width, ports[i], 0);
                if (kinds[k] == UP_IO_READ_BLOCK || kinds[k] == UP_IO_WRITE_BLOCK) {
                    list.operations[0].count = 3;
                    list.header.data_bytes = 12;
                }
                list_run();
                EXPECT_MSG(list.header.result == (denied != 0 ? UP_IO_DENIED : UP_IO_DONE) &&
                               list.header.port == denied &&
                               list.header.done == (denied != 0 ? 0 : 1) &&
                               list.header.index == list.header.done,
                           "kind %u, %u bytes at %X: result %u, port %X", kinds[k], width, ports[i],
                           (unsigned)list.header.result, (unsigned)list.header.port);
            }
        }
    }
    puppet_end(puppet);
    list_close();
}

/* The parallel port's data register as the witness: lists and instructions see the same device. */
static void results_are_the_devices(void)
{
    struct process *puppet;
    uint32_t i, value;

    list_open("lpt1");
    puppet = puppet_start(AS_USER);
    for (i = 0; i < 200; i++) {
        value = random_number() & 0xFF;
        list_clear();
        list_add(UP_IO_WRITE, 1, DATA, value | 0xABCDEF00);
        list_add(UP_IO_READ, 1, DATA, 0xFFFFFFFF);
        list_add(UP_IO_READ, 1, DATA + 1, 0);
        list_add(UP_IO_READ, 1, DATA + 2, 0);
        list_add(UP_IO_READ, 2, DATA, 0xFFFFFFFF);
        EXPECT_EQ(list_run(), UP_IO_DONE);
        EXPECT_EQ(list.header.done, 5);
        EXPECT_EQ(list.header.index, 5);
        EXPECT_EQ(list.operations[0].value, value | 0xABCDEF00); /* as it was sent */
        EXPECT_EQ(list.operations[1].value, value);
        EXPECT_EQ(puppet_do(puppet, 0, PUPPET_IN, DATA, 1, 0)->value & 0xFF, value);
        EXPECT_EQ(puppet_do(puppet, 0, PUPPET_IN, DATA + 1, 1, 0)->value & 0xFF,
                  list.operations[2].value);
        EXPECT_EQ(puppet_do(puppet, 0, PUPPET_IN, DATA + 2, 1, 0)->value & 0xFF,
                  list.operations[3].value);
        EXPECT_EQ(puppet_do(puppet, 0, PUPPET_IN, DATA, 2, 0)->value & 0xFFFF,
                  list.operations[4].value);
        puppet_out(puppet, 0, DATA, 1, value ^ 0xFF);
        list_clear();
        list_add(UP_IO_READ, 1, DATA, 0);
        EXPECT_EQ(list_run(), UP_IO_DONE);
        EXPECT_EQ(list.operations[0].value, value ^ 0xFF);
    }
    puppet_end(puppet);
    list_close();
}

/*
 * One operation that may not, wherever it is, and nothing runs; also when it is one that makes no
 * sense.
 */
static void all_or_nothing(void)
{
    static const struct {
        uint8_t kind, width;
        uint16_t port;
        uint32_t result;
    } bad[] = {{UP_IO_READ, 1, 0x37B, UP_IO_DENIED},
               {UP_IO_WRITE, 2, 0x37A, UP_IO_DENIED},
               {UP_IO_READ_BLOCK, 1, 0x37B, UP_IO_DENIED},
               {UP_IO_WAIT, 4, DATA, UP_IO_DENIED},
               {0, 1, DATA, UP_IO_BAD},
               {7, 1, DATA, UP_IO_BAD},
               {0xFF, 1, DATA, UP_IO_BAD},
               {UP_IO_READ, 0, DATA, UP_IO_BAD},
               {UP_IO_READ, 3, DATA, UP_IO_BAD},
               {UP_IO_WRITE, 8, DATA, UP_IO_BAD},
               {UP_IO_WAIT, 5, DATA, UP_IO_BAD}};
    unsigned i, at, k;

    list_open("378-37A, 37C-37F");
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        for (at = 0; at < 40; at += 13) {
            out8(DATA, 0x5A);
            list_clear();
            for (k = 0; k < 40; k++) {
                list_add(UP_IO_WRITE, 1, DATA, k);
            }
            list.operations[at].kind = bad[i].kind;
            list.operations[at].width = bad[i].width;
            list.operations[at].port = bad[i].port;
            if (bad[i].kind == UP_IO_READ_BLOCK) {
                list.operations[at].offset = 0;
                list.operations[at].count = 1;
                list.header.data_bytes = 1;
            }
            EXPECT_EQ(list_run(), bad[i].result);
            EXPECT_EQ(list.header.index, at);
            EXPECT_EQ(list.header.done, 0);
            EXPECT_EQ(in8(DATA), 0x5A);
        }
    }
    list_close();
}

static void blocks(void)
{
    static const struct {
        uint32_t offset, count, data_bytes;
        uint8_t width;
        bool good;
    } bounds[] = {{0, 1, 1, 1, true},
                  {0, 2, 1, 1, false},
                  {1, 1, 1, 1, false},
                  {0, 0, 16, 1, false},
                  {12, 4, 16, 1, true},
                  {12, 5, 16, 1, false},
                  {12, 2, 16, 2, true},
                  {13, 2, 16, 2, false},
                  {16, 1, 16, 1, false},
                  {0xFFFFFFFF, 1, 16, 1, false},
                  {0xFFFFFFFF, 2, 16, 1, false},
                  {8, 0xFFFFFFFF, 16, 1, false},
                  {8, 0x80000001, 16, 2, false},
                  {0, 0x40000001, 16, 4, false},
                  {17, 0xFFFFFFF0, 16, 1, false}};
    unsigned i, k;

    list_open("lpt1 37B-37F");
    for (i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        for (k = UP_IO_READ_BLOCK; k <= UP_IO_WRITE_BLOCK; k++) {
            list_clear();
            list_add((uint8_t)k, bounds[i].width, DATA, bounds[i].offset)->count = bounds[i].count;
            list.header.data_bytes = bounds[i].data_bytes;
            EXPECT_MSG(list_run() == (bounds[i].good ? UP_IO_DONE : UP_IO_BAD),
                       "bounds %u, kind %u: %u", i, k, (unsigned)list.header.result);
        }
    }
    /*
     * what is written is what lies at the offset, in order; what is read lies there, and nowhere
     * else
     */
    list_clear();
    list_add(UP_IO_WRITE_BLOCK, 1, DATA, 5)->count = 99;
    list_add(UP_IO_READ_BLOCK, 1, DATA, 200)->count = 50;
    list.header.data_bytes = 300;
    for (i = 0; i < 300; i++) {
        list_data()[i] = (uint8_t)(i * 7 + 1);
    }
    EXPECT_EQ(list_run(), UP_IO_DONE);
    EXPECT_EQ(in8(DATA), (uint8_t)(103 * 7 + 1));
    for (i = 0; i < 300; i++) {
        EXPECT_EQ(list_data()[i], (uint8_t)((i >= 200 && i < 250 ? 103 : i) * 7 + 1));
    }
    /* blocks may lie over one another, but not move more than there may be data */
    list_clear();
    list_add(UP_IO_WRITE_BLOCK, 1, DATA, 0)->count = 0x8000;
    list_add(UP_IO_READ_BLOCK, 1, DATA, 0)->count = 0x8000;
    list.header.data_bytes = 0x8000;
    EXPECT_EQ(list_run(), UP_IO_DONE);
    list_add(UP_IO_READ_BLOCK, 1, DATA, 0)->count = 1;
    out8(DATA, 0x5A);
    EXPECT_EQ(list_run(), UP_IO_TOO_LONG);
    EXPECT_EQ(list.header.index, 2);
    EXPECT_EQ(in8(DATA), 0x5A);
    out8(DATA, (uint8_t)(103 * 7 + 1));
    /* as large as it can be */
    list_clear();
    list_add(UP_IO_READ_BLOCK, 1, DATA, 0)->count = UP_IO_BYTES_MAX - 16;
    list.header.data_bytes = UP_IO_BYTES_MAX - 16;
    EXPECT_EQ(list_run(), UP_IO_DONE);
    EXPECT_EQ(list_data()[UP_IO_BYTES_MAX - 17], (uint8_t)(103 * 7 + 1));
    list_close();
}

static void largest_list(void)
{
    uint32_t i, wrong = 0;

    list_open("lpt1");
    list_clear();
    for (i = 0; i < UP_IO_OPERATIONS_MAX; i++) {
        list_add(i % 2 == 0 ? UP_IO_WRITE : UP_IO_READ, 1, DATA, i / 2 & 0xFF);
    }
    EXPECT_EQ(list_run(), UP_IO_DONE);
    EXPECT_EQ(list.header.done, UP_IO_OPERATIONS_MAX);
    for (i = 0; i < UP_IO_OPERATIONS_MAX; i++) {
        wrong += list.operations[i].value != (i / 2 & 0xFF);
    }
    EXPECT_EQ(wrong, 0);
    list_close();
}

/* ---- the header, lengths, rights ------------------------------------------------------------- */

static uint32_t send_from(struct process *puppet, uint32_t puppet_handle, uint32_t in_length,
                          uint32_t out_length)
{
    memcpy(puppet->mail->buffer, &list, in_length);
    return puppet_control(puppet, puppet_handle, UP_IOCTL_IO, in_length, out_length);
}

static void header_and_lengths(void)
{
    struct process *puppet;
    uint32_t user, length;

    list_open("lpt1");
    puppet = puppet_start(AS_USER);
    user = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    list_clear();
    list_add(UP_IO_READ, 1, DATA, 0);
    for (length = 0; length < 200; length++) {
        uint32_t error = send_from(puppet, user, length, length);

        EXPECT_MSG(error == (length == 48 ? 0 : ERROR_INVALID_USER_BUFFER), "%u bytes: %u",
                   (unsigned)length, (unsigned)error);
        EXPECT_EQ(puppet->mail->slots[0].returned, length == 48 ? 48 : 0);
        EXPECT_EQ(send_from(puppet, user, 48, length), length == 48  ? 0
                                                       : length < 48 ? ERROR_INSUFFICIENT_BUFFER
                                                                     : ERROR_INVALID_USER_BUFFER);
    }
    list.header.abi_version = UP_ABI_VERSION + 1;
    EXPECT_EQ(send_from(puppet, user, 48, 48), ERROR_REVISION_MISMATCH);
    list.header.abi_version = 0;
    EXPECT_EQ(send_from(puppet, user, 48, 48), ERROR_REVISION_MISMATCH);
    list.header.abi_version = UP_ABI_VERSION;
    list.header.moved = 1;
    EXPECT_EQ(send_from(puppet, user, 48, 48), ERROR_INVALID_PARAMETER);
    list.header.moved = 0;
    for (length = 0; length < 40; length++) { /* operations and data that do not fit the length */
        list.header.operations = length;
        EXPECT_EQ(send_from(puppet, user, 48, 48), length == 1 ? 0 : ERROR_INVALID_USER_BUFFER);
        list.header.operations = 1;
        list.header.data_bytes = length;
        EXPECT_EQ(send_from(puppet, user, 48, 48), length == 0 ? 0 : ERROR_INVALID_USER_BUFFER);
        list.header.data_bytes = 0;
    }
    list.header.operations = 0x10000001; /* times 16 is 16 again */
    EXPECT_EQ(send_from(puppet, user, 48, 48), ERROR_INVALID_USER_BUFFER);
    list.header.operations = 2;
    list.header.data_bytes = 0xFFFFFFF0;
    EXPECT_EQ(send_from(puppet, user, 48, 48), ERROR_INVALID_USER_BUFFER);
    puppet_end(puppet);
    list_close();
}

static void longest(void)
{
    static uint8_t room[sizeof list];
    uint32_t returned;

    list_open("lpt1");
    list_clear();
    list.header.operations = UP_IO_OPERATIONS_MAX;
    list.header.data_bytes = 1;
    EXPECT_EQ(io_control(system_process, list_handle, UP_IOCTL_IO, &list,
                         sizeof list.header + UP_IO_BYTES_MAX + 1, room,
                         sizeof list.header + UP_IO_BYTES_MAX + 1, &returned),
              STATUS_INVALID_BUFFER_SIZE);
    list.header.operations = UP_IO_OPERATIONS_MAX + 1;
    list.header.data_bytes = (uint32_t)-16;
    EXPECT_EQ(io_control(system_process, list_handle, UP_IOCTL_IO, &list,
                         sizeof list.header + UP_IO_BYTES_MAX, room,
                         sizeof list.header + UP_IO_BYTES_MAX, &returned),
              STATUS_INVALID_BUFFER_SIZE);
    EXPECT_EQ(returned, 0);
    list_close();
}

/* It reads and it writes: a list_handle has to be open for both. */
static void rights(void)
{
    struct process *puppet;
    uint32_t user;

    list_open("lpt1");
    puppet = puppet_start(AS_USER);
    list_clear();
    list_add(UP_IO_READ, 1, DATA, 0);
    user = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
    EXPECT_EQ(send_from(puppet, user, 48, 48), ERROR_ACCESS_DENIED);
    puppet_close(puppet, 0, user);
    user = puppet_open(puppet, 0, DEVICE, GENERIC_WRITE);
    EXPECT_EQ(send_from(puppet, user, 48, 48), ERROR_ACCESS_DENIED);
    puppet_close(puppet, 0, user);
    user = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    EXPECT_EQ(send_from(puppet, user, 48, 48), 0);
    EXPECT_EQ(answer_of(puppet)->result, UP_IO_DONE);
    puppet_end(puppet);
    list_close();
}

/* ---- with the rest of the driver ------------------------------------------------------------- */

/*
 * A list_handle is what it takes, in scope 1 as in scope 0; the processors' own map does not
 * matter.
 */
static void scopes_and_maps(void)
{
    static struct up_portset nothing;
    struct up_info info;
    uint32_t scope;

    for (scope = UP_SCOPE_ALL; scope <= UP_SCOPE_OPENERS; scope++) {
        start_with("lpt1", scope, 0);
        EXPECT_EQ(io_open(system_process, DEVICE, GENERIC_READ | GENERIC_WRITE, &list_handle),
                  STATUS_SUCCESS);
        list_clear();
        list_add(UP_IO_READ, 1, DATA, 0);
        EXPECT_EQ(list_run(), UP_IO_DONE);
        up_portset_deny_all(&nothing);
        iomap_foreign(&nothing, true); /* another driver writes its map over ours */
        EXPECT_EQ(list_run(), UP_IO_DONE);
        memset(&nothing, 0, sizeof nothing);
        iomap_foreign(&nothing, true); /* and one that opens all */
        list.operations[0].port = 0x380;
        EXPECT_EQ(list_run(), UP_IO_DENIED);
        EXPECT(get_info(&info));
        EXPECT_EQ(info.mechanisms, UP_MECHANISM_IOPM | UP_MECHANISM_LIST);
        EXPECT_EQ(info.transfers_denied, 1);
        EXPECT_EQ(info.port_denied, 0x380);
        list_close();
    }
}

/* When the map cannot be put on every processor, nothing is granted to lists either. */
static void fault_denies(void)
{
    list_open("lpt1");
    list_clear();
    list_add(UP_IO_READ, 1, DATA, 0);
    EXPECT_EQ(list_run(), UP_IO_DONE);
    inject_arm_name("Ke386SetIoAccessMap");
    EXPECT(io_control(system_process, list_handle, UP_IOCTL_RELOAD, NULL, 0, NULL, 0,
                      &(uint32_t){0}) != STATUS_SUCCESS);
    inject_disarm();
    EXPECT_EQ(list_run(), UP_IO_DENIED);
    EXPECT_EQ(
        io_control(system_process, list_handle, UP_IOCTL_RELOAD, NULL, 0, NULL, 0, &(uint32_t){0}),
        STATUS_SUCCESS);
    EXPECT_EQ(list_run(), UP_IO_DONE);
    list_close();
}

static void denials_are_logged_once(void)
{
    struct up_info info;
    unsigned i;

    list_open("lpt1");
    for (i = 0; i < 50; i++) {
        list_clear();
        list_add(UP_IO_WRITE, 1, (uint16_t)(0x3F8 + i), 0);
        EXPECT_EQ(list_run(), UP_IO_DENIED);
    }
    EXPECT_EQ(event_log_find(UP_MSG_LIST_DENIED), 1);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.transfers_denied, 50);
    EXPECT_EQ(info.port_denied, 0x3F8 + 49);
    list_close();
}

static const struct test tests[] = {
    {"each of the 65,536 ports: a list, an IN and the grant list agree", every_port},
    {"each kind and width: granted, half granted, not granted, at FFFF", each_kind_and_width},
    {"results are the device's", results_are_the_devices},
    {"one operation that may not, or makes no sense: nothing runs", all_or_nothing},
    {"blocks: bounds, order, places", blocks},
    {"4,096 operations", largest_list},
    {"the header, and every length", header_and_lengths},
    {"a byte, and an operation, more than the largest", longest},
    {"handles for reading or for writing only", rights},
    {"scopes, and other drivers' maps", scopes_and_maps},
    {"a fault denies lists too", fault_denies},
    {"denied lists are counted, and logged once", denials_are_logged_once},
    {NULL, NULL},
};

const struct suite suite_transfer = {"transfer", tests, NULL};
