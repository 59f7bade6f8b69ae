/* SPDX-License-Identifier: MIT
 *
 * Memory: the Multiboot modules, physical pages, kernel address space in guarded pages, and
 * processes' address spaces. All of RAM is at KERNEL_BASE; C0000000 to C3FFFFFF is for what wants
 * pages of its own: stacks, pool, driver images.
 */
#include "machine.h"

#define KVA_BASE   0xC0000000u
#define KVA_PAGES  16384u
#define KVA_TABLES (KVA_PAGES / 1024u)
#define FILES_MAX  64u

static struct file files[FILES_MAX];
static unsigned file_count;
static void *free_pages; /* each holds the next one's address */
static uint32_t free_count;
static spinlock page_lock;
static uint32_t *kva_tables[KVA_TABLES];
static uint8_t kva_used[KVA_PAGES];
static uint32_t kva_hint;
static spinlock kva_lock;

struct multiboot_module {
    uint32_t start, end, string, reserved;
};

const struct file *file_find(const char *name)
{
    unsigned i;

    for (i = 0; i < file_count; i++) {
        if (same_name(files[i].name, name)) {
            return &files[i];
        }
    }
    return NULL;
}

static const char *base_name(char *path)
{
    const char *name = path;

    for (; *path != '\0' && *path != ' '; path++) {
        if (*path == '/') {
            name = path + 1;
        }
    }
    *path = '\0';
    return name;
}

static uint32_t read_multiboot(const uint32_t *info)
{
    const struct multiboot_module *modules = LINEAR(info[6]);
    uint32_t end = 0;
    unsigned i;

    if (info[0] & 4) {
        const char *line = LINEAR(info[4]);

        for (i = 0; i + 1 < sizeof kernel_command_line && line[i] != '\0'; i++) {
            kernel_command_line[i] = line[i];
        }
    }
    if ((info[0] & 8) && info[5] > FILES_MAX) {
        panic("%u files in the initrd, room for %u", (unsigned)info[5], FILES_MAX);
    }
    for (i = 0; (info[0] & 8) && i < info[5]; i++) {
        files[i].name = base_name(LINEAR(modules[i].string));
        files[i].data = LINEAR(modules[i].start);
        files[i].size = modules[i].end - modules[i].start;
        file_count++;
        end = modules[i].end > end ? modules[i].end : end;
    }
    return end;
}

void memory_init(uint32_t multiboot_info)
{
    extern uint8_t image_end[] __asm__("__end__");
    const uint32_t *info = LINEAR(multiboot_info);
    uint32_t end = read_multiboot(info);
    uint32_t top = 0x100000u + info[2] * 1024u; /* mem_upper in KiB */
    uint32_t at;
    unsigned i;

    end = PHYSICAL(image_end) > end ? PHYSICAL(image_end) : end;
    if (multiboot_info < top && multiboot_info + PAGE_BYTES > end) {
        end = multiboot_info + PAGE_BYTES;
    }
    top = top > 0x10000000u ? 0x10000000u : top;
    for (at = (end + 2 * PAGE_BYTES) & ~(PAGE_BYTES - 1); at + PAGE_BYTES <= top;
         at += PAGE_BYTES) {
        page_give(LINEAR(at));
    }
    for (i = 0; i < KVA_TABLES; i++) {
        kva_tables[i] = page_take();
        boot_page_directory[(KVA_BASE >> 22) + i] =
            PHYSICAL(kva_tables[i]) | PTE_PRESENT | PTE_WRITE;
    }
}

void *page_take(void)
{
    uint32_t flags = lock_take(&page_lock);
    void *page = free_pages;

    if (page == NULL) {
        panic("the machine is out of memory");
    }
    free_pages = *(void **)page;
    free_count--;
    lock_drop(&page_lock, flags);
    memset(page, 0, PAGE_BYTES);
    return page;
}

void page_give(void *page)
{
    uint32_t flags = lock_take(&page_lock);

    *(void **)page = free_pages;
    free_pages = page;
    free_count++;
    lock_drop(&page_lock, flags);
}

uint32_t pages_free(void)
{
    return free_count;
}

static uint32_t *kva_entry(uint32_t index)
{
    return &kva_tables[index / 1024][index % 1024];
}

static void flush_all(void *unused)
{
    uint32_t cr3;

    UNREFERENCED_PARAMETER(unused);
    __asm__ volatile("movl %%cr3, %0; movl %0, %%cr3" : "=r"(cr3)::"memory");
}

/* Finds room, first behind the last one given: freed addresses are used again as late as can be. */
static uint32_t kva_find(uint32_t pages)
{
    uint32_t run = 0;
    uint32_t tried;
    uint32_t index = kva_hint;

    for (tried = 0; tried < 2 * KVA_PAGES; tried++, index++) {
        if (index == KVA_PAGES) {
            index = 0;
            run = 0;
            /* addresses come round again: no processor may remember the old pages */
            cpu_call_others(flush_all, NULL);
            flush_all(NULL);
        }
        run = kva_used[index] ? 0 : run + 1;
        if (run == pages + 1) {
            kva_hint = index;
            return index - pages;
        }
    }
    panic("the machine is out of kernel address space");
}

void *kva_take(uint32_t pages)
{
    uint32_t flags = lock_take(&kva_lock);
    uint32_t first = kva_find(pages);
    uint32_t i;

    memset(&kva_used[first], 1, pages + 1);
    for (i = 0; i < pages; i++) {
        *kva_entry(first + i) = PHYSICAL(page_take()) | PTE_PRESENT | PTE_WRITE;
    }
    lock_drop(&kva_lock, flags);
    return (void *)(KVA_BASE + first * PAGE_BYTES);
}

static void invalidate(uint32_t address)
{
    __asm__ volatile("invlpg (%0)" ::"r"(address) : "memory");
}

void kva_protect(void *start, uint32_t bytes, bool writable)
{
    uint32_t address;

    for (address = (uint32_t)start & ~(PAGE_BYTES - 1); address < (uint32_t)start + bytes;
         address += PAGE_BYTES) {
        uint32_t *entry = kva_entry((address - KVA_BASE) / PAGE_BYTES);

        *entry = writable ? *entry | PTE_WRITE : *entry & ~PTE_WRITE;
        invalidate(address);
    }
    cpu_call_others(flush_all, NULL);
}

void kva_give(void *start, uint32_t pages)
{
    uint32_t flags = lock_take(&kva_lock);
    uint32_t first = ((uint32_t)start - KVA_BASE) / PAGE_BYTES;
    uint32_t i;

    for (i = 0; i < pages; i++) {
        uint32_t entry = *kva_entry(first + i);

        *kva_entry(first + i) = 0;
        invalidate((uint32_t)start + i * PAGE_BYTES);
        page_give(LINEAR(entry & ~(PAGE_BYTES - 1)));
    }
    memset(&kva_used[first], 0, pages + 1);
    lock_drop(&kva_lock, flags);
}

uint32_t *space_create(void)
{
    uint32_t *directory = page_take();

    memcpy(&directory[KERNEL_BASE >> 22], &boot_page_directory[KERNEL_BASE >> 22], PAGE_BYTES / 2);
    return directory;
}

void space_destroy(uint32_t *directory)
{
    unsigned i, j;

    for (i = 0; i < KERNEL_BASE >> 22; i++) {
        if (directory[i] & PTE_PRESENT) {
            uint32_t *table = LINEAR(directory[i] & ~(PAGE_BYTES - 1));

            for (j = 0; j < 1024; j++) {
                if (table[j] & PTE_PRESENT) {
                    page_give(LINEAR(table[j] & ~(PAGE_BYTES - 1)));
                }
            }
            page_give(table);
        }
    }
    page_give(directory);
}

static uint32_t *space_entry(uint32_t *directory, uint32_t address, bool make)
{
    uint32_t *entry = &directory[address >> 22];

    if (!(*entry & PTE_PRESENT)) {
        if (!make) {
            return NULL;
        }
        *entry = PHYSICAL(page_take()) | PTE_PRESENT | PTE_WRITE | PTE_USER;
    }
    return (uint32_t *)LINEAR(*entry & ~(PAGE_BYTES - 1)) + (address >> 12 & 1023);
}

static spinlock space_lock; /* of the tables: threads of one process extend them at the same time */

void *space_map(uint32_t *directory, uint32_t user_address, bool writable)
{
    uint32_t flags = lock_take(&space_lock);
    uint32_t *entry = space_entry(directory, user_address, true);

    if (!(*entry & PTE_PRESENT)) {
        *entry = PHYSICAL(page_take()) | PTE_PRESENT | PTE_USER | (writable ? PTE_WRITE : 0);
    } else if (writable) {
        *entry |= PTE_WRITE;
    }
    lock_drop(&space_lock, flags);
    return LINEAR(*entry & ~(PAGE_BYTES - 1));
}

void space_unmap(uint32_t *directory, uint32_t user_address, uint32_t bytes)
{
    void *gone = NULL;
    uint32_t at;

    for (at = 0; at < bytes; at += PAGE_BYTES) {
        uint32_t *entry = space_entry(directory, user_address + at, false);

        if (entry != NULL && (*entry & PTE_PRESENT)) {
            void **page = LINEAR(*entry & ~(PAGE_BYTES - 1));

            *entry = 0;
            *page = gone;
            gone = page;
        }
    }
    cpu_call_others(flush_all, NULL); /* only then may anybody else have the pages */
    flush_all(NULL);
    while (gone != NULL) {
        void *page = gone;

        gone = *(void **)page;
        page_give(page);
    }
}

void *space_at(uint32_t *directory, uint32_t user_address)
{
    uint32_t *entry;

    if (user_address >= KERNEL_BASE) {
        return NULL;
    }
    entry = space_entry(directory, user_address, false);
    if (entry == NULL || !(*entry & PTE_PRESENT)) {
        return NULL;
    }
    return (uint8_t *)LINEAR(*entry & ~(PAGE_BYTES - 1)) + (user_address & (PAGE_BYTES - 1));
}

bool user_copy_in(uint32_t address, void *out, uint32_t bytes)
{
    uint8_t *to = out;

    while (bytes > 0) {
        const uint8_t *from = space_at(current_thread()->process->directory, address);
        uint32_t part = PAGE_BYTES - address % PAGE_BYTES;

        part = part < bytes ? part : bytes;
        if (from == NULL) {
            return false;
        }
        memcpy(to, from, part);
        to += part;
        address += part;
        bytes -= part;
    }
    return true;
}

bool user_copy_out(uint32_t address, const void *data, uint32_t bytes)
{
    const uint8_t *from = data;

    while (bytes > 0) {
        uint8_t *to = space_at(current_thread()->process->directory, address);
        uint32_t part = PAGE_BYTES - address % PAGE_BYTES;

        part = part < bytes ? part : bytes;
        if (to == NULL) {
            return false;
        }
        memcpy(to, from, part);
        from += part;
        address += part;
        bytes -= part;
    }
    return true;
}
