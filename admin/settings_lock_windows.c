/* SPDX-License-Identifier: MIT
 *
 * The lock is a file that is open without sharing: %SystemRoot%\UserPort.lock, empty, which administrators and the system
 * alone may open. A mutex would not do: every user may make one of any name first and never let it go, in the global
 * name space too, and NT 4.0 has no private ones. A file that everybody may read would not do either, since a reader
 * that stays is a sharing violation for the lock; nor one that is deleted with its last handle, which anybody who may list the
 * folder can hold in the state of being deleted. So the file has an access list of its own, and stays until an uninstall.
 * %SystemRoot%, as that is the same folder for 32-bit and 64-bit programs. On FAT there is no access list.
 */
#include "settings_lock.h"

#include "system.h"

#define LOCK_NAME       L"UserPort.lock"
#define LOCK_POLL_MS    15u
#define LIST_BYTES      256u
#define SUBAUTHORITIES1 1
#define SUBAUTHORITIES2 2

/* The thread that has it, and how often. Only that thread changes them; another one never finds its own number there. */
static volatile DWORD owner;
static unsigned holds;

/* What only the system and administrators may open: D:P(A;;FA;;;SY)(A;;FA;;;BA). */
struct guard {
    SECURITY_DESCRIPTOR descriptor;
    union {
        ACL acl;
        BYTE bytes[LIST_BYTES];
    } list;
    PSID system, administrators;
};

static void guard_free(struct guard *guard)
{
    if (guard->system != NULL) {
        FreeSid(guard->system);
    }
    if (guard->administrators != NULL) {
        FreeSid(guard->administrators);
    }
}

static bool guard_make(struct guard *guard)
{
    SID_IDENTIFIER_AUTHORITY authority = {SECURITY_NT_AUTHORITY};

    guard->system = guard->administrators = NULL;
    return AllocateAndInitializeSid(&authority, SUBAUTHORITIES1, SECURITY_LOCAL_SYSTEM_RID, 0, 0, 0, 0, 0, 0, 0,
                                    &guard->system) &&
           AllocateAndInitializeSid(&authority, SUBAUTHORITIES2, SECURITY_BUILTIN_DOMAIN_RID, DOMAIN_ALIAS_RID_ADMINS,
                                    0, 0, 0, 0, 0, 0, &guard->administrators) &&
           InitializeAcl(&guard->list.acl, sizeof guard->list, ACL_REVISION) &&
           AddAccessAllowedAce(&guard->list.acl, ACL_REVISION, FILE_ALL_ACCESS, guard->system) &&
           AddAccessAllowedAce(&guard->list.acl, ACL_REVISION, FILE_ALL_ACCESS, guard->administrators) &&
           InitializeSecurityDescriptor(&guard->descriptor, SECURITY_DESCRIPTOR_REVISION) &&
           SetSecurityDescriptorDacl(&guard->descriptor, TRUE, &guard->list.acl, FALSE);
}

static HANDLE open_once(const WCHAR *path, struct guard *guard)
{
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, &guard->descriptor, FALSE};

    return CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, &attributes, OPEN_ALWAYS,
                       FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM, NULL);
}

/* Another one has it; or it is just being deleted by an uninstall. */
static bool is_busy(DWORD error)
{
    return error == ERROR_SHARING_VIOLATION || error == ERROR_DELETE_PENDING;
}

static bool open_lock(const WCHAR *path, struct up_settings_lock *lock, struct up_problem *problem)
{
    const DWORD began = GetTickCount();
    struct guard guard;
    HANDLE file = INVALID_HANDLE_VALUE;
    char text[1040];
    DWORD error;

    if (!guard_make(&guard)) {
        error = GetLastError();
        up_problem_set(problem, error, NULL, "cannot make an access list");
        guard_free(&guard);
        return false;
    }
    for (;;) {
        file = open_once(path, &guard);
        error = GetLastError();
        if (file != INVALID_HANDLE_VALUE || !is_busy(error) || GetTickCount() - began >= UP_SETTINGS_LOCK_MS) {
            break;
        }
        Sleep(LOCK_POLL_MS);
    }
    guard_free(&guard);
    lock->file = file;
    if (file != INVALID_HANDLE_VALUE) {
        return true;
    }
    up_utf8(path, text, sizeof text);
    if (is_busy(error)) {
        up_problem_say(
            problem, error, "Wait until it is done, or end it, and try again.",
            "another program is changing UserPort's settings, or installs it: it has %s open for more than %u s", text,
            UP_SETTINGS_LOCK_MS / 1000u);
    } else {
        up_problem_set(problem, error, error == ERROR_ACCESS_DENIED ? "Do it as an administrator." : NULL,
                       "cannot open %s, which keeps two programs from changing UserPort at the same time", text);
    }
    return false;
}

bool up_settings_lock(struct up_settings_lock *lock, struct up_problem *problem)
{
    WCHAR path[MAX_PATH];

    lock->file = NULL;
    lock->is_inner = owner == GetCurrentThreadId();
    if (!lock->is_inner) {
        if (!up_windows_folder(path) || !up_path_join(path, path, LOCK_NAME)) {
            up_problem_set(problem, GetLastError(), NULL, "cannot find Windows' folder");
            return false;
        }
        if (!open_lock(path, lock, problem)) {
            return false;
        }
    }
    owner = GetCurrentThreadId();
    holds++;
    return true;
}

void up_settings_unlock(struct up_settings_lock *lock)
{
    holds--;
    if (!lock->is_inner) {
        owner = 0;
        CloseHandle(lock->file);
    }
}

/* Who waits for the file makes a new one. DeleteFile opens it once more, which it would not be shared with. */
void up_settings_unlock_for_good(struct up_settings_lock *lock)
{
    WCHAR path[MAX_PATH];

    up_settings_unlock(lock);
    if (!lock->is_inner && up_windows_folder(path) && up_path_join(path, path, LOCK_NAME)) {
        SetFileAttributesW(path, FILE_ATTRIBUTE_NORMAL);
        DeleteFileW(path);
    }
}
