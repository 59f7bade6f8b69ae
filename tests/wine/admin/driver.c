/* SPDX-License-Identifier: MIT
 *
 * The driver: what is said of it in each state, start, stop, apply, who has it open. The driver has fake ports but in one
 * case, which has the file as it is shipped.
 */
#include <stdio.h>

#include "admin.h"

#include "../../../admin/holders.h"
#include "../../../admin/service.h"
#include "../../../core/portlist.h"

#define IMAGE DRIVERS "userport.sys"

static struct up_problem problem;
static struct up_driver_status status;
static struct up_holders holders;

static void set_list(const char *list)
{
    EXPECT_DONE(up_settings_change(apply_edit, EDIT(.list = list), NULL, &problem));
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
    EXPECT_MSG(DeleteFileA(IMAGE) || GetLastError() == ERROR_FILE_NOT_FOUND, "error %lu", GetLastError());
}

static uint32_t order(uint32_t code)
{
    HANDLE device = up_device_open(GENERIC_READ | GENERIC_WRITE);
    uint32_t error = device != INVALID_HANDLE_VALUE ? up_device_control(device, code, NULL, 0) : GetLastError();

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
    EXPECT_EQ(service_create("\\SystemRoot\\System32\\drivers\\userport.sys", SERVICE_AUTO_START), 0);
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
    EXPECT_PROBLEM(up_driver_start(&problem), &problem, ERROR_REVISION_MISMATCH, "another release");
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

void test_start_failures(void)
{
    static const char text[] = "This is not a driver, although it is a file of some length.\n";

    EXPECT_PROBLEM(up_driver_start(&problem), &problem, 1060, "UserPort is not installed");
    EXPECT(strstr(problem.advice, "Install") != NULL);
    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    EXPECT_PROBLEM(up_driver_start(&problem), &problem, ERROR_DLL_INIT_FAILED, /* Wine's code; Windows says 2 */
                   "userport.sys is not there");
    EXPECT(problem.advice[0] != '\0');
    file_write(IMAGE, text, sizeof text);
    EXPECT(!up_driver_start(&problem));
    EXPECT_MSG(problem.code != 0 && problem.advice[0] != '\0' && strstr(problem.text, "userport.sys") != NULL, "%s",
               problem.text);
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
    EXPECT_EQ(status.info.policy_problems, UP_POLICY_IOPM_TYPE);
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

void test_startup(void)
{
    char path[MAX_PATH];
    DWORD start = 99;
    int startup;

    EXPECT_PROBLEM(up_driver_set_startup(UP_STARTUP_AUTO, &problem), &problem, 1060, "UserPort is not installed");
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

void test_holders(void)
{
    HANDLE device, one, other;
    char path[MAX_PATH];

    up_driver_find_holders(&holders);
    EXPECT(holders.is_known);
    EXPECT_EQ(holders.count, 0);
    driver_there(FAKE);
    EXPECT_DONE(up_driver_start(&problem));
    device = up_device_open(GENERIC_READ);
    up_driver_find_holders(&holders);
    EXPECT(holders.is_known);
    EXPECT_EQ(holders.count, 0); /* its own are not counted */
    one = child_start("hold=1");
    other = child_start("hold=3");
    up_driver_find_holders(&holders);
    EXPECT(holders.is_known);
    EXPECT_EQ(holders.count, 2);
    EXPECT_EQ(holders.list[0].handles + holders.list[1].handles, 4);
    EXPECT(holders.list[0].process_id == GetProcessId(one) || holders.list[1].process_id == GetProcessId(one));
    GetModuleFileNameA(NULL, path, sizeof path);
    EXPECT_MSG(_stricmp(holders.list[0].program, path) == 0, "\"%s\", not \"%s\"", holders.list[0].program, path);
    EXPECT_MSG(_stricmp(holders.list[1].program, path) == 0, "\"%s\", not \"%s\"", holders.list[1].program, path);
    EXPECT_EQ(child_finish(one), 0);
    up_driver_find_holders(&holders);
    EXPECT_EQ(holders.count, 1);
    EXPECT_EQ(holders.list[0].process_id, GetProcessId(other));
    EXPECT_EQ(holders.list[0].handles, 3);
    EXPECT_EQ(child_finish(other), 0);
    CloseHandle(device);
    up_driver_find_holders(&holders);
    EXPECT_EQ(holders.count, 0);
    driver_gone();
}

static struct up_holder_queries real;
static LONG volatile to_sleep; /* so many questions are never answered */

static LONG NTAPI sleepy_volume(HANDLE file, struct up_io_status *io, void *out, ULONG bytes, ULONG class)
{
    if (InterlockedDecrement(&to_sleep) >= 0) {
        Sleep(INFINITE);
    }
    return real.volume(file, io, out, bytes, class);
}

static LONG NTAPI old_system(ULONG class, void *out, ULONG bytes, ULONG *needed)
{
    return class == 64 ? (LONG)0xC0000003 : real.system(class, out, bytes, needed); /* STATUS_INVALID_INFO_CLASS */
}

static LONG NTAPI silent_system(ULONG class, void *out, ULONG bytes, ULONG *needed)
{
    (void)class, (void)out, (void)bytes, (void)needed;
    return (LONG)0xC0000022; /* STATUS_ACCESS_DENIED */
}

/* The table of older systems; a system that does not tell; questions that are never answered. */
void test_holders_hang(void)
{
    struct up_holder_queries queries;
    HANDLE child;
    DWORD began;

    real.system = (up_query_system)up_system_function(L"ntdll.dll", "NtQuerySystemInformation");
    real.object = (up_query_object)up_system_function(L"ntdll.dll", "NtQueryObject");
    real.volume = (up_query_volume)up_system_function(L"ntdll.dll", "NtQueryVolumeInformationFile");
    driver_there(FAKE);
    EXPECT_DONE(up_driver_start(&problem));
    child = child_start("pipe");
    up_driver_find_holders(&holders);
    EXPECT_EQ(holders.count, 1);
    EXPECT_EQ(holders.list[0].process_id, GetProcessId(child));

    queries = real;
    queries.system = old_system;
    up_holders_find(&queries, &holders);
    EXPECT(holders.is_known);
    EXPECT_EQ(holders.count, 1);
    EXPECT_EQ(holders.list[0].process_id, GetProcessId(child));
    queries.system = silent_system;
    up_holders_find(&queries, &holders);
    EXPECT(!holders.is_known);
    EXPECT_EQ(holders.count, 0);

    queries = real;
    queries.volume = sleepy_volume;
    to_sleep = 3;
    began = GetTickCount();
    up_holders_find(&queries, &holders);
    EXPECT_MSG(GetTickCount() - began < 20000, "took %lu ms", GetTickCount() - began);
    EXPECT(holders.is_known);
    EXPECT(to_sleep <= 0);
    EXPECT_EQ(holders.count, 1); /* what was asked first is lost, and is somebody else's */
    to_sleep = 1000000;
    up_holders_find(&queries, &holders);
    EXPECT(!holders.is_known); /* who finds that nobody answers does not say that nobody holds it */
    to_sleep = 0;
    child_kill(child);
    driver_gone();
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
