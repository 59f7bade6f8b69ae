/* SPDX-License-Identifier: MIT
 *
 * A program as those for giveio are: it opens a driver's device, by both of CreateFile, closes it
 * at once, and runs IN itself.
 *
 *   opener NAME PORT    opens \\.\NAME, then reads the port (hexadecimal)
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

static int is_opened(HANDLE device)
{
    if (device == INVALID_HANDLE_VALUE) {
        printf("cannot open it: error %lu\n", GetLastError());
        return 0;
    }
    CloseHandle(device);
    return 1;
}

int main(int argc, char **argv)
{
    WCHAR wide[100];
    char name[100];
    unsigned short port;
    unsigned char value;

    if (argc != 3 || snprintf(name, sizeof name, "\\\\.\\%s", argv[1]) >= (int)sizeof name) {
        return 2;
    }
    if (!is_opened(
            CreateFileA(name, GENERIC_READ, 0, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL)) ||
        MultiByteToWideChar(CP_ACP, 0, name, -1, wide, 100) == 0 ||
        !is_opened(
            CreateFileW(wide, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL))) {
        return 1;
    }
    port = (unsigned short)strtoul(argv[2], NULL, 16);
    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    printf("%s was opened; %X reads %02X\n", argv[1], port, value);
    return 0;
}
