/* SPDX-License-Identifier: MIT
 *
 * Opens and reads the files of the policy (policy_files.h). Files are opened with the rights of the
 * caller, and checked by their descriptors, never by a second look at the name. Whatever is not a
 * regular file of root's is refused: a policy that others can write gives ports to anybody.
 */
#include "policy_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

__attribute__((format(printf, 2, 3))) static bool refuse(struct up_policy_files *files,
                                                         const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(files->message, sizeof files->message, format, arguments);
    va_end(arguments);
    return false;
}

static bool is_trusted(struct up_policy_files *files, int file, const char *name, bool is_folder)
{
    struct stat status;

    if (fstat(file, &status) != 0) {
        return refuse(files, "cannot look at %s: %s (%d)", name, strerror(errno), errno);
    }
    if (is_folder ? !S_ISDIR(status.st_mode) : !S_ISREG(status.st_mode)) {
        return refuse(files,
                      "%s is no %s, so that no port is given: remove it, or give it another name",
                      name, is_folder ? "folder" : "plain file");
    }
    if (status.st_uid != 0) {
        return refuse(
            files, "%s belongs to user %lu, not to root, so that no port is given: chown root %s",
            name, (unsigned long)status.st_uid, name);
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return refuse(files,
                      "others than root may write to %s, so that no port is given: chmod go-w %s",
                      name, name);
    }
    return true;
}

/*
 * Opens a file or folder. O_NONBLOCK keeps a FIFO from blocking us; O_NOFOLLOW refuses symbolic
 * links. Result: the descriptor, or -1 with errno set.
 */
static int open_to_read(int folder, const char *name, int more)
{
    return openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | more);
}

static bool add_file(struct up_policy_files *files, int folder, const char *name, const char *path)
{
    int file;

    if (files->count == UP_POLICY_FILES || strlen(path) >= sizeof files->names[0]) {
        return refuse(files, "%s: there are more than %u files, or its name is too long", path,
                      UP_POLICY_FILES);
    }
    file = open_to_read(folder, name, 0);
    if (file < 0) {
        return refuse(files, "cannot open %s: %s (%d), so that no port is given%s", path,
                      errno == ELOOP ? "it is a symbolic link" : strerror(errno), errno,
                      errno == ELOOP    ? ": put the file itself there"
                      : errno == EACCES ? ": chmod a+r, as root, lets its users read it"
                                        : "");
    }
    files->files[files->count] = file;
    memcpy(files->names[files->count++], path, strlen(path) + 1);
    return is_trusted(files, file, path, false);
}

static int is_policy_name(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name);

    return entry->d_name[0] != '.' && length > 5 &&
           strcmp(entry->d_name + length - 5, ".conf") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static bool add_folder(struct up_policy_files *files, int folder)
{
    struct dirent **entries = NULL;
    char path[sizeof files->names[0] + 256];
    bool done = true;
    int count, i;

    if (!is_trusted(files, folder, UP_POLICY_FOLDER, true)) {
        return false;
    }
    count = scandirat(folder, ".", &entries, is_policy_name, by_bytes);
    if (count < 0) {
        return refuse(files, "cannot list %s: %s (%d)", UP_POLICY_FOLDER, strerror(errno), errno);
    }
    for (i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", UP_POLICY_FOLDER, entries[i]->d_name);
        done = done && add_file(files, folder, entries[i]->d_name, path);
        free(entries[i]);
    }
    free(entries);
    return done;
}

static bool open_accounts(struct up_policy_files *files)
{
    files->passwd = open_to_read(AT_FDCWD, "/etc/passwd", 0);
    files->group = open_to_read(AT_FDCWD, "/etc/group", 0);
    if (files->passwd < 0 || files->group < 0) {
        return refuse(files, "cannot open /etc/passwd and /etc/group: %s (%d)", strerror(errno),
                      errno);
    }
    return is_trusted(files, files->passwd, "/etc/passwd", false) &&
           is_trusted(files, files->group, "/etc/group", false);
}

static bool open_all(struct up_policy_files *files)
{
    const int etc = open_to_read(AT_FDCWD, "/etc", O_DIRECTORY);
    int folder = -1;
    bool done = false;

    if (etc < 0) {
        return refuse(files, "cannot open /etc: %s (%d)", strerror(errno), errno);
    }
    if (!is_trusted(files, etc, "/etc", true)) {
        goto out;
    }
    if (faccessat(etc, "userport.conf", F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        if (!add_file(files, etc, "userport.conf", UP_POLICY_FILE)) {
            goto out;
        }
    } else if (errno != ENOENT) {
        refuse(files, "cannot look for %s: %s (%d)", UP_POLICY_FILE, strerror(errno), errno);
        goto out;
    }
    folder = open_to_read(etc, "userport.conf.d", O_DIRECTORY);
    if (folder < 0 && errno != ENOENT) {
        refuse(files, "cannot open %s: %s (%d), so that no port is given%s", UP_POLICY_FOLDER,
               strerror(errno), errno,
               errno == EACCES ? ": chmod a+rx, as root, lets its users look into it" : "");
        goto out;
    }
    done = (folder < 0 || add_folder(files, folder)) && open_accounts(files);
out:
    if (folder >= 0) {
        close(folder);
    }
    close(etc);
    return done;
}

static bool open_draft(struct up_policy_files *files, const char *path)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (file < 0 || strlen(path) >= sizeof files->names[0]) {
        return refuse(files, "cannot open %.200s: %s (%d)", path,
                      strerror(file < 0 ? errno : ENAMETOOLONG), file < 0 ? errno : ENAMETOOLONG);
    }
    files->files[0] = file;
    memcpy(files->names[0], path, strlen(path) + 1);
    files->count = 1;
    return open_accounts(files);
}

bool up_policy_open(struct up_policy_files *files, const char *draft)
{
    memset(files, 0, sizeof *files);
    files->passwd = files->group = -1;
    if (draft != NULL ? open_draft(files, draft) : open_all(files)) {
        return true;
    }
    up_policy_close(files);
    return false;
}

void up_policy_close(struct up_policy_files *files)
{
    unsigned i;

    for (i = 0; i < files->count; i++) {
        close(files->files[i]);
    }
    files->count = 0;
    if (files->passwd >= 0) {
        close(files->passwd);
    }
    if (files->group >= 0) {
        close(files->group);
    }
    files->passwd = files->group = -1;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Reads a whole file. Result: false if it cannot be read, or has more than room bytes. */
static bool read_text(int file, char *buffer, size_t room, const char *name, struct up_text *text)
{
    size_t length = 0;

    text->name = name;
    text->text = buffer;
    while (length <= room) {
        const ssize_t got = read(file, buffer + length, room + 1 - length);

        if (got < 0) {
            return false;
        }
        if (got == 0) {
            text->length = length;
            return true;
        }
        length += (size_t)got;
    }
    return false;
}

bool up_policy_files_read(const struct up_policy_files *files, struct up_rules *rules,
                          struct up_text *passwd)
{
    static char buffers[UP_POLICY_FILES][UP_POLICY_BYTES + 1];
    static char passwd_buffer[UP_ACCOUNT_BYTES + 1], group_buffer[UP_ACCOUNT_BYTES + 1];
    struct up_text texts[UP_POLICY_FILES], group;
    const char *unreadable = NULL;
    unsigned most = UP_POLICY_BYTES;
    unsigned i;

    for (i = 0; i < files->count && unreadable == NULL; i++) {
        if (!read_text(files->files[i], buffers[i], UP_POLICY_BYTES, files->names[i], &texts[i])) {
            unreadable = files->names[i];
        }
    }
    most = unreadable == NULL ? UP_ACCOUNT_BYTES : most;
    if (unreadable == NULL &&
        !read_text(files->passwd, passwd_buffer, UP_ACCOUNT_BYTES, "/etc/passwd", passwd)) {
        unreadable = "/etc/passwd";
    }
    if (unreadable == NULL &&
        !read_text(files->group, group_buffer, UP_ACCOUNT_BYTES, "/etc/group", &group)) {
        unreadable = "/etc/group";
    }
    if (unreadable != NULL) {
        rules->count = 0;
        rules->file = rules->line = rules->column = 0;
        (void)snprintf(rules->message, sizeof rules->message,
                       "%s cannot be read, or is larger than %u bytes", unreadable, most);
        return false;
    }
    return up_rules_read(rules, texts, files->count, passwd, &group);
}
