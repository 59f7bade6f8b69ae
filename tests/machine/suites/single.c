/* SPDX-License-Identifier: MIT
 *
 * One port access in one DeviceIoControl, in the fast form and by a request, on QEMU's printer
 * port.
 */
#include "../test.h"
#include "messages.h"

#define DATA        0x378
#define EPOCH_TICKS (30u * TICKS_PER_SECOND / 1000u)

#define ERROR_INVALID_PARAMETER 87
#define ERROR_OPERATION_ABORTED 995

/* By the fast form: the error, 0 when it was done. What was read is in the slot's returned. */
static uint32_t fast(struct process *puppet, uint32_t handle, uint32_t code, uint32_t where,
                     uint32_t value)
{
    struct puppet_slot *slot = &puppet->mail->slots[0];

    slot->d = value;
    puppet_do(puppet, 0, PUPPET_FAST, handle, code, where);
    return slot->value ? 0 : slot->error;
}

/* By buffers. What was read is the first word of the mailbox's scan. */
static uint32_t by_buffers(struct process *puppet, uint32_t handle, uint32_t code, uint32_t where,
                           uint32_t value)
{
    const struct up_write in = {.where = where, .value = value};

    memcpy(puppet->mail->buffer, &in, sizeof in);
    return code == UP_IOCTL_READ ? puppet_control(puppet, handle, code, 4, 4)
                                 : puppet_control(puppet, handle, code, 8, 0);
}

static void each_width(void)
{
    static const uint32_t widths[] = {1, 2, 4};
    struct process *puppet;
    uint32_t handle, i, expected;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    puppet = puppet_start(AS_USER);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    for (i = 0; i < 256; i += 51) {
        EXPECT_EQ(fast(puppet, handle, UP_IOCTL_WRITE, UP_ACCESS(DATA, 1), i | 0xABCDEF00u), 0);
        EXPECT_EQ(fast(puppet, handle, UP_IOCTL_READ, UP_ACCESS(DATA, 1), 0), 0);
        EXPECT_EQ(puppet->mail->slots[0].returned, i);
        EXPECT_EQ(by_buffers(puppet, handle, UP_IOCTL_WRITE, UP_ACCESS(DATA, 1), ~i), 0);
        EXPECT_EQ(puppet->mail->slots[0].returned, 0);
        EXPECT_EQ(by_buffers(puppet, handle, UP_IOCTL_READ, UP_ACCESS(DATA, 1), 0), 0);
        EXPECT_EQ(puppet->mail->slots[0].returned, 4);
        EXPECT_EQ(*(uint32_t *)puppet->mail->scan, ~i & 0xFF);
    }
    for (i = 0; i < 3; i++) { /* as the processor itself reads it, through the map */
        expected = puppet_do(puppet, 0, PUPPET_IN, DATA, widths[i], 0)->value;
        EXPECT_EQ(fast(puppet, handle, UP_IOCTL_READ, UP_ACCESS(DATA, widths[i]), 0), 0);
        EXPECT_EQ(puppet->mail->slots[0].returned, expected);
        EXPECT_EQ(fast(puppet, handle, UP_IOCTL_WRITE, UP_ACCESS(0x37C, widths[i]), 0xFFFFFFFF), 0);
    }
    puppet_end(puppet);
    stop();
}

static void denied(void)
{
    uint32_t (*const ways[])(struct process *, uint32_t, uint32_t, uint32_t,
                             uint32_t) = {fast, by_buffers};
    struct process *puppet;
    struct up_info info;
    uint32_t handle, i;

    start_with("378-37A, FFFC-FFFF", UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    for (i = 0; i < 2; i++) {
        EXPECT_EQ(ways[i](puppet, handle, UP_IOCTL_READ, UP_ACCESS(0x37B, 1), 0),
                  ERROR_ACCESS_DENIED);
        EXPECT_EQ(ways[i](puppet, handle, UP_IOCTL_WRITE, UP_ACCESS(0x37A, 2), 0),
                  ERROR_ACCESS_DENIED);
        EXPECT_EQ(ways[i](puppet, handle, UP_IOCTL_READ, UP_ACCESS(0xFFFD, 4), 0),
                  ERROR_ACCESS_DENIED);
        EXPECT_EQ(puppet->mail->slots[0].returned, 0);
        EXPECT_EQ(ways[i](puppet, handle, UP_IOCTL_READ, UP_ACCESS(0x378, 3), 0),
                  ERROR_INVALID_PARAMETER);
        EXPECT_EQ(ways[i](puppet, handle, UP_IOCTL_READ, UP_ACCESS(0x378, 0), 0),
                  ERROR_INVALID_PARAMETER);
        EXPECT_EQ(ways[i](puppet, handle, UP_IOCTL_WRITE, UP_ACCESS(0x378, 1) | 1u << 24, 0),
                  ERROR_INVALID_PARAMETER);
    }
    EXPECT_EQ(puppet_control(puppet, handle, UP_IOCTL_INFO, 0, sizeof info), 0);
    memcpy(&info, puppet->mail->scan, sizeof info);
    EXPECT_EQ(info.transfers_denied, 6);
    EXPECT_EQ(info.port_denied, 0x10000);
    EXPECT_EQ(event_log_find(UP_MSG_LIST_DENIED), 1);
    puppet_end(puppet);
    stop();
}

/* The rights are in the codes, in the fast form too. */
static void rights(void)
{
    struct process *puppet;
    uint32_t reader, writer;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    reader = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
    writer = puppet_open(puppet, 0, DEVICE, GENERIC_WRITE);
    EXPECT_EQ(fast(puppet, reader, UP_IOCTL_READ, UP_ACCESS(DATA, 1), 0), 0);
    EXPECT_EQ(fast(puppet, reader, UP_IOCTL_WRITE, UP_ACCESS(DATA, 1), 0), ERROR_ACCESS_DENIED);
    EXPECT_EQ(fast(puppet, writer, UP_IOCTL_READ, UP_ACCESS(DATA, 1), 0), ERROR_ACCESS_DENIED);
    EXPECT_EQ(fast(puppet, writer, UP_IOCTL_WRITE, UP_ACCESS(DATA, 1), 0), 0);
    puppet_end(puppet);
    stop();
}

/* Every length but the right one, for both codes. */
static void lengths(void)
{
    struct process *puppet;
    uint32_t handle, in, out, error;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    *(uint32_t *)puppet->mail->buffer = UP_ACCESS(DATA, 1);
    for (in = 0; in <= 12; in++) {
        for (out = 0; out <= 8; out++) {
            if (in == 0 && out == 0) {
                continue; /* the fast form */
            }
            error = puppet_control(puppet, handle, UP_IOCTL_READ, in, out);
            EXPECT_MSG(error == (out < 4               ? ERROR_INSUFFICIENT_BUFFER
                                 : in == 4 && out == 4 ? 0
                                                       : ERROR_INVALID_USER_BUFFER),
                       "read, %u bytes in, %u out: %u", (unsigned)in, (unsigned)out,
                       (unsigned)error);
            error = puppet_control(puppet, handle, UP_IOCTL_WRITE, in, out);
            EXPECT_MSG(error == (in == 8 && out == 0 ? 0 : ERROR_INVALID_USER_BUFFER),
                       "write, %u bytes in, %u out: %u", (unsigned)in, (unsigned)out,
                       (unsigned)error);
        }
    }
    puppet_end(puppet);
    stop();
}

/* Numbers where addresses would be, the kernel's among them, for each code: none is used as one. */
static void hostile_addresses(void)
{
    static const uint32_t codes[] = {UP_IOCTL_READ, UP_IOCTL_WRITE,    UP_IOCTL_IO, UP_IOCTL_INFO,
                                     UP_IOCTL_MAP,  UP_IOCTL_RENOUNCE, 0x83506024};
    uint32_t addresses[] = {0,           1,          0x378,      0x10378, 0x7FFFFFFF,
                            KERNEL_BASE, 0xC0000000, 0xFFFFFFFF, 0};
    struct process *puppet;
    struct up_info info;
    uint32_t handle, code, i, k;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    addresses[8] = driver_base();
    puppet = puppet_start(AS_USER);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    for (code = 0; code < sizeof codes / sizeof codes[0]; code++) {
        for (i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
            for (k = 0; k < sizeof addresses / sizeof addresses[0]; k++) {
                const bool good = (addresses[i] == UP_ACCESS(0x378, 1) && code < 2) ||
                                  codes[code] == UP_IOCTL_RENOUNCE; /* without data, it is done */

                EXPECT_EQ(fast(puppet, handle, codes[code], addresses[i], addresses[k]) == 0, good);
            }
        }
    }
    EXPECT(get_info(&info));
    EXPECT_EQ(info.state, UP_STATE_RUNNING);
    puppet_end(puppet);
    stop();
}

/* Once a SUSPEND has returned, no access runs, however fast they come, on whichever processor. */
static void a_revoke_is_at_once(void)
{
    struct process *puppet;
    struct puppet_slot *loops[2];
    uint32_t handle, round, i;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    puppet = puppet_start(AS_USER);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    for (round = 0; round < 8; round++) {
        puppet->mail->epoch = EPOCH_GRANTED;
        for (i = 0; i < 2; i++) {
            puppet->mail->slots[1 + i].b = DATA;
            loops[i] = puppet_begin(puppet, 1 + i, PUPPET_READ_LOOP, handle);
        }
        sleep_ticks(EPOCH_TICKS, false);
        puppet->mail->epoch = EPOCH_GOING;
        control_as_admin(UP_IOCTL_SUSPEND);
        puppet->mail->epoch = EPOCH_GONE;
        sleep_ticks(EPOCH_TICKS, false);
        for (i = 0; i < 2; i++) {
            puppet_finish(loops[i]);
            EXPECT_EQ(loops[i]->denied[EPOCH_GRANTED], 0);
            EXPECT(loops[i]->allowed[EPOCH_GRANTED] > 0);
            EXPECT_EQ(loops[i]->allowed[EPOCH_GONE], 0);
            EXPECT(loops[i]->denied[EPOCH_GONE] > 0);
        }
        control_as_admin(UP_IOCTL_RESUME);
    }
    puppet_close(puppet, 0, handle);
    puppet_end(puppet);
    stop();
}

/*
 * A filter driver above the device, which makes a request of each call: the fast form is refused,
 * and nothing has run.
 */
static void without_the_fast_way(void)
{
    struct process *puppet;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    EXPECT_EQ(by_buffers(puppet, handle, UP_IOCTL_WRITE, UP_ACCESS(DATA, 1), 0x5A), 0);
    io_has_fast_path = false;
    EXPECT_EQ(fast(puppet, handle, UP_IOCTL_READ, UP_ACCESS(DATA, 1), 0),
              ERROR_INSUFFICIENT_BUFFER);
    EXPECT_EQ(fast(puppet, handle, UP_IOCTL_WRITE, UP_ACCESS(DATA, 1), 0xA5),
              ERROR_INVALID_USER_BUFFER);
    EXPECT_EQ(by_buffers(puppet, handle, UP_IOCTL_READ, UP_ACCESS(DATA, 1), 0), 0);
    EXPECT_EQ(*(uint32_t *)puppet->mail->scan, 0x5A);
    io_has_fast_path = true;
    puppet_end(puppet);
    stop();
}

static const struct test tests[] = {
    {"each width, in both ways", each_width},
    {"ports that are not granted, and what is no access", denied},
    {"the rights are in the codes", rights},
    {"every length", lengths},
    {"numbers in place of addresses are only numbers", hostile_addresses},
    {"a revoke is at once", a_revoke_is_at_once},
    {"where the system makes requests of all calls", without_the_fast_way},
    {NULL, NULL},
};

const struct suite suite_single = {"single", tests, NULL};
