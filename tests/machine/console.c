/* SPDX-License-Identifier: MIT
 *
 * COM1, the kernel's command line, and the two ends of the machine: machine_exit through QEMU's
 * isa-debug-exit, panic.
 */
#include "format.h"
#include "machine.h"

#define COM1       0x3F8
#define DEBUG_EXIT 0xF4

char kernel_command_line[512];

static spinlock line_lock;

static void put(char c)
{
    while (!(in8(COM1 + 5) & 0x20)) {
    }
    out8(COM1, (uint8_t)c);
}

void say_list(const char *format, va_list args)
{
    char text[512];
    uint32_t flags;
    const char *at;

    format_text(text, sizeof text, format, args);
    flags = lock_take(&line_lock);
    for (at = text; *at != '\0'; at++) {
        put(*at);
    }
    put('\n');
    lock_drop(&line_lock, flags);
}

void say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_list(format, args);
    va_end(args);
}

void machine_exit(int code)
{
    out8(DEBUG_EXIT, (uint8_t)code); /* QEMU ends with code << 1 | 1 */
    for (;;) {
        __asm__ volatile("cli; hlt");
    }
}

void panic(const char *format, ...)
{
    static volatile uint32_t already;
    char text[400];
    va_list args;

    interrupts_off();
    if (__sync_lock_test_and_set(&already, 1)) {
        machine_exit(0x7E);
    }
    cpu_stop_others();
    line_lock.held = 0;
    va_start(args, format);
    format_text(text, sizeof text, format, args);
    va_end(args);
    say("# processor %u, thread %u of process %u", (unsigned)this_cpu()->number,
        this_cpu()->current != NULL ? (unsigned)this_cpu()->current->id : 0,
        this_cpu()->current != NULL && this_cpu()->current->process != NULL
            ? (unsigned)this_cpu()->current->process->id
            : 0);
    sched_report();
    say("Bail out! %s", text);
    machine_exit(0x7F);
}

const char *option(const char *name)
{
    static char value[64];
    const char *at = kernel_command_line;
    size_t length = strlen(name);
    size_t i;

    for (; *at != '\0'; at++) {
        if ((at == kernel_command_line || at[-1] == ' ') && memcmp(at, name, length) == 0 &&
            at[length] == '=') {
            at += length + 1;
            for (i = 0; i + 1 < sizeof value && at[i] != '\0' && at[i] != ' '; i++) {
                value[i] = at[i];
            }
            value[i] = '\0';
            return value;
        }
    }
    return NULL;
}

bool option_is(const char *name, const char *value)
{
    const char *is = option(name);

    return is != NULL && strcmp(is, value) == 0;
}

uint32_t option_number(const char *name, uint32_t otherwise)
{
    const char *is = option(name);
    uint32_t number = 0;

    if (is == NULL) {
        return otherwise;
    }
    for (; *is >= '0' && *is <= '9'; is++) {
        number = number * 10 + (uint32_t)(*is - '0');
    }
    return number;
}
