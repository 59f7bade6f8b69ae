/* SPDX-License-Identifier: MIT
 *
 * The shipped userportctl.exe in ring 3: what it finds, reads and writes, and its two tests, on QEMU's printer port and
 * speaker. tests/machine/userportctl_seen.py looks at QEMU's trace of the same run. Writing settings, start and stop are
 * Windows' part, and tested under Wine: the fake advapi32.dll of this machine can only be asked.
 */
#include "../test.h"

static void expect_run(const char *arguments, uint32_t status, const char *says)
{
    const char *output;
    uint32_t is = run_program("userportctl.exe", arguments, &output);

    EXPECT_MSG(is == status, "userportctl %s ends with %08X, not %08X: %.300s", arguments, (unsigned)is,
               (unsigned)status, output);
    EXPECT_MSG(says == NULL || strstr(output, says) != NULL, "userportctl %s says \"%.600s\", and not \"%s\"",
               arguments, output, says);
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
    expect_run("test lpt 2", 1, "there is no printer port at 278");
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
    {NULL, NULL},
};

const struct suite suite_userportctl = {"userportctl", tests, NULL};
