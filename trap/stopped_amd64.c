/* SPDX-License-Identifier: MIT
 *
 * Stopped threads of 64-bit and 32-bit programs, for a 64-bit debugger. See stopped.h. The
 * functions for 32-bit threads came with Windows Vista and 7; without them such programs are left
 * alone.
 */
#include "stopped.h"

#include "context.h"

#define PREFIX_FS 0x64u
#define PREFIX_GS 0x65u
/* 64-bit Windows' segments for 32-bit code and all data */
#define CODE_32 0x23u
#define DATA    0x2Bu

typedef BOOL WINAPI get_context(HANDLE thread, WOW64_CONTEXT *context);
typedef BOOL WINAPI set_context(HANDLE thread, const WOW64_CONTEXT *context);
typedef BOOL WINAPI get_selector(HANDLE thread, DWORD selector, LDT_ENTRY *entry);

static FARPROC find(const char *name)
{
    return GetProcAddress(GetModuleHandleW(L"kernel32.dll"), name);
}

static bool read_32(struct up_stopped *stopped, struct up_trap_registers *registers)
{
    union {
        FARPROC any;
        get_context *function;
    } get = {.any = find("Wow64GetThreadContext")};
    WOW64_CONTEXT *const context = &stopped->context_32;

    context->ContextFlags = WOW64_CONTEXT_CONTROL | WOW64_CONTEXT_INTEGER | WOW64_CONTEXT_SEGMENTS;
    if (get.any == NULL || !get.function(stopped->thread, context) ||
        (uint16_t)context->SegCs != CODE_32 || (uint16_t)context->SegDs != DATA ||
        (uint16_t)context->SegEs != DATA) {
        return false;
    }
    *registers = (struct up_trap_registers){
        .ax = context->Eax,
        .cx = context->Ecx,
        .dx = context->Edx,
        .si = context->Esi,
        .di = context->Edi,
        .ip = context->Eip,
        .flags = context->EFlags,
    };
    return true;
}

static bool write_32(struct up_stopped *stopped, const struct up_trap_registers *registers)
{
    union {
        FARPROC any;
        set_context *function;
    } set = {.any = find("Wow64SetThreadContext")};
    WOW64_CONTEXT *const context = &stopped->context_32;

    context->Eax = (DWORD)registers->ax;
    context->Ecx = (DWORD)registers->cx;
    context->Esi = (DWORD)registers->si;
    context->Edi = (DWORD)registers->di;
    context->Eip = (DWORD)registers->ip;
    return set.any != NULL && set.function(stopped->thread, context);
}

/* The address at which the segment FS of a 32-bit thread begins. */
static bool find_fs_32(const struct up_stopped *stopped, uint64_t *base)
{
    union {
        FARPROC any;
        get_selector *function;
    } get = {.any = find("Wow64GetThreadSelectorEntry")};
    LDT_ENTRY entry;

    if (get.any == NULL || !get.function(stopped->thread, stopped->context_32.SegFs, &entry)) {
        return false;
    }
    *base = entry.BaseLow | (uint32_t)entry.HighWord.Bytes.BaseMid << 16 |
            (uint32_t)entry.HighWord.Bytes.BaseHi << 24;
    return true;
}

bool up_stopped_read(struct up_stopped *stopped, struct up_trap_registers *registers)
{
    if (stopped->is_wow64) {
        return read_32(stopped, registers);
    }
    stopped->context.ContextFlags = CONTEXT_CONTROL | CONTEXT_INTEGER | CONTEXT_SEGMENTS;
    return GetThreadContext(stopped->thread, &stopped->context) &&
           up_context_read(&stopped->context, registers);
}

bool up_stopped_write(struct up_stopped *stopped, const struct up_trap_registers *registers)
{
    if (stopped->is_wow64) {
        return write_32(stopped, registers);
    }
    up_context_write(&stopped->context, registers);
    return SetThreadContext(stopped->thread, &stopped->context);
}

bool up_stopped_set_bases(const struct up_stopped *stopped, struct up_trap_registers *registers,
                          uint8_t segment)
{
    if (!stopped->is_wow64) {
        return up_context_set_bases(registers, segment, stopped->block);
    }
    registers->source_base = 0;
    registers->target_base = 0;
    return segment == PREFIX_FS ? find_fs_32(stopped, &registers->source_base)
                                : segment != PREFIX_GS;
}
