/* SPDX-License-Identifier: MIT
 *
 * Executes the trampolines for 32-bit programs of trap/patch_site.c, with FXSAVE and without, from
 * a site that is patched for it, and compares all registers before and behind. Without a C library,
 * so that no 32-bit one has to be installed; it needs no ports.
 */
#include "plain.h"
#include "trap/patch_site.h"

#define SITE      0x20000000u
#define FLAGS     0xCD5u /* CF PF AF ZF SF DF OF */
#define GENERAL   7u     /* AX CX DX BX BP SI DI, as in the frame */
#define XMM_BYTES 128u
#define ANSWER    0x87654321u

struct machine {
    uint32_t registers[GENERAL];
    uint32_t flags;
    uint8_t xmm[XMM_BYTES];
};

struct machine machine_in, machine_out;
uint32_t machine_stack;
void machine_run(void);
extern const char machine_back[];

#define FOR_XMM(what) what(0) what(1) what(2) what(3) what(4) what(5) what(6) what(7)
#define LOAD_XMM(n)   "movups machine_in+32+16*" #n ", %xmm" #n "\n"
#define STORE_XMM(n)  "movups %xmm" #n ", machine_out+32+16*" #n "\n"
#define FOR_REGISTERS(what)                                                                        \
    what(0, "eax") what(1, "ecx") what(2, "edx") what(3, "ebx") what(4, "ebp") what(5, "esi")      \
        what(6, "edi")
#define LOAD(n, name)  "mov machine_in+4*" #n ", %" name "\n"
#define STORE(n, name) "mov %" name ", machine_out+4*" #n "\n"

__asm__(".text\n"
        "machine_run:\n"
        "push %ebx\n push %ebp\n push %esi\n push %edi\n"
        "mov %esp, machine_stack\n" FOR_XMM(LOAD_XMM)
            FOR_REGISTERS(LOAD) "push machine_in+28\n"
                                "popf\n"
                                "jmp 0x20000000\n"
                                "machine_back:\n" FOR_REGISTERS(STORE)
                                    FOR_XMM(STORE_XMM) "pushf\n"
                                                       "pop machine_out+28\n"
                                                       "cld\n"
                                                       "pop %edi\n pop %esi\n pop %ebp\n pop %ebx\n"
                                                       "ret\n");

static struct up_patch_frame_i386 frame_seen;
static uint32_t frame_address, flags_seen, stack_seen;

/* What the trampoline calls: it changes what a C function may change, and with it XMM registers. */
__attribute__((noinline, used)) static void serve_frame(struct up_patch_frame_i386 *frame)
{
    frame_seen = *frame;
    frame_address = (uint32_t)frame;
    frame->ax = ANSWER;
}

void serve(void);
uint32_t *const serve_flags = &flags_seen, *const serve_stack = &stack_seen;
static bool changes_xmm;
bool *const serve_changes_xmm = &changes_xmm;

__asm__(".text\n"
        "serve: mov %esp, %eax\n"
        "mov serve_stack, %ecx\n mov %eax, (%ecx)\n"
        "pushf\n pop %eax\n"
        "mov serve_flags, %ecx\n mov %eax, (%ecx)\n"
        "push 4(%esp)\n call serve_frame\n add $4, %esp\n"
        "mov serve_changes_xmm, %ecx\n cmpb $0, (%ecx)\n je 1f\n"
        "pcmpeqd %xmm0, %xmm0\n pcmpeqd %xmm3, %xmm3\n pcmpeqd %xmm7, %xmm7\n"
        "1: or $-1, %eax\n or $-1, %ecx\n or $-1, %edx\n"
        "ret\n");

static uint32_t random_number(void)
{
    static uint64_t seed = 20261129;

    seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return (uint32_t)(seed >> 32) ^ (uint32_t)(seed >> 22);
}

static void fill_machine(void)
{
    for (unsigned i = 0; i < GENERAL; i++) {
        machine_in.registers[i] = random_number();
    }
    for (unsigned i = 0; i < XMM_BYTES; i++) {
        machine_in.xmm[i] = (uint8_t)random_number();
    }
    machine_in.flags = (random_number() & FLAGS) | 0x202;
}

static void expect(bool is_so, const char *what)
{
    if (!is_so) {
        say("not so: ");
        say(what);
        say("\n");
        end(1);
    }
}

static void expect_served(void)
{
    const uint32_t *seen = &frame_seen.ax;

    expect(frame_seen.opcode == 0xED && frame_seen.ip == SITE, "the frame names the site");
    expect(((frame_seen.flags ^ machine_in.flags) & FLAGS) == 0, "the frame has the flags");
    expect(frame_address + sizeof frame_seen == machine_stack, "the stack is behind the frame");
    expect((flags_seen & 0x400) == 0, "DF is clear for C");
    expect(stack_seen % 16 == 12, "the stack is aligned at the call");
    for (unsigned i = 0; i < GENERAL; i++) {
        expect(seen[i] == machine_in.registers[i], "the frame has the registers");
        expect(machine_out.registers[i] == (i == 0 ? ANSWER : machine_in.registers[i]),
               "the registers are kept, but for EAX");
    }
    expect(((machine_out.flags ^ machine_in.flags) & FLAGS) == 0, "the flags are kept");
    for (unsigned i = 0; i < XMM_BYTES; i++) {
        expect(machine_out.xmm[i] == machine_in.xmm[i], "XMM0 to XMM7 are kept");
    }
}

static void make_site(bool has_fxsave)
{
    static const uint8_t code[] = {0xED, 0x0F, 0x1F, 0x40, 0x00, 0xE9}; /* IN; NOP; JMP back */
    const uint32_t distance = (uint32_t)machine_back - (SITE + sizeof code + 4);
    uint8_t *const site_code = (uint8_t *)SITE;
    struct up_patch_site site;

    memcpy(site_code, code, sizeof code);
    memcpy(site_code + sizeof code, &distance, 4);
    expect(up_patch_site_read(site_code, SITE, false, 0x10000, 0xBFFFFFFF, &site),
           "the site can be patched");
    map(site.trampoline & ~0xFFFFull, 0x20000);
    expect(up_patch_trampoline_write(&site, (uint32_t)serve, has_fxsave,
                                     (uint8_t *)(uint32_t)site.trampoline) <=
               UP_PATCH_TRAMPOLINE_MAX,
           "the trampoline is as long as it may be");
    site_code[0] = UP_PATCH_JUMP;
    changes_xmm = has_fxsave;
}

static void run_all(const uintptr_t *stack)
{
    (void)stack;
    map(SITE, 4096);
    for (unsigned i = 0; i < 2; i++) {
        make_site(i == 1);
        for (unsigned round = 0; round < 1000; round++) {
            fill_machine();
            memset(&machine_out, 0, sizeof machine_out);
            machine_run();
            expect_served();
        }
    }
    end(0);
}
