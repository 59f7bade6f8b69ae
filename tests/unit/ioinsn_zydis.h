/* SPDX-License-Identifier: MIT
 *
 * Compares core/ioinsn.c with Zydis, a decoder of the processor's whole instruction set, for the
 * unit test and for the fuzzer.
 */
#ifndef UP_TESTS_IOINSN_ZYDIS_H
#define UP_TESTS_IOINSN_ZYDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How many encodings were compared, in both modes together, and how many were port instructions. */
extern unsigned long ioinsn_compared, ioinsn_found;

/* Before the first comparison. Result: false if Zydis cannot be used. */
bool ioinsn_zydis_begin(void);

/*
 * Decodes code in 32-bit and in 64-bit mode by both. Result: false if they differ, which is
 * printed.
 */
bool ioinsn_compare(const uint8_t *code, size_t length);

#endif
