/* SPDX-License-Identifier: MIT
 *
 * Lists of operations in several real threads, which take the map's lock and give it back as fast
 * as they can, beside SUSPEND and RESUME: a change of the map lets nobody who comes after it go
 * first. The host's lock is as unfair as NT's.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/host/kernel.h"

#define THREADS    3u
#define OPERATIONS 4096u
#define BATCH      64u
#define CHANGES    400u

struct list {
    struct up_io_header header;
    struct up_io_operation operations[OPERATIONS];
};

static struct list lists[THREADS];
static struct up_settings registry;
static volatile bool end;
static volatile uint32_t all_accesses;
static volatile uint32_t accesses; /* while the change that is under way waits, or runs */
static uint32_t most_accesses;

static void access_port(const struct host_access *access)
{
    *access->value = 0;
    all_accesses++; /* the lock is held */
    if (up_state.map_writers != 0) {
        accesses++;
    }
    for (volatile int i = 0; i < 20; i++) { /* a port takes its time */
    }
}

static void *send_lists(void *argument)
{
    struct list *list = argument;
    FILE_OBJECT file = {.FsContext = list};
    IRP irp = {0};

    while (!end) {
        list->header =
            (struct up_io_header){.abi_version = UP_ABI_VERSION, .operations = OPERATIONS};
        HOST_CHECK(up_io_run(list, sizeof *list, &irp, &file) == STATUS_SUCCESS);
        HOST_CHECK(list->header.result == UP_IO_DONE || list->header.result == UP_IO_DENIED);
    }
    return NULL;
}

static void let_lists_run(void)
{
    const uint32_t before = all_accesses;

    while (all_accesses - before < BATCH) {
    }
}

static void change(NTSTATUS (*what)(void))
{
    accesses = 0;
    HOST_CHECK(NT_SUCCESS(what()));
    if (accesses > most_accesses) {
        most_accesses = accesses;
    }
}

/*
 * Each thread may be in a batch when the change comes, or have looked just before; it begins no
 * other one. Before there was a count of those who wait to change the map, a change waited for
 * hundreds.
 */
static void a_change_waits_for_the_batches_that_run(void **state)
{
    pthread_t threads[THREADS];

    (void)state;
    host_reset();
    host.threads = true;
    host.access = access_port;
    host.registry = &registry;
    host.list = lists;
    host.list_bytes = sizeof lists;
    up_portset_deny_all(&registry.ports);
    up_portset_grant(&registry.ports, 0x378, 0x378);
    HOST_CHECK(NT_SUCCESS(up_state_reload()));
    for (uint32_t i = 0; i < THREADS; i++) {
        for (uint32_t k = 0; k < OPERATIONS; k++) {
            lists[i].operations[k] =
                (struct up_io_operation){.kind = UP_IO_READ, .width = 1, .port = 0x378};
        }
        assert_int_equal(pthread_create(&threads[i], NULL, send_lists, &lists[i]), 0);
    }
    for (uint32_t i = 0; i < CHANGES; i++) {
        let_lists_run();
        change(up_state_suspend);
        change(up_state_resume);
    }
    end = true;
    for (uint32_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    print_message("the longest wait of %u changes: %u batches\n", 2 * CHANGES,
                  (most_accesses + BATCH - 1) / BATCH);
    assert_in_range(most_accesses, 1, 2 * THREADS * BATCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_change_waits_for_the_batches_that_run)};

    return cmocka_run_group_tests_name("test_transfer_threads", tests, NULL, NULL);
}
