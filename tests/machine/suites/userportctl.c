/* SPDX-License-Identifier: MIT
 *
 * The shipped userportctl.exe in ring 3: what it finds, reads and writes, its two tests, on QEMU's
 * printer port and speaker, and stops while programs have the device open, for which Wine does not
 * wait. tests/machine/userportctl_seen.py looks at QEMU's trace of the same run. Writing settings
 * and starts are tested under Wine: this machine's fake advapi32.dll has none of that.
 *
 * Processors: in turn
 */
#include "../list.h"

static void expect_run_as(enum token_kind token, const char *arguments, uint32_t status,
                          const char *says)
{
    const char *output;
    uint32_t is = run_program_as(token, "userportctl.exe", arguments, &output);

    EXPECT_MSG(is == status, "userportctl %s ends with %08X, not %08X: %.300s", arguments,
               (unsigned)is, (unsigned)status, output);
    EXPECT_MSG(says == NULL || strstr(output, says) != NULL,
               "userportctl %s says \"%.600s\", and not \"%s\"", arguments, output, says);
}

static void expect_run(const char *arguments, uint32_t status, const char *says)
{
    expect_run_as(AS_USER, arguments, status, says);
}

static void status_of_a_stopped_driver(void)
{
    registry_set_ports("lpt1");
    expect_run("status", 1, "UserPort does not run");
    expect_run("status", 1, "list:       378-37F (printer port LPT1)");
    expect_run("status --json", 1, "{\"service\": \"stopped\"");
    registry_remove_all();
}

static void status_of_a_running_driver(void)
{
    start_with("lpt1, speaker", UP_SCOPE_ALL, 0);
    expect_run("status", 0, "UserPort runs");
    expect_run("status", 0, "i386: programs run IN and OUT themselves");
    expect_run("status", 0, "11 open, to 2 of 2 processes");
    expect_run("status --json", 0, "{\"service\": \"running\"");
    expect_run("status --json", 0, "\"in_force\": true");
    registry_set_ports("lpt1");
    expect_run("status", 1, "userportctl apply");
    stop();
}

static void listing(void)
{
    start_with("378-37A, 61", UP_SCOPE_ALL, 0);
    expect_run("list", 0, "378-37A    printer port LPT1");
    expect_run("list --short", 0, "61, 378-37A\r\n");
    stop();
}

static void reading_and_writing(void)
{
    start_with("378-37A", UP_SCOPE_ALL, 0);
    expect_run("write 378 A5", 0, NULL);
    expect_run("read 378", 0, "378: A5");
    expect_run("read 378.w", 0, "A5");
    expect_run("read 378 3", 0, "378: A5 A5 A5");
    expect_run("read 378 --backend ioctl", 0, "378: A5");
    expect_run("write 378 5A --backend ioctl", 0, NULL);
    expect_run("read 378 --backend direct", 0, "378: 5A");
    expect_run("write 378.w 2211", 0, NULL); /* 379 is the status register, which takes nothing */
    expect_run("read 378", 0, "378: 11");
    expect_run("read 37B", 1, "port 37B is not granted");
    expect_run("read 37A.w", 1, "port 37B is not granted");
    expect_run("write 377 00", 1, "port 377 is not granted");
    expect_run("write 377.w 0000", 1, "port 377 is not granted");
    expect_run("read 378", 0, "378: 11");
    stop();
}

static void scope_of_openers(void)
{
    start_with("378-37A", UP_SCOPE_OPENERS, 0);
    expect_run("write 378 C3", 0, NULL);
    expect_run("read 378 --backend direct", 0, "378: C3");
    expect_run("status", 0, "openers");
    stop();
}

static void reading_without_the_driver(void)
{
    expect_run("read 378", 1, "the driver is not running (2)");
    expect_run("write 378 00", 1, "the driver is not running (2)");
    expect_run("test lpt", 1, "not running");
    expect_run("test speaker", 1, "not running");
}

static void testing_the_printer(void)
{
    start_with("lpt1", UP_SCOPE_ALL, 0);
    expect_run("test lpt", 0, "CC before, C8 during, CC after");
    expect_run("test lpt 2", 1, "userportctl grant 278-27A");
    stop();
}

static void testing_where_there_is_no_printer(void)
{
    start_with("lpt2", UP_SCOPE_ALL, 0);
    expect_run("test lpt 2", 1, "All bits are ones, as where nothing is");
    stop();
}

static void testing_the_speaker(void)
{
    start_with("speaker", UP_SCOPE_ALL, 0);
    expect_run("test speaker", 0, "It toggles");
    stop();
    start_with("42-43", UP_SCOPE_ALL, 0);
    expect_run("test speaker", 1, "userportctl grant 61");
    stop();
}

/* ---- stop ------------------------------------------------------------------------------------ */

#define STOPPED      1u /* winsvc.h: SERVICE_STOPPED and so on */
#define STOP_PENDING 3u

/* What a list of one read comes to that the puppet sends through its handle. */
static uint32_t read_by_list(struct process *puppet, uint32_t handle)
{
    list_clear();
    list_add(UP_IO_READ, 1, DATA, 0);
    puppet_finish(list_begin(puppet, 0, handle, PUPPET_CONTROL));
    return answer_of(puppet)->result;
}

static void stop_with_no_program(void)
{
    const uint32_t requests = stop_requests;

    expect_run_as(AS_ADMIN, "stop", 0, "UserPort was not running.");
    start_with("lpt1", UP_SCOPE_ALL, 0);
    expect_run_as(AS_ADMIN, "stop", 0, "UserPort is stopped: no port is open any more.");
    EXPECT_EQ(driver_service_state(), STOPPED);
    start_with("lpt1", UP_SCOPE_ALL, 0);
    expect_run_as(AS_ADMIN, "stop --json", 0, "{\"result\": \"stopped\"");
    EXPECT_EQ(stop_requests - requests, 2);
    EXPECT_EQ(open_at_stop, 0);
}

/* No port works from the SUSPEND on, which comes first; the driver goes with its last handle. */
static void stop_with_a_holder(const char *arguments, const char *says)
{
    struct process *holder, *other;
    uint32_t handle, requests = stop_requests;
    struct puppet_slot *spin;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    holder = puppet_start(AS_USER);
    other = puppet_start(AS_USER);
    handle = puppet_open(holder, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    EXPECT_EQ(puppet_in(other, 0, DATA, 1), 0);
    EXPECT_EQ(read_by_list(holder, handle), UP_IO_DONE);
    spin = puppet_begin(holder, 1, PUPPET_SPIN, DATA);
    let_spin(&spin->allowed[EPOCH_BEFORE]);
    EXPECT(spin->allowed[EPOCH_BEFORE] >= 2 && spin->denied[EPOCH_BEFORE] == 0);
    expect_run_as(AS_ADMIN, arguments, 0, says);
    holder->mail->epoch = EPOCH_GONE;
    let_spin(&spin->denied[EPOCH_GONE]);
    puppet_finish(spin);
    EXPECT_EQ(spin->allowed[EPOCH_GONE], 0);
    EXPECT(spin->denied[EPOCH_GONE] >= 2);
    EXPECT_EQ(stop_requests - requests, 1);
    EXPECT_EQ(open_at_stop, 0);
    EXPECT_EQ(driver_service_state(), STOP_PENDING);
    EXPECT_EQ(puppet_scan(holder, 0, ports_of("")), 0);
    EXPECT_EQ(puppet_scan(other, 1, ports_of("")), 0);
    EXPECT_EQ(read_by_list(holder, handle), UP_IO_DENIED);
    expect_run("status", 1, "UserPort is being stopped");
    expect_run("status --json", 1, "{\"service\": \"stopping\"");
    expect_run_as(AS_ADMIN, "start", 1, "cannot start UserPort: UserPort is being stopped");
    expect_run_as(AS_ADMIN, "apply", 1, "cannot apply the settings: UserPort is being stopped");
    EXPECT_EQ(puppet_in(other, 0, DATA, 1), DENIED);
    puppet_close(holder, 0, handle);
    EXPECT_EQ(driver_service_state(), STOPPED);
    puppet_end(other);
    puppet_end(holder);
}

static void stop_that_waits(void)
{
    stop_with_a_holder("stop --timeout 0",
                       "Every port is denied. The driver goes, and can be started again, when");
    stop_with_a_holder("stop --timeout 1 --json", "{\"result\": \"waits\"");
}

/* The holder closes while the program waits. */
static void stop_that_waits_and_ends(void)
{
    struct process *holder, *program;
    const uint64_t until = ticks + 10u * TICKS_PER_SECOND;
    const char *why;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    holder = puppet_start(AS_USER);
    handle = puppet_open(holder, 0, DEVICE, GENERIC_READ);
    program = program_start("userportctl.exe", "stop --timeout 60", AS_ADMIN, &why);
    EXPECT(program != NULL);
    if (program != NULL) {
        object_reference(program);
        while (driver_service_state() != STOP_PENDING && ticks < until) {
            sleep_ticks(1, false);
        }
        EXPECT_EQ(driver_service_state(), STOP_PENDING);
        EXPECT_EQ(puppet_in(holder, 0, DATA, 1), DENIED);
        puppet_close(holder, 0, handle);
        EXPECT_EQ(process_wait(program), 0);
        EXPECT_MSG(strstr(program->output, "UserPort is stopped") != NULL, "it says: %s",
                   program->output);
        object_dereference(program);
    }
    EXPECT_EQ(driver_service_state(), STOPPED);
    puppet_end(holder);
}

/*
 * Somebody began the stop without a SUSPEND, as sc.exe does: the ports stay open, and that is said,
 * and a failure.
 */
static void stop_that_others_began(void)
{
    struct process *holder;
    uint32_t handle;

    start_with("lpt1", UP_SCOPE_ALL, 0);
    holder = puppet_start(AS_USER);
    handle = puppet_open(holder, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    EXPECT_EQ(driver_stop(), STATUS_PENDING);
    expect_run("status", 1, "WARNING:    ports may be open");
    expect_run("status --json", 1, "\"ports_may_be_open\": true");
    expect_run_as(AS_ADMIN, "stop --timeout 0", 1,
                  "the driver could not be told to deny every port");
    expect_run_as(AS_ADMIN, "stop --timeout 0 --json", 1, "{\"result\": \"waits open\"");
    EXPECT_EQ(puppet_in(holder, 0, DATA, 1), 0);
    EXPECT_EQ(read_by_list(holder, handle), UP_IO_DONE);
    puppet_close(holder, 0, handle);
    EXPECT_EQ(driver_service_state(), STOPPED);
    EXPECT_EQ(puppet_in(holder, 0, DATA, 1), DENIED);
    puppet_end(holder);
}

/*
 * The same on a kernel that forgets the stop, as ReactOS was seen to do: for the service manager it
 * has stopped, no device is there, and the driver stays, with its ports, after the last close too.
 */
static void stop_that_is_forgotten(void)
{
    struct process *holder;
    uint32_t handle;

    stop_is_forgotten = true;
    start_with("lpt1", UP_SCOPE_ALL, 0);
    expect_run("status --json", 0, "\"ports_may_be_open\": false");
    holder = puppet_start(AS_USER);
    handle = puppet_open(holder, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    EXPECT_EQ(driver_stop(), STATUS_PENDING);
    EXPECT_EQ(driver_service_state(), STOPPED);
    puppet_close(holder, 0, handle);
    EXPECT_EQ(puppet_in(holder, 0, DATA, 1), 0);
    expect_run("status", 1, "WARNING:    ports may be open: the driver is loaded");
    expect_run("status --json", 1, "\"ports_may_be_open\": true");
    expect_run_as(AS_ADMIN, "stop --timeout 0", 1,
                  "the driver could not be told to deny every port");
    expect_run_as(AS_ADMIN, "start", 1, "restart Windows");
    expect_run_as(AS_ADMIN, "apply", 1, "cannot apply the settings: UserPort is being stopped");
    EXPECT_EQ(puppet_in(holder, 0, DATA, 1), 0);
    stop_is_forgotten = false;
    driver_files_gone();
    EXPECT_EQ(puppet_in(holder, 0, DATA, 1), DENIED);
    expect_run("status --json", 1, "\"ports_may_be_open\": false");

    /*
     * by userportctl: closed, and said to wait, though the service manager says that it has stopped
     */
    stop_is_forgotten = true;
    start_with("lpt1", UP_SCOPE_ALL, 0);
    handle = puppet_open(holder, 0, DEVICE, GENERIC_READ | GENERIC_WRITE);
    expect_run_as(AS_ADMIN, "stop --timeout 0", 0, "or Windows is restarted");
    EXPECT_EQ(puppet_in(holder, 0, DATA, 1), DENIED);
    puppet_close(holder, 0, handle);
    stop_is_forgotten = false;
    driver_files_gone();
    puppet_end(holder);
}

static const struct test tests[] = {
    {"status: the driver is stopped", status_of_a_stopped_driver},
    {"status: the driver runs", status_of_a_running_driver},
    {"list", listing},
    {"read and write, by both ways to the ports", reading_and_writing},
    {"read and write in the scope of openers", scope_of_openers},
    {"read, write and tests without the driver", reading_without_the_driver},
    {"test lpt", testing_the_printer},
    {"test lpt: nothing is there", testing_where_there_is_no_printer},
    {"test speaker", testing_the_speaker},
    {"stop: no program has it open", stop_with_no_program},
    {"stop: programs have it open: every port is denied first", stop_that_waits},
    {"stop: the last program closes it in time", stop_that_waits_and_ends},
    {"stop: others began it", stop_that_others_began},
    {"stop: others began it, and the kernel forgets it", stop_that_is_forgotten},
    {NULL, NULL},
};

const struct suite suite_userportctl = {"userportctl", tests, NULL};
