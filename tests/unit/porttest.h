/* SPDX-License-Identifier: MIT
 *
 * What the tests of devices/porttest.c share: pauses that cancel or change the grants, a fake of
 * which an access fails.
 */
#ifndef UP_TEST_PORTTEST_H
#define UP_TEST_PORTTEST_H

#include "library.h"

#include <stdio.h>

#include "devices/porttest.h"

#define R UP_IO_READ
#define W UP_IO_WRITE

#define TEXT_ROOM sizeof((struct up_test_result *)0)->text

/* What the pauses do. */
struct pauses {
    up_handle *handle;
    unsigned count, cancels_at, denies_at; /* pauses count from 1; 0: never */
    uint16_t denied;                       /* the port, from that pause on */
    bool is_suspended;                     /* every port instead */
    uint32_t milliseconds;
};

static inline void deny(up_handle *handle, uint16_t port, bool all)
{
    struct up_portset set;

    up_portset_deny_all(&set);
    if (!all) {
        up_portset_grant(&set, 0, 0xFFFF);
        up_portset_deny(&set, port, port);
    }
    assert_int_equal(up_fake_grant(handle, set.map), UP_OK);
}

static inline bool pause_for(void *context, uint32_t milliseconds)
{
    struct pauses *pauses = context;

    pauses->milliseconds += milliseconds;
    pauses->count++;
    if (pauses->count == pauses->denies_at) {
        deny(pauses->handle, pauses->denied, pauses->is_suspended);
    }
    return pauses->count != pauses->cancels_at;
}

static inline void feed(up_handle *handle, uint16_t port, const uint32_t *values, uint32_t count)
{
    assert_int_equal(up_fake_feed(handle, port, 1, values, count), UP_OK);
}

static inline void assert_says(const struct up_test_result *result, const char *fragment)
{
    if (strstr(result->text, fragment) == NULL) {
        fail_msg("\"%s\" is not in: %s", fragment, result->text);
    }
    assert_in_range(strlen(result->text), 20, TEXT_ROOM - 2);
    for (const char *at = result->text; *at != '\0'; at++) {
        assert_in_range(*at, ' ', '~');
    }
    assert_int_equal(result->text[strlen(result->text) - 1], '.');
}

/* The fake, with one access, or list, that fails. */
static unsigned accesses_until_failure;

static inline up_error fail_access(up_handle *handle, up_operation *operation,
                                   struct up_failure_detail *detail)
{
    return --accesses_until_failure == 0 ? UP_ERR_SYSTEM
                                         : up_backend_fake.access(handle, operation, detail);
}

static inline up_error fail_run(up_handle *handle, up_operation *operations, uint32_t count,
                                uint32_t data_bytes, uint32_t *done,
                                struct up_failure_detail *detail)
{
    return --accesses_until_failure == 0
               ? UP_ERR_SYSTEM
               : up_backend_fake.run(handle, operations, count, data_bytes, done, detail);
}

static inline up_handle *new_failing(struct up_backend *backend, unsigned at)
{
    up_handle *handle = new_fake();

    *backend = up_backend_fake;
    backend->access = fail_access;
    backend->run = fail_run;
    handle->backend = backend;
    accesses_until_failure = at;
    return handle;
}

#endif
