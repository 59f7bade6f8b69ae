/* SPDX-License-Identifier: MIT
 *
 * The option fast: a port instruction that has been served becomes a jump to a trampoline, which
 * asks the driver without an exception (patch_site.h). patch_windows.c has the sites and their
 * memory, patch_serve_i386.c and patch_serve_amd64.c what the trampolines call.
 */
#ifndef UP_TRAP_PATCH_H
#define UP_TRAP_PATCH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Patches the site of an instruction of one byte that has just been served. A site that cannot be
 * patched stays as it is.
 */
void up_patch_add(uint64_t address);

/*
 * For a thread whose exception came before its site was patched: *opcode, the byte that is there
 * now, becomes the one that was there if it is the patch's.
 */
void up_patch_original(uint64_t address, uint8_t *opcode);

/*
 * For the trampolines: runs the access of a site. *ax: the register, of which a read changes the
 * part of its width. Result: false if it was refused. Then the site has its own byte again, and the
 * program goes on there: the processor refuses the instruction, as it would have without this.
 */
bool up_patch_access(uint64_t address, uint8_t opcode, uint16_t port, uint64_t *ax);

/* What the trampolines call; the parameter is the frame of patch_site.h. */
extern const uintptr_t up_patch_serve;

#endif
