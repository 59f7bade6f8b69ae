/* SPDX-License-Identifier: MIT
 *
 * The system call instruction of the test machine: int 2E, number in EAX, arguments at EDX.
 */
#ifndef MACHINE_SYSTEM_CALL_H
#define MACHINE_SYSTEM_CALL_H

#include "machine_abi.h"

#define SYSTEM_CALL(number, ...)                                                                   \
    ({                                                                                             \
        uint32_t arguments_[] = {0, ##__VA_ARGS__};                                                \
        uint32_t result_;                                                                          \
        __asm__ volatile("int $0x2E"                                                               \
                         : "=a"(result_)                                                           \
                         : "a"(number), "d"(arguments_ + 1)                                        \
                         : "memory");                                                              \
        result_;                                                                                   \
    })

#endif
