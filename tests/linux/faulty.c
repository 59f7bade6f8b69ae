/* SPDX-License-Identifier: MIT
 *
 * A program that ends by a port that it has not. For the tests of run --explain-faults.
 *
 *     faulty in|out|inw|outl|imm|rep PORT   by this instruction
 *     faulty null                           by a pointer, which is no port's fault
 *     faulty thread PORT                    in a second thread
 *     faulty handled PORT                   with a handler, behind which it goes on
 *     faulty edge PORT                      an instruction whose last byte is the last one of its
 * memory faulty stop                           stops itself, as Ctrl-Z does; when it goes on it
 * prints "on" faulty term                           prints "ready"; at SIGTERM "term", and ends
 * with 7
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mman.h>
#include <unistd.h>

static sigjmp_buf after;

static void on_fault(int number)
{
    (void)number;
    siglongjmp(after, 1);
}

static void on_term(int number)
{
    (void)number;
    (void)!write(1, "term\n", 5);
    _exit(7);
}

static void *read_port(void *port)
{
    return (void *)(uintptr_t)inb((unsigned short)(uintptr_t)port);
}

static void read_at_the_edge(unsigned port)
{
    unsigned char *page =
        mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    page[4095] = 0xEC; /* IN AL, DX */
    munmap(page + 4096, 4096);
    mprotect(page, 4096, PROT_READ | PROT_EXEC);
    __asm__ volatile("jmp *%0" : : "r"(page + 4095), "d"(port));
}

int main(int count, char **arguments)
{
    const char *what = count > 1 ? arguments[1] : "";
    const unsigned port = count > 2 ? (unsigned)strtoul(arguments[2], NULL, 16) : 0;
    static unsigned char buffer[4];
    pthread_t thread;

    if (strcmp(what, "in") == 0) {
        (void)inb((unsigned short)port);
    } else if (strcmp(what, "out") == 0) {
        outb(0, (unsigned short)port);
    } else if (strcmp(what, "inw") == 0) {
        (void)inw((unsigned short)port);
    } else if (strcmp(what, "outl") == 0) {
        outl(0, (unsigned short)port);
    } else if (strcmp(what, "imm") == 0) {
        __asm__ volatile("inb $0x70, %%al" : : : "eax");
    } else if (strcmp(what, "rep") == 0) {
        insb((unsigned short)port, buffer, sizeof buffer);
    } else if (strcmp(what, "null") == 0) {
        *(volatile int *)(uintptr_t)port = 0;
    } else if (strcmp(what, "thread") == 0) {
        pthread_create(&thread, NULL, read_port, (void *)(uintptr_t)port);
        pthread_join(thread, NULL);
    } else if (strcmp(what, "edge") == 0) {
        read_at_the_edge(port);
    } else if (strcmp(what, "handled") == 0) {
        signal(SIGSEGV, on_fault);
        if (sigsetjmp(after, 1) == 0) {
            (void)inb((unsigned short)port);
        }
        puts("went on");
        return 3;
    } else if (strcmp(what, "stop") == 0) {
        raise(SIGSTOP);
        puts("on");
    } else if (strcmp(what, "term") == 0) {
        signal(SIGTERM, on_term);
        puts("ready");
        fflush(stdout);
        sleep(20);
    }
    return 0;
}
