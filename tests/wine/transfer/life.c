/* SPDX-License-Identifier: MIT
 *
 * Handles, threads, processes and the service: many of them, and ends in the middle of things. Wine
 * gives a driver one request after the other, so that two lists never run at the same time here;
 * their ends and orders are real.
 */
#include "client.h"

#define PATIENCE_MS 20000u

static void expect_files(uint32_t files)
{
    unsigned tries;

    for (tries = 0; tries < 500 && device_info().files != files + 1; tries++) {
        Sleep(10);
    }
    EXPECT_EQ(device_info().files, files + 1); /* and that of device_info */
}

void test_many_handles(void)
{
    static HANDLE devices[500];
    const uint32_t opens = device_info().opens;
    unsigned i;

    for (i = 0; i < 500; i++) {
        devices[i] = device_open();
    }
    EXPECT_EQ(device_info().files, 501);
    EXPECT_EQ(device_info().opens, opens + 502);
    for (i = 0; i < 500; i++) {
        port_write(devices[i], 2, (uint16_t)(0x1000 + 2 * i), i * 5);
    }
    for (i = 0; i < 500; i++) {
        EXPECT_EQ(port_read(devices[499 - i], 2, (uint16_t)(0x1000 + 2 * i)), i * 5);
    }
    for (i = 0; i < 500; i++) {
        EXPECT(CloseHandle(devices[i]));
    }
    expect_files(0);
}

/* ---- threads --------------------------------------------------------------------------------- */

#define THREADS 200u

static volatile LONG denied_lists, done_lists;
static volatile bool changing;

/* Eight ports of its own: what it writes is what it reads. */
static void own_ports(HANDLE device, struct list *list, uint32_t number, uint32_t round,
                      bool may_be_denied)
{
    const uint16_t port = (uint16_t)(0x1000 + 8 * number);
    const uint32_t value = number << 16 | round << 8 | 0x55;

    list_begin(list);
    list_write(list, 4, port, value);
    list_write(list, 2, port + 4, ~value);
    list_read(list, 4, port);
    list_read(list, 2, port + 4);
    list_add(list, UP_IO_WRITE_BLOCK, 1, port + 6, 0, 20, 0);
    list_read(list, 1, port + 6);
    list_data(list, NULL, 19);
    *list_data(list, NULL, 1) = (uint8_t)(number + round);
    if (!EXPECT_EQ(list_run(device, list), 0)) {
        return;
    }
    if (may_be_denied && answer(list)->result == UP_IO_DENIED) {
        InterlockedIncrement(&denied_lists);
        EXPECT_EQ(answer(list)->done, 0); /* here, where nothing happens in the middle */
        return;
    }
    InterlockedIncrement(&done_lists);
    EXPECT_EQ(answer(list)->result, UP_IO_DONE);
    EXPECT_EQ(answer_to(list, 2)->value, value);
    EXPECT_EQ(answer_to(list, 3)->value, ~value & 0xFFFF);
    EXPECT_EQ(answer_to(list, 5)->value, (number + round) & 0xFF);
}

static DWORD WINAPI thread_main(void *context)
{
    const uint32_t number = (uint32_t)(uintptr_t)context;
    struct list *list = list_new();
    HANDLE device = device_open();
    uint32_t round;

    for (round = 0; round < 25; round++) {
        own_ports(device, list, number, round, changing);
    }
    CloseHandle(device);
    list_free(list);
    return 0;
}

static void start_threads(HANDLE *threads, unsigned count)
{
    unsigned i;

    denied_lists = done_lists = 0;
    for (i = 0; i < count; i++) {
        threads[i] = CreateThread(NULL, 0x20000, thread_main, (void *)(uintptr_t)i, 0, NULL);
        EXPECT(threads[i] != NULL);
    }
}

static void join_threads(HANDLE *threads, unsigned count)
{
    unsigned i;

    for (i = 0; i < count; i++) {
        EXPECT_EQ(WaitForSingleObject(threads[i], PATIENCE_MS), WAIT_OBJECT_0);
        CloseHandle(threads[i]);
    }
}

void test_many_threads(void)
{
    static HANDLE threads[THREADS];

    start_threads(threads, THREADS);
    join_threads(threads, THREADS);
    EXPECT_EQ(done_lists, 25 * THREADS);
    expect_files(0);
}

/* The grants come and go under threads that use them: each list runs whole or not at all. */
void test_threads_and_changes(void)
{
    static HANDLE threads[THREADS];
    unsigned round;

    changing = true;
    start_threads(threads, THREADS / 4);
    for (round = 0; round < 60; round++) {
        EXPECT_EQ(device_order(round % 3 == 0   ? UP_IOCTL_SUSPEND
                               : round % 3 == 1 ? UP_IOCTL_RELOAD
                                                : UP_IOCTL_RESUME),
                  0);
    }
    join_threads(threads, THREADS / 4);
    changing = false;
    EXPECT_EQ(done_lists + denied_lists, 25 * THREADS / 4);
    EXPECT_EQ(device_info().state, UP_STATE_RUNNING);
    expect_files(0);
}

/* ---- ends in the middle of a call ------------------------------------------------------------ */

struct long_call {
    HANDLE device, started;
    DWORD error;
    uint32_t result;
};

/* A tenth of a second in the driver. */
static DWORD WINAPI long_call_main(void *context)
{
    struct long_call *call = context;
    struct list *list = list_new();

    list_delay(list, 100000);
    list_write(list, 1, 0x1000, 1);
    SetEvent(call->started);
    call->error = device_control(call->device, UP_IOCTL_IO, list->sent, list->length, list->got,
                                 list->length, &list->returned);
    call->result = answer(list)->result;
    list_free(list);
    return 0;
}

static HANDLE long_call_begin(struct long_call *call)
{
    HANDLE thread;

    call->device = device_open();
    call->started = CreateEventA(NULL, FALSE, FALSE, NULL);
    thread = CreateThread(NULL, 0, long_call_main, call, 0, NULL);
    WaitForSingleObject(call->started, PATIENCE_MS);
    Sleep(20);
    return thread;
}

/* It has come back, by one of the ways that there are. */
static void long_call_end(struct long_call *call, HANDLE thread)
{
    EXPECT_EQ(WaitForSingleObject(thread, PATIENCE_MS), WAIT_OBJECT_0);
    EXPECT_MSG(
        call->error == ERROR_OPERATION_ABORTED || call->error == ERROR_INVALID_HANDLE ||
            (call->error == 0 && (call->result == UP_IO_DONE || call->result == UP_IO_CANCELLED)),
        "error %lu, result %lu", call->error, (unsigned long)call->result);
    CloseHandle(thread);
    CloseHandle(call->started);
}

void test_close_in_a_call(void)
{
    struct long_call call;
    HANDLE thread;
    unsigned i;

    for (i = 0; i < 5; i++) {
        thread = long_call_begin(&call);
        EXPECT(CloseHandle(call.device));
        long_call_end(&call, thread);
    }
    expect_files(0);
}

/* Requests that wait for others: an asynchronous file has many. */
static void cancel_many(bool by_thread)
{
    static uint8_t buffers[20][64];
    OVERLAPPED overlapped[20] = {0};
    struct list *list = list_new();
    HANDLE device = CreateFileA(UP_DEVICE_WIN32_NAME, READ_WRITE, 0, NULL, OPEN_EXISTING,
                                FILE_FLAG_OVERLAPPED, NULL);
    DWORD returned, error;
    unsigned i;

    list_delay(list, 50000);
    for (i = 0; i < 20; i++) {
        overlapped[i].hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
        error = DeviceIoControl(device, UP_IOCTL_IO, list->sent, list->length, buffers[i],
                                list->length, NULL, &overlapped[i])
                    ? 0
                    : GetLastError();
        EXPECT(error == 0 || error == ERROR_IO_PENDING);
    }
    EXPECT(by_thread ? CancelIo(device) : CancelIoEx(device, i % 2 ? &overlapped[i / 2] : NULL));
    for (i = 0; i < 20; i++) {
        EXPECT_EQ(WaitForSingleObject(overlapped[i].hEvent, PATIENCE_MS), WAIT_OBJECT_0);
        error = GetOverlappedResult(device, &overlapped[i], &returned, FALSE) ? 0 : GetLastError();
        EXPECT_MSG(error == 0 || error == ERROR_OPERATION_ABORTED, "error %lu", error);
        EXPECT(error != 0 || returned == list->length);
        CloseHandle(overlapped[i].hEvent);
    }
    CloseHandle(device);
    list_free(list);
}

void test_cancel_in_a_call(void)
{
    struct long_call call;
    HANDLE thread;
    unsigned i;

    for (i = 0; i < 4; i++) {
        thread = long_call_begin(&call);
        if (i % 2 == 0) {
            CancelIoEx(call.device, NULL);
        } else {
            CancelSynchronousIo(thread);
        }
        long_call_end(&call, thread);
        CloseHandle(call.device);
    }
    cancel_many(true);
    cancel_many(false);
    expect_files(0);
}

/* A process that is in the driver nearly always. */
int child_main(const char *argument)
{
    struct list *list = list_new();
    HANDLE device;

    (void)argument;
    device = device_open_as(UP_DEVICE_WIN32_NAME, READ_WRITE);
    (void)device_open_as(UP_DEVICE_WIN32_NAME, READ_WRITE);
    for (;;) {
        list_begin(list);
        list_write(list, 1, 0x1040, 0x99);
        list_delay(list, 99000);
        device_control(device, UP_IOCTL_IO, list->sent, list->length, list->got, list->length,
                       &list->returned);
    }
}

void test_killed_in_a_call(void)
{
    HANDLE process, device = device_open();
    unsigned i, tries;

    for (i = 0; i < 4; i++) {
        port_write(device, 1, 0x1040, 0);
        process = child_start("child");
        for (tries = 0; tries < 1000 && port_read(device, 1, 0x1040) != 0x99; tries++) {
            Sleep(10);
        }
        EXPECT_EQ(port_read(device, 1, 0x1040), 0x99);
        Sleep(30 * i);
        EXPECT(TerminateProcess(process, 1));
        EXPECT_EQ(WaitForSingleObject(process, PATIENCE_MS), WAIT_OBJECT_0);
        CloseHandle(process);
        expect_files(1);
    }
    CloseHandle(device);
}

/* ---- the service ----------------------------------------------------------------------------- */

/*
 * Wine unloads a driver at once, files or not (NT waits for the last close; the test machine shows
 * that). What is open is dead then, and stays so when the driver comes again.
 */
void test_stop_while_open(void)
{
    HANDLE devices[3];
    struct list *list = list_new();
    unsigned i;

    for (i = 0; i < 3; i++) {
        devices[i] = device_open();
    }
    /* not granted: the shipped file gets it too, if anyone */
    list_add(list, UP_IO_READ, 1, 0x3000, 0, 0, 0);
    EXPECT_EQ(service_stop(), 0);
    service_wait(SERVICE_STOPPED);
    EXPECT(list_run(devices[0], list) != 0);
    EXPECT(device_open_as(UP_DEVICE_WIN32_NAME, READ_WRITE) == INVALID_HANDLE_VALUE);
    EXPECT_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    EXPECT(CloseHandle(devices[0]));
    EXPECT_EQ(service_start(), 0);
    service_wait(SERVICE_RUNNING);
    EXPECT_EQ(device_info().files, 1);
    EXPECT(list_run(devices[1], list) != 0);
    EXPECT(CloseHandle(devices[1]));
    EXPECT_EQ(device_info().files, 1);
    EXPECT_EQ(service_stop(), 0);
    EXPECT(CloseHandle(devices[2]));
    service_wait(SERVICE_STOPPED);
    EXPECT_EQ(service_start(), 0);
    service_wait(SERVICE_RUNNING);
    list_free(list);
}

void test_starts_and_stops(void)
{
    HANDLE device;
    unsigned i;

    for (i = 0; i < 10; i++) {
        EXPECT_EQ(service_stop(), 0);
        service_wait(SERVICE_STOPPED);
        EXPECT(device_open_as(UP_DEVICE_WIN32_NAME, READ_WRITE) == INVALID_HANDLE_VALUE);
        EXPECT_EQ(service_start(), 0);
        service_wait(SERVICE_RUNNING);
        device = device_open();
        EXPECT_EQ(device_info().opens, 2);
        /* the fake's ports began anew: so did the image */
        EXPECT_EQ(port_read(device, 1, 0x1000), 0);
        port_write(device, 1, 0x1000, 1);
        CloseHandle(device);
    }
}
