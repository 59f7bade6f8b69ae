/* SPDX-License-Identifier: MIT
 *
 * The functions that the compiler calls to copy or fill memory, for the DLLs, which have no C
 * library. The static library uses the program's functions.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void *memcpy(void *restrict to, const void *restrict from, size_t count)
{
    void *at = to;

    __asm__ volatile("rep movsb" : "+D"(at), "+S"(from), "+c"(count) : : "memory");
    return to;
}

void *memset(void *to, int value, size_t count)
{
    void *at = to;

    __asm__ volatile("rep stosb" : "+D"(at), "+c"(count) : "a"(value) : "memory");
    return to;
}

void *memmove(void *to, const void *from, size_t count)
{
    if ((uintptr_t)to - (uintptr_t)from >= count) {
        return memcpy(to, from, count);
    }
    /* to is inside the memory to copy: backwards */
    while (count-- > 0) {
        ((volatile uint8_t *)to)[count] = ((const volatile uint8_t *)from)[count];
    }
    return to;
}
