/* SPDX-License-Identifier: MIT
 *
 * What a read of a port costs on Linux, by each way to it, and what the start of a program: for
 * bench.sh. Prints "bench NAME NANOSECONDS", each the least of several rounds.
 *
 *   bench direct                 IN, and the library's back end direct; userport-run has started it
 *   bench devport                a byte of /dev/port, and the library's back end devport; root
 *   bench ppdev                  the status by ppdev's ioctl; root
 *   bench fault NAME             an IN that is refused, with a handler of SIGSEGV that skips it; or
 *                                that userportctl run carries out
 *   bench start NAME COMMAND...  a command, from its fork to its end
 */
#define _GNU_SOURCE /* the names of registers */
#include <fcntl.h>
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include <userport/userport.h>

#define PORT   0x379
#define ROUNDS 5
#define READS  2000
#define STARTS 5

static up_handle *handle;
static int file;

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static int by_in(void)
{
    (void)inb(PORT);
    return 0;
}

static int by_library(void)
{
    uint8_t value;

    return up_in8(handle, PORT, &value) != UP_OK;
}

static int by_file(void)
{
    uint8_t value;

    return pread(file, &value, 1, PORT) != 1;
}

static int by_ppdev(void)
{
    uint8_t value;

    return ioctl(file, PPRSTATUS, &value) != 0;
}

static int measure(const char *name, int (*read)(void))
{
    int64_t least = INT64_MAX;
    int round, i, failed = 0;

    for (round = 0; round < ROUNDS; round++) {
        const int64_t start = now();
        int64_t took;

        for (i = 0; i < READS; i++) {
            failed += read();
        }
        took = now() - start;
        least = took < least ? took : least;
    }
    printf("bench %s %.1f\n", name, (double)least / READS);
    return failed != 0;
}

static int open_library(uint32_t backend)
{
    return up_open(backend, &handle) != UP_OK;
}

static void skip_in(int number, siginfo_t *information, void *context)
{
    (void)number;
    (void)information;
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP]++; /* of one byte, with the port in DX */
}

/* Of a port that is not granted: in by_in the port is in DX. */
static int measure_fault(const char *name)
{
    struct sigaction action = {.sa_sigaction = skip_in, .sa_flags = SA_SIGINFO};

    return sigaction(SIGSEGV, &action, NULL) != 0 || measure(name, by_in);
}

static int measure_start(const char *name, char **command)
{
    int64_t least = INT64_MAX;
    int i, status, failed = 0;

    for (i = 0; i < STARTS; i++) {
        const int64_t start = now();
        const pid_t child = fork();
        int64_t took;

        if (child == 0) {
            execv(command[0], command);
            _exit(127);
        }
        failed += waitpid(child, &status, 0) != child || status != 0;
        took = now() - start;
        least = took < least ? took : least;
    }
    printf("bench %s %.1f\n", name, (double)least);
    return failed != 0;
}

int main(int count, char **arguments)
{
    const char *what = count > 1 ? arguments[1] : "";

    if (strcmp(what, "direct") == 0) {
        return open_library(UP_BACKEND_DIRECT) || measure("in", by_in) ||
               measure("direct", by_library);
    }
    if (strcmp(what, "devport") == 0) {
        file = open("/dev/port", O_RDWR);
        return open_library(UP_BACKEND_DEVPORT) || measure("file", by_file) ||
               measure("devport", by_library);
    }
    if (strcmp(what, "ppdev") == 0) {
        file = open("/dev/parport0", O_RDWR);
        return ioctl(file, PPCLAIM) != 0 || measure("ppdev", by_ppdev);
    }
    if (strcmp(what, "fault") == 0 && count > 2) {
        return measure_fault(arguments[2]);
    }
    return strcmp(what, "start") == 0 && count > 3 ? measure_start(arguments[2], arguments + 3) : 2;
}
