/* SPDX-License-Identifier: MIT
 *
 * The console of POSIX systems (console.h), where bytes are UTF-8 already.
 */
#include "console.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t has_come;

int main(int argc, char **argv)
{
    static char name[] = "userportctl", *const nothing[] = {name, NULL};

    return argc > 0 ? up_main(argc, argv) : up_main(1, (char **)nothing);
}

bool up_console_write(bool is_error, const char *text, size_t length, uint32_t *code)
{
    const int file = is_error ? STDERR_FILENO : STDOUT_FILENO;

    while (length > 0) {
        const ssize_t written = write(file, text, length);

        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0 && errno == EBADF && fcntl(file, F_GETFD) < 0) {
            return true; /* the program was started without it */
        }
        if (written < 0) {
            *code = (uint32_t)errno;
            return false;
        }
        text += written;
        length -= (size_t)written;
    }
    return true;
}

void up_console_size(unsigned *columns, unsigned *rows)
{
    struct winsize size = {.ws_col = 0};

    *columns = *rows = 0;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0) {
        *columns = size.ws_col;
        *rows = size.ws_row;
    }
}

void up_console_go_back(unsigned lines)
{
    char sequence[40];
    uint32_t code;
    const int length = lines > 0 ? snprintf(sequence, sizeof sequence, "\r\033[%uA\033[J", lines)
                                 : snprintf(sequence, sizeof sequence, "\r\033[J");

    (void)up_console_write(true, sequence, (size_t)length, &code);
}

/* Reads all of the file. Result: 0, or errno. */
static int read_all(int file, char *text, size_t *length)
{
    *length = 0;
    while (*length <= UP_CONSOLE_FILE_MAX) {
        const ssize_t got = read(file, text + *length, UP_CONSOLE_FILE_MAX + 1u - *length);

        if (got < 0 && errno != EINTR) {
            return errno;
        }
        if (got == 0) {
            text[*length] = '\0';
            return 0;
        }
        *length += got > 0 ? (size_t)got : 0;
    }
    return EFBIG;
}

bool up_console_read_file(const char *path, char **text, size_t *length, uint32_t *code)
{
    const bool is_input = strcmp(path, "-") == 0;
    const int file = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int error = file < 0 ? errno : 0;

    *text = error == 0 ? malloc(UP_CONSOLE_FILE_MAX + 2u) : NULL;
    if (error == 0) {
        error = *text == NULL ? ENOMEM : read_all(file, *text, length);
    }
    if (file >= 0 && !is_input) {
        close(file);
    }
    /* The byte order mark that some editors write before UTF-8. */
    if (error == 0 && *length >= 3 && memcmp(*text, "\xEF\xBB\xBF", 3) == 0) {
        *length -= 3;
        memmove(*text, *text + 3, *length + 1);
    }
    if (error != 0) {
        free(*text);
        *code = (uint32_t)error;
    }
    return error == 0;
}

uint32_t up_console_clock(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

static void on_signal(int number)
{
    (void)number;
    has_come = 1;
}

/* SA_RESTART is not set, so that a signal ends a sleep. */
void up_console_catch_interrupt(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal};
    struct sigaction before;
    size_t i;

    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
            (void)sigaction(numbers[i], &action, NULL);
        }
    }
}

/*
 * The sleep is divided into steps, so that a signal between the check and a sleep is noticed after
 * one step.
 */
bool up_console_sleep(uint32_t milliseconds)
{
    const uint32_t start = up_console_clock();
    uint32_t gone = 0;

    while (!has_come && gone < milliseconds) {
        const uint32_t left = milliseconds - gone < 100u ? milliseconds - gone : 100u;
        const struct timespec step = {0, (long)left * 1000000};

        (void)nanosleep(&step, NULL);
        gone = up_console_clock() - start;
    }
    return !has_come;
}
