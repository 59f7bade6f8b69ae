/* SPDX-License-Identifier: MIT
 *
 * What ntoskrnl.exe exports here: each function that the driver may import, with NT's meaning (DDK and WDK pages of the
 * same names) and with the rules that Driver Verifier enforces. This file finds them; exports_ke.c and exports_io.c have
 * them. hal.dll exports nothing yet: the driver needs nothing of it.
 */
#include "exports.h"

void passive(const char *name)
{
    uint32_t flags;

    __asm__ volatile("pushfl; popl %0" : "=r"(flags));
    if (!(flags & 0x200)) {
        violation("%s above PASSIVE_LEVEL", name);
    }
}

void kernel_memory(const char *name, const void *memory, uint32_t bytes)
{
    if ((uint32_t)memory < KERNEL_BASE || (uint32_t)memory + bytes < KERNEL_BASE) {
        violation("%s: %p is not kernel memory", name, memory);
    }
}

/* The address, after the compiler has seen that ours has the DDK's type. */
#define EXPORT(name, function)                                                                                         \
    {                                                                                                                  \
#name, (uint32_t)(function) +                                                                                  \
                   0 * sizeof(char[__builtin_types_compatible_p(__typeof__(&name), __typeof__(&function)) ? 1 : -1])   \
    }
#define EXPORT_DATA(name, variable)                                                                                    \
    {                                                                                                                  \
#name, (uint32_t) & (variable)                                                                                 \
    }
#define EXPORT_UNDECLARED(name, function)                                                                              \
    {                                                                                                                  \
#name, (uint32_t)(function)                                                                                    \
    }

static void missing(const char *name)
{
    panic("the driver calls %s, which this machine does not have", name);
}

/* push name; call missing: the call says who is missing, not the load. */
static uint32_t missing_stub(const char *dll, const char *name)
{
    uint8_t *code = pool_take(16 + strlen(dll) + strlen(name) + 2, 'siMS');
    char *text = (char *)code + 16;

    memcpy(text, dll, strlen(dll));
    text[strlen(dll)] = '!';
    memcpy(text + strlen(dll) + 1, name, strlen(name) + 1);
    code[0] = 0x68;
    memcpy(code + 1, &text, 4);
    code[5] = 0xE8;
    *(uint32_t *)(code + 6) = (uint32_t)missing - (uint32_t)(code + 10);
    return (uint32_t)code;
}

uint32_t export_address(const char *dll, const char *name)
{
    static const struct export *const tables[] = {exports_ke, exports_io};
    const struct export *export;
    unsigned i;

    if (strcmp(dll, "ntoskrnl.exe") == 0) {
        for (i = 0; i < 2; i++) {
            for (export = tables[i]; export->name != NULL; export ++) {
                if (strcmp(export->name, name) == 0) {
                    return export->address;
                }
            }
        }
    }
    return missing_stub(dll, name);
}
