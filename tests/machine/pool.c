/* SPDX-License-Identifier: MIT
 *
 * The pool. A block of the driver ends at an unmapped page and is unmapped when it is freed: what
 * reads or writes past it, or after it, faults at that instruction (as Driver Verifier's special
 * pool does). What is before it is checked when it is freed. The machine's own blocks are plain.
 */
#include "machine.h"

#define GUARD      0xA5u
#define NEW        0xCDu
#define MAGIC      0x4C4F4F50u
#define BLOCKS_MAX 4096u
#define SMALLEST   32u
#define CLASSES    8u /* 32 to 4096 bytes */

struct block {
    void *start; /* what the driver has */
    uint8_t *pages;
    uint32_t page_count, bytes, tag;
};

struct plain {
    uint32_t magic, size_class;
    struct plain *next;
    uint32_t bytes;
};

bool pool_plain;

static struct block blocks[BLOCKS_MAX];
static uint32_t blocks_used;
static volatile LONG driver_bytes, driver_blocks;
static struct plain *free_lists[CLASSES];
static spinlock pool_lock;

static void *take_plain(uint32_t bytes)
{
    uint32_t size_class = 0;
    uint32_t size = SMALLEST;
    uint32_t flags;
    struct plain *block;

    while (size < bytes + sizeof *block) {
        size *= 2;
        size_class++;
    }
    if (size > PAGE_BYTES) {
        uint32_t pages = (bytes + sizeof *block + PAGE_BYTES - 1) / PAGE_BYTES;

        block = kva_take(pages);
        block->size_class = CLASSES + pages;
    } else {
        flags = lock_take(&pool_lock);
        if (free_lists[size_class] == NULL) {
            uint8_t *page = page_take();
            uint32_t at;

            for (at = 0; at + size <= PAGE_BYTES; at += size) {
                struct plain *part = (struct plain *)(page + at);

                part->next = free_lists[size_class];
                free_lists[size_class] = part;
            }
        }
        block = free_lists[size_class];
        free_lists[size_class] = block->next;
        lock_drop(&pool_lock, flags);
        block->size_class = size_class;
    }
    block->magic = MAGIC;
    block->bytes = bytes;
    return block + 1;
}

void *pool_take(uint32_t bytes, uint32_t tag)
{
    UNREFERENCED_PARAMETER(tag);
    return memset(take_plain(bytes), 0, bytes);
}

void pool_give(void *memory)
{
    struct plain *block = (struct plain *)memory - 1;
    uint32_t flags;

    if (block->magic != MAGIC) {
        panic("pool: %p is not a block, or was freed before", memory);
    }
    block->magic = 0;
    if (block->size_class >= CLASSES) {
        kva_give(block, block->size_class - CLASSES);
        return;
    }
    flags = lock_take(&pool_lock);
    block->next = free_lists[block->size_class];
    free_lists[block->size_class] = block;
    lock_drop(&pool_lock, flags);
}

void *pool_take_for_driver(uint32_t bytes, uint32_t tag)
{
    struct block *block;
    uint32_t flags;

    if (pool_plain) {
        __sync_fetch_and_add(&driver_bytes, (LONG)bytes);
        __sync_fetch_and_add(&driver_blocks, 1);
        return take_plain(bytes);
    }
    if (bytes == 0) {
        violation("ExAllocatePoolWithTag of 0 bytes");
        bytes = 1;
    }
    flags = lock_take(&pool_lock);
    for (block = blocks; block < blocks + BLOCKS_MAX && block->start != NULL; block++) {
    }
    if (block == blocks + BLOCKS_MAX) {
        panic("the driver has %u pool blocks: that is a leak", BLOCKS_MAX);
    }
    block->start = block; /* taken */
    blocks_used =
        (uint32_t)(block - blocks) + 1 > blocks_used ? (uint32_t)(block - blocks) + 1 : blocks_used;
    lock_drop(&pool_lock, flags);
    block->page_count = (bytes + PAGE_BYTES - 1) / PAGE_BYTES;
    block->pages = kva_take(block->page_count);
    block->bytes = bytes;
    block->tag = tag;
    memset(block->pages, GUARD, block->page_count * PAGE_BYTES);
    /*
     * to the end of the pages, 8-byte aligned as NT's pool: up to 7 bytes behind it are watched
     * when it is freed
     */
    block->start = block->pages + block->page_count * PAGE_BYTES - ((bytes + 7) & ~7u);
    memset(block->start, NEW, bytes);
    __sync_fetch_and_add(&driver_bytes, (LONG)bytes);
    __sync_fetch_and_add(&driver_blocks, 1);
    return block->start;
}

static void check_guard(const struct block *block)
{
    const uint8_t *at;

    for (at = block->pages; at < block->pages + block->page_count * PAGE_BYTES; at++) {
        if (at == block->start) {
            at += block->bytes;
            if (at >= block->pages + block->page_count * PAGE_BYTES) {
                break;
            }
        }
        if (*at != GUARD) {
            violation("pool block %p of %u bytes: byte %d was written", block->start,
                      (unsigned)block->bytes, (int)(at - (const uint8_t *)block->start));
            break;
        }
    }
}

void pool_give_for_driver(void *memory)
{
    struct block *block;
    struct block copy;

    if (pool_plain) {
        __sync_fetch_and_sub(&driver_bytes, (LONG)((struct plain *)memory - 1)->bytes);
        __sync_fetch_and_sub(&driver_blocks, 1);
        pool_give(memory);
        return;
    }
    for (block = blocks; block < blocks + blocks_used && block->start != memory; block++) {
    }
    if (memory == NULL || block == blocks + blocks_used) {
        violation("ExFreePool of %p, which is not a block (freed twice?)", memory);
        return;
    }
    check_guard(block);
    copy = *block;
    block->start = NULL;
    __sync_fetch_and_sub(&driver_bytes, (LONG)copy.bytes);
    __sync_fetch_and_sub(&driver_blocks, 1);
    kva_give(copy.pages, copy.page_count);
}

uint32_t pool_driver_bytes(void)
{
    return (uint32_t)driver_bytes;
}

uint32_t pool_driver_blocks(void)
{
    return (uint32_t)driver_blocks;
}

void pool_report_leaks(void)
{
    struct block *block;

    for (block = blocks; block < blocks + blocks_used; block++) {
        if (block->start != NULL) {
            say("# leaked: %u bytes at %p, tag %.4s", (unsigned)block->bytes, block->start,
                (const char *)&block->tag);
        }
    }
}
