/* SPDX-License-Identifier: MIT
 *
 * The settings: reading what may be there, changing, changing at the same time, the lock, the
 * watch, and what is common to all files for Windows.
 */
#include <stdio.h>
#include <winternl.h> /* NTSTATUS, for messages.h */

#include "admin.h"

#include "winutil/winutil.h"
#include "core/portlist.h"
#include "messages.h"

#define IMAGE DRIVERS "userport.sys"

static struct up_error_detail problem;

static uint8_t map[UP_PORTSET_BYTES + 8];

/* The value IOPM of that list. */
static void iopm_write(const char *list)
{
    struct up_portset ports;

    up_portset_deny_all(&ports);
    EXPECT(up_portlist_parse(list, strlen(list), &ports, NULL));
    value_write(SERVICE, "IOPM", REG_BINARY, ports.map, sizeof ports.map);
}

static void number_write(const char *name, DWORD number)
{
    value_write(SERVICE, name, REG_DWORD, &number, sizeof number);
}

void test_system_texts(void)
{
    char text[300];
    uint32_t size;
    unsigned i;

    up_error_detail_system_text(2, text, sizeof text);
    EXPECT_MSG(strcmp(text, "not found") == 0, "2 is \"%s\"", text);
    up_error_detail_system_text(577, text, sizeof text);
    EXPECT_MSG(strstr(text, "signature") != NULL, "577 is \"%s\"", text);
    up_error_detail_system_text(112, text, sizeof text); /* Windows' own words */
    EXPECT_MSG(strstr(text, "isk") != NULL || strstr(text, "space") != NULL, "112 is \"%s\"", text);
    EXPECT_MSG(text[0] != '\0' && text[strlen(text) - 1] != '.' && text[strlen(text) - 1] > ' ',
               "112 is \"%s\"", text);
    up_error_detail_system_text(0xE0001234, text, sizeof text);
    EXPECT_MSG(text[0] == '\0', "an unknown code is \"%s\"", text);
    for (size = 0; size < 20; size++) {
        memset(text, 'x', sizeof text);
        up_error_detail_system_text(112, text, size);
        EXPECT(size == 0 || strlen(text) < size);
        for (i = size; i < sizeof text; i++) {
            EXPECT(text[i] == 'x');
        }
    }
    up_error_detail_set(&problem, 5, NULL, "cannot open %s", "it");
    EXPECT_MSG(strcmp(problem.text, "cannot open it: access is denied (5)") == 0, "%s",
               problem.text);
}

static void expect_service_file(const WCHAR *image_path, const char *wanted)
{
    WCHAR file[MAX_PATH] = L"";
    char text[MAX_PATH * 4];

    EXPECT(up_service_file(image_path, L"UserPort", file));
    up_utf8(file, text, sizeof text);
    EXPECT_MSG(_stricmp(text, wanted) == 0, "%ls is %s, not %s", image_path, text, wanted);
}

void test_paths(void)
{
    static WCHAR longest[2 * MAX_PATH];
    WCHAR path[MAX_PATH];
    char text[16];
    unsigned i;

    expect_service_file(L"", "C:\\windows\\system32\\drivers\\UserPort.sys");
    expect_service_file(L"\\SystemRoot\\System32\\drivers\\userport.sys",
                        "C:\\windows\\system32\\drivers\\userport.sys");
    expect_service_file(L"%SystemRoot%\\x.sys", "C:\\windows\\x.sys");
    expect_service_file(L"system32\\drivers\\userport.sys",
                        "C:\\windows\\system32\\drivers\\userport.sys");
    expect_service_file(L"\\??\\D:\\lab\\UserPort.sys", "D:\\lab\\UserPort.sys");
    expect_service_file(L"\"C:\\with blanks\\a.sys\" -x", "C:\\with blanks\\a.sys");
    expect_service_file(L"C:\\x.sys", "C:\\x.sys");
    for (i = 0; i < 2 * MAX_PATH - 1; i++) {
        longest[i] = L'a';
    }
    EXPECT(!up_service_file(longest, L"UserPort", path));
    EXPECT_EQ(GetLastError(), ERROR_FILENAME_EXCED_RANGE);
    longest[MAX_PATH - 1] = L'\0'; /* fits, and %SystemRoot% before it does not */
    EXPECT(!up_service_file(longest, L"UserPort", path));
    EXPECT(!up_path_join(path, longest, L"b"));
    longest[MAX_PATH - 3] = L'\0';
    EXPECT(up_path_join(path, longest, L"b"));
    EXPECT_EQ(wcslen(path), MAX_PATH - 1);
    EXPECT(!up_path_join(path, longest, L"bc"));
    up_utf8(L"a\x20AC\xD83D\xDE00"
            L"b",
            text, 5); /* 1 + 3 + 4 + 1 bytes */
    EXPECT(strcmp(text, "a\xE2\x82\xAC") == 0);
    up_utf8(L"a\x20AC\xD83D\xDE00"
            L"b",
            text, sizeof text);
    EXPECT(strcmp(text, "a\xE2\x82\xAC\xF0\x9F\x98\x80"
                        "b") == 0);
    EXPECT(up_wide(text, path, 6) && wcscmp(path, L"a\x20AC\xD83D\xDE00"
                                                  L"b") == 0);
    EXPECT(!up_wide(text, path, 5));
    EXPECT_EQ(GetLastError(), ERROR_FILENAME_EXCED_RANGE);
    EXPECT_EQ(up_system_machine(), UP_EXE_MACHINE_AMD64);
    EXPECT(up_windows_folder(path) && _wcsicmp(path, L"C:\\windows") == 0);
}

void test_read(void)
{
    static const DWORD two = 2, one = 1;

    EXPECT(!key_exists(SERVICE));
    expect_settings(__FILE__, __LINE__, "", 0, 0, UP_SETTINGS_IOPM_ABSENT);
    key_make(SERVICE);
    EXPECT_SETTINGS("", 0, 0, UP_SETTINGS_IOPM_ABSENT);
    iopm_write("378-37F C000-C003");
    EXPECT_SETTINGS("378-37F C000-C003", 0, 0, 0);
    number_write("Scope", 1);
    EXPECT_SETTINGS("378-37F C000-C003", 1, 0, 0);
    number_write("Sticky", 1);
    EXPECT_SETTINGS("378-37F C000-C003", 1, 1, 0);
    value_write(SERVICE, "Sticky", REG_BINARY, &one, sizeof one);
    EXPECT_SETTINGS("", 1, 0, UP_SETTINGS_STICKY_BAD);
    number_write("Sticky", 0);
    number_write("Scope", two);
    EXPECT_SETTINGS("", 1, 0, UP_SETTINGS_SCOPE_BAD);
    value_write(SERVICE, "Scope", REG_SZ, "1", 2);
    EXPECT_SETTINGS("", 1, 0, UP_SETTINGS_SCOPE_BAD);
    value_write(SERVICE, "Scope", REG_DWORD, map, 5000);
    EXPECT_SETTINGS("", 1, 0, UP_SETTINGS_SCOPE_BAD);
    value_write(SERVICE, "Scope", 0, NULL, 0);
    memset(map, 0xFF, sizeof map);
    map[0x70] = 0;
    value_write(SERVICE, "IOPM", REG_BINARY, map, 0x71);
    EXPECT_SETTINGS("380-387", 0, 0, UP_SETTINGS_IOPM_SHORT);
    value_write(SERVICE, "IOPM", REG_BINARY, map, 0);
    EXPECT_SETTINGS("", 0, 0, UP_SETTINGS_IOPM_SHORT);
    value_write(SERVICE, "IOPM", REG_BINARY, map, UP_PORTSET_BYTES + 1);
    EXPECT_SETTINGS("", 0, 0, UP_SETTINGS_IOPM_LONG);
    value_write(SERVICE, "IOPM", REG_SZ, map, 100);
    EXPECT_SETTINGS("", 0, 0, UP_SETTINGS_IOPM_TYPE);
    EXPECT_EQ(RegDeleteKeyA(HKEY_LOCAL_MACHINE, SERVICE), 0);
}

/* A change with the values that it says to have changed. */
static void expect_change(struct edit *edit, uint32_t wanted)
{
    uint32_t changed = 99;

    EXPECT_DONE(up_store_change(apply_edit, edit, &changed, &problem));
    EXPECT_EQ(changed, wanted);
}

void test_change(void)
{
    DWORD type = 0, bytes = sizeof map;
    uint32_t changed = 99;

    EXPECT_PROBLEM(up_store_change(apply_edit, EDIT(.list = "378"), &changed, &problem), &problem,
                   2, "UserPort is not installed");
    EXPECT_EQ(changed, 0);
    EXPECT(!key_exists(SERVICE)); /* it is not made by the way */
    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    expect_change(EDIT(.list = "lpt1"), UP_STORE_PORTS);
    EXPECT_SETTINGS("378-37F", 0, 0, 0);
    EXPECT(value_read(SERVICE, "IOPM", &type, map, &bytes));
    EXPECT_EQ(type, REG_BINARY);
    EXPECT_EQ(bytes, UP_PORTSET_BYTES);
    EXPECT(!value_read(SERVICE, "Scope", &type, map, &bytes)); /* 0 is what it was */
    expect_change(EDIT(.list = "lpt1"), 0);
    expect_change(EDIT(.scope = TO(1)), UP_STORE_SCOPE);
    EXPECT_SETTINGS("378-37F", 1, 0, 0);
    expect_change(EDIT(.sticky = TO(1)), UP_STORE_STICKY);
    EXPECT_SETTINGS("378-37F", 1, 1, 0);
    expect_change(EDIT(.list = "379 FFFF 0", .scope = TO(0), .sticky = TO(0)),
                  UP_STORE_PORTS | UP_STORE_SCOPE | UP_STORE_STICKY);
    EXPECT_SETTINGS("0 379 FFFF", 0, 0, 0);
    expect_change(EDIT(.list = ""), UP_STORE_PORTS);
    EXPECT_SETTINGS("", 0, 0, 0);
    EXPECT_DONE(up_store_change(apply_edit, EDIT(.list = "42"), NULL, &problem));
    EXPECT_PROBLEM(
        up_store_change(apply_edit, EDIT(.list = "43", .refuse = true), &changed, &problem),
        &problem, 0, "the edit refuses");
    EXPECT(!up_store_change(apply_edit, EDIT(.list = "43", .refuse = true), NULL, NULL));
    EXPECT_PROBLEM(up_store_change(apply_edit, EDIT(.scope = TO(2)), &changed, &problem), &problem,
                   87, "Scope 2");
    EXPECT_PROBLEM(up_store_change(apply_edit, EDIT(.sticky = TO(7)), &changed, &problem), &problem,
                   87, "Sticky 7");
    EXPECT_SETTINGS("42", 0, 0, 0);
    service_delete();
}

/* Values that make no sense are seen by the edit, and are whole after it. */
void test_change_bad(void)
{
    struct edit *edit;

    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    value_write(SERVICE, "IOPM", REG_SZ, "378", 4);
    edit = EDIT(.list = "378");
    expect_change(edit, UP_STORE_PORTS);
    EXPECT_EQ(edit->seen_problems, UP_SETTINGS_IOPM_TYPE);
    EXPECT_SETTINGS("378", 0, 0, 0);
    value_write(SERVICE, "Scope", REG_SZ, "0", 2);
    edit = EDIT(.list = "379", .scope = TO(0));
    expect_change(edit, UP_STORE_PORTS | UP_STORE_SCOPE);
    EXPECT_EQ(edit->seen_problems, UP_SETTINGS_SCOPE_BAD);
    EXPECT_SETTINGS("379", 0, 0, 0);
    number_write("Sticky", 9);
    edit = EDIT(.scope = TO(1)); /* leaves the list as it finds it: granting nothing */
    expect_change(edit, UP_STORE_PORTS | UP_STORE_SCOPE | UP_STORE_STICKY);
    EXPECT_EQ(edit->seen_problems, UP_SETTINGS_STICKY_BAD);
    EXPECT_SETTINGS("", 1, 0, 0);
    service_delete();
}

static void delete_key(void)
{
    EXPECT_EQ(RegDeleteKeyA(HKEY_LOCAL_MACHINE, SERVICE), 0);
}

void test_change_meanwhile(void)
{
    key_make(SERVICE);
    EXPECT_PROBLEM(
        up_store_change(apply_edit, EDIT(.list = "378", .meanwhile = delete_key), NULL, &problem),
        &problem, ERROR_KEY_DELETED, "IOPM");
    EXPECT(!key_exists(SERVICE));
}

/* Two programs, each grants 200 ports one after the other: none is lost. */
void test_two_writers(void)
{
    HANDLE one, other;

    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    expect_change(EDIT(.list = ""), UP_STORE_PORTS);
    one = child_start("add=1000,200");
    other = child_start("add=2000,200");
    child_go(one);
    child_go(other);
    EXPECT_EQ(child_finish(one), 0);
    EXPECT_EQ(child_finish(other), 0);
    EXPECT_SETTINGS("1000-10C7 2000-20C7", 0, 0, 0);
    service_delete();
}

/*
 * A program that is killed while it writes: what is there then grants nothing that neither of its
 * two settings grants to the same processes, and the next change works at once. (The place is
 * chance; test_settings_order has each of them.)
 */
void test_killed_writers(void)
{
    static struct up_stored_settings settings;
    unsigned i, mixtures = 0;
    HANDLE child;

    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    expect_change(EDIT(.list = "100-1FF"), UP_STORE_PORTS);
    for (i = 0; i < 12; i++) {
        child = child_start("flip");
        Sleep(5 + 7 * i % 40);
        child_kill(child);
        EXPECT_DONE(up_store_read(&settings, &problem));
        EXPECT_EQ(settings.values.problems, 0);
        EXPECT(settings.values.scope == 1 || !up_portset_has(&settings.values.ports, 0x200));
        mixtures += up_portset_count(&settings.values.ports) != 0x100;
        EXPECT_DONE(
            up_store_change(apply_edit, EDIT(.list = "100-1FF", .scope = TO(0)), NULL, &problem));
    }
    tap_note("%u of %u were killed between two values", mixtures, i);
    service_delete();
}

static bool is_signalled(struct up_settings_watch *watch)
{
    return WaitForSingleObject(up_settings_watch_handle(watch), 500) == WAIT_OBJECT_0;
}

static void expect_signal(struct up_settings_watch *watch, const char *what)
{
    EXPECT_MSG(is_signalled(watch), "%s is not seen", what);
    EXPECT_DONE(up_settings_watch_rearm(watch, &problem));
    EXPECT_MSG(WaitForSingleObject(up_settings_watch_handle(watch), 100) == WAIT_TIMEOUT,
               "%s is seen twice", what);
}

void test_watch(void)
{
    struct up_settings_watch *watch = up_settings_watch_open(&problem);

    if (!EXPECT_MSG(watch != NULL, "%s", problem.text)) {
        return;
    }
    EXPECT(!is_signalled(watch));
    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    expect_signal(watch, "an install");
    iopm_write("378");
    expect_signal(watch, "a first list");
    expect_change(EDIT(.list = "379"), UP_STORE_PORTS);
    expect_signal(watch, "a change");
    iopm_write("37A"); /* before the rearm: no change is missed */
    EXPECT(is_signalled(watch));
    iopm_write("37B");
    expect_signal(watch, "two changes");
    service_delete();
    expect_signal(watch, "an uninstall");
    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    expect_signal(watch, "an install after it");
    service_delete();
    up_settings_watch_close(watch);
    up_settings_watch_close(NULL);
}

/*
 * UserPort 1.0's values, where a 32-bit program has put them and where an old one on 32-bit Windows
 * did.
 */
static void expect_legacy(const char *key)
{
    static uint8_t list[129];
    struct up_legacy legacy;
    unsigned i;

    for (i = 0; i < sizeof list; i++) {
        list[i] = (uint8_t)(i * 3);
    }
    key_make(key);
    EXPECT_DONE(up_store_read_legacy(&legacy, &problem));
    EXPECT(!legacy.has_all && !legacy.has_openers);
    value_write(key, "AllProcessesIOPM", REG_BINARY, list, 128);
    EXPECT_DONE(up_store_read_legacy(&legacy, &problem));
    EXPECT(legacy.has_all && !legacy.has_openers && memcmp(legacy.all, list, 128) == 0);
    value_write(key, "ThroughCreateFileIOPM", REG_BINARY, list + 1, 128);
    EXPECT_DONE(up_store_read_legacy(&legacy, &problem));
    EXPECT(legacy.has_openers && memcmp(legacy.openers, list + 1, 128) == 0);
    value_write(key, "AllProcessesIOPM", REG_BINARY, list, 127);
    value_write(key, "ThroughCreateFileIOPM", REG_BINARY, list, 129);
    EXPECT_DONE(up_store_read_legacy(&legacy, &problem));
    EXPECT(!legacy.has_all && !legacy.has_openers);
    value_write(key, "AllProcessesIOPM", REG_SZ, list, 128);
    EXPECT_DONE(up_store_read_legacy(&legacy, &problem));
    EXPECT(!legacy.has_all);
    EXPECT_EQ(RegDeleteKeyA(HKEY_LOCAL_MACHINE, key), 0);
}

void test_legacy(void)
{
    struct up_legacy legacy;

    EXPECT_DONE(up_store_read_legacy(&legacy, &problem));
    EXPECT(!legacy.has_all && !legacy.has_openers);
    expect_legacy("SOFTWARE\\WOW6432Node\\UserPort");
    expect_legacy("SOFTWARE\\UserPort");
}

/* As the event viewer shows an entry: the text from the driver's file, with the entry's strings. */
static void expect_event(HMODULE driver, DWORD message, const WCHAR *one, const WCHAR *two,
                         const WCHAR *three, const WCHAR *wanted)
{
    const DWORD_PTR strings[] = {(DWORD_PTR)one, (DWORD_PTR)two, (DWORD_PTR)three};
    WCHAR text[600] = L"";

    FormatMessageW(FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY, driver, message, 0,
                   text, 600, (va_list *)strings);
    text[wcscspn(text, L"\r\n")] = L'\0';
    EXPECT_MSG(wcscmp(text, wanted) == 0, "\"%ls\" is not \"%ls\"", text, wanted);
}

void test_event_texts(void)
{
    HMODULE driver = LoadLibraryExA(PARTS "shipped.sys", NULL, LOAD_LIBRARY_AS_DATAFILE);

    EXPECT(driver != NULL);
    expect_event(driver, (DWORD)UP_MSG_SETTINGS, L"378-37F", L"8", L"every process",
                 L"The settings of UserPort were changed. Ports granted: 8 (378-37F). To: every "
                 L"process. Until the driver "
                 L"reads them, what it read before holds.");
    expect_event(driver, (DWORD)UP_MSG_HAZARDS, L"60: keyboard", NULL, NULL,
                 L"Ports that can damage data or stop the machine were granted, after an explicit "
                 L"yes: 60: keyboard.");
    expect_event(driver, (DWORD)UP_MSG_INSTALLED, L"C:\\x.sys", L"3.0.0", NULL,
                 L"UserPort 3.0.0 was installed. Driver: C:\\x.sys.");
    expect_event(driver, (DWORD)UP_MSG_UNINSTALLED, L"It was.", NULL, NULL, L"It was.");
    expect_event(driver, (DWORD)UP_MSG_PROGRAM, L"lpttool", L"lpttool.exe", L"fast;",
                 L"The settings of the program lpttool (lpttool.exe) were changed. Routes and "
                 L"options: fast;.");
    expect_event(driver, (DWORD)UP_MSG_PROGRAM_REMOVED, L"lpttool", NULL, NULL,
                 L"The settings of the program lpttool were removed.");
    expect_event(driver, (DWORD)UP_MSG_STARTED, L"\\Device\\UserPort", L"8", NULL,
                 L"UserPort started. Ports granted: 8.");
    FreeLibrary(driver);
}
