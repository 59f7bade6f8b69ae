/* SPDX-License-Identifier: MIT
 *
 * Prints portcheck's text for people.
 */
#include <stdio.h>

#include "portcheck.h"

#define BIT(set, number) ((set) >> (number)&1u)

static const char ntvdm[] =
    "32-bit Windows runs it in NTVDM, which has rules of its own for ports; 64-bit Windows does "
    "not run it.\n  An emulator can serve it: DOSBox-X reaches the printer port through "
    "inpout32.dll or inpoutx64.dll.";

/* ---- what the file is ------------------------------------------------------------------------ */

static const char *machine_name(unsigned machine)
{
    switch (machine) {
    case UP_EXE_MACHINE_I386:
        return "i386";
    case UP_EXE_MACHINE_AMD64:
        return "amd64";
    case UP_EXE_MACHINE_ARM64:
        return "ARM64";
    default:
        return NULL;
    }
}

/* Returns program, DLL or driver. Drivers often have the DLL flag. */
static const char *noun(const struct up_exe_file *file)
{
    return file->subsystem == UP_EXE_SUBSYSTEM_NATIVE ? "driver" : file->is_dll ? "DLL" : "program";
}

static void print_dotnet(const struct up_exe_file *file)
{
    const char *what = noun(file);

    switch (file->dotnet) {
    case UP_DOTNET_ANY:
        printf(
            file->is_dll
                ? "a .NET %s for any processor: 32-bit or 64-bit as the program that loads it"
                : "a .NET %s for any processor: 32-bit on 32-bit Windows, 64-bit on 64-bit Windows",
            what);
        break;
    case UP_DOTNET_1:
        printf("a .NET 1 %s: 32-bit on every Windows", what);
        break;
    case UP_DOTNET_PREFERS_32:
        printf("a .NET %s for any processor that prefers 32 bits: 32-bit on every Windows", what);
        break;
    default:
        printf("a .NET %s for %u bits", what, up_exe_is_32bit(file) ? 32u : 64u);
        break;
    }
}

static void print_pe(const struct up_exe_file *file)
{
    const char *machine = machine_name(file->machine);

    if (!up_exe_is_32bit(file) && !up_exe_is_64bit(file)) {
        printf("a %s for another processor", noun(file));
    } else if (file->dotnet != UP_DOTNET_NONE) {
        print_dotnet(file);
    } else {
        printf("a %u-bit Windows %s", up_exe_is_32bit(file) ? 32u : 64u, noun(file));
    }
    if (machine != NULL) {
        printf(" (PE, %s)\n", machine);
    } else {
        printf(" (PE, machine %04X)\n", file->machine);
    }
}

static void print_kind(const struct up_exe_file *file)
{
    switch (file->kind) {
    case UP_EXE_MZ:
        puts("a DOS program (MZ)");
        break;
    case UP_EXE_NE:
        if (file->target == UP_EXE_TARGET_WINDOWS || file->target == UP_EXE_TARGET_WINDOWS386) {
            printf("a 16-bit Windows %s (NE)\n", file->is_dll ? "DLL or driver" : "program");
        } else if (file->target == UP_EXE_TARGET_OS2) {
            printf("a 16-bit OS/2 %s (NE)\n", file->is_dll ? "DLL" : "program");
        } else {
            printf("a 16-bit %s (NE, system %u)\n", file->is_dll ? "DLL" : "program",
                   (unsigned)file->target);
        }
        break;
    case UP_EXE_LE:
        puts(file->target == UP_EXE_TARGET_WINDOWS386
                 ? "a driver of Windows 3.x, 95, 98 or Me (VxD, LE)"
                 : "a DOS program with an extender, or an OS/2 program (LE)");
        break;
    case UP_EXE_LX:
        puts("an OS/2 program or DLL (LX)");
        break;
    case UP_EXE_PE:
        print_pe(file);
        break;
    case UP_EXE_OTHER:
        puts("a DOS program with one more header of an unknown kind");
        break;
    default:
        puts("no program that can be recognised: it has no header of one (nor has a DOS .COM "
             "program)");
        break;
    }
}

static void print_damage(const struct up_exe_file *file)
{
    static const char *const texts[] = {
        [UP_EXE_BAD_HEADER] = "It is damaged: its header is cut or contradicts itself.",
        [UP_EXE_CUT_SHORT] = "It is damaged: it ends before its last section does.",
        [UP_EXE_BAD_IMPORTS] = "It is damaged or protected: its table of imports cannot be read.",
        [UP_EXE_BAD_DOTNET] = "It is damaged: its .NET header cannot be read.",
    };

    if (file->damage != UP_EXE_WHOLE) {
        printf("  %s\n", texts[file->damage]);
    }
}

/* Prints why UserPort does not serve the file, and what does. */
static void print_not_served(const struct up_exe_file *file)
{
    switch (file->kind) {
    case UP_EXE_NE:
        if (file->target == UP_EXE_TARGET_OS2) {
            puts("  UserPort cannot serve it: it is not for Windows.");
            break;
        }
        printf("  UserPort cannot serve it: a 16-bit program cannot load UserPort's DLLs.\n  %s\n",
               ntvdm);
        break;
    case UP_EXE_MZ:
    case UP_EXE_OTHER:
        printf("  UserPort cannot serve it: a DOS program cannot load UserPort's DLLs.\n  %s\n",
               ntvdm);
        break;
    case UP_EXE_LE:
        if (file->target == UP_EXE_TARGET_WINDOWS386) {
            puts("  UserPort has no use for it: Windows NT and its successors do not load such "
                 "drivers.");
            break;
        }
        printf("  UserPort cannot serve it: such a program cannot load UserPort's DLLs.\n  If it "
               "is for DOS: %s\n",
               ntvdm);
        break;
    case UP_EXE_LX:
        puts("  UserPort cannot serve it: it is not for Windows.");
        break;
    case UP_EXE_PE:
        puts("  UserPort cannot serve it: there are drivers and DLLs of UserPort for i386 and "
             "amd64 only.");
        break;
    default:
        break;
    }
}

/* ---- what the file asks for ------------------------------------------------------------------ */

static void print_libraries(const struct report *report)
{
    const struct up_exe_file *file = &report->file;
    unsigned i;

    for (i = 0; i < UP_LIBRARY_COUNT; i++) {
        const char *name = up_exe_library_names[i];

        if (BIT(file->imports | file->delay_imports | file->mentions, i)) {
            printf("  %s %s%s\n",
                   BIT(file->imports, i)         ? "imports"
                   : BIT(file->delay_imports, i) ? "imports (delay-loaded)"
                                                 : "mentions",
                   name,
                   i < UP_LIBRARY_SERVED ? "" : ": not served, UserPort has no DLL in its place");
        }
    }
}

static void print_functions(const struct up_exe_file *file)
{
    unsigned i;

    for (i = 0; i < UP_FUNCTION_COUNT; i++) {
        if (BIT(file->refused | file->refused_mentions, i)) {
            printf("  %s %s: not served. It reaches the machine's memory; in UserPort's DLLs it is "
                   "there, and fails "
                   "always\n",
                   BIT(file->refused, i) ? "imports" : "mentions", up_exe_function_names[i]);
        }
    }
    if (file->missing > 0) {
        printf("  imports %lu function%s that UserPort's DLL of that name does not have: not "
               "served. Windows does not "
               "start it (C0000139)\n",
               (unsigned long)file->missing, file->missing > 1 ? "s" : "");
    }
}

static const char *device_note(unsigned device)
{
    switch (device) {
    case UP_DEVICE_USERPORT:
        return "UserPort's driver";
    case UP_DEVICE_GIVEIO:
        return "served, if giveio stands in the driver's option Aliases. Under Wine: userportctl "
               "run --wine-devices giveio";
    case UP_DEVICE_PORTTALK:
        return "not served: UserPort does not know PortTalk's control codes. Only a program that "
               "opens it, sends none, "
               "and runs IN and OUT itself is served as one for giveio is";
    case UP_DEVICE_INPOUT32:
    case UP_DEVICE_INPOUTX64:
    case UP_DEVICE_HWINTERFACE:
    case UP_DEVICE_HWINTERFACEX64:
        return "not served: inpout's own driver, for which UserPort does not answer. Programs "
               "reach UserPort through "
               "its inpout32.dll or inpoutx64.dll";
    default:
        return "not served: another driver, for which UserPort does not answer";
    }
}

static void print_devices(const struct report *report)
{
    unsigned i;

    for (i = 0; i < UP_DEVICE_COUNT; i++) {
        if (BIT(report->file.devices, i)) {
            printf("  mentions %s: %s\n", up_exe_device_names[i], device_note(i));
        }
    }
}

/*
 * Says how a program that runs IN and OUT itself is started. It concerns those that name no library
 * and no driver, and those that open a driver only to be given the ports.
 */
static void print_run(const struct report *report)
{
    const struct up_exe_file *file = &report->file;
    const uint32_t openers =
        1u << UP_DEVICE_USERPORT | 1u << UP_DEVICE_GIVEIO | 1u << UP_DEVICE_PORTTALK;
    const bool is_opener = (file->devices & openers) != 0;

    if (!up_exe_may_run_ports(file) || (file->imports | file->delay_imports) != 0 ||
        (!is_opener && (file->mentions | file->devices) != 0)) {
        return;
    }
    if (file->is_dll) {
        puts("  If it runs IN and OUT itself: on 64-bit Windows, userportctl run has to start the "
             "program that loads it.");
    } else {
        printf("  If it runs IN and OUT itself: on 64-bit Windows, start it by userportctl run "
               "%s\n",
               report->name);
    }
}

/* ---- the DLLs beside the file ---------------------------------------------------------------- */

/* Returns a prefix such as "on 64-bit Windows: " if there are two answers. */
static const char *where(const struct up_exe_file *file, unsigned bits)
{
    if (file->dotnet != UP_DOTNET_ANY) {
        return "";
    }
    if (file->is_dll) {
        return bits == 32 ? "in a 32-bit program: " : "in a 64-bit program: ";
    }
    return bits == 32 ? "on 32-bit Windows: " : "on 64-bit Windows: ";
}

/* Returns the error by which Windows reports a DLL of the wrong kind. */
static const char *symptom(const struct report *report, const struct wanted_dll *dll)
{
    if (BIT(report->file.imports, dll->need.library)) {
        return "Windows says error C000007B and does not start it";
    }
    return report->file.dotnet != UP_DOTNET_NONE ? "BadImageFormatException, 8007000B"
                                                 : "Windows says error 193";
}

static const char *kind_of_dll(const struct up_exe_file *dll)
{
    return up_exe_is_32bit(dll)   ? "32-bit programs"
           : up_exe_is_64bit(dll) ? "64-bit programs"
                                  : "another processor";
}

/*
 * Prints "the 32-bit one, i386/inpout32.dll." or "the 64-bit one, amd64/inpoutx64.dll, as
 * inpout32.dll."
 */
static void print_copy(const struct wanted_dll *dll)
{
    const char *name = up_exe_library_names[dll->need.library];
    bool is_renamed = (dll->need.library == UP_LIBRARY_INPOUT32 && dll->need.bits == 64) ||
                      (dll->need.library == UP_LIBRARY_INPOUTX64 && dll->need.bits == 32);

    printf("the %u-bit one, %s%s%s.\n", (unsigned)dll->need.bits, dll->need.source,
           is_renamed ? ", as " : "", is_renamed ? name : "");
}

static void print_dll(const struct report *report, const struct wanted_dll *dll)
{
    const char *name = up_exe_library_names[dll->need.library];
    const char *prefix = where(&report->file, dll->need.bits);

    if (!dll->is_there) {
        printf("  %s%s is not beside it. Copy ", prefix, name);
    } else if (dll->fit == UP_FIT_YES) {
        printf("  %s%s beside it is UserPort's, and fits.\n", prefix, name);
        return;
    } else if (dll->fit == UP_FIT_FOREIGN) {
        printf("  %s%s beside it fits, but is not UserPort's: it uses another driver. For UserPort "
               "copy ",
               prefix, name);
    } else if (dll->fit == UP_FIT_WRONG_BITS) {
        printf("  %s%s beside it is for %s: %s %u-bit %s cannot load it (%s). Copy ", prefix, name,
               kind_of_dll(&dll->file), *prefix != '\0' ? "a" : "this", (unsigned)dll->need.bits,
               *prefix != '\0' ? "process" : noun(&report->file), symptom(report, dll));
    } else {
        printf("  %s%s beside it is damaged, or no DLL: Windows cannot load it. Copy ", prefix,
               name);
    }
    print_copy(dll);
}

void print_text(const struct report *report)
{
    const struct up_exe_file *file = &report->file;
    unsigned i;

    printf("%s: ", report->path);
    print_kind(file);
    print_damage(file);
    if (!report->runs) {
        print_not_served(file);
        return;
    }
    if (file->is_userport || report->is_library) {
        puts(file->is_userport ? "  It is UserPort's." : "  It is not UserPort's.");
        return;
    }
    print_libraries(report);
    print_functions(file);
    print_devices(report);
    for (i = 0; i < report->dll_count; i++) {
        print_dll(report, &report->dlls[i]);
    }
    if ((file->imports | file->delay_imports | file->mentions | file->devices |
         file->refused_mentions) == 0 &&
        file->subsystem != UP_EXE_SUBSYSTEM_NATIVE) {
        puts("  It names no port library and no port driver. If it uses ports, check the DLLs that "
             "it brings too.");
    }
    print_run(report);
}
