/* SPDX-License-Identifier: MIT
 *
 * Tests of trap/patch_site.c: which sites can become jumps; the trampolines for amd64, which are
 * executed here from a patched site, with every register compared; and those for i386, of which
 * Zydis says what they are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#include <Zydis/Zydis.h>

#include "trap/patch_site.h"

/* ---- which sites ----------------------------------------------------------------------------- */

static struct up_patch_site site;

static bool find(const char *code, uint64_t address, bool is_64_bit)
{
    memset(&site, 0xEE, sizeof site);
    return up_patch_site_read((const uint8_t *)code, address, is_64_bit, 0x10000,
                              is_64_bit ? 0x7FFFFFFEFFFF : 0x7FFEFFFF, &site);
}

static void test_sites(void **state)
{
    (void)state;
    assert_true(find("\xEC\x00\x10\x00\x00", 0x401000, false));
    assert_int_equal(site.address, 0x401000);
    assert_int_equal(site.trampoline, 0x402005);
    assert_int_equal(site.opcode, 0xEC);
    assert_false(site.is_64_bit);
    assert_true(find("\xEF\x00\x00\xF0\xFF", 0x140001000, true)); /* backwards */
    assert_int_equal(site.trampoline, 0x13FF01005);
    assert_true(site.is_64_bit);
    assert_true(find("\xED\xFF\xFF\xFF\x7F", 0x140001000, true));
    assert_int_equal(site.trampoline, 0x1C0001004);
    assert_true(find("\xEE\x00\x00\x00\x80", 0x140001000, true));
    assert_int_equal(site.trampoline, 0xC0001005);
    assert_true(find("\xEE\x00\x00\x00\x80", 0x80001000, false) == false); /* below 64 KB: 1005 */
    assert_true(find("\xEE\x00\x00\x10\x80", 0x80001000, false));          /* around 4 GB */
    assert_int_equal(site.trampoline, 0x101005);
    assert_false(find("\xEE\x00\x00\x00\x80", 0x401000, true));  /* below 0 */
    assert_false(find("\xEE\x00\x00\x00\x80", 0x401000, false)); /* the system's half */
    assert_false(find("\x90\x00\x10\x00\x00", 0x401000, false)); /* no port instruction */
    assert_false(find("\xE4\x00\x10\x00\x00", 0x401000, false)); /* two bytes long */
    assert_false(find("\xE8\x00\x10\x00\x00", 0x401000, false)); /* a call */
    assert_false(find("\x6C\x00\x10\x00\x00", 0x401000, false)); /* a string */
}

/* A trampoline lies wholly in what can be got, and not over the site. */
static void test_borders(void **state)
{
    const uint8_t code[] = {0xEC, 0x00, 0x10, 0x00, 0x00};
    const uint64_t target = 0x402005;
    unsigned i, refused = 0;

    (void)state;
    assert_true(up_patch_site_read(code, 0x401000, true, target, target + 191, &site));
    assert_false(up_patch_site_read(code, 0x401000, true, target + 1, target + 191, &site));
    assert_false(up_patch_site_read(code, 0x401000, true, target, target + 190, &site));
    assert_false(up_patch_site_read(code, 0x401000, true, target, target - 1, &site));
    for (i = 0; i < 600; i++) { /* distances from -300 to 299 */
        const uint32_t distance = i - 300;
        const uint8_t near[] = {0xEC, (uint8_t)distance, (uint8_t)(distance >> 8),
                                (uint8_t)(distance >> 16), (uint8_t)(distance >> 24)};
        const int64_t begin = 5 + (int64_t)i - 300;
        const bool is_over = begin < 5 && begin + (int64_t)UP_PATCH_TRAMPOLINE_MAX > 0;

        assert_int_equal(up_patch_site_read(near, 0x401000, true, 0x10000, 0x7FFFFFFF, &site),
                         !is_over);
        refused += is_over;
    }
    assert_int_equal(refused, UP_PATCH_TRAMPOLINE_MAX + 4);
}

static void test_neighbours(void **state)
{
    unsigned i;

    (void)state;
    for (i = 0; i < 10; i++) { /* a site that begins i bytes behind a patched one */
        assert_int_equal(up_patch_site_disturbs(0x401000 + i, 0x401000), i >= 1 && i <= 4);
        assert_false(up_patch_site_disturbs(0x401000, 0x401000 + i));
    }
}

/* ---- the machine code, as another decoder reads it ---------------------------------------------
 */

static void expect_code(const uint8_t *code, uint32_t length, bool is_64_bit, uint64_t address,
                        const char *wanted)
{
    ZydisDecoder decoder;
    ZydisFormatter formatter;
    char text[4096];
    uint32_t at = 0;
    size_t used = 0;

    assert_true(ZYAN_SUCCESS(ZydisDecoderInit(
        &decoder, is_64_bit ? ZYDIS_MACHINE_MODE_LONG_64 : ZYDIS_MACHINE_MODE_LEGACY_32,
        is_64_bit ? ZYDIS_STACK_WIDTH_64 : ZYDIS_STACK_WIDTH_32)));
    assert_true(ZYAN_SUCCESS(ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_INTEL)));
    while (at < length) {
        ZydisDecodedInstruction instruction;
        ZydisDecodedOperand operands[ZYDIS_MAX_OPERAND_COUNT];

        assert_true(ZYAN_SUCCESS(
            ZydisDecoderDecodeFull(&decoder, code + at, length - at, &instruction, operands)));
        assert_true(ZYAN_SUCCESS(ZydisFormatterFormatInstruction(
            &formatter, &instruction, operands, instruction.operand_count_visible, text + used,
            sizeof text - used - 2, address + at, NULL)));
        used += strlen(text + used);
        memcpy(text + used++, "\n", 2);
        at += instruction.length;
    }
    assert_string_equal(text, wanted);
}

#define SAVE_I386                                                                                  \
    "pushfd\npush edi\npush esi\npush ebp\npush ebx\npush edx\npush ecx\npush eax\n"               \
    "push 0x401000\npush 0xED\nmov ebx, esp\nand esp, 0xFFFFFFF0\n"
#define CALL_I386 "sub esp, 0x0C\npush ebx\ncld\ncall 0x10203040\n"
#define RESTORE_I386                                                                               \
    "lea esp, [ebx+0x08]\npop eax\npop ecx\npop edx\npop ebx\npop ebp\npop esi\npop edi\npopfd\n"  \
    "jmp 0x00401001\n"

static void test_i386(void **state)
{
    uint8_t code[UP_PATCH_TRAMPOLINE_MAX];
    uint32_t length;

    (void)state;
    assert_true(find("\xED\x89\x45\xFC\x70", 0x401000, false));
    length = up_patch_trampoline_write(&site, 0x10203040, false, code);
    expect_code(code, length, false, site.trampoline, SAVE_I386 CALL_I386 RESTORE_I386);
    length = up_patch_trampoline_write(&site, 0x10203040, true, code);
    expect_code(code, length, false, site.trampoline,
                SAVE_I386 "sub esp, 0x200\nfxsave [esp]\n" CALL_I386
                          "fxrstor [esp+0x10]\n" RESTORE_I386);
    assert_in_range(length, 1, sizeof code);
}

/* ---- executed -------------------------------------------------------------------------------- */

#define REGISTERS 14u /* AX CX DX BX BP SI DI R8 to R14; R15 is the case's own */
#define AX        0
#define FLAGS     0xCD5u

struct machine {
    uint64_t registers[REGISTERS + 1];
    uint64_t flags;
    uint8_t xmm[16][16];
};

struct machine machine_in, machine_out;
uint64_t machine_code, machine_stack, machine_flags;
void machine_run(void);
extern const char machine_back[];

#define FOR_XMM(what)                                                                              \
    what(0) what(1) what(2) what(3) what(4) what(5) what(6) what(7) what(8) what(9) what(10)       \
        what(11) what(12) what(13) what(14) what(15)
#define LOAD_XMM(n)  "movups machine_in+128+16*" #n "(%rip), %xmm" #n "\n"
#define STORE_XMM(n) "movups %xmm" #n ", machine_out+128+16*" #n "(%rip)\n"
#define FOR_REGISTERS(what)                                                                        \
    what(0, "rax") what(1, "rcx") what(2, "rdx") what(3, "rbx") what(4, "rbp") what(5, "rsi")      \
        what(6, "rdi") what(7, "r8") what(8, "r9") what(9, "r10") what(10, "r11") what(11, "r12")  \
            what(12, "r13") what(13, "r14") what(14, "r15")
#define LOAD(n, name)  "mov machine_in+8*" #n "(%rip), %" name "\n"
#define STORE(n, name) "mov %" name ", machine_out+8*" #n "(%rip)\n"

__asm__(".text\n"
        "machine_run:\n"
        "push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
        "mov %rsp, machine_stack(%rip)\n" FOR_XMM(LOAD_XMM) FOR_REGISTERS(
            LOAD) "push machine_in+120(%rip)\n"
                  "popfq\n"
                  "jmp *machine_code(%rip)\n"
                  "machine_back:\n" FOR_REGISTERS(STORE) FOR_XMM(
                      STORE_XMM) "pushfq\n"
                                 "pop machine_out+120(%rip)\n"
                                 "cld\n"
                                 "pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n"
                                 "ret\n");

static struct up_patch_frame_amd64 frame_seen;
static uint64_t frame_address, answer;
static bool is_aligned, is_up;

/* What the trampoline calls: as a function of Windows it may change whatever is volatile there. */
__attribute__((ms_abi, noinline)) static void serve(struct up_patch_frame_amd64 *frame)
{
    uint64_t flags;

    __asm__ volatile("pushfq\n pop %0" : "=r"(flags));
    is_up = (flags & 0x400) == 0;
    is_aligned = ((uint64_t)__builtin_frame_address(0) & 15) == 0;
    frame_seen = *frame;
    frame_address = (uint64_t)frame;
    frame->ax = answer;
    __asm__ volatile("pcmpeqd %%xmm0, %%xmm0\n pcmpeqd %%xmm1, %%xmm1\n pcmpeqd %%xmm2, %%xmm2\n"
                     "pcmpeqd %%xmm3, %%xmm3\n pcmpeqd %%xmm4, %%xmm4\n pcmpeqd %%xmm5, %%xmm5\n"
                     "mov $-1, %%eax\n mov $-1, %%ecx\n mov $-1, %%edx\n mov $-1, %%r8\n"
                     "mov $-1, %%r9\n mov $-1, %%r10\n mov $-1, %%r11\n or %%eax, %%eax\n"
                     :
                     :
                     : "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2",
                       "xmm3", "xmm4", "xmm5", "cc", "memory");
}

static uint64_t random_number(void)
{
    static uint64_t seed = 20261129;

    seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return seed ^ seed >> 31;
}

static uint8_t *map(uint64_t address, int protection)
{
    uint8_t *memory = mmap((void *)(address & ~UINT64_C(0xFFFF)), 0x20000, protection,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

    assert_ptr_equal(memory, (void *)(address & ~UINT64_C(0xFFFF)));
    return (uint8_t *)address;
}

static void fill_machine(void)
{
    unsigned i, j;

    for (i = 0; i < sizeof machine_in.registers / sizeof machine_in.registers[0]; i++) {
        machine_in.registers[i] = random_number();
    }
    for (i = 0; i < 16; i++) {
        for (j = 0; j < 16; j++) {
            machine_in.xmm[i][j] = (uint8_t)(random_number() >> 20);
        }
    }
    machine_in.flags = (random_number() & FLAGS) | 0x202;
    answer = random_number();
}

static void expect_served(uint8_t opcode, uint64_t address)
{
    const uint64_t *seen = &frame_seen.ax;
    unsigned i;

    assert_int_equal(frame_seen.opcode, opcode);
    assert_int_equal(frame_seen.ip, address);
    assert_int_equal(frame_seen.flags & FLAGS, machine_in.flags & FLAGS);
    assert_int_equal(frame_address + sizeof frame_seen, machine_stack);
    assert_true(is_aligned);
    assert_true(is_up);
    for (i = 0; i < REGISTERS + 1; i++) {
        assert_int_equal(seen[i], machine_in.registers[i]);
        assert_int_equal(machine_out.registers[i], i == AX ? answer : machine_in.registers[i]);
    }
    assert_int_equal(machine_out.flags & FLAGS, machine_in.flags & FLAGS);
    assert_memory_equal(machine_out.xmm, machine_in.xmm, sizeof machine_in.xmm);
}

/* Four bytes that change nothing as instructions, and lead far up and down as a distance. */
static void test_executed(void **state)
{
    static const char *const behind[] = {"\x90\x90\x90\x90", "\x0F\x1F\x40\x00", "\x48\x89\xC0\x90",
                                         "\x48\x87\xDB\x40", "\x66\x66\x66\x90"};
    unsigned i, round;

    (void)state;
    for (i = 0; i < sizeof behind / sizeof behind[0]; i++) {
        const uint64_t address = 0x300012345678 + i * UINT64_C(0x10000000000);
        uint8_t *code = map(address, PROT_READ | PROT_WRITE | PROT_EXEC);
        const uint64_t back = (uint64_t)machine_back;
        uint8_t *trampoline;
        uint32_t length;

        code[0] = (uint8_t)(0xEC + i % 4);
        memcpy(code + 1, behind[i], 4);
        memcpy(code + 5, "\x90\xFF\x25\x00\x00\x00\x00", 7);
        memcpy(code + 12, &back, 8);
        assert_true(up_patch_site_read(code, address, true, 0x10000, 0x7FFFFFFEFFFF, &site));
        trampoline = map(site.trampoline, PROT_READ | PROT_WRITE);
        memset(trampoline, 0xCC, UP_PATCH_TRAMPOLINE_MAX);
        length = up_patch_trampoline_write(&site, (uint64_t)serve, true, trampoline);
        assert_in_range(length, 1, UP_PATCH_TRAMPOLINE_MAX);
        assert_int_equal(
            mprotect((void *)(site.trampoline & ~UINT64_C(0xFFFF)), 0x20000, PROT_READ | PROT_EXEC),
            0);
        code[0] = UP_PATCH_JUMP;
        machine_code = address;
        for (round = 0; round < 1000; round++) {
            fill_machine();
            memset(&machine_out, 0, sizeof machine_out);
            machine_run();
            expect_served(site.opcode, address);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sites),      cmocka_unit_test(test_borders),
        cmocka_unit_test(test_neighbours), cmocka_unit_test(test_i386),
        cmocka_unit_test(test_executed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
