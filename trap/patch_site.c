/* SPDX-License-Identifier: MIT
 *
 * Sites of port instructions that become jumps, and their trampolines (patch_site.h). The machine
 * code is written out here as bytes, with its meaning beside each line.
 */
#include "patch_site.h"

/* ---- sites ----------------------------------------------------------------------------------- */

static uint32_t read_distance(const uint8_t *code)
{
    return code[1] | (uint32_t)code[2] << 8 | (uint32_t)code[3] << 16 | (uint32_t)code[4] << 24;
}

bool up_patch_site_read(const uint8_t *code, uint64_t address, bool is_64_bit, uint64_t lowest,
                        uint64_t highest, struct up_patch_site *site)
{
    const uint32_t distance = read_distance(code);
    const uint64_t behind = address + UP_PATCH_SITE_BYTES;
    /* signed in 64-bit mode; modulo 4 GB otherwise */
    const uint64_t target = is_64_bit ? behind + distance - (uint64_t)(distance >> 31) * 0x100000000
                                      : (uint32_t)(behind + distance);

    if ((code[0] & 0xFC) != 0xEC || target < lowest || target > highest ||
        highest - target < UP_PATCH_TRAMPOLINE_MAX - 1) {
        return false;
    }
    if (target < behind && target + UP_PATCH_TRAMPOLINE_MAX > address) {
        return false; /* it would lie over the site */
    }
    site->address = address;
    site->trampoline = target;
    site->opcode = code[0];
    site->is_64_bit = is_64_bit;
    return true;
}

bool up_patch_site_disturbs(uint64_t address, uint64_t patched)
{
    return address > patched && address - patched < UP_PATCH_SITE_BYTES;
}

/* ---- machine code ---------------------------------------------------------------------------- */

struct writer {
    uint8_t *code;
    uint32_t length;
};

static void put(struct writer *writer, const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        *(volatile uint8_t *)&writer->code[writer->length++] = bytes[i]; /* no call of memcpy */
    }
}

#define PUT(...)                                                                                   \
    do {                                                                                           \
        static const uint8_t bytes_[] = {__VA_ARGS__};                                             \
        put(writer, bytes_, sizeof bytes_);                                                        \
    } while (0)

static void put_number(struct writer *writer, uint64_t number, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        writer->code[writer->length++] = (uint8_t)(number >> 8 * i);
    }
}

static void write_amd64(struct writer *writer, const struct up_patch_site *site, uint64_t serve)
{
    PUT(0x9C);                                     /* pushfq */
    PUT(0x41, 0x57, 0x41, 0x56, 0x41, 0x55);       /* push r15; push r14; push r13 */
    PUT(0x41, 0x54, 0x41, 0x53, 0x41, 0x52);       /* push r12; push r11; push r10 */
    PUT(0x41, 0x51, 0x41, 0x50, 0x57, 0x56, 0x55); /* push r9; push r8; push rdi; rsi; rbp */
    PUT(0x53, 0x52, 0x51, 0x50);                   /* push rbx; push rdx; push rcx; push rax */
    PUT(0x48, 0xB8);                               /* mov rax, the site */
    put_number(writer, site->address, 8);
    PUT(0x50, 0x68); /* push rax; push the opcode */
    put_number(writer, site->opcode, 4);
    PUT(0x48, 0x89, 0xE1, 0x48, 0x89, 0xE3);       /* mov rcx, rsp; mov rbx, rsp */
    PUT(0x48, 0x83, 0xE4, 0xF0);                   /* and rsp, -16 */
    PUT(0x48, 0x81, 0xEC, 0x80, 0x00, 0x00, 0x00); /* sub rsp, 128 */
    PUT(0x0F, 0x29, 0x44, 0x24, 0x20);             /* movaps [rsp+32], xmm0: above what */
    PUT(0x0F, 0x29, 0x4C, 0x24, 0x30);             /* [rsp+48], xmm1:   serve may use */
    PUT(0x0F, 0x29, 0x54, 0x24, 0x40);             /* [rsp+64], xmm2 */
    PUT(0x0F, 0x29, 0x5C, 0x24, 0x50);             /* [rsp+80], xmm3 */
    PUT(0x0F, 0x29, 0x64, 0x24, 0x60);             /* [rsp+96], xmm4 */
    PUT(0x0F, 0x29, 0x6C, 0x24, 0x70);             /* [rsp+112], xmm5 */
    PUT(0xFC, 0x48, 0xB8);                         /* cld; mov rax, serve */
    put_number(writer, serve, 8);
    PUT(0xFF, 0xD0);                                     /* call rax */
    PUT(0x0F, 0x28, 0x44, 0x24, 0x20);                   /* movaps xmm0, [rsp+32] */
    PUT(0x0F, 0x28, 0x4C, 0x24, 0x30);                   /* xmm1, [rsp+48] */
    PUT(0x0F, 0x28, 0x54, 0x24, 0x40);                   /* xmm2, [rsp+64] */
    PUT(0x0F, 0x28, 0x5C, 0x24, 0x50);                   /* xmm3, [rsp+80] */
    PUT(0x0F, 0x28, 0x64, 0x24, 0x60);                   /* xmm4, [rsp+96] */
    PUT(0x0F, 0x28, 0x6C, 0x24, 0x70);                   /* xmm5, [rsp+112] */
    PUT(0x48, 0x8D, 0x63, 0x10);                         /* lea rsp, [rbx+16]: at ax */
    PUT(0x58, 0x59, 0x5A, 0x5B, 0x5D, 0x5E, 0x5F);       /* pop rax; rcx; rdx; rbx; rbp; rsi; rdi */
    PUT(0x41, 0x58, 0x41, 0x59, 0x41, 0x5A, 0x41, 0x5B); /* pop r8; pop r9; pop r10; pop r11 */
    PUT(0x41, 0x5C, 0x41, 0x5D, 0x41, 0x5E, 0x41, 0x5F); /* pop r12; pop r13; pop r14; pop r15 */
    PUT(0x9D);                                           /* popfq */
    PUT(0xFF, 0x25, 0x00, 0x00, 0x00, 0x00);             /* jmp [rip]: the address that follows */
    put_number(writer, site->address + 1, 8);
}

/* Where a jump or call whose distance comes next leads to. */
static void put_distance(struct writer *writer, const struct up_patch_site *site, uint64_t to)
{
    put_number(writer, to - (site->trampoline + writer->length + 4), 4);
}

static void write_i386(struct writer *writer, const struct up_patch_site *site, uint64_t serve,
                       bool has_fxsave)
{
    PUT(0x9C, 0x57, 0x56, 0x55);       /* pushfd; push edi; push esi; push ebp */
    PUT(0x53, 0x52, 0x51, 0x50, 0x68); /* push ebx; push edx; push ecx; push eax; push the site */
    put_number(writer, site->address, 4);
    PUT(0x68); /* push the opcode */
    put_number(writer, site->opcode, 4);
    PUT(0x89, 0xE3, 0x83, 0xE4, 0xF0); /* mov ebx, esp; and esp, -16 */
    if (has_fxsave) {
        PUT(0x81, 0xEC, 0x00, 0x02, 0x00, 0x00); /* sub esp, 512 */
        PUT(0x0F, 0xAE, 0x04, 0x24);             /* fxsave [esp] */
    }
    PUT(0x83, 0xEC, 0x0C, 0x53, 0xFC, 0xE8); /* sub esp, 12; push ebx; cld; call serve */
    put_distance(writer, site, serve);
    if (has_fxsave) {
        PUT(0x0F, 0xAE, 0x4C, 0x24, 0x10); /* fxrstor [esp+16] */
    }
    PUT(0x8D, 0x63, 0x08);                         /* lea esp, [ebx+8]: at ax */
    PUT(0x58, 0x59, 0x5A, 0x5B, 0x5D, 0x5E, 0x5F); /* pop eax; ecx; edx; ebx; ebp; esi; edi */
    PUT(0x9D, 0xE9);                               /* popfd; jmp behind the site */
    put_distance(writer, site, site->address + 1);
}

uint32_t up_patch_trampoline_write(const struct up_patch_site *site, uint64_t serve,
                                   bool has_fxsave, uint8_t *code)
{
    struct writer writer;

    writer.code = code;
    writer.length = 0;
    if (site->is_64_bit) {
        write_amd64(&writer, site, serve);
    } else {
        write_i386(&writer, site, serve, has_fxsave);
    }
    return writer.length;
}
