/* SPDX-License-Identifier: MIT
 *
 * The processors: descriptor tables with NT's selectors, a TSS laid out as NT's for each, the local
 * APIC for the tick and for interrupts between processors, and the start of the second one (Intel
 * SDM vol. 3, 6, 8, 9.4, 11).
 */
#include "machine.h"

#define APIC_BASE        0xFEE00000u
#define APIC_ID          0x020
#define APIC_EOI         0x0B0
#define APIC_SPURIOUS    0x0F0
#define APIC_ICR_LOW     0x300
#define APIC_ICR_HIGH    0x310
#define APIC_TIMER       0x320
#define APIC_TIMER_INIT  0x380
#define APIC_TIMER_COUNT 0x390
#define APIC_TIMER_DIV   0x3E0
#define APIC_TIMER_HZ    1000000000u /* QEMU's local APIC counts nanoseconds */
#define TRAMPOLINE       0x8000u
#define IDT_VECTORS      64u

extern uint8_t ap_trampoline[], ap_trampoline_end[];
extern uint32_t ap_stack;

struct cpu cpus[PROCESSORS] __attribute__((aligned(4096)));

uint64_t tsc_hz;

static uint64_t idt[IDT_VECTORS];
static volatile uint32_t cpus_up;
static void (*volatile call_function)(void *);
static void *volatile call_argument;
static volatile uint32_t call_pending; /* a bit for each processor */
static spinlock call_lock;

static volatile uint32_t *apic(uint32_t reg)
{
    return (volatile uint32_t *)(APIC_BASE + reg);
}

static uint64_t segment(uint32_t base, uint32_t limit, uint8_t access, uint8_t flags)
{
    return (limit & 0xFFFF) | (uint64_t)(base & 0xFFFFFF) << 16 | (uint64_t)access << 40 |
           (uint64_t)(limit >> 16 & 0xF) << 48 | (uint64_t)flags << 52 |
           (uint64_t)(base >> 24) << 56;
}

static void load_tables(struct cpu *cpu)
{
    struct {
        uint16_t limit;
        uint32_t base;
    } __attribute__((packed)) pointer;
    uint16_t tss = SELECTOR_TSS;

    cpu->self = cpu;
    cpu->kpcr_number = (uint8_t)cpu->number;
    cpu->gdt[1] = segment(0, 0xFFFFF, 0x9A, 0xC);
    cpu->gdt[2] = segment(0, 0xFFFFF, 0x92, 0xC);
    cpu->gdt[3] = segment(0, 0xFFFFF, 0xFA, 0xC);
    cpu->gdt[4] = segment(0, 0xFFFFF, 0xF2, 0xC);
    cpu->gdt[SELECTOR_TSS / 8] = segment((uint32_t)&cpu->tss, sizeof cpu->tss - 1, 0x89, 0);
    cpu->gdt[SELECTOR_PCR / 8] = segment((uint32_t)cpu, 0xFFF, 0x92, 0x4);
    cpu->gdt[SELECTOR_TEB / 8] = segment(0, 0xFFF, 0xF2, 0x4);
    cpu->gdt[SELECTOR_FAULT_TSS / 8] = segment((uint32_t)&cpu->fault_tss, 0x67, 0x89, 0);
    cpu->tss.ss0 = SELECTOR_KERNEL_DATA;
    cpu->tss.iopm_base = IOPM_NONE;
    memset(cpu->tss.iopm, 0xFF, sizeof cpu->tss.iopm);
    memset(cpu->tss.iopm_end, 0xFF, sizeof cpu->tss.iopm_end);
    cpu->fault_tss.cr3 = PHYSICAL(boot_page_directory);
    cpu->fault_tss.eip = (uint32_t)double_fault;
    cpu->fault_tss.esp = (uint32_t)cpu->fault_stack + sizeof cpu->fault_stack;
    cpu->fault_tss.cs = SELECTOR_KERNEL_CODE;
    cpu->fault_tss.ss = cpu->fault_tss.ds = cpu->fault_tss.es = SELECTOR_KERNEL_DATA;
    cpu->fault_tss.fs = SELECTOR_PCR;
    cpu->fault_tss.eflags = 2;
    cpu->fault_tss.iopm_base = 0x68;

    pointer.limit = sizeof cpu->gdt - 1;
    pointer.base = (uint32_t)cpu->gdt;
    __asm__ volatile("lgdtl %0\n"
                     "ljmp %1, $1f\n"
                     "1: movl %2, %%eax\n"
                     "movl %%eax, %%ds\n movl %%eax, %%es\n movl %%eax, %%ss\n"
                     "movl %3, %%eax\n movl %%eax, %%fs\n"
                     "xorl %%eax, %%eax\n movl %%eax, %%gs\n"
                     "ltr %w4" ::"m"(pointer),
                     "i"(SELECTOR_KERNEL_CODE), "i"(SELECTOR_KERNEL_DATA), "i"(SELECTOR_PCR),
                     "r"((uint32_t)tss)
                     : "eax", "memory");
    pointer.limit = sizeof idt - 1;
    pointer.base = (uint32_t)idt;
    __asm__ volatile("lidtl %0" ::"m"(pointer));
}

static void make_idt(void)
{
    unsigned i;

    for (i = 0; i < IDT_VECTORS; i++) {
        uint32_t stub = (uint32_t)trap_stubs + i * 16;
        /* interrupt gates; ring 3 may use breakpoint and the system call */
        uint8_t access = i == 3 || i == VECTOR_SYSCALL ? 0xEE : 0x8E;

        idt[i] = (stub & 0xFFFF) | (uint64_t)SELECTOR_KERNEL_CODE << 16 | (uint64_t)access << 40 |
                 (uint64_t)(stub >> 16) << 48;
    }
    /* A double fault comes on a stack that is broken: a task gate, with a stack of its own. */
    idt[8] = (uint64_t)SELECTOR_FAULT_TSS << 16 | (uint64_t)0x85 << 40;
}

/* The first thing that a double fault, mostly a kernel stack that is too small, runs. */
void double_fault(void)
{
    struct ktss *at = &this_cpu()->tss;

    panic("double fault: eip %08X esp %08X ebp %08X (kernel stack overflow?)", (unsigned)at->eip,
          (unsigned)at->esp, (unsigned)at->ebp);
}

static void apic_init(void)
{
    *apic(APIC_SPURIOUS) = 0x100 | VECTOR_SPURIOUS;
    *apic(APIC_TIMER_DIV) = 0xB; /* by 1 */
    *apic(APIC_TIMER) = 0x20000 | VECTOR_TICK;
    *apic(APIC_TIMER_INIT) = APIC_TIMER_HZ / TICKS_PER_SECOND;
}

void cpu_interrupt_done(void)
{
    *apic(APIC_EOI) = 0;
}

/*
 * The APIC's count and the time-stamp counter, read together: the closest of several, an
 * interruption spoils one.
 */
static void read_clocks(uint32_t *apic_count, uint64_t *tsc)
{
    uint64_t shortest = ~0ull;
    unsigned i;

    *apic_count = 0;
    *tsc = 0;
    for (i = 0; i < 16; i++) {
        uint64_t before = read_tsc();
        uint32_t count = *apic(APIC_TIMER_COUNT);
        uint64_t after = read_tsc();

        if (after - before < shortest) {
            shortest = after - before;
            *apic_count = count;
            *tsc = before + shortest / 2;
        }
    }
}

static void measure_tsc(void)
{
    uint32_t count[2];
    uint64_t tsc[2];

    *apic(APIC_TIMER_DIV) = 0xB;
    *apic(APIC_TIMER) = 0x10000 | VECTOR_TICK; /* once, masked */
    *apic(APIC_TIMER_INIT) = 0xFFFFFFFF;
    read_clocks(&count[0], &tsc[0]);
    while (count[0] - *apic(APIC_TIMER_COUNT) < APIC_TIMER_HZ / 50) {
        cpu_relax();
    }
    read_clocks(&count[1], &tsc[1]);
    tsc_hz = (tsc[1] - tsc[0]) * APIC_TIMER_HZ / (count[0] - count[1]);
}

static void send(uint32_t to, uint32_t command)
{
    uint32_t flags = interrupts_off();

    while (*apic(APIC_ICR_LOW) & 0x1000) {
        cpu_relax();
    }
    *apic(APIC_ICR_HIGH) = to << 24;
    *apic(APIC_ICR_LOW) = command;
    interrupts_restore(flags);
}

void cpu_ask_to_reschedule(struct cpu *cpu)
{
    if (cpu == this_cpu()) {
        cpu->reschedule = true;
    } else {
        send(cpu->number, 0x4000 | VECTOR_RESCHEDULE);
    }
}

void cpu_answer_call(void)
{
    /* the interrupt that asks for it must not do it a second time */
    uint32_t flags = interrupts_off();
    uint32_t bit = 1u << this_cpu()->number;

    if (call_pending & bit) {
        call_function(call_argument);
        __sync_fetch_and_and(&call_pending, ~bit);
    }
    interrupts_restore(flags);
}

void cpu_call_others(void (*function)(void *), void *argument)
{
    uint32_t flags = lock_take(&call_lock);
    uint32_t me = this_cpu()->number;
    unsigned i;

    call_function = function;
    call_argument = argument;
    for (i = 0; i < cpus_up; i++) {
        if (i != me) {
            __sync_fetch_and_or(&call_pending, 1u << i);
            send(i, 0x4000 | VECTOR_CALL);
        }
    }
    while (call_pending) {
        cpu_relax();
    }
    lock_drop(&call_lock, flags);
}

void cpu_stop_others(void)
{
    unsigned i;

    for (i = 0; i < PROCESSORS; i++) {
        if (i != this_cpu()->number && i < cpus_up) {
            send(i, 0x4000 | VECTOR_STOP);
        }
    }
}

void cpu_set_teb(uint32_t base)
{
    this_cpu()->gdt[SELECTOR_TEB / 8] = segment(base, 0xFFF, 0xF2, 0x4);
}

void cpu_init_first(void)
{
    cpus[0].number = 0;
    make_idt();
    load_tables(&cpus[0]);
    /* the old interrupt controllers stay masked: the APIC does it all */
    out8(0x21, 0xFF);
    out8(0xA1, 0xFF);
    cpus_up = 1;
    *apic(APIC_SPURIOUS) = 0x100 | VECTOR_SPURIOUS;
    measure_tsc();
    apic_init();
}

static void busy_wait_microseconds(uint32_t count)
{
    for (; count > 0; count--) {
        in8(0x80); /* about a microsecond on a PC, less here: only an order of magnitude matters */
    }
}

void cpu_start_others(void)
{
    uint8_t *stack = (uint8_t *)page_take();
    unsigned waited;

    memcpy(LINEAR(TRAMPOLINE), ap_trampoline, (size_t)(ap_trampoline_end - ap_trampoline));
    ap_stack = (uint32_t)stack + PAGE_BYTES;
    send(1, 0x4500); /* INIT */
    busy_wait_microseconds(10000);
    send(1, 0x4600 | TRAMPOLINE >> 12); /* STARTUP */
    busy_wait_microseconds(200);
    for (waited = 0; cpus_up < PROCESSORS; waited++) {
        if (waited > 20000000) {
            panic("the second processor did not start");
        }
        cpu_relax();
    }
}

/* Where the trampoline comes out. */
void machine_ap_main(void)
{
    cpus[1].number = 1;
    load_tables(&cpus[1]);
    apic_init();
    sched_run_idle(&cpus[1]);
}

void cpu_is_up(void)
{
    __sync_fetch_and_add(&cpus_up, 1);
}
