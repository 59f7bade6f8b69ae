/* SPDX-License-Identifier: MIT
 *
 * The tests' own tools: see test.h.
 */
#include "core/portlist.h"
#include "test.h"

#define PUPPET_PATIENCE_TICKS (10u * TICKS_PER_SECOND)

static const struct suite *const suites[] = {
    &suite_grant,    &suite_scope,       &suite_changes,       &suite_control, &suite_access,
    &suite_settings, &suite_failures,    &suite_renounce,      &suite_foreign, &suite_names,
    &suite_single,   &suite_transfer,    &suite_transfer_time, &suite_clients, &suite_soak,
    &suite_programs, &suite_userportctl, &suite_machine,       &suite_demo,    &suite_bench,
    &suite_bad};

static uint32_t case_failures;

bool expect_at(const char *file, int line, bool ok, const char *format, ...)
{
    char text[300];
    va_list args;

    if (!ok) {
        va_start(args, format);
        memcpy(text, "#   ", 4);
        memcpy(text + 4, format, strlen(format) + 1);
        say("# %s:%d:", file, line);
        say_list(text, args);
        va_end(args);
        case_failures++;
    }
    return ok;
}

static bool suite_cases(const struct suite *suite)
{
    const struct test *test;
    uint32_t number = 0, failed = 0, total = 0, run = 0;

    for (test = suite->tests; test->name != NULL; test++) {
        total++;
    }
    say("1..%u", (unsigned)total);
    for (test = suite->tests; test->name != NULL; test++) {
        const char *only = option("only");
        uint32_t processes = processes_alive();
        LONG violations_before = violations;
        uint64_t started = ticks;

        if (only != NULL && strstr(test->name, only) == NULL) {
            say("ok %u - %s # SKIP not asked for", (unsigned)++number, test->name);
            continue;
        }
        run++;
        case_failures = 0;
        registry_remove_all();
        inject_disarm();
        event_log_clear();
        test->run();
        inject_disarm();
        if (driver_is_loaded()) {
            EXPECT_MSG(false, "the case leaves the driver loaded");
        }
        EXPECT_EQ(processes_alive(), processes);
        if (violations != violations_before) {
            EXPECT_MSG(false, "%d violations of the driver's duties",
                       (int)(violations - violations_before));
        }
        failed += case_failures != 0;
        say("%sok %u - %s", case_failures != 0 ? "not " : "", (unsigned)++number, test->name);
        say("# %u ms", (unsigned)((ticks - started) * 1000u / TICKS_PER_SECOND));
    }
    if (run == 0) {
        panic("only=%s: no case has that in its name", option("only"));
    }
    return failed == 0;
}

bool suite_run(const char *name)
{
    unsigned i;

    for (i = 0; name != NULL && i < sizeof suites / sizeof suites[0]; i++) {
        if (strcmp(suites[i]->name, name) == 0) {
            if (suites[i]->run != NULL) {
                suites[i]->run();
                return violations == 0;
            }
            return suite_cases(suites[i]);
        }
    }
    panic("suite=%s: there is no such suite", name != NULL ? name : "");
}

void start(void)
{
    EXPECT_EQ(driver_start("userport.sys"), STATUS_SUCCESS);
}

void start_with(const char *ports, uint32_t scope, uint32_t sticky)
{
    registry_set_ports(ports);
    registry_set_dword("Scope", scope);
    registry_set_dword("Sticky", sticky);
    start();
}

void stop(void)
{
    EXPECT_EQ(driver_stop(), STATUS_SUCCESS);
    EXPECT_EQ(iomap_open_ports(0), 0);
    EXPECT_EQ(iomap_open_ports(1), 0);
}

static void wait_until_zero(volatile uint32_t *word, const char *what)
{
    uint64_t until = ticks + PUPPET_PATIENCE_TICKS;

    while (*word != 0) {
        if (ticks > until) {
            panic("a puppet does not answer: %s", what);
        }
        sched_yield();
    }
}

struct process *puppet_start(enum token_kind token)
{
    const char *why;
    struct process *puppet = program_start("puppet.exe", NULL, token, &why);
    uint64_t until = ticks + PUPPET_PATIENCE_TICKS;
    unsigned i;

    if (puppet == NULL) {
        panic("puppet.exe: %s", why);
    }
    for (i = 0; i < PUPPET_THREADS; i++) {
        while (!puppet->mail->slots[i].ready) {
            if (ticks > until) {
                panic("thread %u of a puppet does not start", i);
            }
            sched_yield();
        }
    }
    return puppet;
}

void puppet_end(struct process *puppet)
{
    puppet->mail->slots[0].a = 0;
    puppet->mail->slots[0].command = PUPPET_EXIT;
    process_wait(puppet);
}

struct puppet_slot *puppet_begin(struct process *puppet, unsigned thread, uint32_t command,
                                 uint32_t a)
{
    struct puppet_slot *slot = &puppet->mail->slots[thread];
    unsigned i;

    slot->a = a;
    slot->stop = 0;
    slot->rounds = 0;
    for (i = 0; i < EPOCHS; i++) {
        slot->allowed[i] = slot->denied[i] = 0;
    }
    slot->command = command;
    return slot;
}

void puppet_finish(struct puppet_slot *slot)
{
    slot->stop = 1;
    wait_until_zero(&slot->command, "stop");
}

void puppet_set_priority(struct process *puppet, int priority)
{
    uint32_t flags = lock_take(&sched_lock);
    struct thread *thread;

    for (thread = all_threads; thread != NULL; thread = thread->next_of_all) {
        if (thread->process == puppet) {
            thread_set_priority(thread, priority);
        }
    }
    lock_drop(&sched_lock, flags);
}

struct puppet_slot *puppet_do(struct process *puppet, unsigned thread, uint32_t command, uint32_t a,
                              uint32_t b, uint32_t c)
{
    struct puppet_slot *slot = &puppet->mail->slots[thread];

    slot->b = b;
    slot->c = c;
    puppet_begin(puppet, thread, command, a);
    wait_until_zero(&slot->command, "a command");
    return slot;
}

uint32_t puppet_in(struct process *puppet, unsigned thread, uint16_t port, unsigned width)
{
    return puppet_do(puppet, thread, PUPPET_IN, port, width, 0)->exception;
}

uint32_t puppet_out(struct process *puppet, unsigned thread, uint16_t port, unsigned width,
                    uint32_t value)
{
    return puppet_do(puppet, thread, PUPPET_OUT, port, width, value)->exception;
}

uint32_t puppet_open(struct process *puppet, unsigned thread, const char *name, uint32_t access)
{
    memcpy(puppet->mail->name, name, strlen(name) + 1);
    return puppet_do(puppet, thread, PUPPET_OPEN, access, 0, 0)->value;
}

uint32_t puppet_close(struct process *puppet, unsigned thread, uint32_t handle)
{
    return puppet_do(puppet, thread, PUPPET_CLOSE, handle, 0, 0)->value;
}

uint32_t puppet_control(struct process *puppet, uint32_t handle, uint32_t code, uint32_t in_length,
                        uint32_t out_length)
{
    struct puppet_slot *slot = &puppet->mail->slots[0];

    slot->d = out_length;
    puppet_do(puppet, 0, PUPPET_CONTROL, handle, code, in_length);
    return slot->value ? 0 : slot->error;
}

uint32_t puppet_scan(struct process *puppet, uint32_t cpu, const struct up_portset *expected)
{
    uint32_t wrong = 0;
    uint32_t port;

    puppet_do(puppet, 0, PUPPET_AFFINITY, 1u << cpu, 0, 0);
    puppet_do(puppet, 0, PUPPET_SCAN, 0, 0, 0);
    puppet_do(puppet, 0, PUPPET_AFFINITY, (1u << PROCESSORS) - 1, 0, 0);
    for (port = 0; port < UP_PORT_COUNT; port++) {
        bool allowed = !(puppet->mail->scan[port / 8] >> port % 8 & 1);

        if (allowed != up_portset_has(expected, (uint16_t)port)) {
            if (wrong++ < 5) {
                say("#   port %04X is %s on processor %u", (unsigned)port,
                    allowed ? "open" : "denied", (unsigned)cpu);
            }
        }
    }
    return wrong;
}

bool get_info(struct up_info *info)
{
    struct process *puppet = puppet_start(AS_USER);
    uint32_t handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
    bool ok =
        handle != 0xFFFFFFFF && puppet_control(puppet, handle, UP_IOCTL_INFO, 0, sizeof *info) == 0;

    memcpy(info, puppet->mail->scan, sizeof *info);
    puppet_close(puppet, 0, handle);
    puppet_end(puppet);
    return ok;
}

const struct up_portset *ports_of(const char *list)
{
    static struct up_portset set;

    up_portset_deny_all(&set);
    if (!up_portlist_parse(list, strlen(list), &set, NULL)) {
        panic("the test's own list \"%s\" does not parse", list);
    }
    return &set;
}

uint32_t run_program_as(enum token_kind token, const char *file, const char *arguments,
                        const char **output)
{
    static char text[PAGE_BYTES / 2];
    const char *why;
    struct process *process = program_start(file, arguments, token, &why);

    if (process == NULL) {
        panic("%s: %s", file, why);
    }
    object_reference(process);
    wait_for(process, ~0ull, false);
    memcpy(text, process->output, sizeof text);
    if (output != NULL) {
        *output = text;
    }
    object_dereference(process);
    return process_wait(process);
}

uint32_t run_program(const char *file, const char *arguments, const char **output)
{
    return run_program_as(AS_USER, file, arguments, output);
}

uint32_t random_number(void)
{
    static uint32_t state = 0x2545F491;

    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

void control_as_admin(uint32_t code)
{
    struct process *admin = puppet_start(AS_ADMIN);
    uint32_t handle = puppet_open(admin, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);

    EXPECT(handle != 0xFFFFFFFF);
    EXPECT_EQ(puppet_control(admin, handle, code, 0, 0), 0);
    puppet_close(admin, 0, handle);
    puppet_end(admin);
}

/* Lets the spinning thread get far enough to have seen its epoch. */
void let_spin(volatile uint32_t *count)
{
    uint64_t until = ticks + 5u * TICKS_PER_SECOND;

    while (*count < 2 && ticks < until) {
        sleep_ticks(1, false);
    }
}

/*
 * A spinning thread may have read an epoch just before it moved, and been late with that one IN;
 * not with two.
 */
void expect_epochs(const struct puppet_slot *spin, uint32_t round)
{
    EXPECT_MSG(spin->denied[EPOCH_GRANTED] <= 1, "round %u: %u denied after the grant returned",
               (unsigned)round, (unsigned)spin->denied[EPOCH_GRANTED]);
    EXPECT_MSG(spin->allowed[EPOCH_GONE] == 0, "round %u: %u allowed after the revoke returned",
               (unsigned)round, (unsigned)spin->allowed[EPOCH_GONE]);
    EXPECT_MSG(spin->denied[EPOCH_BEFORE] > 0 && spin->allowed[EPOCH_GRANTED] > 0 &&
                   spin->denied[EPOCH_GONE] > 0,
               "round %u: %u denied before, %u allowed, %u denied after: not all was seen",
               (unsigned)round, (unsigned)spin->denied[EPOCH_BEFORE],
               (unsigned)spin->allowed[EPOCH_GRANTED], (unsigned)spin->denied[EPOCH_GONE]);
}
