/* SPDX-License-Identifier: MIT
 *
 * Stands in for tests/machine/machine.h, which is for i386 alone, so that the test machine's access check
 * (tests/machine/security.c) is the fake kernel's on amd64 too. Given to the compiler with -include; machine.h then
 * finds itself included.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <ntifs.h>
#include <stdbool.h>
#include <stdint.h>

enum token_kind {
    AS_SYSTEM,
    AS_ADMIN,
    AS_FILTERED_ADMIN,
    AS_USER,
    AS_LOW_USER,
    AS_NETWORK_ADMIN,
    AS_SERVICE,
    AS_KINDS
};
extern const char *const token_names[AS_KINDS];

bool access_check(const void *descriptor, uint32_t bytes, enum token_kind token, ACCESS_MASK desired,
                  ACCESS_MASK *granted);
ACCESS_MASK map_generic(ACCESS_MASK access);
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
