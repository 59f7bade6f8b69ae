/* SPDX-License-Identifier: MIT
 *
 * lib/ as it is on Linux, over a /dev/port that is a file of this test: bytes, lists, delays and
 * waits. The kernel's own is tests/linux/library.sh's.
 */
#include "library.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/linux.h"

#define RUN                                                                                        \
    " Run the program by userportctl run, which gives it the ports that are granted to its user: " \
    "userport.conf(5)."

/* ---- a /dev/port of this test: a file of 65,536 bytes ---------------------------------------- */

static char path[] = "/tmp/userport-devport-XXXXXX";
static const char *opened_path = path;

static up_error open_file(up_handle *handle, struct up_failure_detail *detail)
{
    return up_devport_open(handle, opened_path, detail);
}

static up_error open_devport(up_handle **handle)
{
    static struct up_backend devport;
    static const struct up_backend *const among[] = {&up_backend_direct, &devport, &up_backend_fake,
                                                     NULL};

    devport = up_backend_devport;
    devport.open = open_file;
    return up_open_among(among, UP_BACKEND_ANY, handle);
}

static up_handle *new_devport(void)
{
    up_handle *handle;

    assert_int_equal(open_devport(&handle), UP_OK);
    assert_int_equal(up_backend(handle), UP_BACKEND_DEVPORT);
    return handle;
}

static void put_file(long port, uint8_t value)
{
    FILE *file = fopen(path, "r+");

    assert_non_null(file);
    fseek(file, port, SEEK_SET);
    fputc(value, file);
    fclose(file);
}

static int get_file(long port)
{
    FILE *file = fopen(path, "r");
    int value;

    assert_non_null(file);
    fseek(file, port, SEEK_SET);
    value = fgetc(file);
    fclose(file);
    return value;
}

static int make_file(void **state)
{
    const int file = mkstemp(path);

    (void)state;
    return file < 0 || ftruncate(file, 65536) != 0 || close(file) != 0;
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void test_devport_moves_bytes(void **state)
{
    up_handle *handle = new_devport();
    uint8_t value, bytes[5], map[UP_MAP_BYTES];
    uint16_t word = 0;
    uint32_t dword = 0;
    struct up_info info;

    (void)state;
    put_file(0x379, 0xC5);
    assert_int_equal(up_in8(handle, 0x379, &value), UP_OK);
    assert_int_equal(value, 0xC5);
    assert_int_equal(up_out8(handle, 0xFFFF, 0xA7), UP_OK);
    assert_int_equal(get_file(0xFFFF), 0xA7);
    assert_int_equal(get_file(0xFFFE), 0);
    assert_int_equal(up_in8_block(handle, 0x379, bytes, sizeof bytes), UP_OK);
    assert_memory_equal(bytes, "\xC5\xC5\xC5\xC5\xC5", 5); /* of one port, and not of five */
    assert_int_equal(up_out8_block(handle, 0x300, (const uint8_t *)"\1\2\3", 3), UP_OK);
    assert_int_equal(get_file(0x300), 3);
    assert_int_equal(get_file(0x301), 0);

    assert_int_equal(up_in16(handle, 0x378, &word), UP_ERR_UNSUPPORTED);
    assert_int_equal(word, 0xFFFF);
    assert_text("cannot read port 378: /dev/port has 8-bit accesses alone; others need the ports "
                "themselves, from "
                "userportctl run.");
    assert_int_equal(up_in32(handle, 0x378, &dword), UP_ERR_UNSUPPORTED);
    assert_int_equal(up_out16(handle, 0x302, 0xFFFF), UP_ERR_UNSUPPORTED);
    assert_int_equal(up_out32_block(handle, 0x302, &dword, 1), UP_ERR_UNSUPPORTED);
    assert_int_equal(get_file(0x302), 0);

    assert_int_equal(up_query_map(handle, map), UP_OK);
    for (size_t i = 0; i < sizeof map; i++) {
        assert_int_equal(map[i], 0);
    }
    assert_true(up_granted(handle, 0xFFFC, 4));
    assert_int_equal(up_query_info(handle, &info), UP_ERR_UNSUPPORTED);
    assert_text("cannot read the driver's state: there is no driver on Linux; up_query_map says "
                "which ports there are.");
    up_close(handle);
}

static void test_devport_lists(void **state)
{
    up_handle *handle = new_devport();
    uint8_t out[] = {9, 8}, in[3] = {0};
    up_operation list[] = {
        {.kind = UP_IO_WRITE, .width = 1, .port = 0x61, .value = 0x1F3},
        {.kind = UP_IO_READ, .width = 1, .port = 0x61},
        {.kind = UP_IO_WRITE_BLOCK, .width = 1, .port = 0x42, .count = 2, .buffer = out},
        {.kind = UP_IO_READ_BLOCK, .width = 1, .port = 0x42, .count = 3, .buffer = in},
        {.kind = UP_IO_WAIT,
         .width = 1,
         .port = 0x61,
         .value = 0x13,
         .mask = 0x1F,
         .microseconds = 0},
        {.kind = UP_IO_WRITE, .width = 1, .port = 0x62, .value = 5},
    };
    uint32_t done;

    (void)state;
    assert_int_equal(up_run(handle, list, 6, &done), UP_OK);
    assert_int_equal(done, 6);
    assert_int_equal(list[1].value, 0xF3);
    assert_memory_equal(in, "\10\10\10", 3);
    assert_int_equal(list[4].last, 0xF3);
    list[4].mask = 0xFF;
    list[0].value = 0x77;
    list[5].value = 6;
    assert_int_equal(up_run(handle, list, 6, &done), UP_ERR_TIMED_OUT);
    assert_int_equal(done, 4);
    assert_int_equal(list[4].last, 0x77);
    assert_text("operations[4]: port 61 did not give 13 under the mask FF in 0 microseconds, and "
                "77 at last. What "
                "follows it was not "
                "executed.");
    assert_int_equal(get_file(0x62), 5);
    list[0].value = 0x11;
    list[5].width = 2; /* the last of them: nothing runs */
    assert_int_equal(up_run(handle, list, 6, &done), UP_ERR_UNSUPPORTED);
    assert_int_equal(done, 0);
    assert_int_equal(get_file(0x61), 0x77);
    assert_text("operations[5]: cannot write port 62: /dev/port has 8-bit accesses alone; others "
                "need the ports themselves, from userportctl run.");
    up_close(handle);
}

/* The file ends at 300, and in the midst of a block nothing can be written behind it. */
static void test_devport_failures(void **state)
{
    struct rlimit limit;
    struct rlimit before;
    up_handle *handle = new_devport();
    uint8_t bytes[4] = {1, 2, 3, 4}, value = 0;

    (void)state;
    assert_int_equal(truncate(path, 0x300), 0);
    assert_int_equal(up_in8(handle, 0x300, &value), UP_ERR_SYSTEM);
    assert_int_equal(value, 0xFF);
    assert_text("cannot read port 300: /dev/port does not do it.");
    assert_int_equal(up_in8_block(handle, 0x300, bytes, 4), UP_ERR_SYSTEM);
    assert_memory_equal(bytes, "\xFF\xFF\xFF\xFF", 4);
    assert_int_equal(up_in8(handle, 0x2FF, &value), UP_OK);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 0x300;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(up_out8(handle, 0x300, 1), UP_ERR_SYSTEM);
    assert_int_equal(up_system_error(), EFBIG);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_text("cannot write port 300: /dev/port does not do it (27).");
    assert_int_equal(truncate(path, 65536), 0);
    up_close(handle);
}

static void test_devport_is_not_to_be_opened(void **state)
{
    up_handle *handle;
    int status;
    pid_t child;

    (void)state;
    opened_path = "/tmp/userport-no-such-file";
    assert_int_equal(open_devport(&handle), UP_ERR_UNSUPPORTED);
    assert_null(handle);
    assert_text("cannot open the ports: this program was started without ports, and there is no "
                "/dev/port (2)." RUN);
    opened_path = "/tmp"; /* a folder: some other reason */
    assert_int_equal(open_devport(&handle), UP_ERR_SYSTEM);
    assert_text("cannot open /dev/port: the system refused (21).");
    opened_path = path;
    assert_int_equal(chmod(path, 0), 0);
    child = fork();
    if (child == 0) {
        char text[300] = "";

        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) {
            _exit(1);
        }
        if (open_devport(&handle) != UP_ERR_NO_ACCESS) {
            _exit(2);
        }
        up_failure_text(text, sizeof text);
        _exit(strcmp(text, "cannot open /dev/port: it is for root alone, and closed where the "
                           "kernel is locked down "
                           "(13)." RUN) == 0
                  ? 0
                  : 3);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(chmod(path, 0600), 0);
}

/* A child has the handle too; a program that it becomes has not. */
static void test_devport_and_processes(void **state)
{
    up_handle *handle = new_devport();
    uint8_t value;
    int status, found = 0;
    pid_t child;

    (void)state;
    for (int file = 3; file < 256; file++) {
        char name[64], target[64] = "";

        snprintf(name, sizeof name, "/proc/self/fd/%d", file);
        if (readlink(name, target, sizeof target - 1) > 0 && strcmp(target, path) == 0) {
            found++;
            assert_int_equal(fcntl(file, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        }
    }
    assert_int_equal(found, 1);
    child = fork();
    if (child == 0) {
        _exit(up_out8(handle, 0x80, 0x3C) == UP_OK && up_in8(handle, 0x80, &value) == UP_OK &&
                      value == 0x3C
                  ? 0
                  : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(up_in8(handle, 0x80, &value), UP_OK);
    assert_int_equal(value, 0x3C);
    up_close(handle);
}

/* ---- threads on one handle ------------------------------------------------------------------- */

#define THREADS 8
#define ROUNDS  2000

struct worker {
    up_handle *handle;
    uint16_t port;
    unsigned wrong;
};

static void *work(void *argument)
{
    struct worker *worker = argument;
    up_failure failure;
    uint16_t word;
    uint8_t value;

    for (unsigned i = 0; i < ROUNDS; i++) {
        worker->wrong += up_out8(worker->handle, worker->port, (uint8_t)i) != UP_OK;
        worker->wrong +=
            up_in8(worker->handle, worker->port, &value) != UP_OK || value != (uint8_t)i;
    }
    worker->wrong += up_in16(worker->handle, worker->port, &word) != UP_ERR_UNSUPPORTED;
    up_last_failure(&failure);
    worker->wrong += failure.error != UP_ERR_UNSUPPORTED;
    return NULL;
}

static void test_threads(void **state)
{
    up_handle *handle = new_devport();
    struct worker workers[THREADS];
    pthread_t threads[THREADS];

    (void)state;
    for (unsigned i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.handle = handle, .port = (uint16_t)(0x200 + i)};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(workers[i].wrong, 0);
    }
    up_close(handle);
}

/* ---- time ------------------------------------------------------------------------------------ */

static int64_t microseconds(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void on_signal(int number)
{
    (void)number;
}

/* What is waited for comes 20 ms later. */
static void *put_later(void *argument)
{
    const struct timespec later = {.tv_nsec = 20000000};

    (void)argument;
    nanosleep(&later, NULL);
    put_file(0x379, 0x80);
    return NULL;
}

static void test_delays_and_waits(void **state)
{
    static const uint32_t delays[] = {0, 1, 100, 499, 500, 700, 5000, 100000};
    up_handle *handle = new_devport();
    const struct itimerval often = {{0, 3000}, {0, 3000}}, never = {{0, 0}, {0, 0}};
    /* without SA_RESTART: calls are interrupted */
    const struct sigaction action = {.sa_handler = on_signal};
    up_operation list[] = {{.kind = UP_IO_DELAY},
                           {.kind = UP_IO_WRITE, .width = 1, .port = 0x90, .value = 1}};
    up_operation wait = {
        .kind = UP_IO_WAIT, .width = 1, .port = 0x379, .value = 0x80, .mask = 0x80};
    pthread_t thread;
    int64_t start, took;
    uint32_t done;

    (void)state;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++) {
        list[0].microseconds = delays[i];
        start = microseconds();
        assert_int_equal(up_run(handle, list, 2, &done), UP_OK);
        took = microseconds() - start;
        assert_true(took >= delays[i]);
        assert_true(took < delays[i] + 1000000); /* microseconds, and not something else */
    }
    put_file(0x379, 0);
    wait.microseconds = 30000;
    start = microseconds();
    assert_int_equal(up_run(handle, &wait, 1, &done), UP_ERR_TIMED_OUT);
    assert_true(microseconds() - start >= 30000);
    assert_int_equal(wait.last, 0);
    setitimer(ITIMER_REAL, &never, NULL);
    wait.microseconds = 100000;
    assert_int_equal(pthread_create(&thread, NULL, put_later, NULL), 0);
    start = microseconds();
    assert_int_equal(up_run(handle, &wait, 1, &done), UP_OK);
    assert_true(microseconds() - start >= 15000);
    assert_int_equal(wait.last, 0x80);
    pthread_join(thread, NULL);
    list[0].microseconds = UP_IO_MICROSECONDS_MAX + 1;
    assert_int_equal(up_run(handle, list, 2, &done), UP_ERR_ARGUMENT);
    up_close(handle);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_devport_moves_bytes),
        cmocka_unit_test(test_devport_lists),
        cmocka_unit_test(test_devport_failures),
        cmocka_unit_test(test_devport_is_not_to_be_opened),
        cmocka_unit_test(test_devport_and_processes),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_delays_and_waits),
    };

    return cmocka_run_group_tests_name("lib_devport", tests, make_file, remove_file);
}
