/* SPDX-License-Identifier: MIT
 *
 * Tokens and the access check, for the machine and for the fake kernel under Wine. A
 * SECURITY_SUBJECT_CONTEXT's tokens are struct token here.
 */
#ifndef MACHINE_SECURITY_H
#define MACHINE_SECURITY_H

#include <ntifs.h>
#include <stdbool.h>
#include <stdint.h>

#include "tokens.h"

struct token;

extern const char *const token_names[AS_KINDS];
const struct token *token_of(enum token_kind kind);
bool token_is_administrator(const struct token *token);

/*
 * SeAccessCheck for user mode, of a descriptor in at most that many bytes. STATUS_SUCCESS, or why
 * not: STATUS_ACCESS_DENIED, STATUS_PRIVILEGE_NOT_HELD, STATUS_BAD_IMPERSONATION_LEVEL.
 */
NTSTATUS access_check(const void *descriptor, uint32_t bytes,
                      const SECURITY_SUBJECT_CONTEXT *subject, ACCESS_MASK desired,
                      ACCESS_MASK previous, ACCESS_MASK *granted);

/* SeAccessCheck itself, with what a driver may give it. */
BOOLEAN access_check_for_driver(PSECURITY_DESCRIPTOR descriptor,
                                const SECURITY_SUBJECT_CONTEXT *subject, BOOLEAN locked,
                                ACCESS_MASK desired, ACCESS_MASK previous,
                                const GENERIC_MAPPING *mapping, KPROCESSOR_MODE mode,
                                ACCESS_MASK *granted, NTSTATUS *status);

#define GENERIC_RIGHTS   0xF0000000u
#define DESCRIPTOR_BYTES 256u /* as many are looked at */

ACCESS_MASK map_generic(ACCESS_MASK access);

#endif
