/* SPDX-License-Identifier: MIT
 *
 * Installs and uninstalls that find something wrong: access lists that are too wide, files that
 * somebody planted, a registration that fails, a library that is gone, what an interruption left,
 * an undo that cannot be done.
 */
#include <aclapi.h>
#include <stdio.h>
#include <stdlib.h>

#include "admin.h"

#include "control/permissions.h"
#include "setup/install_parts.h"

#define CLASS   "Software\\Classes\\CLSID\\{39C14D05-4E82-4935-BF0F-43CC096974DF}"
#define NAME    "Software\\Classes\\UserPort.Ports"
#define SYS     DRIVERS "userport.sys"
#define VIEW_32 0x200u

static struct up_error_detail problem;
static struct up_install_report report;

#define EXPECT_STEP(step, wanted)                                                                  \
    EXPECT_MSG(report.steps[step].outcome == (wanted), "%s: outcome %d, not %d: %s",               \
               up_install_step_name(step), (int)report.steps[step].outcome, (int)(wanted),         \
               report.steps[step].text)

/* ---- access lists ---------------------------------------------------------------------------- */

/* Everybody may do anything to it. */
static void loosen(const char *path)
{
    SECURITY_DESCRIPTOR descriptor;

    EXPECT(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    EXPECT(SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE));
    EXPECT(SetFileSecurityA(path, DACL_SECURITY_INFORMATION, &descriptor));
}

static enum up_tristate safety(char writers[100])
{
    return up_file_is_safe(L"C:\\windows\\system32\\drivers\\userport.sys", writers, 100);
}

/*
 * The driver's file was there, and others may write it: it is written anew, and stays at an
 * uninstall all the same.
 */
void test_install_loose(void)
{
    char writers[100], *before;

    EXPECT_EQ(safety(writers), UP_UNKNOWN);
    here_empty();
    file_copy(FAKE, SYS);
    before = world();
    EXPECT_EQ(safety(writers), UP_YES);
    loosen(SYS);
    EXPECT_EQ(safety(writers), UP_NO);
    EXPECT_MSG(strstr(writers, "Everyone") != NULL, "\"%s\"", writers);
    EXPECT_DONE(up_install(NULL, false, &report, &problem)); /* from the place itself */
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_DONE);
    EXPECT_MSG(strstr(report.steps[UP_STEP_DRIVER_FILE].text,
                      "others than administrators could change it: ") != NULL,
               "%s", report.steps[UP_STEP_DRIVER_FILE].text);
    EXPECT_EQ(safety(writers), UP_YES);
    EXPECT(file_same(SYS, FAKE));

    here_release();
    EXPECT_DONE(up_driver_start(&problem));
    loosen(SYS);
    /* from the same bytes elsewhere, while it runs */
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_DONE);
    EXPECT_EQ(safety(writers), UP_YES);
    EXPECT_EQ(service_state(), SERVICE_RUNNING);
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_KEPT);
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_LEFT);
    /* the file that ran is to go at a restart */
    value_write("SYSTEM\\CurrentControlSet\\Control\\Session Manager",
                "PendingFileRenameOperations", 0, NULL, 0);
    expect_same_world("an install over a file that everybody could write", before, world());
    EXPECT(DeleteFileA(SYS));
}

/* ---- files that somebody planted ------------------------------------------------------------- */

static const char precious[] = "not to be written to";

static void plant(const char *path, const char *target)
{
    file_write(target, precious, sizeof precious);
    EXPECT_MSG(CreateHardLinkA(path, target, NULL), "no link %s: %lu", path, GetLastError());
}

static void expect_precious(const char *target)
{
    file_write("C:\\as-it-was", precious, sizeof precious);
    EXPECT_MSG(file_same(target, "C:\\as-it-was"), "%s was written through a link", target);
    EXPECT(DeleteFileA("C:\\as-it-was"));
    EXPECT(DeleteFileA(target));
}

/*
 * Links under the names that an install writes: it writes through none, neither as a whole nor
 * where it copies.
 */
void test_install_planted(void)
{
    struct up_staged_file staged;
    char *before;

    here_release();
    before = world();
    file_copy(PARTS "other.sys", SYS);
    plant(SYS ".up-new", "C:\\first");
    plant(SYS ".up-old", "C:\\second");
    plant(DLL ".up-new", "C:\\third");
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    EXPECT(file_same(SYS, FAKE));
    expect_precious("C:\\first");
    expect_precious("C:\\second");
    expect_precious("C:\\third");
    EXPECT_DONE(up_uninstall(&report, &problem));
    expect_same_world("an install beside planted links", before, world());

    file_copy(PARTS "other.sys", "C:\\place.sys");
    plant("C:\\place.sys.up-new", "C:\\first");
    plant("C:\\place.sys.up-old", "C:\\second");
    EXPECT_DONE(
        up_file_stage(L"C:\\parts\\fake.sys", L"C:\\place.sys", "a file", &staged, &problem));
    expect_precious("C:\\first");
    expect_precious("C:\\second");
    EXPECT(up_file_rollback(&staged));
    EXPECT(file_same("C:\\place.sys", PARTS "other.sys"));
    EXPECT(!file_exists("C:\\place.sys.up-old") && !file_exists("C:\\place.sys.up-new"));
    EXPECT(DeleteFileA("C:\\place.sys"));
}

/* ---- COM ------------------------------------------------------------------------------------- */

static void value_set(const char *path, REGSAM view, const char *text)
{
    HKEY key;

    if (EXPECT_EQ(RegCreateKeyExA(HKEY_LOCAL_MACHINE, path, 0, NULL, 0, KEY_SET_VALUE | view, NULL,
                                  &key, NULL),
                  0)) {
        EXPECT_EQ(RegSetValueExA(key, NULL, 0, REG_SZ, (const BYTE *)text, (DWORD)strlen(text) + 1),
                  0);
        RegCloseKey(key);
    }
}

static void expect_server(REGSAM view, const char *wanted)
{
    char server[MAX_PATH] = "";
    DWORD bytes = sizeof server - 1;
    HKEY key;

    if (EXPECT_EQ(RegOpenKeyExA(HKEY_LOCAL_MACHINE, CLASS "\\InprocServer32", 0,
                                KEY_QUERY_VALUE | view, &key),
                  0)) {
        EXPECT_EQ(RegQueryValueExA(key, NULL, NULL, NULL, (BYTE *)server, &bytes), 0);
        RegCloseKey(key);
    }
    EXPECT_MSG(_stricmp(server, wanted) == 0, "the server is %s, not %s", server, wanted);
}

/*
 * The key of the name is volatile: no key that lasts can be made in it, and so the DLL cannot be
 * registered.
 */
void test_install_com_fails(void)
{
    char *before;
    HKEY key;

    here_release();
    before = world();
    EXPECT_EQ(RegCreateKeyExA(HKEY_LOCAL_MACHINE, NAME, 0, NULL, REG_OPTION_VOLATILE, KEY_SET_VALUE,
                              NULL, &key, NULL),
              0);
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    EXPECT(up_install_has_failed(&report));
    EXPECT_STEP(UP_STEP_COM, UP_STEP_FAILED);
    EXPECT_MSG(strstr(report.steps[UP_STEP_COM].text, "cannot register UserPort.Ports: ") != NULL &&
                   strstr(report.steps[UP_STEP_COM].text, "(1021). ") != NULL &&
                   strstr(report.steps[UP_STEP_COM].text, "Install again") != NULL,
               "%s", report.steps[UP_STEP_COM].text);
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_LIBRARY_32, UP_STEP_DONE);
    EXPECT(file_same(DLL, PARTS "amd64.dll"));
    EXPECT_DONE(up_driver_start(&problem));
    RegCloseKey(key);
    RegDeleteKeyA(HKEY_LOCAL_MACHINE, NAME);
    EXPECT_DONE(up_install(NULL, true, &report, &problem)); /* as its advice says */
    EXPECT_STEP(UP_STEP_COM, UP_STEP_DONE);
    EXPECT(!up_install_has_failed(&report));
    EXPECT_DONE(up_uninstall(&report, &problem));
    expect_same_world("an install whose registration failed", before, world());
}

/* The DLLs were deleted by hand: what was registered goes, of both bitnesses. */
void test_uninstall_no_library(void)
{
    char *before;

    here_release();
    before = world();
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    EXPECT(DeleteFileA(DLL) && DeleteFileA(COM_DLL));
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT_STEP(UP_STEP_COM, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_NOT_NEEDED);
    EXPECT_STEP(UP_STEP_COM_LIBRARY, UP_STEP_NOT_NEEDED);
    EXPECT(!key_exists(NAME) && !key_exists(CLASS));
    expect_same_world("an uninstall without the library", before, world());

    before = world();
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    expect_server(VIEW_32, COM_DLL_32);
    EXPECT(DeleteFileA(COM_DLL_32));
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT_STEP(UP_STEP_COM, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_COM_32, UP_STEP_DONE);
    expect_same_world("an uninstall of both registrations", before, world());
}

/*
 * An earlier UserPort had the object in userport.dll: both bitnesses registered, and recorded as an
 * install of it did.
 */
static void register_of_before(void)
{
    const struct up_com_registration own = {.root = HKEY_LOCAL_MACHINE, .bits = 64};
    const struct up_com_registration other = {
        .root = HKEY_LOCAL_MACHINE, .view = VIEW_32, .bits = 32};

    EXPECT_EQ(up_com_registration_write(&own, L"C:\\windows\\system32\\userport.dll"), 0);
    EXPECT_EQ(up_com_registration_write(&other, L"C:\\windows\\syswow64\\userport.dll"), 0);
    EXPECT_EQ(
        up_record_write(up_record_read() | UP_RECORD(UP_STEP_COM) | UP_RECORD(UP_STEP_COM_32)), 0);
}

/*
 * Its registration is replaced; comes back when the install fails; and goes at an uninstall that
 * finds it as it was.
 */
void test_com_of_before(void)
{
    char *before;

    here_release();
    before = world();
    EXPECT(DeleteFileA(HERE "amd64\\userport_com.dll") &&
           DeleteFileA(HERE "i386\\userport_com.dll"));
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    EXPECT_STEP(UP_STEP_COM_LIBRARY, UP_STEP_NOT_FOUND);
    register_of_before();
    here_release();
    EXPECT(CreateDirectoryA(COM_DLL_32 ".up-new", NULL)); /* the last file cannot be put */
    EXPECT(!up_install(NULL, true, &report, &problem));
    EXPECT(RemoveDirectoryA(COM_DLL_32 ".up-new"));
    expect_server(0, DLL);
    expect_server(VIEW_32, DLL_32);
    EXPECT(!file_exists(COM_DLL) && !file_exists(COM_DLL_32));
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    EXPECT_STEP(UP_STEP_COM, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_COM_32, UP_STEP_DONE);
    expect_server(0, COM_DLL);
    expect_server(VIEW_32, COM_DLL_32);
    EXPECT_DONE(up_uninstall(&report, &problem));
    expect_same_world("an upgrade of a registration of before", before, world());

    before = world();
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    register_of_before();
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT_STEP(UP_STEP_COM, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_COM_32, UP_STEP_DONE);
    expect_same_world("an uninstall of a registration of before", before, world());
}

/*
 * Somebody has registered another DLL since: that stays. And what somebody has put into one of our
 * keys.
 */
void test_uninstall_com_of_others(void)
{
    struct up_library library = {.bits = 64, .place = L"C:\\parts\\amd64.dll"};
    bool is_others = true;
    char *before;

    here_release();
    before = world();
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    value_set(CLASS "\\InprocServer32", 0, PARTS "amd64.dll");
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT_STEP(UP_STEP_COM, UP_STEP_LEFT);
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_DONE);
    EXPECT(key_exists(CLASS "\\InprocServer32") && key_exists(NAME));
    value_set(CLASS "\\Mine", 0, "somebody's");
    EXPECT_DONE(up_library_unregister(&library, &is_others, &problem));
    EXPECT(!is_others && key_exists(CLASS "\\Mine") && !key_exists(CLASS "\\InprocServer32") &&
           !key_exists(NAME));
    RegDeleteKeyA(HKEY_LOCAL_MACHINE, CLASS "\\Mine");
    RegDeleteKeyA(HKEY_LOCAL_MACHINE, CLASS);
    expect_same_world("an uninstall beside another registration", before, world());
}

/* Nobody may read or delete it; or everybody may do all. */
void guard_key(const char *path, bool is_closed)
{
    SID_IDENTIFIER_AUTHORITY authority = {SECURITY_WORLD_SID_AUTHORITY};
    SECURITY_DESCRIPTOR descriptor;
    union {
        ACL acl;
        BYTE bytes[128];
    } list;
    PSID world_sid;
    HKEY key;

    EXPECT(AllocateAndInitializeSid(&authority, 1, SECURITY_WORLD_RID, 0, 0, 0, 0, 0, 0, 0,
                                    &world_sid));
    EXPECT(InitializeAcl(&list.acl, sizeof list, ACL_REVISION));
    EXPECT(AddAccessAllowedAce(&list.acl, ACL_REVISION, is_closed ? WRITE_DAC : KEY_ALL_ACCESS,
                               world_sid));
    EXPECT(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    EXPECT(SetSecurityDescriptorDacl(&descriptor, TRUE, &list.acl, FALSE));
    if (EXPECT_EQ(RegOpenKeyExA(HKEY_LOCAL_MACHINE, path, 0, WRITE_DAC, &key), 0)) {
        EXPECT_EQ(RegSetKeySecurity(key, DACL_SECURITY_INFORMATION, &descriptor), 0);
        RegCloseKey(key);
    }
    FreeSid(world_sid);
}

/* A key cannot be deleted: that is said, and all else goes. */
void test_uninstall_com_fails(void)
{
    struct up_library library = {.bits = 64, .place = L"C:\\windows\\system32\\userport_com.dll"};
    bool is_others;
    char *before;

    here_release();
    before = world();
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    guard_key(CLASS "\\ProgID", true);
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT_STEP(UP_STEP_COM, UP_STEP_FAILED);
    EXPECT_MSG(strstr(report.steps[UP_STEP_COM].text, "(5)") != NULL &&
                   strstr(report.steps[UP_STEP_COM].text, "regedit") != NULL,
               "%s", report.steps[UP_STEP_COM].text);
    EXPECT_STEP(UP_STEP_LIBRARY, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_DONE);
    EXPECT_STEP(UP_STEP_SERVICE, UP_STEP_DONE);
    EXPECT(!key_exists(SERVICE) && !key_exists(NAME));
    guard_key(CLASS "\\ProgID", false);
    EXPECT(key_exists(CLASS "\\ProgID"));
    EXPECT_DONE(up_library_unregister(&library, &is_others, &problem));
    expect_same_world("an uninstall that could not delete a key", before, world());
}

/* ---- what an interruption left --------------------------------------------------------------- */

/* Between the two moves by which a file in use is replaced its place is empty. */
void test_interrupted_place(void)
{
    char *before;

    here_release();
    before = world();
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    here_empty();
    EXPECT(MoveFileA(SYS, SYS ".up-old"));
    EXPECT(MoveFileA(DLL, DLL ".up-old"));
    file_copy(FAKE, SYS ".0.gone");
    file_copy(PARTS "other.sys", SYS ".up-new");
    EXPECT_DONE(up_install(NULL, true, &report, &problem));
    EXPECT_STEP(UP_STEP_DRIVER_FILE, UP_STEP_KEPT);
    EXPECT(file_same(SYS, FAKE) && file_same(DLL, PARTS "amd64.dll"));
    EXPECT(!file_exists(SYS ".up-old") && !file_exists(SYS ".up-new") &&
           !file_exists(SYS ".0.gone") && !file_exists(DLL ".up-old"));
    EXPECT_DONE(up_uninstall(&report, &problem));
    expect_same_world("an install after an interrupted one", before, world());

    file_copy(FAKE, SYS); /* by hand: not ours to take away */
    before = world();
    EXPECT(MoveFileA(SYS, SYS ".up-old"));
    file_copy(FAKE, DLL_32 ".9.gone");
    EXPECT_DONE(up_uninstall(&report, &problem));
    expect_same_world("an uninstall after an interrupted install", before, world());
    EXPECT(DeleteFileA(SYS));
}

/* ---- an undo that cannot be done ------------------------------------------------------------- */

static volatile LONG is_over;

static DWORD WINAPI delete_copy(void *unused)
{
    DWORD count = 0;

    (void)unused;
    while (!is_over) {
        count += DeleteFileA(SYS ".up-old");
        Sleep(1);
    }
    return count;
}

/* Somebody deletes the copy of the old driver, while the new one is tried and does not work. */
void test_undo_fails(void)
{
    struct up_staged_file staged;
    HANDLE thread;
    DWORD id, count = 0;

    file_copy(PARTS "other.sys", "C:\\place.sys");
    EXPECT_DONE(
        up_file_stage(L"C:\\parts\\fake.sys", L"C:\\place.sys", "a file", &staged, &problem));
    EXPECT(DeleteFileA("C:\\place.sys.up-old"));
    EXPECT(!up_file_rollback(&staged));
    EXPECT_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    EXPECT(file_same("C:\\place.sys", FAKE));
    EXPECT(DeleteFileA("C:\\place.sys"));

    here_release();
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT(!up_install(PARTS "other.sys", false, &report, &problem)); /* all can be undone */
    EXPECT_MSG(strncmp(problem.advice, "What was changed before is undone. ", 35) == 0, "%s",
               problem.advice);
    EXPECT(strstr(problem.text, "does not start again") == NULL);
    EXPECT(file_same(SYS, FAKE));
    EXPECT_EQ(service_state(), SERVICE_RUNNING);

    is_over = 0;
    thread = CreateThread(NULL, 0, delete_copy, NULL, 0, &id);
    EXPECT(!up_install(PARTS "other.sys", false, &report, &problem));
    is_over = 1;
    EXPECT_EQ(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    EXPECT(GetExitCodeThread(thread, &count) && count == 1);
    CloseHandle(thread);
    EXPECT_EQ(problem.code, ERROR_REVISION_MISMATCH);
    EXPECT_MSG(strstr(problem.advice,
                      "undone, but for the driver's file (2): install again, or uninstall.") !=
                   NULL,
               "%s", problem.advice);
    EXPECT_MSG(strstr(problem.text, "does not start again") != NULL, "%s", problem.text);
    EXPECT(strstr(problem.text, "is undone") == NULL);
    EXPECT_DONE(up_install(NULL, false, &report, &problem)); /* as it says */
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT_DONE(up_uninstall(&report, &problem));
    EXPECT(!file_exists(SYS) && !key_exists(SERVICE));
}
