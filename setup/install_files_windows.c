/* SPDX-License-Identifier: MIT
 *
 * Installs and removes files (install_files.h). Three kinds of names next to a place are ours:
 * NAME.up-new is being written; NAME.up-old is a copy of the former file; NAME.0.gone to
 * NAME.9.gone are in use and will be deleted at a restart. A file with one of these names is
 * deleted and created anew: nothing is ever written into a file, or through a link, that somebody
 * else has put there.
 */
#include "install_files.h"

#include <string.h>

#define COPY_BYTES 65536u
#define IN_USE_MAX 10u /* names for files that are in use when removed */

static bool beside(const WCHAR *place, const WCHAR *ending, WCHAR path[MAX_PATH])
{
    if (wcslen(place) + wcslen(ending) >= MAX_PATH) {
        SetLastError(ERROR_FILENAME_EXCED_RANGE);
        return false;
    }
    wcscat(wcscpy(path, place), ending);
    return true;
}

static bool copy_bytes(HANDLE from, HANDLE to)
{
    BYTE *buffer = HeapAlloc(GetProcessHeap(), 0, COPY_BYTES);
    DWORD got, put;
    bool done = false;

    if (buffer == NULL) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return false;
    }
    while (ReadFile(from, buffer, COPY_BYTES, &got, NULL)) {
        if (got == 0) {
            done = FlushFileBuffers(to);
            break;
        }
        if (!WriteFile(to, buffer, got, &put, NULL)) {
            break;
        }
        if (put != got) {
            SetLastError(ERROR_DISK_FULL);
            break;
        }
    }
    HeapFree(GetProcessHeap(), 0, buffer);
    return done;
}

static bool exists(const WCHAR *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static bool is_file(const WCHAR *path)
{
    /* INVALID_FILE_ATTRIBUTES has the bit too. */
    return (GetFileAttributesW(path) & FILE_ATTRIBUTE_DIRECTORY) == 0;
}

/*
 * Creates a file with the access list of its folder and the group Administrators as owner. Windows
 * XP would make the creating user its owner, who need not remain an administrator. If the file
 * system has no owners, or the caller may not set the owner, it stays as created.
 */
static HANDLE create_new(const WCHAR *path)
{
    SID_IDENTIFIER_AUTHORITY authority = {SECURITY_NT_AUTHORITY};
    SECURITY_DESCRIPTOR descriptor;
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, &descriptor, FALSE};
    HANDLE file = INVALID_HANDLE_VALUE;
    PSID administrators;

    if (AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID,
                                 DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0, 0, &administrators)) {
        if (InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION) &&
            SetSecurityDescriptorOwner(&descriptor, administrators, FALSE)) {
            file = CreateFileW(path, GENERIC_WRITE, 0, &attributes, CREATE_NEW,
                               FILE_ATTRIBUTE_NORMAL, NULL);
        }
        FreeSid(administrators);
    }
    return file != INVALID_HANDLE_VALUE
               ? file
               : CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, NULL);
}

/* Copies a file. The copy is on the disk when this returns. */
static bool copy_file(const WCHAR *from, const WCHAR *to)
{
    HANDLE source = CreateFileW(from, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL,
                                OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    HANDLE target;
    DWORD error;
    bool done;

    if (source == INVALID_HANDLE_VALUE) {
        return false;
    }
    DeleteFileW(to);
    target = create_new(to);
    done = target != INVALID_HANDLE_VALUE && copy_bytes(source, target);
    error = GetLastError();
    if (target != INVALID_HANDLE_VALUE) {
        CloseHandle(target);
        if (!done) {
            DeleteFileW(to);
        }
    }
    CloseHandle(source);
    SetLastError(error);
    return done;
}

/* The name NAME.0.gone and so on. */
static bool name_of_gone(const WCHAR *place, unsigned number, WCHAR path[MAX_PATH])
{
    WCHAR ending[] = L".0.gone";

    ending[1] = (WCHAR)(L'0' + number);
    return beside(place, ending, path);
}

/*
 * Renames a file that is in use. Names of earlier files that still wait for a restart are skipped.
 */
static bool move_out_of_the_way(const WCHAR *place, WCHAR path[MAX_PATH])
{
    unsigned i;

    for (i = 0; i < IN_USE_MAX; i++) {
        if (!name_of_gone(place, i, path)) {
            return false;
        }
        if (MoveFileExW(place, path, 0)) {
            return true;
        }
        if (GetLastError() != ERROR_ALREADY_EXISTS && GetLastError() != ERROR_FILE_EXISTS) {
            return false;
        }
    }
    return false;
}

/*
 * Moves the new file into place in one step. A file that is in use, such as a library, is renamed
 * first, since NT renames a file whose code is running but does not replace it.
 */
static bool take_place(const WCHAR *new_path, const WCHAR *place, bool had_before)
{
    WCHAR gone[MAX_PATH];
    DWORD error;

    if (MoveFileExW(new_path, place, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) {
        return true;
    }
    error = GetLastError();
    if (!had_before || !move_out_of_the_way(place, gone)) {
        SetLastError(error);
        return false;
    }
    if (!MoveFileExW(new_path, place, MOVEFILE_WRITE_THROUGH)) {
        MoveFileExW(gone, place, 0);
        SetLastError(error);
        return false;
    }
    MoveFileExW(gone, NULL, MOVEFILE_DELAY_UNTIL_REBOOT);
    return true;
}

static bool put(const WCHAR *from, const WCHAR *place, struct up_staged_file *staged)
{
    WCHAR new_path[MAX_PATH], old_path[MAX_PATH];
    DWORD error;

    if (!beside(place, L".up-new", new_path) || !beside(place, L".up-old", old_path)) {
        return false;
    }
    wcscpy(staged->place, place);
    staged->had_before = exists(place);
    if (!copy_file(from, new_path)) {
        return false;
    }
    if ((!staged->had_before || copy_file(place, old_path)) &&
        take_place(new_path, place, staged->had_before)) {
        staged->is_new = true;
        return true;
    }
    error = GetLastError();
    DeleteFileW(new_path);
    if (staged->had_before && !exists(place)) {
        MoveFileExW(old_path, place, MOVEFILE_WRITE_THROUGH);
    } else {
        DeleteFileW(old_path);
    }
    SetLastError(error);
    return false;
}

void up_file_sweep(const WCHAR *place)
{
    WCHAR old_path[MAX_PATH], path[MAX_PATH];
    void *cookie = up_redirection_off();
    unsigned i;

    if (beside(place, L".up-old", old_path) && is_file(old_path)) {
        if (exists(place)) {
            DeleteFileW(old_path);
        } else {
            MoveFileExW(old_path, place, MOVEFILE_WRITE_THROUGH);
        }
    }
    if (beside(place, L".up-new", path)) {
        DeleteFileW(path);
    }
    for (i = 0; i < IN_USE_MAX; i++) {
        if (name_of_gone(place, i, path)) {
            DeleteFileW(path);
        }
    }
    up_redirection_on(cookie);
}

bool up_file_stage(const WCHAR *from, const WCHAR *place, const char *what,
                   struct up_staged_file *staged, struct up_error_detail *problem)
{
    char from_text[512], place_text[512];
    void *cookie = up_redirection_off();
    DWORD error;
    bool done;

    memset(staged, 0, sizeof *staged);
    done = put(from, place, staged);
    error = GetLastError();
    up_redirection_on(cookie);
    if (!done) {
        up_utf8(from, from_text, sizeof from_text);
        up_utf8(place, place_text, sizeof place_text);
        up_error_detail_set(
            problem, error,
            error == ERROR_ACCESS_DENIED
                ? "Do it as an administrator; if you are one: a program may have the "
                  "file in use, or protect it."
                : NULL,
            "cannot copy %s, %s, to %s", what, from_text, place_text);
    }
    return done;
}

static enum up_removal remove_one(const WCHAR *place)
{
    WCHAR path[MAX_PATH];
    bool is_aside;
    DWORD error;

    if (DeleteFileW(place)) {
        return UP_REMOVED;
    }
    error = GetLastError();
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) {
        return UP_REMOVED;
    }
    /*
     * If the file kept its name until the restart, the restart would delete a file that is
     * installed in between.
     */
    is_aside = move_out_of_the_way(place, path);
    if (is_aside && MoveFileExW(path, NULL, MOVEFILE_DELAY_UNTIL_REBOOT)) {
        return UP_REMOVED_AT_RESTART;
    }
    if (is_aside) {
        MoveFileExW(path, place, 0);
    }
    SetLastError(error);
    return UP_REMOVE_FAILED;
}

void up_file_commit(struct up_staged_file *staged)
{
    WCHAR old_path[MAX_PATH];
    void *cookie;

    if (staged->is_new && staged->had_before && beside(staged->place, L".up-old", old_path)) {
        cookie = up_redirection_off();
        DeleteFileW(old_path);
        up_redirection_on(cookie);
    }
    staged->is_new = false;
}

bool up_file_rollback(struct up_staged_file *staged)
{
    WCHAR old_path[MAX_PATH];
    void *cookie;

    if (!staged->is_new) {
        return true;
    }
    cookie = up_redirection_off();
    staged->is_new =
        !(staged->had_before ? beside(staged->place, L".up-old", old_path) &&
                                   take_place(old_path, staged->place, exists(staged->place))
                             : remove_one(staged->place) != UP_REMOVE_FAILED);
    up_redirection_on(cookie);
    return !staged->is_new;
}

static bool same_bytes(HANDLE one, HANDLE other)
{
    static BYTE first[4096], second[4096]; /* static is safe: the settings lock is held */
    DWORD got, got_other;

    do {
        if (!ReadFile(one, first, sizeof first, &got, NULL) ||
            !ReadFile(other, second, sizeof second, &got_other, NULL) || got != got_other ||
            memcmp(first, second, got) != 0) {
            return false;
        }
    } while (got > 0);
    return true;
}

static HANDLE open_to_read(const WCHAR *path)
{
    return CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                       0, NULL);
}

bool up_file_equal(const WCHAR *one, const WCHAR *other)
{
    void *cookie = up_redirection_off();
    HANDLE first = open_to_read(one), second = open_to_read(other);
    bool equal = first != INVALID_HANDLE_VALUE && second != INVALID_HANDLE_VALUE &&
                 same_bytes(first, second);

    if (first != INVALID_HANDLE_VALUE) {
        CloseHandle(first);
    }
    if (second != INVALID_HANDLE_VALUE) {
        CloseHandle(second);
    }
    up_redirection_on(cookie);
    return equal;
}

enum up_removal up_file_remove(const WCHAR *place)
{
    void *cookie = up_redirection_off();
    enum up_removal removal;
    WCHAR path[MAX_PATH];

    if (beside(place, L".up-old", path)) {
        DeleteFileW(path); /* before the file, since after an interruption it would be restored */
    }
    removal = remove_one(place);
    up_redirection_on(cookie);
    return removal;
}
