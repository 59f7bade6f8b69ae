/* SPDX-License-Identifier: MIT
 *
 * Install and uninstall, of a system without UserPort: what is there afterwards, and that nothing
 * is left. upgrade.c has those over an earlier one.
 */
#include <stdio.h>
#include <stdlib.h>

#include "admin.h"

static struct up_error_detail problem;
static struct up_install_report report;

#define EXPECT_STEP(step, wanted)                                                                  \
    EXPECT_MSG(report.steps[step].outcome == (wanted), "%s: outcome %d, not %d: %s",               \
               up_install_step_name(step), (int)report.steps[step].outcome, (int)(wanted),         \
               report.steps[step].text)

static void expect_not_needed(void)
{
    unsigned step;

    for (step = 0; step < UP_STEP_COUNT; step++) {
        EXPECT_STEP(step, UP_STEP_NOT_NEEDED);
    }
}

static bool com_is_registered(void)
{
    return key_exists(
        "SOFTWARE\\Classes\\CLSID\\{39C14D05-4E82-4935-BF0F-43CC096974DF}\\InprocServer32");
}

void test_install(void)
{
    char *before, path[MAX_PATH], messages[MAX_PATH] = "";
    DWORD start = 99, type = 0, bytes = sizeof messages;

    here_release();
    before = world();
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    EXPECT(!report.was_upgrade);
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_SERVICE, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_SETTINGS, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_EVENT_SOURCE, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_LIBRARY_32, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_COM, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_COM_32, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_COM_LIBRARY, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_COM_LIBRARY_32, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_TRAP, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_TRAP_32, UP_STEP_DONE);
    EXPECT(file_same(DRIVERS "userport.sys", FAKE));
    EXPECT(file_same(DLL, PARTS "amd64.dll"));
    EXPECT(file_same(DLL_32, PARTS "i386.dll"));
    EXPECT(file_same(COM_DLL, PARTS "amd64_com.dll"));
    EXPECT(file_same(COM_DLL_32, PARTS "i386_com.dll"));
    EXPECT(file_same(TRAP, PARTS "amd64_trap.dll"));
    EXPECT(file_same(TRAP_32, PARTS "i386_trap.dll"));
    EXPECT(!file_exists(DRIVERS "userport.sys.up-new") &&
           !file_exists(DRIVERS "userport.sys.up-old"));
    EXPECT_EQ(service_config(path, sizeof path, &start), SERVICE_KERNEL_DRIVER);
    EXPECT_EQ(start, SERVICE_DEMAND_START);
    EXPECT_SETTINGS("278-27F 378-37F 3BC-3BF", 0, 0, 0);
    EXPECT(value_read(SOURCE, "EventMessageFile", &type, messages, &bytes));
    EXPECT_EQ(type, REG_EXPAND_SZ);
    EXPECT(_stricmp(messages, "%SystemRoot%\\System32\\drivers\\userport.sys") == 0);
    EXPECT(com_is_registered());
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT_EQ(service_state(), SERVICE_RUNNING);

    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_SERVICE, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_SETTINGS, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_EVENT_SOURCE, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_LIBRARY_32, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_COM, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_COM_32, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_COM_LIBRARY, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_COM_LIBRARY_32, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_TRAP, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_TRAP_32, UP_STEP_DONE);
    EXPECT(!com_is_registered());
    EXPECT_EQ(service_state(), 0);
    expect_same_world("an install and its uninstall", before, world());
}

static void expect_found(const char *path)
{
    static char found[UP_PATH_MAX];

    EXPECT_DONE(up_install_find(found, &problem));
    EXPECT_MSG(_stricmp(found, path) == 0, "found %s, not %s", found, path);
}

/* A file that is no driver for this Windows hides none in a later place. */
static void test_wrong_drivers(void)
{
    static char found[UP_PATH_MAX];

    here_release();
    expect_found(HERE "amd64\\userport.sys");
    file_copy(PARTS "i386.sys", HERE "userport.sys");
    expect_found(HERE "amd64\\userport.sys");
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT(file_same(DRIVERS "userport.sys", FAKE));
    EXPECT_DONE(up_uninstall(&report, &problem));
    file_write(HERE "amd64\\userport.sys", "nothing", 7);
    file_copy(PARTS "shipped.sys", DRIVERS "userport.sys");
    expect_found(DRIVERS "userport.sys");
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_KEPT);
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT(DeleteFileA(DRIVERS "userport.sys"));
    EXPECT_PROBLEM(up_install_find(found, &problem), &problem, 216,
                   "cannot install " HERE "userport.sys: it is a driver for 32-bit Windows (i386)");
    EXPECT_PROBLEM(up_install(NULL, false, &report, &problem), &problem, 216,
                   HERE "userport.sys: it is a driver");
    EXPECT(service_state() == 0);
    EXPECT(DeleteFileA(HERE "userport.sys"));
    EXPECT_PROBLEM(up_install(NULL, false, &report, &problem), &problem, 193,
                   HERE "amd64\\userport.sys: it is not a");
    here_release();
}

/*
 * Where the driver is looked for; a file that is named comes first; without libraries; a relative
 * name.
 */
void test_install_places(void)
{
    static struct up_install_places places;
    char *before = world();

    here_empty();
    up_install_places(&places);
    EXPECT_MSG(_stricmp(places.beside, HERE "userport.sys") == 0, "%s", places.beside);
    EXPECT_MSG(_stricmp(places.in_folder, HERE "amd64\\userport.sys") == 0, "%s", places.in_folder);
    EXPECT_MSG(_stricmp(places.installed, DRIVERS "userport.sys") == 0, "%s", places.installed);
    EXPECT_PROBLEM(up_install(NULL, true, &report, &problem), &problem, 2, places.beside);
    EXPECT(strstr(problem.text, places.in_folder) != NULL &&
           strstr(problem.text, places.installed) != NULL);
    EXPECT_DONE(up_install(PARTS "shipped.sys", false, &report, &problem));
    EXPECT(file_same(DRIVERS "userport.sys", PARTS "shipped.sys"));
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_NOT_NEEDED);
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT_DONE(up_install(PARTS "shipped.sys", true, &report, &problem));
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_NOT_FOUND);
    EXPECT_STEP(UP_STEP_LIBRARY_32, UP_STEP_NOT_FOUND);
    EXPECT_STEP(UP_STEP_COM, UP_STEP_NOT_NEEDED);
    EXPECT_DONE(up_uninstall(&report, &problem));
    here_release();
    file_copy(PARTS "shipped.sys", HERE "userport.sys");
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT(file_same(DRIVERS "userport.sys", PARTS "shipped.sys")); /* beside, before amd64\ */
    EXPECT_DONE(up_uninstall(&report, &problem));
    test_wrong_drivers();
    EXPECT(SetCurrentDirectoryA(HERE));
    EXPECT_DONE(up_install("amd64\\userport.sys", false, &report, &problem));
    EXPECT(file_same(DRIVERS "userport.sys", FAKE));
    EXPECT_DONE(up_uninstall(&report, &problem));
    expect_same_world("installs and uninstalls", before, world());
}

void test_install_failures(void)
{
    static const char text[] =
        "This is no program at all, but long enough to be one: ..............................";
    char longest[600], *before;
    static char driver[1 << 18];
    FILE *file;
    size_t length;

    here_release();
    before = world();
    EXPECT_PROBLEM(up_install("C:\\nowhere\\userport.sys", true, &report, &problem), &problem, 3,
                   "C:\\nowhere\\userport.sys");
    EXPECT_PROBLEM(up_install("C:\\admin\\absent.sys", true, &report, &problem), &problem, 2,
                   "C:\\admin\\absent.sys");
    EXPECT_PROBLEM(up_install(HERE, true, &report, &problem), &problem, problem.code, "C:\\admin");
    EXPECT(problem.code != 0);
    EXPECT_PROBLEM(up_install(PARTS "i386.sys", true, &report, &problem), &problem, 216,
                   "a driver for 32-bit Windows (i386), and this is 64-bit Windows (amd64)");
    EXPECT(strstr(problem.advice, "amd64\\userport.sys") != NULL);
    EXPECT_PROBLEM(up_install(PARTS "amd64.dll", true, &report, &problem), &problem, 193,
                   "not a driver");
    file_write(HERE "text.sys", text, sizeof text);
    EXPECT_PROBLEM(up_install(HERE "text.sys", true, &report, &problem), &problem, 193,
                   "not a driver");
    file_write(HERE "text.sys", text, 0);
    EXPECT_PROBLEM(up_install(HERE "text.sys", true, &report, &problem), &problem, 193,
                   "not a driver");
    file = fopen(FAKE, "rb");
    length = file != NULL ? fread(driver, 1, sizeof driver, file) : 0;
    EXPECT(length > 4096);
    fclose(file);
    file_write(HERE "text.sys", driver, (DWORD)length - 1024); /* a download that was cut off */
    EXPECT_PROBLEM(up_install(HERE "text.sys", true, &report, &problem), &problem, 193, "damaged");
    DeleteFileA(HERE "text.sys");
    memset(longest, 'a', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    EXPECT_PROBLEM(up_install(longest, true, &report, &problem), &problem,
                   ERROR_FILENAME_EXCED_RANGE, "aaaaaaa");
    expect_not_needed();
    expect_same_world("installs that failed", before, world());
}

/* A driver of Windows' own, Wine's, is one for this Windows, and not UserPort's. */
void test_install_other_driver(void)
{
    static const char driver[] = "C:\\windows\\system32\\drivers\\mountmgr.sys";
    static char found[UP_PATH_MAX];
    char *before;

    here_release();
    before = world();
    EXPECT_PROBLEM(up_install(driver, true, &report, &problem), &problem, 193,
                   "it is a driver, but by its version resource not UserPort's");
    EXPECT_EQ(report.asks, UP_INSTALL_ASKS_DRIVER);
    EXPECT(service_state() == 0 && !file_exists(DRIVERS "userport.sys"));
    EXPECT(!up_install_accepting(driver, true, UP_INSTALL_ACCEPTS(UP_INSTALL_ASKS_HAZARDS), &report,
                                 &problem));
    EXPECT_DONE(up_install_accepting(driver, false, UP_INSTALL_ACCEPTS(UP_INSTALL_ASKS_DRIVER),
                                     &report, &problem));
    EXPECT(file_same(DRIVERS "userport.sys", driver));
    EXPECT_DONE(up_uninstall(&report, &problem));

    /* where it is looked for: passed over, and what is wrong if there is no other */
    file_copy(driver, HERE "userport.sys");
    EXPECT_DONE(up_install_find(found, &problem));
    EXPECT_MSG(_stricmp(found, HERE "amd64\\userport.sys") == 0, "found %s", found);
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_EQ(report.asks, UP_INSTALL_ASKS_NOTHING);
    EXPECT(file_same(DRIVERS "userport.sys", FAKE));
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT(DeleteFileA(HERE "amd64\\userport.sys"));
    EXPECT(!up_install_find(found, &problem));
    EXPECT(!up_install(NULL, false, &report, &problem));
    EXPECT_EQ(report.asks, UP_INSTALL_ASKS_DRIVER);
    EXPECT(DeleteFileA(HERE "userport.sys"));
    expect_same_world("installs of another driver", before, world());
}

/* Each place where an install can fail after it began: a folder stands where a file should go. */
void test_install_undone(void)
{
    static const char *const obstacles[] = {DRIVERS "userport.sys.up-new",
                                            DRIVERS "userport.sys",
                                            DLL,
                                            DLL_32,
                                            DLL ".up-new",
                                            TRAP ".up-new",
                                            TRAP_32 ".up-new"};
    char *before;
    unsigned i;

    here_release();
    for (i = 0; i < sizeof obstacles / sizeof obstacles[0]; i++) {
        before = world();
        EXPECT(CreateDirectoryA(obstacles[i], NULL));
        EXPECT_MSG(
            !up_install(NULL, true, &report, &problem) ||
                report.steps[strcmp(obstacles[i], DLL) == 0 ? UP_STEP_LIBRARY : UP_STEP_LIBRARY_32]
                        .outcome == UP_STEP_LEFT,
            "an install over the folder %s", obstacles[i]);
        /* somebody else's library, which a folder looks like, is left */
        if (service_state() != 0) {
            EXPECT_DONE(up_uninstall(&report, &problem));
        } else {
            EXPECT_MSG(problem.code != 0 && strstr(problem.text, "userport") != NULL, "%s",
                       problem.text);
            EXPECT_MSG(strncmp(problem.advice, "What was changed before is undone.", 34) == 0, "%s",
                       problem.advice);
            expect_not_needed();
        }
        EXPECT(RemoveDirectoryA(obstacles[i]));
        expect_same_world(obstacles[i], before, world());
    }
}

/*
 * The original's first way: the driver copied by hand. It stays at an uninstall, which did not put
 * it there.
 */
void test_install_by_hand(void)
{
    char *before;

    here_empty();
    file_copy(FAKE, DRIVERS "userport.sys");
    before = world();
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_KEPT);
    EXPECT_STEP(UP_STEP_SERVICE, UP_STEP_DONE);
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_LEFT);
    expect_same_world("an install of a driver that was there", before, world());
    EXPECT(DeleteFileA(DRIVERS "userport.sys"));
}

/* Once more is no harm: what is there is kept, and what runs goes on running. */
void test_install_again(void)
{
    static struct up_driver_status status;
    char *before;

    here_release();
    before = world();
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_DONE(
        up_store_change(apply_edit, EDIT(.list = "42-43 61", .scope = TO(1)), NULL, &problem));
    EXPECT_DONE(up_driver_start(&problem));
    up_driver_query(&status);
    EXPECT_DONE(up_install(NULL, true, &report, &problem)); /* this time with the libraries */
    EXPECT(report.was_upgrade);
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_KEPT);
    EXPECT_STEP(UP_STEP_SERVICE, UP_STEP_KEPT);
    EXPECT_STEP(UP_STEP_SETTINGS, UP_STEP_KEPT);
    EXPECT_STEP(UP_STEP_EVENT_SOURCE, UP_STEP_KEPT);
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_DONE);
    EXPECT_SETTINGS("42-43 61", 1, 0, 0);
    EXPECT_EQ(service_state(), SERVICE_RUNNING);
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_KEPT);
    EXPECT_STEP(UP_STEP_LIBRARY_32, UP_STEP_KEPT);
    EXPECT_DONE(up_uninstall(&report, &problem));
    /* the first install put it there, and that is not forgotten */
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_DONE);
    expect_same_world("three installs and an uninstall", before, world());
}

/* DLLs of somebody else, and one of ours that somebody else put there. */
void test_install_foreign(void)
{
    char *before;

    here_release();
    file_copy("C:\\windows\\system32\\version.dll", DLL);
    file_copy("C:\\windows\\system32\\version.dll", COM_DLL);
    file_copy("C:\\windows\\system32\\version.dll", TRAP);
    before = world();
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_LEFT);
    EXPECT_STEP(UP_STEP_COM_LIBRARY, UP_STEP_LEFT);
    EXPECT_STEP(UP_STEP_COM, UP_STEP_NOT_NEEDED);
    EXPECT_STEP(UP_STEP_TRAP, UP_STEP_LEFT);
    EXPECT_STEP(UP_STEP_LIBRARY_32, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_TRAP_32, UP_STEP_DONE);
    EXPECT(!com_is_registered());
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_LEFT);
    EXPECT_STEP(UP_STEP_COM_LIBRARY, UP_STEP_LEFT);
    EXPECT_STEP(UP_STEP_TRAP, UP_STEP_LEFT);
    expect_same_world("an install beside a foreign library", before, world());
    EXPECT(DeleteFileA(DLL));
    EXPECT(DeleteFileA(COM_DLL));
    EXPECT(DeleteFileA(TRAP));

    file_copy(PARTS "amd64.dll", DLL);
    before = world();
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_LEFT);
    expect_same_world("an install beside a library put there by hand", before, world());
    EXPECT(DeleteFileA(DLL));
}

#define KILLED 12u

/* How long the child takes that is not killed. */
static DWORD time_of(const char *argument)
{
    HANDLE child = child_start(argument);
    const DWORD began = GetTickCount();

    EXPECT_EQ(child_finish(child), 0);
    return GetTickCount() - began;
}

/*
 * An install, and an uninstall, that is killed after each twelfth of its time: another install
 * works, and after an uninstall all is as it was.
 */
void test_install_killed(void)
{
    unsigned i, killed = 0;
    char *before;
    DWORD install_ms, uninstall_ms;

    here_release();
    before = world();
    install_ms = time_of("install");
    uninstall_ms = time_of("uninstall");
    for (i = 0; i < KILLED; i++) {
        killed +=
            child_finish_within(child_start("install"), install_ms * i / KILLED) == CHILD_KILLED;
        if (i % 2 == 0) {
            EXPECT_DONE(up_install(NULL, true, &report, &problem));
            EXPECT_DONE(up_driver_start(&problem));
        }
        EXPECT_DONE(up_uninstall(&report, &problem));
        EXPECT_DONE(up_install(NULL, true, &report, &problem));
        killed += child_finish_within(child_start("uninstall"), uninstall_ms * i / KILLED) ==
                  CHILD_KILLED;
        if (i % 2 == 0) {
            EXPECT_DONE(up_install(NULL, true, &report, &problem));
            EXPECT_DONE(up_driver_start(&problem));
        }
        EXPECT_DONE(up_uninstall(&report, &problem));
    }
    tap_note("%u of %u were killed in %lu and %lu ms", killed, 2 * KILLED, install_ms,
             uninstall_ms);
    EXPECT(killed > 0); /* on a busy machine a child can be done before its time */
    expect_same_world("installs that were killed", before, world());
}

void test_uninstall_nothing(void)
{
    char *before = world();

    EXPECT_DONE(up_uninstall(&report, &problem));
    expect_not_needed();
    expect_same_world("an uninstall of nothing", before, world());
    /* by somebody else's installer */
    EXPECT_EQ(service_create(DRIVERS "userport.sys", SERVICE_DEMAND_START), 0);
    before = world();
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT_STEP(UP_STEP_SERVICE, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_NOT_NEEDED);
    EXPECT_EQ(service_state(), 0);
    EXPECT(!key_exists(SERVICE));
    free(before);
}

/* A program runs with the DLL, which lies at place; original is the file that was put there. */
static void uninstall_in_use(const char *place, const char *original, enum up_install_step step)
{
    char gone[MAX_PATH], load[MAX_PATH];
    char *before;
    HANDLE child;

    here_release();
    before = world();
    snprintf(gone, sizeof gone, "%s.0.gone", place);
    snprintf(load, sizeof load, "load=%s", place);
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    child = child_start(load);
    EXPECT_DONE(up_uninstall(&report, &problem));
    tap_note("a DLL in use: outcome %d: %s", (int)report.steps[step].outcome,
             report.steps[step].text);
    EXPECT(!file_exists(place)); /* its place is free for the next one */
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    EXPECT(file_same(place, original));
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT(file_exists(gone));
    EXPECT_EQ(child_finish(child), 0);
    EXPECT_DONE(up_uninstall(&report, &problem)); /* what is not in use any more goes */
    EXPECT(!file_exists(gone));
    value_write("SYSTEM\\CurrentControlSet\\Control\\Session Manager",
                "PendingFileRenameOperations", 0, NULL, 0);
    expect_same_world(place, before, world());
}

void test_uninstall_in_use(void)
{
    uninstall_in_use(DLL, PARTS "amd64.dll", UP_STEP_LIBRARY);
    uninstall_in_use(TRAP, PARTS "amd64_trap.dll", UP_STEP_TRAP);
}

void test_install_names(void)
{
    unsigned step, other;

    for (step = 0; step < UP_STEP_COUNT; step++) {
        for (other = 0; other < step; other++) {
            EXPECT(strcmp(up_install_step_name(step), up_install_step_name(other)) != 0);
            EXPECT(strcmp(up_install_step_text(step), up_install_step_text(other)) != 0);
        }
        EXPECT(up_install_step_name(step)[strspn(up_install_step_name(step),
                                                 "abcdefghijklmnopqrstuvwxyz_0123456789")] == '\0');
    }
    EXPECT(up_install_step_text(UP_STEP_COUNT) != NULL &&
           up_install_step_name(UP_STEP_COUNT) != NULL);
}
