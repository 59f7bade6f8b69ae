/* SPDX-License-Identifier: MIT
 *
 * What an .exe or .dll file is, which port libraries and drivers it asks for, and which of UserPort's DLLs serve it. The
 * facts rest on Microsoft's PE/COFF specification, on the descriptions of the MZ, NE and LE headers in Ralf Brown's
 * Interrupt List (INT 21h/AH=4Bh), and on the .NET header flags of CorHdr.h. Nothing in a file is believed: each offset
 * is checked, tables have an upper bound, and no byte of the file is handed on but as a number or a name of this header.
 */
#ifndef UP_CORE_EXEFILE_H
#define UP_CORE_EXEFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A file: read copies length bytes from offset, both within size, and says whether it could. Memory is read by
 * up_exe_read_memory with its first byte as context.
 */
struct up_exe_source {
    bool (*read)(void *context, uint32_t offset, void *to, uint32_t length);
    void *context;
    uint32_t size;
};

bool up_exe_read_memory(void *context, uint32_t offset, void *to, uint32_t length);

enum up_exe_kind {
    UP_EXE_UNKNOWN, /* no executable's header. A DOS .COM program has none, so that it is here too */
    UP_EXE_MZ,      /* DOS */
    UP_EXE_NE,      /* 16-bit Windows, OS/2 1.x: target says */
    UP_EXE_LE,      /* VxD, programs of DOS extenders, OS/2: target says */
    UP_EXE_LX,      /* OS/2 2.0 and later */
    UP_EXE_PE,      /* Windows 95 and NT and what followed, EFI */
    UP_EXE_OTHER    /* DOS, with one more header of an unknown kind: DOS extenders, other systems */
};

/* What of a file is not as its headers say. */
enum up_exe_damage {
    UP_EXE_WHOLE,
    UP_EXE_BAD_HEADER,  /* the second header is outside the file, cut, or contradicts itself */
    UP_EXE_CUT_SHORT,   /* a section reaches beyond the end of the file */
    UP_EXE_BAD_IMPORTS, /* the table of imports or of delay-loaded DLLs leads nowhere or does not end */
    UP_EXE_BAD_DOTNET   /* the .NET header leads nowhere */
};

/* target of NE, LE and LX; other values are known to exist and are not named here. */
#define UP_EXE_TARGET_OS2        1u
#define UP_EXE_TARGET_WINDOWS    2u
#define UP_EXE_TARGET_WINDOWS386 4u /* for LE: a VxD */

/* machine of PE */
#define UP_EXE_MACHINE_I386  0x014Cu
#define UP_EXE_MACHINE_AMD64 0x8664u
#define UP_EXE_MACHINE_ARM64 0xAA64u

/* subsystem of PE */
#define UP_EXE_SUBSYSTEM_NATIVE  1u /* drivers */
#define UP_EXE_SUBSYSTEM_GUI     2u
#define UP_EXE_SUBSYSTEM_CONSOLE 3u

/* What a .NET image runs as. */
enum up_exe_dotnet {
    UP_DOTNET_NONE,        /* no .NET image */
    UP_DOTNET_MACHINE,     /* what machine says: it has machine code, or is for 64 bits */
    UP_DOTNET_ANY,         /* 32-bit on 32-bit Windows, 64-bit on 64-bit Windows; a DLL: as its program */
    UP_DOTNET_1,           /* .NET 1.0 or 1.1 (header before 2.5): 32-bit everywhere */
    UP_DOTNET_REQUIRES_32, /* 32-bit everywhere */
    UP_DOTNET_PREFERS_32   /* for any processor, and 32-bit on PCs everywhere */
};

/* The port libraries that are known, those that UserPort has a DLL for first. */
enum up_exe_library {
    UP_LIBRARY_INPOUT32,
    UP_LIBRARY_INPOUTX64,
    UP_LIBRARY_DLPORTIO,
    UP_LIBRARY_USERPORT,
    UP_LIBRARY_SERVED, /* below it: UserPort has a DLL of that name */
    UP_LIBRARY_IO = UP_LIBRARY_SERVED,
    UP_LIBRARY_WINIO,
    UP_LIBRARY_WINIO32,
    UP_LIBRARY_WINIO64,
    UP_LIBRARY_TVICPORT,
    UP_LIBRARY_WINRING0,
    UP_LIBRARY_WINRING0X64,
    UP_LIBRARY_COUNT
};

/* Devices that programs open to get ports: of UserPort, giveio, PortTalk, inpout (today's and before), WinRing0, WinIo. */
enum up_exe_device {
    UP_DEVICE_USERPORT,
    UP_DEVICE_GIVEIO,
    UP_DEVICE_PORTTALK,
    UP_DEVICE_INPOUT32,
    UP_DEVICE_INPOUTX64,
    UP_DEVICE_HWINTERFACE,
    UP_DEVICE_HWINTERFACEX64,
    UP_DEVICE_WINRING0,
    UP_DEVICE_WINIO,
    UP_DEVICE_COUNT
};

/* What inpout32.dll has for physical memory. UserPort's has it too, so that programs start, and fails it always. */
enum up_exe_function {
    UP_FUNCTION_MAP_PHYS_TO_LIN,
    UP_FUNCTION_UNMAP_PHYSICAL_MEMORY,
    UP_FUNCTION_GET_PHYS_LONG,
    UP_FUNCTION_SET_PHYS_LONG,
    UP_FUNCTION_COUNT
};

extern const char *const up_exe_library_names[UP_LIBRARY_COUNT]; /* "inpout32.dll", as one would write it */
extern const char *const up_exe_device_names[UP_DEVICE_COUNT];   /* "\\.\UserPort" */
extern const char *const up_exe_function_names[UP_FUNCTION_COUNT];

struct up_exe_file {
    enum up_exe_kind kind;
    enum up_exe_damage damage;
    uint8_t target;     /* of NE, LE, LX */
    uint16_t machine;   /* of PE */
    uint16_t subsystem; /* of PE */
    bool is_dll;        /* of NE, PE */
    bool is_userport;   /* of PE: its version resource has ProductName UserPort */
    bool has_signature; /* of PE: a table of certificates is in it, of which nothing more is looked at */
    enum up_exe_dotnet dotnet;
    uint32_t imports;       /* bit n: library n is in the table of imports: Windows loads it with the file */
    uint32_t delay_imports; /* in the table of delay-loaded DLLs: loaded at the first call */
    uint32_t mentions; /* its name is somewhere in the file, in ASCII or UTF-16; the tables above have it in theirs */
    uint32_t devices;  /* bit n: the name of device n is somewhere in the file */
    /* Of what is imported, delay-loaded or not, from a DLL in whose place UserPort has one (exeimports.c): */
    uint32_t refused; /* bit n: function n */
    uint32_t missing; /* how many functions UserPort's DLL has not */

    uint32_t refused_mentions; /* bit n: the name of function n is somewhere in the file */
};

/* Reads all of it. Result: false when source->read failed; *file holds what was found until then. */
bool up_exe_read(const struct up_exe_source *source, struct up_exe_file *file);

/*
 * Is it run, or loaded, by 32-bit (64-bit) processes of PCs? An image for any processor is both, a damaged one is what
 * it would be, one that is not for Windows on PCs is neither.
 */
bool up_exe_is_32bit(const struct up_exe_file *file);
bool up_exe_is_64bit(const struct up_exe_file *file);

/* A DLL that a program needs beside it: source, copied and named up_exe_library_names[library]. */
struct up_exe_need {
    enum up_exe_library library;
    uint8_t bits;       /* 32 or 64: for the processes of that kind */
    const char *source; /* "i386/inpout32.dll": in the folder of UserPort */
};

/*
 * What the program would have of UserPort: for each library that it imports or mentions one need, or one for 32-bit and
 * one for 64-bit processes. Of inpout32.dll and inpoutx64.dll, when it mentions both, the one for the process: such
 * programs choose themselves. Result: how many, 32-bit ones first; none for UserPort's own files.
 */
#define UP_EXE_NEEDS_MAX (2u * UP_LIBRARY_SERVED)
unsigned up_exe_needs(const struct up_exe_file *file, struct up_exe_need needs[UP_EXE_NEEDS_MAX]);

/*
 * Does UserPort serve it? Not what no PC's Windows runs; nor what Windows loads with a library that UserPort has not, or
 * what imports a function that UserPort's has not or refuses; nor what names libraries and drivers, and none of them that
 * UserPort answers for. giveio counts for 32-bit programs: the driver's option Aliases answers to the name, and on 32-bit
 * Windows the ports are then open to IN and OUT.
 */
bool up_exe_is_served(const struct up_exe_file *file);

enum up_exe_fit {
    UP_FIT_YES,
    UP_FIT_FOREIGN,    /* can be loaded, and is not UserPort's */
    UP_FIT_WRONG_BITS, /* a DLL for other processes */
    UP_FIT_NO_DLL      /* nothing that Windows loads as a DLL */
};

/* Does dll, found under the name that it should have, serve a process of so many bits? */
enum up_exe_fit up_exe_fit(const struct up_exe_file *dll, unsigned bits);

/*
 * The names in the file's bytes, for up_exe_read: adds to mentions, devices and refused_mentions. In exefile/exesearch.c. A name
 * counts when no letter, digit, '_', '-' or '.' stands before it and none of the first four behind it; of the first three
 * libraries also without ".dll", as LoadLibrary takes it. io.dll is also "io" as a whole string, with no character from 20h on
 * before it and a 0 behind it, in a file that has the name PortIn or PortOut too: those of its functions that a program with
 * such a name for itself would need. Result: as up_exe_read's.
 */
bool up_exe_search(const struct up_exe_source *source, struct up_exe_file *file);

#endif
