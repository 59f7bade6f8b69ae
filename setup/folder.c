/* SPDX-License-Identifier: MIT
 *
 * Makes the folder to install into, so that nobody but administrators can ever write there. The
 * setup contains this program and runs it from its own folder for temporary files before it writes
 * anything else:
 *
 *     folder.exe FOLDER OLD ASIDE PROGRAMS
 *
 * OLD: the folder of the installed version, or "". ASIDE: a name that is free. PROGRAMS: the
 * Program Files folder, whose access list is left to Windows.
 *
 * Exit status:
 *
 * - 0: FOLDER is ready.
 * - 1: It is not; the output says why.
 * - 2: FOLDER is ready, but others could write in OLD, so that nothing in it can be trusted, not
 *   even a list of files; the output says so.
 * - 3: The same as 2; OLD, which is the same folder as FOLDER, was renamed to ASIDE, and FOLDER is
 *   new.
 *
 * A new folder is created with its access list. An existing folder in which others can write is not
 * corrected: whoever has it open with the right to change its list keeps that right, and its
 * contents may be anybody's. It is renamed if it is UserPort's, and refused otherwise.
 */
#include <stdio.h>
#include <string.h>

#include "control/permissions.h"
#include "winutil/winutil.h"
#include "control/error_detail.h"

enum { READY, REFUSED, NOT_BELIEVED, SET_ASIDE };

#define NAME_MAX_BYTES 1040u
#define LEVELS_MAX     16u /* our own path has three */
#define ROOT_LENGTH    3u  /* C:\ */

/*
 * The rights with which somebody could put another folder in the place of one: by the list of the
 * folder itself, and by that of the folder above.
 */
#define MOVING       (DELETE | WRITE_DAC | WRITE_OWNER | GENERIC_ALL)
#define MOVING_BELOW (FILE_DELETE_CHILD | WRITE_DAC | WRITE_OWNER | GENERIC_ALL)

static void say(const char *format, const WCHAR *path, const char *more)
{
    char name[NAME_MAX_BYTES];

    up_utf8(path, name, sizeof name);
    printf(format, name, more);
}

static int refuse(const char *format, const WCHAR *path, const char *more)
{
    say(format, path, more);
    return REFUSED;
}

static int refuse_for_code(const char *format, const WCHAR *path, DWORD code)
{
    char text[200], more[240];

    up_error_detail_system_text(code, text, sizeof text);
    snprintf(more, sizeof more, "%s (%lu)", text, (unsigned long)code);
    return refuse(format, path, more);
}

/* ---- what exists ----------------------------------------------------------------------------- */

/* A path that does not exist counts as a link: GetFileAttributes then returns all bits set. */
static bool is_link(const WCHAR *path)
{
    return (GetFileAttributesW(path) & FILE_ATTRIBUTE_REPARSE_POINT) != 0;
}

static bool is_there(const WCHAR *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static bool is_folder(const WCHAR *path)
{
    const DWORD attributes = GetFileAttributesW(path);

    return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
}

/* FAT has neither access lists nor links. */
static bool has_access_lists(const WCHAR *path)
{
    WCHAR root[ROOT_LENGTH + 1] = {path[0], L':', L'\\', L'\0'};
    DWORD flags = 0;

    return !GetVolumeInformationW(root, NULL, 0, NULL, NULL, &flags, NULL, 0) ||
           (flags & FILE_PERSISTENT_ACLS) != 0;
}

#define WHY_BYTES 100u

/*
 * Checks that nobody else could have written into the folder or into anything in it. Result: false;
 * why says who could, or what else is wrong.
 */
static bool is_ours_alone(const WCHAR *folder, unsigned level, char why[WHY_BYTES])
{
    WIN32_FIND_DATAW found;
    WCHAR path[MAX_PATH];
    HANDLE search;
    bool is_safe = true;

    if (is_link(folder) || level > LEVELS_MAX || !up_path_join(path, folder, L"*")) {
        strcpy(why, is_link(folder) ? "it is a link, or has one in it" : "its paths are too long");
        return false;
    }
    if (up_folder_is_safe(folder, UP_FOLDER_WRITING, true, why, WHY_BYTES) != UP_YES) {
        return false;
    }
    search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE) {
        return GetLastError() == ERROR_FILE_NOT_FOUND;
    }
    do {
        if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0) {
            continue;
        }
        if (!up_path_join(path, folder, found.cFileName)) {
            strcpy(why, "its paths are too long");
            is_safe = false;
        } else if ((found.dwFileAttributes &
                    (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT)) != 0) {
            is_safe = is_ours_alone(path, level + 1, why);
        } else {
            is_safe = up_file_is_safe(path, why, WHY_BYTES) == UP_YES;
        }
    } while (is_safe && FindNextFileW(search, &found));
    is_safe = is_safe && GetLastError() == ERROR_NO_MORE_FILES;
    FindClose(search);
    return is_safe;
}

static bool is_believed(const WCHAR *folder, char why[WHY_BYTES])
{
    why[0] = '\0';
    if (!has_access_lists(folder) || is_ours_alone(folder, 0, why)) {
        return true;
    }
    if (why[0] == '\0') {
        strcpy(why, "it cannot be looked at");
    }
    return false;
}

/* ---- making folders -------------------------------------------------------------------------- */

struct guard {
    SECURITY_DESCRIPTOR descriptor;
    union {
        ACL acl;
        BYTE bytes[256];
    } list;
};

static bool allow(struct guard *guard, PSID sid, DWORD rights)
{
    void *entry;

    if (!AddAccessAllowedAce(&guard->list.acl, ACL_REVISION, rights, sid) ||
        !GetAce(&guard->list.acl, guard->list.acl.AceCount - 1u, &entry)) {
        return false;
    }
    /* By hand, since AddAccessAllowedAceEx came with Windows 2000. */
    ((ACE_HEADER *)entry)->AceFlags = OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE;
    return true;
}

/*
 * Makes the access list O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU). It is
 * protected, because NTFS since Windows 2000 would otherwise add the entries that the folder above
 * hands down. The flag is set by hand, since SetSecurityDescriptorControl came with Windows 2000
 * too.
 */
static bool guard_make(struct guard *guard)
{
    static PSID system, administrators, users;
    SID_IDENTIFIER_AUTHORITY authority = {SECURITY_NT_AUTHORITY};

    if (users == NULL &&
        (!AllocateAndInitializeSid(&authority, 1, SECURITY_LOCAL_SYSTEM_RID, 0, 0, 0, 0, 0, 0, 0,
                                   &system) ||
         !AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID,
                                   DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0, 0, &administrators) ||
         !AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID,
                                   DOMAIN_ALIAS_RID_USERS, 0, 0, 0, 0, 0, 0, &users))) {
        return false;
    }
    if (!InitializeAcl(&guard->list.acl, sizeof guard->list, ACL_REVISION) ||
        !allow(guard, system, FILE_ALL_ACCESS) || !allow(guard, administrators, FILE_ALL_ACCESS) ||
        !allow(guard, users, FILE_GENERIC_READ | FILE_GENERIC_EXECUTE) ||
        !InitializeSecurityDescriptor(&guard->descriptor, SECURITY_DESCRIPTOR_REVISION) ||
        !SetSecurityDescriptorOwner(&guard->descriptor, administrators, FALSE) ||
        !SetSecurityDescriptorDacl(&guard->descriptor, TRUE, &guard->list.acl, FALSE)) {
        return false;
    }
    guard->descriptor.Control |= SE_DACL_PROTECTED;
    return true;
}

/*
 * Creates a folder with that list. Result: false with GetLastError; ERROR_ALREADY_EXISTS if
 * anything of that name exists.
 */
static bool make_folder(const WCHAR *path)
{
    struct guard guard;
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, &guard.descriptor, FALSE};

    return guard_make(&guard) && CreateDirectoryW(path, &attributes);
}

/* ---- the folders above ----------------------------------------------------------------------- */

static bool is_in(const WCHAR *path, const WCHAR *folder)
{
    const size_t length = wcslen(folder);

    return length > ROOT_LENGTH && _wcsnicmp(path, folder, length) == 0 && path[length] == L'\\';
}

/*
 * Checks or creates one of the folders above. If it exists, nobody else may be able to put another
 * folder in its place.
 */
static int check_above(const WCHAR *path, bool is_windows_own)
{
    const bool is_root = wcslen(path) == ROOT_LENGTH;
    char who[WHY_BYTES];

    if (!is_root && !is_there(path) &&
        (make_folder(path) || GetLastError() != ERROR_ALREADY_EXISTS)) {
        return is_there(path)
                   ? READY
                   : refuse_for_code("The folder %s cannot be made: %s.", path, GetLastError());
    }
    if (is_windows_own || !has_access_lists(path)) {
        return READY;
    }
    if (!is_root && (!is_folder(path) || is_link(path))) {
        return refuse(
            "%s is no folder, or a link to another one. Choose another folder to install into%s.",
            path, "");
    }
    if (up_folder_is_safe(path, is_root ? MOVING_BELOW : MOVING | MOVING_BELOW, false, who,
                          sizeof who) != UP_YES) {
        return refuse("In %s others than administrators can put another folder in the place of "
                      "UserPort's (%s). Choose "
                      "one in Windows' folder of programs.",
                      path, who[0] != '\0' ? who : "its access list cannot be read");
    }
    return READY;
}

static int check_all_above(const WCHAR *folder, const WCHAR *programs)
{
    WCHAR path[MAX_PATH];
    const WCHAR *end = folder + ROOT_LENGTH - 1;
    int result = READY;

    for (; result == READY && end != NULL; end = wcschr(end + 1, L'\\')) {
        const size_t length =
            end == folder + ROOT_LENGTH - 1 ? ROOT_LENGTH : (size_t)(end - folder);

        memcpy(path, folder, length * sizeof *path);
        path[length] = L'\0';
        result = check_above(path, is_in(folder, programs));
    }
    return result;
}

/* ---- the folder ------------------------------------------------------------------------------ */

static int refuse_to_make(const WCHAR *folder)
{
    return refuse_for_code("The folder %s cannot be made: %s.", folder, GetLastError());
}

static bool is_same_folder(const WCHAR *one, const WCHAR *other)
{
    WCHAR first[MAX_PATH], second[MAX_PATH];

    return one[0] != L'\0' && other[0] != L'\0' && GetShortPathNameW(one, first, MAX_PATH) > 0 &&
           GetShortPathNameW(other, second, MAX_PATH) > 0 && _wcsicmp(first, second) == 0;
}

/* Replaces an existing folder in which others can write. */
static int replace(const WCHAR *folder, const WCHAR *old, const WCHAR *aside, const char *why)
{
    if (RemoveDirectoryW(folder)) { /* it was empty, and not the target of a link */
        return make_folder(folder) ? READY : refuse_to_make(folder);
    }
    if (!is_same_folder(folder, old)) {
        return refuse("The folder %s is there, and others than administrators can write in it, or "
                      "could (%s). Choose another "
                      "one, which is not there yet; or delete it.",
                      folder, why);
    }
    if (!MoveFileExW(folder, aside, 0)) {
        return refuse_for_code("Others than administrators can write in %s, so that it has to be "
                               "replaced, and it cannot be "
                               "renamed: %s. Close the programs that use it.",
                               folder, GetLastError());
    }
    if (!make_folder(folder)) {
        const DWORD code = GetLastError();

        MoveFileExW(aside, folder, 0);
        SetLastError(code);
        return refuse_to_make(folder);
    }
    say("The folder where UserPort was is %s now, as others than administrators can write in it, "
        "or could (%s). Nothing in it was deleted: delete it when you have taken out what you "
        "need.",
        aside, why);
    return SET_ASIDE;
}

static int prepare(const WCHAR *folder, const WCHAR *old, const WCHAR *aside, const WCHAR *programs)
{
    char why[WHY_BYTES];
    int result = check_all_above(folder, programs);

    if (result != READY) {
        return result;
    }
    if (!is_there(folder) && make_folder(folder)) {
        result = READY;
    } else if (!is_folder(folder) || is_link(folder)) {
        return is_there(folder)
                   ? refuse("%s is no folder, or a link to another one. Choose another folder%s.",
                            folder, "")
                   : refuse_to_make(folder);
    } else if (!is_believed(folder, why)) {
        result = replace(folder, old, aside, why);
    }
    /*
     * Check the folder that was found or has just been made, so that nobody can have put anything
     * there in between.
     */
    if (result != REFUSED && !is_believed(folder, why)) {
        return refuse(
            "Others than administrators can write in the folder %s, also as it was made: %s.",
            folder, why);
    }
    if (result == READY && old[0] != L'\0' && is_there(old) && !is_believed(old, why)) {
        say("Others than administrators can write in %s, where UserPort was, or could (%s). "
            "Nothing in it was deleted: delete it when you have taken out what you need.",
            old, why);
        return NOT_BELIEVED;
    }
    return result;
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    WCHAR folder[MAX_PATH], *name;
    DWORD length;

    up_system_harden();
    if (argc != 5) {
        return REFUSED;
    }
    /* Leaves room for our file names. */
    length = GetFullPathNameW(argv[1], MAX_PATH - 40, folder, &name);
    if (length >= MAX_PATH - 40 || length <= ROOT_LENGTH || folder[1] != L':') {
        return refuse("UserPort cannot be installed into %s: that has to be a folder on a drive, "
                      "with a path that is not too "
                      "long%s.",
                      argv[1], "");
    }
    if (folder[length - 1] == L'\\') {
        folder[length - 1] = L'\0';
    }
    return prepare(folder, argv[2], argv[3], argv[4]);
}
