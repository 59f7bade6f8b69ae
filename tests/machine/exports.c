/* SPDX-License-Identifier: MIT
 *
 * What ntoskrnl.exe and hal.dll export here: each function that the driver may import, with NT's
 * meaning (DDK and WDK pages of the same names) and with the rules that Driver Verifier enforces.
 * This file finds them; exports_ke.c, exports_io.c and exports_hal.c have them.
 */
#include "exports.h"

void passive(const char *name)
{
    uint32_t flags;

    __asm__ volatile("pushfl; popl %0" : "=r"(flags));
    if (!(flags & EFLAGS_INTERRUPT)) {
        violation("%s above PASSIVE_LEVEL%s", name,
                  current_thread()->spin_count != 0 ? ": a spin lock is held" : "");
    }
}

void kernel_memory(const char *name, const void *memory, uint32_t bytes)
{
    if ((uint32_t)memory < KERNEL_BASE || (uint32_t)memory + bytes < KERNEL_BASE) {
        violation("%s: %p is not kernel memory", name, memory);
    }
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
    static const struct {
        const char *dll;
        const struct export *exports;
    } tables[] = {
        {"ntoskrnl.exe", exports_ke}, {"ntoskrnl.exe", exports_io}, {"hal.dll", exports_hal}};
    const struct export *export;
    unsigned i;

    for (i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        for (export = tables[i].exports; same_name(tables[i].dll, dll) && export->name != NULL;
             export ++) {
            if (strcmp(export->name, name) == 0) {
                return export->address;
            }
        }
    }
    return missing_stub(dll, name);
}
