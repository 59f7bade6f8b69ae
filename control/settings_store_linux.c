/* SPDX-License-Identifier: MIT
 *
 * The settings of settings_store.h on Linux. The list is a file of the policy
 * (policy/grant_file.h), which is replaced as a whole, so that a crash leaves the old or the new
 * one. Scope and Sticky are always 0. The lock file lies where only root can open it, since whoever
 * can open a file can keep a lock on it.
 */
#include "settings_store.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "core/portlist.h"
#include "policy/grant_file.h"
#include "policy/policy_places.h"

#define GRANT_FILE UP_POLICY_FOLDER "/" UP_GRANT_FILE_NAME
/* Its name does not end in .conf, so that it is never part of the policy. */
#define NEW_FILE     ".userportctl.new"
#define LOCK_FILE    "/run/userport.lock"
#define LOCK_SECONDS 5
#define LOGGED_MAX   300

static char why_unusable[UP_RULES_MESSAGE_MAX];

const char *up_store_problem_text(uint32_t problem)
{
    (void)problem; /* there is only one kind */
    return why_unusable;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Reads a file into a terminated string, to be freed. Result: NULL with errno. */
static char *read_text(const char *path, size_t most, size_t *length)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    char *text = file >= 0 ? malloc(most + 1) : NULL;
    ssize_t got = 0;
    int error;

    *length = 0;
    do {
        got = text != NULL ? read(file, text + *length, most + 1 - *length) : -1;
        *length += got > 0 ? (size_t)got : 0;
    } while ((got > 0 && *length <= most) || (got < 0 && text != NULL && errno == EINTR));
    error = got < 0 ? errno : *length > most ? EFBIG : 0;
    if (file >= 0) {
        close(file);
    }
    if (error != 0) {
        free(text);
        errno = error;
        return NULL;
    }
    text[*length] = '\0';
    return text;
}

/* Reads the three files. Result: false with errno; *missing is the file that cannot be read. */
static bool read_texts(struct up_text *file, struct up_text *passwd, struct up_text *group,
                       const char **missing)
{
    struct up_text *const texts[] = {file, passwd, group};
    static const char *const names[] = {GRANT_FILE, "/etc/passwd", "/etc/group"};
    size_t i;

    for (i = 0; i < 3; i++) {
        texts[i]->name = names[i];
        texts[i]->text =
            read_text(names[i], i == 0 ? UP_GRANT_FILE_BYTES : UP_ACCOUNT_BYTES, &texts[i]->length);
        if (texts[i]->text == NULL) {
            *missing = names[i];
            return false;
        }
    }
    return true;
}

bool up_store_read(struct up_stored_settings *settings, struct up_error_detail *problem)
{
    struct up_text file = {0}, passwd = {0}, group = {0};
    const char *missing = NULL;
    bool done = true;

    memset(settings, 0, sizeof *settings);
    settings->is_there = true;
    up_portset_deny_all(&settings->values.ports);
    if (read_texts(&file, &passwd, &group, &missing)) {
        if (!up_grant_file_read(&file, &passwd, &group, &settings->values.ports, why_unusable)) {
            settings->values.problems = UP_SETTINGS_IOPM_UNREADABLE;
        }
    } else if (missing != file.name || (errno != ENOENT && errno != ENOTDIR)) {
        up_error_detail_set(problem, (uint32_t)errno, NULL, "cannot read %s", missing);
        done = false;
    }
    free((void *)(uintptr_t)file.text);
    free((void *)(uintptr_t)passwd.text);
    free((void *)(uintptr_t)group.text);
    return done;
}

/* ---- writing --------------------------------------------------------------------------------- */

/*
 * Takes the lock. Closing the descriptor, or the end of the process, releases it. Result: the
 * descriptor, or -1 with *problem.
 */
static int take_lock(struct up_error_detail *problem)
{
    const struct timespec pause = {0, 50 * 1000000};
    const int file = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int tries;

    if (file < 0) {
        up_error_detail_set(problem, (uint32_t)errno, NULL, "cannot open the lock of the list, %s",
                            LOCK_FILE);
        return -1;
    }
    for (tries = 0; flock(file, LOCK_EX | LOCK_NB) != 0; tries++) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            up_error_detail_set(problem, (uint32_t)errno, NULL, "cannot lock the list, by %s",
                                LOCK_FILE);
            close(file);
            return -1;
        }
        if (tries >= LOCK_SECONDS * 20) {
            up_error_detail_set(
                problem, (uint32_t)errno, "Try again when it has ended.",
                "cannot change the list: another userportctl has been changing it for %d seconds",
                LOCK_SECONDS);
            close(file);
            return -1;
        }
        (void)nanosleep(&pause, NULL);
    }
    return file;
}

/*
 * Opens the folder of the policy, and creates it if necessary. Result: the descriptor, or -1 with
 * *problem.
 */
static int open_folder(struct up_error_detail *problem)
{
    int folder;

    if (mkdir(UP_POLICY_FOLDER, 0755) == 0) {
        folder = open(UP_POLICY_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (folder >= 0 && fchmod(folder, 0755) == 0) { /* regardless of the umask */
            return folder;
        }
    } else if (errno == EEXIST) {
        folder = open(UP_POLICY_FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (folder >= 0) {
            return folder;
        }
    } else {
        folder = -1;
    }
    up_error_detail_set(problem, (uint32_t)errno, NULL, "cannot open the folder %s",
                        UP_POLICY_FOLDER);
    if (folder >= 0) {
        close(folder);
    }
    return -1;
}

static bool write_all(int file, const char *text, size_t length)
{
    while (length > 0) {
        const ssize_t written = write(file, text, length);

        if (written < 0 && errno != EINTR) {
            return false;
        }
        text += written > 0 ? written : 0;
        length -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

/*
 * Replaces the file. The new text is flushed to the disk under a temporary name before it takes the
 * place of the old one, and the new name is flushed before success is reported.
 */
static bool replace_file(int folder, const char *text, size_t length,
                         struct up_error_detail *problem)
{
    int file;
    bool done;

    if (unlinkat(folder, NEW_FILE, 0) != 0 && errno != ENOENT) {
        up_error_detail_set(problem, (uint32_t)errno, NULL, "cannot remove %s/%s", UP_POLICY_FOLDER,
                            NEW_FILE);
        return false;
    }
    file = openat(folder, NEW_FILE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    done = file >= 0 && write_all(file, text, length) && fchmod(file, 0644) == 0 &&
           fsync(file) == 0 && renameat(folder, NEW_FILE, folder, UP_GRANT_FILE_NAME) == 0;
    if (!done) {
        up_error_detail_set(problem, (uint32_t)errno, NULL, "cannot write %s, which is as it was",
                            GRANT_FILE);
        (void)unlinkat(folder, NEW_FILE, 0);
    }
    if (file >= 0) {
        close(file);
    }
    if (done && fsync(folder) != 0) {
        up_error_detail_set(problem, (uint32_t)errno, NULL,
                            "the list is written, but could not be brought to the disk: a loss of "
                            "power now may bring the "
                            "old one back");
        done = false;
    }
    return done;
}

static void log_change(const struct up_portset *ports)
{
    char *list = malloc(UP_PORTLIST_TEXT_MAX);

    if (list != NULL) {
        up_portlist_format(ports, list, UP_PORTLIST_TEXT_MAX);
        openlog("userportctl", LOG_PID, LOG_AUTHPRIV);
        syslog(LOG_NOTICE, "the list of ports for the group " UP_GRANT_GROUP " is now: %.*s",
               LOGGED_MAX, list[0] != '\0' ? list : "none");
        closelog();
        free(list);
    }
}

static bool set_no_group(struct up_error_detail *problem)
{
    up_error_detail_set(problem, 0, "As root: groupadd --system " UP_GRANT_GROUP,
                        "cannot change the list: it is for the group " UP_GRANT_GROUP
                        ", which is not there");
    return false;
}

static bool write_list(const struct up_portset *ports, struct up_error_detail *problem)
{
    char *text;
    size_t length;
    int folder;
    bool done;

    if (up_portset_count(ports) > 0 && getgrnam(UP_GRANT_GROUP) == NULL) {
        return set_no_group(problem);
    }
    text = malloc(UP_GRANT_FILE_BYTES + 1);
    length = text != NULL ? up_grant_file_write(ports, text, UP_GRANT_FILE_BYTES + 1) : 0;
    if (length == 0) {
        up_error_detail_set(problem, 0, "Fewer and longer ranges make a shorter list.",
                            text != NULL
                                ? "cannot change the list: as text it has more than %u bytes"
                                : "cannot change the list: memory is short, %u bytes",
                            UP_GRANT_FILE_BYTES);
        free(text);
        return false;
    }
    folder = open_folder(problem);
    done = folder >= 0 && replace_file(folder, text, length, problem);
    if (folder >= 0) {
        close(folder);
    }
    free(text);
    return done;
}

static bool change_locked(up_store_edit *edit, void *context, uint32_t *changed,
                          struct up_error_detail *problem)
{
    static struct up_stored_settings old, new;

    if (!up_store_read(&old, problem)) {
        return false;
    }
    /* The missing group is the reason. */
    if (old.values.problems != 0 && getgrnam(UP_GRANT_GROUP) == NULL) {
        return set_no_group(problem);
    }
    new = old;
    if (!edit(&new.values, context, problem)) {
        return false;
    }
    if (old.values.problems == 0 && up_portset_equal(&old.values.ports, &new.values.ports)) {
        return true;
    }
    if (!write_list(&new.values.ports, problem)) {
        return false;
    }
    *changed = UP_STORE_PORTS;
    log_change(&new.values.ports);
    return true;
}

bool up_store_change(up_store_edit *edit, void *context, uint32_t *changed,
                     struct up_error_detail *problem)
{
    uint32_t ignored = 0;
    bool done;
    int lock;

    changed = changed != NULL ? changed : &ignored;
    *changed = 0;
    if (geteuid() != 0) {
        up_error_detail_set(problem, 0, "Start it with sudo, or as root.",
                            "cannot change the list: only root may");
        return false;
    }
    lock = take_lock(problem);
    if (lock < 0) {
        return false;
    }
    done = change_locked(edit, context, changed, problem);
    close(lock);
    return done;
}
