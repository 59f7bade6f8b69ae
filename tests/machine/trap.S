/* SPDX-License-Identifier: MIT
 *
 * The ways into the test machine's kernel, one stub for each vector, and the ways out of it; and the switch from one
 * kernel stack to another. A stub builds a struct trap_frame (machine.h) and calls trap().
 */
#define KERNEL_DATA 0x10
#define KERNEL_PCR  0x30
#define VECTORS     64

        .code32
        .text
        .globl  _trap_stubs, _trap_return, _switch_stack, _thread_first_entry

/* A stub is 16 bytes: those vectors for which the processor pushes an error code (SDM vol. 3, 6.13) push none. */
        .balign 16
_trap_stubs:
        .set    vector, 0
        .rept   VECTORS
        .balign 16
        .if     (vector == 8) || (vector >= 10 && vector <= 14) || (vector == 17)
        .else
        pushl   $0
        .endif
        pushl   $vector
        jmp     trap_common
        .set    vector, vector + 1
        .endr

trap_common:
        pushal
        pushl   %ds
        pushl   %es
        pushl   %fs
        movl    $KERNEL_DATA, %eax
        movl    %eax, %ds
        movl    %eax, %es
        movl    $KERNEL_PCR, %eax
        movl    %eax, %fs
        cld
        pushl   %esp
        call    _trap
        addl    $4, %esp
_trap_return:
        popl    %fs
        popl    %es
        popl    %ds
        popal
        addl    $8, %esp                /* vector and error code */
        iretl

/* void switch_stack(uint32_t *save_esp, uint32_t load_esp) */
_switch_stack:
        movl    4(%esp), %eax
        movl    8(%esp), %edx
        pushl   %ebp
        pushl   %ebx
        pushl   %esi
        pushl   %edi
        movl    %esp, (%eax)
        movl    %edx, %esp
        popl    %edi
        popl    %esi
        popl    %ebx
        popl    %ebp
        ret

/* A new thread's first switch returns here: EBX = function, ESI = argument, or a trap frame waits on the stack. */
_thread_first_entry:
        call    _thread_began
        testl   %ebx, %ebx
        jz      _trap_return
        pushl   %esi
        call    *%ebx
        pushl   $0
        call    _thread_exit
