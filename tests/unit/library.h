/* SPDX-License-Identifier: MIT
 *
 * What the tests of lib/ share.
 */
#ifndef UP_TEST_LIBRARY_H
#define UP_TEST_LIBRARY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/portset.h"
#include "lib/backend.h"

static inline up_handle *new_fake(void)
{
    up_handle *handle = NULL;

    assert_int_equal(up_open(UP_BACKEND_FAKE, &handle), UP_OK);
    assert_non_null(handle);
    return handle;
}

/* Grants these ports and no others. */
static inline void grant_only(up_handle *handle, uint16_t first, uint16_t last)
{
    struct up_portset set;

    up_portset_deny_all(&set);
    up_portset_grant(&set, first, last);
    assert_int_equal(up_fake_grant(handle, set.map), UP_OK);
}

static inline uint32_t journal_length(up_handle *handle)
{
    uint32_t count = 99;

    assert_int_equal(up_fake_journal(handle, 0, NULL, 0, &count), UP_OK);
    return count;
}

static inline void assert_access(up_handle *handle, uint32_t index, uint8_t kind, uint8_t width,
                                 uint16_t port, uint32_t value)
{
    up_access access = {0};
    uint32_t count;

    assert_int_equal(up_fake_journal(handle, index, &access, 1, &count), UP_OK);
    assert_true(index < count);
    assert_int_equal(access.kind, kind);
    assert_int_equal(access.width, width);
    assert_int_equal(access.port, port);
    assert_int_equal(access.value, value);
}

static inline void assert_failure(up_error error, uint32_t port, uint32_t index)
{
    up_failure failure;

    up_last_failure(&failure);
    assert_int_equal(failure.error, error);
    assert_int_equal(failure.port, port);
    assert_int_equal(failure.index, index);
}

/* What up_failure says of how far it came, and of the driver. */
static inline void assert_moved(uint32_t moved, uint32_t state)
{
    up_failure failure;

    up_last_failure(&failure);
    assert_int_equal(failure.moved, moved);
    assert_int_equal(failure.state, state);
}

static inline void assert_text(const char *wanted)
{
    char text[512];

    assert_int_equal(up_failure_text(text, sizeof text), strlen(wanted));
    assert_string_equal(text, wanted);
}

#endif
