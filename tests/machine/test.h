/* SPDX-License-Identifier: MIT
 *
 * The tests' own tools: cases that become TAP lines, the driver's start and stop, and puppets:
 * processes in ring 3 that do what a test tells them, each thread through a slot of its mailbox
 * (user/machine_abi.h).
 */
#ifndef MACHINE_TEST_H
#define MACHINE_TEST_H

#include "program.h"
#include "core/settings.h"
#include "core/portset.h"
#include "userport/userport_abi.h"

#define MACHINE_PASSED 0x10
#define MACHINE_FAILED 0x11

#define DENIED ((uint32_t)STATUS_PRIVILEGED_INSTRUCTION)

struct test {
    const char *name;
    void (*run)(void);
};

struct suite {
    const char *name;
    const struct test *tests; /* NULL name: the end */
    /* instead of tests: a suite that is no TAP, such as the demonstration */
    void (*run)(void);
};

extern const struct suite suite_grant, suite_scope, suite_changes, suite_control, suite_access,
    suite_settings, suite_failures, suite_renounce, suite_foreign, suite_names, suite_single,
    suite_transfer, suite_transfer_time, suite_clients, suite_soak, suite_programs,
    suite_userportctl, suite_machine, suite_demo, suite_bench, suite_bad;

bool suite_run(const char *name);

/* One expectation of the running case: a failure is said, and fails it. Result: ok. */
bool expect_at(const char *file, int line, bool ok, const char *format, ...)
    __attribute__((format(gnu_printf, 4, 5)));
#define EXPECT(condition)          expect_at(__FILE__, __LINE__, (condition), "%s", #condition)
#define EXPECT_MSG(condition, ...) expect_at(__FILE__, __LINE__, (condition), __VA_ARGS__)
#define EXPECT_EQ(is, wanted)                                                                      \
    do {                                                                                           \
        uint32_t is_ = (uint32_t)(is), wanted_ = (uint32_t)(wanted);                               \
        expect_at(__FILE__, __LINE__, is_ == wanted_, "%s is %X, not %X (%s)", #is, (unsigned)is_, \
                  (unsigned)wanted_, #wanted);                                                     \
    } while (0)

/* Sets the policy, starts the driver; a failure fails the case. */
void start_with(const char *ports, uint32_t scope, uint32_t sticky);
void start(void);
void stop(void); /* as userportctl does: waits for nothing; handles must be closed */

struct process *puppet_start(enum token_kind token);
/* Ends the puppet in the normal way. */
void puppet_end(struct process *puppet);
/* Gives a command to a thread and waits for it; result: the slot. */
struct puppet_slot *puppet_do(struct process *puppet, unsigned thread, uint32_t command, uint32_t a,
                              uint32_t b, uint32_t c);
/* Gives it and does not wait. */
struct puppet_slot *puppet_begin(struct process *puppet, unsigned thread, uint32_t command,
                                 uint32_t a);
void puppet_finish(struct puppet_slot *slot); /* sets stop, waits */

/* Sets the priority of all its threads: 8 is what they begin with, 1 the least. */
void puppet_set_priority(struct process *puppet, int priority);

/* IN of a width: the exception code, 0 when it was allowed. */
uint32_t puppet_in(struct process *puppet, unsigned thread, uint16_t port, unsigned width);
uint32_t puppet_out(struct process *puppet, unsigned thread, uint16_t port, unsigned width,
                    uint32_t value);
/* CreateFile and CloseHandle; a handle of FFFFFFFF: the error is in the slot. */
uint32_t puppet_open(struct process *puppet, unsigned thread, const char *name, uint32_t access);
uint32_t puppet_close(struct process *puppet, unsigned thread, uint32_t handle);
/*
 * DeviceIoControl: the error code, 0 when it was done. The input is the mailbox's buffer, the
 * output its scan.
 */
uint32_t puppet_control(struct process *puppet, uint32_t handle, uint32_t code, uint32_t in_length,
                        uint32_t out_length);
/*
 * IN from each of the 65,536 ports on that processor, against the map: the number of differences.
 */
uint32_t puppet_scan(struct process *puppet, uint32_t cpu, const struct up_portset *expected);

/* Opens the device, gets the information, closes it. */
bool get_info(struct up_info *info);
/* An administrator's process opens the device and sends a control code that has no data. */
void control_as_admin(uint32_t code);
/* Waits until a spinning thread has counted far enough to have seen its epoch. */
void let_spin(volatile uint32_t *count);
/*
 * What a spinning thread has counted over a grant and a revoke, with a round's number for the
 * message.
 */
void expect_epochs(const struct puppet_slot *spin, uint32_t round);
/* What the tests' own list syntax gives. */
const struct up_portset *ports_of(const char *list);
/*
 * Runs a program to its end: its exit status; its output in *output (valid until the next call) if
 * not NULL.
 */
uint32_t run_program(const char *file, const char *arguments, const char **output);
uint32_t run_program_as(enum token_kind token, const char *file, const char *arguments,
                        const char **output);

uint32_t random_number(void); /* fixed seed */

/* Win32's error codes (winerror.h), which the DDK's headers do not bring. */
#define ERROR_FILE_NOT_FOUND      2
#define ERROR_ACCESS_DENIED       5
#define ERROR_INVALID_FUNCTION    1
#define ERROR_INSUFFICIENT_BUFFER 122
#define ERROR_INVALID_USER_BUFFER 1784
#define ERROR_NO_SYSTEM_RESOURCES 1450

#define DEVICE "\\\\.\\UserPort"

#endif
