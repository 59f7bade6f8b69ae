/* SPDX-License-Identifier: MIT
 *
 * Tells what an .exe or .dll file is, which port libraries and drivers it asks for, and which of
 * UserPort's DLLs serve it. The sources are Microsoft's PE/COFF specification, the descriptions of
 * the MZ, NE and LE headers in Ralf Brown's Interrupt List (INT 21h/AH=4Bh), and the .NET header
 * flags of CorHdr.h. Nothing in a file is trusted: each offset is checked, tables have an upper
 * bound, and the file's content is passed on only as numbers and names of this header.
 */
#ifndef UP_EXEFILE_EXEFILE_H
#define UP_EXEFILE_EXEFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A file. read copies length bytes from offset, both within size, and returns whether it could.
 * up_exe_read_memory reads from memory; its context is the first byte.
 */
struct up_exe_source {
    bool (*read)(void *context, uint32_t offset, void *to, uint32_t length);
    void *context;
    uint32_t size;
};

bool up_exe_read_memory(void *context, uint32_t offset, void *to, uint32_t length);

enum up_exe_kind {
    /* No header of an executable. That includes DOS .COM programs, which have none. */
    UP_EXE_UNKNOWN,
    UP_EXE_MZ,   /* DOS */
    UP_EXE_NE,   /* 16-bit Windows or OS/2 1.x, see target */
    UP_EXE_LE,   /* VxD, programs of DOS extenders, or OS/2, see target */
    UP_EXE_LX,   /* OS/2 2.0 and later */
    UP_EXE_PE,   /* Windows 95, NT and their successors; EFI */
    UP_EXE_OTHER /* DOS with a second header of an unknown kind: DOS extenders, other systems */
};

/* What in a file contradicts its headers. */
enum up_exe_damage {
    UP_EXE_WHOLE,
    UP_EXE_BAD_HEADER, /* the second header is outside the file, cut, or contradicts itself */
    UP_EXE_CUT_SHORT,  /* a section extends beyond the end of the file */
    /* The table of imports or of delay-loaded DLLs points outside the file or does not end. */
    UP_EXE_BAD_IMPORTS,
    UP_EXE_BAD_DOTNET /* the .NET header points outside the file */
};

/* target of NE, LE and LX. Other values exist but have no name here. */
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

/* The process that a .NET image runs in. */
enum up_exe_dotnet {
    UP_DOTNET_NONE,    /* not a .NET image */
    UP_DOTNET_MACHINE, /* as machine says: it has machine code or is for 64 bits */
    /* 32-bit on 32-bit Windows, 64-bit on 64-bit Windows. A DLL: as the program that loads it. */
    UP_DOTNET_ANY,
    UP_DOTNET_1,           /* .NET 1.0 or 1.1 (header before 2.5): 32-bit everywhere */
    UP_DOTNET_REQUIRES_32, /* 32-bit everywhere */
    UP_DOTNET_PREFERS_32   /* for any processor, but 32-bit on every PC */
};

/* The known port libraries. Those for which UserPort has a DLL come first. */
enum up_exe_library {
    UP_LIBRARY_INPOUT32,
    UP_LIBRARY_INPOUTX64,
    UP_LIBRARY_DLPORTIO,
    UP_LIBRARY_USERPORT,
    UP_LIBRARY_SERVED, /* UserPort has a DLL for each library below this */
    UP_LIBRARY_IO = UP_LIBRARY_SERVED,
    UP_LIBRARY_WINIO,
    UP_LIBRARY_WINIO32,
    UP_LIBRARY_WINIO64,
    UP_LIBRARY_TVICPORT,
    UP_LIBRARY_WINRING0,
    UP_LIBRARY_WINRING0X64,
    UP_LIBRARY_COUNT
};

/*
 * Devices that programs open to get ports: those of UserPort, giveio, PortTalk, inpout (the current
 * one and the older one), WinRing0 and WinIo.
 */
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

/*
 * The functions of inpout32.dll for physical memory. UserPort's DLL exports them too, so that
 * programs start, but they always fail.
 */
enum up_exe_function {
    UP_FUNCTION_MAP_PHYS_TO_LIN,
    UP_FUNCTION_UNMAP_PHYSICAL_MEMORY,
    UP_FUNCTION_GET_PHYS_LONG,
    UP_FUNCTION_SET_PHYS_LONG,
    UP_FUNCTION_COUNT
};

/* "inpout32.dll", in its usual spelling */
extern const char *const up_exe_library_names[UP_LIBRARY_COUNT];
extern const char *const up_exe_device_names[UP_DEVICE_COUNT]; /* "\\.\UserPort" */
extern const char *const up_exe_function_names[UP_FUNCTION_COUNT];

struct up_exe_file {
    enum up_exe_kind kind;
    enum up_exe_damage damage;
    uint8_t target;     /* of NE, LE, LX */
    uint16_t machine;   /* of PE */
    uint16_t subsystem; /* of PE */
    bool is_dll;        /* of NE, PE */
    bool is_userport;   /* of PE: its version resource has ProductName UserPort */
    /* PE: the file's version, as a number like UP_VERSION_NUMBER: 3.0.1 is 03000001h; 0: none. */
    uint32_t version;
    /*
     * PE: where in the file its table of certificates is, and how long; it is not examined further.
     * 0 bytes: there is none.
     */
    uint32_t signature_at, signature_bytes;
    enum up_exe_dotnet dotnet;
    /* Bit n: library n is in the table of imports, so Windows loads it with the file. */
    uint32_t imports;
    uint32_t delay_imports; /* in the table of delay-loaded DLLs: loaded at the first call */
    /*
     * The library's name is somewhere in the file, in ASCII or UTF-16. Imported libraries are
     * mentioned too.
     */
    uint32_t mentions;
    uint32_t devices; /* bit n: the name of device n is somewhere in the file */
    /*
     * The next two count imported or delay-loaded functions of a DLL that UserPort replaces
     * (exeimports.c).
     */
    uint32_t refused; /* bit n: function n */
    uint32_t missing; /* how many functions UserPort's DLL lacks */

    uint32_t refused_mentions; /* bit n: the name of function n is somewhere in the file */
};

/*
 * Reads the whole file. Result: false if source->read failed; *file then has what was found before.
 */
bool up_exe_read(const struct up_exe_source *source, struct up_exe_file *file);

/*
 * True if 32-bit (64-bit) processes on PCs run or load the file. Both are true for an image for any
 * processor. A damaged file counts as what it would be. Neither is true for a file that is not for
 * Windows on PCs.
 */
bool up_exe_is_32bit(const struct up_exe_file *file);
bool up_exe_is_64bit(const struct up_exe_file *file);

/*
 * A DLL that a program needs beside it: a copy of source with the name
 * up_exe_library_names[library].
 */
struct up_exe_need {
    enum up_exe_library library;
    uint8_t bits;       /* 32 or 64: for processes of that bitness */
    const char *source; /* "i386/inpout32.dll", in UserPort's folder */
};

/*
 * Lists the DLLs that the program needs from UserPort: for each library that it imports or mentions
 * one need, or one for 32-bit and one for 64-bit processes. A program that mentions both
 * inpout32.dll and inpoutx64.dll chooses itself, so only the one that fits the process is listed.
 * Result: the number of needs, 32-bit ones first; 0 for UserPort's own files.
 */
#define UP_EXE_NEEDS_MAX (2u * UP_LIBRARY_SERVED)
unsigned up_exe_needs(const struct up_exe_file *file, struct up_exe_need needs[UP_EXE_NEEDS_MAX]);

/*
 * True if UserPort serves the file. It does not serve
 *   - a file that Windows on a PC does not run;
 *   - a file that imports a library that UserPort does not have;
 *   - a file that imports a function that UserPort's DLL does not have, or refuses;
 *   - a file that names libraries or drivers, but none that UserPort replaces.
 * giveio counts: the driver's option Aliases can provide that name. On 32-bit Windows the ports are
 * then open to IN and OUT; on 64-bit Windows userportctl run starts the program so that the driver
 * runs them.
 */
bool up_exe_is_served(const struct up_exe_file *file);

/*
 * True if the file may contain IN and OUT that Windows on a PC would run: not a driver, not one of
 * UserPort's files, and not a .NET program without machine code. Whether it does contain them is
 * not looked for: their bytes stand in every program.
 */
bool up_exe_may_run_ports(const struct up_exe_file *file);

enum up_exe_fit {
    UP_FIT_YES,
    UP_FIT_FOREIGN,    /* Windows can load it, but it is not UserPort's */
    UP_FIT_WRONG_BITS, /* a DLL for processes of another bitness */
    UP_FIT_NO_DLL      /* Windows cannot load it as a DLL */
};

/* Tells whether dll, found under the required name, serves a process of the given bitness. */
enum up_exe_fit up_exe_fit(const struct up_exe_file *dll, unsigned bits);

/*
 * Finds names in the file's bytes, for up_exe_read, and adds them to mentions, devices and
 * refused_mentions (exefile/exesearch.c). A name counts if no letter, digit, '_', '-' or '.' comes
 * before it and none of the first four comes after it. The first three libraries also count without
 * ".dll", as LoadLibrary accepts them. io.dll also counts as the string "io" with no character from
 * 20h on before it and a 0 after it, if the file also has the name PortIn or PortOut: a program
 * that loads the library by that name needs these functions. Result: as for up_exe_read.
 */
bool up_exe_search(const struct up_exe_source *source, struct up_exe_file *file);

#endif
