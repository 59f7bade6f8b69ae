/* SPDX-License-Identifier: MIT
 *
 * Fake ports, in the place of driver/ports_x86.c and with its three functions: an array of bytes,
 * so that tests can run where a port instruction is not to be had, and can see exactly what was
 * accessed. fake.h has the special ones.
 */
#include "driver/driver.h"
#include "fake.h"
#include "fake_kernel.h"

#define FIFO_BYTES      65536u
#define JOURNAL_ENTRIES 16384u

static uint8_t registers[UP_PORT_COUNT];
static uint8_t fifo[FIFO_BYTES];
static uint32_t fifo_in, fifo_out; /* count for ever, modulo FIFO_BYTES */
static uint32_t journal[JOURNAL_ENTRIES];
static uint32_t journal_in, journal_out;
static uint32_t counter, accesses, looks, silent;

static void reset(void)
{
    memset(registers, 0, sizeof registers);
    fifo_in = fifo_out = journal_in = journal_out = counter = looks = silent = 0;
    up_fake_log_reset();
    up_fake_orders_reset();
}

static void note(uint32_t port, uint32_t width, uint32_t value, uint32_t flags)
{
    if (port < FAKE_COUNTER && journal_in < JOURNAL_ENTRIES) {
        journal[journal_in++] = port << 16 | (value & 0xFFu) << 8 | width | flags;
    }
}

static uint32_t read_fifo(uint32_t width)
{
    uint32_t value = 0, i;

    for (i = 0; i < width; i++) {
        value |= (uint32_t)(fifo_in == fifo_out ? 0xFFu : fifo[fifo_out++ % FIFO_BYTES]) << 8 * i;
    }
    return value;
}

static void write_fifo(uint32_t width, uint32_t value)
{
    uint32_t i;

    for (i = 0; i < width && fifo_in - fifo_out < FIFO_BYTES; i++) {
        fifo[fifo_in++ % FIFO_BYTES] = (uint8_t)(value >> 8 * i);
    }
}

static uint32_t read_registers(uint32_t port, uint32_t width)
{
    uint32_t value = 0, i;

    for (i = 0; i < width && port + i < UP_PORT_COUNT; i++) {
        value |= (uint32_t)registers[port + i] << 8 * i;
    }
    return value;
}

static void write_registers(uint32_t port, uint32_t width, uint32_t value)
{
    uint32_t i;

    for (i = 0; i < width && port + i < UP_PORT_COUNT; i++) {
        registers[port + i] = (uint8_t)(value >> 8 * i);
    }
}

static void take_time(void)
{
    LARGE_INTEGER frequency;
    LONGLONG end = KeQueryPerformanceCounter(&frequency).QuadPart;

    end += frequency.QuadPart * FAKE_SLOW_MS / 1000;
    while (KeQueryPerformanceCounter(NULL).QuadPart < end) {
        YieldProcessor();
    }
}

static bool is_silent(uint32_t port)
{
    return silent != 0 && port >= silent && port - silent < FAKE_SILENT_PORTS;
}

/* The upper bits of what is returned are 0, as the real ones leave them. */
static uint32_t read_port(uint32_t port, uint32_t width)
{
    const uint32_t mask = 0xFFFFFFFFu >> (32 - 8 * width);
    uint32_t value;

    if (port == FAKE_ACCESSES) {
        return accesses & mask;
    }
    accesses++;
    switch (port) {
    case FAKE_COUNTER:
        return ++counter & mask;
    case FAKE_FIFO:
        return read_fifo(width);
    case FAKE_SLOW:
        take_time();
        return read_registers(port, width);
    case FAKE_READY:
        if (looks == 0) {
            return mask;
        }
        looks--;
        return 0;
    case FAKE_LOG:
        return up_fake_log_next() & mask;
    case FAKE_VIOLATIONS:
        return up_fake_violations() & mask;
    case FAKE_JOURNAL:
        return journal_out == journal_in ? 0 : journal[journal_out++] & mask;
    case FAKE_ORDERS:
        return up_fake_order_next() & mask;
    default:
        value = is_silent(port) ? mask : read_registers(port, width);
        note(port, width, value, 0);
        return value;
    }
}

static void write_port(uint32_t port, uint32_t width, uint32_t value)
{
    value &= 0xFFFFFFFFu >> (32 - 8 * width);
    accesses += port != FAKE_ACCESSES;
    switch (port) {
    case FAKE_SILENT:
        silent = value;
        break;
    case FAKE_COUNTER:
        counter = value;
        break;
    case FAKE_FIFO:
        write_fifo(width, value);
        break;
    case FAKE_READY:
        looks = value;
        break;
    case FAKE_ACT:
        up_fake_act(value);
        break;
    case FAKE_RESET:
        reset();
        break;
    case FAKE_JOURNAL:
        journal_in = journal_out = 0;
        break;
    default:
        note(port, width, value, FAKE_WRITTEN);
        write_registers(port, width, value);
        break;
    }
}

/* Result: was it a read or a write? */
static bool run_one(struct up_io_operation *operation)
{
    switch (operation->kind) {
    case UP_IO_READ:
        operation->value = read_port(operation->port, operation->width);
        return true;
    case UP_IO_WRITE:
        write_port(operation->port, operation->width, operation->value);
        return true;
    default:
        return false;
    }
}

uint32_t up_ports_run(struct up_io_operation *operations, uint32_t count, uint32_t bytes)
{
    uint32_t moved = 0, i;

    for (i = 0; i < count && moved < bytes && run_one(&operations[i]); i++) {
        moved += operations[i].width;
    }
    return i;
}

void up_ports_read_block(uint16_t port, uint32_t width, void *data, uint32_t count)
{
    uint8_t *at = data;
    uint32_t value, i;

    for (; count != 0; count--) {
        value = read_port(port, width);
        for (i = 0; i < width; i++) {
            *at++ = (uint8_t)(value >> 8 * i);
        }
    }
}

void up_ports_write_block(uint16_t port, uint32_t width, const void *data, uint32_t count)
{
    const uint8_t *at = data;
    uint32_t value, i;

    for (; count != 0; count--) {
        value = 0;
        for (i = 0; i < width; i++) {
            value |= (uint32_t)*at++ << 8 * i;
        }
        write_port(port, width, value);
    }
}
