/* SPDX-License-Identifier: MIT
 *
 * lib/ over tables of back ends that this file makes up: the choice among them, blocks in steps.
 * And threads: each has its own failure, and one handle serves many.
 */
#include "library.h"

#include <pthread.h>

/* A back end that counts the steps of blocks, and fails one of them. */
static struct {
    uint32_t steps, elements, fail_at, moved;
    uint8_t *next;
} stepped;

static up_error open_nothing(up_handle *handle, struct up_failure_detail *detail)
{
    (void)handle, (void)detail;
    return UP_OK;
}

static void close_nothing(up_handle *handle)
{
    (void)handle;
}

static up_error count_step(up_handle *handle, up_operation *block, struct up_failure_detail *detail)
{
    (void)handle;
    assert_true(block->count >= 1 && block->count * block->width <= UP_BLOCK_BYTES_MAX);
    assert_ptr_equal(block->buffer, stepped.next);
    stepped.next += block->count * block->width;
    stepped.elements += block->count;
    if (stepped.steps++ == stepped.fail_at) {
        detail->system_error = 995;
        detail->moved = stepped.moved;
        return UP_ERR_CANCELLED;
    }
    if (block->kind == UP_IO_READ_BLOCK) {
        memset(block->buffer, 0x5A, block->count * block->width);
    }
    return UP_OK;
}

static const struct up_backend stepping = {
    .id = UP_BACKEND_IOCTL, .open = open_nothing, .close = close_nothing, .block = count_step};

static void test_large_blocks_take_steps(void **state)
{
    static const struct up_backend *const among[] = {&stepping, NULL};
    const uint32_t step = UP_BLOCK_BYTES_MAX; /* 65,520 */
    up_handle *handle;
    uint8_t *bytes = malloc(3 * step + 4);

    (void)state;
    assert_int_equal(step, 65520);
    assert_int_equal(up_open_among(among, UP_BACKEND_ANY, &handle), UP_OK);
    for (uint32_t width = 1; width <= 4; width *= 2) {
        for (uint32_t count = step / width - 1; count <= step / width + 1; count++) {
            stepped.steps = stepped.elements = 0;
            stepped.fail_at = ~0u;
            stepped.next = bytes;
            assert_int_equal(width == 1 ? up_in8_block(handle, 0, bytes, count)
                             : width == 2
                                 ? up_in16_block(handle, 0, (uint16_t *)(void *)bytes, count)
                                 : up_out32_block(handle, 0, (uint32_t *)(void *)bytes, count),
                             UP_OK);
            assert_int_equal(stepped.elements, count);
            assert_int_equal(stepped.steps, count > step / width ? 2 : 1);
        }
    }
    memset(bytes, 0, 3 * step + 4);
    stepped.steps = stepped.elements = 0;
    stepped.fail_at = 2;
    stepped.next = bytes;
    assert_int_equal(up_in8_block(handle, 0x1F0, bytes, 3 * step + 4), UP_ERR_CANCELLED);
    assert_int_equal(stepped.steps, 3); /* none after the failure */
    assert_int_equal(bytes[2 * step - 1], 0x5A);
    assert_int_equal(bytes[2 * step], 0xFF);
    assert_int_equal(bytes[3 * step + 3], 0xFF);
    assert_text("cannot read a block from port 1F0: the request was cancelled (995). Before that, "
                "the first 131040 "
                "elements were transferred.");
    assert_moved(2 * step, 0);
    stepped.steps = 0;
    stepped.moved = 3;
    stepped.next = bytes;
    assert_int_equal(up_out16_block(handle, 0x1F0, (uint16_t *)(void *)bytes, 3 * step / 2),
                     UP_ERR_CANCELLED);
    assert_moved(step + 3, 0); /* of two bytes each */
    stepped.steps = 2;
    stepped.moved = 1;
    stepped.next = bytes;
    assert_int_equal(up_out8_block(handle, 0x1F0, bytes, 2), UP_ERR_CANCELLED);
    assert_text("cannot write a block to port 1F0: the request was cancelled (995). Before that, "
                "the first element was "
                "transferred.");
    up_close(handle);
    free(bytes);
}

/* ---- the choice among back ends -------------------------------------------------------------- */

static up_error open_unsupported(up_handle *handle, struct up_failure_detail *detail)
{
    (void)handle;
    detail->why = "first reason";
    return UP_ERR_UNSUPPORTED;
}

static up_error open_not_running(up_handle *handle, struct up_failure_detail *detail)
{
    (void)handle;
    assert_null(detail->why); /* nothing is left of the one before */
    detail->system_error = 2;
    return UP_ERR_NOT_RUNNING;
}

static void test_the_first_that_works_is_chosen(void **state)
{
    static const struct up_backend no_map = {.id = UP_BACKEND_DIRECT, .open = open_unsupported};
    static const struct up_backend stopped = {.id = UP_BACKEND_IOCTL, .open = open_not_running};
    static const struct up_backend *const falls_through[] = {&no_map, &stepping, &up_backend_fake,
                                                             NULL};
    static const struct up_backend *const stops[] = {&no_map, &stopped, &up_backend_fake, NULL};
    up_handle *handle;

    (void)state;
    assert_int_equal(up_open_among(falls_through, UP_BACKEND_ANY, &handle), UP_OK);
    assert_int_equal(up_backend(handle), UP_BACKEND_IOCTL);
    assert_int_equal(up_fake_reset(handle), UP_ERR_UNSUPPORTED);
    assert_text("cannot use the fake: the handle is not one of the fake.");
    up_close(handle);
    assert_int_equal(up_open_among(falls_through, UP_BACKEND_DIRECT | UP_BACKEND_FAKE, &handle),
                     UP_OK);
    assert_int_equal(up_backend(handle), UP_BACKEND_FAKE);
    up_close(handle);
    assert_int_equal(up_open_among(falls_through, UP_BACKEND_DIRECT, &handle), UP_ERR_UNSUPPORTED);
    assert_text("cannot open the ports: first reason.");
    assert_int_equal(up_open_among(stops, UP_BACKEND_ANY | UP_BACKEND_FAKE, &handle),
                     UP_ERR_NOT_RUNNING);
    assert_null(handle);
    assert_int_equal(up_system_error(), 2);
    assert_text("cannot open \\\\.\\UserPort: the driver is not running (2). Start it, as an "
                "administrator: userportctl start, or UserPort.exe.");
}

/* ---- threads --------------------------------------------------------------------------------- */

#define THREADS 8
#define ROUNDS  2000

struct worker {
    up_handle *shared;
    uint16_t port;
    unsigned wrong;
};

/*
 * Denied accesses of its own port on a handle of its own, granted ones on the shared handle, in
 * turn.
 */
static void *work(void *argument)
{
    struct worker *worker = argument;
    up_handle *own = NULL;
    struct up_portset none;
    up_failure failure;
    uint8_t value;

    up_last_failure(&failure);
    worker->wrong += failure.error != UP_OK; /* a new thread has no failure */
    up_portset_deny_all(&none);
    worker->wrong +=
        up_open(UP_BACKEND_FAKE, &own) != UP_OK || up_fake_grant(own, none.map) != UP_OK;
    for (unsigned i = 0; i < ROUNDS && worker->wrong == 0; i++) {
        worker->wrong += up_in8(own, worker->port, &value) != UP_ERR_DENIED;
        worker->wrong += up_out8(worker->shared, worker->port, (uint8_t)i) != UP_OK;
        worker->wrong +=
            up_in8(worker->shared, worker->port, &value) != UP_OK || value != (uint8_t)i;
        up_last_failure(&failure); /* success left it */
        worker->wrong += failure.error != UP_ERR_DENIED || failure.port != worker->port;
    }
    up_close(own);
    return NULL;
}

static void test_threads(void **state)
{
    struct worker workers[THREADS];
    pthread_t threads[THREADS];
    up_handle *shared = new_fake();
    up_failure before, after;

    (void)state;
    up_in8(NULL, 0x111, NULL);
    up_last_failure(&before);
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.shared = shared, .port = (uint16_t)(0x200 + i)};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(workers[i].wrong, 0);
    }
    assert_int_equal(journal_length(shared), THREADS * ROUNDS * 2);
    up_last_failure(&after);
    assert_memory_equal(&before, &after, sizeof before);
    up_close(shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_large_blocks_take_steps),
        cmocka_unit_test(test_the_first_that_works_is_chosen),
        cmocka_unit_test(test_threads),
    };

    return cmocka_run_group_tests_name("lib_backends", tests, NULL, NULL);
}
