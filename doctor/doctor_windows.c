/* SPDX-License-Identifier: MIT
 *
 * Collects the doctor's facts on Windows (windows_facts.h). It changes nothing, and what cannot be
 * found is unknown. Functions that NT 4.0 lacks are looked up at run time.
 */
#include "collect_windows.h"
#include "control/permissions.h"
#include "doctor.h"
#include "signature.h"
#include "winutil/winutil.h"

#include <string.h>

#include "control/registry.h"
#include "launch/launch.h"
#include "setup/install.h"

/* ---- Windows --------------------------------------------------------------------------------- */

/*
 * GetVersionEx reports the version that the program was made for, so RtlGetVersion is used; it came
 * with Windows 2000.
 */
static void collect_version(struct up_doctor_facts *facts)
{
    const up_function function = up_system_function(L"ntdll.dll", "RtlGetVersion");
    LONG(NTAPI * get_version)(OSVERSIONINFOW * version);
    OSVERSIONINFOEXW version;
    OSVERSIONINFOW *plain = (OSVERSIONINFOW *)&version;
    bool is_known;

    memset(&version, 0, sizeof version);
    memcpy(&get_version, &function, sizeof get_version);
    version.dwOSVersionInfoSize = get_version != NULL ? sizeof version : sizeof *plain;
    is_known = get_version != NULL ? get_version(plain) >= 0 : GetVersionExW(plain) != 0;
    if (is_known) {
        facts->system_major = version.dwMajorVersion;
        facts->system_minor = version.dwMinorVersion;
        facts->system_build = version.dwBuildNumber & 0xFFFFu;
    }
    facts->is_server = is_known && get_version != NULL
                           ? fact_of(version.wProductType != VER_NT_WORKSTATION)
                           : UP_UNKNOWN;
    facts->system_machine = up_system_machine();
    facts->is_administrator = fact_of(up_driver_is_administrator());
}

static void collect_event_source(struct up_doctor_facts *facts)
{
    HKEY key;
    LONG status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, UP_EVENT_KEY, 0, KEY_QUERY_VALUE, &key);

    if (status == ERROR_SUCCESS) {
        status = RegQueryValueExW(key, L"EventMessageFile", NULL, NULL, NULL, NULL);
        RegCloseKey(key);
    }
    facts->event_source = status == ERROR_SUCCESS          ? UP_YES
                          : status == ERROR_FILE_NOT_FOUND ? UP_NO
                                                           : UP_UNKNOWN;
}

/* ---- drivers --------------------------------------------------------------------------------- */

static void collect_file(struct up_doctor_facts *facts)
{
    WCHAR path[MAX_PATH];

    facts->file_is_safe = UP_UNKNOWN;
    if (facts->driver.file[0] == '\0') {
        return;
    }
    if (!up_wide(facts->driver.file, path, MAX_PATH) || !up_read_exe(path, &facts->file)) {
        facts->file_code = GetLastError();
        return;
    }
    facts->has_file = true;
    facts->file_is_safe = up_file_is_safe(path, facts->file_writers, sizeof facts->file_writers);
    up_signature_read(path, &facts->file, &facts->signature);
}

static bool is_folder(const WCHAR *path)
{
    void *cookie = up_redirection_off();
    const DWORD attributes = GetFileAttributesW(path);

    up_redirection_on(cookie);
    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

/* Without a file to judge, and without a service, the question is what an install would bring. */
static void collect_candidate(const char *driver_file, struct up_doctor_facts *facts)
{
    struct up_candidate *candidate = &facts->candidate;
    WCHAR path[MAX_PATH];

    candidate->is_asked = driver_file != NULL;
    if (driver_file != NULL) {
        up_utf8_copy(candidate->path, sizeof candidate->path, driver_file);
    } else if (facts->driver.service != UP_SERVICE_ABSENT ||
               !up_install_find(candidate->path, NULL)) {
        candidate->path[0] = '\0';
        return;
    }
    if (!up_wide(candidate->path, path, MAX_PATH)) {
        candidate->code = GetLastError();
    } else if (is_folder(path)) {
        candidate->code = ERROR_DIRECTORY;
    } else if (!up_read_exe(path, &candidate->file)) {
        candidate->code = GetLastError();
    } else {
        up_signature_read(path, &candidate->file, &candidate->signature);
    }
}

static void collect_load_events(struct up_doctor_facts *facts)
{
    const char *file =
        facts->candidate.path[0] != '\0' ? facts->candidate.path : facts->driver.file;
    WCHAR path[MAX_PATH];
    WCHAR full[MAX_PATH];
    WCHAR *name;
    DWORD length;

    if (file[0] != '\0' && up_wide(file, path, MAX_PATH)) {
        length = GetFullPathNameW(path, MAX_PATH, full, &name);
        if (length > 0 && length < MAX_PATH) {
            up_load_events_read(full, &facts->load_events);
        }
    }
}

static void look_for_driver(struct up_doctor_facts *facts, SC_HANDLE manager, uint32_t number)
{
    SERVICE_STATUS status;
    WCHAR name[64];
    SC_HANDLE service;

    if (!up_wide(up_known_drivers[number].name, name, 64)) {
        return;
    }
    service = OpenServiceW(manager, name, SERVICE_QUERY_STATUS);
    if (service == NULL && GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST) {
        return;
    }
    facts->other_drivers[facts->other_driver_count].number = number;
    facts->other_drivers[facts->other_driver_count].is_running =
        service != NULL && QueryServiceStatus(service, &status) &&
        status.dwCurrentState != SERVICE_STOPPED;
    facts->other_driver_count++;
    if (service != NULL) {
        CloseServiceHandle(service);
    }
}

static void collect_other_drivers(struct up_doctor_facts *facts)
{
    SC_HANDLE manager = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);

    facts->drivers_are_seen = manager != NULL ? UP_YES : UP_UNKNOWN;
    if (manager == NULL) {
        return;
    }
    for (uint32_t i = 0;
         i < up_known_drivers_count && facts->other_driver_count < UP_OTHER_DRIVERS_MAX; i++) {
        look_for_driver(facts, manager, i);
    }
    CloseServiceHandle(manager);
}

/* ---- DLLs ------------------------------------------------------------------------------------ */

static void add_dll(struct up_doctor_facts *facts, const WCHAR *path, uint8_t wanted_bits)
{
    struct up_doctor_dll *dll = &facts->dlls[facts->dll_count];

    if (facts->dll_count == UP_DOCTOR_DLLS_MAX || !up_file_exists(path)) {
        return;
    }
    up_utf8(path, dll->path, sizeof dll->path);
    dll->wanted_bits = wanted_bits;
    dll->code = up_read_exe(path, &dll->file) ? 0 : GetLastError();
    facts->dll_count++;
}

static void look_for_dlls(struct up_doctor_facts *facts, const WCHAR *folder, uint8_t wanted_bits)
{
    static const WCHAR *const others[] = {L"userport_com.dll", UP_TRAP_FILE};
    WCHAR name[24];
    WCHAR path[MAX_PATH];

    for (unsigned i = 0; i < UP_LIBRARY_SERVED; i++) {
        if (up_wide(up_exe_library_names[i], name, 24) && up_path_join(path, folder, name)) {
            add_dll(facts, path, wanted_bits);
        }
    }
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (up_path_join(path, folder, others[i])) {
            add_dll(facts, path, wanted_bits);
        }
    }
}

/* Is the path that of a file of look_for_dlls? */
static bool is_listed(const struct up_doctor_facts *facts, const WCHAR *path)
{
    WCHAR listed[MAX_PATH];

    for (uint32_t i = 0; i < facts->dll_count; i++) {
        if (up_wide(facts->dlls[i].path, listed, MAX_PATH) && lstrcmpiW(listed, path) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * Looks for the userport-trap.dll that userportctl run would take. It may lie in a folder that has
 * no other DLL of interest: amd64 or i386, as in the packages. Result: false if there is none. The
 * system's folders need no second look; a 32-bit program would see one of them by another name.
 */
static bool collect_trap(struct up_doctor_facts *facts, uint8_t bits)
{
    WCHAR path[MAX_PATH];
    WCHAR windows[MAX_PATH];
    char name[MAX_PATH];
    size_t length;

    if (up_launch_find_dll(NULL, bits == 64, path, name) == UP_LAUNCH_NO_DLL) {
        return false;
    }
    length = up_launch_windows_folder(windows) ? wcslen(windows) : 0;
    if (!is_listed(facts, path) &&
        !(length > 0 && _wcsnicmp(path, windows, length) == 0 && path[length] == L'\\')) {
        add_dll(facts, path, bits);
    }
    return true;
}

static void collect_dlls(struct up_doctor_facts *facts)
{
    WCHAR folder[MAX_PATH];
    WCHAR folder_32[MAX_PATH];
    WCHAR own[MAX_PATH];
    bool has_system = up_system_folder(folder);
    bool has_32 = up_system_folder_32(folder_32);

    if (has_system) {
        look_for_dlls(facts, folder, facts->system_machine == UP_EXE_MACHINE_I386 ? 32 : 64);
    }
    if (has_32) {
        look_for_dlls(facts, folder_32, 32);
    }
    if (up_own_folder(own) && !(has_system && lstrcmpiW(own, folder) == 0) &&
        !(has_32 && lstrcmpiW(own, folder_32) == 0)) {
        look_for_dlls(facts, own, 0);
    }
    facts->lacks_trap_32 = !collect_trap(facts, 32);
    facts->lacks_trap_64 =
        facts->system_machine == UP_EXE_MACHINE_AMD64 && !collect_trap(facts, 64);
}

static void collect_cards(struct up_doctor_facts *facts)
{
    static struct up_devices devices;

    up_devices_find(&devices);
    up_card_facts_make(&facts->cards, &devices);
}

void up_doctor_collect(const char *driver_file, struct up_doctor_facts *facts)
{
    memset(facts, 0, sizeof *facts);
    collect_version(facts);
    up_driver_query(&facts->driver);
    if (up_store_read(&facts->settings, &facts->settings_problem)) {
        memset(&facts->settings_problem, 0, sizeof facts->settings_problem);
    }
    if (up_programs_read(&facts->programs, &facts->programs_problem)) {
        memset(&facts->programs_problem, 0, sizeof facts->programs_problem);
    }
    collect_cards(facts);
    collect_file(facts);
    collect_candidate(driver_file, facts);
    collect_load_events(facts);
    up_code_integrity_collect(facts);
    facts->key_is_safe =
        up_key_is_safe(UP_SETTINGS_KEY, facts->key_writers, sizeof facts->key_writers);
    facts->service_is_safe =
        up_service_is_safe(facts->service_writers, sizeof facts->service_writers);
    collect_event_source(facts);
    collect_other_drivers(facts);
    collect_dlls(facts);
}

uint32_t up_doctor_look(const char *driver_file, struct up_finding findings[UP_FINDINGS_MAX])
{
    static struct up_doctor_facts facts;
    uint32_t count;

    up_doctor_collect(driver_file, &facts);
    count = up_doctor_findings(&facts, findings);
    up_programs_free(&facts.programs);
    return count;
}
