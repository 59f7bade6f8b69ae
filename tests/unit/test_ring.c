/* SPDX-License-Identifier: MIT
 *
 * Tests of record/ring.c and session/session.c: what many threads put into the ring comes out
 * whole, each thread's in its order, or is counted as lost; a thread that ends in the middle of an
 * access holds nobody up; devices get the program's accesses; and a session leaves nothing behind
 * when it cannot be opened. The sinks are lists in memory.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "session/session.h"
#include "session/system.h"

/* ---- a sink in memory ------------------------------------------------------------------------ */

#define THREADS     4u
#define EACH        300000u
#define RECORDS_MAX 64u

struct list {
    struct up_sink sink;
    uint64_t count, lost, closed_at, last_time;
    uint32_t flushes, closes, next[THREADS];
    bool is_disordered, fails, is_slow;
    struct up_record records[RECORDS_MAX];
};

static bool add(struct up_sink *sink, const struct up_record *record)
{
    struct list *list = (struct list *)(void *)sink;

    if (list->fails) {
        return false;
    }
    if (list->is_slow && list->count % 4096u == 0) {
        up_sleep(1);
    }
    if (list->count < RECORDS_MAX) {
        list->records[list->count] = *record;
    }
    list->count++;
    if (record->time < list->last_time) {
        list->is_disordered = true;
    }
    list->last_time = record->time;
    if (record->thread < THREADS) {
        list->is_disordered |= record->value < list->next[record->thread];
        list->next[record->thread] = record->value + 1u;
    }
    return true;
}

static bool lost(struct up_sink *sink, uint64_t time, uint64_t count)
{
    struct list *list = (struct list *)(void *)sink;

    (void)time;
    list->lost += count;
    return true;
}

static bool flush(struct up_sink *sink)
{
    ((struct list *)(void *)sink)->flushes++;
    return true;
}

static bool close_list(struct up_sink *sink, uint64_t time, struct up_error_detail *problem)
{
    struct list *list = (struct list *)(void *)sink;

    list->closes++;
    list->closed_at = time;
    if (list->fails) {
        up_error_detail_set(problem, 28, NULL, "the list is full");
    }
    return !list->fails;
}

static struct list new_list(void)
{
    return (struct list){.sink = {add, lost, flush, close_list}};
}

/* ---- into the ring --------------------------------------------------------------------------- */

static void put(struct up_ring *ring, uint32_t thread, uint32_t value)
{
    uint32_t number;
    struct up_ring_slot *slot = up_ring_begin(ring, true, &number);

    if (slot != NULL) {
        slot->kind = UP_RING_ACCESS;
        slot->width = 4;
        slot->flags = UP_RECORD_WRITE;
        slot->process = 1;
        slot->thread = thread;
        slot->what.access.time = up_clock_ticks();
        slot->what.access.address = 0x401234;
        slot->what.access.base = 0x400000;
        slot->what.access.value = value;
        slot->what.access.port = 0x378;
        up_ring_commit(slot, number);
    }
}

static void put_module(struct up_ring *ring, uint32_t process, uint64_t base, const char *name)
{
    uint32_t number;
    struct up_ring_slot *slot = up_ring_begin(ring, false, &number);

    assert_non_null(slot);
    slot->kind = UP_RING_MODULE;
    slot->process = process;
    slot->what.module.base = base;
    strncpy(slot->what.module.name, name, sizeof slot->what.module.name);
    up_ring_commit(slot, number);
}

static struct up_session *open_session(struct list *list, const char *routes)
{
    static struct up_routes read;
    struct up_session_start start = {.routes = &read, .watch = &list->sink};
    struct up_error_detail problem;
    struct up_session *session;

    assert_true(up_routes_parse(routes, strlen(routes), &read, NULL));
    session = up_session_open(&start, &problem);
    assert_non_null(session);
    return session;
}

/* ---- the ring alone -------------------------------------------------------------------------- */

static void test_a_full_ring_counts(void **state)
{
    struct up_ring *ring = calloc(1, sizeof *ring);
    struct up_ring_slot slot;
    uint32_t i, number;

    (void)state;
    assert_non_null(ring);
    assert_false(up_ring_is_valid(ring));
    up_ring_init(ring, 1000, 5);
    assert_true(up_ring_is_valid(ring));
    assert_false(up_ring_take(ring, &slot));
    for (i = 0; i < UP_RING_SLOTS + 7; i++) {
        put(ring, 0, i);
    }
    assert_null(up_ring_begin(ring, false, &number)); /* the name of a module is no access */
    assert_int_equal(ring->lost, 7);
    for (i = 0; i < UP_RING_SLOTS; i++) {
        assert_true(up_ring_take(ring, &slot));
        assert_int_equal(slot.what.access.value, i);
    }
    assert_false(up_ring_take(ring, &slot));
    assert_false(up_ring_is_stuck(ring));
    put(ring, 0, 99);
    assert_true(up_ring_take(ring, &slot));
    assert_int_equal(slot.what.access.value, 99);
    free(ring);
}

static void test_the_counters_wrap(void **state)
{
    struct up_ring *ring = calloc(1, sizeof *ring);
    struct up_ring_slot slot;
    uint32_t i;

    (void)state;
    assert_non_null(ring);
    up_ring_init(ring, 1000, 5);
    ring->written = ring->read = 0u - 3u;
    for (i = 0; i < 10; i++) {
        put(ring, 0, i);
    }
    for (i = 0; i < 10; i++) {
        assert_true(up_ring_take(ring, &slot));
        assert_int_equal(slot.what.access.value, i);
    }
    assert_false(up_ring_take(ring, &slot));
    free(ring);
}

static void test_an_access_that_is_not_completed(void **state)
{
    struct up_ring *ring = calloc(1, sizeof *ring);
    struct up_ring_slot slot;
    uint32_t number;

    (void)state;
    assert_non_null(ring);
    up_ring_init(ring, 1000, 5);
    assert_non_null(up_ring_begin(ring, true, &number));
    put(ring, 0, 2);
    assert_false(up_ring_take(ring, &slot));
    assert_true(up_ring_is_stuck(ring));
    up_ring_skip(ring);
    assert_true(up_ring_take(ring, &slot));
    assert_int_equal(slot.what.access.value, 2);
    assert_false(up_ring_is_stuck(ring));
    free(ring);
}

/* ---- a session ------------------------------------------------------------------------------- */

struct writer {
    struct up_ring *ring;
    uint32_t thread;
};

static void *write_many(void *context)
{
    const struct writer *writer = context;
    uint32_t i;

    for (i = 0; i < EACH; i++) {
        put(writer->ring, writer->thread, i);
    }
    return NULL;
}

static void run_writers(struct list *list)
{
    struct up_session *session = open_session(list, "");
    struct writer writers[THREADS];
    struct up_session_counts counts;
    pthread_t threads[THREADS];
    uint32_t i;

    for (i = 0; i < THREADS; i++) {
        writers[i] = (struct writer){up_session_ring(session), i};
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, &writers[i]), 0);
    }
    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_true(up_session_close(session, &counts, NULL));
    assert_int_equal(counts.recorded, list->count);
    assert_int_equal(counts.lost, list->lost);
    assert_int_equal(list->count + list->lost, THREADS * EACH);
    assert_false(list->is_disordered);
    assert_int_equal(list->closes, 1);
    assert_true(list->closed_at >= list->last_time);
}

static void test_many_threads(void **state)
{
    struct list list = new_list();

    (void)state;
    run_writers(&list);
}

static void test_a_slow_sink_loses_and_says_so(void **state)
{
    struct list list = new_list();

    (void)state;
    list.is_slow = true;
    run_writers(&list);
    assert_true(list.lost > 0);
}

static void test_modules(void **state)
{
    struct list list = new_list();
    struct up_session *session = open_session(&list, "");
    struct up_ring *ring = up_session_ring(session);

    (void)state;
    put(ring, 0, 1);
    put_module(ring, 1, 0x400000, "one.exe");
    put_module(ring, 2, 0x400000, "another.exe");
    put(ring, 0, 2);
    put_module(ring, 1, 0x400000, "later\n.exe");
    put(ring, 0, 3);
    put_module(ring, 1, 0x400000, "0123456789012345678901234567890123456789 and more");
    put(ring, 0, 4);
    assert_true(up_session_close(session, NULL, NULL));
    assert_int_equal(list.count, 4);
    assert_null(list.records[0].module);
    assert_int_equal(list.records[0].offset, 0x1234);
    /* the names are gone with the session: what they were is in the tests of the formats */
    assert_non_null(list.records[1].module);
    assert_int_equal(list.records[3].address, 0x401234);
    assert_int_equal(list.records[3].width, 4);
    assert_int_equal(list.records[3].process, 1);
}

static void test_a_dead_thread_holds_nobody_up(void **state)
{
    struct list list = new_list();
    struct up_session *session = open_session(&list, "");
    struct up_ring *ring = up_session_ring(session);
    struct up_session_counts counts;
    uint32_t number, waited;

    (void)state;
    put(ring, 0, 1);
    assert_non_null(up_ring_begin(ring, true, &number));
    put(ring, 0, 2);
    for (waited = 0; list.count < 2 && waited < 20000; waited += 10) {
        up_sleep(10);
    }
    assert_int_equal(list.count, 2); /* while the session goes on */
    assert_true(waited >= 500);
    assert_non_null(up_ring_begin(ring, true, &number));
    put(ring, 0, 3);
    assert_true(up_session_close(session, &counts, NULL));
    assert_int_equal(counts.recorded, 3);
    assert_int_equal(counts.lost, 2);
    assert_true(list.flushes > 5);
}

static void test_what_a_hostile_program_puts_in(void **state)
{
    struct list list = new_list();
    struct up_session *session = open_session(&list, "");
    struct up_ring *ring = up_session_ring(session);
    struct up_ring_slot *slot;
    uint32_t i, number;

    (void)state;
    ring->frequency = 0;
    ring->version = 99;
    ring->slots = 1;
    slot = up_ring_begin(ring, true, &number);
    memset((uint8_t *)slot + 4, 0xFF, sizeof *slot - 4);
    up_ring_commit(slot, number);
    slot = up_ring_begin(ring, false, &number);
    memset((uint8_t *)slot + 4, 0xFF, sizeof *slot - 4);
    slot->kind = UP_RING_MODULE;
    up_ring_commit(slot, number);
    up_sleep(20);
    ring->written += 0x12345678u; /* slots that were never filled */
    for (i = 0; i < 100; i++) {
        put(ring, 0, i);
    }
    assert_true(up_session_close(session, NULL, NULL));
    assert_true(list.count >= 1);
    assert_true(list.records[0].width == 1 || list.records[0].width == 2 ||
                list.records[0].width == 4);
    assert_true(list.records[0].value <= 0xFFFFFFFFu >> 8u * (4u - list.records[0].width));
}

static void test_a_sink_that_fails(void **state)
{
    struct list list = new_list();
    struct up_session *session = open_session(&list, "");
    struct up_error_detail problem;

    (void)state;
    list.fails = true;
    put(up_session_ring(session), 0, 1);
    assert_false(up_session_close(session, NULL, &problem));
    assert_non_null(strstr(problem.text, "the list is full"));
    assert_int_equal(list.closes, 1);
}

/* ---- devices and files ----------------------------------------------------------------------- */

static void test_devices(void **state)
{
    struct list list = new_list();
    struct up_session *session = open_session(&list, "300-303=memory, 310=memory, 3BC=none");
    uint32_t value = 0x11223344;

    (void)state;
    assert_true(up_session_access(session, false, 0x300, 1, &value));
    assert_int_equal(value, 0xFF);
    value = 0x11223344;
    assert_true(up_session_access(session, true, 0x300, 4, &value));
    value = 0;
    assert_true(up_session_access(session, false, 0x302, 2, &value));
    assert_int_equal(value, 0x1122);
    assert_false(up_session_access(session, false, 0x303, 2, &value)); /* apart */
    assert_false(up_session_access(session, false, 0x378, 1, &value));
    assert_false(up_session_access(session, false, 0x3BC, 1, &value));
    assert_false(up_session_access(session, false, 0xFFFF, 4, &value));
    assert_true(up_session_close(session, NULL, NULL));
    assert_int_equal(list.count, 0); /* who serves an access records it */
}

static void test_what_cannot_be_opened(void **state)
{
    static struct up_routes routes;
    static const char text[] = "300=memory, 378=printer:/nonexistent/out.txt";
    struct list list = new_list();
    struct up_session_start start = {.routes = &routes, .watch = &list.sink};
    struct up_error_detail problem = {.text = ""};

    (void)state;
    assert_true(up_routes_parse(text, strlen(text), &routes, NULL));
    assert_null(up_session_open(&start, &problem));
    assert_non_null(strstr(problem.text, "/nonexistent/out.txt"));
    assert_int_equal(problem.code, 2);
    routes.count = 0;
    start.trace = "/nonexistent/x.csv";
    assert_null(up_session_open(&start, &problem));
    assert_non_null(strstr(problem.text, "/nonexistent/x.csv"));
    assert_int_equal(list.closes, 0); /* it is the caller's */
}

static void test_a_recording_with_a_printer(void **state)
{
    char folder[] = "/tmp/userport-ring-XXXXXX", file[100], line[200];
    static struct up_routes routes;
    static const char text[] = "D000=loopback";
    static struct up_portset granted;
    struct up_session_start start = {
        .routes = &routes, .granted = &granted, .trace = file, .program = "p.exe"};
    struct up_error_detail problem;
    struct up_session *session;
    bool has_printers = false;
    FILE *read;

    (void)state;
    up_portset_deny_all(&granted);
    up_portset_grant(&granted, 0x278, 0x27A);
    up_portset_grant(&granted, 0x378, 0x379);
    assert_true(up_routes_parse(text, strlen(text), &routes, NULL));
    assert_non_null(mkdtemp(folder));
    (void)snprintf(file, sizeof file, "%s/a.csv", folder);
    session = up_session_open(&start, &problem);
    assert_non_null(session);
    put(up_session_ring(session), 0, 7);
    assert_true(up_session_close(session, NULL, NULL));
    read = fopen(file, "r");
    assert_non_null(read);
    while (fgets(line, sizeof line, read) != NULL) {
        has_printers |= strncmp(line, "# printers: D000 278", 20) == 0 && line[20] <= ' ';
    }
    (void)fclose(read);
    assert_true(has_printers);
    assert_int_equal(unlink(file), 0);
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_full_ring_counts),
        cmocka_unit_test(test_the_counters_wrap),
        cmocka_unit_test(test_an_access_that_is_not_completed),
        cmocka_unit_test(test_many_threads),
        cmocka_unit_test(test_a_slow_sink_loses_and_says_so),
        cmocka_unit_test(test_modules),
        cmocka_unit_test(test_a_dead_thread_holds_nobody_up),
        cmocka_unit_test(test_what_a_hostile_program_puts_in),
        cmocka_unit_test(test_a_sink_that_fails),
        cmocka_unit_test(test_devices),
        cmocka_unit_test(test_what_cannot_be_opened),
        cmocka_unit_test(test_a_recording_with_a_printer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
