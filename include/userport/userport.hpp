/* SPDX-License-Identifier: MIT
 *
 * userport.h for C++11 and later: a handle that closes itself, and exceptions with a message. This
 * is a header only; a program links the same library as a C program does. userport.h documents each
 * function under the same name with the prefix up_.
 *
 *     userport::ports ports;                 // opens the fastest way that works
 *     ports.out8(0x37A, ports.in8(0x37A) & 0xFB);
 *
 * A ports object can be moved but not copied. Any number of threads may use it at the same time,
 * but not while it is moved from, assigned to or destroyed. An object that was moved from is
 * closed: its functions throw.
 */
#ifndef USERPORT_HPP
#define USERPORT_HPP

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "userport.h"

namespace userport
{

/*
 * Thrown by every call that fails. what() is the sentence of up_failure_text, code() is one of
 * UP_ERR_..., and failure() has the details.
 */
class error : public std::runtime_error
{
  public:
    /* Takes the last failure of this thread, so construct it right after the call that failed. */
    error() : std::runtime_error(last_text()), failure_(last_failure())
    {
    }

    up_error code() const noexcept
    {
        return failure_.error;
    }

    const up_failure &failure() const noexcept
    {
        return failure_;
    }

  private:
    static std::string last_text()
    {
        std::string text(up_failure_text(nullptr, 0), '\0');

        if (!text.empty()) {
            up_failure_text(&text[0], static_cast<std::uint32_t>(text.size() + 1));
        }
        return text;
    }

    static up_failure last_failure() noexcept
    {
        up_failure failure;

        up_last_failure(&failure);
        return failure;
    }

    up_failure failure_;
};

/* ---- operations for ports::run; width is 1, 2 or 4 bytes ------------------------------------- */

inline up_operation operation(std::uint32_t kind, std::uint32_t width, std::uint16_t port) noexcept
{
    up_operation made = up_operation();

    made.kind = static_cast<std::uint8_t>(kind);
    made.width = static_cast<std::uint8_t>(width);
    made.port = port;
    return made;
}

/* After the run, value has what was read. */
inline up_operation read(std::uint16_t port, std::uint32_t width = 1) noexcept
{
    return operation(UP_IO_READ, width, port);
}

inline up_operation write(std::uint16_t port, std::uint32_t value, std::uint32_t width = 1) noexcept
{
    up_operation made = operation(UP_IO_WRITE, width, port);

    made.value = value;
    return made;
}

inline up_operation delay(std::uint32_t microseconds) noexcept
{
    up_operation made = operation(UP_IO_DELAY, 0, 0);

    made.microseconds = microseconds;
    return made;
}

/*
 * Reads until (what is read & mask) == (value & mask), for at most microseconds. After the run,
 * last has the last read.
 */
inline up_operation wait(std::uint16_t port, std::uint32_t value, std::uint32_t mask,
                         std::uint32_t microseconds, std::uint32_t width = 1) noexcept
{
    up_operation made = operation(UP_IO_WAIT, width, port);

    made.value = value;
    made.mask = mask;
    made.microseconds = microseconds;
    return made;
}

/*
 * Moves count elements of 8, 16 or 32 bits; their type tells the width. They have to exist until
 * the run has ended.
 */
template <typename element>
up_operation read_block(std::uint16_t port, element *values, std::uint32_t count) noexcept
{
    up_operation made = operation(UP_IO_READ_BLOCK, sizeof *values, port);

    static_assert(sizeof *values == 1 || sizeof *values == 2 || sizeof *values == 4,
                  "8, 16 or 32 bits");
    made.buffer = values;
    made.count = count;
    return made;
}

template <typename element>
up_operation write_block(std::uint16_t port, const element *values, std::uint32_t count) noexcept
{
    /* A write block only reads the elements. */
    up_operation made = read_block(port, const_cast<element *>(values), count);

    made.kind = UP_IO_WRITE_BLOCK;
    return made;
}

/* ---- the handle ------------------------------------------------------------------------------ */

class ports
{
  public:
    explicit ports(std::uint32_t backends = UP_BACKEND_ANY)
    {
        check(up_open(backends, &handle_));
    }

    ~ports()
    {
        up_close(handle_);
    }

    ports(ports &&other) noexcept : handle_(other.handle_)
    {
        other.handle_ = nullptr;
    }

    ports &operator=(ports &&other) noexcept
    {
        if (this != &other) {
            up_close(handle_);
            handle_ = other.handle_;
            other.handle_ = nullptr;
        }
        return *this;
    }

    ports(const ports &) = delete;
    ports &operator=(const ports &) = delete;

    /*
     * The handle, for the functions of userport.h, including those of the fake. The object keeps it
     * and closes it. It is null if the object was moved from.
     */
    up_handle *get() const noexcept
    {
        return handle_;
    }

    std::uint32_t backend() const noexcept
    {
        return up_backend(handle_);
    }

    const char *backend_name() const noexcept
    {
        return up_backend_name(backend());
    }

    std::uint8_t in8(std::uint16_t port)
    {
        std::uint8_t value;

        check(up_in8(handle_, port, &value));
        return value;
    }

    std::uint16_t in16(std::uint16_t port)
    {
        std::uint16_t value;

        check(up_in16(handle_, port, &value));
        return value;
    }

    std::uint32_t in32(std::uint16_t port)
    {
        std::uint32_t value;

        check(up_in32(handle_, port, &value));
        return value;
    }

    /* The bits above the width are ignored, so bit expressions need no cast. */
    void out8(std::uint16_t port, std::uint32_t value)
    {
        check(up_out8(handle_, port, static_cast<std::uint8_t>(value)));
    }

    void out16(std::uint16_t port, std::uint32_t value)
    {
        check(up_out16(handle_, port, static_cast<std::uint16_t>(value)));
    }

    void out32(std::uint16_t port, std::uint32_t value)
    {
        check(up_out32(handle_, port, value));
    }

    /* Blocks. The type of the values tells the width. */
    void in_block(std::uint16_t port, std::uint8_t *values, std::uint32_t count)
    {
        check(up_in8_block(handle_, port, values, count));
    }

    void in_block(std::uint16_t port, std::uint16_t *values, std::uint32_t count)
    {
        check(up_in16_block(handle_, port, values, count));
    }

    void in_block(std::uint16_t port, std::uint32_t *values, std::uint32_t count)
    {
        check(up_in32_block(handle_, port, values, count));
    }

    void out_block(std::uint16_t port, const std::uint8_t *values, std::uint32_t count)
    {
        check(up_out8_block(handle_, port, values, count));
    }

    void out_block(std::uint16_t port, const std::uint16_t *values, std::uint32_t count)
    {
        check(up_out16_block(handle_, port, values, count));
    }

    void out_block(std::uint16_t port, const std::uint32_t *values, std::uint32_t count)
    {
        check(up_out32_block(handle_, port, values, count));
    }

    /*
     * Runs a list. If done is given, *done has the number of operations that ran to their end,
     * after an exception too.
     */
    void run(up_operation *operations, std::uint32_t count, std::uint32_t *done = nullptr)
    {
        check(up_run(handle_, operations, count, done));
    }

    /*
     * Runs an array, or a list in braces whose results are not kept: run({write(0x378, 1),
     * delay(5)}).
     */
    template <std::size_t count> void run(up_operation (&operations)[count])
    {
        run(operations, static_cast<std::uint32_t>(count));
    }

    template <std::size_t count> void run(up_operation (&&operations)[count])
    {
        run(operations, static_cast<std::uint32_t>(count));
    }

    /*
     * Runs a single wait, for which a time-out is no exception. Returns true if the value came,
     * false after a time-out. *last: the value that was read last.
     */
    bool wait8(std::uint16_t port, std::uint32_t value, std::uint32_t mask,
               std::uint32_t microseconds, std::uint8_t *last = nullptr)
    {
        up_operation list = wait(port, value, mask, microseconds);
        const up_error result = up_run(handle_, &list, 1, nullptr);

        if (result != UP_ERR_TIMED_OUT) {
            check(result);
        }
        if (last != nullptr) {
            *last = static_cast<std::uint8_t>(list.last);
        }
        return result == UP_OK;
    }

    bool granted(std::uint16_t port, std::uint32_t width = 1) const noexcept
    {
        return up_granted(handle_, port, width) != 0;
    }

    void query_map(std::uint8_t (&map)[UP_MAP_BYTES]) const
    {
        check(up_query_map(handle_, map));
    }

    up_info query_info() const
    {
        up_info info;

        check(up_query_info(handle_, &info));
        return info;
    }

  private:
    static void check(up_error result)
    {
        if (result != UP_OK) {
            throw error();
        }
    }

    up_handle *handle_ = nullptr;
};

} // namespace userport

#endif
