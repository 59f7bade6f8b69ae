/* SPDX-License-Identifier: MIT
 *
 * Each call of the driver that can fail, fails: alone, and with all later ones of its name. Then
 * the driver refuses to start and leaves nothing (the machine looks for itself), or runs with
 * nothing open that the policy does not give.
 *
 * Processors: in turn
 */
#include "../test.h"
#include "messages.h"

#define PORT 0x378

static bool is(const char *name, const char *other)
{
    return name != NULL && strcmp(name, other) == 0;
}

/*
 * Failures that take nothing from the driver's duty: a log entry, the list for the system's own
 * check, a process that ended.
 */
static bool start_may_go_on(const char *name)
{
    return is(name, "IoAllocateErrorLogEntry") || is(name, "NtSetSecurityObject") ||
           is(name, "ObOpenObjectByPointer") || is(name, "PsLookupProcessByProcessId");
}

/*
 * Failures after which it runs, and denies everything. A value that could not be read once is read
 * again.
 */
static bool start_denies(const char *name, bool persistent)
{
    return is(name, "ZwOpenKey") || (is(name, "ZwQueryValueKey") && persistent);
}

static bool is_read_again(const char *name, bool persistent)
{
    return is(name, "ZwQueryValueKey") && !persistent;
}

/* The settings have been read; the names of Aliases cannot be, and the log says so. */
static bool is_of_the_names(const char *name)
{
    return (is(name, "ZwOpenKey") || is(name, "ZwQueryValueKey")) &&
           event_log_find(UP_MSG_ALIAS_REFUSED) == 1 && event_log_find(UP_MSG_IOPM_UNREADABLE) == 0;
}

/* Can the driver's thread not go to the other processor any more, and reach it in no other way? */
static bool is_stuck(const char *name, bool persistent)
{
    return persistent && is(name, "ZwSetInformationThread") && !reading_every;
}

/* A process that runs there has what it had until its next switch: this is one. */
static void switch_processes(void)
{
    uint32_t cpu;

    for (cpu = 0; cpu < PROCESSORS; cpu++) {
        thread_set_affinity(current_thread(), 1u << cpu);
    }
    thread_set_affinity(current_thread(), (1u << PROCESSORS) - 1);
}

static void each_call_of_the_start(bool persistent, uint32_t scope)
{
    struct process *puppet = puppet_start(AS_USER);
    uint32_t number, last = 0;
    NTSTATUS status;

    for (number = 1; number < 300; number++) {
        struct up_portset none;
        const char *failed;
        uint32_t in;

        up_portset_deny_all(&none); /* what an earlier round could not reach */
        iomap_foreign(none.map, true);
        registry_set_ports("lpt1");
        registry_set_dword("Scope", scope);
        event_log_clear();
        inject_arm(number, persistent);
        status = driver_start("userport.sys");
        failed = injected;
        inject_disarm();
        if (failed == NULL) {
            EXPECT_EQ(status, STATUS_SUCCESS);
            stop();
            break;
        }
        last = number;
        if (is_stuck(failed, persistent)) {
            switch_processes();
        }
        in = puppet_in(puppet, 0, PORT, 1);
        if (start_may_go_on(failed)) {
            EXPECT_MSG(status == STATUS_SUCCESS, "call %u, %s: %08X", (unsigned)number, failed,
                       (unsigned)status);
        } else if (is_of_the_names(failed) || is_read_again(failed, persistent)) {
            EXPECT_EQ(status, STATUS_SUCCESS);
            EXPECT_EQ(in, scope == UP_SCOPE_ALL ? 0 : DENIED);
        } else if (start_denies(failed, persistent)) {
            EXPECT_MSG(status == STATUS_SUCCESS && in == DENIED, "call %u, %s: %08X, IN %08X",
                       (unsigned)number, failed, (unsigned)status, (unsigned)in);
        } else {
            EXPECT_MSG(!NT_SUCCESS(status) && in == DENIED, "call %u, %s: %08X, IN %08X",
                       (unsigned)number, failed, (unsigned)status, (unsigned)in);
        }
        if (scope == UP_SCOPE_OPENERS) {
            EXPECT_EQ(in, DENIED);
        }
        if (NT_SUCCESS(status)) {
            stop();
        } else if (!((persistent && is(failed, "Ke386SetIoAccessMap")) ||
                     is_stuck(failed, persistent))) {
            /*
             * without these calls a map cannot be reached any more: then no process has it, which
             * the IN has shown
             */
            EXPECT_MSG(iomap_open_ports(0) + iomap_open_ports(1) == 0,
                       "call %u, %s: %u and %u ports are open in the maps", (unsigned)number,
                       failed, (unsigned)iomap_open_ports(0), (unsigned)iomap_open_ports(1));
        }
    }
    EXPECT_MSG(last >= 25, "only %u calls can fail: is the injection on?", (unsigned)last);
    say("# %u calls failed in turn", (unsigned)last);
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), DENIED);
    puppet_end(puppet);
}

static void each_call_once(void)
{
    each_call_of_the_start(false, UP_SCOPE_ALL);
    each_call_of_the_start(false, UP_SCOPE_OPENERS);
}

static void each_call_for_good(void)
{
    each_call_of_the_start(true, UP_SCOPE_ALL);
    each_call_of_the_start(true, UP_SCOPE_OPENERS);
}

static void a_failed_start_is_logged(void)
{
    registry_set_ports("lpt1");
    inject_arm_name("IoCreateSymbolicLink");
    EXPECT_EQ(driver_start("userport.sys"), STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_EQ(event_log_find(UP_MSG_START_FAILED), 1);
    inject_disarm();
    start();
    stop();
}

/*
 * A control that fails half-way leaves every port denied, says so in its state, and the next one
 * mends it.
 */
static void each_call_of_a_control(uint32_t code)
{
    struct process *admin, *puppet;
    struct up_info info;
    uint32_t handle, number, error;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    admin = puppet_start(AS_ADMIN);
    puppet = puppet_start(AS_USER);
    handle = puppet_open(admin, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    for (number = 1; number < 200; number++) {
        const char *failed;

        registry_set_ports("lpt1");
        registry_set_dword("Scope", UP_SCOPE_OPENERS);
        EXPECT_EQ(puppet_control(admin, handle, UP_IOCTL_RELOAD, 0, 0), 0);
        EXPECT_EQ(puppet_control(admin, handle,
                                 code == UP_IOCTL_RESUME ? UP_IOCTL_SUSPEND : UP_IOCTL_RESUME, 0,
                                 0),
                  0);
        EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), DENIED);
        registry_set_ports("lpt1, lpt2");
        registry_set_dword("Scope", UP_SCOPE_ALL);
        inject_arm(number, false);
        error = puppet_control(admin, handle, code, 0, 0);
        failed = injected;
        inject_disarm();
        if (failed == NULL) {
            EXPECT_EQ(error, 0);
            break;
        }
        EXPECT_EQ(puppet_control(admin, handle, UP_IOCTL_INFO, 0, sizeof info), 0);
        memcpy(&info, admin->mail->scan, sizeof info);
        if (is(failed, "IoAllocateErrorLogEntry") || is(failed, "PsLookupProcessByProcessId")) {
            EXPECT_EQ(error, 0); /* a log that is full; a process that is gone */
        } else if (is_read_again(failed, false)) {
            EXPECT_EQ(error, 0);
            EXPECT_EQ(info.settings_problems, 0);
        } else if (start_denies(failed, false)) {
            EXPECT_EQ(error, 0);
            EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), DENIED);
            EXPECT(info.settings_problems != 0);
        } else {
            EXPECT_MSG(error != 0 && info.state == UP_STATE_FAULT,
                       "call %u, %s: error %u, state %u", (unsigned)number, failed, (unsigned)error,
                       (unsigned)info.state);
            EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), DENIED);
            EXPECT_EQ(puppet_in(admin, 0, PORT, 1), DENIED);
            EXPECT(event_log_find(UP_MSG_FAULT) >= 1);
        }
    }
    EXPECT(number > 5);
    puppet_close(admin, 0, handle);
    puppet_end(admin);
    puppet_end(puppet);
    stop();
}

static void each_call_of_reload(void)
{
    each_call_of_a_control(UP_IOCTL_RELOAD);
}

static void each_call_of_suspend(void)
{
    each_call_of_a_control(UP_IOCTL_SUSPEND);
}

static void each_call_of_resume(void)
{
    each_call_of_a_control(UP_IOCTL_RESUME);
}

/* CreateFile fails whole: no handle, no access, nothing counted. */
static void each_call_of_an_open(void)
{
    struct process *puppet;
    struct up_info info;
    uint32_t number;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    puppet = puppet_start(AS_USER);
    for (number = 1; number < 50; number++) {
        const char *failed;
        uint32_t handle;

        inject_arm(number, false);
        handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
        failed = injected;
        inject_disarm();
        if (failed == NULL) {
            EXPECT(puppet_close(puppet, 0, handle));
            break;
        }
        EXPECT_MSG(handle == 0xFFFFFFFF, "call %u, %s", (unsigned)number, failed);
        EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), DENIED);
        EXPECT_EQ(puppet_in(puppet, 1, PORT, 1), DENIED);
    }
    EXPECT(number >= 5);
    EXPECT(get_info(&info));
    EXPECT_EQ(info.files, 1);
    puppet_end(puppet);
    stop();
}

/*
 * A close cannot fail: when the map cannot be taken from the process, it is taken from everybody.
 */
static void a_close_that_cannot_revoke(void)
{
    static const char *const calls[] = {"Ke386IoSetAccessProcess", "Ke386SetIoAccessMap",
                                        "ZwSetInformationThread"};
    struct process *puppet;
    struct up_info info;
    unsigned i, number;

    for (i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        start_with("lpt1", UP_SCOPE_OPENERS, 0);
        puppet = puppet_start(AS_USER);
        number = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
        EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), 0);
        inject_arm_once(calls[i]);
        EXPECT(puppet_close(puppet, 0, number));
        EXPECT_MSG(injected != NULL, "the close calls nothing that can fail");
        inject_disarm();
        EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), DENIED);
        EXPECT_EQ(puppet_in(puppet, 1, PORT, 1), DENIED);
        EXPECT(get_info(&info));
        EXPECT_EQ(info.state, UP_STATE_FAULT);
        puppet_end(puppet);
        stop();
    }
}

/* A process that starts while memory is short gets nothing, is counted, and logged once. */
static void a_process_that_cannot_be_recorded(void)
{
    struct process *puppets[3];
    struct up_info info;
    unsigned i;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    inject_arm_name("ExAllocatePoolWithTag");
    for (i = 0; i < 3; i++) {
        puppets[i] = puppet_start(AS_USER);
    }
    inject_disarm();
    for (i = 0; i < 3; i++) {
        EXPECT_EQ(puppet_in(puppets[i], 0, PORT, 1), DENIED);
    }
    EXPECT(get_info(&info));
    EXPECT_EQ(info.processes_missed, 3);
    EXPECT_EQ(event_log_find(UP_MSG_PROCESS_MISSED), 1);
    /* opening the device makes up for it */
    puppet_close(puppets[0], 0, puppet_open(puppets[0], 0, DEVICE, GENERIC_READ));
    EXPECT_EQ(puppet_in(puppets[0], 0, PORT, 1), 0);
    for (i = 0; i < 3; i++) {
        puppet_end(puppets[i]);
    }
    stop();
}

/* The unload must not need anything that can fail. */
static void unload_without_memory(void)
{
    struct process *puppet;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    puppet = puppet_start(AS_USER);
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), 0);
    inject_arm_name("ExAllocatePoolWithTag");
    stop();
    inject_disarm();
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), DENIED);
    start_with("lpt1", UP_SCOPE_ALL, 0);
    inject_arm_name("ZwQuerySystemInformation");
    stop();
    inject_disarm();
    EXPECT_EQ(puppet_in(puppet, 0, PORT, 1), DENIED);
    puppet_end(puppet);
}

static const struct test tests[] = {
    {"start: each call that can fail, once", each_call_once},
    {"start: each call that can fail, and all later ones of its name", each_call_for_good},
    {"start: a failure is logged", a_failed_start_is_logged},
    {"reload: each call that can fail", each_call_of_reload},
    {"suspend: each call that can fail", each_call_of_suspend},
    {"resume: each call that can fail", each_call_of_resume},
    {"open: each call that can fail", each_call_of_an_open},
    {"close: what cannot be revoked is denied to all", a_close_that_cannot_revoke},
    {"a process that cannot be recorded gets nothing", a_process_that_cannot_be_recorded},
    {"unload without memory and without a process list", unload_without_memory},
    {NULL, NULL},
};

const struct suite suite_failures = {"failures", tests, NULL};
