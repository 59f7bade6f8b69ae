/* SPDX-License-Identifier: MIT
 *
 * What the tests of userportctl under Wine need of Windows itself, and Wine's own programs do not do. Arguments:
 *
 *   volatile KEY NAME HEX     a value REG_RESOURCE_LIST below HKLM, in keys that are not kept, as HARDWARE's are
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

static int failed(const char *what)
{
    fprintf(stderr, "ctl_client: %s (%lu)\n", what, (unsigned long)GetLastError());
    return 99;
}

static int make_volatile(const WCHAR *path, const WCHAR *name, const WCHAR *hex)
{
    static BYTE data[4096];
    DWORD length = 0;
    unsigned byte;
    HKEY key;

    while (length < sizeof data && swscanf(hex + (size_t)2 * length, L"%2x", &byte) == 1) {
        data[length++] = (BYTE)byte;
    }
    if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, NULL, REG_OPTION_VOLATILE, KEY_SET_VALUE, NULL, &key, NULL) != 0 ||
        RegSetValueExW(key, name, 0, 8, data, length) != 0) {
        return failed("cannot make the key");
    }
    return 0;
}

int wmain(int argc, WCHAR **argv);

int wmain(int argc, WCHAR **argv)
{
    if (argc == 5 && wcscmp(argv[1], L"volatile") == 0) {
        return make_volatile(argv[2], argv[3], argv[4]);
    }
    fputs("usage: ctl_client volatile KEY NAME HEX\n", stderr);
    return 99;
}
