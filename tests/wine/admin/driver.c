/* SPDX-License-Identifier: MIT
 *
 * The driver: what is said of it in each state, start, stop, apply. The driver has fake ports but
 * in one case, which has the file as it is shipped.
 */
#include <stdio.h>

#include "admin.h"

#include "control/holders.h"
#include "control/service.h"
#include "core/portlist.h"
#include "userport/userport.h"
#include "tests/wine/fake/fake.h"

#define IMAGE DRIVERS "userport.sys"

static struct up_error_detail problem;
static struct up_driver_status status;
static struct up_holders holders;

static void set_list(const char *list)
{
    EXPECT_DONE(up_store_change(apply_edit, EDIT(.list = list), NULL, &problem));
}

static void driver_there(const char *from)
{
    file_copy(from, IMAGE);
    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    set_list("378-37F");
}

static void driver_gone(void)
{
    service_delete();
    EXPECT_MSG(DeleteFileA(IMAGE) || GetLastError() == ERROR_FILE_NOT_FOUND, "error %lu",
               GetLastError());
}

static uint32_t order(uint32_t code)
{
    HANDLE device = up_device_open(GENERIC_READ | GENERIC_WRITE);
    uint32_t error =
        device != INVALID_HANDLE_VALUE ? up_device_control(device, code, NULL, 0) : GetLastError();

    CloseHandle(device);
    return error;
}

static uint32_t driver_state(void)
{
    up_driver_query(&status);
    EXPECT(status.answers);
    return status.info.state;
}

static bool maps_exactly(const char *list)
{
    struct up_portset ports;

    up_portset_deny_all(&ports);
    EXPECT(up_portlist_parse(list, strlen(list), &ports, NULL));
    up_driver_query(&status);
    return memcmp(ports.map, status.map, sizeof status.map) == 0;
}

void test_query(void)
{
    unsigned i;

    up_driver_query(&status);
    EXPECT_EQ(status.service, UP_SERVICE_ABSENT);
    EXPECT_EQ(status.service_code, 0);
    EXPECT(!status.answers && !status.has_file && status.file[0] == '\0');
    EXPECT_EQ(status.device_code, ERROR_FILE_NOT_FOUND);
    for (i = 0; i < sizeof status.map; i++) {
        EXPECT(status.map[i] == 0xFF);
    }
    EXPECT_EQ(service_create("\\SystemRoot\\System32\\drivers\\userport.sys", SERVICE_AUTO_START),
              0);
    up_driver_query(&status);
    EXPECT_EQ(status.service, UP_SERVICE_STOPPED);
    EXPECT_EQ(status.startup, UP_STARTUP_AUTO);
    EXPECT(!status.has_file);
    EXPECT_MSG(_stricmp(status.file, IMAGE) == 0, "%s", status.file);
    service_delete();
    driver_there(FAKE);
    EXPECT_DONE(up_driver_start(&problem));
    up_driver_query(&status);
    EXPECT_EQ(status.service, UP_SERVICE_RUNNING);
    EXPECT_EQ(status.startup, UP_STARTUP_DEMAND);
    EXPECT(status.has_file && status.answers && !status.is_other_version);
    EXPECT_EQ(status.info.abi_version, UP_ABI_VERSION);
    EXPECT_EQ(status.info.state, UP_STATE_RUNNING);
    EXPECT_EQ(status.info.ports_granted, 8);
    EXPECT(maps_exactly("378-37F"));
    driver_gone();
    driver_there(PARTS "other.sys");
    EXPECT_EQ(service_start(), 0);
    up_driver_query(&status);
    EXPECT(status.answers && status.is_other_version);
    EXPECT_EQ(status.info.abi_version, UP_ABI_VERSION + 1);
    EXPECT_EQ(status.info.state, 0);
    for (i = 0; i < sizeof status.map; i++) {
        EXPECT(status.map[i] == 0xFF);
    }
    driver_gone();
}

void test_start(void)
{
    driver_there(FAKE);
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT_EQ(service_state(), SERVICE_RUNNING);
    EXPECT_DONE(up_driver_start(&problem)); /* it runs: no failure */
    EXPECT_EQ(order(UP_IOCTL_SUSPEND), 0);
    EXPECT_EQ(driver_state(), UP_STATE_SUSPENDED);
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT_EQ(driver_state(), UP_STATE_RUNNING);
    EXPECT(maps_exactly("378-37F"));
    driver_gone();
}

/* What was started and is not ours does not stay; what ran before, whosever it is, does. */
void test_start_foreign(void)
{
    driver_there(PARTS "other.sys");
    EXPECT_PROBLEM(up_driver_start(&problem), &problem, ERROR_REVISION_MISMATCH, "another release");
    EXPECT_MSG(strcmp(problem.advice, "Install the driver of this release.") == 0, "%s",
               problem.advice);
    EXPECT_EQ(service_state(), SERVICE_STOPPED);
    EXPECT_EQ(service_start(), 0);
    EXPECT_PROBLEM(up_driver_start(&problem), &problem, ERROR_REVISION_MISMATCH, "another release");
    EXPECT_EQ(service_state(), SERVICE_RUNNING);
    EXPECT_PROBLEM(up_driver_apply(true, &problem), &problem, ERROR_REVISION_MISMATCH,
                   "another release");
    driver_gone();
}

/*
 * The next RELOAD, SUSPEND or RESUME that the driver got. The list has to have FAKE_ORDERS' four
 * ports.
 */
static uint32_t next_order(void)
{
    uint32_t value = 0xFFFFFFFFu;
    up_handle *handle;

    if (EXPECT_EQ(up_open(UP_BACKEND_IOCTL, &handle), UP_OK)) {
        EXPECT_EQ(up_in32(handle, FAKE_ORDERS, &value), UP_OK);
        up_close(handle);
    }
    return value;
}

/*
 * The list is another one than when it was suspended: the driver never has the old one open again.
 */
void test_resume_order(void)
{
    driver_there(FAKE);
    set_list("300-3FF E078-E07B");
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT_EQ(next_order(), 0); /* a start that resumes nothing orders nothing */
    EXPECT_EQ(order(UP_IOCTL_SUSPEND), 0);
    set_list("378 E078-E07B");
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT(maps_exactly("378 E078-E07B"));
    EXPECT_EQ(next_order(), FAKE_ORDER(UP_IOCTL_SUSPEND, 0));
    EXPECT_EQ(next_order(), FAKE_ORDER(UP_IOCTL_RELOAD, 0));
    EXPECT_EQ(next_order(), FAKE_ORDER(UP_IOCTL_RESUME, 5));
    EXPECT_EQ(next_order(), 0);

    EXPECT_EQ(order(UP_IOCTL_SUSPEND), 0);
    set_list("379-37A E078-E07B");
    EXPECT_DONE(up_driver_apply(true, &problem));
    EXPECT_EQ(next_order(), FAKE_ORDER(UP_IOCTL_SUSPEND, 0));
    EXPECT_EQ(next_order(), FAKE_ORDER(UP_IOCTL_RELOAD, 0));
    EXPECT_EQ(next_order(), FAKE_ORDER(UP_IOCTL_RESUME, 6));
    EXPECT_EQ(next_order(), 0);
    driver_gone();
}

void test_start_failures(void)
{
    static const char text[] = "This is not a driver, although it is a file of some length.\n";

    EXPECT_PROBLEM(up_driver_start(&problem), &problem, 1060, "UserPort is not installed");
    EXPECT(strstr(problem.advice, "Install") != NULL);
    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    /* Wine's code; Windows says 2 */
    EXPECT_PROBLEM(up_driver_start(&problem), &problem, ERROR_DLL_INIT_FAILED,
                   "userport.sys is not there");
    EXPECT(problem.advice[0] != '\0');
    file_write(IMAGE, text, sizeof text);
    EXPECT(!up_driver_start(&problem));
    EXPECT_MSG(problem.code != 0 && problem.advice[0] != '\0' &&
                   strstr(problem.text, "userport.sys") != NULL,
               "%s", problem.text);
    tap_note("a text instead of the driver: %s", problem.text);
    EXPECT_DONE(up_driver_set_startup(UP_STARTUP_DISABLED, &problem));
    EXPECT_PROBLEM(up_driver_start(&problem), &problem, 1058, "disabled");
    EXPECT(strstr(problem.advice, "disabled") != NULL);
    EXPECT_EQ(service_state(), SERVICE_STOPPED);
    driver_gone();
}

void test_apply(void)
{
    EXPECT_PROBLEM(up_driver_apply(true, &problem), &problem, 2, "not running");
    EXPECT(strstr(problem.advice, "Install") != NULL);
    driver_there(FAKE);
    EXPECT_PROBLEM(up_driver_apply(true, &problem), &problem, 2, "not running");
    EXPECT(strstr(problem.advice, "Start") != NULL);
    EXPECT_DONE(up_driver_start(&problem));
    set_list("378 42-43");
    EXPECT(maps_exactly("378-37F"));
    EXPECT_DONE(up_driver_apply(true, &problem));
    EXPECT(maps_exactly("42-43 378"));
    EXPECT_EQ(order(UP_IOCTL_SUSPEND), 0);
    set_list("379");
    EXPECT(maps_exactly(""));
    EXPECT_DONE(up_driver_apply(true, &problem));
    EXPECT_EQ(driver_state(), UP_STATE_RUNNING);
    EXPECT(maps_exactly("379"));
    value_write(SERVICE, "IOPM", REG_SZ, "x", 2);
    EXPECT_DONE(up_driver_apply(true, &problem));
    EXPECT(maps_exactly(""));
    EXPECT_EQ(status.info.settings_problems, UP_SETTINGS_IOPM_TYPE);
    driver_gone();
}

/* Who changes the list of a suspended driver, and nothing else, opens no port. */
void test_apply_suspended(void)
{
    driver_there(FAKE);
    set_list("300-3FF E078-E07B");
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT_EQ(order(UP_IOCTL_SUSPEND), 0);
    set_list("378 E078-E07B");
    EXPECT_DONE(up_driver_apply(false, &problem));
    EXPECT_EQ(driver_state(), UP_STATE_SUSPENDED);
    EXPECT(maps_exactly(""));
    EXPECT_EQ(status.info.reloads, 1);
    EXPECT_EQ(order(UP_IOCTL_RESUME), 0);
    EXPECT(maps_exactly("378 E078-E07B"));
    EXPECT_EQ(next_order(), FAKE_ORDER(UP_IOCTL_SUSPEND, 0));
    EXPECT_EQ(next_order(), FAKE_ORDER(UP_IOCTL_RELOAD, 0));
    EXPECT_EQ(next_order(), FAKE_ORDER(UP_IOCTL_RESUME, 5));
    driver_gone();
}

/* What it does where there is a map is tests/machine/suites/renounce.c's. */
void test_renounce(void)
{
    EXPECT_PROBLEM(up_driver_renounce(&problem), &problem, ERROR_FILE_NOT_FOUND,
                   "cannot give up this program's own access to ports: the driver is not running");
    driver_there(FAKE);
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT_DONE(up_driver_renounce(&problem));
    EXPECT_DONE(up_driver_renounce(&problem));
    EXPECT_EQ(driver_state(), UP_STATE_RUNNING);
    EXPECT_EQ(status.info.files, 1); /* up_driver_query's own */
    EXPECT_EQ(status.info.processes_renounced, 0);
    driver_gone();
    driver_there(PARTS "other.sys");
    EXPECT_EQ(service_start(), 0);
    EXPECT_PROBLEM(up_driver_renounce(&problem), &problem, ERROR_INVALID_FUNCTION,
                   "does not know the request");
    EXPECT(strstr(problem.advice, "this release") != NULL);
    driver_gone();
}

void test_stop(void)
{
    enum up_stop_result result;
    HANDLE device;

    EXPECT_DONE(up_driver_stop(1000, &result, &holders, &problem));
    EXPECT_EQ(result, UP_STOP_NOT_RUNNING);
    driver_there(FAKE);
    EXPECT_DONE(up_driver_stop(1000, &result, &holders, &problem));
    EXPECT_EQ(result, UP_STOP_NOT_RUNNING);
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT_DONE(up_driver_stop(1000, &result, &holders, &problem));
    EXPECT_EQ(result, UP_STOP_DONE);
    EXPECT_EQ(service_state(), SERVICE_STOPPED);
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT_EQ(order(UP_IOCTL_SUSPEND), 0);
    device = up_device_open(GENERIC_READ); /* Wine's drivers go all the same */
    EXPECT_DONE(up_driver_stop(1000, &result, &holders, &problem));
    CloseHandle(device);
    EXPECT_EQ(service_state(), SERVICE_STOPPED);
    driver_gone();
}

/*
 * Another program installs, say: the ports are closed at once, and the service is stopped when the
 * lock is free.
 */
void test_stop_locked(void)
{
    HANDLE locker, stopper;
    DWORD began;

    driver_there(FAKE);
    EXPECT_DONE(up_driver_start(&problem));
    locker = child_start("lock");
    stopper = child_start("stop");
    for (began = GetTickCount();
         driver_state() != UP_STATE_SUSPENDED && GetTickCount() - began < 5000;) {
        Sleep(20);
    }
    EXPECT_EQ(driver_state(), UP_STATE_SUSPENDED);
    EXPECT(maps_exactly(""));
    Sleep(300);
    EXPECT_EQ(service_state(), SERVICE_RUNNING); /* it waits for the lock */
    EXPECT_EQ(child_finish(locker), 0);
    EXPECT_EQ(child_finish_within(stopper, 10000), 0);
    EXPECT_EQ(service_state(), SERVICE_STOPPED);

    /* the lock never comes: the stop does without */
    EXPECT_DONE(up_driver_start(&problem));
    locker = child_start("lock");
    stopper = child_start("stop");
    EXPECT_EQ(child_finish_within(stopper, 30000), 0);
    EXPECT_EQ(service_state(), SERVICE_STOPPED);
    EXPECT_EQ(child_finish(locker), 0);
    driver_gone();
}

/*
 * A driver that takes this administrator for none is not told to stop: it would keep its ports open
 * as long as any program has it open. Once as it refuses the order, once as it refuses the open.
 */
void test_stop_refused(void)
{
    /* AS_USER, AS_SERVICE of tests/machine/machine.h */
    static const DWORD as_user = 3, as_service = 6;
    static struct up_install_report report;
    enum up_stop_result result;
    unsigned i;

    for (i = 0; i < 2; i++) {
        driver_there(FAKE);
        EXPECT_DONE(up_driver_start(&problem));
        value_write(SERVICE, FAKE_TOKEN, REG_DWORD, i == 0 ? &as_user : &as_service,
                    sizeof as_user);
        EXPECT_PROBLEM(up_driver_stop(1000, &result, &holders, &problem), &problem,
                       ERROR_ACCESS_DENIED, "the driver refuses you the order to close every port");
        EXPECT_MSG(strstr(problem.advice, "logged on at the computer itself") != NULL, "%s",
                   problem.advice);
        EXPECT_EQ(service_state(), SERVICE_RUNNING);
        EXPECT_PROBLEM(up_uninstall(&report, &problem), &problem, ERROR_ACCESS_DENIED,
                       "refuses you the order");
        EXPECT_EQ(service_state(), SERVICE_RUNNING);
        EXPECT(file_exists(IMAGE));
        EXPECT_PROBLEM(up_install(PARTS "shipped.sys", false, &report, &problem), &problem,
                       ERROR_ACCESS_DENIED, "refuses you the order");
        EXPECT_EQ(service_state(), SERVICE_RUNNING);
        EXPECT(file_same(IMAGE, FAKE));
        value_write(SERVICE, FAKE_TOKEN, 0, NULL, 0);
        EXPECT(maps_exactly("378-37F"));
        EXPECT_DONE(up_driver_stop(1000, &result, &holders, &problem));
        EXPECT_EQ(result, UP_STOP_DONE);
        driver_gone();
    }
}

/* ---- the kernel's list of images ------------------------------------------------------------- */

static const char *loaded_path;
static ULONG loaded_bytes; /* what the answer needs at least */
static LONG loaded_status;

/* NtQuerySystemInformation's class 11: two images, the second of them as the test says. */
static LONG NTAPI images(ULONG class, void *out, ULONG bytes, ULONG *needed)
{
    struct {
        ULONG count;
        struct {
            PVOID pointers[3];
            ULONG longs[2];
            USHORT shorts[4];
            char path[256];
        } list[2];
    } answer;

    EXPECT_EQ(class, 11);
    *needed = 0; /* as NT 4.0 */
    if (loaded_status != 0 || bytes < loaded_bytes) {
        return loaded_status != 0 ? loaded_status : (LONG)0xC0000004;
    }
    memset(&answer, 0, sizeof answer);
    answer.count = 2;
    strcpy(answer.list[0].path, "\\SystemRoot\\system32\\ntoskrnl.exe");
    strcpy(answer.list[1].path, loaded_path);
    memcpy(out, &answer, sizeof answer);
    return 0;
}

void test_loaded(void)
{
    EXPECT(!up_driver_is_loaded("")); /* Wine's list has its kernel alone */
    loaded_path = "\\SystemRoot\\System32\\drivers\\userport.sys";
    EXPECT(up_image_is_loaded(images, "userport.sys"));
    EXPECT(up_image_is_loaded(images, "C:\\WINDOWS\\system32\\drivers\\USERPORT.SYS"));
    EXPECT(!up_image_is_loaded(images, "C:\\lab\\port.sys"));
    loaded_bytes = 1u << 17; /* as many images as this need more room */
    EXPECT(up_image_is_loaded(images, "userport.sys"));
    loaded_bytes = 0;
    loaded_path = "UserPort.sys";
    EXPECT(up_image_is_loaded(images, "D:\\drivers\\userport.sys"));
    loaded_path = "\\??\\C:\\lab\\myuserport.sys";
    EXPECT(!up_image_is_loaded(images, "userport.sys"));
    loaded_status = (LONG)0xC0000022; /* it does not tell this user */
    loaded_path = "UserPort.sys";
    EXPECT(!up_image_is_loaded(images, "userport.sys"));
    loaded_status = 0;
    loaded_bytes = UINT32_MAX;
    EXPECT(!up_image_is_loaded(images, "userport.sys"));
    loaded_bytes = 0;
}

void test_startup(void)
{
    char path[MAX_PATH];
    DWORD start = 99;
    int startup;

    EXPECT_PROBLEM(up_driver_set_startup(UP_STARTUP_AUTO, &problem), &problem, 1060,
                   "UserPort is not installed");
    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    for (startup = UP_STARTUP_SYSTEM; startup <= UP_STARTUP_DISABLED; startup++) {
        EXPECT_DONE(up_driver_set_startup((enum up_startup)startup, &problem));
        EXPECT_EQ(service_config(path, sizeof path, &start), SERVICE_KERNEL_DRIVER);
        EXPECT_EQ(start, startup);
        EXPECT_MSG(_stricmp(path, IMAGE) == 0, "%s", path);
        up_driver_query(&status);
        EXPECT_EQ(status.startup, startup);
    }
    service_delete();
}

void test_administrator(void)
{
    EXPECT(up_driver_is_administrator());
}

/* The file as it is shipped, which this starts, asks and stops. */
void test_shipped(void)
{
    enum up_stop_result result;

    driver_there(PARTS "shipped.sys");
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT(maps_exactly("378-37F"));
    set_list("3BC-3BF");
    EXPECT_DONE(up_driver_apply(true, &problem));
    EXPECT(maps_exactly("3BC-3BF"));
    EXPECT_DONE(up_driver_stop(2000, &result, &holders, &problem));
    EXPECT_EQ(result, UP_STOP_DONE);
    driver_gone();
}
