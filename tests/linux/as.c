/* SPDX-License-Identifier: MIT
 *
 * as USER COMMAND...: runs the command as that user, with that user's groups, as setpriv --reuid
 * --regid --init-groups would. Nearly every case in the emulated PC begins with this, where setpriv
 * needs 20 ms, most of it for the libraries of nsswitch.conf. This one reads the files, and is
 * linked statically.
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GROUPS_MAX 64

static int fail(const char *what)
{
    fprintf(stderr, "as: %s: %s\n", what, strerror(errno));
    return 127;
}

static struct passwd *user_of(const char *name)
{
    FILE *file = fopen("/etc/passwd", "re");
    struct passwd *user = NULL;

    if (file != NULL) {
        do {
            user = fgetpwent(file);
        } while (user != NULL && strcmp(user->pw_name, name) != 0);
        fclose(file);
    }
    return user;
}

/* The user's own group and those that name the user; how many, 0 if there are too many. */
static size_t groups_of(const struct passwd *user, gid_t *groups)
{
    FILE *file = fopen("/etc/group", "re");
    struct group *group;
    size_t count = 0;
    char **member;

    groups[count++] = user->pw_gid;
    while (file != NULL && (group = fgetgrent(file)) != NULL) {
        for (member = group->gr_mem; *member != NULL; member++) {
            if (strcmp(*member, user->pw_name) == 0 && group->gr_gid != user->pw_gid) {
                if (count == GROUPS_MAX) {
                    fclose(file);
                    return 0;
                }
                groups[count++] = group->gr_gid;
                break;
            }
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return count;
}

int main(int argc, char **argv)
{
    gid_t groups[GROUPS_MAX];
    struct passwd *user;
    size_t count;

    if (argc < 3) {
        fprintf(stderr, "usage: as USER COMMAND...\n");
        return 127;
    }
    errno = ENOENT;
    user = user_of(argv[1]);
    if (user == NULL) {
        return fail(argv[1]);
    }
    count = groups_of(user, groups);
    if (count == 0 || setgroups(count, groups) != 0 ||
        setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0 ||
        setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0) {
        return fail("the user's rights");
    }
    execvp(argv[2], argv + 2);
    return fail(argv[2]);
}
