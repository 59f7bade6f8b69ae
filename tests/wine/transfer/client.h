/* SPDX-License-Identifier: MIT
 *
 * The client of the driver that the tests under Wine are made with: the Win32 API and
 * userport_abi.h, and no library of ours in between. client.c has the tools, the other files the
 * cases, main.c their table.
 */
#ifndef IOLIST_CLIENT_H
#define IOLIST_CLIENT_H

#include <stdint.h>
#include <stdbool.h>
#include <string.h>
#include <windows.h>
#include <ntdef.h>

#include "tests/lib/tap.h"
#include "tests/wine/fake/fake.h"
#include "messages.h"
#include "userport/userport_abi.h"

#define LIST_BYTES_MAX (sizeof(struct up_io_header) + UP_IO_BYTES_MAX)
#define READ_WRITE     (GENERIC_READ | GENERIC_WRITE)
#define PORTS          65536u

/* ---- the device ------------------------------------------------------------------------------ */

/* INVALID_HANDLE_VALUE: GetLastError says why. */
HANDLE device_open_as(const char *name, DWORD access);

/* To read and write; a failure is an expectation that failed. */
HANDLE device_open(void);

/* DeviceIoControl. Result: 0 or the error; *returned is the length that it gave. */
DWORD device_control(HANDLE device, DWORD code, const void *in, DWORD in_length, void *out,
                     DWORD out_length, DWORD *returned);

/* RELOAD, SUSPEND, RESUME through a handle of its own. */
DWORD device_order(DWORD code);

/* INFO, through a handle, or one that is opened for it. */
struct up_info device_info_by(HANDLE device);
struct up_info device_info(void);

/* ---- lists of operations --------------------------------------------------------------------- */

struct list {
    uint8_t sent[LIST_BYTES_MAX + 256];
    uint8_t got[LIST_BYTES_MAX + 256]; /* after list_run */
    DWORD length, returned;
};

/* A list in memory of its own, for use in one thread. */
struct list *list_new(void);
void list_free(struct list *list);

/* Forgets what was in it. */
void list_begin(struct list *list);

/* Adds an operation; all of them before any data. second: the mask or count. Result: its index. */
uint32_t list_add(struct list *list, uint8_t kind, uint8_t width, uint16_t port, uint32_t value,
                  uint32_t second, uint32_t microseconds);
#define list_read(list, width, port)         list_add(list, UP_IO_READ, width, port, 0, 0, 0)
#define list_write(list, width, port, value) list_add(list, UP_IO_WRITE, width, port, value, 0, 0)
#define list_delay(list, microseconds)       list_add(list, UP_IO_DELAY, 0, 0, 0, 0, microseconds)

/* Adds bytes of data; contents NULL: a pattern. Result: where they lie in what is sent. */
uint8_t *list_data(struct list *list, const void *contents, uint32_t bytes);

struct up_io_header *list_header(struct list *list);                    /* that is sent */
struct up_io_operation *list_operation(struct list *list, uint32_t at); /* that is sent */
const struct up_io_header *answer(const struct list *list);
const struct up_io_operation *answer_to(const struct list *list, uint32_t at);
const uint8_t *answer_data(const struct list *list);

/*
 * Runs it, and expects what holds for every list: the length returned, everything outside of the
 * results as it was sent, a refused list answered with nothing. Result: DeviceIoControl's error.
 */
DWORD list_run(HANDLE device, struct list *list);

/* Runs it and expects this answer. done is that of the answer: operations that have run. */
bool list_expect(const char *file, int line, HANDLE device, struct list *list, uint32_t result,
                 uint32_t index, uint32_t port, uint32_t done);
#define EXPECT_LIST(device, list, result, index, port, done)                                       \
    list_expect(__FILE__, __LINE__, device, list, result, index, port, done)
#define EXPECT_DONE(device, list)                                                                  \
    list_expect(__FILE__, __LINE__, device, list, UP_IO_DONE, list_header(list)->operations, 0,    \
                list_header(list)->operations)

/* One access, which must succeed. */
uint32_t port_read(HANDLE device, uint8_t width, uint16_t port);
void port_write(HANDLE device, uint8_t width, uint16_t port, uint32_t value);

/* ---- policy and service ---------------------------------------------------------------------- */

/* The map that a test wants: 0 = granted. */
extern uint8_t wanted_map[UP_MAP_BYTES];
void wanted_grant(uint32_t first, uint32_t last);
void wanted_deny(uint32_t first, uint32_t last);
void wanted_nothing(void);
bool wanted_has(uint32_t port);

/* What each case begins with: 378-37F, 1000-1FFF, the fake's own, FF00-FFFF. */
void wanted_default(void);

/* Writes it to the registry; with a RELOAD, unless it fails. */
void wanted_write(void);
void wanted_reload(void);

/* A value of the service's key; data NULL: deletes it. */
void registry_write(const char *name, DWORD type, const void *data, DWORD bytes);
void registry_write_number(const char *name, uint32_t value);
bool service_key_exists(void);

/* Each gives 0 or the error. path: of the driver, as Windows sees it. */
DWORD service_create(const char *path);
DWORD service_start(void);
DWORD service_stop(void); /* returns at once */
DWORD service_delete(void);

/* SERVICE_...; 0 when there is none. */
DWORD service_state(void);

/* Waits up to ten seconds. */
bool service_wait(DWORD state);

/* From no service to a running one with the wanted map, and back. */
void driver_up(void);
void driver_down(void);
extern const char *driver_path;

/*
 * False for the shipped file: then nothing that reaches a port may be sent, since Wine's driver
 * process ends there, and the cases leave out what would.
 */
extern bool ports_are_fake;

/* The fake driver's ports. */
#define fake_reset(device)    port_write(device, 1, FAKE_RESET, 1)
#define fake_accesses(device) port_read(device, 4, FAKE_ACCESSES)

/* UP_MSG_...: how many entries of one message are in the fake's log, which is emptied. */
unsigned log_entries(uint32_t message);

/* Random numbers, the same in each run. */
uint32_t random_number(uint32_t below);
void random_seed(uint64_t seed);

uint64_t now_us(void);

/* Runs this program once more with an argument; a process handle. */
HANDLE child_start(const char *argument);
int child_main(const char *argument);

/* ---- the cases: control.c, lists.c, times.c, changes.c, life.c, model.c ---------------------- */

void test_service(void);
void test_names(void);
void test_rights(void);
void test_lengths(void);
void test_io_lengths(void);
void test_unknown_codes(void);
void test_info_and_map(void);
void test_who_may_open(void);
void test_who_may_control(void);
void test_rights_asked_for(void);
void test_policy_values(void);

void test_each_access(void);
void test_half_granted(void);
void test_denied_whole(void);
void test_denied_kinds(void);
void test_last_port(void);
void test_denied_counts(void);
void test_headers(void);
void test_bad_operations(void);
void test_bad_blocks(void);
void test_blocks(void);
void test_longest_lists(void);

void test_time_sums(void);
void test_delays(void);
void test_waits(void);
void test_waits_in_vain(void);

void test_suspend_and_reload(void);
void test_change_in_a_list(void);
void test_change_in_a_block(void);
void test_change_in_a_wait(void);
void test_reload_in_a_list(void);
void test_cancelled_list(void);
void test_terminated_caller(void);

void test_many_handles(void);
void test_many_threads(void);
void test_threads_and_changes(void);
void test_close_in_a_call(void);
void test_cancel_in_a_call(void);
void test_killed_in_a_call(void);
void test_stop_while_open(void);
void test_starts_and_stops(void);

void test_model(void);

#endif
