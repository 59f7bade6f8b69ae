/* SPDX-License-Identifier: MIT
 *
 * A program that uses libuserport.so, for library.sh: compiled with what pkg-config says and
 * nothing else.
 *
 *   library BACKENDS WHAT     BACKENDS: any, direct, devport. WHAT:
 *     ports     the back end, the map, and the ports that up_in8 reads, of all 65,536
 *     printer   writes and reads 378 in each way that there is
 *     wide      accesses of 16 and 32 bits at 378
 *     thread    printer, by a second thread; threads: by eight at once, with one handle and with
 * one each fork      printer, by a child with the parent's handle, and then with its own exec this
 * program anew, without any environment given-up  gives the ports up by ioperm, and opens once more
 *     info      what up_query_info says
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/wait.h>
#include <unistd.h>
#include <userport/userport.h>

#define THREADS 8

static uint32_t backends;

static void fail(void)
{
    char text[400];

    up_failure_text(text, sizeof text);
    printf("%s\n", text);
    fflush(stdout);
}

static void check(up_error error)
{
    if (error != UP_OK) {
        fail();
        exit(1);
    }
}

static up_handle *open_ports(void)
{
    up_handle *handle;

    check(up_open(backends, &handle));
    return handle;
}

/* Prints the ports for which has says so, as ranges. */
static void print_ports(up_handle *handle, const uint8_t *map,
                        int (*has)(up_handle *, const uint8_t *, uint16_t))
{
    uint32_t port, first = 0;
    int is_within = 0, count = 0;

    for (port = 0; port <= 0x10000; port++) {
        const int is_there = port < 0x10000 && has(handle, map, (uint16_t)port);

        if (is_there && !is_within) {
            first = port;
        }
        if (!is_there && is_within) {
            printf(first == port - 1 ? "%s%X" : "%s%X-%X", count++ > 0 ? ", " : "", first,
                   port - 1);
        }
        is_within = is_there;
    }
    printf("%s\n", count == 0 ? "none" : "");
}

static int is_in_map(up_handle *handle, const uint8_t *map, uint16_t port)
{
    (void)handle;
    return (map[port / 8] >> port % 8 & 1) == 0;
}

static int is_read(up_handle *handle, const uint8_t *map, uint16_t port)
{
    uint8_t value;

    (void)map;
    return up_in8(handle, port, &value) == UP_OK;
}

static void run_ports(void)
{
    up_handle *handle = open_ports();
    uint8_t map[UP_MAP_BYTES];

    check(up_query_map(handle, map));
    printf("%s: ", up_backend_name(up_backend(handle)));
    print_ports(handle, map, is_in_map);
    /* reads of all ports of a PC would change something */
    if (up_backend(handle) == UP_BACKEND_DIRECT) {
        print_ports(handle, map, is_read);
    }
    up_close(handle);
}

static void use_printer(up_handle *handle)
{
    uint8_t value, bytes[] = {0x11, 0x22, 0x33}, read[2] = {0, 0};
    up_operation list[] = {
        {.kind = UP_IO_WRITE, .width = 1, .port = 0x378, .value = 0x5A},
        {.kind = UP_IO_DELAY, .microseconds = 2000},
        {.kind = UP_IO_READ, .width = 1, .port = 0x378},
        {.kind = UP_IO_WRITE_BLOCK, .width = 1, .port = 0x378, .count = 3, .buffer = bytes},
        {.kind = UP_IO_READ_BLOCK, .width = 1, .port = 0x378, .count = 2, .buffer = read},
        {.kind = UP_IO_WAIT,
         .width = 1,
         .port = 0x378,
         .value = 0x33,
         .mask = 0xFF,
         .microseconds = 1000},
    };
    uint32_t done = 0;

    check(up_out8(handle, 0x378, 0xA5));
    check(up_in8(handle, 0x378, &value));
    check(up_run(handle, list, 6, &done));
    printf("%02X %u %02X %02X%02X %02X", value, done, list[2].value, read[0], read[1],
           list[5].last);
    check(up_out8_block(handle, 0x378, bytes, 2));
    check(up_in8_block(handle, 0x378, read, 1));
    list[5].value = 0;
    printf(" %02X %s\n", read[0],
           up_run(handle, &list[5], 1, &done) == UP_ERR_TIMED_OUT ? "timed out" : "no time-out");
    fflush(stdout);
}

static void run_printer(void)
{
    up_handle *handle = open_ports();

    use_printer(handle);
    up_close(handle);
}

static void run_wide(void)
{
    up_handle *handle = open_ports();
    uint16_t word = 0;
    uint32_t dword = 0;

    check(up_out8(handle, 0x378, 0xC3));
    if (up_in16(handle, 0x378, &word) == UP_OK) {
        printf("%02X ", word & 0xFFu);
    } else {
        fail();
    }
    if (up_in32(handle, 0x378, &dword) == UP_OK) {
        printf("%02X ", dword & 0xFFu);
    } else {
        fail();
    }
    if (up_out32(handle, 0x378, 0) != UP_OK || up_out16(handle, 0x377, 0) != UP_OK) {
        fail();
    }
    check(up_in8(handle, 0x378, (uint8_t *)&word));
    printf("%02X\n", word & 0xFFu);
    up_close(handle);
}

static void *printer_thread(void *handle)
{
    use_printer(handle);
    return NULL;
}

/* ports: NULL: one of its own. Result: NULL: each read gave one of the values that are written. */
static void *many_reads(void *shared)
{
    up_handle *handle = shared != NULL ? shared : open_ports();
    uintptr_t wrong = 0;
    uint8_t value = 0;
    int i;

    for (i = 0; i < 500; i++) {
        wrong += up_out8(handle, 0x378, i % 2 ? 0x0F : 0xF0) != UP_OK ||
                 up_in8(handle, 0x378, &value) != UP_OK;
        wrong += value != 0x0F && value != 0xF0;
        wrong += up_in8(handle, 0x80, &value) != UP_ERR_DENIED;
    }
    if (shared == NULL) {
        up_close(handle);
    }
    return (void *)wrong;
}

static void run_thread(void)
{
    up_handle *handle = open_ports();
    pthread_t thread;

    pthread_create(&thread, NULL, printer_thread, handle);
    pthread_join(thread, NULL);
    up_close(handle);
}

static void run_threads(void)
{
    up_handle *handle = open_ports();
    pthread_t threads[THREADS];
    void *wrong;
    int i, all = 0;

    for (i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, many_reads, i % 2 ? handle : NULL);
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &wrong);
        all += wrong != NULL;
    }
    printf("%d of %d were wrong\n", all, THREADS);
    up_close(handle);
}

static void run_fork(void)
{
    up_handle *handle = open_ports();

    if (fork() == 0) {
        use_printer(handle);
        up_close(handle);
        run_printer();
        exit(0);
    }
    wait(NULL);
    use_printer(handle);
    up_close(handle);
}

static void run_given_up(void)
{
    up_handle *handle = open_ports();

    up_close(handle);
    ioperm(0x378, 1, 0);
    run_ports();
}

static void run_info(void)
{
    up_handle *handle = open_ports();
    struct up_info info;

    check(up_query_info(handle, &info));
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } whats[] = {{"ports", run_ports},       {"printer", run_printer}, {"wide", run_wide},
                 {"thread", run_thread},     {"threads", run_threads}, {"fork", run_fork},
                 {"given-up", run_given_up}, {"info", run_info}};
    size_t i;

    if (count < 3) {
        return 2;
    }
    backends = strcmp(arguments[1], "direct") == 0    ? UP_BACKEND_DIRECT
               : strcmp(arguments[1], "devport") == 0 ? UP_BACKEND_DEVPORT
                                                      : UP_BACKEND_ANY;
    if (strcmp(arguments[2], "exec") == 0) {
        execle("/proc/self/exe", "library", arguments[1], "ports", NULL, (char *[]){NULL});
        return 2;
    }
    for (i = 0; i < sizeof whats / sizeof whats[0]; i++) {
        if (strcmp(arguments[2], whats[i].name) == 0) {
            whats[i].run();
            return 0;
        }
    }
    return 2;
}
