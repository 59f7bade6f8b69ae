/* SPDX-License-Identifier: MIT
 *
 * run: finds the program, as a shell does, and leaves the rest to userport-run, which judges everything anew.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../admin/starter.h"
#include "../core/portlist.h"
#include "command.h"
#include "listerror.h"

#define EXIT_CANNOT    126
#define EXIT_NOT_FOUND 127
#define STARTER_WORDS  8 /* userport-run --ports LIST --user NAME -- env LD_PRELOAD=... */

/*
 * --ioperm. userport-run has a capability, so that the dynamic linker takes LD_PRELOAD from it, and from what it starts:
 * env(1) puts it in behind that.
 */
#define ENV_PATH     "/usr/bin/env"
#define PRELOAD_PATH "/usr/lib/userport/libuserport-ioperm.so"

/* ---- the program's path --------------------------------------------------------------------------------------------------- */

/*
 * The folder's true path, and the name as it was said: a rule names a path without symbolic links, and many programs look at
 * the name by which they were called. Result: NULL: errno; to be freed.
 */
static char *full_path(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? NULL : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
    char *whole = folder != NULL ? realpath(folder, NULL) : NULL;
    char *result = NULL;

    free(folder);
    if (whole != NULL && asprintf(&result, "%s/%s", strcmp(whole, "/") == 0 ? "" : whole, slash + 1) < 0) {
        result = NULL;
    }
    free(whole);
    return result;
}

static bool is_program(const char *path)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        errno = ENOENT; /* a folder of PATH that one may not look into says nothing of the program */
        return false;
    }
    if (!S_ISREG(status.st_mode)) {
        errno = EACCES;
        return false;
    }
    return access(path, X_OK) == 0;
}

/* Looks in one folder of PATH; an empty one is the current folder. Result: as full_path. */
static char *look_in(const char *folder, size_t length, const char *name)
{
    char *path = NULL, *found = NULL;

    if (asprintf(&path, "%.*s/%s", length > 0 ? (int)length : 1, length > 0 ? folder : ".", name) < 0) {
        return NULL;
    }
    if (is_program(path)) {
        found = full_path(path);
    }
    free(path);
    return found;
}

/* Result: NULL: errno says why, EACCES if one was there that may not be run. */
static char *find_program(const char *name)
{
    const char *at = getenv("PATH");
    int error = ENOENT;

    if (strchr(name, '/') != NULL) {
        return full_path(name);
    }
    at = at != NULL ? at : "/usr/local/bin:/usr/bin:/bin";
    for (;;) {
        const size_t length = strcspn(at, ":");
        char *found = name[0] != '\0' ? look_in(at, length, name) : NULL;

        if (found != NULL) {
            return found;
        }
        error = errno == EACCES && name[0] != '\0' ? EACCES : error;
        if (at[length] == '\0') {
            errno = error;
            return NULL;
        }
        at += length + 1;
    }
}

/* ---- run ------------------------------------------------------------------------------------------------------------------ */

static int fail(int status, uint32_t code, const char *advice, const char *what, const char *name)
{
    struct up_problem problem;

    up_problem_set(&problem, code, advice, what, name);
    (void)up_failed(&problem);
    return status;
}

static bool is_list(const char *text)
{
    static struct up_portset ports;
    struct up_portlist_error error;
    char message[UP_LIST_ERROR_MAX];

    up_portset_deny_all(&ports);
    if (!up_portlist_parse(text, strlen(text), &ports, &error)) {
        up_list_error_text(text, strlen(text), &error, message);
        up_usage("--ports: %s", message);
        return false;
    }
    if (up_portset_count(&ports) == 0) {
        up_usage("--ports: the list is empty");
        return false;
    }
    up_note_decimal(text);
    return true;
}

/* Returns when it could not. */
static void start(const struct up_invocation *line, char *path)
{
    static char starter[] = "userport-run", ports_option[] = "--ports", user_option[] = "--user", end[] = "--";
    static char env[] = ENV_PATH, preload[] = "LD_PRELOAD=" PRELOAD_PATH;
    const char *ports = up_option_argument(line, "ports"), *user = up_option_argument(line, "user");
    char **words = calloc((size_t)line->word_count + STARTER_WORDS + 1, sizeof *words);
    size_t count = 0;
    int i;

    if (words == NULL) {
        return;
    }
    words[count++] = starter;
    if (ports != NULL) {
        words[count++] = ports_option;
        words[count++] = (char *)(uintptr_t)ports;
    }
    if (user != NULL) {
        words[count++] = user_option;
        words[count++] = (char *)(uintptr_t)user;
    }
    words[count++] = end;
    if (up_has_option(line, "ioperm")) {
        words[count++] = env;
        words[count++] = preload;
    }
    words[count++] = path;
    for (i = 1; i < line->word_count; i++) {
        words[count++] = line->words[i];
    }
    up_out_flush();
    execv(UP_RUN_PATH, words);
    free(words);
}

static int run_run(const struct up_invocation *line)
{
    const char *ports = up_option_argument(line, "ports");
    int status, error;
    char *path;

    if (ports != NULL && !is_list(ports)) {
        return UP_EXIT_NOT_STARTED;
    }
    if (up_has_option(line, "ioperm") && access(PRELOAD_PATH, R_OK) != 0) {
        return fail(UP_EXIT_NOT_STARTED, (uint32_t)errno, NULL, "cannot load %s, which --ioperm needs", PRELOAD_PATH);
    }
    path = find_program(line->words[0]);
    if (path == NULL) {
        error = errno;
        status = error == ENOENT || error == ENOTDIR ? EXIT_NOT_FOUND : EXIT_CANNOT;
        return fail(status, (uint32_t)error, NULL, "cannot run %s", line->words[0]);
    }
    if (up_has_option(line, "ioperm") && strchr(path, '=') != NULL) { /* env(1) would take it for a variable */
        status = fail(UP_EXIT_NOT_STARTED, 0, "Start it by another path.",
                      "--ioperm cannot start %s, which has = in it", path);
        free(path);
        return status;
    }
    start(line, path);
    status = fail(UP_EXIT_NOT_STARTED, (uint32_t)errno, "userportctl doctor says what to do.",
                  "cannot start %s, which gives programs their ports", UP_RUN_PATH);
    free(path);
    return status;
}

const struct up_command up_command_run = {
    .name = "run",
    .synopsis = "[OPTION]... [--] PROGRAM [ARGUMENT]...",
    .summary = "run a program with the ports that the policy gives you",
    .text =
        "Runs PROGRAM with the I/O ports that the policy gives you for it, and without any other right: it, and what "
        "it "
        "starts, can run IN and OUT on these ports at full speed. PROGRAM is looked for in PATH. What stands behind it "
        "is its own, options too. Windows programs: userportctl run wine program.exe\n"
        "Exit status: the program's; 125 when the ports were not given, 126 when it cannot be run, 127 when it is not "
        "there.\n",
    .options =
        {{"ports", "LIST", "only these of the ports; every one has to be given"},
         {"user", "NAME", "root alone: as this user, with the ports that this user gets"},
         {"ioperm", NULL,
          "for a program that calls ioperm or iopl itself and ends when it may not; rules that name a program do not "
          "apply"}},
    .words_min = 1,
    .words_max = -1,
    .run = run_run,
    .starts_program = true,
};
