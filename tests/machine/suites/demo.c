/* SPDX-License-Identifier: MIT
 *
 * The demonstration: the project's main job, step by step, on COM1 in lines for
 * script/tools/demo.py, which puts QEMU's own trace of the hardware beside them. What is printed
 * here is what happened here. The option programs=PREFIX runs other files than resetlpt.exe,
 * printlpt.exe and speaker.exe, those with PREFIX before the name, and leaves the last step out.
 */
#include "../test.h"

#define LIST "speaker, 378-37A"
#define TEXT "Hello, port 378! Printed from ring 3 by OUT."

static void run_and_tell(const char *file, const char *arguments)
{
    const char *output;
    const char *line;
    uint32_t status;

    say("@ run %s%s%s", file, arguments[0] != '\0' ? " " : "", arguments);
    status = run_program(file, arguments, &output);
    for (line = output; *line != '\0';) {
        uint32_t length = 0;

        while (line[length] != '\0' && line[length] != '\n' && line[length] != '\r') {
            length++;
        }
        if (length != 0) {
            say("@ out %.*s", (int)length, line);
        }
        line += length;
        while (*line == '\r' || *line == '\n') {
            line++;
        }
    }
    say("@ exit %08X", (unsigned)status);
}

static void run_one_of(const char *prefix, const char *file, const char *arguments)
{
    char name[96];

    memcpy(name, prefix, strlen(prefix));
    memcpy(name + strlen(prefix), file, strlen(file) + 1);
    run_and_tell(name, arguments);
}

static void run(void)
{
    static char prefix[64]; /* an option's value is there until the next is asked for */
    NTSTATUS status;

    if (option("programs") != NULL) {
        memcpy(prefix, option("programs"), sizeof prefix);
    }
    say("@ step load");
    registry_set_ports(LIST);
    say("@ registry %s", LIST);
    status = driver_start("userport.sys");
    say("@ driver userport.sys %u %08X", (unsigned)driver_image_bytes, (unsigned)driver_file_crc);
    say("@ start %08X", (unsigned)status);
    say("@ step reset");
    run_one_of(prefix, "resetlpt.exe", "");
    say("@ step print");
    run_one_of(prefix, "printlpt.exe", "\"" TEXT "\"");
    say("@ step tune");
    run_one_of(prefix, "speaker.exe", "");
    say("@ step denied");
    run_and_tell("probe.exe", "37B 37F");
    say("@ step stop");
    status = driver_stop();
    say("@ stopped %08X left %u %u %u", (unsigned)status, (unsigned)pool_driver_bytes(),
        (unsigned)driver_handles(), (unsigned)names_count());
    if (prefix[0] == '\0') {
        say("@ step reset-after-stop");
        run_and_tell("resetlpt.exe", "");
    }
    say("@ end");
}

const struct suite suite_demo = {"demo", NULL, run};
