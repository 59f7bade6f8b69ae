/* SPDX-License-Identifier: MIT
 *
 * Everything a C program needs to use I/O ports with UserPort: IN and OUT as functions, the opening
 * of the driver, and a handler that says which port is missing instead of a crash. Header only:
 * copy this one file into your program. For gcc and clang (MinGW) and for Visual C++ from 6.0 on,
 * 32 and 64 bits, Windows NT 4.0 and later.
 */
#ifndef PORTS_H
#define PORTS_H

#include <windows.h>

#include <stdio.h>

#if defined(_MSC_VER) && defined(_M_X64)
#include <intrin.h>
#endif

/* ---- IN and OUT ----
 * The b, w and l functions move 1, 2 and 4 bytes. A wide access needs every byte's port:
 * inportw(0x378) needs 378 and 379.
 */

#if defined(__GNUC__)

static __inline unsigned char inportb(unsigned short port)
{
    unsigned char value;
    __asm__ __volatile__("inb %w1, %b0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static __inline unsigned short inportw(unsigned short port)
{
    unsigned short value;
    __asm__ __volatile__("inw %w1, %w0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static __inline unsigned long inportl(unsigned short port)
{
    unsigned int value;
    __asm__ __volatile__("inl %w1, %0" : "=a"(value) : "Nd"(port) : "memory");
    return value;
}

static __inline void outportb(unsigned short port, unsigned char value)
{
    __asm__ __volatile__("outb %b0, %w1" : : "a"(value), "Nd"(port) : "memory");
}

static __inline void outportw(unsigned short port, unsigned short value)
{
    __asm__ __volatile__("outw %w0, %w1" : : "a"(value), "Nd"(port) : "memory");
}

static __inline void outportl(unsigned short port, unsigned long value)
{
    __asm__ __volatile__("outl %0, %w1" : : "a"((unsigned int)value), "Nd"(port) : "memory");
}

#elif defined(_MSC_VER) && defined(_M_IX86)

static __inline unsigned char inportb(unsigned short port)
{
    unsigned char value;
    __asm {
        mov dx, port
        in al, dx
        mov value, al
    }
    return value;
}

static __inline unsigned short inportw(unsigned short port)
{
    unsigned short value;
    __asm {
        mov dx, port
        in ax, dx
        mov value, ax
    }
    return value;
}

static __inline unsigned long inportl(unsigned short port)
{
    unsigned long value;
    __asm {
        mov dx, port
        in eax, dx
        mov value, eax
    }
    return value;
}

static __inline void outportb(unsigned short port, unsigned char value)
{
    __asm {
        mov dx, port
        mov al, value
        out dx, al
    }
}

static __inline void outportw(unsigned short port, unsigned short value)
{
    __asm {
        mov dx, port
        mov ax, value
        out dx, ax
    }
}

static __inline void outportl(unsigned short port, unsigned long value)
{
    __asm {
        mov dx, port
        mov eax, value
        out dx, eax
    }
}

#elif defined(_MSC_VER) && defined(_M_X64)

/* The 64-bit compiler has no __asm, but these. */
static __inline unsigned char inportb(unsigned short port)
{
    return __inbyte(port);
}

static __inline unsigned short inportw(unsigned short port)
{
    return __inword(port);
}

static __inline unsigned long inportl(unsigned short port)
{
    return __indword(port);
}

static __inline void outportb(unsigned short port, unsigned char value)
{
    __outbyte(port, value);
}

static __inline void outportw(unsigned short port, unsigned short value)
{
    __outword(port, value);
}

static __inline void outportl(unsigned short port, unsigned long value)
{
    __outdword(port, value);
}

#else
#error "I/O ports exist on x86 and x64 processors: build with Visual C++ or gcc for one of these."
#endif

/* ---- The driver ------------------------------------------------------------------------------ */

/* Opens \\.\UserPort and leaves it open until the program ends. This is for the setting in which
 * the driver grants its ports only to programs that open it. No driver, or no need to open it: not
 * an error, the first IN or OUT will tell.
 */
static __inline HANDLE ports_open(void)
{
    return CreateFileA("\\\\.\\UserPort", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                       OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
}

/* ---- When a port is not granted ----
 * The processor refuses the instruction and Windows raises exception C0000096
 * (STATUS_PRIVILEGED_INSTRUCTION) in the program. A filter set with SetUnhandledExceptionFilter
 * sees it: that call is in every Windows NT, and works in compilers that have no __try. Under a
 * debugger the debugger sees the exception first.
 */

#define PORTS_DENIED 0xC0000096ul

#if defined(_M_X64) || defined(__x86_64__)
#define PORTS_INSTRUCTION(context) ((context)->Rip)
#define PORTS_RDX(context)         ((context)->Rdx)
#else
#define PORTS_INSTRUCTION(context) ((context)->Eip)
#define PORTS_RDX(context)         ((context)->Edx)
#endif

/* Was this exception a refused IN or OUT? Then returns the length of the instruction in bytes and
 * stores its port in *port; else returns 0. The instructions: E4-E7 with the port in the next byte,
 * EC-EF with the port in DX, and the prefix 66 before the 2-byte ones.
 */
static __inline unsigned int ports_refused(const EXCEPTION_POINTERS *info, unsigned int *port)
{
    const unsigned char *code;
    unsigned int at = 0;

    if (info->ExceptionRecord->ExceptionCode != PORTS_DENIED)
        return 0;
    code = (const unsigned char *)PORTS_INSTRUCTION(info->ContextRecord);
    if (code[at] == 0x66)
        at++;
    if ((code[at] & 0xFC) == 0xE4) {
        *port = code[at + 1];
        return at + 2;
    }
    if ((code[at] & 0xFC) == 0xEC) {
        *port = (unsigned int)(PORTS_RDX(info->ContextRecord) & 0xFFFF);
        return at + 1;
    }
    return 0;
}

static const char *ports_program = "program";

/* 64-bit Windows has no permission map, neither for 64-bit programs nor for 32-bit ones: a granted
 * port is refused too. IsWow64Process came with XP SP2; a system that lacks it is a 32-bit one.
 */
static __inline int ports_on_64_bit_windows(void)
{
    typedef BOOL(WINAPI * query)(HANDLE process, BOOL * answer);
    query is_wow64;
    BOOL answer = FALSE;

    if (sizeof(void *) == 8)
        return 1;
    is_wow64 =
        (query)(void (*)(void))GetProcAddress(GetModuleHandleA("kernel32.dll"), "IsWow64Process");
    return is_wow64 != NULL && is_wow64(GetCurrentProcess(), &answer) && answer;
}

static LONG WINAPI ports_explain_filter(EXCEPTION_POINTERS *info)
{
    unsigned int port;

    if (ports_refused(info, &port) == 0)
        return EXCEPTION_CONTINUE_SEARCH;
    fflush(stdout);
    /* userportctl run brings that DLL into the program */
    if (ports_on_64_bit_windows() && GetModuleHandleA("userport-trap.dll") == NULL)
        fprintf(stderr,
                "%s: port %X: 64-bit Windows lets no program run IN and OUT itself: start it by "
                "userportctl run, or use userport.dll (see examples/c/lptstatus.c)\n",
                ports_program, port);
    else
        fprintf(stderr,
                "%s: port %X is not granted (exception %lX). Add it to UserPort's list, or start "
                "the driver.\n",
                ports_program, port, PORTS_DENIED);
    fflush(stderr);
    ExitProcess(PORTS_DENIED); /* the caller sees the exception as the exit code */
    return EXCEPTION_CONTINUE_SEARCH;
}

/* From here on a port that is not granted ends the program with one line that names the port. */
static __inline void ports_explain(const char *program)
{
    ports_program = program;
    SetUnhandledExceptionFilter(ports_explain_filter);
}

/* ---- Port numbers on the command line -------------------------------------------------------- */

/* Reads a port number as people write it: hexadecimal 378, 0x378 or 378h. Returns what follows it,
 * or NULL when *text does not start with a number or the number is above FFFF.
 */
static __inline const char *ports_number(const char *text, unsigned int *number)
{
    unsigned int digits = 0;

    *number = 0;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        text += 2;
    for (;; text++, digits++) {
        if (*text >= '0' && *text <= '9')
            *number = *number * 16 + (unsigned int)(*text - '0');
        else if (*text >= 'a' && *text <= 'f')
            *number = *number * 16 + (unsigned int)(*text - 'a') + 10;
        else if (*text >= 'A' && *text <= 'F')
            *number = *number * 16 + (unsigned int)(*text - 'A') + 10;
        else
            break;
        if (*number > 0xFFFF)
            return NULL;
    }
    if (digits == 0)
        return NULL;
    if (*text == 'h' || *text == 'H')
        text++;
    return text;
}

#endif
