/* SPDX-License-Identifier: MIT
 *
 * userport.hpp over the fake of libuserport.so: every function by the journal of what it does,
 * every failure as an exception with the library's sentence, moves, and that every handle is closed
 * once, seen by the bytes that the program has allocated.
 */
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <csetjmp>
#include <cstring>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

extern "C" {
#include <cmocka.h>
std::size_t __sanitizer_get_current_allocated_bytes(); /* of the address sanitizer */
}

#include "userport/userport.hpp"

using userport::ports;

static_assert(!std::is_copy_constructible<ports>::value && !std::is_copy_assignable<ports>::value,
              "moved only");
static_assert(std::is_nothrow_move_constructible<ports>::value &&
                  std::is_nothrow_move_assignable<ports>::value,
              "moved without exceptions, as containers want it");
static_assert(!std::is_convertible<std::uint32_t, ports>::value, "no port number becomes a handle");
static_assert(std::is_base_of<std::runtime_error, userport::error>::value, "a runtime_error");
static_assert(std::is_nothrow_copy_constructible<userport::error>::value, "exceptions are copied");
static_assert(sizeof(ports) == sizeof(void *), "costs no more than the handle");

namespace
{

std::vector<up_access> journal(const ports &fake)
{
    std::uint32_t count = 0;

    assert_int_equal(up_fake_journal(fake.get(), 0, nullptr, 0, &count), UP_OK);
    std::vector<up_access> accesses(count);
    assert_int_equal(up_fake_journal(fake.get(), 0, accesses.data(), count, &count), UP_OK);
    return accesses;
}

/* That the journal is these accesses and no others; forgets them. */
void expect_journal(const ports &fake, const std::vector<up_access> &wanted)
{
    const std::vector<up_access> found = journal(fake);

    assert_int_equal(found.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); i++) {
        assert_int_equal(found[i].kind, wanted[i].kind);
        assert_int_equal(found[i].width, wanted[i].width);
        assert_int_equal(found[i].port, wanted[i].port);
        assert_int_equal(found[i].value, wanted[i].value);
    }
    assert_int_equal(up_fake_reset(fake.get()), UP_OK);
}

void grant_only(const ports &fake, std::uint16_t port)
{
    std::uint8_t map[UP_MAP_BYTES];

    std::memset(map, 0xFF, sizeof map);
    map[port / 8] = static_cast<std::uint8_t>(~(1u << port % 8));
    assert_int_equal(up_fake_grant(fake.get(), map), UP_OK);
}

/*
 * That the action throws this error, with the sentence and the details of the library; returns it.
 */
template <typename action> userport::error expect_error(std::uint32_t code, action act)
{
    try {
        act();
    } catch (const userport::error &caught) {
        char text[400];
        up_failure last;

        up_last_failure(&last);
        assert_int_equal(up_failure_text(text, sizeof text), std::strlen(caught.what()));
        assert_string_equal(caught.what(), text);
        assert_int_equal(caught.code(), code);
        assert_memory_equal(&caught.failure(), &last, sizeof last);
        return caught;
    }
    fail_msg("no exception");
    throw std::logic_error("not reached");
}

/* ---- opening, closing, moving ---------------------------------------------------------------- */

void opens(void **)
{
    ports fake(UP_BACKEND_FAKE);

    assert_non_null(fake.get());
    assert_int_equal(fake.backend(), UP_BACKEND_FAKE);
    assert_string_equal(fake.backend_name(), "fake");
}

void fails_to_open(void **)
{
    expect_error(UP_ERR_ARGUMENT, [] { ports none(0); });
    expect_error(UP_ERR_UNSUPPORTED, [] { ports none; }); /* there is no driver on this system */
    try {
        ports none;
        fail();
    } catch (const std::exception &caught) {
        assert_non_null(std::strstr(caught.what(), "cannot open the ports: "));
    }
}

void closes(void **)
{
    const std::size_t before = __sanitizer_get_current_allocated_bytes();
    std::size_t open;
    {
        ports fake(UP_BACKEND_FAKE);
        open = __sanitizer_get_current_allocated_bytes();
    }
    assert_true(open > before);
    assert_int_equal(__sanitizer_get_current_allocated_bytes(), before);
    try {
        ports fake(UP_BACKEND_FAKE);
        throw 1;
    } catch (int) {
    }
    assert_int_equal(__sanitizer_get_current_allocated_bytes(), before);
}

void is_moved(void **)
{
    ports first(UP_BACKEND_FAKE);
    up_handle *const handle = first.get();

    first.out8(0x378, 1);
    ports second(std::move(first));
    assert_ptr_equal(second.get(), handle);
    assert_null(first.get());
    assert_int_equal(first.backend(), 0);
    assert_string_equal(first.backend_name(), "none");
    assert_false(first.granted(0x378));
    expect_error(UP_ERR_ARGUMENT, [&] { first.in8(0x378); });
    second.out8(0x378, 2);
    expect_journal(second, {{UP_IO_WRITE, 1, 0x378, 1}, {UP_IO_WRITE, 1, 0x378, 2}});
}

void is_assigned(void **)
{
    const std::size_t before = __sanitizer_get_current_allocated_bytes();
    {
        ports kept(UP_BACKEND_FAKE);
        const std::size_t one = __sanitizer_get_current_allocated_bytes();
        ports other(UP_BACKEND_FAKE);
        up_handle *const handle = other.get();

        kept = std::move(other); /* closes what it had */
        assert_int_equal(__sanitizer_get_current_allocated_bytes(), one);
        assert_ptr_equal(kept.get(), handle);
        assert_null(other.get());

        ports &itself = kept;
        kept = std::move(itself);
        assert_ptr_equal(kept.get(), handle);
        kept.out8(1, 2);

        other = ports(UP_BACKEND_FAKE); /* into one that was moved from */
        assert_non_null(other.get());
        kept = std::move(other);
        /* cppcheck-suppress accessMoved */
        kept = std::move(other); /* from a closed one: closed */
        assert_null(kept.get());
    }
    assert_int_equal(__sanitizer_get_current_allocated_bytes(), before);
}

void lives_in_containers(void **)
{
    std::vector<ports> all;

    for (std::uint32_t i = 0; i < 20; i++) {
        all.push_back(ports(UP_BACKEND_FAKE));
        all.back().out8(0x378, i);
    }
    for (std::uint32_t i = 0; i < 20; i++) {
        assert_int_equal(all[i].in8(0x378), i);
    }
}

/* ---- accesses -------------------------------------------------------------------------------- */

void single_accesses(void **)
{
    ports fake(UP_BACKEND_FAKE);

    fake.out8(0x378, 0xFFFFFFA5);
    fake.out16(0x200, 0xFFFF1234);
    fake.out32(0x300, 0x89ABCDEF);
    assert_int_equal(fake.in8(0x378), 0xA5);
    assert_int_equal(fake.in16(0x200), 0x1234);
    assert_int_equal(fake.in32(0x300), 0x89ABCDEF);
    expect_journal(fake, {{UP_IO_WRITE, 1, 0x378, 0xA5},
                          {UP_IO_WRITE, 2, 0x200, 0x1234},
                          {UP_IO_WRITE, 4, 0x300, 0x89ABCDEF},
                          {UP_IO_READ, 1, 0x378, 0xA5},
                          {UP_IO_READ, 2, 0x200, 0x1234},
                          {UP_IO_READ, 4, 0x300, 0x89ABCDEF}});
}

void denied_accesses(void **)
{
    ports fake(UP_BACKEND_FAKE);
    std::uint8_t block[2] = {1, 2};
    std::uint16_t block16[2] = {1, 2};
    std::uint32_t block32[2] = {1, 2};

    grant_only(fake, 0x378);
    fake.in8(0x378);
    const userport::error caught = expect_error(UP_ERR_DENIED, [&] { fake.in16(0x378); });
    assert_int_equal(caught.failure().port, 0x379);
    assert_non_null(std::strstr(caught.what(), "port 379 is not granted"));
    expect_error(UP_ERR_DENIED, [&] { fake.in8(0x379); });
    expect_error(UP_ERR_DENIED, [&] { fake.in32(0x378); });
    expect_error(UP_ERR_DENIED, [&] { fake.out8(0x377, 0); });
    expect_error(UP_ERR_DENIED, [&] { fake.out16(0x378, 0); });
    expect_error(UP_ERR_DENIED, [&] { fake.out32(0x378, 0); });
    expect_error(UP_ERR_DENIED, [&] { fake.in_block(0x379, block, 2); });
    expect_error(UP_ERR_DENIED, [&] { fake.in_block(0x378, block16, 2); });
    expect_error(UP_ERR_DENIED, [&] { fake.in_block(0x378, block32, 2); });
    expect_error(UP_ERR_DENIED, [&] { fake.out_block(0x379, block, 2); });
    expect_error(UP_ERR_DENIED, [&] { fake.out_block(0x378, block16, 2); });
    expect_error(UP_ERR_DENIED, [&] { fake.out_block(0x378, block32, 2); });
    expect_error(UP_ERR_DENIED, [&] { fake.wait8(0x379, 1, 1, 1); });
    expect_error(UP_ERR_DENIED, [&] {
        fake.run({userport::write(0x378, 1), userport::write(0x379, 1)});
    });
    assert_true(fake.granted(0x378) && !fake.granted(0x379) && !fake.granted(0x378, 2));
    expect_journal(fake, {{UP_IO_READ, 1, 0x378, 0xFF}});
    assert_string_equal(caught.what(),
                        expect_error(UP_ERR_DENIED, [&] { fake.in16(0x378); }).what());
}

void blocks(void **)
{
    ports fake(UP_BACKEND_FAKE);
    const std::uint8_t bytes[] = {1, 2};
    const std::uint16_t words[] = {0x102, 0x304};
    const std::uint32_t longs[] = {0x1020304, 0x5060708};
    std::uint8_t bytes_read[2];
    std::uint16_t words_read[2];
    std::uint32_t longs_read[2];

    fake.out_block(0x10, bytes, 2);
    fake.out_block(0x20, words, 2);
    fake.out_block(0x30, longs, 2);
    fake.in_block(0x10, bytes_read, 2);
    fake.in_block(0x20, words_read, 2);
    fake.in_block(0x30, longs_read, 2);
    assert_int_equal(bytes_read[0] + bytes_read[1], 2 + 2);
    assert_int_equal(words_read[1], 0x304);
    assert_int_equal(longs_read[1], 0x5060708);
    expect_journal(fake, {{UP_IO_WRITE, 1, 0x10, 1},
                          {UP_IO_WRITE, 1, 0x10, 2},
                          {UP_IO_WRITE, 2, 0x20, 0x102},
                          {UP_IO_WRITE, 2, 0x20, 0x304},
                          {UP_IO_WRITE, 4, 0x30, 0x1020304},
                          {UP_IO_WRITE, 4, 0x30, 0x5060708},
                          {UP_IO_READ, 1, 0x10, 2},
                          {UP_IO_READ, 1, 0x10, 2},
                          {UP_IO_READ, 2, 0x20, 0x304},
                          {UP_IO_READ, 2, 0x20, 0x304},
                          {UP_IO_READ, 4, 0x30, 0x5060708},
                          {UP_IO_READ, 4, 0x30, 0x5060708}});
}

void lists(void **)
{
    ports fake(UP_BACKEND_FAKE);
    const std::uint16_t words[] = {7, 8};
    std::uint8_t bytes[2] = {0, 0};
    up_operation list[] = {userport::write(0x100, 0x1234, 2),
                           userport::read(0x100, 2),
                           userport::delay(50),
                           userport::wait(0x100, 0xF4, 0x0F, 10),
                           userport::write_block(0x108, words, 2),
                           userport::read_block(0x108, bytes, 2),
                           userport::read(0x100)};

    fake.run(list);
    assert_int_equal(list[1].value, 0x1234);
    assert_int_equal(list[3].last, 0x34);
    assert_int_equal(bytes[0] * 10 + bytes[1], 88);
    assert_int_equal(list[6].value, 0x34);
    expect_journal(fake, {{UP_IO_WRITE, 2, 0x100, 0x1234},
                          {UP_IO_READ, 2, 0x100, 0x1234},
                          {UP_IO_DELAY, 0, 0, 50},
                          {UP_IO_READ, 1, 0x100, 0x34},
                          {UP_IO_WRITE, 2, 0x108, 7},
                          {UP_IO_WRITE, 2, 0x108, 8},
                          {UP_IO_READ, 1, 0x108, 8},
                          {UP_IO_READ, 1, 0x108, 8},
                          {UP_IO_READ, 1, 0x100, 0x34}});
    fake.run({userport::write(1, 2), userport::delay(3), userport::write(4, 5, 4)});
    expect_journal(fake, {{UP_IO_WRITE, 1, 1, 2}, {UP_IO_DELAY, 0, 0, 3}, {UP_IO_WRITE, 4, 4, 5}});
}

void lists_that_fail(void **)
{
    ports fake(UP_BACKEND_FAKE);
    up_operation list[] = {userport::write(0x100, 1), userport::wait(0x100, 2, 3, 10),
                           userport::write(0x100, 3)};
    std::uint32_t done = 99;

    const userport::error late = expect_error(UP_ERR_TIMED_OUT, [&] { fake.run(list, 3, &done); });
    assert_int_equal(late.failure().index, 1);
    assert_int_equal(done, 1);
    assert_int_equal(list[1].last, 1);
    expect_journal(fake, {{UP_IO_WRITE, 1, 0x100, 1}, {UP_IO_READ, 1, 0x100, 1}});
    expect_error(UP_ERR_ARGUMENT, [&] { fake.run({userport::read(0x100, 3)}); });
    expect_journal(fake, {});
}

void waits(void **)
{
    ports fake(UP_BACKEND_FAKE);
    const std::uint32_t looks[] = {0x7F, 0x00, 0x80, 0x11};
    std::uint8_t last = 0;

    assert_int_equal(up_fake_feed(fake.get(), 0x379, 1, looks, 4), UP_OK);
    assert_true(fake.wait8(0x379, 0x80, 0x80, 1000, &last));
    assert_int_equal(last, 0x80);
    assert_false(fake.wait8(0x379, 0x80, 0x80, 0, &last));
    assert_int_equal(last, 0x11);
    assert_true(fake.wait8(0x379, 0xFF, 0xFF, 0)); /* nothing is fed any more */
    expect_journal(fake, {{UP_IO_READ, 1, 0x379, 0x7F},
                          {UP_IO_READ, 1, 0x379, 0},
                          {UP_IO_READ, 1, 0x379, 0x80},
                          {UP_IO_READ, 1, 0x379, 0x11},
                          {UP_IO_READ, 1, 0x379, 0xFF}});
}

void queries(void **)
{
    const ports fake(UP_BACKEND_FAKE);
    std::uint8_t map[UP_MAP_BYTES];

    assert_int_equal(fake.query_info().abi_version, UP_ABI_VERSION);
    assert_int_equal(fake.query_info().ports_granted, 65536);
    grant_only(fake, 0x378);
    fake.query_map(map);
    assert_int_equal(map[0x378 / 8], 0xFE);
    assert_int_equal(map[0], 0xFF);
    assert_int_equal(fake.query_info().ports_granted, 1);

    ports closed(UP_BACKEND_FAKE);
    ports(std::move(closed));
    expect_error(UP_ERR_ARGUMENT, [&] { closed.query_map(map); });
    expect_error(UP_ERR_ARGUMENT, [&] { closed.query_info(); });
}

/*
 * Thrown in one place and looked at when other failures have come: the exception has its own
 * sentence.
 */
void keeps_its_sentence(void **)
{
    ports fake(UP_BACKEND_FAKE);
    std::exception_ptr kept;

    grant_only(fake, 0x378);
    try {
        fake.in8(0x61);
    } catch (...) {
        kept = std::current_exception();
    }
    expect_error(UP_ERR_DENIED, [&] { fake.in8(0x99); });
    try {
        std::rethrow_exception(kept);
    } catch (const userport::error &caught) {
        assert_non_null(std::strstr(caught.what(), "port 61 is not granted"));
        assert_int_equal(caught.failure().port, 0x61);
    }
}

} // namespace

int main()
{
    const CMUnitTest tests[] = {
        cmocka_unit_test(opens),           cmocka_unit_test(fails_to_open),
        cmocka_unit_test(closes),          cmocka_unit_test(is_moved),
        cmocka_unit_test(is_assigned),     cmocka_unit_test(lives_in_containers),
        cmocka_unit_test(single_accesses), cmocka_unit_test(denied_accesses),
        cmocka_unit_test(blocks),          cmocka_unit_test(lists),
        cmocka_unit_test(lists_that_fail), cmocka_unit_test(waits),
        cmocka_unit_test(queries),         cmocka_unit_test(keeps_its_sentence),
    };

    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
