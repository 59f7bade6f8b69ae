/* SPDX-License-Identifier: MIT
 *
 * RENOUNCE: a process gives its own map up. What it must not do any more, who has to follow it, and
 * who must not notice anything.
 */
#include "../test.h"
#include "messages.h"

#define PORT   0x378
#define SECOND 1u /* a thread of a puppet besides the one that renounces */

/* A puppet that has the map, with the handle by which it got it, and renounces by. */
struct renouncer {
    struct process *process;
    uint32_t handle;
};

static struct renouncer opener_start(void)
{
    struct renouncer opener = {.process = puppet_start(AS_USER)};

    opener.handle = puppet_open(opener.process, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    EXPECT(opener.handle != 0xFFFFFFFF);
    EXPECT_EQ(puppet_in(opener.process, 0, PORT, 1), 0);
    EXPECT_EQ(puppet_in(opener.process, SECOND, PORT, 1), 0);
    return opener;
}

static uint32_t renounce(struct renouncer by)
{
    return puppet_control(by.process, by.handle, UP_IOCTL_RENOUNCE, 0, 0);
}

static struct renouncer renouncer_start(void)
{
    struct renouncer renouncer = opener_start();

    EXPECT_EQ(renounce(renouncer), 0);
    return renouncer;
}

/* A process whose parent has that id, whoever creates it. */
static struct process *child_of(uint32_t parent)
{
    struct process *child;

    process_parent_wanted = parent;
    child = puppet_start(AS_USER);
    process_parent_wanted = 0;
    return child;
}

static struct process *with_the_id(uint32_t id)
{
    struct process *process;

    process_id_wanted = id;
    process = puppet_start(AS_USER);
    process_id_wanted = 0;
    return process;
}

/* IN by two threads, on both processors. */
static void expect_in(struct process *puppet, uint32_t wanted)
{
    uint32_t thread, cpu;

    for (thread = 0; thread < 2; thread++) {
        for (cpu = 0; cpu < PROCESSORS; cpu++) {
            puppet_do(puppet, thread, PUPPET_AFFINITY, 1u << cpu, 0, 0);
            EXPECT_MSG(puppet_in(puppet, thread, PORT, 1) == wanted,
                       "thread %u on processor %u: %08X, not %08X", (unsigned)thread, (unsigned)cpu,
                       (unsigned)puppet->mail->slots[thread].exception, (unsigned)wanted);
        }
        puppet_do(puppet, thread, PUPPET_AFFINITY, (1u << PROCESSORS) - 1, 0, 0);
    }
}

/* The process gets no map by what gives one to everybody else, whether it opens the device or not.
 */
static void expect_none_for_good(struct process *puppet)
{
    uint32_t handle;

    expect_in(puppet, DENIED);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    EXPECT(handle != 0xFFFFFFFF);
    expect_in(puppet, DENIED);
    EXPECT(puppet_close(puppet, 0, handle));
    expect_in(puppet, DENIED);
    EXPECT_EQ(puppet->iopm_offset, IOPM_NONE);
}

static void expect_counts(uint32_t renounced, uint32_t granted)
{
    struct up_info info;

    EXPECT(get_info(&info));
    EXPECT_EQ(info.processes_renounced, renounced);
    EXPECT_EQ(info.processes_granted, granted);
    EXPECT_EQ(info.state, UP_STATE_RUNNING);
}

/* ---- the process itself ---------------------------------------------------------------------- */

static void loses_it_at_once(uint32_t scope, uint32_t is_sticky)
{
    struct renouncer renouncer;
    struct process *other;
    uint32_t handle;

    start_with("lpt1", scope, is_sticky);
    other = puppet_start(AS_USER);
    handle = puppet_open(other, 0, DEVICE, GENERIC_READ);
    renouncer = renouncer_start();
    expect_none_for_good(renouncer.process);
    EXPECT_EQ(renounce(renouncer), 0); /* once more */
    expect_none_for_good(renouncer.process);
    expect_in(other, 0);
    EXPECT(puppet_close(renouncer.process, 0, renouncer.handle));
    expect_none_for_good(renouncer.process);
    puppet_close(other, 0, handle);
    EXPECT_EQ(puppet_in(other, 0, PORT, 1), scope == UP_SCOPE_OPENERS && !is_sticky ? DENIED : 0);
    puppet_end(renouncer.process);
    puppet_end(other);
    stop();
}

static void loses_it_in_every_scope(void)
{
    loses_it_at_once(UP_SCOPE_ALL, 0);
    loses_it_at_once(UP_SCOPE_OPENERS, 0);
    loses_it_at_once(UP_SCOPE_OPENERS, 1);
}

/* A thread that spins on the other processor sees it when the call returns, and not before. */
static void effective_at_return(uint32_t cpu, uint32_t scope)
{
    struct process *puppet;
    struct puppet_slot *spin;
    struct puppet_slot *slot;
    uint32_t round, handle;

    start_with("lpt1", scope, 0);
    for (round = 0; round < 8; round++) {
        puppet = puppet_start(AS_USER);
        slot = &puppet->mail->slots[0];
        handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
        puppet_do(puppet, 0, PUPPET_AFFINITY, 1u << cpu, 0, 0);
        puppet_do(puppet, 1, PUPPET_AFFINITY, 2u >> cpu, 0, 0);
        puppet->mail->epoch = EPOCH_GRANTED;
        spin = puppet_begin(puppet, 1, PUPPET_SPIN, PORT);
        let_spin(&spin->allowed[EPOCH_GRANTED]);
        slot->d = 0;
        puppet_do(puppet, 0, PUPPET_CONTROL_EPOCH, handle, UP_IOCTL_RENOUNCE, 0);
        EXPECT(slot->value);
        let_spin(&spin->denied[EPOCH_GONE]);
        puppet_finish(spin);
        EXPECT_EQ(spin->denied[EPOCH_GRANTED], 0);
        EXPECT_MSG(spin->allowed[EPOCH_GRANTED] > 0 && spin->denied[EPOCH_GONE] > 0,
                   "round %u: not all was seen", (unsigned)round);
        EXPECT_MSG(spin->allowed[EPOCH_GONE] == 0, "round %u: %u allowed after the return",
                   (unsigned)round, (unsigned)spin->allowed[EPOCH_GONE]);
        puppet_end(puppet);
    }
    stop();
}

static void other_processor_at_return(void)
{
    effective_at_return(0, UP_SCOPE_ALL);
    effective_at_return(1, UP_SCOPE_OPENERS);
}

static void no_change_gives_it_back(void)
{
    struct renouncer renouncer;
    struct process *other;
    unsigned i;

    for (i = 0; i < 2; i++) {
        start_with("lpt1", i == 0 ? UP_SCOPE_ALL : UP_SCOPE_OPENERS, 1);
        renouncer = renouncer_start();
        other = opener_start().process;
        control_as_admin(UP_IOCTL_RELOAD);
        expect_none_for_good(renouncer.process);
        control_as_admin(UP_IOCTL_SUSPEND);
        expect_in(other, DENIED);
        control_as_admin(UP_IOCTL_RESUME);
        expect_none_for_good(renouncer.process);
        expect_in(other, 0);
        registry_set_dword("Scope", i == 0 ? UP_SCOPE_OPENERS : UP_SCOPE_ALL);
        control_as_admin(UP_IOCTL_RELOAD);
        expect_none_for_good(renouncer.process);
        registry_set_ports("0-FFFF");
        registry_set_dword("Scope", UP_SCOPE_ALL);
        control_as_admin(UP_IOCTL_RELOAD);
        expect_none_for_good(renouncer.process);
        expect_in(other, 0);
        puppet_end(renouncer.process);
        puppet_end(other);
        stop();
    }
}

/* It has nothing to lose now, and nothing to gain later. */
static void renounced_while_nobody_has_it(void)
{
    struct process *puppet;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    control_as_admin(UP_IOCTL_SUSPEND);
    puppet = puppet_start(AS_USER);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
    EXPECT_EQ(puppet_control(puppet, handle, UP_IOCTL_RENOUNCE, 0, 0), 0);
    control_as_admin(UP_IOCTL_RESUME);
    expect_none_for_good(puppet);
    expect_counts(1, processes_alive() - 1); /* not the idle process, get_info's in its place */
    puppet_end(puppet);
    stop();
}

/* What goes through the driver is checked against the list, as before. */
static void requests_go_on(void)
{
    struct renouncer renouncer;
    struct {
        struct up_io_header header;
        struct up_io_operation operation;
    } * list;
    uint32_t *in;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    renouncer = renouncer_start();
    in = (uint32_t *)renouncer.process->mail->buffer;
    in[0] = UP_ACCESS(PORT, 1);
    in[1] = 0x5A;
    EXPECT_EQ(puppet_control(renouncer.process, renouncer.handle, UP_IOCTL_WRITE, 8, 0), 0);
    EXPECT_EQ(puppet_control(renouncer.process, renouncer.handle, UP_IOCTL_READ, 4, 4), 0);
    EXPECT_EQ(*(uint32_t *)renouncer.process->mail->scan, 0x5A);
    in[0] = UP_ACCESS(0x278, 1);
    EXPECT_EQ(puppet_control(renouncer.process, renouncer.handle, UP_IOCTL_READ, 4, 4),
              ERROR_ACCESS_DENIED);
    list = (void *)renouncer.process->mail->buffer;
    memset(list, 0, sizeof *list);
    list->header.abi_version = UP_ABI_VERSION;
    list->header.operations = 1;
    list->operation.kind = UP_IO_READ;
    list->operation.width = 1;
    list->operation.port = PORT;
    EXPECT_EQ(puppet_control(renouncer.process, renouncer.handle, UP_IOCTL_IO, sizeof *list,
                             sizeof *list),
              0);
    list = (void *)renouncer.process->mail->scan;
    EXPECT_EQ(list->header.result, UP_IO_DONE);
    EXPECT_EQ(list->operation.value, 0x5A);
    expect_in(renouncer.process, DENIED);
    puppet_end(renouncer.process);
    stop();
}

/* The process that calls renounces, not the one that opened the file. */
static void by_a_handle_that_was_given(void)
{
    struct renouncer opener;
    struct process *caller;
    void *file;
    HANDLE copy;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    opener = opener_start();
    caller = puppet_start(AS_USER);
    file = handle_object(&opener.process->handles, (HANDLE)opener.handle, OBJECT_FILE, NULL);
    copy = handle_create(&caller->handles, file, FILE_GENERIC_READ, false);
    EXPECT_EQ(puppet_control(caller, (uint32_t)copy, UP_IOCTL_RENOUNCE, 0, 0), 0);
    expect_in(caller, DENIED);
    expect_in(opener.process, 0);
    puppet_end(caller);
    puppet_end(opener.process);
    stop();
}

/* ---- its children ---------------------------------------------------------------------------- */

static void children_have_none(uint32_t scope)
{
    struct renouncer renouncer;
    struct process *before, *child, *grandchild, *later, *other;

    start_with("lpt1", scope, 1);
    renouncer = opener_start();
    before = child_of(renouncer.process->id);
    puppet_close(before, 0, puppet_open(before, 0, DEVICE, GENERIC_READ));
    EXPECT_EQ(renounce(renouncer), 0);
    expect_in(before, 0); /* it was there already: it stays as it is */
    child = child_of(renouncer.process->id);
    grandchild = child_of(child->id);
    expect_none_for_good(grandchild);
    expect_none_for_good(child);
    puppet_end(renouncer.process);
    puppet_end(child);
    later = child_of(grandchild->id); /* its line has ended but for its parent */
    other = child_of(before->id);
    puppet_close(other, 0, puppet_open(other, 0, DEVICE, GENERIC_READ));
    control_as_admin(UP_IOCTL_RELOAD);
    control_as_admin(UP_IOCTL_SUSPEND);
    control_as_admin(UP_IOCTL_RESUME);
    expect_none_for_good(grandchild);
    expect_none_for_good(later);
    expect_in(before, 0);
    expect_in(other, 0);
    expect_counts(2, scope == UP_SCOPE_ALL ? processes_alive() - 2 : 3);
    puppet_end(before);
    puppet_end(grandchild);
    puppet_end(later);
    puppet_end(other);
    expect_counts(0, scope == UP_SCOPE_ALL ? processes_alive() : 1);
    stop();
}

static void children_have_none_in_every_scope(void)
{
    children_have_none(UP_SCOPE_ALL);
    children_have_none(UP_SCOPE_OPENERS);
}

/* The child has opened the device, and got the map, before its start was announced. */
static void child_that_is_not_announced_yet(void)
{
    struct renouncer renouncer;
    struct process *child;
    struct puppet_slot *spin;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    renouncer = renouncer_start();
    process_announces = false;
    child = child_of(renouncer.process->id);
    process_announces = true;
    puppet_open(child, 0, DEVICE, GENERIC_READ);
    child->mail->epoch = EPOCH_GRANTED;
    spin = puppet_begin(child, 1, PUPPET_SPIN, PORT);
    let_spin(&spin->allowed[EPOCH_GRANTED]);
    child->mail->epoch = EPOCH_GOING;
    process_announce(child);
    child->mail->epoch = EPOCH_GONE;
    let_spin(&spin->denied[EPOCH_GONE]);
    puppet_finish(spin);
    EXPECT_EQ(spin->allowed[EPOCH_GONE], 0);
    expect_none_for_good(child);
    expect_counts(2, 1);
    puppet_end(child);
    puppet_end(renouncer.process);
    stop();
}

/* It renounces for itself before its start is announced, and that counts. */
static void renounced_before_it_is_announced(void)
{
    struct process *puppet;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    process_announces = false;
    puppet = puppet_start(AS_USER);
    process_announces = true;
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
    EXPECT_EQ(puppet_control(puppet, handle, UP_IOCTL_RENOUNCE, 0, 0), 0);
    process_announce(puppet);
    expect_none_for_good(puppet);
    expect_counts(1, processes_alive() - 1);
    puppet_end(puppet);
    stop();
}

/* A creator may choose the parent: what counts is that one, there or not. */
static void parents_that_are_chosen(void)
{
    struct renouncer renouncer;
    struct process *puppet;
    uint32_t gone;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    renouncer = renouncer_start();
    puppet = child_of(system_process->id);
    expect_in(puppet, 0);
    puppet_end(puppet);
    gone = renouncer.process->id;
    puppet_end(renouncer.process);
    puppet = child_of(gone); /* nobody's child: as every process */
    expect_in(puppet, 0);
    puppet_end(puppet);
    stop();
}

/* ---- ends, and ids that are used again ------------------------------------------------------- */

static void id_that_is_used_again(void)
{
    struct renouncer renouncer;
    struct process *puppet, *child;
    uint32_t id;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    renouncer = renouncer_start();
    id = renouncer.process->id;
    expect_counts(1, processes_alive() - 1);
    puppet_end(renouncer.process);
    expect_counts(0, processes_alive());
    puppet = with_the_id(id);
    expect_in(puppet, 0);
    child = child_of(id);
    expect_in(child, 0);
    puppet_end(puppet);
    puppet_end(child);
    stop();
}

/*
 * The end of the process that had the id before was not told, as that of a process whose creation
 * failed. Whoever has the id now is as any other; what it does before its start is told counts.
 */
static void id_of_a_process_whose_end_was_not_told(void)
{
    struct renouncer renouncer;
    struct process *puppet;
    uint32_t id, handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    renouncer = renouncer_start();
    puppet = child_of(renouncer.process->id);
    id = puppet->id;
    process_announces = false;
    puppet_end(puppet);
    process_announces = true;
    expect_counts(2, processes_alive() - 1); /* get_info's in place of the idle process */
    puppet = with_the_id(id);
    expect_in(puppet, 0);
    expect_counts(1, processes_alive() - 1);
    process_announces = false;
    puppet_end(puppet);
    puppet = with_the_id(id);
    process_announces = true;
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
    EXPECT_EQ(puppet_control(puppet, handle, UP_IOCTL_RENOUNCE, 0, 0), 0);
    process_announce(puppet);
    expect_none_for_good(puppet);
    expect_counts(2, processes_alive() - 2);
    puppet_end(puppet);
    puppet_end(renouncer.process);
    stop();
}

/* The file is open elsewhere when the process ends: its record is still there, and counts no more.
 */
static void record_that_waits_for_its_file(void)
{
    struct renouncer renouncer;
    struct process *other;
    uint32_t id;
    HANDLE copy;
    void *file;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    renouncer = renouncer_start();
    other = puppet_start(AS_USER);
    file = handle_object(&renouncer.process->handles, (HANDLE)renouncer.handle, OBJECT_FILE, NULL);
    copy = handle_create(&other->handles, file, FILE_GENERIC_READ, false);
    id = renouncer.process->id;
    puppet_end(renouncer.process);
    expect_counts(0, processes_alive());
    renouncer.process = with_the_id(id);
    expect_in(renouncer.process, 0);
    EXPECT(puppet_close(other, 0, (uint32_t)copy));
    expect_in(renouncer.process, 0);
    expect_in(other, 0);
    puppet_end(renouncer.process);
    puppet_end(other);
    stop();
}

/* ---- failures -------------------------------------------------------------------------------- */

/*
 * A call that fails half-way takes the map from everybody. The process has renounced, also when the
 * next RELOAD gives the map to the others again.
 */
static void each_call_that_fails(void)
{
    struct renouncer renouncer;
    struct process *other;
    const char *failed = "";
    uint32_t number, error;

    for (number = 1; number < 50 && failed != NULL; number++) {
        start_with("lpt1", UP_SCOPE_ALL, 0);
        renouncer = opener_start();
        other = puppet_start(AS_USER);
        inject_arm(number, false);
        error = renounce(renouncer);
        failed = injected;
        inject_disarm();
        if (failed != NULL && strcmp(failed, "PsLookupProcessByProcessId") == 0) {
            EXPECT_EQ(error, 0); /* a process that is gone needs nothing taken from it */
        } else {
            EXPECT_MSG((error == 0) == (failed == NULL), "call %u: error %u", (unsigned)number,
                       (unsigned)error);
            expect_in(renouncer.process, DENIED);
            expect_in(other, error == 0 ? 0 : DENIED);
            control_as_admin(UP_IOCTL_RELOAD);
            expect_none_for_good(renouncer.process);
            expect_in(other, 0);
        }
        puppet_end(renouncer.process);
        puppet_end(other);
        stop();
    }
    EXPECT_MSG(number > 5, "only %u calls can fail", (unsigned)number);
}

/*
 * Memory is short when a child starts: it has no record that could say that it must not have the
 * map. Neither it nor its children get one, whatever they do.
 */
static void child_that_cannot_be_recorded(void)
{
    struct renouncer renouncer;
    struct process *child, *grandchild, *other;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    renouncer = renouncer_start();
    inject_arm_name("ExAllocatePoolWithTag");
    child = child_of(renouncer.process->id);
    inject_disarm();
    EXPECT_EQ(event_log_find(UP_MSG_PROCESS_MISSED), 1);
    grandchild = child_of(child->id);
    expect_none_for_good(grandchild);
    expect_none_for_good(child);
    control_as_admin(UP_IOCTL_RELOAD);
    expect_none_for_good(child);
    expect_none_for_good(grandchild);
    other = puppet_start(AS_USER); /* a child of a process that has a record */
    expect_in(other, 0);
    expect_counts(3, processes_alive() - 3);
    puppet_end(renouncer.process);
    puppet_end(child);
    puppet_end(grandchild);
    puppet_end(other);
    stop();
}

/* The start of a child fails in each other way. */
static void each_call_of_a_childs_start(void)
{
    struct renouncer renouncer;
    struct process *child;
    uint32_t number;

    for (number = 1; number < 20; number++) {
        const char *failed;

        start_with("lpt1", UP_SCOPE_ALL, 0);
        renouncer = renouncer_start();
        inject_arm(number, false);
        child = child_of(renouncer.process->id);
        failed = injected;
        inject_disarm();
        expect_none_for_good(child);
        control_as_admin(UP_IOCTL_RELOAD);
        expect_none_for_good(child);
        puppet_end(child);
        puppet_end(renouncer.process);
        stop();
        if (failed == NULL) {
            break;
        }
    }
    EXPECT(number > 2);
}

/* ---- the code -------------------------------------------------------------------------------- */

static void lengths_and_rights(void)
{
    static const uint32_t lengths[] = {1, 2, 3, 4, 8, 128, 4096};
    struct renouncer opener;
    uint32_t writer;
    unsigned i;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    opener = opener_start();
    writer = puppet_open(opener.process, 0, DEVICE, GENERIC_WRITE);
    EXPECT_EQ(puppet_control(opener.process, writer, UP_IOCTL_RENOUNCE, 0, 0), ERROR_ACCESS_DENIED);
    for (i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        EXPECT_EQ(puppet_control(opener.process, opener.handle, UP_IOCTL_RENOUNCE, lengths[i], 0),
                  ERROR_INVALID_USER_BUFFER);
        EXPECT_EQ(puppet_control(opener.process, opener.handle, UP_IOCTL_RENOUNCE, 0, lengths[i]),
                  ERROR_INVALID_USER_BUFFER);
    }
    expect_in(opener.process, 0); /* nothing of that was a RENOUNCE */
    expect_counts(0, processes_alive());
    EXPECT_EQ(renounce(opener), 0);
    EXPECT_EQ(opener.process->mail->slots[0].returned, 0);
    expect_none_for_good(opener.process);
    puppet_end(opener.process);
    stop();
}

/* Without a restart of the driver there is no way back; the next driver knows nothing of it. */
static void a_driver_that_starts_again(void)
{
    struct renouncer renouncer;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    renouncer = renouncer_start();
    EXPECT_EQ(driver_stop(), STATUS_PENDING); /* not while the process has the device open */
    expect_in(renouncer.process, DENIED);
    puppet_close(renouncer.process, 0, renouncer.handle);
    EXPECT(!driver_is_loaded());
    expect_in(renouncer.process, DENIED);
    start();
    expect_in(renouncer.process, 0);
    puppet_end(renouncer.process);
    stop();
}

static const struct test tests[] = {
    {"a process loses the map at once and for good, in every scope", loses_it_in_every_scope},
    {"a thread on the other processor sees it when the call returns", other_processor_at_return},
    {"no RELOAD, SUSPEND, RESUME or change of scope gives it back", no_change_gives_it_back},
    {"renounced while ports are suspended", renounced_while_nobody_has_it},
    {"READ, WRITE and IO go on", requests_go_on},
    {"by a handle that another process opened", by_a_handle_that_was_given},
    {"children and grandchildren have none, in every scope", children_have_none_in_every_scope},
    {"a child that opens the device before its start is announced",
     child_that_is_not_announced_yet},
    {"a process that renounces before its start is announced", renounced_before_it_is_announced},
    {"a parent that the creator has chosen, and one that is gone", parents_that_are_chosen},
    {"an id that is used again", id_that_is_used_again},
    {"an id whose last process ended without a notification",
     id_of_a_process_whose_end_was_not_told},
    {"a record that waits for its last file counts no more", record_that_waits_for_its_file},
    {"each call that can fail", each_call_that_fails},
    {"a child that cannot be recorded, and its children", child_that_cannot_be_recorded},
    {"a child's start: each call that can fail", each_call_of_a_childs_start},
    {"wrong lengths and rights", lengths_and_rights},
    {"a driver that is stopped and started again", a_driver_that_starts_again},
    {NULL, NULL},
};

const struct suite suite_renounce = {"renounce", tests, NULL};
