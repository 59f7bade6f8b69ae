/* SPDX-License-Identifier: MIT
 *
 * libFuzzer target for core/ioinsn.c against Zydis. Input: up to 16 bytes of code. They are decoded
 * as they are and cut at each length, and what is before their last byte as the prefixes of every
 * opcode there is. At the end it says how many encodings were compared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/ioinsn_zydis.h"

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void compare(const uint8_t *code, size_t length)
{
    if (!ioinsn_compare(code, length)) {
        (void)fprintf(stderr, "fuzz_ioinsn.c: not so: both decoders agree\n");
        (void)fflush(stdout);
        abort();
    }
}

static void say_count(void)
{
    (void)fprintf(stderr, "decoders: %lu encodings compared, %lu of them port instructions\n",
                  ioinsn_compared, ioinsn_found);
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
    (void)count, (void)arguments;
    if (!ioinsn_zydis_begin()) {
        abort();
    }
    return atexit(say_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t code[18];
    unsigned opcode;
    size_t length;

    if (size == 0 || size > 16) {
        return 0;
    }
    for (length = 1; length <= size; length++) {
        compare(data, length);
    }
    memcpy(code, data, size - 1);
    for (opcode = 0; opcode < 0x100; opcode++) {
        code[size - 1] = (uint8_t)opcode;
        code[size] = data[size - 1];
        compare(code, size + 1);
    }
    return 0;
}
