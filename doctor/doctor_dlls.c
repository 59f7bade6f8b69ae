/* SPDX-License-Identifier: MIT
 *
 * The doctor on DLLs: UserPort's, and others with the same names, where programs find them. A
 * process loads DLLs of its own bitness only. 64-bit Windows has a folder for each bitness, with
 * misleading names (system32 is the 64-bit one).
 */
#include <string.h>

#include "doctor_report.h"
#include "version.h"

static const char *file_name(const char *path)
{
    const char *last = strrchr(path, '\\');

    return last != NULL ? last + 1 : path;
}

/* The bitness of the processes that load the DLL. */
static unsigned bits_of(const struct up_exe_file *file)
{
    return up_exe_is_32bit(file) ? 32 : up_exe_is_64bit(file) ? 64 : 0;
}

/* Is the file inpoutx64.dll? Only its name has this length among the names of our DLLs. */
static bool is_x64_name(const char *path)
{
    return strlen(file_name(path)) == strlen(up_exe_library_names[UP_LIBRARY_INPOUTX64]);
}

static void say_wrong_bits(struct up_report *report, const struct up_doctor_dll *dll,
                           const char *path, unsigned wanted)
{
    const unsigned bits = bits_of(&dll->file);

    if (bits == 0) {
        up_report_add(report, UP_FINDING_ERROR, "dll",
                      "%s is for another processor: no program here can load it.", path);
    } else {
        up_report_add(report, UP_FINDING_ERROR, "dll",
                      "%s is for %u-bit programs, and %u-bit programs look for it there: they "
                      "cannot load it (errors 193, "
                      "C000007B).",
                      path, bits, wanted);
    }
    up_report_advise(report,
                     "Put the %u-bit one there, of UserPort's folder %s; portcheck says which file "
                     "a program needs.",
                     wanted, wanted == 32 ? "i386" : "amd64");
}

/* Programs with the DLL of another release may not understand the driver of this one. */
static void say_ours(struct up_report *report, const struct up_doctor_dll *dll, const char *path,
                     unsigned wanted)
{
    const uint32_t version = dll->file.version;

    if (version == UP_VERSION_NUMBER) {
        up_report_add(report, UP_FINDING_OK, "dll", "%s is UserPort's, for %u-bit programs.", path,
                      wanted);
        return;
    }
    up_report_add(report, UP_FINDING_WARNING, "dll",
                  "%s, for %u-bit programs, is of UserPort %u.%u.%u, and this program is "
                  "of " UP_VERSION_STRING ".",
                  path, wanted, (unsigned)(version >> 24), (unsigned)(version >> 16 & 0xFFu),
                  (unsigned)(version & 0xFFFFu));
    up_report_advise(report,
                     "Put this release's there, of its folder %s; in the system's folder "
                     "userportctl install does it.",
                     wanted == 32 ? "i386" : "amd64");
}

static void look_at_dll(struct up_report *report, const struct up_doctor_dll *dll)
{
    const unsigned bits = bits_of(&dll->file);
    const unsigned wanted = dll->wanted_bits != 0    ? dll->wanted_bits
                            : is_x64_name(dll->path) ? 64
                            : bits == 0              ? 32
                                                     : bits;
    char shown[UP_SHOWN_PATH_MAX];
    char reason[UP_REASON_MAX];
    const char *path = up_report_path(dll->path, shown);

    if (dll->code != 0) {
        up_report_add(report, UP_FINDING_NOTE, "dll", "%s could not be read%s.", path,
                      up_report_reason(dll->code, reason));
        return;
    }
    switch (up_exe_fit(&dll->file, wanted)) {
    case UP_FIT_YES:
        say_ours(report, dll, path, wanted);
        break;
    case UP_FIT_FOREIGN:
        up_report_add(report, UP_FINDING_WARNING, "dll",
                      "%s, for %u-bit programs, is not UserPort's: programs that load it use "
                      "another driver, which "
                      "Windows may block.",
                      path, wanted);
        up_report_advise(report,
                         "For UserPort put its own %u-bit DLL of that name into the folder of the "
                         "program that needs it.",
                         wanted);
        break;
    case UP_FIT_WRONG_BITS:
        say_wrong_bits(report, dll, path, wanted);
        break;
    default:
        up_report_add(report, UP_FINDING_ERROR, "dll",
                      "%s is damaged, or no DLL: no program can load it.", path);
        up_report_advise(report, "Replace it by UserPort's %u-bit one, of its folder %s.", wanted,
                         wanted == 32 ? "i386" : "amd64");
        break;
    }
}

/* Can userportctl run start programs that run IN and OUT themselves? */
static void look_at_trap(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    /* Earlier ones do not load it; their processor's map serves such programs. */
    if ((!facts->lacks_trap_32 && !facts->lacks_trap_64) || up_report_is_before(facts, 5, 1)) {
        return;
    }
    up_report_add(report, UP_FINDING_NOTE, "dll",
                  "There is no userport-trap.dll for %s programs: userportctl run cannot start "
                  "those that run IN and OUT themselves.",
                  !facts->lacks_trap_64   ? "32-bit"
                  : !facts->lacks_trap_32 ? "64-bit"
                                          : "32-bit and 64-bit");
    up_report_advise(
        report, "Put it beside userportctl.exe, in the folders i386 and amd64 as in a release. "
                "userportctl install puts it into the system's folder from there.");
}

void up_doctor_dlls(struct up_report *report)
{
    const struct up_doctor_facts *facts = report->facts;

    for (uint32_t i = 0; i < facts->dll_count && i < UP_DOCTOR_DLLS_MAX; i++) {
        look_at_dll(report, &facts->dlls[i]);
    }
    if (facts->dll_count == 0) {
        up_report_add(report, UP_FINDING_OK, "dll",
                      "Neither userport.dll nor a DLL in the place of inpout32.dll lies in "
                      "Windows' folders or beside this "
                      "program. Programs may bring their own; portcheck looks at those.");
    }
    look_at_trap(report);
}
