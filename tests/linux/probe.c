/* SPDX-License-Identifier: MIT
 *
 * Which ports this process may use, found by an IN from each of the 65,536: what faults is denied.
 * For the tests of userport-run; as a program of 64 bits, and without a C library as one of 32.
 *
 *     probe all               prints the ranges: 378-37A, 3BC
 *     probe                   the same, of the ports 2F0-3FF: a fault takes an emulated processor
 * 20 us probe edges FIRST LAST  what 16 and 32-bit reads at the ends of a range do probe
 * fork|thread       the same, in a child, in a second thread probe run PROGRAM ARG.. prints, and
 * executes PROGRAM probe status            what the process has: capabilities, no_new_privs,
 * descriptors, environment
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/wait.h>
#include <unistd.h>

static __thread sigjmp_buf after_fault;

static void on_fault(int signal)
{
    (void)signal;
    siglongjmp(after_fault, 1);
}

static bool may_read(unsigned port, unsigned width)
{
    if (sigsetjmp(after_fault, 0) != 0) {
        return false;
    }
    switch (width) {
    case 1:
        (void)inb((unsigned short)port);
        break;
    case 2:
        (void)inw((unsigned short)port);
        break;
    default:
        (void)inl((unsigned short)port);
        break;
    }
    return true;
}

static unsigned first_tried = 0x2F0, end_tried = 0x400;

static void *print_ports(void *unused)
{
    const char *comma = "";
    unsigned port, first;

    (void)unused;
    for (port = first_tried; port < end_tried; port++) {
        if (!may_read(port, 1)) {
            continue;
        }
        first = port;
        while (port + 1 < end_tried && may_read(port + 1, 1)) {
            port++;
        }
        printf(first == port ? "%s%X" : "%s%X-%X", comma, first, port);
        comma = ", ";
    }
    puts(*comma == '\0' ? "none" : "");
    fflush(stdout);
    return NULL;
}

static void print_edges(unsigned first, unsigned last)
{
    printf(
        "inw(first - 1) %d, inw(last - 1) %d, inw(last) %d, inl(last - 3) %d, inl(last - 2) %d\n",
        may_read(first - 1, 2), may_read(last - 1, 2), may_read(last, 2), may_read(last - 3, 4),
        may_read(last - 2, 4));
}

static void print_lines_of_status(void)
{
    static const char *const wanted[] = {"Uid:",    "Gid:",    "Groups:",     "CapInh:", "CapPrm:",
                                         "CapEff:", "CapAmb:", "NoNewPrivs:", "Seccomp:"};
    FILE *file = fopen("/proc/self/status", "r");
    char line[300];
    size_t i;

    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        for (i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
            if (strncmp(line, wanted[i], strlen(wanted[i])) == 0) {
                fputs(line, stdout);
            }
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

static void print_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    const struct dirent *entry;

    printf("Descriptors:");
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(folder)) {
            printf(" %s", entry->d_name);
        }
    }
    puts("");
    if (folder != NULL) {
        closedir(folder);
    }
}

static void print_status(char **arguments)
{
    extern char **environ;
    char **variable;

    print_lines_of_status();
    print_descriptors();
    printf("Name: %s\n", arguments[0]);
    for (variable = environ; *variable != NULL; variable++) {
        printf("Environment: %s\n", *variable);
    }
}

int main(int count, char **arguments)
{
    const char *what = count > 1 ? arguments[1] : "";
    struct sigaction action;
    pthread_t thread;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_fault;
    action.sa_flags = SA_NODEFER;
    if (sigaction(SIGSEGV, &action, NULL) != 0) {
        return 1;
    }
    if (strcmp(what, "all") == 0) {
        first_tried = 0;
        end_tried = 0x10000;
        arguments++;
        count--;
        what = count > 1 ? arguments[1] : "";
    }
    if (strcmp(what, "status") == 0) {
        print_status(arguments);
    } else if (strcmp(what, "edges") == 0 && count == 4) {
        print_edges((unsigned)strtoul(arguments[2], NULL, 16),
                    (unsigned)strtoul(arguments[3], NULL, 16));
    } else if (strcmp(what, "fork") == 0) {
        if (fork() == 0) {
            print_ports(NULL);
            _exit(0);
        }
        wait(NULL);
    } else if (strcmp(what, "thread") == 0) {
        return pthread_create(&thread, NULL, print_ports, NULL) != 0 ||
               pthread_join(thread, NULL) != 0;
    } else {
        print_ports(NULL);
        if (strcmp(what, "run") == 0 && count > 2) {
            execv(arguments[2], arguments + 2);
            perror(arguments[2]);
            return 1;
        }
    }
    return 0;
}
