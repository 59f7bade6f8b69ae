/* SPDX-License-Identifier: MIT
 *
 * The fake kernel32.dll's heap: blocks are never used again, so that what uses one after it was
 * freed finds the filling.
 */
#include "kernel32.h"

#define CHUNK_BYTES 0x10000u
#define BLOCK_MAGIC 0x4B434C42u
#define HEAP_MAGIC  0x50414548u
#define FRESH       0xBA /* what a block holds that was not asked to be zeroed */
#define FREED       0xDD

struct heap;

struct block {
    uint32_t magic, bytes;
    struct heap *heap;
    struct block *next; /* of the heap's blocks, freed ones among them */
};

struct heap {
    uint32_t magic;
    struct block *blocks;
};

CRITICAL_SECTION heap_lock = UNLOCKED;

static struct heap process_heap = {HEAP_MAGIC, NULL};
static uint32_t chunk, chunk_left;

static void __attribute__((noreturn)) misused(const char *what)
{
    SYSTEM_CALL(SYS_COMPLAIN, (uint32_t)what);
    end_process(0xC0000005);
}

static void fill(void *block, uint8_t with, uint32_t bytes)
{
    __asm__ volatile("rep stosb" : "+D"(block), "+c"(bytes) : "a"(with) : "memory");
}

/* Lock held. */
static struct block *take(uint32_t bytes)
{
    struct block *block;

    if (bytes > CHUNK_BYTES / 4) {
        return (struct block *)SYSTEM_CALL(SYS_ALLOCATE, bytes);
    }
    if (bytes > chunk_left) {
        chunk = SYSTEM_CALL(SYS_ALLOCATE, CHUNK_BYTES);
        chunk_left = CHUNK_BYTES;
    }
    block = (struct block *)chunk;
    chunk += bytes;
    chunk_left -= bytes;
    return block;
}

static struct heap *heap_of(HANDLE handle)
{
    struct heap *heap = handle;

    if (heap->magic != HEAP_MAGIC) {
        misused("a heap call with what is not a heap (destroyed before?)");
    }
    return heap;
}

static struct block *block_of(HANDLE heap, LPCVOID memory)
{
    struct block *block = (struct block *)memory - 1;

    if (memory == NULL || block->magic != BLOCK_MAGIC || block->heap != heap_of(heap)) {
        misused("a heap call with what is not a block of that heap (freed before?)");
    }
    return block;
}

static void end_block(struct block *block)
{
    fill(block + 1, FREED, block->bytes);
    block->magic = 0;
}

EXPORT HANDLE WINAPI GetProcessHeap(VOID)
{
    return &process_heap;
}

EXPORT LPVOID WINAPI HeapAlloc(HANDLE handle, DWORD flags, SIZE_T bytes)
{
    struct heap *heap = heap_of(handle);
    struct block *block;

    if (bytes > 0x8000000) {
        return NULL;
    }
    EnterCriticalSection(&heap_lock);
    block = take((uint32_t)(bytes + sizeof *block + 15) & ~15u);
    block->magic = BLOCK_MAGIC;
    block->bytes = bytes;
    block->heap = heap;
    block->next = heap->blocks;
    heap->blocks = block;
    LeaveCriticalSection(&heap_lock);
    fill(block + 1, flags & HEAP_ZERO_MEMORY ? 0 : FRESH, bytes);
    return block + 1;
}

/* NULL is no block: NT 4.0 and 2000 take none. */
EXPORT BOOL WINAPI HeapFree(HANDLE heap, DWORD flags, LPVOID memory)
{
    (void)flags;
    end_block(block_of(heap, memory));
    return TRUE;
}

EXPORT SIZE_T WINAPI HeapSize(HANDLE heap, DWORD flags, LPCVOID memory)
{
    (void)flags;
    return block_of(heap, memory)->bytes;
}

EXPORT LPVOID WINAPI HeapReAlloc(HANDLE heap, DWORD flags, LPVOID memory, SIZE_T bytes)
{
    struct block *old = block_of(heap, memory);
    char *to = HeapAlloc(heap, flags, bytes);
    uint32_t i;

    for (i = 0; to != NULL && i < old->bytes && i < bytes; i++) {
        to[i] = ((const char *)memory)[i];
    }
    if (to != NULL) {
        end_block(old);
    }
    return to;
}

EXPORT HANDLE WINAPI HeapCreate(DWORD flags, SIZE_T initial, SIZE_T maximum)
{
    struct heap *heap = HeapAlloc(&process_heap, 0, sizeof *heap);

    (void)flags, (void)initial, (void)maximum;
    heap->magic = HEAP_MAGIC;
    heap->blocks = NULL;
    return heap;
}

EXPORT BOOL WINAPI HeapDestroy(HANDLE handle)
{
    struct heap *heap = heap_of(handle);
    struct block *block;

    for (block = heap->blocks; block != NULL; block = block->next) {
        if (block->magic == BLOCK_MAGIC) {
            end_block(block);
        }
    }
    return HeapFree(&process_heap, 0, heap); /* its filling is no heap's magic */
}
