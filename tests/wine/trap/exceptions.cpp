/* SPDX-License-Identifier: MIT
 *
 * A C++ program with exceptions of its own around its IN and OUT, for the test of userportctl run:
 * what it throws arrives, whatever was served in between, and a handler of the program turns a
 * denied port into an exception of C++.
 */
#include <cstdio>
#include <stdexcept>
#include <windows.h>

static unsigned char read_port(unsigned short port)
{
    unsigned char value;

    __asm__ volatile("inb %w1, %b0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static void write_port(unsigned short port, unsigned char value)
{
    __asm__ volatile("outb %b0, %w1" : : "a"(value), "Nd"(port) : "memory");
}

static unsigned char checked(unsigned short port, unsigned char expected)
{
    const unsigned char value = read_port(port);

    if (value != expected) {
        throw std::runtime_error("another value");
    }
    return value;
}

static bool is_denied;

static LONG WINAPI deny(EXCEPTION_POINTERS *exception)
{
    is_denied = exception->ExceptionRecord->ExceptionCode == 0xC0000096;
#ifdef _WIN64
    exception->ContextRecord->Rip++;
#else
    exception->ContextRecord->Eip++;
#endif
    return EXCEPTION_CONTINUE_EXECUTION;
}

int main()
{
    unsigned caught = 0;

    SetUnhandledExceptionFilter(deny);
    write_port(0x378, 0x12);
    for (unsigned i = 0; i < 100; i++) {
        try {
            checked(0x378, i % 2 == 0 ? 0x12 : 0x13);
        } catch (const std::runtime_error &) {
            caught++;
        }
    }
    try {
        (void)read_port(0x2F8);
        if (is_denied) {
            throw std::domain_error("denied");
        }
    } catch (const std::exception &error) {
        std::printf("%u caught, %s\n", caught, error.what());
    }
    return 0;
}
