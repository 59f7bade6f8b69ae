/* SPDX-License-Identifier: MIT
 *
 * Loads modules of the kernel by their files, one after the other, or unloads one by its name; for
 * the emulated PC, where insmod and rmmod need not be.
 *
 *   module load FILE... | unload NAME
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int load(const char *path)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0 || syscall(SYS_finit_module, file, "", 0) != 0) {
        fprintf(stderr, "module: %s: %s\n", path, strerror(errno));
        return 1;
    }
    return 0;
}

int main(int count, char **arguments)
{
    int i, status = 0;

    if (count >= 3 && strcmp(arguments[1], "load") == 0) {
        for (i = 2; i < count && status == 0; i++) {
            status = load(arguments[i]);
        }
        return status;
    }
    if (count == 3 && strcmp(arguments[1], "unload") == 0) {
        if (syscall(SYS_delete_module, arguments[2], O_NONBLOCK) == 0) {
            return 0;
        }
        fprintf(stderr, "module: %s: %s\n", arguments[2], strerror(errno));
        return 1;
    }
    fputs("usage: module load FILE... | unload NAME\n", stderr);
    return 2;
}
