/* SPDX-License-Identifier: MIT
 *
 * Opens and checks a program file (program_file.h). It walks from the root by descriptors, so that
 * no name is looked up twice. Full names are used for messages only.
 */
#include "program_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The file that is being checked: the program, or a folder on the way to it. */
struct step {
    const char *path;    /* the full path of the program */
    char name[PATH_MAX]; /* the beginning of path, up to the file being checked */
    bool is_folder;
    char *why;
    size_t size;
};

__attribute__((format(printf, 2, 3))) static bool refuse(const struct step *step,
                                                         const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(step->why, step->size, format, arguments);
    va_end(arguments);
    return false;
}

/* Refuses a symbolic link, and names the file that the link leads to, which a rule may name. */
static bool refuse_link(const struct step *step)
{
    char target[256];
    const ssize_t length = readlink(step->name, target, sizeof target - 1);
    char *whole = realpath(step->path, NULL);

    target[length > 0 ? length : 0] = '\0';
    (void)refuse(step,
                 whole != NULL ? "%s is a symbolic link to %s: name %s"
                               : "%s is a symbolic link to %s",
                 step->name, target, whole);
    free(whole);
    return false;
}

static bool refuse_to_open(const struct step *step)
{
    if (errno == ELOOP) {
        return refuse_link(step);
    }
    if (errno == EACCES && !step->is_folder) {
        return refuse(step,
                      "%s cannot be read by this user, for userport-run to look at it: chmod +r %s",
                      step->name, step->name);
    }
    return refuse(step, "cannot look at %s: %s (%d)", step->name, strerror(errno), errno);
}

/*
 * Can only root replace or change the file? On a file system that users may mount, such as FUSE or
 * a USB stick, owner and mode prove nothing, because whoever made it chose them. Such a file system
 * is always mounted nosuid.
 */
static bool is_roots_alone(const struct step *step, int file)
{
    struct stat status;
    struct statvfs system;

    if (fstat(file, &status) != 0 || fstatvfs(file, &system) != 0) {
        return refuse_to_open(step);
    }
    if (S_ISLNK(status.st_mode)) {
        return refuse_link(step);
    }
    if ((system.f_flag & ST_NOSUID) != 0) {
        return refuse(step,
                      "%s is on a file system that is mounted nosuid, as those are that users may "
                      "mount: put the program elsewhere",
                      step->name);
    }
    if ((status.st_mode & S_IFMT) != (step->is_folder ? S_IFDIR : S_IFREG)) {
        return refuse(step, "%s is no %s", step->name, step->is_folder ? "folder" : "file");
    }
    if (status.st_uid != 0) {
        return refuse(
            step,
            step->is_folder
                ? "the folder %s belongs to user %lu, not to root: put the program elsewhere"
                : "%s belongs to user %lu, not to root, who could change it: chown root %s",
            step->name, (unsigned long)status.st_uid, step->name);
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return refuse(step,
                      step->is_folder
                          ? "others than root may write to the folder %s: put the program elsewhere"
                          : "others than root may write to %s: chmod go-w %s",
                      step->name, step->name);
    }
    return true;
}

static bool is_elf(const struct step *step, int file)
{
    char magic[4];

    return (pread(file, magic, sizeof magic, 0) == sizeof magic &&
            memcmp(magic, "\177ELF", sizeof magic) == 0) ||
           refuse(step, "%s is a script or no program: rules name programs of machine code alone",
                  step->name);
}

/*
 * Opens the file or folder of that name in the folder at. Result: the descriptor, or -1; then the
 * reason has been written.
 */
static int open_step(const struct step *step, int at, const char *name)
{
    const int how =
        O_CLOEXEC | O_NOFOLLOW | (step->is_folder ? O_PATH : O_RDONLY | O_NONBLOCK | O_NOCTTY);
    int file;

    if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        (void)refuse(step, "%s is no plain path", step->path);
        return -1;
    }
    file = openat(at, name, how);
    if (file < 0) {
        (void)refuse_to_open(step);
    } else if (!is_roots_alone(step, file) || (!step->is_folder && !is_elf(step, file))) {
        close(file);
        return -1;
    }
    return file;
}

int up_program_file_open(const char *path, char *why, size_t size)
{
    static struct step step;
    const char *part = path + 1;
    int at, next;

    step = (struct step){.path = path, .name = "/", .is_folder = true, .why = why, .size = size};
    if (path[0] != '/' || strlen(path) >= sizeof step.name) {
        (void)refuse(&step, "the path is not a full one, or too long");
        return -1;
    }
    at = open_step(&step, AT_FDCWD, "/");
    while (at >= 0 && step.is_folder) {
        const size_t start = (size_t)(part - path), length = strcspn(part, "/");

        step.is_folder = part[length] == '/';
        memcpy(step.name, path, start + length);
        step.name[start + length] = '\0';
        next = open_step(&step, at, step.name + start);
        close(at);
        at = next;
        part += length + 1;
    }
    return at;
}
