/* SPDX-License-Identifier: MIT
 *
 * control/programs.h: settings of single programs, written, found, replaced and removed.
 */
#include "admin.h"

#include <stdio.h>

#include "control/programs.h"

#define IMAGE    "system32\\drivers\\userport.sys"
#define PROGRAMS SERVICE "\\Programs"

static struct up_error_detail problem;

static struct up_program program_of(const char *name, const char *path, const char *routes)
{
    struct up_program program = {0};

    strcpy(program.name, name);
    strcpy(program.path, path);
    EXPECT(up_routes_parse(routes, strlen(routes), &program.settings.routes, NULL));
    return program;
}

/* What up_programs_read finds: "name path routes wrong;" for each. */
static void expect_programs(int line, const char *wanted)
{
    static char text[4000];
    struct up_programs programs;
    char routes[UP_ROUTES_TEXT_MAX];
    size_t length = 0;
    uint32_t i;

    EXPECT_DONE(up_programs_read(&programs, &problem));
    text[0] = '\0';
    for (i = 0; i < programs.count && length < sizeof text - 1000; i++) {
        const struct up_program *program = &programs.programs[i];

        (void)up_routes_format(&program->settings.routes, routes, sizeof routes);
        length +=
            (size_t)snprintf(text + length, sizeof text - length, "%s %s %s%s%s%s;", program->name,
                             program->path, routes, program->settings.fast ? " fast" : "",
                             program->settings.ignore_cli_sti ? " cli" : "", program->wrong);
        EXPECT(up_programs_find(&programs, program->name) == program);
    }
    up_programs_free(&programs);
    EXPECT_MSG(strcmp(text, wanted) == 0, "line %d: there is: %s", line, text);
}
#define EXPECT_PROGRAMS(wanted) expect_programs(__LINE__, wanted)

void test_programs_write(void)
{
    struct up_program program = program_of("b", "b.exe", "378-37F=D100");

    EXPECT_PROGRAMS("");
    EXPECT_PROBLEM(up_program_write(&program, &problem), &problem, ERROR_FILE_NOT_FOUND,
                   "UserPort is not installed");
    EXPECT_PROBLEM(up_program_remove("b", &problem), &problem, ERROR_FILE_NOT_FOUND,
                   "UserPort is not installed");
    EXPECT(!key_exists(SERVICE));
    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    EXPECT_PROGRAMS("");
    EXPECT_PROBLEM(up_program_remove("b", &problem), &problem, ERROR_FILE_NOT_FOUND,
                   "no settings of a program named b");
    EXPECT(!key_exists(PROGRAMS));
    EXPECT_DONE(up_program_write(&program, &problem));
    EXPECT_PROGRAMS("b b.exe 378-37F=D100;");
    program = program_of("A", "C:\\x\\a.exe", "3BC=none");
    program.settings.fast = true;
    EXPECT_DONE(up_program_write(&program, &problem));
    EXPECT_PROGRAMS("A C:\\x\\a.exe 3BC=none fast;b b.exe 378-37F=D100;");
    program = program_of("a", "a.exe", "");
    program.settings.ignore_cli_sti = true;
    EXPECT_DONE(up_program_write(&program, &problem));
    EXPECT_PROGRAMS("A a.exe  cli;b b.exe 378-37F=D100;");
    EXPECT_DONE(up_program_remove("a", &problem));
    EXPECT_DONE(up_program_remove("B", &problem));
    EXPECT_PROGRAMS("");
    service_delete();
    EXPECT(!key_exists(PROGRAMS));
}

void test_programs_wrong(void)
{
    char long_name[100], path[200], wanted[300];
    DWORD number = 2;

    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    key_make(PROGRAMS "\\empty");
    key_make(PROGRAMS "\\odd");
    value_write(PROGRAMS "\\odd", "Path", REG_SZ, "odd.exe", 8);
    value_write(PROGRAMS "\\odd", "Fast", REG_DWORD, &number, sizeof number);
    EXPECT_PROGRAMS("empty  the value Path is not there;"
                    "odd odd.exe the value Fast is not a REG_DWORD of 0 or 1;");
    memset(long_name, 'n', sizeof long_name);
    long_name[70] = '\0';
    snprintf(path, sizeof path, PROGRAMS "\\%s", long_name);
    key_make(path);
    value_write(path, "Path", REG_SZ, "n.exe", 6);
    long_name[63] = '\0';
    snprintf(wanted, sizeof wanted,
             "empty  the value Path is not there;%s  the name of its key is too long or not a text;"
             "odd odd.exe the value Fast is not a REG_DWORD of 0 or 1;",
             long_name);
    EXPECT_PROGRAMS(wanted);
    service_delete();
}

void test_programs_full(void)
{
    struct up_program program = program_of("300", "x.exe", "");
    struct up_programs programs;
    char path[100];
    unsigned i;

    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    for (i = 0; i < UP_PROGRAMS_MAX; i++) {
        snprintf(path, sizeof path, PROGRAMS "\\%03u", i);
        key_make(path);
    }
    EXPECT_PROBLEM(up_program_write(&program, &problem), &problem, 0, "256 programs already");
    strcpy(program.name, "100");
    EXPECT_DONE(up_program_write(&program, &problem));
    EXPECT_DONE(up_programs_read(&programs, &problem));
    EXPECT_EQ(programs.count, UP_PROGRAMS_MAX);
    up_programs_free(&programs);
    EXPECT(programs.programs == NULL);
    service_delete();
}
