/* SPDX-License-Identifier: MIT
 *
 * Tests of policy/rules_read.c: what a policy gives to whom; each mistake with its line and column;
 * and that a mistake anywhere gives nobody anything.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/accounts.h"
#include "policy/rules.h"

static const char passwd_text[] =
    "root:x:0:0:root:/root:/bin/sh\nanna:x:1000:1000:Anna,,,:/home/anna:/bin/sh\n"
    "bert:x:1001:1000::/:/bin/false\nanna2:x:1002:1000::/:\nbroken:x:abc:1:::\nshort\n"
    "anna:x:7:7:a second line of that name::\nlast:x:1003:5";
static const char group_text[] = "root:x:0:\nlab:x:50:anna\nlp:x:7:\n";
static struct up_rules rules;
static struct up_given given; /* by the last look */

/* Blocks of exactly the text's length, so that ASan sees a byte too far. */
static bool read_texts(const char *const *texts, const size_t *lengths, unsigned count)
{
    static const char *const names[] = {"/etc/userport.conf", "/etc/userport.conf.d/a.conf"};
    const struct up_text passwd = {"/etc/passwd", passwd_text, sizeof passwd_text - 1};
    const struct up_text group = {"/etc/group", group_text, sizeof group_text - 1};
    struct up_text files[2] = {{NULL, NULL, 0}, {NULL, NULL, 0}};
    char *blocks[2];
    unsigned i;
    bool done;

    for (i = 0; i < count; i++) {
        blocks[i] = malloc(lengths[i] + (lengths[i] == 0));
        assert_non_null(blocks[i]);
        memcpy(blocks[i], texts[i], lengths[i]);
        files[i] = (struct up_text){names[i], blocks[i], lengths[i]};
    }
    memset(&rules, 0x5A, sizeof rules);
    done = up_rules_read(&rules, files, count, &passwd, &group);
    for (i = 0; i < count; i++) {
        free(blocks[i]);
    }
    return done;
}

static bool read_text(const char *text)
{
    const size_t length = strlen(text);

    return read_texts(&text, &length, 1);
}

static uint32_t ports_of(uint32_t user, const uint32_t *groups, uint32_t group_count,
                         const char *program, bool by_file, bool *by_program)
{
    const struct up_subject subject = {user, groups, group_count, program, by_file};

    memset(&given, 0, sizeof given); /* every port */
    up_rules_apply(&rules, &subject, &given);
    if (by_program != NULL) {
        *by_program = given.by_program;
    }
    return up_portset_count(&given.ports);
}

static uint32_t ports_of_user(uint32_t user)
{
    return ports_of(user, NULL, 0, "/usr/bin/x", true, NULL);
}

/* ---- what is right --------------------------------------------------------------------------- */

static void test_users_and_numbers(void **state)
{
    (void)state;
    assert_true(
        read_text("# a comment\n[a]\nusers = anna, 2000 last\nprogram = any\nports = 378-37A\n"));
    assert_int_equal(rules.count, 1);
    assert_string_equal(rules.rules[0].name, "a");
    assert_int_equal(rules.rules[0].line, 2);
    assert_int_equal(ports_of_user(1000), 3);
    assert_int_equal(ports_of_user(2000), 3);
    assert_int_equal(ports_of_user(1003), 3); /* the last line of passwd has no end */
    assert_int_equal(ports_of_user(7), 0);    /* the first line of a name counts */
    assert_int_equal(ports_of_user(1002), 0); /* anna is not anna2 */
    assert_int_equal(ports_of_user(0), 0);    /* root has no rule either */
}

static void test_names_of_numbers(void **state)
{
    const struct up_text passwd = {"/etc/passwd", passwd_text, sizeof passwd_text - 1};
    static const struct {
        uint32_t id;
        const char *name;
    } known[] = {{0, "root"}, {1000, "anna"}, {1002, "anna2"}, {7, "anna"}, {1003, "last"}};
    char name[6];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_true(up_account_name(&passwd, known[i].id, name, sizeof name));
        assert_string_equal(name, known[i].name);
    }
    assert_false(up_account_name(&passwd, 5, name, sizeof name));
    assert_false(up_account_name(&passwd, 1002, name, 5)); /* no part of a name */
}

static void test_groups(void **state)
{
    const uint32_t some[] = {7, 50}, others[] = {51, 5};

    (void)state;
    assert_true(read_text("[a]\ngroups = lab\nprogram = any\nports = lpt1\n"));
    assert_int_equal(ports_of(9, some, 2, "/x", true, NULL), 8);
    assert_int_equal(ports_of(9, others, 2, "/x", true, NULL), 0);
    /* a user of that number is not the group */
    assert_int_equal(ports_of(50, others, 2, "/x", true, NULL), 0);
}

static void test_program(void **state)
{
    bool by_program;

    (void)state;
    assert_true(read_text("[a]\nusers=1\nprogram = "
                          "/usr/bin/scope\nports=300\n[b]\nusers=1\nprogram=any\nports=301\n"));
    assert_int_equal(ports_of(1, NULL, 0, "/usr/bin/scope", true, &by_program), 2);
    assert_true(by_program);
    assert_int_equal(ports_of(1, NULL, 0, "/usr/bin/scope", false, &by_program), 1);
    assert_false(by_program);
    assert_int_equal(ports_of(1, NULL, 0, "/usr/bin/scope2", true, &by_program), 1);
    assert_int_equal(ports_of(1, NULL, 0, "/usr/bin//scope", true, &by_program), 1);
}

static void test_ioperm(void **state)
{
    (void)state;
    assert_true(read_text(
        "[a]\nusers=1\nprogram=/bin/a\nports=300\nioperm = yes ; so\n"
        "[b]\nusers=1\nprogram=any\nports=301\nioperm=no\n[c]\nusers=2\nprogram=any\nports=301\n"));
    assert_int_equal(ports_of(1, NULL, 0, "/bin/a", true, NULL), 2);
    assert_true(given.with_ioperm);
    assert_int_equal(ports_of(1, NULL, 0, "/bin/a", false, NULL), 1);
    assert_false(given.with_ioperm);
    assert_int_equal(ports_of(1, NULL, 0, "/bin/b", true, NULL), 1);
    assert_false(given.with_ioperm);
    assert_int_equal(ports_of(2, NULL, 0, "/bin/a", true, NULL), 1);
    assert_false(given.with_ioperm);
    assert_true(read_text("[b]\nusers=1\nprogram=any\nports=301\nioperm=yes\n"));
    assert_int_equal(ports_of_user(1), 1);
    assert_true(given.with_ioperm);
}

static void test_lines_that_go_on(void **state)
{
    (void)state;
    assert_false(
        read_text("[a]\r\nusers = anna,\r\n  bert\r\nprogram=any ; a comment\nports = 378,\n\t379\n"
                  /* the last line goes on with ports: not a port */
                  "; between\n 37A ; behind\n\n hazardous-ports\n"));
    assert_true(
        read_text("[a]\r\nusers = anna,\r\n  bert\r\nprogram=any ; a comment\nports = 378,\n\t379\n"
                  "; between\n 37A ; behind\n\n"));
    assert_int_equal(ports_of_user(1000), 3);
    assert_int_equal(ports_of_user(1001), 3);
}

static void test_hazards(void **state)
{
    (void)state;
    assert_true(read_text("[a]\nusers=1\nprogram=any\nports=378\nhazardous-ports = 70-71, 379\n"));
    assert_int_equal(ports_of_user(1), 4);
    assert_true(read_text("[a]\nusers=1\nprogram=any\nhazardous-ports = 70-71\n"));
    assert_int_equal(ports_of_user(1), 2);
    /* asked for by its name */
    assert_true(read_text("[a]\nusers=1\nprogram=any\nports = speaker\n"));
    assert_int_equal(ports_of_user(1), 3);
}

static void test_two_files(void **state)
{
    static const char *const texts[] = {"[a]\nusers=1\nprogram=any\nports=378\n",
                                        "[a]\nusers=1\nprogram=any\nports=379\n"};
    const size_t lengths[] = {strlen(texts[0]), strlen(texts[1])};

    (void)state;
    assert_true(read_texts(texts, lengths, 2));
    assert_int_equal(rules.count, 2);
    assert_int_equal(rules.rules[1].file, 1);
    assert_int_equal(ports_of_user(1), 2);
}

/* An editor's mark of UTF-8, with and without anything behind it. */
static void test_mark(void **state)
{
    (void)state;
    assert_true(read_text("\xEF\xBB\xBF[a]\r\nusers=1\r\nprogram=any\r\nports=378\r\n"));
    assert_int_equal(ports_of_user(1), 1);
    assert_true(read_text("\xEF\xBB\xBF# a comment\n[a]\nusers=1\nprogram=any\nports=378\n"));
    assert_int_equal(rules.rules[0].line, 2);
    assert_true(read_text("\xEF\xBB\xBF"));
    assert_int_equal(rules.count, 0);
}

static void test_nothing(void **state)
{
    (void)state;
    assert_true(read_texts(NULL, NULL, 0));
    assert_int_equal(rules.count, 0);
    assert_true(read_text(""));
    assert_true(read_text("\n\n# nothing\n"));
    assert_int_equal(ports_of_user(0), 0);
}

/* ---- mistakes -------------------------------------------------------------------------------- */

#define GOOD "[good]\nusers=1\nprogram=any\nports=378\n" /* lines 1 to 4 */
#define BODY "users=1\nprogram=any\nports=379\n"

static const struct mistake {
    const char *text;
    unsigned line, column;
    const char *words;
} mistakes[] = {
    {GOOD "[b\n" BODY, 5, 0, "ends with ]"},
    {GOOD "[]\n" BODY, 5, 0, "1 to 63 letters"},
    {GOOD "[a b]\n" BODY, 5, 3, "no blanks"},
    {GOOD "[b] x\n" BODY, 5, 5, "behind the name"},
    {GOOD " [b]\n" BODY, 5, 0, "first column"},
    {GOOD "[0123456789012345678901234567890123456789012345678901234567890123]\n" BODY, 5, 0,
     "1 to 63"},
    {GOOD "[b]\n[c]\n" BODY, 5, 0, "is for nobody"},
    {GOOD "[b]\n", 5, 0, "is for nobody"},
    {GOOD "[b]\nusers=\nprogram=any\nports=379\n", 5, 0, "is for nobody"},
    {GOOD "[b]\nusers=1\nports=379\n", 5, 0, "needs \"program"},
    {GOOD "[b]\nusers=1\nprogram=any\n", 5, 0, "gives no port"},
    {GOOD "[b]\nusers=1\nprogram=bin/x\nports=379\n", 7, 9, "full path"},
    {GOOD "[b]\nusers=1\nprogram = /bin/../x\nports=379\n", 7, 11, "full path"},
    {GOOD "[b]\nusers=1\nprogram = /bin//x\nports=379\n", 7, 11, "full path"},
    {GOOD "[b]\nusers=1\nprogram = /bin/\nports=379\n", 7, 11, "full path"},
    {GOOD "[b]\nusers=1\nprogram = /\nports=379\n", 7, 11, "full path"},
    {GOOD "[b]\nusers=1\nprogram = ANY\nports=379\n", 7, 11, "full path"},
    {GOOD "[b]\n" BODY "ioperm = 1\n", 9, 10, "\"yes\" or \"no\""},
    {GOOD "[b]\n" BODY "ioperm =\n", 9, 0, "\"yes\" or \"no\""},
    {GOOD "[b]\n" BODY "ioperm = yes\nioperm = no\n", 10, 0, "in this rule already"},
    {GOOD "[b]\n" BODY "ioperm = no\n yes\n", 10, 0, "nothing above it can go on"},
    {GOOD "[b]\nusers = nobodyhere\n", 6, 9, "no user \"nobodyhere\" in /etc/passwd"},
    {GOOD "[b]\nusers = anna, bertt\n", 6, 15, "no user \"bertt\""},
    {GOOD "[b]\nusers = anna\n  berttt\n", 7, 3, "no user \"berttt\""},
    {GOOD "[b]\nusers = broken\n", 6, 9, "no user"},
    {GOOD "[b]\nusers = short\n", 6, 9, "no user"},
    {GOOD "[b]\nusers = 4294967295\n", 6, 9, "no user"},
    {GOOD "[b]\nusers = 99999999999\n", 6, 9, "no user"},
    {GOOD "[b]\nusers = *\n", 6, 9, "no user"},
    {GOOD "[b]\ngroups = anna\n", 6, 10, "no group \"anna\" in /etc/group"},
    {GOOD "[b]\n" BODY "users=2\n", 9, 0, "is in this rule already"},
    {GOOD "[b]\n" BODY "user=2\n", 9, 1, "no key \"user\""},
    {GOOD "[b]\n" BODY "Ports=2\n", 9, 1, "no key \"Ports\""},
    {GOOD "[b]\nusers=1\nprogram=any\nports = 378 37Q\n", 8, 13, "not a hexadecimal number"},
    {GOOD "[b]\nusers=1\nprogram=any\nports = 378\n   10000\n", 9, 4, "highest port is FFFF"},
    {GOOD "[b]\nusers=1\nprogram=any\nports = 378,,379\n", 8, 13, "a comma needs"},
    {GOOD "[b]\nusers=1\nprogram=any\nports = ,\n", 8, 9, "a comma needs"},
    {GOOD "[b]\nusers=1\nprogram=any\nports = 70\n", 8, 1, "stand under \"hazardous-ports\" alone"},
    {GOOD "[b]\nusers=1\nports = 70,\n 71\nprogram=any\n", 7, 1, "gives port 70 ("},
    {GOOD "[b]\nusers=1\nprogram=any\nports =\n", 5, 0, "gives no port"},
    {GOOD "[b]\nusers=1\nprogram=any\nports =\nhazardous-ports = \n", 5, 0, "gives no port"},
    {GOOD "[b]\nusers=1\nprogram=any\n  any\nports = 379\n", 8, 0, "nothing above it can go on"},
    {"users=1\n" GOOD, 1, 0, "before the first rule"},
    {GOOD "what is this\n", 5, 0, "no \"key = value\""},
    {"[b]\n  user=2\n" BODY, 2, 3, "no key \"user\""},
    {GOOD "= 3\n", 5, 1, "no key \"\""},
    {"\xEF\xBB" GOOD, 1, 0, "no \"key = value\""},
    {GOOD "\xEF\xBB\xBF# not at the beginning\n", 5, 0, "no \"key = value\""},
    {"[b]\nusers=1\nprogram=any\nports=379", 4, 0, "its last line has no end"},
    {GOOD "# whole, but who knows", 5, 0, "its last line has no end"},
    {GOOD " ", 5, 0, "its last line has no end"},
    {"\xEF\xBB\xBF[b]", 1, 0, "its last line has no end"},
    {"\xEF\xBB\xBF[b]\nusers=nobodyhere\n", 2, 7, "no user"},
};

static void test_mistakes(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        const struct mistake *one = &mistakes[i];

        if (read_text(one->text) || rules.line != one->line || rules.column != one->column ||
            strstr(rules.message, one->words) == NULL || rules.count != 0 ||
            ports_of_user(1) != 0) {
            print_message("# case %zu: %s\n# line %u, column %u, %u rules: %s\n", i, one->text,
                          rules.line, rules.column, rules.count, rules.message);
            fail();
        }
    }
}

static void test_text_that_is_none(void **state)
{
    static const char nul[] = GOOD "# a\0b\n";
    const char *text = nul;
    const size_t length = sizeof nul - 1;
    char longer[UP_RULES_LINE_MAX + 40];

    (void)state;
    assert_false(read_texts(&text, &length, 1));
    assert_int_equal(rules.line, 5);
    /* The rest of a line that is too long must not become a line of its own: */
    memset(longer, 'x', sizeof longer);
    longer[0] = '#';
    memcpy(longer + UP_RULES_LINE_MAX + 1, "\n[b]\n", 6);
    assert_false(read_text(longer));
    assert_int_equal(rules.line, 1);
    memcpy(longer + UP_RULES_LINE_MAX, "\n" GOOD, sizeof GOOD + 1 > 40 ? 40 : sizeof GOOD + 1);
    longer[sizeof longer - 1] = '\0';
    (void)read_text(longer);
    /* exactly the greatest length is right */
    assert_true(rules.message[0] == '\0' || rules.line > 1);
}

static void test_too_many(void **state)
{
    static char text[UP_RULES_MAX * 60 + 400];
    size_t at = 0;
    unsigned i;

    (void)state;
    for (i = 0; i < UP_RULES_MAX; i++) {
        at += (size_t)snprintf(text + at, sizeof text - at,
                               "[r%u]\nusers=%u\nprogram=any\nports=%X\n", i, i, 0x300 + i);
    }
    assert_true(read_text(text));
    assert_int_equal(rules.count, UP_RULES_MAX);
    (void)snprintf(text + at, sizeof text - at, "[one-more]\n" BODY);
    assert_false(read_text(text));
    assert_non_null(strstr(rules.message, "more than 64 rules"));
    at = (size_t)snprintf(text, sizeof text, "[a]\nprogram=any\nports=378\nusers = 1\n");
    for (i = 0; i < UP_RULE_WHO_MAX - 1; i++) {
        at += (size_t)snprintf(text + at, sizeof text - at, " %u\n", i);
    }
    assert_true(read_text(text));
    (void)snprintf(text + at, sizeof text - at, "  99\n");
    assert_false(read_text(text));
    assert_non_null(strstr(rules.message, "column 3: more than 64 users"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_users_and_numbers),
        cmocka_unit_test(test_names_of_numbers),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_program),
        cmocka_unit_test(test_lines_that_go_on),
        cmocka_unit_test(test_hazards),
        cmocka_unit_test(test_two_files),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_text_that_is_none),
        cmocka_unit_test(test_too_many),
        cmocka_unit_test(test_mark),
        cmocka_unit_test(test_ioperm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
