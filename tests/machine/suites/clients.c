/* SPDX-License-Identifier: MIT
 *
 * Programs in ring 3 that use the shipped i386 DLLs: userport.dll by its two back ends, side by
 * side, and inpout32.dll and DLPortIO.dll by clients that declare them as their authors did.
 */
#include "../test.h"

#define LIST "42-43, 61, 278-27F, 378-37A, 3BC-3BF, C100-C103, FFFE-FFFF"

static void expect_run(const char *file, const char *arguments, uint32_t status, const char *says)
{
    const char *output;
    uint32_t is = run_program(file, arguments, &output);

    EXPECT_MSG(is == status, "%s %s ends with %08X, not %08X; it says \"%.300s\"", file, arguments,
               (unsigned)is, (unsigned)status, output);
    EXPECT_MSG(strstr(output, says) != NULL, "%s %s says \"%.300s\", and not \"%s\"", file,
               arguments, output, says);
}

/* ---- userport.dll ---------------------------------------------------------------------------- */

static void opens(void)
{
    expect_run("library.exe", "open", 1, "the driver is not running (2)");
    expect_run("lptstatus.exe", "", 1,
               "cannot open \\\\.\\UserPort: the driver is not running (2)");
    start_with("lpt1", UP_SCOPE_ALL, 0);
    expect_run("library.exe", "open", 0, "opened by direct");
    expect_run("lptstatus.exe", "", 0, "The printer says ");
    stop();
    start_with("lpt2", UP_SCOPE_OPENERS, 0);
    expect_run("lptstatus.exe", "", 1, "379");
    stop();
}

/*
 * The direct path and the list, port by port: the same is granted, the same is denied, and the same
 * is read.
 */
static void side_by_side(void)
{
    uint32_t scope;

    for (scope = UP_SCOPE_ALL; scope <= UP_SCOPE_OPENERS; scope++) {
        start_with(LIST, scope, 0);
        expect_run("library.exe", "compare 44 D0", 0, "141 ports, 1 granted, 0 differences");
        expect_run("library.exe", "compare 270 3C8", 0, "15 granted, 0 differences");
        expect_run("library.exe", "compare C0F8 C108", 0, "17 ports, 4 granted, 0 differences");
        expect_run("library.exe", "compare FFF0 FFFF", 0, "16 ports, 2 granted, 0 differences");
        stop();
    }
}

static void each_function(void)
{
    start_with(LIST, UP_SCOPE_OPENERS, 0);
    expect_run("library.exe", "use 378", 0, "0 differences");
    stop();
}

static void denied(void)
{
    start_with(LIST, UP_SCOPE_ALL, 0);
    expect_run("library.exe", "denied 37B", 0, "port 37B");
    expect_run("library.exe", "denied C104", 0, "ioctl: ");
    stop();
}

/* Another driver writes a map that denies all: what the processor refuses the driver still does. */
static void map_overwritten(void)
{
    static struct up_portset nothing;
    struct process *program;
    const char *why;

    start_with(LIST, UP_SCOPE_ALL, 0);
    up_portset_deny_all(&nothing);
    iomap_foreign(&nothing, true);
    program = program_start("inpout_int.exe", "w378=3C r378 r37B", AS_USER, &why);
    EXPECT(program != NULL);
    if (program != NULL) {
        object_reference(program);
        EXPECT_EQ(process_wait(program), 0);
        EXPECT(strstr(program->output, "w378=3C 0 777") != NULL);
        EXPECT(strstr(program->output, "r378 3C 777") != NULL);
        EXPECT(strstr(program->output, "r37B FF 5") != NULL);
        object_dereference(program);
    }
    stop();
}

/* ---- inpout32.dll ---------------------------------------------------------------------------- */

static void inpout_declared_with(const char *file)
{
    start_with(LIST, UP_SCOPE_OPENERS, 0);
    expect_run(file, "o w378=5A r378", 0, "o 1 777\nw378=5A 0 777\nr378 5A 777\n");
    expect_run(file, "w378=FE r378 b378", 0, "r378 FE 777\nb378 FE 777\n"); /* not FFFFFFFE */
    expect_run(file, "B378=1234 b378 r378", 0, "b378 34 777\n");
    expect_run(file, "w378=77 r10378", 0, "r10378 77 777\n"); /* 16 bits of a port */
    expect_run(file, "rC100 rFFFF rC104 rFFFD", 0, "rC104 FF 5\nrFFFD FF 5\n");
    expect_run(file, "u378 l378", 0, "l378 FFFFFFFF 5\n");
    /* there is no port 10000 */
    expect_run(file, "uFFFF lFFFE", 0, "uFFFF FFFF 5\nlFFFE FFFFFFFF 5\n");
    expect_run(file, "UFFFE=1 U378=A55A u378", 0, "UFFFE=1 0 777\nU378=A55A 0 777\n");
    expect_run(file, "L3BC=0 l3BC L378=0", 0, "L378=0 0 5\n");
    expect_run(file, "m", 0, "m 0 50\n");
    expect_run(file, "x", 0, "x 0 777\n");
    expect_run(file, "S378=10 r378 s378=10", 0, "r378 10 777\ns378=10 10 777\n");
    expect_run(file, "s37B=10 S37B=3", 0, "s37B=10 FF 5\nS37B=3 3 5\n");
    stop();
}

static void inpout_short(void)
{
    inpout_declared_with("inpout_short.exe");
}

static void inpout_int(void)
{
    inpout_declared_with("inpout_int.exe");
}

static void inpout_dynamic(void)
{
    static const char *const dlls[] = {"inpout32.dll", "DLPortIO.dll"};
    char arguments[100];
    unsigned i;

    start_with(LIST, UP_SCOPE_OPENERS, 0);
    for (i = 0; i < sizeof dlls / sizeof dlls[0]; i++) {
        memcpy(arguments, dlls[i], 12);
        memcpy(arguments + 12, " o w378=81 r378 r37B m", 23);
        expect_run("inpout_dynamic.exe", arguments, 0,
                   "o 1 777\nw378=81 0 777\nr378 81 777\nr37B FF 5\nm 0 50\n");
    }
    stop();
}

static void inpout_without_the_driver(void)
{
    expect_run("inpout_short.exe", "o r378 w378=1 u378 l378 s378=3 m", 0,
               "o 0 2\nr378 FF 2\nw378=1 0 2\nu378 FFFF 2\nl378 FFFFFFFF 2\ns378=3 FF 2\nm 0 50\n");
    start_with("lpt1", UP_SCOPE_ALL, 0);
    registry_set_ports("lpt2");
    control_as_admin(UP_IOCTL_RELOAD);
    expect_run("inpout_short.exe", "o r378", 0, "o 1 777\nr378 FF 5\n");
    control_as_admin(UP_IOCTL_SUSPEND);
    expect_run("inpout_short.exe", "o r278", 0, "o 1 777\nr278 FF 5\n");
    stop();
}

/* A program that runs over a stop and a start of the driver. */
static void inpout_over_a_stop(void)
{
    struct process *program;
    const char *why;

    start_with("lpt1", UP_SCOPE_OPENERS, 0);
    program = program_start("inpout_int.exe", "w378=11 z100 r378 z300 r378 o", AS_USER, &why);
    EXPECT(program != NULL);
    if (program == NULL) {
        stop();
        return;
    }
    object_reference(program);
    sleep_ticks(100, false);
    control_as_admin(UP_IOCTL_SUSPEND);
    sleep_ticks(400, false);
    control_as_admin(UP_IOCTL_RESUME);
    EXPECT_EQ(process_wait(program), 0);
    EXPECT_MSG(strstr(program->output,
                      "z100 0 777\nr378 FF 5\nz300 0 777\nr378 11 777\no 1 777\n") != NULL,
               "says \"%.200s\"", program->output);
    object_dereference(program);
    stop();
}

static const struct test tests[] = {
    {"userport.dll: opens by the fastest way, or says why not", opens},
    {"userport.dll: direct and ioctl side by side, port by port", side_by_side},
    {"userport.dll: each function, each back end seen by the other", each_function},
    {"userport.dll: a port that is not granted, by each function", denied},
    {"inpout32.dll: another driver's map does not matter", map_overwritten},
    {"inpout32.dll: declared with short", inpout_short},
    {"inpout32.dll: declared with int", inpout_int},
    {"inpout32.dll and DLPortIO.dll: loaded at run time", inpout_dynamic},
    {"inpout32.dll: no driver, no grant, suspended", inpout_without_the_driver},
    {"inpout32.dll: a suspend and a resume under a running program", inpout_over_a_stop},
    {NULL, NULL},
};

const struct suite suite_clients = {"clients", tests, NULL};
