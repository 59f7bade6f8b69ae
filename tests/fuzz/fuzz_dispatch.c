/* SPDX-License-Identifier: MIT
 *
 * libFuzzer target for the driver's dispatcher: device.c, transfer.c and state.c as they are, with
 * host/ around them. The input is a map and then requests, made by dispatch_seeds.py's rules:
 *
 *   ranges     1 byte & 7: their number; each 3 bytes: first port, number of ports - 1
 *   clock      1 byte: what a look at it adds, bits 0-2 of steps[], and its frequency, bits 3-5 of
 * frequencies[] seed       1 byte: of what the ports say request    1 byte: kind in bits 0-3, file
 * in bits 4-5, number of events in bits 6-7; 1 byte of FAULT_...; then the events, 3 bytes each:
 * moment in bits 0-1 and action in bits 2-7, a number for the action, which moment of its kind;
 * then what the kind needs: build_list and raw_control below say what that is
 *
 * What is missing at the end is zero. dispatch_requests.c sends and checks the requests.
 */
#include "dispatch_requests.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUESTS_MAX 128u /* of an input */

/* microseconds, about */
static const LONGLONG steps[8] = {100, 200, 400, 1000, 1000, 5000, 20000, 300000};
static const LONGLONG frequencies[8] = {1000000,    1193182, 3579545, 10000000,
                                        2400000000, 1000,    1,       14318180};

/* The rest of the input. */
static const uint8_t *input;
static size_t input_size;

/* ---- the input ------------------------------------------------------------------------------- */

static uint8_t byte(void)
{
    if (input_size == 0) {
        return 0;
    }
    input_size--;
    return *input++;
}

static uint16_t word(void)
{
    const uint8_t low = byte();

    return (uint16_t)(low | byte() << 8);
}

static void put(uint8_t *at, uint32_t value)
{
    memcpy(at, &value, sizeof value);
}

/* ---- lists ----------------------------------------------------------------------------------- */

static uint16_t some_port(uint8_t choice)
{
    const uint8_t in_range = choice >> 3 & 15u;
    const struct up_port_range *range;

    if (choice >= 0xF0 || requests.range_count == 0) {
        return choice & 8u ? (uint16_t)(0xFFFF - (choice & 7u))
                           : (uint16_t)((choice & 15u) * 0x111u);
    }
    range = &requests.ranges[choice % 8u % requests.range_count];
    return (uint16_t)(in_range < 11 ? range->first + in_range : range->last - (15 - in_range));
}

/*
 * 5 bytes: form, port, value or offset, mask or count, time. Mostly one that makes sense, in a list
 * with these data.
 */
static void build_operation(uint8_t *at, uint32_t data_bytes)
{
    static const uint8_t kinds[8] = {1, 2, 3, 4, 5, 6, 1, 6};
    static const uint8_t widths[4] = {1, 2, 4, 1};
    static const uint32_t times[16] = {0,   0,    1,    2,    10,    50,    99,     300,
                                       999, 1000, 1001, 3000, 20000, 50000, 100000, ~0u};
    const uint8_t form = byte();
    const uint16_t port = some_port(byte());
    const uint8_t first = byte();
    const uint8_t second = byte();
    const uint8_t time = byte();
    const bool is_block =
        kinds[form & 7u] == UP_IO_READ_BLOCK || kinds[form & 7u] == UP_IO_WRITE_BLOCK;
    const uint32_t width = widths[form >> 3 & 3u];

    at[0] = form < 0xF8 ? kinds[form & 7u] : form;
    at[1] = (uint8_t)(form >> 5 != 6 ? width : form >> 3 & 7u);
    memcpy(at + 2, &port, sizeof port);
    if (is_block) {
        const uint32_t offset = first < 0xFE    ? first % (data_bytes + 1u)
                                : first == 0xFE ? data_bytes
                                                : ~second + 1u;
        const uint32_t room = offset <= data_bytes ? (data_bytes - offset) / width : 0;

        put(at + 4, offset);
        put(at + 8, second < 0xF0 && room != 0 ? 1 + second % room % 70u
                    : second < 0xF8            ? room
                                               : room + (second & 7u) - 6u);
    } else {
        put(at + 4, first * 0x01010101u);
        put(at + 8, second < 0x80 ? second : second * 0x01010101u);
    }
    put(at + 12, times[time & 15u] + (time >> 4));
}

/*
 * 1 byte: 1 to 16 operations in bits 0-3, how often they are repeated in bits 4-7; 1 byte: bytes of
 * data; 1 byte & 3: bytes to be changed afterwards; 1 byte: the lengths; the operations; the
 * changes, 3 bytes each: where and how.
 */
static void build_list(FILE_OBJECT *file, uint8_t faults, uint8_t seed)
{
    static const uint16_t totals[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 17, 20, 33, 65, 80};
    static const int8_t deltas[8] = {-1, 0, 0, 1, -16, 16, 0, 0};
    const uint8_t head = byte();
    const uint8_t data_choice = byte();
    const uint32_t changes = byte() & 3u;
    const uint8_t lengths = byte();
    const uint32_t built = 1u + (head & 15u);
    uint32_t total = totals[head >> 4] > built ? totals[head >> 4] : built;
    const uint32_t data_bytes = data_choice == 0xFF ? 2000u : data_choice;
    uint32_t in = 32u + total * 16u + data_bytes;
    uint32_t out = in;
    uint8_t *buffer;

    if (lengths >= 0xE8) {
        in += (uint32_t)deltas[lengths & 7u];
        out = lengths & 8u ? out : in;
    }
    buffer = malloc(in > out ? in : out);
    HOST_CHECK(buffer != NULL);
    memset(buffer, seed, in > out ? in : out);
    memset(buffer, 0, 16);
    put(buffer, UP_ABI_VERSION);
    put(buffer + 4, total);
    put(buffer + 8, data_bytes);
    for (uint32_t i = 0; i < total; i++) {
        uint8_t one[16];

        if (i < built) {
            build_operation(one, data_bytes);
        } else {
            memcpy(one, buffer + 32u + 16u * (i % built), sizeof one);
        }
        if (48u + 16u * i <= in) {
            memcpy(buffer + 32u + 16u * i, one, sizeof one);
        }
    }
    for (uint32_t i = 0; i < changes; i++) {
        const uint32_t where = word();

        buffer[where % in] ^= byte();
    }
    requests_list(file, buffer, in, out, faults, seed);
    free(buffer);
}

/*
 * 2 bytes each: the lengths, for 4096 operations and more from F000 on; then up to 64 bytes, the
 * rest is zero.
 */
static void raw_list(FILE_OBJECT *file, uint8_t faults, uint8_t seed)
{
    uint32_t in = word();
    uint32_t out = word();
    uint8_t *buffer;

    in = in >= 0xF000 ? 65568u + in - 0xFFF0u : in % 300u;
    out = out & 1u ? in : out % 300u;
    buffer = calloc(1, (in > out ? in : out) + (in == 0 && out == 0));
    HOST_CHECK(buffer != NULL);
    for (uint32_t i = 0; i < in && i < 64; i++) {
        buffer[i] = byte();
    }
    if (in > 65000 && seed & 1u) { /* the header that belongs to it */
        put(buffer, UP_ABI_VERSION);
        put(buffer + 4, (in - 32u) / 16u);
        put(buffer + 8, (in - 32u) % 16u);
        put(buffer + 12, 0);
        for (uint32_t i = 48; i + 16 <= in; i += 16) {
            memcpy(buffer + i, buffer + 32, 16);
        }
    }
    requests_list(file, buffer, in, out, faults, seed);
    free(buffer);
}

/* 1 byte: which code; 1 byte each: the lengths. */
static void raw_control(FILE_OBJECT *file, uint8_t faults)
{
    static const uint32_t outs[8] = {0, 128, 8192, 127, 129, 8191, 8193, 1};
    const uint8_t choice = byte();
    const uint32_t function = 0x800u + (choice & 7u) + (choice >> 5 == 6 ? 8u : 0);
    const uint32_t code = UP_CODE(function, choice >> 3 & 3u) + (choice >> 5 == 7) * choice;
    const uint32_t in = byte();
    const uint32_t out = outs[byte() & 7u];

    if ((code != 0x8350E008 || in < 48 || in != out) && (code != 0x83506018 || in % 60u != 4) &&
        (code != 0x8350A01C || in % 60u != 8)) {
        requests_control(code, file, in % 60u, out, faults);
    }
}

static void one_request(uint8_t seed)
{
    static const uint32_t codes[8] = {0x83506000, 0x83506004, 0x8350A00C, 0x83506020,
                                      0x8350A010, 0x8350A014, 0x8350A014, 0x83506000};
    static const uint32_t outs[8] = {128, 8192, [7] = 128};
    const uint8_t head = byte();
    const uint8_t faults = byte();
    FILE_OBJECT *const file = &requests.files[head >> 4 & 3u];

    memset(requests.events, 0, sizeof requests.events);
    for (uint32_t i = 0; i < head >> 6; i++) {
        const uint8_t what = byte();

        requests.events[i].moment = (enum host_moment)(what & 3u);
        requests.events[i].action = what >> 2;
        requests.events[i].number = byte();
        requests.events[i].left = 1u + byte();
    }
    if (faults & FAULT_CLOSED && file->FsContext != NULL) {
        requests_close(file, true);
    } else if (file->FsContext == NULL && (faults & FAULT_CLOSED) == 0) {
        requests_open(file, 0, 0);
    }
    switch (head & 15u) {
    case 9: {
        static const uint32_t widths[8] = {1, 2, 4, 1, 2, 4, 3, 0x100};
        const uint8_t form = byte();
        const uint16_t port = some_port(byte());

        requests_access(file, (form & 1u) != 0, (form & 2u) != 0,
                        port | widths[form >> 2 & 7u] << 16, byte() * 0x01020408u);
        break;
    }
    case 10:
        raw_list(file, faults, seed);
        break;
    case 11:
        raw_control(file, faults);
        break;
    case 12:
        requests_registry(byte());
        break;
    case 13:
        requests_open(file, faults, byte());
        break;
    case 14:
        requests_close(file, (faults & 1u) != 0);
        break;
    case 15: {
        const uint8_t choice = byte() & 7u;

        requests_control(codes[choice], file, 0, outs[choice], faults);
        break;
    }
    default:
        build_list(file, faults, seed);
    }
}

/* ---- an input -------------------------------------------------------------------------------- */

static void start(void)
{
    const uint32_t count = byte() & 7u;
    uint8_t clock;

    host_reset();
    requests.range_count = count;
    for (uint32_t i = 0; i < count; i++) {
        const uint16_t first = word();
        const uint32_t last = first + (uint32_t)byte();

        requests.ranges[i] =
            (struct up_port_range){first, (uint16_t)(last > 0xFFFF ? 0xFFFF : last)};
    }
    clock = byte();
    host.frequency = frequencies[clock >> 3 & 7u];
    host.step = host.frequency * steps[clock & 7u] / 1000000;
    host.step += host.step == 0;
    requests_start();
}

static void say_how_many(void)
{
    (void)fprintf(
        stderr,
        "dispatcher: %llu calls; %llu lists, %llu done, %llu denied after a change, %llu "
        "cancelled; %llu port accesses\n",
        (unsigned long long)requests_counts.calls, (unsigned long long)requests_counts.lists,
        (unsigned long long)requests_counts.done, (unsigned long long)requests_counts.denied_later,
        (unsigned long long)requests_counts.cancelled,
        (unsigned long long)requests_counts.accesses);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool is_again;
    uint8_t seed;

    if (!is_again) {
        is_again = true;
        (void)atexit(say_how_many);
    }
    input = data;
    input_size = size;
    start();
    seed = byte();
    for (uint32_t i = 0; i < REQUESTS_MAX && input_size != 0; i++) {
        one_request(seed);
    }
    requests_end();
    return 0;
}
