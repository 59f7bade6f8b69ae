/* SPDX-License-Identifier: MIT
 *
 * What the fake driver's ports have seen, for tests of programs that are no tests themselves.
 * journal PORT=VALUE... (both hexadecimal) makes all ports 0, sets these, and empties the journal;
 * journal alone prints it, an access in a line: "in 379 DF", "out 378 48". It needs the ports that
 * it sets, E070 and E080-E083.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/wine/fake/fake.h"
#include "userport/userport.h"

static int failed(void)
{
    char why[200];

    up_failure_text(why, sizeof why);
    fprintf(stderr, "journal: %s\n", why);
    return 1;
}

static int prepare(up_handle *handle, int count, char **settings)
{
    char *end;
    int i;

    if (up_out8(handle, FAKE_RESET, 1) != UP_OK) {
        return failed();
    }
    for (i = 0; i < count; i++) {
        uint16_t port = (uint16_t)strtoul(settings[i], &end, 16);

        if (*end != '=' || up_out8(handle, port, (uint8_t)strtoul(end + 1, NULL, 16)) != UP_OK) {
            return failed();
        }
    }
    return up_out8(handle, FAKE_JOURNAL, 1) == UP_OK ? 0 : failed();
}

int main(int argc, char **argv)
{
    up_handle *handle;
    uint32_t entry;

    if (up_open(UP_BACKEND_IOCTL, &handle) != UP_OK) {
        return failed();
    }
    if (argc > 1) {
        return prepare(handle, argc - 1, argv + 1);
    }
    do {
        if (up_in32(handle, FAKE_JOURNAL, &entry) != UP_OK) {
            return failed();
        }
        if (entry != 0) {
            printf("%s%s %X %02X\n", entry & FAKE_WRITTEN ? "out" : "in",
                   (entry & 0x7F) == 1 ? "" : " wide", (unsigned)(entry >> 16),
                   (unsigned)(entry >> 8 & 0xFF));
        }
    } while (entry != 0);
    return 0;
}
