/* SPDX-License-Identifier: MIT
 *
 * A client of inpout32.dll as people wrote them: its own declarations, linked to an import library,
 * or (with DYNAMIC) by LoadLibrary and GetProcAddress as scripting languages do. VALUE is what its
 * author took Inp32's argument for: short, as in C, or int, as Visual Basic's Long. Usage: inpout
 * [DLL] COMMAND..., ports and values hexadecimal:
 *
 *   r378      Inp32               w378=5A  Out32
 *   b378      DlPortReadPortUchar B378=5A  DlPortWritePortUchar, and u U for Ushort, l L for Ulong
 *   s378*10   DlPortReadPortBufferUchar of so many bytes: the last one; S378*10 writes 1, 2, 3, ...
 *   o         IsInpOutDriverOpen  x        IsXP64Bit          m  the four functions for physical
 * memory z64       sleeps so many milliseconds
 *
 * Each prints the command, what it gave and GetLastError, which is 777 before it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>

#ifndef VALUE
#define VALUE short
#endif

#ifdef DYNAMIC
#define FUNCTION(type, name, ...) static type(WINAPI *name)(__VA_ARGS__)
#else
#define FUNCTION(type, name, ...) type WINAPI name(__VA_ARGS__)
#endif

FUNCTION(VALUE, Inp32, VALUE port);
FUNCTION(void, Out32, VALUE port, VALUE data);
FUNCTION(BOOL, IsInpOutDriverOpen, void);
FUNCTION(BOOL, IsXP64Bit, void);
FUNCTION(UCHAR, DlPortReadPortUchar, USHORT port);
FUNCTION(void, DlPortWritePortUchar, USHORT port, UCHAR value);
FUNCTION(USHORT, DlPortReadPortUshort, USHORT port);
FUNCTION(void, DlPortWritePortUshort, USHORT port, USHORT value);
FUNCTION(ULONG, DlPortReadPortUlong, ULONG port);
FUNCTION(void, DlPortWritePortUlong, ULONG port, ULONG value);
FUNCTION(BYTE *, MapPhysToLin, BYTE *address, DWORD size, HANDLE *handle);
FUNCTION(BOOL, UnmapPhysicalMemory, HANDLE handle, BYTE *address);
FUNCTION(BOOL, GetPhysLong, BYTE *address, DWORD *value);
FUNCTION(BOOL, SetPhysLong, BYTE *address, DWORD value);
FUNCTION(void, DlPortReadPortBufferUchar, ULONG port, BYTE *buffer, ULONG count);
FUNCTION(void, DlPortWritePortBufferUchar, ULONG port, BYTE *buffer, ULONG count);

#ifdef DYNAMIC
static int load(const char *dll)
{
    const struct {
        const char *name;
        void *pointer;
    } table[] = {{"Inp32", &Inp32},
                 {"Out32", &Out32},
                 {"IsInpOutDriverOpen", &IsInpOutDriverOpen},
                 {"IsXP64Bit", &IsXP64Bit},
                 {"DlPortReadPortUchar", &DlPortReadPortUchar},
                 {"DlPortWritePortUchar", &DlPortWritePortUchar},
                 {"DlPortReadPortUshort", &DlPortReadPortUshort},
                 {"DlPortWritePortUshort", &DlPortWritePortUshort},
                 {"DlPortReadPortUlong", &DlPortReadPortUlong},
                 {"DlPortWritePortUlong", &DlPortWritePortUlong},
                 {"MapPhysToLin", &MapPhysToLin},
                 {"UnmapPhysicalMemory", &UnmapPhysicalMemory},
                 {"GetPhysLong", &GetPhysLong},
                 {"SetPhysLong", &SetPhysLong},
                 {"DlPortReadPortBufferUchar", &DlPortReadPortBufferUchar},
                 {"DlPortWritePortBufferUchar", &DlPortWritePortBufferUchar}};
    HMODULE module = LoadLibraryA(dll);
    unsigned i;

    if (module == NULL) {
        printf("cannot load %s (%lu)\n", dll, GetLastError());
        return 0;
    }
    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        FARPROC address = GetProcAddress(module, table[i].name);

        if (address == NULL) {
            printf("%s has no %s\n", dll, table[i].name);
            return 0;
        }
        *(FARPROC *)table[i].pointer = address;
    }
    return 1;
}
#endif

static long memory(void)
{
    HANDLE handle = (HANDLE)1;
    DWORD value = 5;

    return MapPhysToLin((BYTE *)0xA0000, 4096, &handle) != NULL ||
           UnmapPhysicalMemory(handle, (BYTE *)0xA0000) || GetPhysLong((BYTE *)0xA0000, &value) ||
           SetPhysLong((BYTE *)0xA0000, 0);
}

static long block(char command, ULONG port, ULONG count)
{
    static BYTE bytes[4096];
    ULONG i;

    for (i = 0; i < sizeof bytes; i++) {
        bytes[i] = (BYTE)(i + 1);
    }
    if (count == 0 || count > sizeof bytes) {
        return -1;
    }
    if (command == 's') {
        DlPortReadPortBufferUchar(port, bytes, count);
    } else {
        DlPortWritePortBufferUchar(port, bytes, count);
    }
    return bytes[count - 1];
}

static long run(char command, unsigned long port, unsigned long value)
{
    switch (command) {
    case 'r':
        return Inp32((VALUE)port);
    case 'w':
        Out32((VALUE)port, (VALUE)value);
        return 0;
    case 'b':
        return DlPortReadPortUchar((USHORT)port);
    case 'B':
        DlPortWritePortUchar((USHORT)port, (UCHAR)value);
        return 0;
    case 'u':
        return DlPortReadPortUshort((USHORT)port);
    case 'U':
        DlPortWritePortUshort((USHORT)port, (USHORT)value);
        return 0;
    case 'l':
        return (long)DlPortReadPortUlong(port);
    case 'L':
        DlPortWritePortUlong(port, value);
        return 0;
    case 's':
    case 'S':
        return block(command, port, value);
    case 'o':
        return IsInpOutDriverOpen();
    case 'x':
        return IsXP64Bit();
    case 'z':
        Sleep(port);
        return 0;
    default:
        return memory();
    }
}

int main(int argc, char **argv)
{
    int i = 1;

#ifdef DYNAMIC
    if (argc < 2 || !load(argv[i++])) {
        return 1;
    }
#endif
    for (; i < argc; i++) {
        char *end = argv[i] + 1;
        unsigned long port = strtoul(end, &end, 16);
        unsigned long value = *end != '\0' ? strtoul(end + 1, NULL, 16) : 0;
        long result;

        SetLastError(777);
        result = run(argv[i][0], port, value);
        printf("%s %lX %lu\n", argv[i], (unsigned long)result, GetLastError());
    }
    return 0;
}
