/* SPDX-License-Identifier: MIT
 *
 * The text is that of Wine's own files: "[key] seconds", "#time=..." and a line for each value.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "saved.h"

#define FILE_NAME "C:\\saved_keys.txt"

/* RegSaveKey wants this privilege switched on, which an administrator has. */
static void become_able(void)
{
    TOKEN_PRIVILEGES wanted = {.PrivilegeCount = 1};
    HANDLE token;

    if (OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES, &token)) {
        wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
        if (LookupPrivilegeValueA(NULL, "SeBackupPrivilege", &wanted.Privileges[0].Luid)) {
            AdjustTokenPrivileges(token, FALSE, &wanted, 0, NULL, NULL);
        }
        CloseHandle(token);
    }
}

static char *read_file(void)
{
    char *text = NULL;
    long size;
    FILE *file = fopen(FILE_NAME, "rb");

    if (file == NULL) {
        return NULL;
    }
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0) {
        text = malloc((size_t)size + 1);
        rewind(file);
        if (text != NULL) {
            text[fread(text, 1, (size_t)size, file)] = '\0';
        }
    }
    fclose(file);
    return text;
}

static void strip_times(char *text)
{
    const char *line = text;
    char *to = text;

    while (*line != '\0') {
        const size_t length = strcspn(line, "\n");
        const char *next = line + length + (line[length] == '\n');
        size_t kept = length;

        if (line[0] == '[') {
            while (kept > 1 && line[kept - 1] != ']') {
                kept--;
            }
        }
        if (strncmp(line, "#time=", 6) != 0) {
            memmove(to, line, kept);
            to += kept;
            *to++ = '\n';
        }
        line = next;
    }
    *to = '\0';
}

char *saved_keys(const char *path)
{
    char *text = NULL;
    HKEY key;
    LONG error = RegOpenKeyExA(HKEY_LOCAL_MACHINE, path, 0, KEY_READ, &key);

    if (error == 0) {
        become_able();
        error = RegSaveKeyA(key, FILE_NAME, NULL);
        RegCloseKey(key);
    }
    if (error == 0) {
        text = read_file();
        DeleteFileA(FILE_NAME);
    } else {
        SetLastError((DWORD)error);
    }
    if (text != NULL) {
        strip_times(text);
    }
    return text;
}
