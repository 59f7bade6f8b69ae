/* SPDX-License-Identifier: MIT
 *
 * How an IN or OUT of one byte in a program's code becomes a jump, so that serving it takes no
 * exception. Pure C: decides where that can be done, and makes the machine code that the jump leads
 * to; changing the program is the caller's. The facts are from the Intel SDM, vol. 2, JMP, FXSAVE,
 * and Microsoft's x64 calling convention.
 *
 * Only the byte of the instruction changes, to E9. The four bytes behind it, which are the
 * program's next instructions, stay as they are, and are the jump's distance: so one store does it
 * while other threads run, and a jump to the next instruction still finds it. The trampoline has to
 * be where that distance leads. A site whose memory is not free there is left to the trap.
 */
#ifndef UP_TRAP_PATCH_SITE_H
#define UP_TRAP_PATCH_SITE_H

#include <stdbool.h>
#include <stdint.h>

#define UP_PATCH_SITE_BYTES     5u   /* the instruction and the four bytes behind it */
#define UP_PATCH_TRAMPOLINE_MAX 192u /* bytes of machine code */
#define UP_PATCH_JUMP           0xE9 /* what the site's byte becomes */

struct up_patch_site {
    uint64_t address;    /* of the instruction */
    uint64_t trampoline; /* where its code has to begin */
    uint8_t opcode;      /* EC ED EE or EF */
    bool is_64_bit;
};

/*
 * What the trampoline leaves on the stack for the function that it calls. ax is taken back into the
 * register afterwards, and so are all others. The program's own stack pointer is the address behind
 * the frame. ip: of the site; opcode: what was there.
 */
struct up_patch_frame_i386 {
    uint32_t opcode, ip, ax, cx, dx, bx, bp, si, di, flags;
};

struct up_patch_frame_amd64 {
    uint64_t opcode, ip, ax, cx, dx, bx, bp, si, di, r8, r9, r10, r11, r12, r13, r14, r15, flags;
};

/* XMM0 to XMM5, 16 bytes each, as the trampoline for amd64 has saved them below its frame. */
#define UP_PATCH_XMM_COUNT     6u
#define UP_PATCH_XMM_AT(frame) (((uintptr_t)(frame) & ~(uintptr_t)15) - UP_PATCH_XMM_COUNT * 16u)

/*
 * Can the instruction at address, of which code has the UP_PATCH_SITE_BYTES, become a jump? It has
 * to be one without a prefix that has just been executed or faulted there. lowest and highest: the
 * addresses that memory can be got at. Result: false if not; the trap goes on serving it.
 */
bool up_patch_site_read(const uint8_t *code, uint64_t address, bool is_64_bit, uint64_t lowest,
                        uint64_t highest, struct up_patch_site *site);

/*
 * Would patching the site at address change the distance of a jump that was patched in before, at
 * patched? Then it must not be done. The other order does no harm: the distance is what is there.
 */
bool up_patch_site_disturbs(uint64_t address, uint64_t patched);

/*
 * Writes the trampoline for site->trampoline into code, of UP_PATCH_TRAMPOLINE_MAX bytes. It saves
 * all general registers and the flags, XMM0 to XMM5 on amd64, and with has_fxsave the registers of
 * FXSAVE on i386; calls serve, as C calls void serve(struct up_patch_frame_...  *) on Windows; and
 * goes on behind the site. The upper halves of YMM registers are serve's to keep. Result: its
 * length in bytes.
 */
uint32_t up_patch_trampoline_write(const struct up_patch_site *site, uint64_t serve,
                                   bool has_fxsave, uint8_t *code);

#endif
