/* SPDX-License-Identifier: MIT
 *
 * Tests of driver/access.c: one port access, by the fast way and by a request.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/host/kernel.h"

static struct up_settings registry;
static FILE_OBJECT file;
static struct host_access last;
static uint32_t last_value, answer;

static void access_port(const struct host_access *access)
{
    last = *access;
    if (access->is_write) {
        last_value = *access->value;
    } else {
        *access->value = answer;
    }
}

/* Granted: 378-37B and FFFC-FFFF. */
static int reset(void **state)
{
    (void)state;
    host_reset();
    host.access = access_port;
    host.registry = &registry;
    up_portset_deny_all(&registry.ports);
    up_portset_grant(&registry.ports, 0x378, 0x37B);
    up_portset_grant(&registry.ports, 0xFFFC, 0xFFFF);
    HOST_CHECK(NT_SUCCESS(up_state_reload()));
    file = (FILE_OBJECT){.FsContext = &file};
    last = (struct host_access){0};
    return 0;
}

/* By the two ways: the status; what was read in *value. */
static NTSTATUS fast(uint32_t code, uintptr_t where, uint32_t *value)
{
    IO_STATUS_BLOCK result = {.Information = 0x5A};

    assert_true(up_access_fast.FastIoDeviceControl(
        &file, TRUE, (void *)where, 0, (void *)(uintptr_t)*value, 0, code, &result, NULL));
    if (code == UP_IOCTL_READ || !NT_SUCCESS(result.Status)) {
        *value = (uint32_t)result.Information;
    }
    host_check_idle();
    return result.Status;
}

static NTSTATUS request(uint32_t code, uintptr_t where, uint32_t *value)
{
    struct up_write buffer = {.where = (uint32_t)where, .value = *value};
    const bool is_read = code == UP_IOCTL_READ;
    IO_STACK_LOCATION stack = {.Parameters = {{is_read ? 4 : 0, is_read ? 4 : 8, code}},
                               .FileObject = &file};
    IRP irp = {.stack = &stack, .AssociatedIrp = {&buffer}};
    const NTSTATUS status = up_device_control(NULL, &irp);

    assert_int_equal(irp.completed, 1);
    assert_int_equal(irp.IoStatus.Information, NT_SUCCESS(status) && is_read ? 4 : 0);
    *value = NT_SUCCESS(status) ? buffer.where : 0;
    host_check_idle();
    return status;
}

static NTSTATUS (*const ways[])(uint32_t code, uintptr_t where, uint32_t *value) = {fast, request};

#define EACH_WAY(i) for (unsigned i = 0; i < 2; i++)

static void test_each_width(void **state)
{
    static const uint32_t masks[] = {[1] = 0xFF, [2] = 0xFFFF, [4] = 0xFFFFFFFF};
    uint32_t value, width;

    (void)state;
    EACH_WAY(i)
    {
        for (width = 1; width <= 4; width *= 2) {
            answer = 0xFEDCBA98u & masks[width];
            value = 0x11;
            assert_int_equal(ways[i](UP_IOCTL_READ, UP_ACCESS(0x378, width), &value),
                             STATUS_SUCCESS);
            assert_int_equal(value, answer);
            assert_true(!last.is_write && last.port == 0x378 && last.width == width);
            value = 0x87654321;
            assert_int_equal(ways[i](UP_IOCTL_WRITE, UP_ACCESS(0xFFFC, width), &value),
                             STATUS_SUCCESS);
            assert_int_equal(last_value, 0x87654321);
            assert_true(last.is_write && last.port == 0xFFFC && last.width == width);
        }
    }
}

static void test_denied(void **state)
{
    static const struct {
        uint32_t port, width, denied;
    } cases[] = {{0x377, 1, 0x377}, {0x377, 2, 0x377}, {0x37B, 2, 0x37C},    {0x379, 4, 0x37C},
                 {0x37C, 1, 0x37C}, {0, 4, 0},         {0xFFFE, 4, 0x10000}, {0xFFFF, 2, 0x10000}};
    uint32_t value, count = 0;

    (void)state;
    EACH_WAY(i)
    {
        for (unsigned k = 0; k < sizeof cases / sizeof cases[0]; k++) {
            value = 1;
            assert_int_equal(ways[i](k % 2 ? UP_IOCTL_READ : UP_IOCTL_WRITE,
                                     UP_ACCESS(cases[k].port, cases[k].width), &value),
                             STATUS_ACCESS_DENIED);
            assert_int_equal(value, 0);
            assert_int_equal(up_state.port_denied, cases[k].denied);
            assert_int_equal(up_state.transfers_denied, ++count);
        }
    }
    assert_int_equal(host.accesses, 0);
    assert_int_equal(host.logged, 1 + count); /* the reload; up_log_once here logs each */
}

static void test_nonsense(void **state)
{
    static const uintptr_t wheres[] = {0,
                                       0x378,
                                       UP_ACCESS(0x378, 3),
                                       UP_ACCESS(0x378, 8),
                                       UP_ACCESS(0x378, 1) | 0x1000000u,
                                       0xFFFFFFFFu};
    uint32_t value;

    (void)state;
    EACH_WAY(i)
    {
        for (unsigned k = 0; k < sizeof wheres / sizeof wheres[0]; k++) {
            value = 1;
            assert_int_equal(ways[i](UP_IOCTL_READ, wheres[k], &value), STATUS_INVALID_PARAMETER);
            assert_int_equal(value, 0);
            assert_int_equal(ways[i](UP_IOCTL_WRITE, wheres[k], &value), STATUS_INVALID_PARAMETER);
        }
    }
    assert_int_equal(host.accesses, 0);
    assert_int_equal(up_state.transfers_denied, 0);
}

static void test_after_the_last_close(void **state)
{
    uint32_t value = 1;

    (void)state;
    file.FsContext = NULL;
    EACH_WAY(i)
    {
        assert_int_equal(ways[i](UP_IOCTL_READ, UP_ACCESS(0x378, 1), &value), STATUS_CANCELLED);
        assert_int_equal(ways[i](UP_IOCTL_WRITE, UP_ACCESS(0x378, 1), &value), STATUS_CANCELLED);
    }
    assert_int_equal(host.accesses, 0);
}

/*
 * Anything with a buffer, and every other code, is a request's business: no address is ever looked
 * at.
 */
static void test_what_is_not_fast(void **state)
{
    static const struct {
        uint32_t code;
        uintptr_t in, out;
        uint32_t in_length, out_length;
    } cases[] = {
        {UP_IOCTL_READ, UP_ACCESS(0x378, 1), 0, 4, 0},
        {UP_IOCTL_READ, UP_ACCESS(0x378, 1), 0x1000, 0, 4},
        {UP_IOCTL_WRITE, 0x1000, 0, 8, 0},
        {UP_IOCTL_READ, 0x100000000u + UP_ACCESS(0x378, 1), 0, 0, 0},
        {UP_IOCTL_WRITE, UP_ACCESS(0x378, 1), 0x100000000u, 0, 0},
        {UP_IOCTL_IO, UP_ACCESS(0x378, 1), 0, 0, 0},
        {UP_IOCTL_INFO, UP_ACCESS(0x378, 1), 0, 0, 0},
        {UP_IOCTL_SUSPEND, UP_ACCESS(0x378, 1), 0, 0, 0},
        {UP_IOCTL_READ + 1, UP_ACCESS(0x378, 1), 0, 0, 0},
        {0, 0, 0, 0, 0},
    };
    IO_STATUS_BLOCK result = {0};

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_false(up_access_fast.FastIoDeviceControl(
            &file, TRUE, (void *)cases[i].in, cases[i].in_length, (void *)cases[i].out,
            cases[i].out_length, cases[i].code, &result, NULL));
    }
    assert_int_equal(host.accesses, 0);
}

/* The map changes between the call and the lock: it is the map under the lock that counts. */
static void suspend_at(enum host_moment moment)
{
    if (moment == HOST_BEFORE_LOCK) {
        host.at = NULL;
        HOST_CHECK(NT_SUCCESS(up_state_suspend()));
    }
}

static void test_a_suspend_on_the_way(void **state)
{
    uint32_t value = 1;

    (void)state;
    EACH_WAY(i)
    {
        HOST_CHECK(NT_SUCCESS(up_state_resume()));
        host.at = suspend_at;
        assert_int_equal(ways[i](UP_IOCTL_READ, UP_ACCESS(0x378, 1), &value), STATUS_ACCESS_DENIED);
    }
    assert_int_equal(host.accesses, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_each_width, reset),
        cmocka_unit_test_setup(test_denied, reset),
        cmocka_unit_test_setup(test_nonsense, reset),
        cmocka_unit_test_setup(test_after_the_last_close, reset),
        cmocka_unit_test_setup(test_what_is_not_fast, reset),
        cmocka_unit_test_setup(test_a_suspend_on_the_way, reset),
    };

    return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
