/* SPDX-License-Identifier: MIT
 *
 * Finds out who may change a registry key with the keys below it, a file, a folder or the service
 * (permissions.h). Each entry of the access list that allows a change counts by itself. Entries
 * that deny are not set against it: their effect depends on their order, and a mistake would hide a
 * writer. The owner always counts, since the owner may change the list.
 */
#include "permissions.h"

#include <stdio.h>
#include <string.h>

#include "service.h"

#define WRITING (DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_WRITE | GENERIC_ALL)
/* CREATE_SUB_KEY alone changes no value, but it shows that the account is meant to write. */
#define WRITING_KEY  (WRITING | KEY_SET_VALUE | KEY_CREATE_SUB_KEY | KEY_CREATE_LINK)
#define WRITING_FILE (WRITING | FILE_WRITE_DATA | FILE_APPEND_DATA)
/* The rights to start and stop the service do not count, since they are given on purpose. */
#define WRITING_SERVICE (WRITING | SERVICE_CHANGE_CONFIG)

#define KEYS_DEEP_MAX 4u

/*
 * winnt.h: an entry with a condition, since Windows XP. Its SID is at the same place as without a
 * condition.
 */
#define ALLOWED_CALLBACK 9

struct known_sid {
    BYTE authority;
    BYTE count;
    DWORD parts[6];
};

static const struct known_sid trusted[] = {
    {5, 1, {18}},      /* SYSTEM */
    {5, 2, {32, 544}}, /* Administrators */
    /* TrustedInstaller */
    {5, 6, {80, 956008885, 3418522649, 1831038044, 1853292631, 2271478464}},
    {3, 1, {0}}, /* CREATOR OWNER: for keys below */
    {3, 1, {4}}, /* OWNER RIGHTS: the owner is checked separately */
};

static bool is_sid(PSID sid, const struct known_sid *known)
{
    const SID_IDENTIFIER_AUTHORITY *authority = GetSidIdentifierAuthority(sid);

    if (*GetSidSubAuthorityCount(sid) != known->count || authority->Value[5] != known->authority) {
        return false;
    }
    for (DWORD i = 0; i < known->count; i++) {
        if (*GetSidSubAuthority(sid, i) != known->parts[i]) {
            return false;
        }
    }
    return true;
}

/*
 * Is this SID the user of this program, with the rights of an administrator? Windows XP makes the
 * administrator who creates a file its owner, not the group Administrators.
 */
static bool is_this_administrator(PSID sid)
{
    union {
        TOKEN_USER user;
        BYTE bytes[256];
    } answer;
    HANDLE token;
    DWORD bytes;
    bool same;

    if (!up_driver_is_administrator() ||
        !OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
        return false;
    }
    same = GetTokenInformation(token, TokenUser, &answer, sizeof answer, &bytes) &&
           EqualSid(answer.user.User.Sid, sid);
    CloseHandle(token);
    return same;
}

static bool is_trusted(PSID sid)
{
    for (size_t i = 0; i < sizeof trusted / sizeof trusted[0]; i++) {
        if (is_sid(sid, &trusted[i])) {
            return true;
        }
    }
    return is_this_administrator(sid);
}

/* Names an account: "BUILTIN\Users", or "S-1-5-21-..." if it has no name here. */
static void name_sid(PSID sid, char *text, uint32_t size)
{
    WCHAR name[128];
    WCHAR domain[128];
    WCHAR both[260];
    DWORD name_room = 128;
    DWORD domain_room = 128;
    SID_NAME_USE use;
    int used;

    if (LookupAccountSidW(NULL, sid, name, &name_room, domain, &domain_room, &use)) {
        both[0] = L'\0';
        if (domain[0] != L'\0') {
            wcscpy(both, domain);
            wcscat(both, L"\\");
        }
        wcscat(both, name);
        up_utf8(both, text, size);
        return;
    }
    used = snprintf(text, size, "S-1-%u", GetSidIdentifierAuthority(sid)->Value[5]);
    for (DWORD i = 0; i < *GetSidSubAuthorityCount(sid) && used > 0 && (uint32_t)used < size; i++) {
        used += snprintf(text + used, size - (uint32_t)used, "-%lu", *GetSidSubAuthority(sid, i));
    }
}

/* Adds a name unless it is there already. If there is no room, "..." is added. */
static void add_name(PSID sid, char *writers, uint32_t size)
{
    const size_t length = strlen(writers);
    char name[100];

    name_sid(sid, name, sizeof name);
    if (strstr(writers, name) != NULL) {
        return;
    }
    if (length + strlen(name) + sizeof ", , ..." > size) {
        if (length < 3 || strcmp(writers + length - 3, "...") != 0) {
            strcat(writers, ", ...");
        }
        return;
    }
    if (length > 0) {
        strcat(writers, ", ");
    }
    strcat(writers, name);
}

/*
 * Adds everybody whom the list allows one of the writing rights. skipped: entries with such a flag
 * do not count.
 */
static void add_writers(ACL *list, DWORD writing, BYTE skipped, char *writers, uint32_t size)
{
    for (DWORD i = 0; i < list->AceCount; i++) {
        void *at;
        const ACCESS_ALLOWED_ACE *entry;
        PSID sid;

        if (!GetAce(list, i, &at)) {
            continue;
        }
        entry = at;
        sid = (PSID)(uintptr_t)&entry->SidStart;
        if ((entry->Header.AceType == ACCESS_ALLOWED_ACE_TYPE ||
             entry->Header.AceType == ALLOWED_CALLBACK) &&
            !(entry->Header.AceFlags & skipped) && (entry->Mask & writing) != 0 &&
            IsValidSid(sid) && !is_trusted(sid)) {
            add_name(sid, writers, size);
        }
    }
}

static enum up_tristate judge(SECURITY_DESCRIPTOR *descriptor, DWORD writing, BYTE skipped,
                              char *writers, uint32_t size)
{
    PSID owner = NULL;
    ACL *list = NULL;
    BOOL is_there = FALSE;
    BOOL is_default;

    if (!GetSecurityDescriptorOwner(descriptor, &owner, &is_default) ||
        !GetSecurityDescriptorDacl(descriptor, &is_there, &list, &is_default)) {
        return UP_UNKNOWN;
    }
    if (owner != NULL && IsValidSid(owner) && !is_trusted(owner)) {
        add_name(owner, writers, size);
    }
    if (!is_there || list == NULL) {
        up_utf8_copy(writers, size, "everybody, as there is no access list");
    } else {
        add_writers(list, writing, skipped, writers, size);
    }
    return writers[0] == '\0' ? UP_YES : UP_NO;
}

#define WANTED (OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION)

enum up_tristate up_open_key_is_safe(HKEY key, char *writers, uint32_t size)
{
    enum up_tristate result = UP_UNKNOWN;
    SECURITY_DESCRIPTOR *descriptor;
    DWORD bytes = 0;

    (void)RegGetKeySecurity(key, WANTED, NULL, &bytes);
    descriptor = bytes > 0 ? HeapAlloc(GetProcessHeap(), 0, bytes) : NULL;
    if (descriptor != NULL && RegGetKeySecurity(key, WANTED, descriptor, &bytes) == ERROR_SUCCESS) {
        result = judge(descriptor, WRITING_KEY, INHERIT_ONLY_ACE, writers, size);
    }
    if (descriptor != NULL) {
        HeapFree(GetProcessHeap(), 0, descriptor);
    }
    return result;
}

LONG up_open_key(HKEY above, const WCHAR *name, REGSAM access, HKEY *key)
{
    LONG error = RegOpenKeyExW(above, name, REG_OPTION_OPEN_LINK, access, key);

    if (error == ERROR_INVALID_PARAMETER) { /* NT 4.0 may not know the option */
        error = RegOpenKeyExW(above, name, 0, access, key);
    }
    return error;
}

/*
 * Examines the keys below. A key that this user may not read has been restricted by somebody and
 * does not count.
 */
static void look_below(HKEY key, unsigned deep, char *writers, uint32_t size)
{
    WCHAR name[UP_KEY_NAME_MAX];
    DWORD i, length = UP_KEY_NAME_MAX;
    HKEY below;

    for (i = 0; deep < KEYS_DEEP_MAX &&
                RegEnumKeyExW(key, i, name, &length, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
         i++, length = UP_KEY_NAME_MAX) {
        if (up_open_key(key, name, READ_CONTROL | KEY_ENUMERATE_SUB_KEYS, &below) ==
            ERROR_SUCCESS) {
            (void)up_open_key_is_safe(below, writers, size);
            look_below(below, deep + 1u, writers, size);
            RegCloseKey(below);
        }
    }
}

enum up_tristate up_key_is_safe(const WCHAR *key, char *writers, uint32_t size)
{
    enum up_tristate result;
    HKEY handle;

    writers[0] = '\0';
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, READ_CONTROL | KEY_ENUMERATE_SUB_KEYS, &handle) !=
            ERROR_SUCCESS &&
        RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, READ_CONTROL, &handle) != ERROR_SUCCESS) {
        return UP_UNKNOWN;
    }
    result = up_open_key_is_safe(handle, writers, size);
    if (result != UP_UNKNOWN) {
        look_below(handle, 0, writers, size);
        result = writers[0] == '\0' ? UP_YES : UP_NO;
    }
    RegCloseKey(handle);
    return result;
}

enum up_tristate up_open_service_is_safe(const struct up_service_security *calls, SC_HANDLE service,
                                         char *writers, uint32_t size)
{
    enum up_tristate result = UP_UNKNOWN;
    SECURITY_DESCRIPTOR *descriptor;
    SECURITY_DESCRIPTOR none;
    DWORD bytes = 0;

    writers[0] = '\0';
    (void)calls->query(service, WANTED, &none, 0, &bytes);
    descriptor = bytes > 0 ? HeapAlloc(GetProcessHeap(), 0, bytes) : NULL;
    if (descriptor != NULL && calls->query(service, WANTED, descriptor, bytes, &bytes)) {
        result = judge(descriptor, WRITING_SERVICE, INHERIT_ONLY_ACE, writers, size);
    }
    if (descriptor != NULL) {
        HeapFree(GetProcessHeap(), 0, descriptor);
    }
    return result;
}

enum up_tristate up_service_is_safe(char *writers, uint32_t size)
{
    enum up_tristate result = UP_UNKNOWN;
    struct up_service service;

    writers[0] = '\0';
    if (up_service_open(&service, READ_CONTROL) == 0) {
        result = up_open_service_is_safe(&up_service_security, service.handle, writers, size);
        up_service_close(&service);
    }
    return result;
}

static enum up_tristate is_safe(const WCHAR *path, DWORD writing, BYTE skipped, char *writers,
                                uint32_t size)
{
    enum up_tristate result = UP_UNKNOWN;
    void *cookie = up_redirection_off();
    SECURITY_DESCRIPTOR *descriptor;
    DWORD bytes = 0;

    writers[0] = '\0';
    (void)GetFileSecurityW(path, WANTED, NULL, 0, &bytes);
    descriptor = bytes > 0 ? HeapAlloc(GetProcessHeap(), 0, bytes) : NULL;
    if (descriptor != NULL && GetFileSecurityW(path, WANTED, descriptor, bytes, &bytes)) {
        result = judge(descriptor, writing, skipped, writers, size);
    }
    up_redirection_on(cookie);
    if (descriptor != NULL) {
        HeapFree(GetProcessHeap(), 0, descriptor);
    }
    return result;
}

enum up_tristate up_file_is_safe(const WCHAR *path, char *writers, uint32_t size)
{
    return is_safe(path, WRITING_FILE, INHERIT_ONLY_ACE, writers, size);
}

enum up_tristate up_folder_is_safe(const WCHAR *path, DWORD rights, bool with_heirs, char *writers,
                                   uint32_t size)
{
    return is_safe(path, rights, with_heirs ? 0 : INHERIT_ONLY_ACE, writers, size);
}
