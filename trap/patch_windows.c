/* SPDX-License-Identifier: MIT
 *
 * Patches the sites of port instructions. See patch.h.
 *
 * The memory of trampolines has to be where the sites' distances lead. It comes in granules of 64
 * KB, each mapped twice: to be executed there, and to be written elsewhere. So no memory is ever
 * writable and executable, and a new trampoline does not disturb threads that are in another one.
 */
#include "patch.h"

#include "lock.h"
#include "patch_site.h"
#include "trap.h"

#define SITES_MAX    1024u
#define GRANULES_MAX 256u
#define GRANULE      0x10000u
#define PAGE_BYTES   4096u

struct site {
    uint64_t address;
    uint64_t trampoline;
    uint32_t trampoline_bytes; /* 0: there is no memory for one, and the site is left alone */
    uint8_t opcode;
    bool volatile is_patched;
};

struct granule {
    uint64_t base;
    uint8_t *writable; /* the same memory */
};

static struct site sites[SITES_MAX];
static struct granule granules[GRANULES_MAX];
static LONG volatile site_count; /* grows only, after the site is complete */
static unsigned granule_count;
static up_lock lock;

static struct site *find_site(uint64_t address)
{
    const LONG count = site_count;
    LONG i;

    for (i = 0; i < count; i++) {
        if (sites[i].address == address) {
            return &sites[i];
        }
    }
    return NULL;
}

static bool has_trampoline(const struct site *site)
{
    return site->trampoline_bytes != 0;
}

/* ---- memory ---------------------------------------------------------------------------------- */

static struct granule *find_granule(uint64_t base)
{
    unsigned i;

    for (i = 0; i < granule_count; i++) {
        if (granules[i].base == base) {
            return &granules[i];
        }
    }
    return NULL;
}

/* Finds the granule, or makes it. NULL: its memory is used otherwise. */
static struct granule *get_granule(uint64_t base)
{
    struct granule *granule = find_granule(base);
    HANDLE section;
    void *executable = NULL;

    if (granule != NULL || granule_count == GRANULES_MAX) {
        return granule;
    }
    section =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_EXECUTE_READWRITE, 0, GRANULE, NULL);
    if (section == NULL) {
        return NULL;
    }
    granule = &granules[granule_count];
    granule->base = base;
    granule->writable = MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, GRANULE);
    if (granule->writable != NULL) {
        executable = MapViewOfFileEx(section, FILE_MAP_READ | FILE_MAP_EXECUTE, 0, 0, GRANULE,
                                     (void *)(uintptr_t)base);
    }
    (void)CloseHandle(section);
    if (executable == NULL) {
        if (granule->writable != NULL) {
            (void)UnmapViewOfFile(granule->writable);
        }
        return NULL;
    }
    granule_count++;
    return granule;
}

static bool is_taken(uint64_t from, uint32_t bytes)
{
    LONG i;

    for (i = 0; i < site_count; i++) {
        if (from < sites[i].trampoline + sites[i].trampoline_bytes &&
            sites[i].trampoline < from + bytes) {
            return true;
        }
    }
    return false;
}

/* Writes a trampoline to its place, which may be in two granules. */
static bool write_trampoline(uint64_t to, const uint8_t *code, uint32_t bytes)
{
    const uint64_t first = to & ~(uint64_t)(GRANULE - 1);
    const uint64_t last = (to + bytes - 1) & ~(uint64_t)(GRANULE - 1);
    uint32_t i;

    if (is_taken(to, bytes) || get_granule(first) == NULL || get_granule(last) == NULL) {
        return false;
    }
    for (i = 0; i < bytes; i++) {
        const uint64_t at = to + i;
        const uint64_t base = at & ~(uint64_t)(GRANULE - 1);

        find_granule(base)->writable[at - base] = code[i];
    }
    return FlushInstructionCache(GetCurrentProcess(), (const void *)(uintptr_t)to, bytes);
}

/* ---- sites ----------------------------------------------------------------------------------- */

/* Changes the one byte of a site. The program may be executing it. */
static bool write_site(uint64_t address, uint8_t byte)
{
    volatile uint8_t *const at = (volatile uint8_t *)(uintptr_t)address;
    DWORD protection, ignored;

    if (!VirtualProtect((void *)(uintptr_t)address, 1, PAGE_EXECUTE_READWRITE, &protection)) {
        return false;
    }
    *at = byte;
    (void)VirtualProtect((void *)(uintptr_t)address, 1, protection, &ignored);
    return FlushInstructionCache(GetCurrentProcess(), (const void *)(uintptr_t)address, 1);
}

static bool disturbs_another(uint64_t address)
{
    LONG i;

    for (i = 0; i < site_count; i++) {
        if (sites[i].is_patched && up_patch_site_disturbs(address, sites[i].address)) {
            return true;
        }
    }
    return false;
}

/* Do the four bytes behind the instruction lie in its page? Others might not be there. */
static bool is_in_page(uint64_t address)
{
    return address % PAGE_BYTES <= PAGE_BYTES - UP_PATCH_SITE_BYTES;
}

/* Plans the patch of what is at that address now. Result: false if it cannot be patched. */
static bool plan_site(uint64_t address, struct up_patch_site *plan)
{
    SYSTEM_INFO system;

    GetSystemInfo(&system);
    return is_in_page(address) &&
           up_patch_site_read((const uint8_t *)(uintptr_t)address, address, sizeof(void *) == 8,
                              (uintptr_t)system.lpMinimumApplicationAddress,
                              (uintptr_t)system.lpMaximumApplicationAddress, plan);
}

static void patch_new(uint64_t address)
{
    uint8_t code[UP_PATCH_TRAMPOLINE_MAX];
    struct up_patch_site plan;
    struct site *site;

    if (site_count == SITES_MAX || !plan_site(address, &plan)) {
        return;
    }
    site = &sites[site_count];
    *site = (struct site){
        .address = address,
        .trampoline = plan.trampoline,
        .trampoline_bytes = up_patch_trampoline_write(
            &plan, up_patch_serve, IsProcessorFeaturePresent(PF_XMMI_INSTRUCTIONS_AVAILABLE), code),
        .opcode = plan.opcode};
    if (!write_trampoline(site->trampoline, code, site->trampoline_bytes)) {
        /* Not tried again: to look for memory takes longer than the access. */
        *site = (struct site){.address = address};
        (void)InterlockedIncrement(&site_count);
        return;
    }
    site->is_patched = true;
    (void)InterlockedIncrement(&site_count);
    if (!write_site(address, UP_PATCH_JUMP)) {
        site->is_patched = false;
    }
}

/*
 * Patches a site again. Another module may have come to its address since: then its trampoline is
 * not that of what is there now.
 */
static void patch_again(struct site *site)
{
    struct up_patch_site plan;

    if (has_trampoline(site) && plan_site(site->address, &plan) &&
        plan.trampoline == site->trampoline && plan.opcode == site->opcode) {
        site->is_patched = write_site(site->address, UP_PATCH_JUMP);
    }
}

void up_patch_add(uint64_t address)
{
    const DWORD last_error = GetLastError();
    struct site *site;

    up_lock_take(&lock);
    site = find_site(address);
    if (!disturbs_another(address)) {
        if (site == NULL) {
            patch_new(address);
        } else if (!site->is_patched) {
            patch_again(site);
        }
    }
    up_lock_release(&lock);
    SetLastError(last_error);
}

void up_patch_original(uint64_t address, uint8_t *opcode)
{
    const struct site *site = *opcode == UP_PATCH_JUMP ? find_site(address) : NULL;

    if (site != NULL && has_trampoline(site)) {
        *opcode = site->opcode;
    }
}

/* ---- for the trampolines --------------------------------------------------------------------- */

static void remove_patch(uint64_t address)
{
    struct site *site;

    up_lock_take(&lock);
    site = find_site(address);
    if (site != NULL && site->is_patched) {
        site->is_patched = !write_site(address, site->opcode);
    }
    up_lock_release(&lock);
}

bool up_patch_access(uint64_t address, uint8_t opcode, uint16_t port, uint64_t *ax)
{
    const DWORD last_error = GetLastError();
    const bool is_output = (opcode & 2u) != 0;
    const unsigned width = (opcode & 1u) != 0 ? 4 : 1; /* EC and EE move AL, ED and EF EAX */
    uint32_t value = (uint32_t)*ax;

    if (up_trap_access(address, is_output, port, width, &value) != UP_TRAP_DONE) {
        remove_patch(address);
        SetLastError(last_error);
        return false;
    }
    if (!is_output) {
        *ax = width == 4 ? value : (*ax & ~(uint64_t)0xFF) | (value & 0xFFu);
    }
    return true;
}
