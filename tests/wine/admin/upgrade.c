/* SPDX-License-Identifier: MIT
 *
 * Installs over an earlier UserPort: its settings and its start type stay, what ran runs again, and
 * what fails is undone.
 */
#include <stdio.h>
#include <stdlib.h>

#include "admin.h"

static struct up_error_detail problem;
static struct up_install_report report;
static struct up_driver_status status;

#define OLD_PLACE "C:\\lab\\UserPort.sys"
#define HAZARDS   UP_INSTALL_ACCEPTS(UP_INSTALL_ASKS_HAZARDS)

/*
 * As the original left it: a driver elsewhere, started with the system, a list, and nothing else.
 */
static void old_there(const char *driver)
{
    CreateDirectoryA("C:\\lab", NULL);
    file_copy(driver, OLD_PLACE);
    EXPECT_EQ(service_create("\\??\\" OLD_PLACE, SERVICE_SYSTEM_START), 0);
    EXPECT_DONE(up_store_change(
        apply_edit, EDIT(.list = "200-37F 3BC-3BF 3E8-3FF", .scope = TO(1), .sticky = TO(1)), NULL,
        &problem));
}

static void old_gone(void)
{
    service_delete();
    DeleteFileA(OLD_PLACE);
    DeleteFileA(LOCK);
}

void test_upgrade(void)
{
    char path[MAX_PATH];
    DWORD start = 99;

    here_release();
    old_there(PARTS "other.sys");
    EXPECT_EQ(service_start(), 0); /* it is of another release */
    EXPECT_EQ(service_state(), SERVICE_RUNNING);
    EXPECT_PROBLEM(up_install(NULL, true, &report, &problem), &problem, 0,
                   "nothing was changed: the list that is there");
    EXPECT_EQ(report.asks, UP_INSTALL_ASKS_HAZARDS); /* 376 and 3F0-3F7 */
    EXPECT(up_portset_has(&report.kept, 0x376));
    EXPECT_EQ(service_state(), SERVICE_RUNNING);
    EXPECT(!file_exists(DRIVERS "userport.sys"));
    EXPECT(!up_install_accepting(NULL, true, UP_INSTALL_ACCEPTS(UP_INSTALL_ASKS_DRIVER), &report,
                                 &problem));
    EXPECT_DONE(up_install_accepting(NULL, true, HAZARDS, &report, &problem));
    EXPECT_EQ(report.asks, UP_INSTALL_ASKS_NOTHING);
    EXPECT_MSG(strcmp(report.steps[UP_STEP_SETTINGS].text,
                      "412 ports, and programs can do harm with some: 376 (IDE disk control "
                      "registers), 3F0 (floppy disk "
                      "controller)") == 0,
               "%s", report.steps[UP_STEP_SETTINGS].text);
    EXPECT(report.was_upgrade);
    EXPECT(report.steps[UP_STEP_SERVICE].outcome == UP_STEP_DONE);
    EXPECT(report.steps[UP_STEP_SETTINGS].outcome == UP_STEP_KEPT);
    EXPECT_SETTINGS("200-37F 3BC-3BF 3E8-3FF", 1, 1, 0);
    EXPECT_EQ(service_config(path, sizeof path, &start), SERVICE_KERNEL_DRIVER);
    EXPECT_EQ(start, SERVICE_SYSTEM_START);
    EXPECT(strstr(path, "lab") == NULL);
    up_driver_query(&status);
    EXPECT_EQ(status.service, UP_SERVICE_RUNNING); /* as it did before */
    EXPECT(status.answers && !status.is_other_version);
    EXPECT_EQ(status.info.scope, 1);
    EXPECT_MSG(_stricmp(status.file, DRIVERS "userport.sys") == 0, "%s", status.file);
    EXPECT(file_exists(OLD_PLACE)); /* was not ours to delete */
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT(!key_exists(SERVICE) && !file_exists(DRIVERS "userport.sys"));
    EXPECT(DeleteFileA(OLD_PLACE));

    /* in its place, and not running: stays stopped */
    file_copy(PARTS "other.sys", DRIVERS "userport.sys");
    EXPECT_EQ(service_create(DRIVERS "UserPort.SYS", SERVICE_DISABLED), 0);
    value_write(SERVICE, "IOPM", REG_SZ, "nonsense", 9);
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT(file_same(DRIVERS "userport.sys", FAKE));
    EXPECT_SETTINGS("", 0, 0, UP_SETTINGS_IOPM_TYPE); /* what makes no sense is not made up */
    EXPECT_EQ(service_state(), SERVICE_STOPPED);
    EXPECT_EQ(service_config(path, sizeof path, &start), SERVICE_KERNEL_DRIVER);
    EXPECT_EQ(start, SERVICE_DISABLED);
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT(!file_exists(DRIVERS "userport.sys"));
}

/*
 * The new driver does not start, or a library cannot be put: the old one runs again, as if nothing
 * had been.
 */
void test_upgrade_undone(void)
{
    char *before;

    here_release();
    old_there(FAKE);
    EXPECT_DONE(up_driver_start(&problem));
    up_driver_query(&status);
    before = world();
    EXPECT_PROBLEM(up_install_accepting(PARTS "other.sys", true, HAZARDS, &report, &problem),
                   &problem, ERROR_REVISION_MISMATCH, "another release");
    EXPECT(strstr(problem.text, "does not start again") == NULL);
    up_driver_query(&status);
    EXPECT(status.answers && !status.is_other_version);
    EXPECT_EQ(status.info.state, UP_STATE_RUNNING);
    EXPECT_EQ(status.service, UP_SERVICE_RUNNING);
    EXPECT_MSG(_stricmp(status.file, OLD_PLACE) == 0, "%s", status.file);
    expect_same_world("an upgrade that failed", before, world());

    before = world();
    EXPECT(CreateDirectoryA("C:\\windows\\system32\\userport.dll.up-new", NULL));
    EXPECT(!up_install_accepting(NULL, true, HAZARDS, &report, &problem));
    EXPECT(RemoveDirectoryA("C:\\windows\\system32\\userport.dll.up-new"));
    up_driver_query(&status);
    EXPECT(status.answers);
    EXPECT_MSG(_stricmp(status.file, OLD_PLACE) == 0, "%s", status.file);
    expect_same_world("an upgrade whose library failed", before, world());
    old_gone();

    /* the old one cannot be started again either: the problem says so */
    old_there(FAKE);
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT(DeleteFileA(OLD_PLACE) || GetLastError() != 0);
    if (!file_exists(OLD_PLACE)) {
        EXPECT_PROBLEM(up_install_accepting(PARTS "other.sys", true, HAZARDS, &report, &problem),
                       &problem, ERROR_REVISION_MISMATCH, "another release");
        EXPECT_MSG(strstr(problem.text, "does not start again") != NULL, "%s", problem.text);
    }
    old_gone();
}

/*
 * A program runs with our library: the new one takes its place all the same, and so does the old
 * one at an undo.
 */
void test_upgrade_in_use(void)
{
    static const char more[] = "one more byte, as of another release";
    static const char *const newer[] = {HERE "amd64\\userport.dll",
                                        HERE "amd64\\userport-trap.dll"};
    DWORD written;
    HANDLE child, trapped, file;
    char *before;
    unsigned i;

    here_release();
    before = world();
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    child = child_start("load=" DLL);
    trapped = child_start("load=" TRAP);
    for (i = 0; i < sizeof newer / sizeof newer[0]; i++) {
        file = CreateFileA(newer[i], FILE_APPEND_DATA, 0, NULL, OPEN_EXISTING, 0, NULL);
        EXPECT(WriteFile(file, more, sizeof more, &written, NULL));
        CloseHandle(file);
    }
    EXPECT(CreateDirectoryA(DLL_32 ".up-new", NULL));
    EXPECT(DeleteFileA(DLL_32)); /* so that it is to be put, which fails */
    EXPECT(!up_install(NULL, true, &report, &problem));
    EXPECT(file_same(DLL, PARTS "amd64.dll"));
    EXPECT(file_same(TRAP, PARTS "amd64_trap.dll"));
    EXPECT(RemoveDirectoryA(DLL_32 ".up-new"));
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    EXPECT_EQ(report.steps[UP_STEP_LIBRARY].outcome, UP_STEP_DONE);
    EXPECT_EQ(report.steps[UP_STEP_TRAP].outcome, UP_STEP_DONE);
    EXPECT(file_same(DLL, newer[0]));
    EXPECT(file_same(TRAP, newer[1]));
    EXPECT(!file_exists(DLL ".up-new") && !file_exists(DLL ".up-old"));
    EXPECT(!file_exists(TRAP ".up-new") && !file_exists(TRAP ".up-old"));
    EXPECT_EQ(child_finish(child), 0);
    EXPECT_EQ(child_finish(trapped), 0);
    EXPECT_DONE(up_uninstall(&report, &problem));
    value_write("SYSTEM\\CurrentControlSet\\Control\\Session Manager",
                "PendingFileRenameOperations", 0, NULL, 0);
    expect_same_world("an upgrade of a library in use", before, world());
}

/* Somebody holds the service of before: it is there, but only until he lets it go. */
void test_marked_for_deletion(void)
{
    SC_HANDLE manager, service;
    char *before;

    here_release();
    before = world();
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT);
    service = OpenServiceA(manager, "UserPort", SERVICE_QUERY_STATUS);
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT_PROBLEM(up_install(NULL, true, &report, &problem), &problem,
                   ERROR_SERVICE_MARKED_FOR_DELETE, "service UserPort");
    EXPECT(strstr(problem.advice, "Close that program") != NULL);
    EXPECT(!file_exists(DRIVERS "userport.sys"));
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    EXPECT_DONE(up_uninstall(&report, &problem));
    expect_same_world("installs around a service marked for deletion", before, world());
}

/*
 * Hazards of the list are asked for once; and again when others than administrators can write
 * there.
 */
void test_upgrade_hazards(void)
{
    char *before;

    here_release();
    before = world();
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_EQ(up_portset_count(&report.kept), 0); /* the default list is none of before */
    EXPECT_DONE(up_store_change(apply_edit, EDIT(.list = "60 378"), NULL, &problem));
    EXPECT_DONE(up_install(NULL, false, &report, &problem)); /* who put 60 there was asked */
    EXPECT_MSG(strcmp(report.steps[UP_STEP_SETTINGS].text,
                      "2 ports, and programs can do harm with some: 60 (keyboard controller)") == 0,
               "%s", report.steps[UP_STEP_SETTINGS].text);
    guard_key(SERVICE, false);
    EXPECT(!up_install(NULL, false, &report, &problem));
    EXPECT_EQ(report.asks, UP_INSTALL_ASKS_HAZARDS);
    EXPECT_DONE(up_store_change(apply_edit, EDIT(.list = "378"), NULL, &problem));
    EXPECT_DONE(up_install(NULL, false, &report, &problem)); /* no hazard, no question */
    EXPECT_DONE(up_uninstall(&report, &problem));
    expect_same_world("installs over lists with hazards", before, world());
}

/*
 * Programs hold the driver: it is not replaced, and runs on; when they let it go meanwhile, it is.
 */
void test_upgrade_held(void)
{
    HANDLE child;
    char *before;

    here_release();
    before = world();
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_DONE(up_driver_start(&problem));
    child = child_start("hold=1");
    EXPECT_PROBLEM(up_install(PARTS "newer.sys", false, &report, &problem), &problem,
                   ERROR_SERVICE_CANNOT_ACCEPT_CTRL,
                   "cannot replace the driver: it goes only when");
    EXPECT_EQ(service_state(), SERVICE_RUNNING);
    up_driver_query(&status);
    EXPECT(status.answers);
    EXPECT_EQ(status.info.state, UP_STATE_RUNNING); /* not suspended */
    EXPECT(file_same(DRIVERS "userport.sys", FAKE));
    EXPECT_EQ(child_finish(child), 0);
    EXPECT_DONE(up_install(PARTS "newer.sys", false, &report, &problem));
    EXPECT(file_same(DRIVERS "userport.sys", PARTS "newer.sys"));
    EXPECT_EQ(service_state(), SERVICE_RUNNING);
    EXPECT_DONE(up_uninstall(&report, &problem));
    expect_same_world("an upgrade of a driver that was held", before, world());
}
