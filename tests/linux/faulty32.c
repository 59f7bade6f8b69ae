/* SPDX-License-Identifier: MIT
 *
 * A 32-bit program that ends by a port that it has not: 3BC, by OUT of two bytes. Without a C
 * library, as probe32.c.
 */
__attribute__((force_align_arg_pointer)) void _start(void)
{
    __asm__ volatile("outw %%ax, %%dx" : : "a"(0), "d"(0x3BC));
}
