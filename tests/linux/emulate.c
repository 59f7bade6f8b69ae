/* SPDX-License-Identifier: MIT
 *
 * Compares trap/emulate.c with the processor: random port instructions on random registers are
 * executed as they are and then emulated, and every register, the flags, the memory and what the
 * ports have afterwards must be the same; at a fault its kind, its address and all registers too.
 * Runs as root in the emulated PC, as a program of 64 bits (emulate) and of 32 (emulate32), both
 * without a C library.
 *
 * The ports are such that their reading depends on what was written, and nobody minds: 2F8, a
 * serial port whose receiver is looped to its transmitter, with a FIFO of 16 bytes, which shows the
 * order of accesses; its scratch register 2FF; the printer port's data, 378; 81 and 82, page
 * registers of the DMA controller for channels without a device; CF8, the address register of PCI's
 * configuration, which has 32 bits; and 80 to 83 where the port is part of the instruction.
 *
 * In a program that userportctl run follows, the first way is that of the follower, and the ports
 * are of a simulated device: a page fault is then known by the signal's information alone, since a
 * debugger cannot change the processor's own words of it.
 *
 *     emulate COUNT   how many instructions
 */
#include "plain.h"
#include "trap/emulate.h"

#if defined __x86_64__
#define IS_64_BIT        true
#define REGISTER(name)   "%r" name
#define PUSH_ALL         "push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
#define POP_ALL          "pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n"
#define SYS_MPROTECT     10
#define SYS_RT_SIGACTION 13
#define SYS_IOPERM       173
#define SYS_ARCH_PRCTL   158
#define ARCH_SET_GS      0x1001
/* Words of a signal's context: flags, link and stack (5), then r8 to r15, and so on. */
enum {
    WORD_DI = 13,
    WORD_SI,
    WORD_AX = 18,
    WORD_CX,
    WORD_IP = 21,
    WORD_ERROR = 24,
    WORD_TRAP,
    WORD_CR2 = 27
};
#else
#define IS_64_BIT           false
#define REGISTER(name)      "%e" name
#define PUSH_ALL            "push %ebx\n push %ebp\n push %esi\n push %edi\n"
#define POP_ALL             "pop %edi\n pop %esi\n pop %ebp\n pop %ebx\n"
#define SYS_IOPERM          101
#define SYS_MPROTECT        125
#define SYS_RT_SIGACTION    174
#define SYS_SET_THREAD_AREA 243
/* flags, link and stack (5), then gs fs es ds, and so on. */
enum { WORD_DI = 9, WORD_SI, WORD_AX = 16, WORD_TRAP, WORD_ERROR, WORD_IP, WORD_CR2 = 26 };
#endif

#define SIGSEGV     11
#define SIGBUS      7
#define SA_SIGINFO  4ul
#define SA_RESTORER 0x04000000ul
#define SA_NODEFER  0x40000000ul

#define PAGE_BYTES      4096u
#define TRAP_PAGE_FAULT 14
#define FLAGS_TRIED     0xCD5u /* CF PF AF ZF SF DF OF */

static uint32_t random_number(void)
{
    static uint64_t seed = 20261129;

    seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return (uint32_t)(seed >> 32) ^ (uint32_t)(seed >> 22);
}

/* ---- the processor --------------------------------------------------------------------------- */

#define CODE_ADDRESS 0x20000000u

/* What is loaded before the instruction, and what is there behind it. */
uintptr_t in_ax, in_cx, in_dx, in_si, in_di, in_flags, in_code;
uintptr_t out_ax, out_cx, out_dx, out_si, out_di, out_flags;

void run_native(void);
extern const char native_back[];

__asm__(
    ".text\n"
    "run_native:\n" PUSH_ALL "push in_flags\n"
    "popf\n"
    "mov in_ax, " REGISTER(
        "ax") "\n"
              "mov in_cx, " REGISTER(
                  "cx") "\n"
                        "mov in_dx, " REGISTER(
                            "dx") "\n"
                                  "mov in_si, " REGISTER(
                                      "si") "\n"
                                            "mov in_di, " REGISTER(
                                                "di") "\n"
                                                      "jmp *in_code\n"
                                                      "native_back:\n"
                                                      "mov " REGISTER(
                                                          "ax") ", out_ax\n"
                                                                "mov " REGISTER(
                                                                    "cx") ", out_cx\n"
                                                                          "mov " REGISTER(
                                                                              "dx") ", out_dx\n"
                                                                                    "mov " REGISTER(
                                                                                        "si") ", "
                                                                                              "out_"
                                                                                              "si\n"
                                                                                              "mov"
                                                                                              " " REGISTER(
                                                                                                  "di") ", out_di\n"
                                                                                                        "pushf\n"
                                                                                                        "pop out_flags\n"
                                                                                                        "cld\n" POP_ALL
                                                                                                        "ret\n"
                                                                                                        "restore: mov $15, %eax\n"
                                                                                                        "syscall\n");

#define SI_KERNEL 0x80

static struct {
    uintptr_t trap, error, address, ip;
    bool is_made; /* by a debugger */
} fault;

/* Notes the fault, and goes on where the registers are saved as they are. */
static void on_fault(int signal, void *information, void *context)
{
    uintptr_t *words = context;
    const int code = ((const int *)information)[2];
    /* si_addr is at its natural alignment behind three numbers */
    const uintptr_t address = ((const uintptr_t *)information)[sizeof(uintptr_t) == 8 ? 2 : 3];

    (void)signal;
    if (words[WORD_IP] != CODE_ADDRESS) {
        say_number("a fault of the test itself at ", words[WORD_IP], 16);
        say_number(", address ", words[WORD_CR2], 16);
        say("\n");
        end(3);
    }
    fault.trap = code == SI_KERNEL ? words[WORD_TRAP] : TRAP_PAGE_FAULT;
    fault.is_made = fault.trap != words[WORD_TRAP];
    fault.error = words[WORD_ERROR];
    fault.address = address;
    fault.ip = words[WORD_IP];
    words[WORD_IP] = (uintptr_t)native_back;
}

extern const char restore[];

static void catch_faults(void)
{
    const struct {
        void (*handler)(int, void *, void *);
        unsigned long flags;
        const char *restorer;
        uint64_t mask;
    } action = {on_fault, SA_SIGINFO | SA_NODEFER | (IS_64_BIT ? SA_RESTORER : 0), restore, 0};

    must(call(SYS_RT_SIGACTION, SIGSEGV, (long)&action, 0, 8, 0), "sigaction");
    must(call(SYS_RT_SIGACTION, SIGBUS, (long)&action, 0, 8, 0), "sigaction");
}

/* The segment register GS, which the prefix 65 chooses. */
static void set_gs_base(uint64_t base)
{
#if defined __x86_64__
    must(call(SYS_ARCH_PRCTL, ARCH_SET_GS, (long)base, 0, 0, 0), "arch_prctl");
#else
    static struct {
        uint32_t entry, base, limit, flags;
    } descriptor = {UINT32_MAX, 0, 0xFFFFF, 0x51}; /* 32 bits, limit in pages, usable */

    descriptor.base = (uint32_t)base;
    must(call(SYS_SET_THREAD_AREA, (long)&descriptor, 0, 0, 0, 0), "set_thread_area");
    __asm__ volatile("mov %0, %%gs" : : "r"(descriptor.entry * 8 + 3));
#endif
}

/* ---- memory ---------------------------------------------------------------------------------- */

enum { NONE = 0, READ = 1, WRITE = 3 };

static const struct region {
    uint64_t address;
    uint8_t pages;
    uint8_t rights[6];
} regions[] = {
    {0x10000000, 6, {WRITE, WRITE, WRITE, READ, WRITE, NONE}},
    {0, 2, {WRITE, WRITE}},
#if defined __x86_64__
    {0xFFFFE000, 4, {WRITE, WRITE, WRITE, WRITE}},
#else
    {0xE000, 4, {WRITE, WRITE, WRITE, WRITE}},
#endif
};

#define REGIONS (sizeof regions / sizeof regions[0])

static uint64_t before[REGIONS][6][PAGE_BYTES / 8], after[REGIONS][6][PAGE_BYTES / 8];

static uint64_t *page_of(const struct region *region, unsigned page)
{
    return (uint64_t *)(uintptr_t)(region->address + page * PAGE_BYTES);
}

static void make_memory(void)
{
    map(CODE_ADDRESS, PAGE_BYTES);
    for (unsigned i = 0; i < REGIONS; i++) {
        for (unsigned page = 0; page < regions[i].pages; page++) {
            uint8_t *bytes = (uint8_t *)page_of(&regions[i], page);

            if (regions[i].rights[page] == NONE) {
                continue;
            }
            map((uintptr_t)bytes, PAGE_BYTES);
            for (unsigned j = 0; j < PAGE_BYTES; j++) {
                bytes[j] = (uint8_t)random_number();
            }
            if (regions[i].rights[page] == READ) {
                must(call(SYS_MPROTECT, (long)bytes, PAGE_BYTES, 1, 0, 0), "mprotect");
            }
        }
    }
}

static bool copy_page(uint64_t *to, const uint64_t *from, bool compare_only)
{
    bool is_same = true;

    for (unsigned i = 0; i < PAGE_BYTES / 8; i++) {
        if (compare_only) {
            is_same = is_same && to[i] == from[i];
        } else {
            to[i] = from[i];
        }
        __asm__ volatile("" : : : "memory"); /* page 0 is memory like any other */
    }
    return is_same;
}

enum task { SAVE, SAVE_AFTER, RESTORE, COMPARE };

static bool memory(enum task task)
{
    bool is_same = true;

    for (unsigned i = 0; i < REGIONS; i++) {
        for (unsigned j = 0; j < regions[i].pages; j++) {
            uint64_t *page = page_of(&regions[i], j);

            __asm__("" : "+r"(page));
            if (regions[i].rights[j] != WRITE) {
                continue;
            }
            if (task == SAVE || task == SAVE_AFTER) {
                copy_page(task == SAVE ? before[i][j] : after[i][j], page, false);
            } else {
                is_same = copy_page(page, task == RESTORE ? before[i][j] : after[i][j],
                                    task == COMPARE) &&
                          is_same;
            }
        }
    }
    return is_same;
}

static unsigned rights_of(uint64_t address)
{
    for (unsigned i = 0; i < REGIONS; i++) {
        if (address >= regions[i].address &&
            address - regions[i].address < regions[i].pages * PAGE_BYTES) {
            return regions[i].rights[(address - regions[i].address) / PAGE_BYTES];
        }
    }
    return NONE;
}

/* ---- ports ----------------------------------------------------------------------------------- */

static uint32_t port_in(uint16_t port, unsigned width)
{
    uint8_t byte;
    uint16_t word;
    uint32_t value;

    switch (width) {
    case 1:
        __asm__ volatile("inb %1, %0" : "=a"(byte) : "d"(port));
        return byte;
    case 2:
        __asm__ volatile("inw %1, %0" : "=a"(word) : "d"(port));
        return word;
    default:
        __asm__ volatile("inl %1, %0" : "=a"(value) : "d"(port));
        return value;
    }
}

static void port_out(uint16_t port, unsigned width, uint32_t value)
{
    switch (width) {
    case 1:
        __asm__ volatile("outb %0, %1" : : "a"((uint8_t)value), "d"(port));
        break;
    case 2:
        __asm__ volatile("outw %0, %1" : : "a"((uint16_t)value), "d"(port));
        break;
    default:
        __asm__ volatile("outl %0, %1" : : "a"(value), "d"(port));
        break;
    }
}

static const struct {
    uint16_t first, count;
} granted[] = {{0x80, 4}, {0x2F8, 8}, {0x378, 1}, {0xCF8, 4}};

#define GRANTED (sizeof granted / sizeof granted[0])

static bool is_granted(uint16_t port, unsigned width)
{
    for (unsigned i = 0; i < GRANTED; i++) {
        if (port >= granted[i].first &&
            port + width <= (uint32_t)granted[i].first + granted[i].count) {
            return true;
        }
    }
    return false;
}

static void make_ports(void)
{
    for (unsigned i = 0; i < GRANTED; i++) {
        must(call(SYS_IOPERM, granted[i].first, granted[i].count, 1, 0, 0), "ioperm");
    }
    port_out(0x2F9, 1, 0);    /* no interrupt */
    port_out(0x2FC, 1, 0x10); /* what is sent is received */
}

#define FIFO_BYTES 16u

struct ports {
    uint32_t scratch, printer, page, configuration, received, count;
};

/* The same values at the beginning of both ways. */
static void set_ports(bool with_fifo)
{
    port_out(0x2FF, 1, 0x5A);
    port_out(0x378, 1, 0xA5);
    port_out(0x81, 2, 0x3412);
    port_out(0xCF8, 4, 0x00345678);
    if (with_fifo) {
        port_out(0x2FA, 1, 7); /* empty */
        for (unsigned i = 0; i < FIFO_BYTES / 2; i++) {
            port_out(0x2F8, 1, 0x31 + 7 * i);
        }
    }
}

static void get_ports(bool with_fifo, struct ports *ports)
{
    ports->scratch = port_in(0x2FF, 1);
    ports->printer = port_in(0x378, 1);
    ports->page = port_in(0x81, 2);
    ports->configuration = port_in(0xCF8, 4);
    ports->received = ports->count = 0;
    while (with_fifo && (port_in(0x2FD, 1) & 1) != 0 && ports->count < 2 * FIFO_BYTES) {
        ports->received = ports->received * 31 + port_in(0x2F8, 1);
        ports->count++;
    }
}

/* ---- the emulation's ways -------------------------------------------------------------------- */

static enum up_trap_result access_port(void *context, bool is_output, uint16_t port, unsigned width,
                                       uint32_t *value)
{
    (void)context;
    if (!is_granted(port, width)) {
        return UP_TRAP_DENIED;
    }
    if (is_output) {
        port_out(port, width, *value);
    } else {
        *value = port_in(port, width);
    }
    return UP_TRAP_DONE;
}

static enum up_trap_result move_block(void *context, bool is_output, uint16_t port, unsigned width,
                                      void *buffer, uint32_t count, uint32_t *moved)
{
    uint8_t *bytes = buffer;

    for (*moved = 0; *moved < count; ++*moved, bytes += width) {
        uint32_t value = 0;
        enum up_trap_result result;

        for (unsigned i = 0; i < width; i++) {
            value |= (uint32_t)bytes[i] << 8 * i;
        }
        result = access_port(context, is_output, port, width, &value);
        if (result != UP_TRAP_DONE) {
            return result;
        }
        for (unsigned i = 0; i < width && !is_output; i++) {
            bytes[i] = (uint8_t)(value >> 8 * i);
        }
    }
    return UP_TRAP_DONE;
}

static bool probe(void *context, uint64_t address, uint32_t length, bool for_writing)
{
    const unsigned needed = for_writing ? WRITE : READ;

    (void)context;
    return (rights_of(address) & needed) == needed &&
           (rights_of(address + length - 1) & needed) == needed;
}

static bool read_memory(void *context, uint64_t address, void *buffer, uint32_t length)
{
    (void)context;
    for (uint32_t i = 0; i < length; i++) {
        ((uint8_t *)buffer)[i] = *(volatile uint8_t *)(uintptr_t)(address + i);
    }
    return true;
}

static bool write_memory(void *context, uint64_t address, const void *buffer, uint32_t length)
{
    (void)context;
    for (uint32_t i = 0; i < length; i++) {
        *(volatile uint8_t *)(uintptr_t)(address + i) = ((const uint8_t *)buffer)[i];
    }
    return true;
}

static const struct up_trap_ways ways = {access_port, move_block,   probe,
                                         read_memory, write_memory, 0};

/* ---- cases ----------------------------------------------------------------------------------- */

struct one {
    uint8_t code[8];
    struct up_io_instruction instruction;
    struct up_trap_registers registers;
};

static void make_instruction(struct one *one)
{
    static const uint8_t prefixes[] = {0x66, 0x66, 0x67, 0x67, 0xF3, 0xF3, 0xF2, 0x65};
    static const uint8_t opcodes[] = {0x6C, 0x6D, 0x6D, 0x6E, 0x6F, 0x6F, 0x6C, 0x6D,
                                      0xE4, 0xE5, 0xE6, 0xE7, 0xEC, 0xED, 0xEE, 0xEF};
    static const uint8_t ports[] = {0x80, 0x81, 0x82, 0x60}; /* 60 is not granted */
    const uint32_t random = random_number();
    const unsigned count = random & 3;

    for (unsigned i = 0; i < count; i++) {
        one->code[i] = prefixes[random >> (2 + 3 * i) & 7];
    }
    one->code[count] = opcodes[random >> 12 & 15];
    one->code[count + 1] = ports[random >> 16 & 3];
    if (!up_io_instruction_read(one->code, count + 2, IS_64_BIT, &one->instruction)) {
        say("an instruction was not decoded\n");
        end(2);
    }
}

static uint16_t choose_port(unsigned width)
{
    static const uint16_t ports[3][8] = {{0x2F8, 0x2F8, 0x2F8, 0x2FF, 0x378, 0x81, 0x3BC, 0x82},
                                         {0x81, 0x81, 0x81, 0x81, 0x82, 0x2FF, 0x3BC, 0x81},
                                         {0xCF8, 0xCF8, 0xCF8, 0xCF8, 0xCF8, 0x376, 0x3BC, 0xCF8}};

    return ports[width / 2][random_number() & 7];
}

static uint32_t choose_count(void)
{
    const uint32_t random = random_number();

    switch (random & 31) {
    case 0:
        return (random >> 8) % 3000;
    case 1:
        return 0;
    case 2:
    case 3:
        return 1;
    case 4:
    case 5:
        return UP_TRAP_CHUNK - 2 + (random >> 8) % 5;
    default:
        return (random >> 8) % 24;
    }
}

/* The address of the first element: near a border, mostly. */
static uint64_t choose_address(unsigned address_bytes)
{
    const uint32_t random = random_number();
    const uint64_t near = random & 1 ? random >> 8 & 63 : 0 - (uint64_t)(random >> 8 & 63);

    if (address_bytes == 2) {
        return (random & 6 ? near : 0xF000 + near) & 0xFFFF;
    }
    if ((random & 6) == 0) {
        return IS_64_BIT ? (near & (address_bytes == 4 ? UINT32_MAX : UINT64_MAX)) : 0x10000 + near;
    }
    if ((random & 6) == 2 && IS_64_BIT) {
        return UINT64_C(0x100000000) + near;
    }
    return 0x10000000 + PAGE_BYTES * (random >> 16) % (6 * PAGE_BYTES) + near;
}

static uint64_t low_bits(uint64_t number, unsigned bytes)
{
    return bytes == 8 ? number : bytes == 4 ? (uint32_t)number : (uint16_t)number;
}

static uint64_t wide_random(void)
{
    return IS_64_BIT ? (uint64_t)random_number() << 32 | random_number() : random_number();
}

static void make_registers(struct one *one)
{
    struct up_trap_registers *registers = &one->registers;
    const unsigned bytes =
        one->instruction.is_string ? one->instruction.address_bytes : sizeof(void *);
    const uint64_t address = choose_address(bytes);
    const uint64_t garbage = wide_random();
    uint64_t index;

    memset(registers, 0, sizeof *registers);
    registers->is_64_bit = IS_64_BIT;
    registers->ax = wide_random();
    registers->dx = (wide_random() & ~UINT64_C(0xFFFF)) + choose_port(one->instruction.width);
    registers->ip = CODE_ADDRESS;
    registers->flags = (random_number() & FLAGS_TRIED) | 0x202;
    if (one->instruction.segment == 0x65) {
        registers->source_base = IS_64_BIT ? random_number() & 0x0FFFFFFF : random_number();
    }
    index = garbage - low_bits(garbage, bytes) + low_bits(address - registers->source_base, bytes);
    if (bytes == 2) { /* the segment has to come to the address */
        registers->source_base =
            registers->source_base == 0 ? 0 : (uint32_t)(address - (uint16_t)index);
    }
    registers->cx = garbage - low_bits(garbage, bytes) + choose_count();
    registers->si = one->instruction.is_output ? index : wide_random();
    registers->di = one->instruction.is_output ? wide_random() : index;
}

static void run_processor(const struct one *one)
{
    uint8_t *code = (uint8_t *)CODE_ADDRESS;
    const uint32_t length = one->instruction.length;
    const uint32_t distance = (uint32_t)(uintptr_t)native_back - (CODE_ADDRESS + length + 5);

    memcpy(code, one->code, length);
    code[length] = 0xE9; /* JMP */
    memcpy(code + length + 1, &distance, 4);
    in_ax = (uintptr_t)one->registers.ax;
    in_cx = (uintptr_t)one->registers.cx;
    in_dx = (uintptr_t)one->registers.dx;
    in_si = (uintptr_t)one->registers.si;
    in_di = (uintptr_t)one->registers.di;
    in_flags = one->registers.flags;
    in_code = CODE_ADDRESS;
    memset(&fault, 0, sizeof fault);
    set_gs_base(one->registers.source_base);
    run_native();
    if (fault.trap == 0) {
        fault.ip = CODE_ADDRESS + length;
    }
}

/* What is not the same, or 0. */
static const char *difference(const struct one *one, const struct up_trap_registers *now,
                              enum up_trap_result result, uint64_t address, bool writes)
{
    if ((result != UP_TRAP_DONE) != (fault.trap != 0)) {
        return "one of them faults";
    }
    if (result == UP_TRAP_NO_MEMORY && fault.trap == TRAP_PAGE_FAULT &&
        (fault.address != address || (!fault.is_made && (fault.error & 2) != (writes ? 2u : 0u)))) {
        return "the page fault";
    }
    if ((fault.trap == TRAP_PAGE_FAULT) != (result == UP_TRAP_NO_MEMORY) &&
        (result != UP_TRAP_NO_MEMORY || !IS_64_BIT || address >> 47 == 0)) {
        return "the kind of fault";
    }
    return out_ax != now->ax                                         ? "AX"
           : out_cx != now->cx                                       ? "CX"
           : out_dx != now->dx                                       ? "DX"
           : out_si != now->si                                       ? "SI"
           : out_di != now->di                                       ? "DI"
           : fault.ip != now->ip                                     ? "IP"
           : ((out_flags ^ one->registers.flags) & FLAGS_TRIED) != 0 ? "the flags"
           : now->flags != one->registers.flags                      ? "the emulated flags"
                                                                     : 0;
}

static void print(const struct one *one, const char *what, const struct up_trap_registers *now,
                  enum up_trap_result result, uint64_t address)
{
    say("# ");
    say(what);
    say(":");
    for (unsigned i = 0; i < one->instruction.length; i++) {
        say_number(" ", one->code[i], 16);
    }
    say_number("\n#   before:    AX ", one->registers.ax, 16);
    say_number(" CX ", one->registers.cx, 16);
    say_number(" DX ", one->registers.dx, 16);
    say_number(" SI ", one->registers.si, 16);
    say_number(" DI ", one->registers.di, 16);
    say_number(" flags ", one->registers.flags, 16);
    say_number(" GS ", one->registers.source_base, 16);
    say_number("\n#   processor: AX ", out_ax, 16);
    say_number(" CX ", out_cx, 16);
    say_number(" SI ", out_si, 16);
    say_number(" DI ", out_di, 16);
    say_number(" flags ", out_flags, 16);
    say_number(" trap ", fault.trap, 10);
    say_number(" error ", fault.error, 16);
    say_number(" address ", fault.address, 16);
    say_number("\n#   emulated:  AX ", now->ax, 16);
    say_number(" CX ", now->cx, 16);
    say_number(" SI ", now->si, 16);
    say_number(" DI ", now->di, 16);
    say_number(" result ", result, 10);
    say_number(" address ", address, 16);
    say("\n");
}

/* Both ways. Result: false if they differ, of which a line tells. */
static bool run(const struct one *one, unsigned results[4])
{
    const uint16_t port =
        one->instruction.has_port ? one->instruction.port : (uint16_t)one->registers.dx;
    const bool with_fifo = port == 0x2F8;
    const bool with_memory = one->instruction.is_string && !one->instruction.is_output;
    struct up_trap_registers now = one->registers;
    struct ports native, emulated;
    enum up_trap_result result;
    const char *what;
    uint64_t address;
    bool writes;

    if (with_memory) {
        memory(SAVE);
    }
    set_ports(with_fifo);
    run_processor(one);
    get_ports(with_fifo, &native);
    if (with_memory) {
        memory(SAVE_AFTER);
        memory(RESTORE);
    }
    set_ports(with_fifo);
    result = up_trap_emulate(&one->instruction, &now, &ways, &address, &writes);
    get_ports(with_fifo, &emulated);
    results[result]++;
    what = difference(one, &now, result, address, writes);
    if (what == 0 && with_memory && !memory(COMPARE)) {
        what = "memory";
    }
    for (unsigned i = 0; what == 0 && i < sizeof native / sizeof(uint32_t); i++) {
        what = ((uint32_t *)&native)[i] != ((uint32_t *)&emulated)[i] ? "a port" : 0;
    }
    if (what != 0) {
        print(one, what, &now, result, address);
    }
    return what == 0;
}

/*
 * A count of 0, and a port that is not granted: which of both comes first is the processor's own
 * affair, and the emulation moves nothing. Memory before ports is the emulation's.
 */
static bool is_left_out(const struct one *one)
{
    const struct up_io_instruction *instruction = &one->instruction;
    const uint16_t port = instruction->has_port ? instruction->port : (uint16_t)one->registers.dx;
    const uint64_t first = (instruction->is_output ? one->registers.si : one->registers.di);
    uint64_t address = one->registers.source_base + low_bits(first, instruction->address_bytes);

    if (!instruction->is_string || is_granted(port, instruction->width)) {
        return false;
    }
    if (instruction->is_repeated && low_bits(one->registers.cx, instruction->address_bytes) == 0) {
        return true;
    }
    address = IS_64_BIT ? address : (uint32_t)address;
    return !probe(0, address, instruction->width, !instruction->is_output);
}

static void run_all(const uintptr_t *stack)
{
    const char *digits = stack[0] > 1 ? (const char *)stack[2] : "1000";
    unsigned results[4] = {0, 0, 0, 0};
    unsigned wrong = 0, left_out = 0;
    uint32_t count = 0;

    while (*digits >= '0' && *digits <= '9') {
        count = 10 * count + (uint32_t)(*digits++ - '0');
    }
    catch_faults();
    make_memory();
    make_ports();
    for (uint32_t i = 0; i < count && wrong < 10; i++) {
        struct one one;

        make_instruction(&one);
        make_registers(&one);
        if (is_left_out(&one)) {
            left_out++;
        } else {
            wrong += !run(&one, results);
        }
    }
    say_number("# ", results[UP_TRAP_DONE], 10);
    say_number(" carried out, ", results[UP_TRAP_DENIED], 10);
    say_number(" denied, ", results[UP_TRAP_NO_MEMORY], 10);
    say_number(" without memory, ", left_out, 10);
    say_number(" left out, ", wrong, 10);
    say(" different\n");
    end(wrong != 0 || results[UP_TRAP_DONE] == 0 || results[UP_TRAP_DENIED] == 0 ||
        results[UP_TRAP_NO_MEMORY] == 0);
}
