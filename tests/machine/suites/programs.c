/* SPDX-License-Identifier: MIT
 *
 * The shipped example programs, as they are, in ring 3: what they say and how they end, with and
 * without their ports.
 */
#include "../test.h"

static void expect_run(const char *file, const char *arguments, uint32_t status, const char *says)
{
    const char *output;
    uint32_t is = run_program(file, arguments, &output);

    EXPECT_MSG(is == status, "%s %s ends with %08X, not %08X", file, arguments, (unsigned)is,
               (unsigned)status);
    EXPECT_MSG(says == NULL || strstr(output, says) != NULL,
               "%s %s says \"%.200s\", and not \"%s\"", file, arguments, output, says);
}

static void with_their_ports(void)
{
    start_with("lpt1, speaker", UP_SCOPE_ALL, 0);
    expect_run("resetlpt.exe", "", 0, NULL);
    expect_run("printlpt.exe", "one line", 0, "the port at 378 took 10 bytes");
    expect_run("printlpt.exe", "-b 378 one line", 0, "the port at 378 took 10 bytes");
    expect_run("printlpt.exe", "-b 0xD010", DENIED, "port D012 is not granted");
    expect_run("speaker.exe", "", 0, NULL);
    stop();
}

/* wow64.exe is resetlpt in 64-bit Windows, but not so for LPT2 and LPT3. */
static void without_the_driver(void)
{
    expect_run("resetlpt.exe", "", DENIED, "port 37A is not granted (exception C0000096)");
    expect_run("printlpt.exe", "one line", DENIED, "37");
    expect_run("speaker.exe", "", DENIED, "6");
    expect_run("probe.exe", "378", 1, "denied");
    expect_run("wow64.exe", "", DENIED,
               "resetlpt: port 37A: 64-bit Windows lets no program run IN and OUT itself");
    expect_run("wow64.exe", "0xD010", DENIED, "resetlpt: port D012: 64-bit Windows");
    expect_run("wow64.exe", "2", DENIED, "resetlpt: port 27A is not granted");
    expect_run("wow64.exe", "3", DENIED, "resetlpt: port 3BE is not granted");
}

/* They open the device first, so that the narrow scope serves them too. */
static void scope_of_openers(void)
{
    start_with("lpt1, speaker", UP_SCOPE_OPENERS, 0);
    expect_run("resetlpt.exe", "", 0, NULL);
    expect_run("printlpt.exe", "one line", 0, NULL);
    stop();
    expect_run("resetlpt.exe", "", DENIED, NULL);
}

static void other_ports_than_theirs(void)
{
    start_with("378-379, 61", UP_SCOPE_ALL, 0);
    expect_run("resetlpt.exe", "", DENIED, "37A");
    expect_run("speaker.exe", "", DENIED, "4");
    stop();
}

static void probing(void)
{
    start_with("378-37A, FFFF", UP_SCOPE_ALL, 0);
    expect_run("probe.exe", "378-37A", 0, "378  granted");
    expect_run("probe.exe", "37B", 1, "37B  denied (exception C0000096)");
    expect_run("probe.exe", "377-37C", 1, "37A  granted");
    expect_run("probe.exe", "FFFF", 0, "granted");
    expect_run("probe.exe", "-w 379", 0, "granted");
    expect_run("probe.exe", "-w 37A", 1, "denied");
    expect_run("probe.exe", "-l 378", 1, "denied");
    expect_run("probe.exe", "-w FFFF", 2, "FFFF"); /* there is no port 10000 */
    expect_run("probe.exe", "", 2, NULL);
    expect_run("probe.exe", "3Q8", 2, "3Q8");
    expect_run("probe.exe", "37A-378", 2, "37A-378");
    expect_run("probe.exe", "10000", 2, "10000");
    stop();
}

/* examples/delphi as Free Pascal's 32-bit programs: IN and OUT by the unit's own instructions. */
static void in_pascal(void)
{
    start_with("lpt1, speaker", UP_SCOPE_OPENERS, 0);
    expect_run("delphi_resetlpt.exe", "", 0,
               "control register 37A read CC before, C8 during, CC after");
    expect_run("delphi_printlpt.exe", "one line", 0, "the port at 378 took 10 bytes");
    expect_run("delphi_printlpt.exe", "-b 0xD010", 1,
               "printlpt: port D012 is not granted (exception C0000096)");
    expect_run("delphi_printlpt.exe", "-b 3Q8", 2, "usage: printlpt");
    expect_run("delphi_speaker.exe", "", 0,
               "played 7 notes in 1520 ms: 523 659 784 1047 880 784 1047 Hz");
    stop();
    expect_run("delphi_resetlpt.exe", "", 1,
               "resetlpt: port 37A is not granted (exception C0000096)");
    expect_run("delphi_printlpt.exe", "one line", 1,
               "printlpt: port 37A is not granted (exception C0000096)");
    expect_run("delphi_speaker.exe", "", 1, "speaker: port 61 is not granted (exception C0000096)");
}

/* The unit itself, function by function: by its instructions, and by userport.dll. */
static void pascal_unit(void)
{
    start_with("lpt1, CF8-CFB", UP_SCOPE_OPENERS, 0);
    expect_run("delphi_pascal.exe", "own hardware", 0, "1..17");
    expect_run("delphi_pascal.exe", "library hardware", 0, "1..17");
    stop();
    expect_run("delphi_pascal.exe", "fake", 0, "1..12");
    expect_run("delphi_pascal.exe", "own hardware", 1, "not ok 4 - ");
    expect_run("delphi_pascal.exe", "library hardware", 1, "not ok 4 - ");
}

/*
 * The same three programs over userport.dll, in C and in C++: the same words, and the library's
 * sentence about a failure.
 */
static void by_the_library(const char *language)
{
    const char *const files[] = {"_resetlpt.exe", "_printlpt.exe", "_speaker.exe"};
    static char file[3][32];
    unsigned i;

    for (i = 0; i < 3; i++) {
        memcpy(file[i], language, strlen(language));
        memcpy(file[i] + strlen(language), files[i], strlen(files[i]) + 1);
        expect_run(file[i], "", 1, ": cannot open \\\\.\\UserPort: the driver is not running (2)");
    }
    start_with("lpt1, speaker", UP_SCOPE_OPENERS, 0);
    expect_run(file[0], "", 0,
               "resetlpt: INIT of the port at 378 was low for 100 ms: the printer is reset");
    expect_run(file[0], "278", 1, "resetlpt: port 27A is not granted: nothing was executed.");
    expect_run(file[0], "3Q8", 2, "usage: resetlpt");
    expect_run(file[0], "10378", 2, "usage: resetlpt");
    expect_run(file[1], "one line", 0, "the port at 378 took 10 bytes");
    expect_run(file[1], "-b 378 one line", 0, "the port at 378 took 10 bytes");
    expect_run(file[1], "-b D010", 1, "printlpt: port D01");
    expect_run(file[1], "-b 3", 2, "usage: printlpt");
    expect_run(file[1], "-b Q", 2, "usage: printlpt");
    expect_run(file[1], "-b", 2, "usage: printlpt");
    expect_run(file[2], "", 0, "speaker: played 7 notes");
    stop();
    start_with("378-379, 42-43", UP_SCOPE_ALL, 0);
    expect_run(file[0], "", 1, "resetlpt: port 37A is not granted");
    expect_run(file[1], "", 1, "printlpt: port 37A is not granted");
    expect_run(file[2], "", 1, "speaker: port 61 is not granted");
    stop();
}

static void by_the_library_in_c(void)
{
    by_the_library("library");
}

/*
 * Debian's C++ library is compiled for a Pentium Pro: on the 486 of NT 4.0's reading each of them
 * ends at an illegal instruction.
 */
static void by_the_library_in_cpp(void)
{
    if (reading_every) {
        by_the_library("cpp");
    } else {
        expect_run("cpp_resetlpt.exe", "", 0xC000001Du, "");
    }
}

static const struct test tests[] = {
    {"the examples run with their ports granted", with_their_ports},
    {"without the driver they end with the privileged-instruction exception, and say which port",
     without_the_driver},
    {"they open the device: scope 1 serves them", scope_of_openers},
    {"a list without their ports", other_ports_than_theirs},
    {"probe: granted and denied, three widths, bad arguments", probing},
    {"Pascal's examples, by their own instructions", in_pascal},
    {"Pascal's unit, by its instructions and by userport.dll", pascal_unit},
    {"by userport.dll, in C", by_the_library_in_c},
    {"by userport.dll, in C++: exceptions too", by_the_library_in_cpp},
    {NULL, NULL},
};

const struct suite suite_programs = {"programs", tests, NULL};
