/* SPDX-License-Identifier: MIT
 *
 * Programs of the initrd: image.c lays .exe and .dll files out and binds them, once for all
 * processes; program.c maps them into a process and starts it. What is NT's part in ring 3 (the
 * order of DllMain calls) is in user/kernel32_*.c.
 */
#ifndef MACHINE_PROGRAM_H
#define MACHINE_PROGRAM_H

#include "machine.h"
#include "pe.h"
#include "user/machine_abi.h"

/* ---- image.c --------------------------------------------------------------------------------- */

struct image {
    const struct file *file;
    const char *why; /* it cannot be loaded; NULL: it is */
    struct pe_info info;
    uint32_t base;
    uint8_t *pages;
    uint32_t imports; /* the images that its imports and forwarders lead to, a bit each */
};

/* the index is the number of the module in every process */
extern struct image images[USER_MODULES];

/*
 * Finds or loads a file of the initrd, and what it imports. NULL: it cannot be loaded, *why says
 * the reason.
 */
struct image *image_load(const char *name, const char **why);
bool image_is_dll(const struct image *image);
uint32_t image_bit(const struct image *image);
/* Itself and all that it needs; 0: some of that cannot be loaded. */
uint32_t image_needs(const struct image *image);
/*
 * The address of an export, by name, or by ordinal when name is NULL; forwarders are followed. 0:
 * there is none.
 */
uint32_t image_export(struct image *image, const char *name, uint32_t ordinal);
/*
 * The stubs for imports that nobody has: they are the same in every process. NULL: there is none
 * yet.
 */
const uint8_t *image_missing_stubs(void);
#define MISSING_BYTES (4u * PAGE_BYTES)

/* ---- program.c ------------------------------------------------------------------------------- */

/*
 * Runs an .exe file of the initrd as a console program. NULL: it cannot be loaded, *why says the
 * reason.
 */
struct process *program_start(const char *file, const char *arguments, enum token_kind token,
                              const char **why);
/*
 * Maps images into a process; modules that were not there are new in its list, with that many
 * references.
 */
void program_map(struct process *process, uint32_t which, int32_t references);
void program_unmap(struct process *process, struct image *image);
/*
 * A new stack's first address and its bottom; a new TEB for a thread that starts with esp on its
 * stack.
 */
uint32_t program_stack(struct process *process);
uint32_t program_teb(struct process *process, uint32_t esp, uint32_t thread_id);
void program_clear_tls(struct process *process, uint32_t slot); /* in each of its threads */
void program_release_mailbox(struct process *process);

#endif
