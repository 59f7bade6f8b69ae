/* SPDX-License-Identifier: MIT
 *
 * This program as another process: what it does there, one function for each argument. A child says
 * by one event that it is ready and waits for another one to go on.
 */
#include <stdio.h>
#include <stdlib.h>

#include "admin.h"

#include "control/programs.h"
#include "control/settings_lock.h"

#define CHILDREN_MAX 8u

static struct {
    HANDLE process, go;
} children[CHILDREN_MAX];

static HANDLE named_event(const char *what, DWORD process_id)
{
    char name[64];

    snprintf(name, sizeof name, "admin-test-%s-%lu", what, process_id);
    return CreateEventA(NULL, TRUE, FALSE, name);
}

HANDLE child_start(const char *argument)
{
    char program[MAX_PATH], line[MAX_PATH + 128];
    STARTUPINFOA startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process = {0};
    HANDLE both[2];
    unsigned i;

    GetModuleFileNameA(NULL, program, sizeof program);
    snprintf(line, sizeof line, "\"%s\" child %s", program, argument);
    if (!EXPECT(
            CreateProcessA(program, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))) {
        return NULL;
    }
    CloseHandle(process.hThread);
    both[0] = named_event("ready", process.dwProcessId);
    both[1] = process.hProcess;
    for (i = 0; i < CHILDREN_MAX; i++) {
        if (children[i].process == NULL) {
            children[i].process = process.hProcess;
            children[i].go = named_event("go", process.dwProcessId);
            break;
        }
    }
    EXPECT_MSG(WaitForMultipleObjects(2, both, FALSE, 30000) == WAIT_OBJECT_0,
               "child %s is not ready", argument);
    CloseHandle(both[0]);
    return process.hProcess;
}

static void forget(HANDLE process)
{
    unsigned i;

    for (i = 0; i < CHILDREN_MAX; i++) {
        if (children[i].process == process) {
            CloseHandle(children[i].go);
            children[i].process = NULL;
        }
    }
    CloseHandle(process);
}

void child_go(HANDLE process)
{
    unsigned i;

    for (i = 0; i < CHILDREN_MAX; i++) {
        if (children[i].process == process) {
            SetEvent(children[i].go);
        }
    }
}

DWORD child_finish_within(HANDLE process, DWORD milliseconds)
{
    DWORD code = CHILD_KILLED;

    child_go(process);
    if (WaitForSingleObject(process, milliseconds) == WAIT_OBJECT_0) {
        GetExitCodeProcess(process, &code);
        forget(process);
    } else {
        child_kill(process);
    }
    return code;
}

DWORD child_finish(HANDLE process)
{
    return child_finish_within(process, 120000);
}

void child_kill(HANDLE process)
{
    TerminateProcess(process, 9);
    EXPECT_EQ(WaitForSingleObject(process, 30000), WAIT_OBJECT_0);
    forget(process);
}

/* ---- in the child ---------------------------------------------------------------------------- */

static void ready_and_wait(void)
{
    HANDLE go = named_event("go", GetCurrentProcessId());

    SetEvent(named_event("ready", GetCurrentProcessId()));
    WaitForSingleObject(go, 120000);
}

static int hold_device(const char *argument)
{
    int count = atoi(argument);

    /* another device, which is not to be counted */
    if (CreateFileA("\\\\.\\MountPointManager", 0, 3, NULL, OPEN_EXISTING, 0, NULL) ==
        INVALID_HANDLE_VALUE) {
        return 1;
    }
    while (count-- > 0) {
        if (CreateFileA("\\\\.\\UserPort", GENERIC_READ | (count % 2 ? GENERIC_WRITE : 0), 3, NULL,
                        OPEN_EXISTING, 0, NULL) == INVALID_HANDLE_VALUE) {
            return 1;
        }
    }
    ready_and_wait();
    return 0;
}

/* Grants, one by one, so many ports from the first on. */
static int add_ports(const char *argument)
{
    unsigned first, count, i;
    char port[8];

    if (sscanf(argument, "%x,%u", &first, &count) != 2) {
        return 2;
    }
    ready_and_wait();
    for (i = 0; i < count; i++) {
        snprintf(port, sizeof port, "%X", first + i);
        if (!up_store_change(apply_edit, EDIT(.add = port), NULL, NULL)) {
            return 1;
        }
    }
    return 0;
}

/* For ever from one pair of settings to another one. */
static int __attribute__((noreturn)) flip(const char *argument)
{
    (void)argument;
    SetEvent(named_event("ready", GetCurrentProcessId()));
    for (;;) {
        up_store_change(apply_edit, EDIT(.list = "100-1FF", .scope = TO(0), .sticky = TO(0)), NULL,
                        NULL);
        up_store_change(apply_edit, EDIT(.list = "180-27F", .scope = TO(1), .sticky = TO(1)), NULL,
                        NULL);
    }
}

static int take_lock(const char *argument)
{
    struct up_settings_lock lock;
    struct up_error_detail problem;

    (void)argument;
    if (!up_settings_lock(&lock, &problem)) {
        return 1;
    }
    ready_and_wait();
    up_settings_unlock(&lock);
    return 0;
}

static int stop_driver(const char *argument)
{
    static struct up_holders holders;
    struct up_error_detail problem;
    enum up_stop_result result;

    (void)argument;
    SetEvent(named_event("ready", GetCurrentProcessId()));
    return up_driver_stop(5000, &result, &holders, &problem) && result == UP_STOP_DONE ? 0 : 1;
}

static int load_library(const char *argument)
{
    if (LoadLibraryA(argument) == NULL) {
        return 1;
    }
    ready_and_wait();
    return 0;
}

static DWORD WINAPI read_pipe(void *pipe)
{
    char byte;
    DWORD got;

    ReadFile(pipe, &byte, 1, &got, NULL);
    return 0;
}

/* Sleeps in a read of a pipe: who asks the system about that handle may have to wait as long. */
static int sleep_in_pipe(const char *argument)
{
    HANDLE reader, writer;
    DWORD id;

    (void)argument;
    if (!CreatePipe(&reader, &writer, NULL, 0) ||
        CreateThread(NULL, 0, read_pipe, reader, 0, &id) == NULL) {
        return 1;
    }
    Sleep(100);
    if (CreateFileA("\\\\.\\UserPort", GENERIC_READ, 3, NULL, OPEN_EXISTING, 0, NULL) ==
        INVALID_HANDLE_VALUE) {
        return 1;
    }
    ready_and_wait();
    return 0;
}

static int install(const char *argument)
{
    static struct up_install_report report;
    struct up_error_detail problem;

    (void)argument;
    ready_and_wait();
    return up_install(NULL, true, &report, &problem) ? 0 : 1;
}

static int uninstall(const char *argument)
{
    static struct up_install_report report;
    struct up_error_detail problem;

    (void)argument;
    ready_and_wait();
    return up_uninstall(&report, &problem) ? 0 : 1;
}

/* What the event log gets: for the script, which lets Wine print it. */
static int events(const char *argument)
{
    static struct up_install_report report;
    static const struct up_program program = {
        .name = "lpttool", .path = "lpttool.exe", .settings = {.fast = true}};
    char every_third[8000], *at = every_third;
    unsigned port;

    (void)argument;
    here_release();
    for (port = 0x1000; port < 0x1000 + 3 * 1200; port += 3) {
        at += sprintf(at, "%X,", port);
    }
    at[-1] = '\0';
    if (!up_install(NULL, false, &report, NULL) ||
        !up_store_change(apply_edit, EDIT(.list = "64 300"), NULL, NULL)) {
        return 1;
    }
    /* as if that list had been there before UserPort */
    value_write(SERVICE, "Installed", 0, NULL, 0);
    return up_install_accepting(NULL, false, UP_INSTALL_ACCEPTS(UP_INSTALL_ASKS_HAZARDS), &report,
                                NULL) &&
                   up_store_change(apply_edit, EDIT(.list = "378-37F 60 CF8", .scope = TO(1)), NULL,
                                   NULL) &&
                   up_store_change(apply_edit, EDIT(.list = "60", .sticky = TO(1)), NULL, NULL) &&
                   up_store_change(apply_edit, EDIT(.list = every_third, .scope = TO(0)), NULL,
                                   NULL) &&
                   up_store_change(apply_edit, EDIT(.list = ""), NULL, NULL) &&
                   up_program_write(&program, NULL) && up_program_remove("LptTool", NULL) &&
                   up_uninstall(&report, NULL)
               ? 0
               : 1;
}

int child_main(const char *argument)
{
    static const struct {
        const char *name;
        int (*run)(const char *argument);
    } table[] = {
        {"hold=", hold_device},   {"add=", add_ports},   {"flip", flip},
        {"lock", take_lock},      {"stop", stop_driver}, {"load=", load_library},
        {"pipe", sleep_in_pipe},  {"install", install},  {"events", events},
        {"uninstall", uninstall},
    };
    unsigned i;

    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (strncmp(argument, table[i].name, strlen(table[i].name)) == 0) {
            return table[i].run(argument + strlen(table[i].name));
        }
    }
    return 3;
}
