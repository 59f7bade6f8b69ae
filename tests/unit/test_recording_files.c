/* SPDX-License-Identifier: MIT
 *
 * Tests of recordings as files (record/recording.h): their exact text, files that are wrong, and
 * files that cannot be read or written.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "recordings.h"

/* ---- the text of the files ------------------------------------------------------------------- */

static const struct up_record two_records[] = {
    {.time = 5,
     .port = 0x37A,
     .value = 0xC8,
     .width = 1,
     .flags = UP_RECORD_WRITE,
     .process = 7,
     .thread = 8,
     .address = 0x40101A,
     .module = "a,b.exe",
     .offset = 0x101A},
    {.time = 5,
     .port = 0x60,
     .value = 0xFFFF,
     .width = 2,
     .flags = UP_RECORD_DENIED | UP_RECORD_SIMULATED,
     .process = 7,
     .thread = 9},
};

static const struct up_record_info short_info = {
    .program = "a$.exe", .printers = 1, .printer = {0x378}};

static void write_two(const char *path)
{
    struct up_sink *sink = up_recording_create(path, &short_info, NULL);

    assert_non_null(sink);
    assert_true(sink->add(sink, &two_records[0]) && sink->add(sink, &two_records[1]));
    assert_true(sink->lost(sink, 9, 1000));
    assert_true(sink->close(sink, 10, NULL));
}

static void check_text(const char *path, const char *wanted)
{
    size_t length;
    char *bytes = load(path, &length);

    assert_string_equal(bytes, wanted);
    free(bytes);
}

static void test_text_of_csv(void **state)
{
    (void)state;
    write_two(path_of("csv"));
    check_text(path_of("csv"),
               "time_ns,process,thread,address,module,offset,port,width,direction,value,result\n"
               "# program: a$.exe\n"
               "# printers: 378\n"
               "5,7,8,40101A,\"a,b.exe\",101A,37A,8,write,C8,granted\n"
               "5,7,9,,,,60,16,read,FFFF,denied simulated\n"
               "9,,,,,,,,,,1000 lost\n"
               "# end: 10\n");
}

static void test_text_of_vcd(void **state)
{
    size_t length;
    char *bytes;

    (void)state;
    write_two(path_of("vcd"));
    bytes = load(path_of("vcd"), &length);
    assert_ptr_equal(strstr(bytes, "$comment UserPort recording 1 $end\n"
                                   "$comment program: a\\24.exe $end\n"
                                   "$comment printers: 378 $end\n"
                                   "$timescale 1 ns $end\n"
                                   "$scope module userport $end\n"
                                   "$var wire 1 a access $end\n"),
                     bytes);
    assert_non_null(strstr(bytes, "$scope module printer_port_378 $end\n"
                                  "$var wire 1 Aa nSTROBE $end\n"
                                  "$var wire 1 Ab D0 $end\n"));
    /* INIT, bit 2, is 0; the others of C8 but for bit 3 are 0 and inverted */
    assert_non_null(strstr(bytes, "#5\n1w\ns37A p\nsC8 v\ns8 i\nsa,b.exe k\ns101A o\ns40101A j\n"
                                  "s7 c\ns8 h\n1Aa\n1An\n0Ap\n0Aq\n1a\n"
                                  "#6\ns1 q\n0w\n1d\n1m\ns60 p\nsFFFF v\ns16 i\ns- k\ns- o\ns- j\n"
                                  "s9 h\n0a\n"
                                  "#9\ns0 q\ns1000 l\n"
                                  "#10\n$comment end: 10 $end\n"));
    free(bytes);
}

/* ---- files that are wrong -------------------------------------------------------------------- */

#define HEADINGS "time_ns,process,thread,address,module,offset,port,width,direction,value,result\n"
#define GOOD     "1,2,3,,,,378,8,read,7F,granted\n"

static void test_wrong_lines_of_csv(void **state)
{
    static const struct {
        const char *text, *problem; /* the end of the problem */
    } rows[] = {
        {"", "it is no recording, which begins with time_ns,process,thread,address,module,offset,"
             "port,width,direction,value,result"},
        {"time,port\n1,2\n", "direction,value,result"},
        {HEADINGS GOOD "1,2,3\n", "line 3 of /: it has too few fields"},
        {HEADINGS "1,2,3,,,,378,8,read,7F,granted,\n", "line 2 of /: it has too many fields"},
        {HEADINGS "x,2,3,,,,378,8,read,7F,granted\n",
         "line 2 of /: its time is not a decimal number"},
        {HEADINGS "18446744073709551616,2,3,,,,378,8,read,7F,granted\n",
         "its time is not a decimal number"},
        {HEADINGS "1,4294967296,3,,,,378,8,read,7F,granted\n",
         "its process is not a decimal number"},
        {HEADINGS "1,2,-3,,,,378,8,read,7F,granted\n", "its thread is not a decimal number"},
        {HEADINGS "1,2,3,0x4,,,378,8,read,7F,granted\n", "its address is not a hexadecimal number"},
        {HEADINGS "1,2,3,4,,g,378,8,read,7F,granted\n", "its offset is not a hexadecimal number"},
        {HEADINGS "1,2,3,4,,,10000,8,read,7F,granted\n", "its port is not a hexadecimal number"},
        {HEADINGS "1,2,3,4,,,,8,read,7F,granted\n", "its port is not a hexadecimal number"},
        {HEADINGS "1,2,3,,,,378,24,read,7F,granted\n", "its width is neither 8 nor 16 nor 32 bits"},
        {HEADINGS "1,2,3,,,,378,8,in,7F,granted\n", "its direction is neither read nor write"},
        {HEADINGS "1,2,3,,,,378,8,read,17F,granted\n",
         "its value is not a hexadecimal number of its width"},
        {HEADINGS "1,2,3,,,,378,8,read,7F,refused\n", "its result is none that is known"},
        {HEADINGS "1,2,3,,,,378,8,read,7F,\n", "its result is none that is known"},
        {HEADINGS GOOD "0,2,3,,,,378,8,read,7F,granted\n",
         "line 3 of /: its time is before that of the line before"},
        {HEADINGS "1,,,,,,,,,,x lost\n", "its result is not the number of what is lost"},
        {HEADINGS "1,2,3,,\"a\"b,,378,8,read,7F,granted\n", "something follows a quoted field"},
    };
    struct seen seen = {.items = NULL};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[sizeof((struct up_error_detail *)NULL)->text];
        const char *wanted = rows[i].problem, *path = path_of("csv");
        const char *slash = strchr(wanted, '/');
        struct result result;

        save(path, rows[i].text, strlen(rows[i].text));
        forget(&seen);
        result = read_file(path, &seen);
        assert_false(result.is_open && result.is_whole);
        (void)snprintf(text, sizeof text, "%.*s%s%s", slash ? (int)(slash - wanted) : 0, wanted,
                       slash ? path : "", slash ? slash + 1 : wanted);
        if (strlen(result.problem.text) < strlen(text) ||
            strcmp(result.problem.text + strlen(result.problem.text) - strlen(text), text) != 0) {
            fail_msg("%s: %s", rows[i].text, result.problem.text);
        }
        assert_true(result.problem.advice[0] != '\0' && result.problem.code == 0);
    }
    forget(&seen);
}

static void test_csv_of_a_spreadsheet(void **state)
{
    static const char text[] =
        "\xEF\xBB\xBF\"time_ns\",process,thread,address,module,offset,port,width,direction,value,"
        "result\r\n# program: a b.exe,,,,,,,,,,\r\n\r\n"
        "\"1\",2,3,,\"\",,0378,8,read,7f,granted\r\n# end: 9,,,,,,,,,,\r\n";
    struct seen seen = {.items = NULL};
    struct result result;

    (void)state;
    save(path_of("csv"), text, sizeof text - 1u);
    forget(&seen);
    result = read_file(path_of("csv"), &seen);
    assert_true(result.is_open && result.is_whole && !result.is_cut);
    assert_string_equal(result.info.program, "a b.exe");
    assert_int_equal(seen.count, 1);
    assert_int_equal(seen.items[0].record.value, 0x7F);
    assert_null(seen.items[0].record.module);
    assert_int_equal(result.end, 9);
    forget(&seen);
}

static void test_wrong_vcd(void **state)
{
    static const char *const texts[] = {
        "",
        "$comment other $end\n",
        "$comment UserPort recording 1 $end\n$var x $later $end\n$enddefinitions $end\n",
        "$comment UserPort recording 1 $end\n$enddefinitions $end\n#5\n#4\n",
        "$comment UserPort recording 1 $end\n$enddefinitions $end\n#x\n",
        "$comment UserPort recording 1 $end\n$enddefinitions $end\n#5\n1a\n",
        "$comment UserPort recording 1 $end\n$enddefinitions $end\n#5\nb101 p\n",
        "$comment UserPort recording 1 $end\n$enddefinitions $end\n#5\ns0 q\ns9 l\ns8 l\n",
        "$comment UserPort recording 1 $end\n$enddefinitions $end\n$comment end: x $end\n",
        "$comment UserPort recording 1 $end\n$enddefinitions $end\n#5\ns6 q\ns0 h\ns0 c\ns8 i\n"
        "s7F v\ns378 p\n1a\n",
    };
    struct seen seen = {.items = NULL};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct result result;

        save(path_of("vcd"), texts[i], strlen(texts[i]));
        forget(&seen);
        result = read_file(path_of("vcd"), &seen);
        if (result.is_open && result.is_whole) {
            fail_msg("%s", texts[i]);
        }
        assert_true(result.problem.text[0] != '\0');
    }
    forget(&seen);
}

/* ---- names and files ------------------------------------------------------------------------- */

static void test_endings(void **state)
{
    struct up_error_detail problem;
    struct up_record_info info;

    (void)state;
    assert_true(up_recording_is_name("a.vcd") && up_recording_is_name("a.CSV"));
    assert_true(up_recording_is_name("b/a.Svg") && up_recording_can_read("a.VCD"));
    assert_false(up_recording_is_name(".csv") || up_recording_is_name("csv"));
    assert_false(up_recording_is_name("a.csv.txt") || up_recording_is_name(""));
    assert_false(up_recording_can_read("a.svg"));
    assert_null(up_recording_create(path_of("other"), &some_info, &problem));
    assert_non_null(strstr(problem.text, "its ending is that of no recording"));
    assert_null(up_recording_open(path_of("svg"), &info, &problem));
    assert_non_null(strstr(problem.text, "a picture has not all of the accesses"));
}

static void test_files_that_cannot_be_had(void **state)
{
    struct up_error_detail problem;
    struct up_record_info info;
    uint32_t e;

    (void)state;
    assert_null(up_recording_create("/nonesuch/a.csv", &some_info, &problem));
    assert_string_equal(problem.text, "cannot write /nonesuch/a.csv: not found (2)");
    assert_int_equal(problem.code, 2);
    assert_null(up_recording_open("/nonesuch/a.vcd", &info, &problem));
    assert_string_equal(problem.text, "cannot read /nonesuch/a.vcd: not found (2)");
    (void)unlink(path_of("csv"));
    assert_int_equal(mkdir(path_of("csv"), 0700), 0);
    assert_null(up_recording_open(path_of("csv"), &info, &problem));
    assert_int_equal(problem.code, 21);
    assert_null(up_recording_create(path_of("csv"), &some_info, &problem));
    assert_int_equal(rmdir(path_of("csv")), 0);
    for (e = 0; e < 3; e++) {
        const char *path = path_of(e == 2 ? "svg" : endings[e]);
        struct up_sink *sink;

        (void)unlink(path);
        assert_int_equal(symlink("/dev/full", path), 0);
        sink = up_recording_create(path, &some_info, &problem);
        assert_non_null(sink);
        (void)sink->add(sink, &two_records[0]);
        assert_false(sink->flush(sink));
        assert_true(e == 2 || !sink->add(sink, &two_records[1]));
        assert_false(sink->close(sink, 5, &problem));
        assert_int_equal(problem.code, 28);
        assert_non_null(strstr(problem.text, "cannot write all of "));
        assert_non_null(strstr(problem.text, ": the disk is full (28)"));
        assert_int_equal(unlink(path), 0);
    }
}

/* A disk that is full for a while: nothing is written behind the gap. */
static void test_the_first_failure_stays(void **state)
{
    struct up_error_detail problem;
    struct rlimit limit, before;
    uint32_t i, e;

    (void)state;
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 3000;
    for (e = 0; e < ENDINGS; e++) {
        struct up_sink *sink = up_recording_create(path_of(endings[e]), &some_info, NULL);
        struct seen seen = {.items = NULL};
        struct result result;
        bool is_written = true;

        assert_non_null(sink);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        for (i = 0; i < 100 && is_written; i++) {
            is_written = sink->add(sink, &two_records[1]) && sink->flush(sink);
        }
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        assert_false(is_written);
        assert_false(sink->add(sink, &two_records[1]));
        assert_false(sink->flush(sink) || sink->close(sink, 5, &problem));
        assert_int_equal(problem.code, EFBIG);
        forget(&seen);
        result = read_file(path_of(endings[e]), &seen);
        assert_true(result.is_whole && result.is_cut);
        assert_int_equal(seen.count, i - 1u);
        forget(&seen);
    }
}

static void test_next_record(void **state)
{
    struct up_record_info info;
    struct up_recording *recording;
    struct up_record record;
    uint32_t e;

    (void)state;
    for (e = 0; e < ENDINGS; e++) {
        write_two(path_of(endings[e]));
        recording = up_recording_open(path_of(endings[e]), &info, NULL);
        assert_non_null(recording);
        assert_true(up_recording_is_file(recording, path_of(endings[e])));
        assert_false(up_recording_is_file(recording, "/dev/null"));
        assert_true(up_recording_next(recording, &record) && record.port == 0x37A);
        assert_true(up_recording_next(recording, &record) && record.port == 0x60);
        assert_false(up_recording_next(recording, &record)); /* what was lost is none */
        assert_false(up_recording_next(recording, &record));
        up_recording_close(recording);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_of_csv),
        cmocka_unit_test(test_text_of_vcd),
        cmocka_unit_test(test_wrong_lines_of_csv),
        cmocka_unit_test(test_csv_of_a_spreadsheet),
        cmocka_unit_test(test_wrong_vcd),
        cmocka_unit_test(test_endings),
        cmocka_unit_test(test_files_that_cannot_be_had),
        cmocka_unit_test(test_the_first_failure_stays),
        cmocka_unit_test(test_next_record),
    };

    return cmocka_run_group_tests_name("recording files", tests, make_folder, remove_folder);
}
