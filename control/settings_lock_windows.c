/* SPDX-License-Identifier: MIT
 *
 * The lock of settings_lock.h. It is a file that is open without sharing:
 * %SystemRoot%\system32\drivers\UserPort.lock, empty, which only administrators and the system may
 * open.
 *
 * A mutex would not do: any user can create one of any name first and keep it, in the global name
 * space too, and NT 4.0 has no private name spaces. A file that everybody may read would not do
 * either: a reader that keeps it open causes a sharing violation for the lock. Nor would a file
 * that is deleted with its last handle: whoever may list the folder can keep it in the state of
 * being deleted. So the file has an access list of its own, and stays until an uninstall.
 *
 * It lies in the folder of the drivers, because whoever may create files there controls the kernel
 * anyway, while NT 4.0 lets everybody create files in %SystemRoot% and system32. On FAT there are
 * no access lists.
 */
#include "settings_lock.h"

#include "winutil/access_list.h"
#include "control.h"
#include "registry.h"
#include "winutil/winutil.h"

#define LOCK_FILE    L"drivers\\UserPort.lock"
#define LOCK_POLL_MS 15u

/*
 * The thread that holds the lock, and how often. Only that thread changes these variables; another
 * thread never finds its own number there.
 */
static volatile DWORD owner;
static unsigned holds;

/* Only the system and administrators may open the file: D:P(A;;FA;;;SY)(A;;FA;;;BA). */
static const struct up_access openers[] = {UP_BY_SYSTEM(FILE_ALL_ACCESS),
                                           UP_BY_ADMINISTRATORS(FILE_ALL_ACCESS)};

static HANDLE open_once(const WCHAR *path, struct up_access_list *guard)
{
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, &guard->descriptor, FALSE};
    void *cookie = up_redirection_off();
    HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, &attributes, OPEN_ALWAYS,
                              FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM, NULL);

    up_redirection_on(cookie);
    return file;
}

/*
 * Does the error mean that somebody else has the file? Either another program holds the lock, or an
 * uninstall has deleted the file while something, such as a virus scanner, still has it open. The
 * latter is STATUS_DELETE_PENDING, which Win32 reports as "access denied". Callers who are not
 * administrators are denied access in any case.
 */
static bool is_busy(DWORD error)
{
    return error == ERROR_SHARING_VIOLATION || error == ERROR_DELETE_PENDING ||
           (error == ERROR_ACCESS_DENIED && up_driver_is_administrator());
}

static bool open_lock(const WCHAR *path, struct up_settings_lock *lock,
                      struct up_error_detail *problem)
{
    const DWORD began = GetTickCount();
    struct up_access_list guard;
    HANDLE file = INVALID_HANDLE_VALUE;
    char text[1040];
    DWORD error;

    if (!up_access_list_make(&guard, openers, 2, false)) {
        up_error_detail_set(problem, GetLastError(), NULL, "cannot make an access list");
        return false;
    }
    for (;;) {
        file = open_once(path, &guard);
        error = GetLastError();
        if (file != INVALID_HANDLE_VALUE || !is_busy(error) ||
            GetTickCount() - began >= UP_SETTINGS_LOCK_MS) {
            break;
        }
        Sleep(LOCK_POLL_MS);
    }
    up_access_list_free(&guard);
    lock->file = file;
    if (file != INVALID_HANDLE_VALUE) {
        return true;
    }
    up_utf8(path, text, sizeof text);
    if (error == ERROR_SHARING_VIOLATION) {
        up_error_detail_say(problem, error, "Wait until it is done, or end it, and try again.",
                            "another program is changing UserPort's settings, or installs it: it "
                            "has %s open for more than %u s",
                            text, UP_SETTINGS_LOCK_MS / 1000u);
    } else {
        up_error_detail_set(
            problem, error,
            is_busy(error)
                ? "Try again: it is being deleted, by an uninstall, and a program has it open "
                  "still. If it stays so, delete that file, or restart Windows."
            : error == ERROR_ACCESS_DENIED ? "Do it as an administrator."
                                           : NULL,
            "cannot open %s, which keeps two programs from changing UserPort at the same time",
            text);
    }
    return false;
}

static bool lock_path(WCHAR path[MAX_PATH])
{
    return up_system_folder(path) && up_path_join(path, path, LOCK_FILE);
}

bool up_settings_lock(struct up_settings_lock *lock, struct up_error_detail *problem)
{
    WCHAR path[MAX_PATH];

    lock->file = NULL;
    lock->is_inner = owner == GetCurrentThreadId();
    if (!lock->is_inner) {
        if (!lock_path(path)) {
            up_error_detail_set(problem, GetLastError(), NULL, "cannot find the system's folder");
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

/*
 * Releases the lock. A program that waits for the deleted file creates a new one. The file is
 * closed before it is deleted, because DeleteFile opens it once more, and it is not shared.
 */
static void release(const struct up_settings_lock *lock, bool for_good)
{
    WCHAR path[MAX_PATH];
    void *cookie;

    holds--;
    if (lock->is_inner) {
        return;
    }
    owner = 0;
    CloseHandle(lock->file);
    if (for_good && lock_path(path)) {
        cookie = up_redirection_off();
        SetFileAttributesW(path, FILE_ATTRIBUTE_NORMAL);
        DeleteFileW(path);
        up_redirection_on(cookie);
    }
}

static bool is_installed(void)
{
    HKEY key;
    const LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, UP_SETTINGS_KEY, 0, KEY_QUERY_VALUE, &key);

    if (error == ERROR_SUCCESS) {
        RegCloseKey(key);
    }
    return error != ERROR_FILE_NOT_FOUND;
}

void up_settings_unlock(struct up_settings_lock *lock)
{
    release(lock, !lock->is_inner && !is_installed());
}

void up_settings_unlock_for_good(struct up_settings_lock *lock)
{
    release(lock, true);
}
