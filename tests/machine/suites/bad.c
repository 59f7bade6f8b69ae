/* SPDX-License-Identifier: MIT
 *
 * One life of bad.sys, with the case that the command line names: for tests/machine/bad.sh. What
 * its DeviceIoControl does may want two threads, or its caller's end meanwhile.
 */
#include "../test.h"

#define COUNT_TOGETHER  30u /* as in bad/bad.c */
#define COUNT_APART     31u
#define WORK_TO_THE_END 32u
#define COUNTS          50000u

/* Both processors in the driver at once. */
static void control_twice(struct process *puppet, uint32_t handle)
{
    struct puppet_slot *second = &puppet->mail->slots[1];
    uint32_t counted;

    puppet_do(puppet, 0, PUPPET_AFFINITY, 1, 0, 0);
    puppet_do(puppet, 1, PUPPET_AFFINITY, 2, 0, 0);
    second->b = UP_IOCTL_INFO;
    second->c = 0;
    second->d = 16;
    puppet_begin(puppet, 1, PUPPET_CONTROL, handle);
    puppet_control(puppet, handle, UP_IOCTL_INFO, 0, 16);
    puppet_finish(second);
    /* what both have counted, and 50,000 more */
    puppet_control(puppet, handle, UP_IOCTL_INFO, 0, 16);
    memcpy(&counted, puppet->mail->scan, sizeof counted);
    if (counted != 3 * COUNTS) {
        violation("two processors counted to %u, not to %u", (unsigned)counted, 3 * COUNTS);
    }
}

static struct thread *thread_in_driver(const struct process *process)
{
    struct thread *thread;

    for (thread = all_threads; thread != NULL && !(thread->process == process && thread->in_driver);
         thread = thread->next_of_all) {
    }
    return thread;
}

/*
 * The caller is killed while the driver works for it: the driver is told, and goes on until it
 * returns.
 */
static void kill_in_driver(struct process *puppet, uint32_t handle)
{
    struct puppet_slot *slot = &puppet->mail->slots[0];

    slot->b = UP_IOCTL_INFO;
    slot->c = 0;
    slot->d = 16;
    puppet_begin(puppet, 0, PUPPET_CONTROL, handle);
    while (thread_in_driver(puppet) == NULL) {
        sleep_ticks(1, false);
    }
    sleep_ticks(20, false);
    if (thread_in_driver(puppet) == NULL || event_log_count != 0) {
        violation("the driver believes that its caller ends");
    }
    process_kill(puppet, 0x77);
    if (process_wait(puppet) != 0x77 || event_log_count != 1 || event_log[0].code != 0x600D) {
        violation("the killed caller did not come to the driver's end");
    }
}

static void run(void)
{
    uint32_t number = option_number("case", 0);
    struct process *puppet;
    uint32_t handle;

    registry_set_dword("Case", number);
    if (driver_start("bad.sys") != STATUS_SUCCESS) {
        panic("bad.sys does not start");
    }
    puppet = puppet_start(AS_USER);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
    if (number == WORK_TO_THE_END) {
        kill_in_driver(puppet, handle);
    } else {
        if (number == COUNT_TOGETHER || number == COUNT_APART) {
            control_twice(puppet, handle);
        } else {
            puppet_control(puppet, handle, UP_IOCTL_INFO, 0, 16);
        }
        puppet_close(puppet, 0, handle);
        puppet_end(puppet);
    }
    driver_stop();
    puppet_end(puppet_start(AS_USER)); /* a notification that was left is called now */
}

const struct suite suite_bad = {"bad", NULL, run};
