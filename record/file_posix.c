/* SPDX-License-Identifier: MIT
 *
 * The files of recordings on POSIX systems (file.h), where names are UTF-8 already.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

static bool failed(uint32_t *code)
{
    *code = (uint32_t)errno;
    return false;
}

bool up_raw_open(const char *path, bool is_written, intptr_t *file, uint32_t *code)
{
    const int flags = is_written ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY;
    const int opened = open(path, flags | O_CLOEXEC | O_NOCTTY, 0666);
    struct stat status;

    if (opened < 0) {
        return failed(code);
    }
    if (fstat(opened, &status) == 0 && S_ISDIR(status.st_mode)) {
        (void)close(opened);
        errno = EISDIR;
        return failed(code);
    }
    *file = opened;
    return true;
}

bool up_raw_write(intptr_t file, const char *bytes, size_t length, uint32_t *code)
{
    while (length > 0) {
        const ssize_t written = write((int)file, bytes, length);

        if (written < 0 && errno != EINTR) {
            return failed(code);
        }
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
    return true;
}

bool up_raw_read(intptr_t file, char *bytes, size_t size, size_t *length, uint32_t *code)
{
    ssize_t got;

    do {
        got = read((int)file, bytes, size);
    } while (got < 0 && errno == EINTR);
    *length = got > 0 ? (size_t)got : 0;
    return got >= 0 || failed(code);
}

bool up_raw_empty(intptr_t file, uint32_t *code)
{
    return (ftruncate((int)file, 0) == 0 && lseek((int)file, 0, SEEK_SET) == 0) || failed(code);
}

bool up_raw_seek(intptr_t file, bool to_end, uint32_t *code)
{
    return lseek((int)file, 0, to_end ? SEEK_END : SEEK_SET) >= 0 || failed(code);
}

bool up_raw_is_file(intptr_t file, const char *path)
{
    struct stat one, other;

    return fstat((int)file, &one) == 0 && stat(path, &other) == 0 && one.st_dev == other.st_dev &&
           one.st_ino == other.st_ino;
}

bool up_raw_close(intptr_t file, uint32_t *code)
{
    return close((int)file) == 0 || failed(code);
}
