/* SPDX-License-Identifier: MIT
 *
 * Stands in for tests/machine/machine.h, which is for i386 alone, so that the test machine's access
 * check (tests/machine/security.c) is the fake kernel's on amd64 too. Given to the compiler with
 * -include; machine.h then finds itself included.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include "tests/machine/security.h"

void violation(const char *format, ...);

/* What ntoskrnl's import library does not have. */
static inline int memcmp_fake(const void *a, const void *b, size_t bytes)
{
    const uint8_t *left = a, *right = b;

    for (; bytes != 0 && *left == *right; bytes--, left++, right++) {
    }
    return bytes == 0 ? 0 : *left - *right;
}
#define memcmp memcmp_fake

#endif
