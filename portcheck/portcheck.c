/* SPDX-License-Identifier: MIT
 *
 * portcheck tells whether a program gets its ports from UserPort and whether the DLL beside it
 * fits. Common mistakes are a DLL for the wrong kind of process, and programs for DOS. It is pure C
 * over core/ and exefile/, so it runs wherever the files are. A DLL that is not beside the program
 * does not affect the exit status: Windows looks in other folders too, and a program that only
 * mentions a name may not need it.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "portcheck.h"
#include "version.h"

#define PATH_BYTES 1024u

static const char usage[] =
    "usage: portcheck [--json] FILE...\n"
    "Tells of each program or DLL for which Windows it is, which port libraries and drivers it "
    "asks for, and whether\n"
    "the DLLs that lie beside it fit. What a packed program asks for cannot be seen; a program's "
    "own DLLs may be what\n"
    "asks for ports: check them too.\n"
    "  --json    one object for each file, a line each\n"
    "  --help\n"
    "  --version\n"
    "Exit status:\n"
    "  0  nothing is wrong with the files and with the DLLs beside them. A DLL that is not there "
    "is reported, but "
    "does\n"
    "     not count: Windows may find it elsewhere. (In --json its \"beside\" is null.)\n"
    "  1  a DLL beside a program does not fit, on one of the Windows that the program runs on, or "
    "is not UserPort's;\n"
    "     or a file is damaged, cannot be served by UserPort, or cannot be read. Not served is a "
    "program that imports\n"
    "     what UserPort does not give, as MapPhysToLin, or names only such libraries and drivers\n"
    "  2  wrong usage\n";

/* ---- files ----------------------------------------------------------------------------------- */

static bool read_stream(void *context, uint32_t offset, void *to, uint32_t length)
{
    FILE *stream = context;

    errno = 0;
    return fseek(stream, (long)offset, SEEK_SET) == 0 && fread(to, 1, length, stream) == length;
}

/*
 * Result: 0 or the value of errno. A folder counts as a file that cannot be read. EIO if the file
 * changed meanwhile, which sets no errno.
 */
static int read_file(const char *path, struct up_exe_file *file)
{
    struct up_exe_source source = {.read = read_stream};
    FILE *stream = fopen(path, "rb");
    long size;
    int error = 0;

    if (stream == NULL) {
        return errno;
    }
    errno = 0;
    if (fgetc(stream) == EOF && ferror(stream)) {
        error = errno;
    } else if (fseek(stream, 0, SEEK_END) != 0 || (size = ftell(stream)) < 0) {
        error = errno != 0 ? errno : EIO;
    } else if (size > INT32_MAX) {
        error = EFBIG;
    } else {
        source.context = stream;
        source.size = (uint32_t)size;
        if (!up_exe_read(&source, file)) {
            error = errno != 0 ? errno : EIO;
        }
    }
    fclose(stream);
    return error;
}

/* ---- names ----------------------------------------------------------------------------------- */

/*
 * Windows accepts both slashes, and a colon. On other systems a backslash may be part of a name;
 * then only the search for neighbours is affected.
 */
static const char *without_folder(const char *path)
{
    const char *name = path;

    for (; *path != '\0'; path++) {
        if (*path == '/' || *path == '\\' || *path == ':') {
            name = path + 1;
        }
    }
    return name;
}

static bool is_same_name(const char *a, const char *b)
{
    while (*a != '\0' && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return *a == *b;
}

/*
 * Windows finds a file in any spelling, other systems only in its own. Therefore the usual
 * spelling, lower case and upper case are tried.
 */
static int read_beside(const struct report *report, const char *dll, char path[PATH_BYTES],
                       struct up_exe_file *file)
{
    size_t folder = (size_t)(report->name - report->path);
    size_t length = strlen(dll);
    unsigned spelling;
    size_t i;
    int error = ENOENT;

    if (folder + length >= PATH_BYTES) {
        return ENAMETOOLONG;
    }
    memcpy(path, report->path, folder);
    for (spelling = 0; spelling < 3 && error == ENOENT; spelling++) {
        for (i = 0; i <= length; i++) {
            int c = (unsigned char)dll[i];

            path[folder + i] = (char)(spelling == 0 ? c : spelling == 1 ? tolower(c) : toupper(c));
        }
        error = read_file(path, file);
    }
    return error;
}

/* ---- one file -------------------------------------------------------------------------------- */

static void complain(const char *path, int error)
{
    fprintf(stderr, "portcheck: cannot read %s: %s (%d)\n", path, strerror(error), error);
}

/* Examines the DLLs beside the program. Result: true if one does not fit or cannot be read. */
static bool look_beside(struct report *report)
{
    struct up_exe_need needs[UP_EXE_NEEDS_MAX];
    unsigned count = up_exe_needs(&report->file, needs);
    char path[PATH_BYTES];
    bool is_wrong = false;
    unsigned i;

    for (i = 0; i < count && !report->is_library; i++) {
        struct wanted_dll *dll = &report->dlls[report->dll_count];
        int error = read_beside(report, up_exe_library_names[needs[i].library], path, &dll->file);

        if (error != 0 && error != ENOENT) {
            complain(path, error);
            is_wrong = true;
            continue;
        }
        dll->need = needs[i];
        dll->is_there = error == 0;
        dll->fit = dll->is_there ? up_exe_fit(&dll->file, needs[i].bits) : UP_FIT_NO_DLL;
        is_wrong = is_wrong || (dll->is_there && dll->fit != UP_FIT_YES);
        report->dll_count++;
    }
    return is_wrong;
}

/* Result: true if everything is all right. */
static bool check(const char *path, bool as_json)
{
    struct report report = {.path = path, .name = without_folder(path)};
    int error = read_file(path, &report.file);
    bool is_wrong;
    unsigned i;

    if (error != 0) {
        fflush(stdout);
        complain(path, error);
        if (as_json) {
            print_json_error(path, strerror(error), error);
        }
        return false;
    }
    report.runs = up_exe_is_32bit(&report.file) || up_exe_is_64bit(&report.file);
    for (i = 0; i < UP_LIBRARY_SERVED; i++) {
        report.is_library = report.is_library || is_same_name(report.name, up_exe_library_names[i]);
    }
    report.is_served = report.runs && (report.is_library || up_exe_is_served(&report.file));
    fflush(stdout);
    is_wrong = look_beside(&report);
    (as_json ? print_json : print_text)(&report);
    return !is_wrong && report.is_served && report.file.damage == UP_EXE_WHOLE;
}

int main(int argc, char **argv)
{
    bool as_json = argc > 1 && strcmp(argv[1], "--json") == 0;
    bool is_well = true;
    int i;

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("portcheck " UP_VERSION_STRING);
        return 0;
    }
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(usage, stdout);
        return 0;
    }
    if (argc < 2 + as_json || (argv[1 + as_json][0] == '-' && argv[1 + as_json][1] == '-')) {
        fputs(usage, stderr);
        return 2;
    }
    for (i = 1 + as_json; i < argc; i++) {
        is_well = check(argv[i], as_json) && is_well;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("portcheck: cannot write to standard output");
        return 1;
    }
    return is_well ? 0 : 1;
}
