/* SPDX-License-Identifier: MIT */
#include "dispatch_requests.h"

#include <stdlib.h>

struct requests requests;
struct requests_counts requests_counts;

static struct up_settings registry;
static struct up_portset nothing;

/* What the driver's state must be. */
static struct {
    struct up_settings settings;
    uint32_t state, reloads, opens, opens_refused, controls_refused, transfers_denied, port_denied,
        files, renounced;
} must;

/* The request that events happen to. */
static IRP *running;
static bool list_runs;

/* ---- the state that must be ------------------------------------------------------------------ */

static const uint8_t *effective(void)
{
    return must.state == UP_STATE_RUNNING ? must.settings.ports.map : nothing.map;
}

static void map_changed(void)
{
    HOST_CHECK(memcmp(up_state.installed.map, effective(), UP_MAP_BYTES) == 0);
    if (list_runs) {
        model_map_changed(effective());
    }
}

void requests_registry(uint8_t which)
{
    up_portset_deny_all(&registry.ports);
    for (uint32_t i = 0; i < requests.range_count; i++) {
        if (which >> i & 1u) {
            up_portset_grant(&registry.ports, requests.ranges[i].first, requests.ranges[i].last);
        }
    }
    registry.scope = which >> 7;
    registry.problems = which == 0 ? UP_SETTINGS_IOPM_ABSENT : 0;
}

/* Without instruments, which would take longer than all the rest. */
__attribute__((no_sanitize("address", "undefined", "coverage"))) static uint32_t
granted(const uint8_t *map)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < UP_MAP_BYTES; i += 8) {
        uint64_t bits;

        memcpy(&bits, map + i, sizeof bits);
        count += 64u - (uint32_t)__builtin_popcountll(bits);
    }
    return count;
}

/* What INFO and MAP have to say. */
static void check_info(const uint8_t *answer)
{
    const uint32_t all[32] = {UP_ABI_VERSION,
                              0,
                              UP_PROCESSOR_AMD64,
                              UP_MECHANISM_LIST,
                              must.state,
                              0,
                              must.settings.problems,
                              must.settings.scope,
                              must.settings.sticky,
                              granted(must.settings.ports.map),
                              [14] = must.files,
                              must.reloads,
                              must.opens,
                              must.opens_refused,
                              must.controls_refused,
                              0,
                              must.transfers_denied,
                              must.port_denied,
                              [23] = must.renounced};

    HOST_CHECK(memcmp(answer, all, 4) == 0 && memcmp(answer + 8, all + 2, sizeof all - 8) == 0);
}

/* ---- requests -------------------------------------------------------------------------------- */

static void check_completed(const IRP *irp, NTSTATUS returned, NTSTATUS status,
                            uint32_t information)
{
    HOST_CHECK(irp->completed == 1);
    HOST_CHECK(returned == status && irp->IoStatus.Status == status);
    HOST_CHECK(irp->IoStatus.Information == (NT_SUCCESS(status) ? information : 0));
    host_check_idle();
}

/* CREATE, CLEANUP, CLOSE. */
static void plain(DRIVER_DISPATCH *dispatch, FILE_OBJECT *file, NTSTATUS status)
{
    IO_STACK_LOCATION stack = {.FileObject = file};
    IRP irp = {.stack = &stack};

    requests_counts.calls++;
    check_completed(&irp, dispatch(NULL, &irp), status, 0);
}

void requests_close(FILE_OBJECT *file, bool is_cleanup)
{
    must.files -= file->FsContext != NULL;
    plain(is_cleanup ? up_device_cleanup : up_device_close, file, STATUS_SUCCESS);
    HOST_CHECK(file->FsContext == NULL && host.files == (int32_t)must.files);
}

void requests_open(FILE_OBJECT *file, uint8_t faults, uint8_t name)
{
    static WCHAR names[3] = {'\\', 'x', '\\'};
    NTSTATUS status = STATUS_SUCCESS;

    if (file->FsContext != NULL) {
        requests_close(file, true);
    }
    file->FileName = (UNICODE_STRING){(USHORT)(name % 4u * 2u), 6,
                                      name % 4u == 0 ? NULL : names + (name >> 2) % 2u};
    host.open_allowed = faults & FAULT_ACCESS ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
    host.no_record = (faults & FAULT_RECORD) != 0;
    host.opened_status = faults & FAULT_OPENED ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
    if (name % 4u > 1 || (name % 4u == 1 && names[(name >> 2) % 2u] != '\\')) {
        status = STATUS_OBJECT_NAME_NOT_FOUND;
    } else if (faults & FAULT_ACCESS) {
        status = STATUS_ACCESS_DENIED;
    }
    must.opens_refused += !NT_SUCCESS(status);
    if (NT_SUCCESS(status) && faults & FAULT_RECORD) {
        status = STATUS_INSUFFICIENT_RESOURCES;
    } else if (NT_SUCCESS(status) && faults & FAULT_OPENED) {
        status = STATUS_UNSUCCESSFUL;
    }
    must.opens += NT_SUCCESS(status);
    must.files += NT_SUCCESS(status);
    plain(up_device_create, file, status);
    HOST_CHECK((file->FsContext != NULL) == NT_SUCCESS(status) &&
               host.files == (int32_t)must.files);
}

/*
 * What a control code with these lengths has to answer, by docs/protocol.md, before its work
 * begins.
 */
static NTSTATUS refusal(uint32_t code, uint32_t in, uint32_t out, bool is_administrator)
{
    uint32_t wanted = 0;
    bool in_is_good = in == 0;
    bool is_control = false;

    switch (code) {
    case 0x83506000:
        wanted = 128;
        break;
    case 0x83506004:
        wanted = 8192;
        break;
    case 0x8350E008:
        wanted = in;
        in_is_good = in >= 48 && in <= 65568;
        break;
    case 0x83506018:
        wanted = 4;
        in_is_good = in == 4;
        break;
    case 0x8350A01C:
        in_is_good = in == 8;
        break;
    case 0x8350A00C:
    case 0x8350A010:
    case 0x8350A014:
        is_control = true;
        break;
    case 0x83506020:
        break;
    default:
        return STATUS_INVALID_DEVICE_REQUEST;
    }
    if (out < wanted) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    if (out != wanted || !in_is_good) {
        return STATUS_INVALID_BUFFER_SIZE;
    }
    return is_control && !is_administrator ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
}

/* Result: what the code's work has to end with; the state that must be is brought up to date. */
static NTSTATUS foresee(uint32_t code, uint8_t faults)
{
    const uint32_t state = must.state;

    if (code == 0x83506020) {
        must.renounced += (faults & FAULT_RECORD) == 0;
        return faults & FAULT_RECORD    ? STATUS_INSUFFICIENT_RESOURCES
               : faults & FAULT_INSTALL ? STATUS_UNSUCCESSFUL
                                        : STATUS_SUCCESS;
    }
    if (code == 0x8350A00C) {
        must.settings = registry;
        must.state = state == UP_STATE_FAULT ? UP_STATE_RUNNING : state;
    } else if (code == 0x8350A010) {
        must.state = UP_STATE_SUSPENDED;
    } else if (code == 0x8350A014) {
        must.state = UP_STATE_RUNNING;
    } else {
        return STATUS_SUCCESS;
    }
    if (code != 0x8350A00C && must.state == state) {
        return STATUS_SUCCESS; /* nothing has to be installed */
    }
    if (faults & FAULT_INSTALL) {
        must.state = UP_STATE_FAULT;
        return STATUS_UNSUCCESSFUL;
    }
    must.reloads += code == 0x8350A00C;
    return STATUS_SUCCESS;
}

void requests_control(uint32_t code, FILE_OBJECT *file, uint32_t in, uint32_t out, uint8_t faults)
{
    const uint32_t length = in > out ? in : out;
    IO_STACK_LOCATION stack = {.Parameters = {{out, in, code}}, .FileObject = file};
    IRP irp = {.stack = &stack};
    const NTSTATUS refused = refusal(code, in, out, (faults & FAULT_ACCESS) == 0);
    const NTSTATUS status = NT_SUCCESS(refused) ? foresee(code, faults) : refused;
    uint8_t *const buffer = length != 0 ? malloc(length) : NULL;

    must.controls_refused += status == STATUS_ACCESS_DENIED;
    irp.AssociatedIrp.SystemBuffer = buffer;
    host.control_allowed = faults & FAULT_ACCESS ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
    host.install_status = faults & FAULT_INSTALL ? STATUS_UNSUCCESSFUL : STATUS_SUCCESS;
    host.renounce_status = host.install_status;
    host.no_record = (faults & FAULT_RECORD) != 0;
    requests_counts.calls++;
    check_completed(&irp, up_device_control(NULL, &irp), status, out);
    host.install_status = STATUS_SUCCESS;
    if (code == 0x83506000 && NT_SUCCESS(status)) {
        check_info(buffer);
    } else if (code == 0x83506004 && NT_SUCCESS(status)) {
        HOST_CHECK(memcmp(buffer, effective(), UP_MAP_BYTES) == 0);
    } else if (code >= 0x8350A00C && code <= 0x8350A014) {
        map_changed();
    }
    free(buffer);
}

/* ---- one access ------------------------------------------------------------------------------ */

static struct {
    uint32_t count, port, width, value;
    bool is_write;
} accessed;

static void access_alone(const struct host_access *access)
{
    accessed.count++;
    accessed.port = access->port;
    accessed.width = access->width;
    accessed.is_write = access->is_write;
    if (access->is_write) {
        accessed.value = *access->value;
    } else {
        *access->value = accessed.value;
    }
}

/* The status by docs/protocol.md; a denied port is counted. */
static NTSTATUS judge_access(const FILE_OBJECT *file, uint32_t where)
{
    const uint32_t port = where & 0xFFFFu;
    const uint32_t width = where >> 16;

    if (width != 1 && width != 2 && width != 4) {
        return STATUS_INVALID_PARAMETER;
    }
    if (file->FsContext == NULL) {
        return STATUS_CANCELLED;
    }
    for (uint32_t each = port; each < port + width; each++) {
        if (each > 0xFFFFu || (effective()[each / 8] >> each % 8 & 1) != 0) {
            must.transfers_denied++;
            must.port_denied = each;
            return STATUS_ACCESS_DENIED;
        }
    }
    return STATUS_SUCCESS;
}

void requests_access(FILE_OBJECT *file, bool is_write, bool is_fast, uint32_t where, uint32_t value)
{
    static const uint32_t masks[5] = {[1] = 0xFF, [2] = 0xFFFF, [4] = ~0u};
    const uint32_t code = is_write ? 0x8350A01C : 0x83506018;
    const uint32_t width = where >> 16;
    const uint32_t lengths[2][2] = {{4, 4}, {8, 0}};
    const NTSTATUS status = judge_access(file, where);
    uint32_t buffer[2] = {where, value};
    uint32_t answer = 0;

    accessed.count = 0;
    accessed.value = is_write ? 0 : value & (width <= 4 ? masks[width] : 0);
    host.access = access_alone;
    requests_counts.calls++;
    if (is_fast) {
        IO_STATUS_BLOCK result = {.Information = ~(ULONG_PTR)0};

        HOST_CHECK(up_access_fast.FastIoDeviceControl(file, TRUE, (void *)(uintptr_t)where, 0,
                                                      (void *)(uintptr_t)value, 0, code, &result,
                                                      NULL));
        HOST_CHECK(result.Status == status);
        answer = (uint32_t)result.Information;
        host_check_idle();
    } else {
        IO_STACK_LOCATION stack = {
            .Parameters = {{lengths[is_write][1], lengths[is_write][0], code}}, .FileObject = file};
        IRP irp = {.stack = &stack, .AssociatedIrp = {buffer}};

        check_completed(&irp, up_device_control(NULL, &irp), status, lengths[is_write][1]);
        answer = NT_SUCCESS(status) && !is_write ? buffer[0] : 0;
    }
    host.access = model_access;
    HOST_CHECK(accessed.count == NT_SUCCESS(status));
    if (NT_SUCCESS(status)) {
        HOST_CHECK(accessed.port == (where & 0xFFFFu) && accessed.width == width &&
                   accessed.is_write == is_write);
        HOST_CHECK(is_write ? accessed.value == value && answer == 0 : answer == accessed.value);
    } else {
        HOST_CHECK(answer == 0);
    }
    requests_counts.accesses += accessed.count;
}

/* ---- what happens meanwhile ------------------------------------------------------------------ */

static void over(bool is_seen_at_once)
{
    if (list_runs) {
        model_over(is_seen_at_once);
    }
}

static void happen(const struct requests_event *event)
{
    static const uint32_t changes[] = {0x8350A00C, 0x8350A010, 0x8350A014};
    static const struct {
        uint32_t code, out;
    } asked[] = {{0x83506000, 128}, {0x83506004, 8192}, {0x83506020, 0}};
    LONGLONG jump;

    switch (event->action % 16u) {
    case 0:
    case 1:
    case 2:
    case 3:
        requests_registry(event->number);
        requests_control(0x8350A00C, running->stack->FileObject, 0, 0, 0);
        break;
    case 4:
    case 5:
    case 6:
        requests_control(changes[event->number % 3u], running->stack->FileObject, 0, 0,
                         event->number & 0x80 ? FAULT_INSTALL : 0);
        break;
    case 7:
        requests_control(0x8350A010, running->stack->FileObject, 0, 0, 0);
        requests_control(0x8350A014, running->stack->FileObject, 0, 0, 0);
        break;
    case 8:
    case 9:
        running->Cancel = 1;
        over(true);
        break;
    case 10:
    case 11:
        requests_close(running->stack->FileObject, true);
        over(true);
        break;
    case 12:
    case 13:
        host.thread_ends = true;
        over(false);
        break;
    case 14:
        jump = host.frequency / 1000 * event->number * (event->action & 16u ? 1000 : 1);
        host.now += jump;
        model_jump(jump);
        break;
    default:
        requests_control(asked[event->number % 3u].code, running->stack->FileObject, 0,
                         asked[event->number % 3u].out, 0);
    }
}

static void at(enum host_moment moment)
{
    for (uint32_t i = 0; i < REQUESTS_EVENTS; i++) {
        if (requests.events[i].left != 0 && requests.events[i].moment == moment &&
            --requests.events[i].left == 0) {
            happen(&requests.events[i]);
        }
    }
}

/* ---- lists and all --------------------------------------------------------------------------- */

void requests_list(FILE_OBJECT *file, uint8_t *buffer, uint32_t in, uint32_t out, uint8_t faults,
                   uint8_t seed)
{
    static uint8_t sent[REQUESTS_LENGTH_MAX];
    IO_STACK_LOCATION stack = {.Parameters = {{out, in, 0x8350E008}}, .FileObject = file};
    IRP irp = {
        .stack = &stack, .AssociatedIrp = {buffer}, .Cancel = (faults & FAULT_CANCELLED) != 0};
    NTSTATUS status = refusal(0x8350E008, in, out, true);

    memcpy(sent, buffer, in);
    if (NT_SUCCESS(status)) {
        status = model_header(buffer, in);
    }
    host.accesses = host.holds = host.looks = host.turns = 0;
    host.list = buffer;
    host.list_bytes = in;
    host.thread_ends = (faults & FAULT_ENDING) != 0;
    running = &irp;
    list_runs = NT_SUCCESS(status);
    if (list_runs) {
        model_begin(sent, effective(), seed);
        if (faults & (FAULT_CANCELLED | FAULT_ENDING) || file->FsContext == NULL) {
            model_over(faults & FAULT_CANCELLED || file->FsContext == NULL);
        }
    }
    host.at = at;
    requests_counts.calls++;
    check_completed(&irp, up_device_control(NULL, &irp), status, out);
    host.at = NULL;
    requests_counts.accesses += host.accesses;
    if (list_runs) {
        const uint32_t result = model_end(buffer, in);

        must.transfers_denied += result == UP_IO_DENIED;
        requests_counts.lists++;
        requests_counts.done += result == UP_IO_DONE;
        requests_counts.denied_later += result == UP_IO_DENIED && host.accesses != 0;
        requests_counts.cancelled += result == UP_IO_CANCELLED;
        if (result == UP_IO_DENIED) {
            memcpy(&must.port_denied, buffer + 24, sizeof must.port_denied);
        }
        HOST_CHECK((uint32_t)up_state.transfers_denied == must.transfers_denied);
    } else {
        HOST_CHECK(host.accesses == 0 && memcmp(buffer, sent, in) == 0);
    }
    list_runs = false;
}

static NTSTATUS apply_work(void *context)
{
    (void)context;
    return up_state_apply();
}

void requests_start(void)
{
    memset(&must, 0, sizeof must);
    must.state = UP_STATE_RUNNING;
    memset(requests.files, 0, sizeof requests.files);
    up_portset_deny_all(&nothing);
    host.registry = &registry;
    host.access = model_access;
    requests_registry(0x7F);
    must.settings = registry;
    up_state_read_settings();
    HOST_CHECK(NT_SUCCESS(up_worker_run(&up_keeper, UP_URGENT, apply_work, NULL)));
    map_changed();
}

void requests_end(void)
{
    for (uint32_t i = 0; i < REQUESTS_FILES; i++) {
        if (requests.files[i].FsContext != NULL) {
            requests_close(&requests.files[i], false);
        }
    }
    HOST_CHECK(host.files == 0);
    requests_control(0x83506000, &requests.files[0], 0, 128, 0);
}
