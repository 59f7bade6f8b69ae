/* SPDX-License-Identifier: MIT
 *
 * A program whose ports userportctl run serves from outside: 300 to 3FF and 60 to 6F are the device
 * memory, 500 to 50F nothing, all others are not granted. For test_follow.py. Each case ends with
 * status 0, or prints what was wrong and ends with 1; the others end as they say. "real" and
 * "print" use a printer port, whose address follows: for follow.sh, userportctl.sh.
 *
 *     followed CASE [ARGUMENT]...
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define PORT    0x300u
#define NOWHERE 0x500u
#define DENIED  0x600u

#define THREADS  8
#define ACCESSES 12500 /* of each thread: a write and a read are two */
#define LONG     150000u

static int failed;
static volatile char *volatile nowhere = (volatile char *)16;

static void expect(bool is_so, const char *what)
{
    if (!is_so) {
        printf("wrong: %s\n", what);
        failed = 1;
    }
}

/* ---- faults ---------------------------------------------------------------------------------- */

static sigjmp_buf after;
static volatile sig_atomic_t faults;
static siginfo_t last;
static greg_t last_registers[NGREG];

static void on_fault(int number, siginfo_t *information, void *context)
{
    (void)number;
    faults++;
    last = *information;
    memcpy(last_registers, ((ucontext_t *)context)->uc_mcontext.gregs, sizeof last_registers);
    siglongjmp(after, 1);
}

static void catch_faults(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};

    sigaction(SIGSEGV, &action, NULL);
}

/* The program's own handler sees what is refused, and nothing of what is served. */
static void run_handler(void)
{
    catch_faults();
    outb(0x5A, PORT);
    expect(inb(PORT) == 0x5A, "a port that is served");
    expect(faults == 0, "a handler has seen an access that is served");
    if (sigsetjmp(after, 1) == 0) {
        (void)inb(DENIED);
        expect(false, "a port that is not granted did not fault");
    }
    expect(faults == 1 && last.si_code == SI_KERNEL && last.si_addr == NULL,
           "the refusal's signal");
    if (sigsetjmp(after, 1) == 0) {
        *nowhere = 1;
    }
    expect(faults == 2 && last.si_code == SEGV_MAPERR && last.si_addr == nowhere,
           "another fault than a port's");
    if (sigsetjmp(after, 1) == 0) {
        outl(0, PORT + 0xFD); /* the last of its ports is none of the device's */
    }
    expect(faults == 3 && last.si_code == SI_KERNEL, "an access that leaves the device");
}

/* ---- what is carried out --------------------------------------------------------------------- */

static void run_nothing(void)
{
    outb(1, NOWHERE);
    expect(inb(NOWHERE) == 0xFF && inw(NOWHERE) == 0xFFFF && inl(NOWHERE) == 0xFFFFFFFFu,
           "a read of nothing gives ones");
}

/* A block of more elements than are moved at once, in both directions. */
static void run_long(void)
{
    uint8_t *bytes = malloc(LONG);
    unsigned i;

    for (i = 0; i < LONG; i++) {
        bytes[i] = (uint8_t)(i * 7);
    }
    outsb(PORT, bytes, LONG);
    expect(inb(PORT) == bytes[LONG - 1], "the last element of a long block");
    insb(PORT, bytes, LONG);
    expect(bytes[0] == (uint8_t)((LONG - 1) * 7) && bytes[LONG - 1] == bytes[0] &&
               memchr(bytes, (uint8_t)((LONG - 1) * 7 + 1), LONG) == NULL,
           "a long block that is read");
}

/* A block runs into memory that cannot be written, and into memory that is not there. */
static void run_memory(void)
{
    uint8_t *pages =
        mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    catch_faults();
    mprotect(pages + 4096, 4096, PROT_READ);
    munmap(pages + 8192, 4096);
    outb(0x77, PORT);
    if (sigsetjmp(after, 1) == 0) {
        insb(PORT, pages + 4090, 100);
    }
    expect(faults == 1 && last.si_code == SEGV_ACCERR && last.si_addr == pages + 4096,
           "the fault of a page that cannot be written");
    expect(last_registers[REG_RCX] == 94 && last_registers[REG_RDI] == (greg_t)(pages + 4096),
           "the registers at that fault");
    expect(pages[4090] == 0x77 && pages[4095] == 0x77 && pages[4089] == 0 && pages[4096] == 0,
           "the memory at that fault");
    if (sigsetjmp(after, 1) == 0) {
        outsw(PORT, pages + 8192 - 4, 100);
    }
    expect(faults == 2 && last.si_code == SEGV_MAPERR && last.si_addr == pages + 8192,
           "the fault of a page that is not there");
    expect(last_registers[REG_RCX] == 98 && last_registers[REG_RSI] == (greg_t)(pages + 8192),
           "the registers at that one");
}

/* An instruction whose last byte is the last one of its memory, in memory of no file. */
static void run_edge(void)
{
    uint8_t *page =
        mmap(NULL, 8192, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void (*code)(void) = (void (*)(void))(uintptr_t)(page + 4096 - 2);

    page[4094] = 0xE6; /* OUT 62, AL, and there is no more */
    page[4095] = 0x62;
    page[4096] = 0xC3;
    code();
    page[4095] = 0xE6; /* and one that begins in a page and ends in the next */
    page[4096] = 0x63;
    page[4097] = 0xC3;
    ((void (*)(void))(uintptr_t)(page + 4095))();
    page[4095] = 0x62;
    munmap(page + 4096, 4096);
    catch_faults();
    if (sigsetjmp(after, 1) == 0) {
        code();
    }
    expect(faults == 1 && last.si_addr == page + 4096, "the fault is behind the instruction");
}

static void run_cli(void)
{
    __asm__ volatile("cli\n\tsti");
}

static void run_hlt(void)
{
    __asm__ volatile("hlt");
}

/* ---- threads, children ----------------------------------------------------------------------- */

static void *use_port(void *number)
{
    const uint16_t port = (uint16_t)(PORT + 2 * (uintptr_t)number);
    uintptr_t wrong = 0;
    unsigned i;

    for (i = 0; i < ACCESSES / 2; i++) {
        outw((uint16_t)(i * 3), port);
        wrong += inw(port) != (uint16_t)(i * 3);
    }
    return (void *)wrong;
}

static void run_threads(void)
{
    pthread_t threads[THREADS];
    uintptr_t i;

    for (i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, use_port, (void *)i);
    }
    for (i = 0; i < THREADS; i++) {
        void *wrong;

        pthread_join(threads[i], &wrong);
        expect(wrong == NULL, "a thread has read what it has not written");
    }
}

static char *own_path;

static pid_t start_child(int kind)
{
    const pid_t child = kind == 1 ? vfork() : fork();

    if (child == 0) {
        if (kind != 1) {
            outb((uint8_t)(inb(PORT) + 1), PORT);
        }
        if (kind != 0) {
            execl(own_path, own_path, "add", NULL);
        }
        _exit(kind == 0 ? 0 : 9);
    }
    return child;
}

/* Each child uses the port: one forked, one that executes after vfork, one that does both. */
static void run_children(void)
{
    int status, kind;

    for (kind = 0; kind < 3; kind++) {
        waitpid(start_child(kind), &status, 0);
        expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child's status");
    }
    expect(inb(PORT) == 3, "each child has counted"); /* from FF, four times */
}

/* A child that lives longer than the program. */
static void run_survivor(const char *file)
{
    if (fork() == 0) {
        FILE *out;

        usleep(300000);
        outb(0x42, PORT);
        out = fopen(file, "w");
        fprintf(out, "%X\n", inb(PORT));
        fclose(out);
        _exit(0);
    }
}

static void *execute(void *ignored)
{
    (void)ignored;
    outb(0x10, PORT);
    execl(own_path, own_path, "add", NULL);
    return NULL;
}

/* A thread that is not the first one executes a program. */
static void run_thread_exec(void)
{
    pthread_t threads[2];

    pthread_create(&threads[0], NULL, use_port, (void *)4);
    pthread_create(&threads[1], NULL, execute, NULL);
    pthread_join(threads[1], NULL);
    expect(false, "the program was not executed");
}

/* ---- signals --------------------------------------------------------------------------------- */

static volatile sig_atomic_t signals;

static void on_signal(int number)
{
    (void)number;
    signals++;
}

/* Signals come while the ports are in use, and are seen as often as they were sent. */
static void run_signals(void)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct itimerspec often = {.it_interval = moment, .it_value = moment};
    timer_t timer;
    unsigned i;

    signal(SIGUSR1, on_signal);
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    timer_settime(timer, 0, &often, NULL);
    for (i = 0; i < 20000; i++) {
        outb((uint8_t)i, PORT);
        expect(inb(PORT) == (uint8_t)i, "a value with signals");
    }
    timer_delete(timer);
    expect(signals > 10, "too few signals");
}

/* All signals are blocked, as in the threads of careful programs. */
static void run_blocked(void)
{
    sigset_t all, now;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    outb(0x33, PORT);
    expect(inb(PORT) == 0x33, "a port while all signals are blocked");
    sigprocmask(SIG_BLOCK, NULL, &now);
    expect(sigismember(&now, SIGUSR1) == 1, "the blocked signals");
}

static volatile bool is_over;

/*
 * Sends SIGSEGV until 50 have come. One that is sent while a fault's own is on its way is none of
 * its own for the kernel, so some more are allowed.
 */
static void *send_faults(void *to)
{
    int sent, wait;

    for (sent = 0; sent < 60 && signals < 50; sent++) {
        const int before = signals;

        pthread_kill(*(pthread_t *)to, SIGSEGV);
        for (wait = 0; signals == before && wait < 100; wait++) {
            usleep(1000);
        }
    }
    is_over = true;
    return NULL;
}

/* SIGSEGV that somebody sends is not the port instruction's at which it comes. */
static void run_sent(void)
{
    pthread_t own = pthread_self(), sender;

    signal(SIGSEGV, on_signal);
    pthread_create(&sender, NULL, send_faults, &own);
    while (!is_over) {
        __asm__ volatile(".rept 1000\n\tinb $0x60, %%al\n\t.endr" : : : "eax");
    }
    pthread_join(sender, NULL);
    expect(signals == 50, "signals that were sent");
}

static void run_stop(void)
{
    outb(1, PORT);
    raise(SIGSTOP);
    expect(inb(PORT) == 1, "the port after a stop");
    puts("on");
}

static void run_term(void)
{
    signal(SIGTERM, on_signal);
    puts("ready");
    fflush(stdout);
    while (signals == 0) {
        outb(1, PORT);
        usleep(1000);
    }
    puts("term");
    exit(7);
}

/* Without any access that would end it when nobody serves it. */
static void run_idle(void)
{
    puts("ready");
    fflush(stdout);
    pause();
}

static void run_wait(void)
{
    outb(1, PORT);
    puts("ready");
    fflush(stdout);
    for (;;) {
        (void)inb(PORT);
        usleep(1000);
    }
}

/* ---- rights ---------------------------------------------------------------------------------- */

static void run_ioperm(void)
{
    printf("%d", ioperm(0x300, 0x100, 1) == 0 ? 0 : errno);
    printf(" %d", ioperm(0x500, 1, 1) == 0 ? 0 : errno);
    printf(" %d", ioperm(0x600, 1, 1) == 0 ? 0 : errno);
    printf(" %d\n", iopl(3) == 0 ? 0 : errno);
    outb(0x21, PORT);
    expect(inb(PORT) == 0x21, "the port after ioperm");
}

static void run_crash(const char *how)
{
    outb(1, PORT);
    if (strcmp(how, "abort") == 0) {
        abort();
    } else if (strcmp(how, "denied") == 0) {
        outb(1, DENIED);
    } else if (strcmp(how, "null") == 0) {
        *nowhere = 1;
    } else {
        raise(atoi(how));
    }
}

/* The first access comes after a long time. */
static void run_late(void)
{
    usleep(1500000);
    outb(0x11, PORT);
    usleep(1500000);
    outb(0x22, PORT);
}

/* Accesses of every kind to a printer port: data, status, control, and blocks of data. */
static void run_real(uint16_t base)
{
    uint8_t bytes[40], read[40];
    unsigned i;

    for (i = 0; i < 200; i++) {
        outb((uint8_t)(i * 5), base);
        expect(inb(base) == (uint8_t)(i * 5), "the data of a printer port");
        (void)inb((uint16_t)(base + 1));
        outb((uint8_t)(0xC8 | (i & 6)),
             (uint16_t)(base + 2)); /* no STROBE, so nothing is printed */
        (void)inb((uint16_t)(base + 2));
    }
    for (i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(0x80 + i);
    }
    outsb(base, bytes, sizeof bytes);
    insb(base, read, sizeof read);
    expect(read[0] == 0x80 + sizeof bytes - 1 && read[39] == read[0], "a block of data");
}

/* Prints a line: each byte with a STROBE, as a printer takes it. */
static void run_print(uint16_t base, const char *text)
{
    do {
        outb((uint8_t)(*text != '\0' ? *text : '\n'), base);
        outb(0xCD, (uint16_t)(base + 2));
        outb(0xCC, (uint16_t)(base + 2));
    } while (*text++ != '\0');
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } cases[] = {
        {"handler", run_handler},   {"nothing", run_nothing},
        {"long", run_long},         {"memory", run_memory},
        {"edge", run_edge},         {"cli", run_cli},
        {"hlt", run_hlt},           {"threads", run_threads},
        {"children", run_children}, {"signals", run_signals},
        {"blocked", run_blocked},   {"stop", run_stop},
        {"term", run_term},         {"wait", run_wait},
        {"ioperm", run_ioperm},     {"thread-exec", run_thread_exec},
        {"late", run_late},         {"sent", run_sent},
        {"idle", run_idle},
    };
    const char *what = count > 1 ? arguments[1] : "";
    const char *argument = count > 2 ? arguments[2] : "";
    size_t i;

    own_path = arguments[0];
    if (strcmp(what, "add") == 0) {
        outb((uint8_t)(inb(PORT) + 1), PORT);
        return 0;
    }
    if (strcmp(what, "become") == 0) { /* another program, which counts on */
        outb(1, PORT);
        execl(argument, argument, "add", NULL);
        return 9;
    }
    if (strcmp(what, "exit") == 0) {
        outb(1, PORT);
        return atoi(argument);
    }
    if (strcmp(what, "crash") == 0) {
        run_crash(argument);
    }
    if (strcmp(what, "real") == 0) {
        run_real((uint16_t)strtoul(argument, NULL, 16));
        return failed;
    }
    if (strcmp(what, "print") == 0) {
        run_print((uint16_t)strtoul(argument, NULL, 16), count > 3 ? arguments[3] : "");
        return 0;
    }
    if (strcmp(what, "survivor") == 0) {
        run_survivor(argument);
        return 5;
    }
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (strcmp(what, cases[i].name) == 0) {
            cases[i].run();
            return failed;
        }
    }
    printf("there is no case %s\n", what);
    return 2;
}
