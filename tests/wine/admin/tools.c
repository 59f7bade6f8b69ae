/* SPDX-License-Identifier: MIT
 *
 * The tools of the tests of admin/ under Wine. They use none of its functions but those that a case
 * is about.
 */
#include <stdio.h>
#include <stdlib.h>

#include "admin.h"

#include "core/portlist.h"
#include "tests/wine/clients/saved.h"

void expect_problem(const char *file, int line, const struct up_error_detail *problem,
                    uint32_t code, const char *words)
{
    char ending[24];
    const size_t length = strlen(problem->text);

    tap_expect(file, line, problem->code == code, "the code is %lu, not %lu: %s",
               (unsigned long)problem->code, (unsigned long)code, problem->text);
    tap_expect(file, line, words == NULL || strstr(problem->text, words) != NULL,
               "\"%s\" has not \"%s\"", problem->text, words != NULL ? words : "");
    tap_expect(file, line, strncmp(problem->text, "cannot ", 7) == 0 || words != NULL,
               "\"%s\" begins otherwise", problem->text);
    snprintf(ending, sizeof ending, " (%lu)", (unsigned long)code);
    tap_expect(file, line,
               code == 0 || (length > strlen(ending) &&
                             strcmp(problem->text + length - strlen(ending), ending) == 0),
               "\"%s\" does not end with%s", problem->text, ending);
}

/* ---- registry -------------------------------------------------------------------------------- */

void value_write(const char *path, const char *name, DWORD type, const void *data, DWORD bytes)
{
    HKEY key;

    if (EXPECT_EQ(RegOpenKeyExA(HKEY_LOCAL_MACHINE, path, 0, KEY_SET_VALUE, &key), 0)) {
        if (data != NULL) {
            EXPECT_EQ(RegSetValueExA(key, name, 0, type, data, bytes), 0);
        } else {
            RegDeleteValueA(key, name);
        }
        RegCloseKey(key);
    }
}

bool value_read(const char *path, const char *name, DWORD *type, void *data, DWORD *bytes)
{
    HKEY key;
    LONG error;

    if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, path, 0, KEY_QUERY_VALUE, &key) != 0) {
        return false;
    }
    error = RegQueryValueExA(key, name, NULL, type, data, bytes);
    RegCloseKey(key);
    return error == 0;
}

void key_make(const char *path)
{
    HKEY key;

    if (EXPECT_EQ(
            RegCreateKeyExA(HKEY_LOCAL_MACHINE, path, 0, NULL, 0, KEY_WRITE, NULL, &key, NULL),
            0)) {
        RegCloseKey(key);
    }
}

bool key_exists(const char *path)
{
    HKEY key;

    if (RegOpenKeyExA(HKEY_LOCAL_MACHINE, path, 0, KEY_QUERY_VALUE, &key) != 0) {
        return false;
    }
    RegCloseKey(key);
    return true;
}

struct text {
    char *at;
    size_t length, room;
};

static void put(struct text *text, const char *format, ...)
{
    va_list arguments;

    if (text->room - text->length < 2048) {
        text->room = text->room * 2 + 65536;
        text->at = realloc(text->at, text->room);
        if (text->at == NULL) {
            abort();
        }
    }
    va_start(arguments, format);
    text->length += (size_t)vsnprintf(text->at + text->length, 2048, format, arguments);
    va_end(arguments);
}

static uint64_t hash(const BYTE *bytes, DWORD length)
{
    uint64_t sum = 14695981039346656037u;

    while (length-- > 0) {
        sum = (sum ^ *bytes++) * 1099511628211u;
    }
    return sum;
}

static BYTE value_data[1 << 20];

static void put_key(struct text *text, HKEY parent, const char *name, const char *path)
{
    char child[256], below[1200];
    DWORD at, length, bytes, type;
    HKEY key;

    if (RegOpenKeyExA(parent, name, 0, KEY_READ, &key) != 0) {
        return;
    }
    put(text, "%s\n", path);
    for (at = 0; length = sizeof child, bytes = sizeof value_data,
        RegEnumValueA(key, at, child, &length, NULL, &type, value_data, &bytes) == 0;
         at++) {
        if (strcmp(path, "SYSTEM\\CurrentControlSet\\Control\\ServiceCurrent") == 0) {
            continue; /* Wine counts the services that it has started */
        }
        put(text, "%s [%s] %lu %lu %016llX\n", path, child, type, bytes,
            (unsigned long long)hash(value_data, bytes));
    }
    for (at = 0;
         length = sizeof child, RegEnumKeyExA(key, at, child, &length, NULL, NULL, NULL, NULL) == 0;
         at++) {
        snprintf(below, sizeof below, "%s\\%s", path, child);
        put_key(text, key, child, below);
    }
    RegCloseKey(key);
}

static void put_files(struct text *text, const char *folder)
{
    char path[MAX_PATH];
    WIN32_FIND_DATAA found;
    HANDLE search;

    snprintf(path, sizeof path, "%s*", folder);
    search = FindFirstFileA(path, &found);
    if (search == INVALID_HANDLE_VALUE) {
        return;
    }
    do {
        if ((found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0) {
            put(text, "%s%s %lu %lu\n", folder, found.cFileName, found.nFileSizeLow,
                found.dwFileAttributes);
        }
    } while (FindNextFileA(search, &found));
    FindClose(search);
}

static void put_classes(struct text *text)
{
    char *classes = saved_keys("SOFTWARE\\Classes");
    const size_t length = classes != NULL ? strlen(classes) : 0;

    EXPECT_MSG(length > 100000, "Classes is not saved: %lu", GetLastError());
    text->at = realloc(text->at, text->length + length + 4096);
    if (text->at == NULL) {
        abort();
    }
    text->room = text->length + length + 4096;
    memcpy(text->at + text->length, classes, length);
    text->length += length;
    free(classes);
}

char *world(void)
{
    static const char *const folders[] = {"C:\\windows\\", "C:\\windows\\system32\\", DRIVERS,
                                          "C:\\windows\\system32\\drivers\\etc\\",
                                          "C:\\windows\\syswow64\\"};
    struct text text = {0};
    unsigned i;

    put(&text, "");
    put_key(&text, HKEY_LOCAL_MACHINE, "SYSTEM", "SYSTEM");
    put_classes(&text);
    put_key(&text, HKEY_LOCAL_MACHINE, "SOFTWARE\\UserPort", "UserPort 1.0");
    put_key(&text, HKEY_CURRENT_USER, "Software", "user");
    for (i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        put_files(&text, folders[i]);
    }
    return text.at;
}

void expect_same_world(const char *what, char *before, char *after)
{
    const char *one = before, *other = after;

    while (*one != '\0' && *one == *other) {
        one++;
        other++;
    }
    while (one > before && one[-1] != '\n') {
        one--;
        other--;
    }
    EXPECT_MSG(strcmp(before, after) == 0, "%s: before \"%.*s\", after \"%.*s\"", what,
               (int)strcspn(one, "\n"), one, (int)strcspn(other, "\n"), other);
    free(before);
    free(after);
}

/* ---- services -------------------------------------------------------------------------------- */

DWORD service_create(const char *image_path, DWORD start)
{
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CREATE_SERVICE);
    SC_HANDLE service = CreateServiceA(
        manager, "UserPort", "UserPort of before", SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER, start,
        SERVICE_ERROR_NORMAL, image_path, NULL, NULL, NULL, NULL, NULL);
    DWORD error = service == NULL ? GetLastError() : 0;

    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    return error;
}

static SC_HANDLE service_open(SC_HANDLE *manager)
{
    SC_HANDLE service;

    *manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CONNECT);
    service = OpenServiceA(*manager, "UserPort", SERVICE_ALL_ACCESS);
    if (service == NULL) {
        CloseServiceHandle(*manager);
    }
    return service;
}

DWORD service_start(void)
{
    SC_HANDLE manager, service = service_open(&manager);
    DWORD error = service == NULL || !StartServiceA(service, 0, NULL) ? GetLastError() : 0;

    if (service != NULL) {
        CloseServiceHandle(service);
        CloseServiceHandle(manager);
    }
    return error;
}

void service_delete(void)
{
    SC_HANDLE manager, service = service_open(&manager);
    SERVICE_STATUS status;

    if (service != NULL) {
        ControlService(service, SERVICE_CONTROL_STOP, &status);
        DeleteService(service);
        CloseServiceHandle(service);
        CloseServiceHandle(manager);
    }
}

DWORD service_state(void)
{
    SC_HANDLE manager, service = service_open(&manager);
    SERVICE_STATUS status = {0};

    if (service != NULL) {
        QueryServiceStatus(service, &status);
        CloseServiceHandle(service);
        CloseServiceHandle(manager);
    }
    return status.dwCurrentState;
}

DWORD service_config(char *image_path, DWORD room, DWORD *start)
{
    static BYTE bytes[8192];
    QUERY_SERVICE_CONFIGA *config = (QUERY_SERVICE_CONFIGA *)bytes;
    SC_HANDLE manager, service = service_open(&manager);
    DWORD needed, type = 0;

    if (service != NULL) {
        if (QueryServiceConfigA(service, config, sizeof bytes, &needed)) {
            snprintf(image_path, room, "%s", config->lpBinaryPathName);
            *start = config->dwStartType;
            type = config->dwServiceType;
        }
        CloseServiceHandle(service);
        CloseServiceHandle(manager);
    }
    return type;
}

/* ---- files ----------------------------------------------------------------------------------- */

bool file_exists(const char *path)
{
    return GetFileAttributesA(path) != INVALID_FILE_ATTRIBUTES;
}

static char *file_read(const char *path, DWORD *length)
{
    HANDLE file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    char *bytes = NULL;

    if (file != INVALID_HANDLE_VALUE) {
        *length = GetFileSize(file, NULL);
        bytes = malloc(*length + 1u);
        if (bytes == NULL || !ReadFile(file, bytes, *length, length, NULL)) {
            abort();
        }
        CloseHandle(file);
    }
    return bytes;
}

bool file_same(const char *one, const char *other)
{
    DWORD length = 0, length_other = 0;
    char *first = file_read(one, &length), *second = file_read(other, &length_other);
    const bool same = first != NULL && second != NULL && length == length_other &&
                      memcmp(first, second, length) == 0;

    free(first);
    free(second);
    return same;
}

void file_copy(const char *from, const char *to)
{
    EXPECT_MSG(CopyFileA(from, to, FALSE), "cannot copy %s to %s: %lu", from, to, GetLastError());
}

void file_write(const char *path, const void *bytes, DWORD length)
{
    HANDLE file = CreateFileA(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD written = 0;

    EXPECT_MSG(file != INVALID_HANDLE_VALUE && WriteFile(file, bytes, length, &written, NULL) &&
                   written == length,
               "cannot write %s: %lu", path, GetLastError());
    CloseHandle(file);
}

static const char *const release[] = {"userport.sys",
                                      "userport.dll",
                                      "amd64\\userport.sys",
                                      "amd64\\userport.dll",
                                      "i386\\userport.sys",
                                      "i386\\userport.dll",
                                      "userport_com.dll",
                                      "amd64\\userport_com.dll",
                                      "i386\\userport_com.dll",
                                      "userport-trap.dll",
                                      "amd64\\userport-trap.dll",
                                      "i386\\userport-trap.dll"};

void here_empty(void)
{
    char path[MAX_PATH];
    unsigned i;

    CreateDirectoryA(HERE "amd64", NULL);
    CreateDirectoryA(HERE "i386", NULL);
    for (i = 0; i < sizeof release / sizeof release[0]; i++) {
        snprintf(path, sizeof path, HERE "%s", release[i]);
        DeleteFileA(path);
    }
}

void here_release(void)
{
    here_empty();
    file_copy(FAKE, HERE "amd64\\userport.sys");
    file_copy(PARTS "i386.sys", HERE "i386\\userport.sys");
    file_copy(PARTS "amd64.dll", HERE "amd64\\userport.dll");
    file_copy(PARTS "i386.dll", HERE "i386\\userport.dll");
    file_copy(PARTS "amd64_com.dll", HERE "amd64\\userport_com.dll");
    file_copy(PARTS "i386_com.dll", HERE "i386\\userport_com.dll");
    file_copy(PARTS "amd64_trap.dll", HERE "amd64\\userport-trap.dll");
    file_copy(PARTS "i386_trap.dll", HERE "i386\\userport-trap.dll");
}

/* ---- settings -------------------------------------------------------------------------------- */

void expect_settings(const char *file, int line, const char *list, uint32_t scope, uint32_t sticky,
                     uint32_t problems)
{
    static struct up_stored_settings settings;
    static struct up_portset wanted;
    struct up_error_detail problem = {0};
    char text[256];

    up_portset_deny_all(&wanted);
    tap_expect(file, line, up_portlist_parse(list, strlen(list), &wanted, NULL), "no list: %s",
               list);
    tap_expect(file, line, up_store_read(&settings, &problem), "cannot read: %s", problem.text);
    up_portlist_format(&settings.values.ports, text, sizeof text);
    tap_expect(file, line, up_portset_equal(&settings.values.ports, &wanted),
               "the list is %s, not %s", text, list);
    tap_expect(file, line, settings.values.scope == scope && settings.values.sticky == sticky,
               "Scope %lu Sticky %lu, not %lu %lu", (unsigned long)settings.values.scope,
               (unsigned long)settings.values.sticky, (unsigned long)scope, (unsigned long)sticky);
    tap_expect(file, line, settings.values.problems == problems, "problems %lX, not %lX",
               (unsigned long)settings.values.problems, (unsigned long)problems);
}

bool apply_edit(struct up_settings *policy, void *context, struct up_error_detail *problem)
{
    struct edit *edit = context;

    edit->seen_problems = policy->problems;
    if (edit->list != NULL) {
        up_portset_deny_all(&policy->ports);
        EXPECT(up_portlist_parse(edit->list, strlen(edit->list), &policy->ports, NULL));
    }
    if (edit->add != NULL) {
        EXPECT(up_portlist_parse(edit->add, strlen(edit->add), &policy->ports, NULL));
    }
    policy->scope = edit->scope != 0 ? edit->scope - 1 : policy->scope;
    policy->sticky = edit->sticky != 0 ? edit->sticky - 1 : policy->sticky;
    if (edit->meanwhile != NULL) {
        edit->meanwhile();
    }
    if (edit->refuse) {
        up_error_detail_set(problem, 0, NULL, "the edit refuses");
    }
    return !edit->refuse;
}
