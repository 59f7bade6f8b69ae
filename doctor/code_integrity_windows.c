/* SPDX-License-Identifier: MIT
 *
 * Finds what this Windows requires of drivers (collect_windows.h). The kernel tells most of it
 * itself: SystemCodeIntegrityInformation of NtQuerySystemInformation (winternl.h, since Vista). The
 * policies are files: Microsoft's "The Windows driver policy" names the two of 2026, and "Deploy
 * App Control policies using script" the folder.
 */
#include "collect_windows.h"

#include <string.h>
#include <winternl.h>

#include "winutil/winutil.h"

#define CODE_INTEGRITY_INFORMATION 103
#define OPTION_ENABLED             0x1u
#define OPTION_TESTSIGN            0x2u
#define OPTION_HVCI_KMCI_ENABLED   0x400u
#define OPTION_WHQL_ENFORCEMENT    0x4000u
/* Windows 11 of 2022, in which the block list is on by default. */
#define BLOCK_LIST_FOR_ALL 22621u

static const WCHAR policy_folder[] = L"CodeIntegrity\\CiPolicies\\Active";
static const WCHAR policy_evaluated[] = L"{784C4414-79F4-4C32-A6A5-F0FB42A51D0D}.cip";
static const WCHAR policy_enforced[] = L"{8F9CB695-5D48-48D6-A329-7202B44607E3}.cip";
/*
 * Others that come with Windows, whether in force or not: seen in that folder of a Windows 11 25H2;
 * the last two are in Microsoft's "Inbox App Control policies".
 */
static const WCHAR *const policies_of_windows[] = {
    L"{0283AC0F-FFF1-49AE-ADA1-8A933130CAD6}.cip", L"{1283AC0F-FFF1-49AE-ADA1-8A933130CAD6}.cip",
    L"{0939ED82-BFD5-4D32-B58E-D31D3C49715A}.cip", L"{1939ED82-BFD5-4D32-B58E-D31D3C49715A}.cip",
    L"{1678656C-05EF-481F-BC5B-EBD8C991502D}.cip", L"{2678656C-05EF-481F-BC5B-EBD8C991502D}.cip",
    L"{60FD87F8-4593-44A0-91B0-2E0DA022F248}.cip", L"{D2BDA982-CCF6-4344-AC5B-0B44427B6816}.cip",
    L"{5951A96A-E0B5-4D3D-8FB8-3E5B61030784}.cip",
};

struct code_integrity {
    ULONG length;
    ULONG options;
};

/* ---- the registry and the kernel ------------------------------------------------------------- */

/*
 * Reads a number of the registry. Result: 0 and *value; or the system's code: 2 if there is no such
 * key or value, 13 if it is not a REG_DWORD.
 */
static DWORD read_dword(const WCHAR *key, const WCHAR *name, DWORD *value)
{
    DWORD bytes = sizeof *value;
    DWORD type = 0;
    HKEY handle;
    LONG status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, KEY_QUERY_VALUE, &handle);

    if (status != ERROR_SUCCESS) {
        return (DWORD)status;
    }
    status = RegQueryValueExW(handle, name, NULL, &type, (BYTE *)value, &bytes);
    RegCloseKey(handle);
    if (status == ERROR_SUCCESS && (type != REG_DWORD || bytes != sizeof *value)) {
        return ERROR_INVALID_DATA;
    }
    return (DWORD)status;
}

/* Reads a yes or no of the registry. absent: the answer if there is no such value. */
static enum up_tristate registry_fact(const WCHAR *key, const WCHAR *name, enum up_tristate absent)
{
    DWORD value = 0;
    const DWORD code = read_dword(key, name, &value);

    if (code == ERROR_SUCCESS) {
        return fact_of(value != 0);
    }
    return code == ERROR_FILE_NOT_FOUND ? absent : UP_UNKNOWN;
}

static bool query_code_integrity(ULONG *options)
{
    const up_function function = up_system_function(L"ntdll.dll", "NtQuerySystemInformation");
    LONG(NTAPI * query)(ULONG information, void *to, ULONG bytes, ULONG *returned);
    struct code_integrity answer = {sizeof answer, 0};

    memcpy(&query, &function, sizeof query);
    if (query == NULL || query(CODE_INTEGRITY_INFORMATION, &answer, sizeof answer, NULL) < 0) {
        return false;
    }
    *options = answer.options;
    return true;
}

/* ---- policies -------------------------------------------------------------------------------- */

static bool is_of_windows(const WCHAR *name)
{
    for (unsigned i = 0; i < sizeof policies_of_windows / sizeof policies_of_windows[0]; i++) {
        if (lstrcmpiW(name, policies_of_windows[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void take_policy(const WCHAR *name, struct up_doctor_facts *facts)
{
    if (lstrcmpiW(name, policy_enforced) == 0) {
        facts->driver_policy = UP_POLICY_ENFORCED;
    } else if (lstrcmpiW(name, policy_evaluated) == 0) {
        if (facts->driver_policy != UP_POLICY_ENFORCED) {
            facts->driver_policy = UP_POLICY_EVALUATED;
        }
    } else if (!is_of_windows(name) && facts->other_policy_count++ == 0) {
        up_utf8(name, facts->other_policy, sizeof facts->other_policy);
    }
}

/*
 * Both policies may lie there, and then the one that refuses decides. With Secure Boot the boot
 * partition has copies of them, which are not looked at.
 */
static void collect_policies(struct up_doctor_facts *facts)
{
    WCHAR pattern[MAX_PATH];
    WIN32_FIND_DATAW found;
    HANDLE search;
    void *cookie;
    DWORD code;

    if (!up_system_folder(pattern) || !up_path_join(pattern, pattern, policy_folder) ||
        !up_path_join(pattern, pattern, L"*.cip")) {
        return;
    }
    cookie = up_redirection_off();
    search = FindFirstFileW(pattern, &found);
    code = GetLastError();
    up_redirection_on(cookie);
    if (search == INVALID_HANDLE_VALUE) {
        if (code == ERROR_FILE_NOT_FOUND || code == ERROR_PATH_NOT_FOUND) {
            facts->driver_policy = UP_POLICY_NONE;
        }
        return;
    }
    facts->driver_policy = UP_POLICY_NONE;
    do {
        take_policy(found.cFileName, facts);
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

void up_code_integrity_collect(struct up_doctor_facts *facts)
{
    static const WCHAR control[] = L"SYSTEM\\CurrentControlSet\\Control\\SecureBoot\\State";
    static const WCHAR scenario[] = L"SYSTEM\\CurrentControlSet\\Control\\DeviceGuard\\Scenarios\\H"
                                    L"ypervisorEnforcedCodeIntegrity";
    static const WCHAR config[] = L"SYSTEM\\CurrentControlSet\\Control\\CI\\Config";
    ULONG options = 0;

    facts->code_integrity = facts->test_signing = facts->memory_integrity = facts->microsoft_only =
        UP_UNKNOWN;
    facts->secure_boot = registry_fact(control, L"UEFISecureBootEnabled", UP_NO);
    if (query_code_integrity(&options)) {
        facts->code_integrity = fact_of((options & OPTION_ENABLED) != 0);
        facts->test_signing = fact_of((options & OPTION_TESTSIGN) != 0);
        facts->memory_integrity = fact_of((options & OPTION_HVCI_KMCI_ENABLED) != 0);
        /* A clear bit may be one that this version does not know. */
        facts->microsoft_only = (options & OPTION_WHQL_ENFORCEMENT) != 0 ? UP_YES
                                : facts->secure_boot == UP_NO            ? UP_NO
                                                                         : UP_UNKNOWN;
    } else {
        facts->memory_integrity = registry_fact(scenario, L"Enabled", UP_UNKNOWN);
    }
    facts->block_list = facts->memory_integrity == UP_YES
                            ? UP_YES
                            : registry_fact(config, L"VulnerableDriverBlocklistEnable",
                                            fact_of(facts->system_major >= 10 &&
                                                    facts->system_build >= BLOCK_LIST_FOR_ALL));
    collect_policies(facts);
}
