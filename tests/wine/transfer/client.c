/* SPDX-License-Identifier: MIT
 *
 * The tools of the tests under Wine: the device, lists, the registry, the service manager.
 */
#include <stdlib.h>

#include "client.h"

#define SERVICE_NAME "UserPort"
#define SERVICE_KEY  "SYSTEM\\CurrentControlSet\\Services\\UserPort"
#define UNTOUCHED    0xA5
#define GUARD        64u /* bytes behind an answer that are looked at */

uint8_t wanted_map[UP_MAP_BYTES];
const char *driver_path;
bool ports_are_fake;

/* ---- the device ------------------------------------------------------------------------------ */

HANDLE device_open_as(const char *name, DWORD access)
{
    return CreateFileA(name, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0,
                       NULL);
}

HANDLE device_open(void)
{
    HANDLE device = device_open_as(UP_DEVICE_WIN32_NAME, READ_WRITE);

    EXPECT_MSG(device != INVALID_HANDLE_VALUE, "cannot open the device: error %lu", GetLastError());
    return device;
}

DWORD device_control(HANDLE device, DWORD code, const void *in, DWORD in_length, void *out,
                     DWORD out_length, DWORD *returned)
{
    *returned = 0;
    if (DeviceIoControl(device, code, (void *)in, in_length, out, out_length, returned, NULL)) {
        return 0;
    }
    return GetLastError();
}

DWORD device_order(DWORD code)
{
    HANDLE device = device_open();
    DWORD returned;
    DWORD error = device_control(device, code, NULL, 0, NULL, 0, &returned);

    CloseHandle(device);
    return error;
}

struct up_info device_info_by(HANDLE device)
{
    struct up_info info = {0};
    DWORD returned;

    EXPECT_EQ(device_control(device, UP_IOCTL_INFO, NULL, 0, &info, sizeof info, &returned), 0);
    EXPECT_EQ(returned, sizeof info);
    return info;
}

struct up_info device_info(void)
{
    HANDLE device = device_open_as(UP_DEVICE_WIN32_NAME, GENERIC_READ);
    struct up_info info = device_info_by(device);

    CloseHandle(device);
    return info;
}

/* ---- lists of operations --------------------------------------------------------------------- */

struct list *list_new(void)
{
    struct list *list = VirtualAlloc(NULL, sizeof *list, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);

    if (list == NULL) {
        abort();
    }
    list_begin(list);
    return list;
}

void list_free(struct list *list)
{
    VirtualFree(list, 0, MEM_RELEASE);
}

struct up_io_header *list_header(struct list *list)
{
    return (struct up_io_header *)list->sent;
}

struct up_io_operation *list_operation(struct list *list, uint32_t at)
{
    return (struct up_io_operation *)(list->sent + sizeof(struct up_io_header)) + at;
}

const struct up_io_header *answer(const struct list *list)
{
    return (const struct up_io_header *)list->got;
}

const struct up_io_operation *answer_to(const struct list *list, uint32_t at)
{
    return (const struct up_io_operation *)(list->got + sizeof(struct up_io_header)) + at;
}

const uint8_t *answer_data(const struct list *list)
{
    return (const uint8_t *)answer_to(list, ((const struct up_io_header *)list->sent)->operations);
}

/* The fields of the answer are sent as garbage: the driver has no business with them. */
void list_begin(struct list *list)
{
    memset(list_header(list), 0xCC, sizeof(struct up_io_header));
    list_header(list)->abi_version = UP_ABI_VERSION;
    list_header(list)->operations = 0;
    list_header(list)->data_bytes = 0;
    list_header(list)->moved = 0;
    list->length = sizeof(struct up_io_header);
}

uint32_t list_add(struct list *list, uint8_t kind, uint8_t width, uint16_t port, uint32_t value,
                  uint32_t second, uint32_t microseconds)
{
    const uint32_t at = list_header(list)->operations++;

    *list_operation(list, at) = (struct up_io_operation){.kind = kind,
                                                         .width = width,
                                                         .port = port,
                                                         .value = value,
                                                         .mask = second,
                                                         .microseconds = microseconds};
    list->length += sizeof(struct up_io_operation);
    return at;
}

uint8_t *list_data(struct list *list, const void *contents, uint32_t bytes)
{
    uint8_t *at = list->sent + list->length;
    uint32_t i;

    for (i = 0; i < bytes; i++) {
        at[i] = contents != NULL ? ((const uint8_t *)contents)[i] : (uint8_t)(i * 7 + (i >> 8) + 1);
    }
    list_header(list)->data_bytes += bytes;
    list->length += bytes;
    return at;
}

/* Marks what of an answer may differ from what was sent. */
static bool is_result(const struct list *list, uint32_t offset)
{
    const struct up_io_header *header = (const struct up_io_header *)list->sent;
    const uint32_t data = sizeof *header + header->operations * sizeof(struct up_io_operation);
    const struct up_io_operation *operation;
    uint32_t i, from;

    if (offset < sizeof *header) {
        return offset >= offsetof(struct up_io_header, moved);
    }
    if (offset < data) {
        operation = (const struct up_io_operation *)(header + 1) +
                    (offset - sizeof *header) / sizeof *operation;
        from = (offset - (uint32_t)sizeof *header) % (uint32_t)sizeof *operation;
        return (operation->kind == UP_IO_READ || operation->kind == UP_IO_WAIT) && from >= 4 &&
               from < 8;
    }
    for (i = 0; i < header->operations; i++) {
        operation = (const struct up_io_operation *)(header + 1) + i;
        if (operation->kind == UP_IO_READ_BLOCK && offset - data >= operation->offset &&
            offset - data < operation->offset + operation->count * operation->width) {
            return true;
        }
    }
    return false;
}

static void expect_rest_as_sent(const struct list *list)
{
    uint32_t i;

    for (i = 0; i < list->length; i++) {
        if (list->got[i] != list->sent[i] && !is_result(list, i)) {
            EXPECT_MSG(false, "byte %lu of the answer was %02X and is %02X", (unsigned long)i,
                       list->sent[i], list->got[i]);
            return;
        }
    }
}

static void expect_untouched(const struct list *list, uint32_t from)
{
    uint32_t i;

    for (i = from; i < list->length + GUARD; i++) {
        if (!EXPECT_MSG(list->got[i] == UNTOUCHED, "byte %lu behind the answer was written",
                        (unsigned long)i)) {
            return;
        }
    }
}

DWORD list_run(HANDLE device, struct list *list)
{
    DWORD error;

    memset(list->got, UNTOUCHED, list->length + GUARD);
    error = device_control(device, UP_IOCTL_IO, list->sent, list->length, list->got, list->length,
                           &list->returned);
    if (error != 0) {
        EXPECT_EQ(list->returned, 0);
        expect_untouched(list, 0);
    } else {
        EXPECT_EQ(list->returned, list->length);
        expect_rest_as_sent(list);
        expect_untouched(list, list->length);
    }
    return error;
}

bool list_expect(const char *file, int line, HANDLE device, struct list *list, uint32_t result,
                 uint32_t index, uint32_t port, uint32_t done)
{
    const DWORD error = list_run(device, list);
    const struct up_io_header *is = answer(list);

    if (error != 0) {
        return tap_expect(file, line, false, "the list is refused with error %lu", error);
    }
    return tap_expect(
        file, line,
        is->result == result && is->index == index && is->port == port && is->done == done,
        "result %lu index %lu port %lX done %lu, not %lu %lu %lX %lu", (unsigned long)is->result,
        (unsigned long)is->index, (unsigned long)is->port, (unsigned long)is->done,
        (unsigned long)result, (unsigned long)index, (unsigned long)port, (unsigned long)done);
}

/* A list of one operation, without the care of list_run: there are many. */
static uint32_t one_access(HANDLE device, uint8_t kind, uint8_t width, uint16_t port,
                           uint32_t value)
{
    struct {
        struct up_io_header header;
        struct up_io_operation operation;
    } list = {{.abi_version = UP_ABI_VERSION, .operations = 1},
              {kind, width, port, {value}, {0}, 0}};
    DWORD returned, error;

    error = device_control(device, UP_IOCTL_IO, &list, sizeof list, &list, sizeof list, &returned);
    EXPECT_MSG(error == 0 && list.header.result == UP_IO_DONE, "port %X: error %lu, result %lu",
               port, error, (unsigned long)list.header.result);
    return list.operation.value;
}

uint32_t port_read(HANDLE device, uint8_t width, uint16_t port)
{
    return one_access(device, UP_IO_READ, width, port, 0);
}

void port_write(HANDLE device, uint8_t width, uint16_t port, uint32_t value)
{
    one_access(device, UP_IO_WRITE, width, port, value);
}

unsigned log_entries(uint32_t message)
{
    HANDLE device = device_open();
    unsigned count = 0;
    uint32_t code;

    while ((code = port_read(device, 4, FAKE_LOG)) != 0) {
        count += code == (message & 0xFFFFu);
    }
    CloseHandle(device);
    return count;
}

/* ---- policy ---------------------------------------------------------------------------------- */

void wanted_nothing(void)
{
    memset(wanted_map, 0xFF, sizeof wanted_map);
}

void wanted_grant(uint32_t first, uint32_t last)
{
    for (; first <= last; first++) {
        wanted_map[first / 8] &= (uint8_t) ~(1u << first % 8);
    }
}

void wanted_deny(uint32_t first, uint32_t last)
{
    for (; first <= last; first++) {
        wanted_map[first / 8] |= (uint8_t)(1u << first % 8);
    }
}

void wanted_default(void)
{
    wanted_nothing();
    wanted_grant(0x378, 0x37F);
    wanted_grant(0x1000, 0x1FFF);
    wanted_grant(0xE000, 0xE07F);
    wanted_grant(0xFF00, 0xFFFF);
}

bool wanted_has(uint32_t port)
{
    return port < PORTS && !(wanted_map[port / 8] >> port % 8 & 1u);
}

void registry_write(const char *name, DWORD type, const void *data, DWORD bytes)
{
    HKEY key;

    if (EXPECT_EQ(RegOpenKeyExA(HKEY_LOCAL_MACHINE, SERVICE_KEY, 0, KEY_SET_VALUE, &key), 0)) {
        if (data != NULL) {
            EXPECT_EQ(RegSetValueExA(key, name, 0, type, data, bytes), 0);
        } else {
            RegDeleteValueA(key, name);
        }
        RegCloseKey(key);
    }
}

void registry_write_number(const char *name, uint32_t value)
{
    registry_write(name, REG_DWORD, &value, sizeof value);
}

bool service_key_exists(void)
{
    HKEY key;

    if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, SERVICE_KEY, 0, KEY_QUERY_VALUE, &key) != 0) {
        return false;
    }
    RegCloseKey(key);
    return true;
}

void wanted_write(void)
{
    registry_write("IOPM", REG_BINARY, wanted_map, sizeof wanted_map);
}

void wanted_reload(void)
{
    wanted_write();
    EXPECT_EQ(device_order(UP_IOCTL_RELOAD), 0);
}

/* ---- the service manager --------------------------------------------------------------------- */

DWORD service_create(const char *path)
{
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CREATE_SERVICE);
    SC_HANDLE service = CreateServiceA(manager, SERVICE_NAME, "UserPort", SERVICE_ALL_ACCESS,
                                       SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START,
                                       SERVICE_ERROR_NORMAL, path, NULL, NULL, NULL, NULL, NULL);
    DWORD error = service == NULL ? GetLastError() : 0;

    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    return error;
}

enum service_request { START, STOP, DELETE_IT, QUERY };

static DWORD service_ask(enum service_request request, SERVICE_STATUS *status)
{
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT);
    SC_HANDLE service = OpenServiceA(manager, SERVICE_NAME, SERVICE_ALL_ACCESS);
    DWORD error = 0;
    BOOL done = service != NULL;

    if (done) {
        done = request == START       ? StartServiceA(service, 0, NULL)
               : request == STOP      ? ControlService(service, SERVICE_CONTROL_STOP, status)
               : request == DELETE_IT ? DeleteService(service)
                                      : QueryServiceStatus(service, status);
    }
    if (!done) {
        error = GetLastError();
    }
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    return error;
}

DWORD service_start(void)
{
    return service_ask(START, NULL);
}

DWORD service_stop(void)
{
    SERVICE_STATUS status;

    return service_ask(STOP, &status);
}

DWORD service_delete(void)
{
    return service_ask(DELETE_IT, NULL);
}

DWORD service_state(void)
{
    SERVICE_STATUS status = {0};

    return service_ask(QUERY, &status) == 0 ? status.dwCurrentState : 0;
}

bool service_wait(DWORD state)
{
    unsigned tries;

    for (tries = 0; tries < 1000; tries++) {
        if (service_state() == state) {
            return true;
        }
        Sleep(10);
    }
    return EXPECT_MSG(false, "the service is in state %lu, not %lu", service_state(), state);
}

void driver_up(void)
{
    EXPECT_EQ(service_create(driver_path), 0);
    wanted_write();
    EXPECT_EQ(service_start(), 0);
    service_wait(SERVICE_RUNNING);
}

void driver_down(void)
{
    EXPECT_EQ(service_stop(), 0);
    service_wait(SERVICE_STOPPED);
    EXPECT_EQ(service_delete(), 0);
}

/* ---- the rest -------------------------------------------------------------------------------- */

static uint64_t seed_now = 1;

void random_seed(uint64_t seed)
{
    seed_now = seed;
}

uint32_t random_number(uint32_t below)
{
    seed_now = seed_now * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed_now >> 33) % below;
}

uint64_t now_us(void)
{
    LARGE_INTEGER frequency, count;

    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&count);
    return (uint64_t)count.QuadPart * 1000000u / (uint64_t)frequency.QuadPart;
}

HANDLE child_start(const char *argument)
{
    char program[MAX_PATH], line[MAX_PATH + 64];
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process = {0};

    GetModuleFileNameA(NULL, program, sizeof program);
    snprintf(line, sizeof line, "\"%s\" %s", program, argument);
    EXPECT(CreateProcessA(program, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process));
    CloseHandle(process.hThread);
    return process.hProcess;
}
