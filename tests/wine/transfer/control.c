/* SPDX-License-Identifier: MIT
 *
 * The device but for its lists: the service manager, names, rights, every code and length, who may
 * do what, INFO, MAP, and the policy as it comes out of the registry.
 */
#include "client.h"
#include "tests/machine/tokens.h"

struct code {
    DWORD code, out;
    bool orders; /* RELOAD, SUSPEND, RESUME */
};

static const struct code codes[] = {{UP_IOCTL_INFO, sizeof(struct up_info), false},
                                    {UP_IOCTL_MAP, UP_MAP_BYTES, false},
                                    {UP_IOCTL_SUSPEND, 0, true},
                                    {UP_IOCTL_RELOAD, 0, true},
                                    {UP_IOCTL_RESUME, 0, true},
                                    {UP_IOCTL_RENOUNCE, 0, false}};
#define CODES (sizeof codes / sizeof codes[0])

/* The driver runs when this begins, and ends. */
void test_service(void)
{
    HANDLE device;

    EXPECT_EQ(service_state(), SERVICE_RUNNING);
    EXPECT_EQ(service_start(), ERROR_SERVICE_ALREADY_RUNNING);
    device = device_open();
    CloseHandle(device);
    driver_down();
    EXPECT(device_open_as(UP_DEVICE_WIN32_NAME, READ_WRITE) == INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    EXPECT(!service_key_exists());
    EXPECT_EQ(service_start(), ERROR_SERVICE_DOES_NOT_EXIST);
    driver_up();
    device = device_open();
    CloseHandle(device);
}

/* Wine itself knows of no name behind a device's, and does not ask the driver. */
void test_names(void)
{
    static const char *const others[] = {"\\\\.\\UserPort\\x", "\\\\.\\UserPort\\x\\",
                                         "\\\\.\\UserPort\\UserPort"};
    HANDLE device;
    unsigned i;

    device = device_open_as(UP_DEVICE_WIN32_NAME "\\", GENERIC_READ);
    EXPECT(device != INVALID_HANDLE_VALUE);
    CloseHandle(device);
    /* Delphi's way */
    device = CreateFileA(UP_DEVICE_WIN32_NAME, GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    EXPECT(device != INVALID_HANDLE_VALUE);
    CloseHandle(device);
    for (i = 0; i < sizeof others / sizeof others[0]; i++) {
        EXPECT_MSG(device_open_as(others[i], GENERIC_READ) == INVALID_HANDLE_VALUE, "%s opens",
                   others[i]);
        EXPECT_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    }
}

static DWORD control(HANDLE device, const struct code *code)
{
    static uint8_t out[UP_MAP_BYTES];
    DWORD returned;

    return device_control(device, code->code, NULL, 0, out, code->out, &returned);
}

/* What each handle may: nothing, reading, writing, both. */
void test_rights(void)
{
    static const DWORD accesses[] = {FILE_READ_ATTRIBUTES, GENERIC_READ, GENERIC_WRITE, READ_WRITE};
    struct list *list = list_new();
    unsigned i, access;

    list_delay(list, 0);
    for (access = 0; access < 4; access++) {
        HANDLE device = device_open_as(UP_DEVICE_WIN32_NAME, accesses[access]);

        EXPECT(device != INVALID_HANDLE_VALUE);
        for (i = 0; i < CODES; i++) {
            const unsigned needed = codes[i].orders ? 2 : 1;

            EXPECT_EQ(control(device, &codes[i]),
                      (access & needed) == needed ? 0 : ERROR_ACCESS_DENIED);
        }
        EXPECT_EQ(list_run(device, list), access == 3 ? 0 : ERROR_ACCESS_DENIED);
        CloseHandle(device);
    }
    list_free(list);
}

/* ---- lengths --------------------------------------------------------------------------------- */

static uint8_t in[2 * LIST_BYTES_MAX], out[2 * LIST_BYTES_MAX];

static DWORD wanted_error(DWORD in_length, DWORD out_length, DWORD in_min, DWORD in_max,
                          DWORD out_wanted)
{
    if (out_length < out_wanted) {
        return ERROR_INSUFFICIENT_BUFFER;
    }
    return out_length == out_wanted && in_length >= in_min && in_length <= in_max
               ? 0
               : ERROR_INVALID_USER_BUFFER;
}

/* One call: its error, the length that it returns, and no byte of an answer where there is none. */
static void try_lengths(HANDLE device, DWORD code, DWORD in_length, DWORD out_length, DWORD wanted)
{
    const uint32_t guard = out_length + 16 < sizeof out ? out_length + 16 : (uint32_t)sizeof out;
    DWORD error, returned;
    uint32_t i;

    memset(out, 0xA5, guard);
    error = device_control(device, code, in, in_length, out, out_length, &returned);
    if (!EXPECT_MSG(error == wanted, "code %lX, %lu bytes in, %lu out: error %lu, not %lu", code,
                    in_length, out_length, error, wanted)) {
        return;
    }
    EXPECT_EQ(returned, error == 0 ? out_length : 0);
    for (i = error == 0 ? out_length : 0; i < guard; i++) {
        if (!EXPECT_MSG(out[i] == 0xA5, "code %lX, %lu bytes in, %lu out: byte %lu was written",
                        code, in_length, out_length, (unsigned long)i)) {
            return;
        }
    }
}

/* All lengths up to 300, then steps, and each around the boundaries. */
static DWORD next_length(DWORD length)
{
    static const DWORD boundaries[] = {511,  512,   513,   4095,  4096,  4097,  8190,  8191, 8192,
                                       8193, 16384, 65534, 65535, 65536, 65537, 65566, 65567};
    unsigned i;

    if (length < 300 || length >= 65567) {
        return length + 1;
    }
    for (i = 0; i < sizeof boundaries / sizeof boundaries[0]; i++) {
        if (boundaries[i] > length) {
            return length + 997 < boundaries[i] ? length + 997 : boundaries[i];
        }
    }
    return length + 1;
}

#define LENGTH_MAX (LIST_BYTES_MAX + 20)

void test_lengths(void)
{
    static const DWORD others[] = {1, 31, 32, 128, 8192, 65568, 65569};
    HANDLE device = device_open();
    DWORD length;
    unsigned i, j;

    memset(in, 0, sizeof in);
    for (i = 0; i < CODES; i++) {
        for (length = 0; length <= LENGTH_MAX; length = next_length(length)) {
            try_lengths(device, codes[i].code, 0, length,
                        wanted_error(0, length, 0, 0, codes[i].out));
            try_lengths(device, codes[i].code, length, codes[i].out,
                        wanted_error(length, codes[i].out, 0, 0, codes[i].out));
        }
        for (length = 0; length <= 300; length++) {
            for (j = 0; j < sizeof others / sizeof others[0]; j++) {
                try_lengths(device, codes[i].code, others[j], length,
                            wanted_error(others[j], length, 0, 0, codes[i].out));
            }
        }
    }
    EXPECT_EQ(device_info().state, UP_STATE_RUNNING);
    CloseHandle(device);
}

/*
 * A list of one delay of nothing and as much data as there is room for: good at each length that a
 * list can have.
 */
static void prepare(DWORD in_length)
{
    struct up_io_header *header = (struct up_io_header *)in;
    struct up_io_operation *operation = (struct up_io_operation *)(header + 1);

    memset(in, 0, sizeof *header + sizeof *operation);
    header->abi_version = UP_ABI_VERSION;
    header->operations = 1;
    header->data_bytes = in_length - (uint32_t)(sizeof *header + sizeof *operation);
    operation->kind = UP_IO_DELAY;
}

static void try_io(HANDLE device, DWORD in_length, DWORD out_length)
{
    prepare(in_length);
    try_lengths(device, UP_IOCTL_IO, in_length, out_length,
                wanted_error(in_length, out_length, 48, LIST_BYTES_MAX, in_length));
}

void test_io_lengths(void)
{
    static const DWORD others[] = {0, 47, 48, 300, 8192, 65568, 65569};
    HANDLE device = device_open();
    DWORD length, in_length;
    unsigned i;

    memset(in, 0, sizeof in);
    for (length = 0; length <= LENGTH_MAX; length = next_length(length)) {
        try_io(device, length, length);
        try_io(device, length, length + 1);
        if (length > 0) {
            try_io(device, length, length - 1);
        }
        for (i = 0; i < sizeof others / sizeof others[0]; i++) {
            try_io(device, others[i], length);
            try_io(device, length, others[i]);
        }
    }
    for (in_length = 0; in_length <= 80; in_length++) {
        for (length = 0; length <= 80; length++) {
            try_io(device, in_length, length);
        }
    }
    CloseHandle(device);
}

/* All functions around ours with all rights and methods, and other devices' codes. */
void test_unknown_codes(void)
{
    static const DWORD others[] = {0,          0x22E008,   0x70000,    0x9C402000,
                                   0x9C4060CC, 0x83500000, 0x8350E000, 0xFFFFFFFC};
    HANDLE device = device_open();
    DWORD returned, code;
    uint32_t function, access, method;
    unsigned i;

    for (function = 0x7F0; function < 0x820; function++) {
        for (access = 0; access < 4; access++) {
            for (method = 0; method < 4; method++) {
                code = UP_CODE(function, access) | method;
                for (i = 0; i < CODES && codes[i].code != code; i++) {
                }
                if (i == CODES && code != UP_IOCTL_IO && code != UP_IOCTL_READ &&
                    code != UP_IOCTL_WRITE) {
                    EXPECT_MSG(device_control(device, code, in, 64, out, 64, &returned) ==
                                   ERROR_INVALID_FUNCTION,
                               "code %lX", code);
                }
            }
        }
    }
    for (i = 0; i < sizeof others / sizeof others[0]; i++) {
        EXPECT_MSG(device_control(device, others[i], in, 16, out, 16, &returned) ==
                       ERROR_INVALID_FUNCTION,
                   "code %lX", others[i]);
    }
    EXPECT_EQ(device_info().state, UP_STATE_RUNNING);
    CloseHandle(device);
}

/* ---- INFO, MAP, the access list, the policy -------------------------------------------------- */

static uint32_t count_wanted(void)
{
    uint32_t port, count = 0;

    for (port = 0; port < PORTS; port++) {
        count += wanted_has(port);
    }
    return count;
}

static bool map_is(const uint8_t *map)
{
    HANDLE device = device_open_as(UP_DEVICE_WIN32_NAME, GENERIC_READ);
    DWORD returned;
    bool equal;

    EXPECT_EQ(device_control(device, UP_IOCTL_MAP, NULL, 0, out, UP_MAP_BYTES, &returned), 0);
    EXPECT_EQ(returned, UP_MAP_BYTES);
    equal = memcmp(out, map, UP_MAP_BYTES) == 0;
    CloseHandle(device);
    return equal;
}

/* Of a driver that has just started. */
void test_info_and_map(void)
{
    HANDLE device;
    struct up_info info;
    unsigned i;

    driver_down();
    driver_up();
    device = device_open();
    info = device_info();
    EXPECT_EQ(info.abi_version, UP_ABI_VERSION);
    EXPECT_EQ(info.driver_version >> 24, 3);
    EXPECT_EQ(info.processor, UP_PROCESSOR_AMD64);
    EXPECT_EQ(info.mechanisms, UP_MECHANISM_LIST);
    EXPECT_EQ(info.state, UP_STATE_RUNNING);
    EXPECT_EQ(info.ports_granted, count_wanted());
    EXPECT_EQ(info.files, 2);
    EXPECT_EQ(info.opens, 2);
    EXPECT_EQ(info.scope | info.sticky | info.flags | info.settings_problems | info.processors |
                  info.processes | info.processes_granted | info.processes_missed |
                  info.processes_renounced | info.foreign_ports | info.reloads |
                  info.opens_refused | info.controls_refused | info.transfers_denied |
                  info.port_denied,
              0);
    for (i = 0; i < sizeof info.reserved / sizeof info.reserved[0]; i++) {
        EXPECT_EQ(info.reserved[i], 0);
    }
    EXPECT(map_is(wanted_map));
    CloseHandle(device);
    EXPECT_EQ(device_info().files, 1); /* that of device_info */
}

static const char *const token_names[AS_KINDS] = {TOKEN_KINDS(TOKEN_NAME)};

static void become(enum token_kind token)
{
    registry_write_number(FAKE_TOKEN, token);
}

static void become_again(void)
{
    registry_write(FAKE_TOKEN, 0, NULL, 0);
    registry_write(FAKE_ACCESS, 0, NULL, 0);
    registry_write(FAKE_REMAINS, 0, NULL, 0);
}

/*
 * Does the driver refuse an open? Wine does not hand its refusal to the caller, who gets a file all
 * the same (through which nothing runs, see below); so its counts have to say it. by: a file that
 * was opened before.
 */
static bool is_refused(HANDLE by, const char *name, HANDLE *device)
{
    const struct up_info before = device_info_by(by);
    struct up_info after;

    *device = device_open_as(name, READ_WRITE);
    after = device_info_by(by);
    EXPECT_EQ(after.opens + after.opens_refused, before.opens + before.opens_refused + 1);
    EXPECT_EQ(after.files - before.files, after.opens - before.opens);
    return after.opens_refused != before.opens_refused;
}

/* A file that the driver has not taken: no list runs. */
static void expect_dead(HANDLE by, HANDLE device)
{
    const uint32_t before = fake_accesses(by);
    struct list *list = list_new();

    list_write(list, 1, 0x1000, 1);
    EXPECT_LIST(device, list, UP_IO_CANCELLED, 0, 0, 0);
    EXPECT_EQ(fake_accesses(by), before);
    list_free(list);
}

void test_who_may_open(void)
{
    static const bool may[AS_KINDS] = {
        [AS_SYSTEM] = true,         [AS_ADMIN] = true,         [AS_FILTERED_ADMIN] = true,
        [AS_USER] = true,           [AS_NETWORK_ADMIN] = true, [AS_RESTRICTED_ADMIN] = true,
        [AS_PRIVILEGED_USER] = true};
    HANDLE by, device;
    uint32_t token;
    unsigned i;

    driver_down();
    driver_up();
    by = device_open();
    for (i = 0; i < 3; i++) {
        for (token = 0; token < AS_KINDS; token++) {
            become((enum token_kind)token);
            EXPECT_MSG(is_refused(by, i == 2 ? UP_DEVICE_WIN32_NAME "\\" : UP_DEVICE_WIN32_NAME,
                                  &device) != may[token],
                       "%s", token_names[token]);
            if (!may[token]) {
                expect_dead(by, device);
            }
            CloseHandle(device);
        }
    }
    become_again();
    EXPECT_EQ(log_entries((uint32_t)UP_MSG_OPEN_REFUSED), 1);
    EXPECT_EQ(device_info_by(by).files, 1);
    CloseHandle(by);
}

/* The check is of who calls, not of who opened. */
void test_who_may_control(void)
{
    static const bool may[AS_KINDS] = {
        [AS_SYSTEM] = true, [AS_ADMIN] = true, [AS_NETWORK_ADMIN] = true};
    HANDLE device;
    struct list *list = list_new();
    uint32_t token, refused = 0;
    unsigned i;

    driver_down();
    driver_up();
    device = device_open();
    list_delay(list, 0);
    for (token = 0; token < AS_KINDS; token++) {
        become((enum token_kind)token);
        for (i = 0; i < CODES; i++) {
            const bool allowed = !codes[i].orders || may[token];

            EXPECT_MSG(control(device, &codes[i]) == (allowed ? 0 : ERROR_ACCESS_DENIED),
                       "%s, code %lX", token_names[token], codes[i].code);
            refused += !allowed;
        }
        EXPECT_EQ(list_run(device, list), 0);
    }
    become_again();
    EXPECT_EQ(device_info().state, UP_STATE_RUNNING);
    EXPECT_EQ(device_info().controls_refused, refused);
    EXPECT_EQ(log_entries((uint32_t)UP_MSG_CONTROL_REFUSED), 1);
    CloseHandle(device);
    list_free(list);
}

/* Rights beyond reading and writing are for SYSTEM and administrators. */
void test_rights_asked_for(void)
{
    static const struct {
        DWORD access;
        bool user;
    } table[] = {{GENERIC_READ, true},         {GENERIC_WRITE, true},    {GENERIC_EXECUTE, true},
                 {FILE_READ_ATTRIBUTES, true}, {FILE_READ_DATA, true},   {WRITE_DAC, false},
                 {WRITE_OWNER, false},         {DELETE, false},          {FILE_DELETE_CHILD, false},
                 {GENERIC_ALL, false},         {FILE_ALL_ACCESS, false}, {MAXIMUM_ALLOWED, false}};
    static const uint32_t remains[] = {0, 0xFFFFFFFF, FILE_GENERIC_READ};
    static const enum token_kind who[] = {AS_SYSTEM, AS_ADMIN, AS_NETWORK_ADMIN, AS_USER,
                                          AS_NETWORK_USER};
    HANDLE by = device_open(), device;
    unsigned i, j;

    for (i = 0; i < sizeof table / sizeof table[0] * 3; i++) {
        registry_write_number(FAKE_ACCESS, table[i / 3].access);
        registry_write_number(FAKE_REMAINS, remains[i % 3]);
        for (j = 0; j < sizeof who / sizeof who[0]; j++) {
            const bool may = who[j] != AS_NETWORK_USER && (who[j] != AS_USER || table[i / 3].user);

            become(who[j]);
            EXPECT_MSG(is_refused(by, UP_DEVICE_WIN32_NAME, &device) != may,
                       "%s with %08lX, of which %08X remains", token_names[who[j]],
                       table[i / 3].access, (unsigned)remains[i % 3]);
            CloseHandle(device);
        }
    }
    become_again();
    CloseHandle(by);
}

static void expect_policy(uint32_t problems, uint32_t ports)
{
    struct up_info info;

    EXPECT_EQ(device_order(UP_IOCTL_RELOAD), 0);
    info = device_info();
    EXPECT_EQ(info.settings_problems, problems);
    EXPECT_EQ(info.ports_granted, ports);
}

/* Out of Wine's registry; what values mean is tested with core/settings.c. */
void test_policy_values(void)
{
    static uint8_t value[2 * UP_MAP_BYTES]; /* all granted */
    static uint8_t nothing[UP_MAP_BYTES];

    memset(nothing, 0xFF, sizeof nothing);
    registry_write("IOPM", 0, NULL, 0);
    expect_policy(0x02, 0);
    EXPECT(map_is(nothing));
    registry_write("IOPM", REG_BINARY, value, 1);
    expect_policy(0x01, 8);
    registry_write("IOPM", REG_BINARY, value, 0);
    expect_policy(0x01, 0);
    registry_write("IOPM", REG_BINARY, value, UP_MAP_BYTES - 1);
    expect_policy(0x01, 65528);
    registry_write("IOPM", REG_BINARY, value, UP_MAP_BYTES);
    expect_policy(0, 65536);
    registry_write("IOPM", REG_BINARY, value, UP_MAP_BYTES + 1);
    expect_policy(0x10, 0);
    registry_write("IOPM", REG_BINARY, value, 2 * UP_MAP_BYTES);
    expect_policy(0x10, 0);
    registry_write("IOPM", REG_DWORD, value, 4);
    expect_policy(0x08, 0);
    wanted_write();
    registry_write_number("Scope", 2);
    expect_policy(0x20, 0);
    registry_write_number("Scope", 1);
    registry_write_number("Sticky", 1);
    expect_policy(0, count_wanted());
    EXPECT_EQ(device_info().scope, 1);
    EXPECT_EQ(device_info().sticky, 1);
    registry_write("Sticky", REG_SZ, "1", 2);
    expect_policy(0x40, 0);
    registry_write("Scope", 0, NULL, 0);
    registry_write("Sticky", 0, NULL, 0);
    expect_policy(0, count_wanted());
    EXPECT(map_is(wanted_map));
}
