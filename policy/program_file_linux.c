/* SPDX-License-Identifier: MIT
 *
 * program_file.h: by names, for messages. run/userport-run.c judges by descriptors.
 */
#include "program_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The file that the name leads to is the one to be named. */
static bool describe_link(const char *link, const char *path, char *text, size_t size)
{
    char target[PATH_MAX];
    const ssize_t length = readlink(link, target, sizeof target - 1);
    char *whole = realpath(path, NULL);

    target[length > 0 ? length : 0] = '\0';
    (void)snprintf(text, size, whole != NULL ? "%s is a symbolic link to %s: name %s" : "%s is a symbolic link to %s",
                   link, target, whole);
    free(whole);
    return true;
}

/* Of the path, or of a folder on it. Result: true: it cannot be looked at, is a symbolic link, or on what users may mount, as text says. */
static bool is_out_of_reach(const char *name, const char *path, struct stat *status, char *text, size_t size)
{
    struct statvfs system;

    if (lstat(name, status) != 0) {
        (void)snprintf(text, size, "cannot look at %s: %s (%d)", name, strerror(errno), errno);
        return true;
    }
    if (S_ISLNK(status->st_mode)) {
        return describe_link(name, path, text, size);
    }
    if (statvfs(name, &system) != 0 || (system.f_flag & ST_NOSUID) != 0) {
        (void)snprintf(text, size,
                       "%s is on a file system that is mounted nosuid, as those are that users may mount: put the "
                       "program elsewhere",
                       name);
        return true;
    }
    return false;
}

static bool judge_folder(const char *folder, const char *path, char *text, size_t size)
{
    struct stat status;

    if (is_out_of_reach(folder, path, &status, text, size)) {
        return true;
    }
    if (!S_ISDIR(status.st_mode)) {
        (void)snprintf(text, size, "%s is no folder", folder);
    } else if (status.st_uid != 0) {
        (void)snprintf(text, size, "the folder %s belongs to user %lu, not to root: put the program elsewhere", folder,
                       (unsigned long)status.st_uid);
    } else if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        (void)snprintf(text, size, "others than root may write to the folder %s: put the program elsewhere", folder);
    } else {
        return false;
    }
    return true;
}

static bool is_elf(const char *path)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    char magic[4] = "";
    const bool known = file >= 0 && read(file, magic, sizeof magic) == (ssize_t)sizeof magic;

    if (file >= 0) {
        close(file);
    }
    return known && memcmp(magic, "\177ELF", sizeof magic) == 0;
}

static bool judge_file(const char *path, char *text, size_t size)
{
    struct stat status;

    if (is_out_of_reach(path, path, &status, text, size)) {
        return true;
    }
    if (!S_ISREG(status.st_mode)) {
        (void)snprintf(text, size, "%s is no file", path);
    } else if (status.st_uid != 0) {
        (void)snprintf(text, size, "%s belongs to user %lu, not to root, who could change it: chown root %s", path,
                       (unsigned long)status.st_uid, path);
    } else if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        (void)snprintf(text, size, "others than root may write to %s: chmod go-w %s", path, path);
    } else if (access(path, R_OK) != 0) {
        (void)snprintf(text, size, "%s cannot be read by this user, for userport-run to look at it: chmod +r %s", path,
                       path);
    } else if (!is_elf(path)) {
        (void)snprintf(text, size, "%s is a script or no program: rules name programs of machine code alone", path);
    } else {
        return false;
    }
    return true;
}

bool up_rule_program_problem(const struct up_rule *rule, char *text, size_t size)
{
    return !rule->any_program && up_program_file_problem(rule->program, text, size);
}

bool up_program_file_problem(const char *path, char *text, size_t size)
{
    char folder[PATH_MAX];
    const char *slash = path;
    size_t length;

    while ((slash = strchr(slash, '/')) != NULL) {
        length = slash == path ? 1 : (size_t)(slash - path);
        if (length >= sizeof folder) {
            (void)snprintf(text, size, "the path is too long");
            return true;
        }
        memcpy(folder, path, length);
        folder[length] = '\0';
        if (judge_folder(folder, path, text, size)) {
            return true;
        }
        slash++;
    }
    return judge_file(path, text, size);
}
