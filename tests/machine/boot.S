/* SPDX-License-Identifier: MIT
 *
 * How the test machine's processors come up: the first through Multiboot (Multiboot Specification 0.6.96, 3.1.3: the
 * address fields make a flat image bootable), the second through the trampoline that INIT and STARTUP point at
 * (Intel SDM vol. 3, 9.4). Both turn on paging with 4 MiB pages: physical memory at 80000000, the local APIC as it is.
 */
#define KERNEL_BASE  0x80000000
#define PHYSICAL(x)  ((x) - KERNEL_BASE)
#define TRAMPOLINE   0x8000
#define BOOT_STACK   16384

        .code32
        .text
        .globl  _multiboot_header, _boot_entry, _boot_page_directory, _ap_trampoline, _ap_trampoline_end, _ap_stack
        .balign 4
_multiboot_header:
        .long   0x1BADB002
        .long   0x00010003              /* page-aligned modules, memory size, address fields */
        .long   -(0x1BADB002 + 0x00010003)
        .long   PHYSICAL(_multiboot_header)
        .long   PHYSICAL(_multiboot_header)
        .long   0                       /* the whole file */
        .long   0                       /* its bss is in it */
        .long   PHYSICAL(_boot_entry)

_boot_entry:
        cli
        movl    %eax, %esi              /* Multiboot's magic and information survive in ESI, EBX */
        movl    $PHYSICAL(_boot_page_directory), %edi
        /* 64 pages of 4 MiB: present, writable, 4 MiB; at 0 for now and at KERNEL_BASE */
        xorl    %ecx, %ecx
1:      movl    %ecx, %eax
        shll    $22, %eax
        orl     $0x83, %eax
        movl    %eax, (%edi,%ecx,4)
        movl    %eax, 2048(%edi,%ecx,4)
        incl    %ecx
        cmpl    $64, %ecx
        jb      1b
        /* FEC00000, where the APICs are: the same, uncached */
        movl    $0xFEC00093, 0x3FB*4(%edi)
        movl    %edi, %eax
        call    enable_paging
        movl    $high, %eax
        jmp     *%eax
high:
        movl    $boot_stack_top, %esp
        pushl   %ebx
        pushl   %esi
        call    _machine_main
1:      hlt
        jmp     1b

/* EAX: the page directory's physical address. Sets CR4.PSE, CR0.PG, CR0.WP (kernel writes obey read-only pages too). */
enable_paging:
        movl    %eax, %cr3
        movl    %cr4, %eax
        orl     $0x10, %eax
        movl    %eax, %cr4
        movl    %cr0, %eax
        orl     $0x80010000, %eax
        andl    $0x9FFFFFFF, %eax       /* caches on */
        movl    %eax, %cr0
        ret

/* Copied to TRAMPOLINE; a second processor starts here in real mode with CS = TRAMPOLINE >> 4. */
        .code16
_ap_trampoline:
        cli
        movw    %cs, %ax
        movw    %ax, %ds
        lgdtl   trampoline_gdt_pointer - _ap_trampoline
        movl    %cr0, %eax
        orb     $1, %al
        movl    %eax, %cr0
        ljmpl   $8, $(TRAMPOLINE + trampoline_32 - _ap_trampoline)
        .code32
trampoline_32:
        movw    $16, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movl    $PHYSICAL(_boot_page_directory), %eax
        movl    %eax, %cr3
        movl    %cr4, %eax
        orl     $0x10, %eax
        movl    %eax, %cr4
        movl    %cr0, %eax
        orl     $0x80010000, %eax
        andl    $0x9FFFFFFF, %eax
        movl    %eax, %cr0
        movl    $ap_high, %eax
        jmp     *%eax
        .balign 8
trampoline_gdt:
        .quad   0
        .quad   0x00CF9A000000FFFF
        .quad   0x00CF92000000FFFF
trampoline_gdt_pointer:
        .word   23
        .long   TRAMPOLINE + trampoline_gdt - _ap_trampoline
_ap_trampoline_end:

ap_high:
        movl    _ap_stack, %esp
        call    _machine_ap_main
1:      hlt
        jmp     1b

        .data
_ap_stack:
        .long   0

        .bss
        .balign 4096
_boot_page_directory:
        .space  4096
boot_stack:
        .space  BOOT_STACK
boot_stack_top:
