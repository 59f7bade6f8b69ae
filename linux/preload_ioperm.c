/* SPDX-License-Identifier: MIT
 *
 * libuserport-ioperm.so: for programs that call ioperm() or iopl() themselves before they use their ports, as those of root
 * do. The kernel refuses both to a program without privileges, also for ports that it has from userport-run; here they
 * succeed for such ports. userportctl run --ioperm puts it in, by LD_PRELOAD. It gives no right: the processor decides, and
 * a program that uses a port which it does not have ends by SIGSEGV.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../core/portlist.h"
#include "environment.h"

#define EXPORTED __attribute__((visibility("default")))

static struct up_portset granted;

__attribute__((constructor)) static void read_variable(void)
{
    const char *list = getenv(UP_ENVIRONMENT_PORTS);

    up_portset_deny_all(&granted);
    if (list != NULL) {
        (void)up_portlist_parse(list, strlen(list), &granted, NULL);
    }
}

static bool has_all(unsigned long from, unsigned long count)
{
    unsigned long i;

    for (i = 0; i < count; i++) {
        if (!up_portset_has(&granted, (uint16_t)(from + i))) {
            return false;
        }
    }
    return true;
}

/* What a program takes from itself it does not get again: the kernel would not give it back. */
EXPORTED int ioperm(unsigned long from, unsigned long count, int turn_on)
{
    const int before = errno;

    if (syscall(SYS_ioperm, from, count, turn_on) == 0) {
        if (!turn_on && count > 0) {
            up_portset_deny(&granted, (uint16_t)from, (uint16_t)(from + count - 1));
        }
        return 0;
    }
    if (errno != EPERM || !has_all(from, count)) { /* EPERM: the kernel has looked at the range, which is one */
        return -1;
    }
    errno = before;
    return 0;
}

/* Asked for are all ports; a program needs but its own. So it is enough to have some. */
EXPORTED int iopl(int level)
{
    const int before = errno;

    if (syscall(SYS_iopl, level) == 0) {
        return 0;
    }
    if (errno != EPERM || up_portset_count(&granted) == 0) {
        return -1;
    }
    errno = before;
    return 0;
}
