/* SPDX-License-Identifier: MIT
 *
 * The tests of the amd64 driver under Wine: transfer_client FAKE SHIPPED, with the paths of the two
 * drivers as Windows sees them. Every case runs with the fake driver; those that reach no port,
 * with the shipped file too. With a third argument only cases whose names contain it. (A single
 * argument: a child of one of the cases.)
 */
#define TAP_MAIN
#include "client.h"

enum with { FAKE, BOTH };

static const struct {
    const char *name;
    void (*run)(void);
    enum with with;
} cases[] = {
    {"service: create, start, start again, stop, delete; the device and the key go", test_service,
     BOTH},
    {"service: starts and stops", test_starts_and_stops, FAKE},
    {"service: stop while open", test_stop_while_open, BOTH},
    {"device: names", test_names, BOTH},
    {"device: what a handle may do", test_rights, BOTH},
    {"device: every code with every length", test_lengths, BOTH},
    {"device: lists of every length", test_io_lengths, BOTH},
    {"device: unknown codes", test_unknown_codes, BOTH},
    {"device: INFO and MAP", test_info_and_map, BOTH},
    {"device: the policy out of the registry", test_policy_values, BOTH},
    {"access list: who may open", test_who_may_open, FAKE},
    {"access list: who may reload, suspend, resume", test_who_may_control, FAKE},
    {"access list: rights asked for", test_rights_asked_for, FAKE},
    {"list: each access, each width", test_each_access, FAKE},
    {"list: each byte of a width denied", test_half_granted, BOTH},
    {"list: ends of ranges, every kind and width", test_denied_kinds, BOTH},
    {"list: the last port", test_last_port, BOTH},
    {"list: denied whole", test_denied_whole, BOTH},
    {"list: what is denied is counted, and logged once", test_denied_counts, BOTH},
    {"list: headers that make no sense", test_headers, BOTH},
    {"list: every kind and width that there is a byte for", test_bad_operations, BOTH},
    {"list: blocks that make no sense", test_bad_blocks, BOTH},
    {"list: blocks", test_blocks, FAKE},
    {"list: the longest", test_longest_lists, FAKE},
    {"time: sums", test_time_sums, BOTH},
    {"time: delays", test_delays, FAKE},
    {"time: waits", test_waits, FAKE},
    {"time: waits in vain", test_waits_in_vain, FAKE},
    {"changes: suspend, reload, resume between lists", test_suspend_and_reload, FAKE},
    {"changes: suspended in the middle of a list", test_change_in_a_list, FAKE},
    {"changes: suspended in the middle of a block", test_change_in_a_block, FAKE},
    {"changes: suspended in the middle of a wait", test_change_in_a_wait, FAKE},
    {"changes: reloaded in the middle of a list", test_reload_in_a_list, FAKE},
    {"changes: cancelled in the middle", test_cancelled_list, FAKE},
    {"changes: the caller is ended in the middle", test_terminated_caller, FAKE},
    {"callers: 500 handles", test_many_handles, FAKE},
    {"callers: 200 threads", test_many_threads, FAKE},
    {"callers: threads, while grants come and go", test_threads_and_changes, FAKE},
    {"callers: the handle is closed in a call", test_close_in_a_call, FAKE},
    {"callers: CancelIo, CancelIoEx, CancelSynchronousIo", test_cancel_in_a_call, FAKE},
    {"callers: a process is killed in a call", test_killed_in_a_call, FAKE},
    {"model: random lists", test_model, FAKE},
};
#define CASES (sizeof cases / sizeof cases[0])

static bool is_chosen(unsigned at, enum with with, const char *only)
{
    return cases[at].with >= with && (only == NULL || strstr(cases[at].name, only) != NULL);
}

static unsigned count(enum with with, const char *only)
{
    unsigned i, chosen = 0;

    for (i = 0; i < CASES; i++) {
        chosen += is_chosen(i, with, only);
    }
    return chosen;
}

static void (*running)(void);

/*
 * Each begins with the same grants and with fake ports that are all 0, and ends with a driver that
 * did nothing wrong.
 */
static void run_one(void)
{
    HANDLE device;

    wanted_default();
    wanted_reload();
    EXPECT_EQ(device_order(UP_IOCTL_RESUME), 0);
    if (ports_are_fake) {
        device = device_open();
        fake_reset(device);
        CloseHandle(device);
    }
    random_seed(1);
    running();
    if (ports_are_fake) {
        wanted_default();
        wanted_reload();
        device = device_open();
        EXPECT_EQ(port_read(device, 4, FAKE_VIOLATIONS), 0);
        CloseHandle(device);
    }
}

static void run(enum with with, const char *only)
{
    char name[200];
    uint64_t start;
    unsigned i;

    ports_are_fake = with == FAKE;
    for (i = 0; i < CASES; i++) {
        if (is_chosen(i, with, only)) {
            snprintf(name, sizeof name, "%s%s", cases[i].name,
                     with == BOTH ? " (the shipped file)" : "");
            running = cases[i].run;
            start = now_us();
            tap_case(name, run_one);
            tap_note("%llu ms", (now_us() - start) / 1000);
        }
    }
}

static void down(void)
{
    driver_down();
    EXPECT(!service_key_exists());
    EXPECT_MSG(DeleteFileA(driver_path), "%s cannot be deleted: %lu", driver_path, GetLastError());
}

int main(int argc, char **argv)
{
    const char *only = argc > 3 ? argv[3] : NULL;
    enum with with;

    if (argc == 2) {
        return child_main(argv[1]);
    }
    if (argc < 3) {
        return 2;
    }
    tap_plan(count(FAKE, only) + count(BOTH, only) + 4);
    for (with = FAKE; with <= BOTH; with++) {
        driver_path = argv[1 + with];
        wanted_default();
        tap_case(with == FAKE ? "start" : "start (the shipped file)", driver_up);
        run(with, only);
        tap_case(with == FAKE ? "stop, delete" : "stop, delete (the shipped file)", down);
    }
    return tap_end();
}
