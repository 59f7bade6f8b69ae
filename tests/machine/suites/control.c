/* SPDX-License-Identifier: MIT
 *
 * DeviceIoControl: every code, every length, what comes back. Who may open and control: access.c.
 */
#include "../test.h"
#include "messages.h"

#define NO_HANDLE 0xFFFFFFFFu

struct known_code {
    uint32_t code, out_length;
    bool administrators;
};

static const struct known_code codes[] = {{UP_IOCTL_INFO, sizeof(struct up_info), false},
                                          {UP_IOCTL_MAP, UP_MAP_BYTES, false},
                                          {UP_IOCTL_RELOAD, 0, true},
                                          {UP_IOCTL_SUSPEND, 0, true},
                                          {UP_IOCTL_RESUME, 0, true},
                                          {UP_IOCTL_RENOUNCE, 0, false}};

/* The rights are in the codes: a handle to read cannot control, one to write cannot read. */
static void rights_of_the_handle(void)
{
    struct process *admin;
    uint32_t reader, writer;
    unsigned i;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    admin = puppet_start(AS_ADMIN);
    reader = puppet_open(admin, 0, DEVICE, GENERIC_READ);
    writer = puppet_open(admin, 0, DEVICE, GENERIC_WRITE);
    for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        bool writes = codes[i].administrators;

        EXPECT_EQ(puppet_control(admin, reader, codes[i].code, 0, codes[i].out_length),
                  writes ? ERROR_ACCESS_DENIED : 0);
        EXPECT_EQ(puppet_control(admin, writer, codes[i].code, 0, codes[i].out_length),
                  writes ? 0 : ERROR_ACCESS_DENIED);
    }
    puppet_end(admin);
    stop();
}

static void every_length(void)
{
    struct process *admin;
    uint32_t handle, length;
    unsigned i;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    admin = puppet_start(AS_ADMIN);
    handle = puppet_open(admin, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        for (length = 0; length <= codes[i].out_length + 1; length++) {
            uint32_t error = puppet_control(admin, handle, codes[i].code, 0, length);
            uint32_t wanted = length < codes[i].out_length    ? ERROR_INSUFFICIENT_BUFFER
                              : length == codes[i].out_length ? 0
                                                              : ERROR_INVALID_USER_BUFFER;

            EXPECT_MSG(error == wanted, "code %08X, %u bytes out: %u", (unsigned)codes[i].code,
                       (unsigned)length, (unsigned)error);
            EXPECT_EQ(admin->mail->slots[0].returned, error == 0 ? codes[i].out_length : 0);
            if (codes[i].out_length > 1000 && length > 200 && length < codes[i].out_length - 2) {
                length += 97;
            }
        }
        for (length = 1; length < 0x1800; length = length * 2 + 1) {
            EXPECT_EQ(puppet_control(admin, handle, codes[i].code, length, codes[i].out_length),
                      ERROR_INVALID_USER_BUFFER);
        }
    }
    puppet_end(admin);
    stop();
}

/*
 * All functions around ours with all rights and methods of METHOD_BUFFERED, and other devices'
 * codes.
 */
static void unknown_codes(void)
{
    static const uint32_t others[] = {0,          0x22E008,   0x70000,    0x9C402000,
                                      0x9C4060CC, 0x83500000, 0x8350E000, 0xFFFFFFFC};
    struct process *admin;
    struct up_info info;
    uint32_t handle, function, access;
    unsigned i;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    admin = puppet_start(AS_ADMIN);
    handle = puppet_open(admin, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    for (function = 0x7F0; function < 0x820; function++) {
        for (access = 0; access < 4; access++) {
            uint32_t code = UP_CODE(function, access);

            for (i = 0; i < sizeof codes / sizeof codes[0] && codes[i].code != code; i++) {
            }
            if (i == sizeof codes / sizeof codes[0] && code != UP_IOCTL_IO &&
                code != UP_IOCTL_READ &&
                code != UP_IOCTL_WRITE) { /* these: the suites transfer and single */
                EXPECT_MSG(puppet_control(admin, handle, code, 64, 64) == ERROR_INVALID_FUNCTION,
                           "code %08X", (unsigned)code);
            }
        }
    }
    for (i = 0; i < sizeof others / sizeof others[0]; i++) {
        EXPECT_MSG(puppet_control(admin, handle, others[i], 16, 16) == ERROR_INVALID_FUNCTION,
                   "code %08X", (unsigned)others[i]);
    }
    puppet_end(admin);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.state, UP_STATE_RUNNING);
    stop();
}

static void what_info_and_map_say(void)
{
    static const char list[] = "42-43, 61, 378-37F";
    struct process *puppet;
    struct up_info info;
    uint32_t handle, i;

    start_with(list, UP_SCOPE_OPENERS, 1);
    puppet = puppet_start(AS_USER);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
    EXPECT_EQ(puppet_control(puppet, handle, UP_IOCTL_INFO, 0, sizeof info), 0);
    memcpy(&info, puppet->mail->scan, sizeof info);
    EXPECT_EQ(info.abi_version, UP_ABI_VERSION);
    EXPECT_EQ(info.driver_version >> 24, 3);
    EXPECT_EQ(info.processor, UP_PROCESSOR_I386);
    EXPECT_EQ(info.mechanisms, UP_MECHANISM_IOPM | UP_MECHANISM_LIST);
    EXPECT_EQ(info.state, UP_STATE_RUNNING);
    EXPECT_EQ(info.flags, 0);
    EXPECT_EQ(info.settings_problems, 0);
    EXPECT_EQ(info.scope, UP_SCOPE_OPENERS);
    EXPECT_EQ(info.sticky, 1);
    EXPECT_EQ(info.ports_granted, 11);
    EXPECT_EQ(info.processors, PROCESSORS);
    EXPECT_EQ(info.foreign_ports, 0);
    EXPECT_EQ(info.processes, processes_alive() - 1); /* not the idle process */
    EXPECT_EQ(info.processes_granted, 1);
    EXPECT_EQ(info.files, 1);
    EXPECT_EQ(info.opens, 1);
    EXPECT_EQ(info.processes_renounced, 0);
    for (i = 0; i < sizeof info.reserved / 4; i++) {
        EXPECT_EQ(info.reserved[i], 0); /* and so nothing of the kernel's memory */
    }
    EXPECT_EQ(puppet_control(puppet, handle, UP_IOCTL_MAP, 0, UP_MAP_BYTES), 0);
    EXPECT(memcmp(puppet->mail->scan, ports_of(list)->map, UP_MAP_BYTES) == 0);
    puppet_end(puppet);
    stop();
}

/*
 * The C library's fopen closes what GetFileType does not know; a parallel port is a character
 * device to it.
 */
static void fopen_keeps_it_open(void)
{
    static const WCHAR path[] = L"\\??\\UserPort";
    uint32_t remaining;
    const DEVICE_OBJECT *device;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    device = name_find_device(path, sizeof path / sizeof path[0] - 1, &remaining);
    EXPECT(device != NULL && device->DeviceType == FILE_DEVICE_PARALLEL_PORT);
    stop();
}

/* The effective map, not the policy: while it is suspended it is empty. */
static void map_while_suspended(void)
{
    struct process *admin;
    uint32_t handle, i, open = 0;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    admin = puppet_start(AS_ADMIN);
    handle = puppet_open(admin, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    EXPECT_EQ(puppet_control(admin, handle, UP_IOCTL_SUSPEND, 0, 0), 0);
    EXPECT_EQ(puppet_control(admin, handle, UP_IOCTL_MAP, 0, UP_MAP_BYTES), 0);
    for (i = 0; i < UP_MAP_BYTES; i++) {
        open += admin->mail->scan[i] != 0xFF;
    }
    EXPECT_EQ(open, 0);
    puppet_end(admin);
    stop();
}

/*
 * Reads, writes and the rest are refused by the I/O manager, since the driver has no such entry;
 * only its own four are there.
 */
static void log_of_an_ordinary_life(void)
{
    struct process *admin;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    EXPECT_EQ(event_log_find(UP_MSG_STARTED), 1);
    EXPECT(strcmp(event_log[(event_log_count - 1) % 256].text, "8") == 0); /* %2: the ports */
    admin = puppet_start(AS_ADMIN);
    handle = puppet_open(admin, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    registry_set_ports("lpt1, 0");
    puppet_control(admin, handle, UP_IOCTL_RELOAD, 0, 0);
    EXPECT_EQ(event_log_find(UP_MSG_RELOADED), 1);
    EXPECT(strcmp(event_log[(event_log_count - 1) % 256].text, "9") == 0);
    puppet_control(admin, handle, UP_IOCTL_SUSPEND, 0, 0);
    EXPECT_EQ(event_log_find(UP_MSG_SUSPENDED), 1);
    puppet_control(admin, handle, UP_IOCTL_RESUME, 0, 0);
    EXPECT_EQ(event_log_find(UP_MSG_RESUMED), 1);
    puppet_end(admin);
    stop();
}

/* Two threads open and close, a third asks, while an administrator reloads: nothing tears. */
static void at_the_same_time(void)
{
    struct process *user, *admin;
    struct puppet_slot *spin;
    uint32_t handle, round, mine;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    user = puppet_start(AS_USER);
    admin = puppet_start(AS_ADMIN);
    handle = puppet_open(admin, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    spin = puppet_begin(user, 2, PUPPET_SPIN, 0x378);
    for (round = 0; round < 200; round++) {
        admin->mail->slots[0].b = round % 4 == 3   ? UP_IOCTL_SUSPEND
                                  : round % 4 == 0 ? UP_IOCTL_RESUME
                                                   : UP_IOCTL_RELOAD;
        admin->mail->slots[0].c = admin->mail->slots[0].d = 0;
        puppet_begin(admin, 0, PUPPET_CONTROL, handle);
        mine = puppet_open(user, round % 2, DEVICE, GENERIC_READ);
        EXPECT(mine != NO_HANDLE);
        EXPECT(puppet_close(user, round % 2, mine));
        puppet_finish(&admin->mail->slots[0]);
        EXPECT_EQ(admin->mail->slots[0].value, 1);
    }
    puppet_finish(spin);
    EXPECT_EQ(puppet_in(user, 0, 0x378, 1), DENIED);
    puppet_end(user);
    puppet_end(admin);
    stop();
}

static const struct test tests[] = {
    {"the rights are in the codes: handles to read, to write", rights_of_the_handle},
    {"every code with every length of input and output", every_length},
    {"unknown codes", unknown_codes},
    {"what INFO and MAP say", what_info_and_map_say},
    {"the device is of a type that fopen keeps open", fopen_keeps_it_open},
    {"MAP is the effective map: empty while suspended", map_while_suspended},
    {"the event log of an ordinary life", log_of_an_ordinary_life},
    {"opens, closes and controls at the same time", at_the_same_time},
    {NULL, NULL},
};

const struct suite suite_control = {"control", tests, NULL};
