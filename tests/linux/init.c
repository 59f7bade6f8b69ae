/* SPDX-License-Identifier: MIT
 *
 * The first program of the emulated Linux PC (tests/linux/run). It loads the modules that the
 * kernel needs for the host's files, puts a layer of memory over them, so that the test may write
 * everywhere and nothing stays, runs one program there and ends the machine with its exit status.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_PORT 0xf4 /* QEMU's isa-debug-exit */

static void end(int status)
{
    sync();
    outb((unsigned char)status, EXIT_PORT);
    reboot(RB_POWER_OFF); /* a QEMU without the port */
    for (;;) {
        pause();
    }
}

static void must(int result, const char *what)
{
    if (result < 0) {
        printf("init: %s: %s\n", what, strerror(errno));
        end(100);
    }
}

static void make_mount(const char *what, const char *where, const char *type, unsigned long flags,
                       const char *options)
{
    mkdir(where, 0755);
    must(mount(what, where, type, flags, options), where);
}

/* /modules/NN-name.ko, in the order of their names. */
static void load_modules(void)
{
    struct dirent **entries;
    const int count = scandir("/modules", &entries, NULL, alphasort);
    char path[600];
    int i, file;

    must(count, "/modules");
    for (i = 0; i < count; i++) {
        if (entries[i]->d_name[0] != '.') {
            snprintf(path, sizeof path, "/modules/%s", entries[i]->d_name);
            file = open(path, O_RDONLY | O_CLOEXEC);
            must(file, path);
            must((int)syscall(SYS_finit_module, file, "", 0), path);
            close(file);
        }
    }
}

/* What stands behind key in the kernel's command line; exits if it is not there. */
static const char *option(const char *key)
{
    static char line[4096];
    char *at;
    FILE *file = fopen("/proc/cmdline", "r");

    if (file == NULL || fgets(line, sizeof line, file) == NULL) {
        must(-1, "/proc/cmdline");
    }
    fclose(file);
    at = strstr(line, key);
    if (at == NULL) {
        errno = EINVAL;
        must(-1, key);
    }
    at += strlen(key);
    at[strcspn(at, " \n")] = '\0';
    return at;
}

int main(void)
{
    char program[4096];
    char *const environment[] = {
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
        "TERM=dumb", "LANG=C.UTF-8", NULL};
    int status, console;
    pid_t child;

    make_mount("proc", "/proc", "proc", 0, NULL);
    make_mount("dev", "/dev", "devtmpfs", 0, NULL);
    must(iopl(3), "iopl"); /* now: a suite may lock the kernel down */
    console = open("/dev/ttyS0", O_RDWR);
    if (console >= 0) {
        dup2(console, 0);
        dup2(console, 1);
        dup2(console, 2);
    }
    setvbuf(stdout, NULL, _IONBF, 0);
    snprintf(program, sizeof program, "%s", option("userport.run="));
    load_modules();
    make_mount("host", "/host", "9p", MS_RDONLY,
               "trans=virtio,version=9p2000.L,msize=1048576,cache=loose,access=any");
    make_mount("memory", "/memory", "tmpfs", 0, "mode=0755");
    must(mkdir("/memory/upper", 0755), "/memory/upper");
    must(mkdir("/memory/work", 0755), "/memory/work");
    make_mount("overlay", "/pc", "overlay", 0,
               "lowerdir=/host,upperdir=/memory/upper,workdir=/memory/work");
    make_mount("proc", "/pc/proc", "proc", 0, NULL);
    make_mount("sys", "/pc/sys", "sysfs", 0, NULL);
    make_mount("dev", "/pc/dev", "devtmpfs", 0, NULL);
    make_mount("shm", "/pc/dev/shm", "tmpfs", 0, "mode=1777");
    make_mount("pts", "/pc/dev/pts", "devpts", 0, "mode=0620,gid=5");
    make_mount("tmp", "/pc/tmp", "tmpfs", 0, "mode=1777");
    make_mount("run", "/pc/run", "tmpfs", 0, "mode=0755");
    symlink("/proc/self/fd", "/pc/dev/fd");
    /* moved, and not only changed to: who runs in a changed root may make no name spaces */
    must(chdir("/pc"), "/pc");
    must(mount(".", "/", NULL, MS_MOVE, NULL), "/");
    must(chroot("."), "/");
    must(chdir("/"), "/");
    child = fork();
    must(child, "fork");
    if (child == 0) {
        char *const arguments[] = {program, NULL};

        setsid();
        must(iopl(0), "iopl");
        execve(program, arguments, environment);
        printf("init: %s: %s\n", program, strerror(errno));
        _exit(101);
    }
    while (wait(&status) != child) {
    }
    end(WIFEXITED(status) ? WEXITSTATUS(status) : 102);
    return 0;
}
