/* SPDX-License-Identifier: MIT
 *
 * Accesses of followed tasks on their way into the recorder's ring (follow/ring_linux.h): a full
 * ring is waited for, a module is told once, and before its first access.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "follow/ring_linux.h"

#define ACCESSES (3u * UP_RING_SLOTS)

static struct up_ring *ring;
static struct up_process process;
static struct up_task task;

static int prepare(void **state)
{
    (void)state;
    ring = calloc(1, sizeof *ring);
    process = (struct up_process){.id = getpid(), .tasks = 1};
    task = (struct up_task){.id = getpid(), .process = &process};
    up_ring_init(ring, 1000000000u, 0);
    return ring == NULL;
}

static int clean(void **state)
{
    (void)state;
    up_code_clear(&process.code);
    free(ring);
    return 0;
}

static volatile bool is_written, are_in_order = true;

static void *take_late(void *taken)
{
    struct up_ring_slot slot;
    uint32_t *next = taken;

    while (!is_written || up_ring_is_stuck(ring)) {
        usleep(20000); /* longer than it takes to fill it */
        while (up_ring_take(ring, &slot)) {
            if (slot.kind == UP_RING_ACCESS) {
                are_in_order = are_in_order && slot.what.access.value == *next;
                ++*next;
            }
        }
    }
    return NULL;
}

static void test_full(void **state)
{
    const uint64_t address = (uint64_t)(uintptr_t)take_late;
    uint32_t taken = 0, i;
    pthread_t reader;

    (void)state;
    assert_int_equal(pthread_create(&reader, NULL, take_late, &taken), 0);
    for (i = 0; i < ACCESSES; i++) {
        up_follow_record(ring, &task, address, 0x378, 1, i, 0);
    }
    is_written = true;
    assert_int_equal(pthread_join(reader, NULL), 0);
    assert_true(are_in_order);
    assert_int_equal(taken, ACCESSES);
    assert_int_equal(ring->lost, 0);
}

static void test_module(void **state)
{
    const uint64_t address = (uint64_t)(uintptr_t)test_module;
    struct up_ring_slot module, first, second;

    (void)state;
    up_follow_record(ring, &task, address, 0x378, 2, 0x1234, UP_RECORD_WRITE);
    up_follow_record(ring, &task, address + 1, 0x379, 1, 0xFF, UP_RECORD_DENIED);
    assert_true(up_ring_take(ring, &module) && up_ring_take(ring, &first) &&
                up_ring_take(ring, &second));
    assert_int_equal(module.kind, UP_RING_MODULE);
    assert_memory_equal(module.what.module.name, "test_follow_ring", sizeof "test_follow_ring");
    assert_int_equal(first.what.access.base, module.what.module.base);
    assert_true(module.what.module.base <= address);
    assert_int_equal(first.what.access.address, address);
    assert_int_equal(first.what.access.value, 0x1234);
    assert_int_equal(first.width, 2);
    assert_int_equal(first.flags, UP_RECORD_WRITE);
    assert_int_equal(first.process, getpid());
    assert_int_equal(second.what.access.port, 0x379);
    assert_int_equal(second.flags, UP_RECORD_DENIED);
    assert_false(up_ring_take(ring, &first));
}

static void test_none(void **state)
{
    (void)state;
    up_follow_record(NULL, &task, 0, 0x378, 1, 0, 0); /* nothing is recorded */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_full, prepare, clean),
        cmocka_unit_test_setup_teardown(test_module, prepare, clean),
        cmocka_unit_test_setup_teardown(test_none, prepare, clean),
    };

    return cmocka_run_group_tests_name("follow_ring", tests, NULL, NULL);
}
