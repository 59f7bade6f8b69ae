/* SPDX-License-Identifier: MIT
 *
 * One life of bad.sys, with the case that the command line names: for tests/machine/bad.sh.
 */
#include "../test.h"

static void run(void)
{
    struct process *puppet;
    uint32_t handle;

    registry_set_dword("Case", option_number("case", 0));
    if (driver_start("bad.sys") != STATUS_SUCCESS) {
        panic("bad.sys does not start");
    }
    puppet = puppet_start(AS_USER);
    handle = puppet_open(puppet, 0, DEVICE, GENERIC_READ);
    puppet_control(puppet, handle, UP_IOCTL_INFO, 0, 16);
    puppet_close(puppet, 0, handle);
    puppet_end(puppet);
    driver_stop();
    puppet_end(puppet_start(AS_USER)); /* a notification that was left is called now */
}

const struct suite suite_bad = {"bad", NULL, run};
