/* SPDX-License-Identifier: MIT
 *
 * The back end direct of Linux in a process that has no port: the kernel says so, whatever
 * USERPORT_PORTS names, and the program notices nothing of the question; and what becomes of it
 * where the kernel does not say. What happens with ports is tests/linux/library.sh's.
 */
#include "library.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define RUN                                                                                        \
    " Run the program by userportctl run, which gives it the ports that are granted to its user: " \
    "userport.conf(5)."
#define THREADS 8

/* ---- direct, in a process without ports ------------------------------------------------------ */

static void test_the_variable_alone_gives_nothing(void **state)
{
    static const char *const hints[] = {NULL, "", "378-37A", "0-FFFF", "nonsense", "378-"};
    up_handle *handle;

    (void)state;
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        hints[i] != NULL ? setenv("USERPORT_PORTS", hints[i], 1) : unsetenv("USERPORT_PORTS");
        assert_int_equal(up_open(UP_BACKEND_DIRECT, &handle), UP_ERR_UNSUPPORTED);
        assert_null(handle);
        assert_text("cannot open the ports: this program was started without ports." RUN);
    }
    assert_int_equal(up_open(UP_BACKEND_IOCTL, &handle), UP_ERR_UNSUPPORTED);
    assert_text("cannot open the ports: there is no such back end on Linux." RUN);
    assert_int_equal(up_open(UP_BACKEND_DIRECT | UP_BACKEND_FAKE, &handle), UP_OK);
    assert_int_equal(up_backend(handle), UP_BACKEND_FAKE);
    up_close(handle);
    unsetenv("USERPORT_PORTS");
}

static volatile sig_atomic_t children_seen;

static void on_child(int number)
{
    (void)number;
    children_seen++;
}

static void *wait_for_any(void *argument)
{
    *(pid_t *)argument = waitpid(-1, NULL, 0);
    return NULL;
}

/*
 * up_open asks by children of its own: neither handlers, nor waits for any child, nor the mask of
 * signals see that.
 */
static void test_the_program_notices_nothing(void **state)
{
    struct sigaction action = {.sa_handler = on_child}, before[65] = {0}, after;
    sigset_t mask_before, mask_after;
    int ends[2], status;
    up_handle *handle;
    pid_t child, waited = 0;
    pthread_t thread;
    char byte = 0;

    (void)state;
    sigaction(SIGCHLD, &action, NULL);
    for (int number = 1; number < 65; number++) {
        sigaction(number, NULL, &before[number]);
    }
    pthread_sigmask(SIG_SETMASK, NULL, &mask_before);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(up_open(UP_BACKEND_DIRECT, &handle), UP_ERR_UNSUPPORTED);
    }
    assert_int_equal(children_seen, 0);
    assert_int_equal(waitpid(-1, &status, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    assert_int_equal(waitpid(-1, &status, WNOHANG | __WALL), -1); /* all are gone */
    assert_int_equal(errno, ECHILD);
    pthread_sigmask(SIG_SETMASK, NULL, &mask_after);
    for (int number = 1; number < 65; number++) {
        assert_int_equal(sigismember(&mask_after, number), sigismember(&mask_before, number));
        memset(&after, 0, sizeof after);
        sigaction(number, NULL, &after);
        assert_ptr_equal(after.sa_handler, before[number].sa_handler);
        assert_int_equal(after.sa_flags, before[number].sa_flags);
    }
    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) == 1 ? 0 : 1);
    }
    assert_int_equal(pthread_create(&thread, NULL, wait_for_any, &waited), 0);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(up_open(UP_BACKEND_DIRECT, &handle), UP_ERR_UNSUPPORTED);
    }
    assert_int_equal(waited, 0);
    assert_int_equal(write(ends[1], &byte, 1), 1);
    pthread_join(thread, NULL);
    assert_int_equal(waited, child); /* its own child, and no other */
    signal(SIGCHLD, SIG_DFL);
    close(ends[0]);
    close(ends[1]);
}

/* Who ignores SIGCHLD has children that nobody has to wait for. */
static void test_a_program_that_ignores_its_children(void **state)
{
    up_handle *handle;

    (void)state;
    signal(SIGCHLD, SIG_IGN);
    setenv("USERPORT_PORTS", "0-FFFF", 1);
    assert_int_equal(up_open(UP_BACKEND_DIRECT, &handle),
                     UP_ERR_UNSUPPORTED); /* the kernel's answer, and not the variable */
    unsetenv("USERPORT_PORTS");
    signal(SIGCHLD, SIG_DFL);
}

static void *open_many_times(void *argument)
{
    unsigned *wrong = argument;
    up_handle *handle;

    for (int i = 0; i < 50; i++) {
        *wrong += up_open(UP_BACKEND_DIRECT, &handle) != UP_ERR_UNSUPPORTED;
    }
    return NULL;
}

static void test_threads_that_open(void **state)
{
    pthread_t threads[THREADS];
    unsigned wrong[THREADS] = {0};

    (void)state;
    setenv("USERPORT_PORTS", "0-FFFF", 1);
    for (unsigned i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, open_many_times, &wrong[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(wrong[i], 0);
    }
    unsetenv("USERPORT_PORTS");
}

/* ---- where the kernel does not say ----------------------------------------------------------- */

/* ptrace is refused from here on, as in some containers. */
static bool refuse_ptrace(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ptrace, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog filter = {sizeof code / sizeof code[0], code};

    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

/* test in a child in which ptrace is refused. Result: its status. */
static int without_ptrace(int (*test)(void))
{
    const pid_t child = fork();
    int status = -1;

    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        _exit(refuse_ptrace() ? test() : 99);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static int believes_nothing(void)
{
    up_handle *handle;

    unsetenv("USERPORT_PORTS");
    return up_open(UP_BACKEND_DIRECT, &handle) == UP_ERR_UNSUPPORTED ? 0 : 1;
}

static int believes_the_variable(void)
{
    char text[200] = "";
    up_operation list[] = {{.kind = UP_IO_WRITE, .width = 1, .port = 0x378},
                           {.kind = UP_IO_READ, .width = 2, .port = 0x37A}};
    uint8_t map[UP_MAP_BYTES], value = 0;
    up_failure failure;
    up_handle *handle;
    uint32_t done = 9;
    uint16_t word;

    setenv("USERPORT_PORTS", "61, 378-37A", 1);
    if (up_open(UP_BACKEND_ANY, &handle) != UP_OK || up_backend(handle) != UP_BACKEND_DIRECT) {
        return 1;
    }
    setenv("USERPORT_PORTS", "0-FFFF", 1); /* too late */
    if (up_query_map(handle, map) != UP_OK || map[0x378 / 8] != 0xF8 || map[0x61 / 8] != 0xFD ||
        map[0] != 0xFF) {
        return 2;
    }
    if (!up_granted(handle, 0x379, 2) || up_granted(handle, 0x37A, 2) ||
        up_granted(handle, 0x377, 1)) {
        return 3;
    }
    /* none of these is tried: it would end the program */
    if (up_in8(handle, 0x377, &value) != UP_ERR_DENIED || value != 0xFF ||
        up_in16(handle, 0x37A, &word) != UP_ERR_DENIED ||
        up_out16(handle, 0xFFFF, 0) != UP_ERR_DENIED) {
        return 4;
    }
    up_last_failure(&failure);
    if (failure.port != 0xFFFF || up_run(handle, list, 2, &done) != UP_ERR_DENIED || done != 0) {
        return 5;
    }
    up_last_failure(&failure);
    up_failure_text(text, sizeof text);
    if (failure.port != 0x37B || failure.index != 1 ||
        strcmp(text, "operations[1]: port 37B is not granted: nothing was executed. Root grants it "
                     "by userportctl grant, to "
                     "programs that userportctl run starts from then on.") != 0) {
        return 6;
    }
    if (up_in8_block(handle, 0x300, &value, 1) != UP_ERR_DENIED) {
        return 7;
    }
    up_close(handle);
    return 0;
}

static int touches_a_port(void)
{
    up_handle *handle;
    uint8_t value;

    setenv("USERPORT_PORTS", "378", 1);
    if (up_open(UP_BACKEND_DIRECT, &handle) != UP_OK) {
        return 1;
    }
    (void)up_in8(handle, 0x378, &value);
    return 2;
}

static void on_fault(int number)
{
    _exit(number == SIGSEGV ? 42 : 43);
}

static int touches_a_port_with_a_handler(void)
{
    signal(SIGSEGV, on_fault);
    return touches_a_port();
}

static void test_where_the_kernel_does_not_say(void **state)
{
    int status;

    (void)state;
    assert_int_equal(without_ptrace(believes_nothing), 0);
    assert_int_equal(without_ptrace(believes_the_variable), 0);
    /* the variable lies, and the processor refuses: as with an IN of the program's own */
    status = without_ptrace(touches_a_port);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
    status = without_ptrace(touches_a_port_with_a_handler);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_variable_alone_gives_nothing),
        cmocka_unit_test(test_the_program_notices_nothing),
        cmocka_unit_test(test_a_program_that_ignores_its_children),
        cmocka_unit_test(test_threads_that_open),
        cmocka_unit_test(test_where_the_kernel_does_not_say),
    };

    return cmocka_run_group_tests_name("lib_direct", tests, NULL, NULL);
}
