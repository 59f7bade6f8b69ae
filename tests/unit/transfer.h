/* SPDX-License-Identifier: MIT
 *
 * What the tests of a list that changes while it runs share: eight ports, and what a list has to
 * answer.
 */
#ifndef UP_TEST_TRANSFER_H
#define UP_TEST_TRANSFER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/host/transfer.h"

static const struct up_port_range ranges[] = {{0x0100, 0x0107}};

static inline int reset(void **state)
{
    (void)state;
    list_reset(ranges, 1);
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    list_free();
    return 0;
}

static inline void expect(uint32_t result, uint32_t index, uint32_t port, uint32_t done)
{
    assert_int_equal(list.header->result, result);
    assert_int_equal(list.header->index, index);
    assert_int_equal(list.header->port, port);
    assert_int_equal(list.header->done, done);
}

static inline void send(void)
{
    assert_int_equal(list_send(), STATUS_SUCCESS);
}

#endif
