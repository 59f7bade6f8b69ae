/* SPDX-License-Identifier: MIT
 *
 * Random policies, 10,000 of them, written in all the ways in which one may write them; the test
 * knows what it has written. No user gets a port more or less than the rules give him for the
 * program that he runs; a policy with one mistake gives nobody anything. Then a random command line
 * of userport-run for each, read and decided by userport-run's own functions: this file has
 * run/userport-run.c in it, with another name for main, and an exit that comes back. What --explain
 * writes of each decision is read by userportctl's reader, and is the same. RULES_SEED and
 * RULES_COUNT in the environment choose others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "policy/rules.h"

int userport_run_main(int count, char **arguments);
static FILE *unseen; /* what userport-run says of a wrong command line */
static jmp_buf ended;
__attribute__((noreturn)) static void come_back(int status)
{
    longjmp(ended, status + 1);
}

#define main userport_run_main
#define exit come_back
#undef stderr
#define stderr unseen
#undef stdout
#define stdout unseen
#include "run/userport-run.c"
#undef main
#undef exit

#include <sys/mman.h>

#include "run/policy_answer.h"

#define USERS    4u
#define GROUPS   3u
#define PROGRAMS 3u
#define RULES    6u
#define COMPARED 6u /* of each policy */

static const uint32_t users[USERS] = {0, 1000, 1001, 4294967294u};
static const char *const user_names[USERS] = {"root", "anna", "bert", "4294967294"};
static const uint32_t groups[GROUPS] = {50, 7, 100};
static const char *const group_names[GROUPS] = {"lab", "lp", "100"};
static const char *const programs[PROGRAMS] = {"any", "/usr/bin/a", "/opt/b c/d"};
static const char passwd_text[] =
    "root:x:0:0::/root:/bin/sh\nanna:x:1000:1000:::\nbert:x:1001:1000:::\n";
static const char group_text[] = "lab:x:50:anna\nlp:x:7:\n";

struct expected {
    unsigned users, groups, program; /* bits; an index */
    bool with_ioperm;
    struct up_portset ports;
};

static uint64_t seed;
static char text[1u << 16];
static size_t text_length;

static uint32_t random_below(uint32_t bound)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
    return (uint32_t)(seed >> 33) % bound;
}

__attribute__((format(printf, 1, 2))) static void put(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text_length +=
        (size_t)vsnprintf(text + text_length, sizeof text - text_length, format, arguments);
    va_end(arguments);
    assert_true(text_length < sizeof text);
}

static void put_line_end(void)
{
    static const char *const ends[] = {
        "\n", "\n", "\r\n", " ; so\n", "\t\n", "\n\n", "\n# a comment = 3\n"};

    put("%s", ends[random_below(sizeof ends / sizeof ends[0])]);
}

static void put_key(const char *key)
{
    static const char *const signs[] = {"=", " = ", ": ", "\t=\t"};

    put("%s%s", key, signs[random_below(sizeof signs / sizeof signs[0])]);
}

/* Between two items of a list: also the end of the line, and a blank on the next. */
static void put_gap(void)
{
    static const char *const gaps[] = {", ", " ", ",", "\n  ", ",\n\t", " ; why\n   "};

    put("%s", gaps[random_below(sizeof gaps / sizeof gaps[0])]);
}

static unsigned put_some(const char *key, const char *const *names, unsigned count)
{
    unsigned chosen = 1 + random_below((1u << count) - 1), left = chosen, i;

    put_key(key);
    for (i = 0; i < count; i++) {
        if ((chosen >> i & 1u) != 0) {
            put("%s", names[i]);
            left &= ~(1u << i);
            if (left != 0) {
                put_gap();
            }
        }
    }
    put_line_end();
    return chosen;
}

/* Ports 300 to 36F and D000 to D07F: no hazard is there. 70 to 77 and CF8 to CFF are. */
static void put_ports(const char *key, bool are_hazards, struct up_portset *ports)
{
    unsigned count = 1 + random_below(4), i;

    put_key(key);
    for (i = 0; i < count; i++) {
        const uint16_t base = are_hazards       ? (random_below(2) ? 0x70 : 0xCF8)
                              : random_below(2) ? 0x300
                                                : 0xD000;
        const uint32_t room = are_hazards ? 8 : 0x70;
        const uint16_t first = (uint16_t)(base + random_below(room));
        const uint16_t last = (uint16_t)(first + random_below((uint32_t)(base + room - first)));

        if (first == last && random_below(2)) {
            put(random_below(2) ? "0x%x" : "%XH", first);
        } else {
            put(random_below(2) ? "%X-%X" : "%xh - 0x%X", first, last);
        }
        up_portset_grant(ports, first, last);
        if (i + 1 < count) {
            put_gap();
        }
    }
    put_line_end();
}

static void put_ioperm(struct expected *rule)
{
    rule->with_ioperm = random_below(4) == 0;
    if (rule->with_ioperm || random_below(4) == 0) {
        put_key("ioperm");
        put(rule->with_ioperm ? "yes" : "no");
        put_line_end();
    }
}

static void put_rule(struct expected *rule, unsigned number)
{
    const unsigned who = 1 + random_below(3), what = random_below(3);
    unsigned order = random_below(2), i;

    memset(rule, 0, sizeof *rule);
    up_portset_deny_all(&rule->ports);
    put("[r%u]", number);
    put_line_end();
    for (i = 0; i < 2; i++, order ^= 1u) {
        if (order == 0) {
            rule->users = (who & 1u) != 0 ? put_some("users", user_names, USERS) : 0;
            rule->program = random_below(PROGRAMS);
            put_key("program");
            put("%s\n", programs[rule->program]);
            rule->groups = (who & 2u) != 0 ? put_some("groups", group_names, GROUPS) : 0;
            put_ioperm(rule);
        } else {
            if (what != 1) {
                put_ports("ports", false, &rule->ports);
            }
            if (what != 0) {
                put_ports("hazardous-ports", true, &rule->ports);
            }
        }
    }
}

static void put_mistake(void)
{
    static const char *const mistakes[] = {
        "[x]\n",
        "nonsense\n",
        "[x]\nusers = 5\nprogram = any\nports = 300-2FF\n",
        "[x]\nusers = nobody-here\nprogram = any\nports = 300\n",
        "[x]\nusers = 1\nprogram = any\nports = 70\n",
        "[x]\nusers = 1\nprogram = any\nports = 300\nuser = 2\n",
        "[x]\nusers = 1\nprogram = a\nports = 300\n",
        "[x]\nusers = 1\nports = 300\n",
        "[x]\nusers = 1\nprogram = any\nports = 300\nioperm = maybe\n",
        "[x] y\nusers = 1\nprogram = any\nports = 300\n"};

    put("%s", mistakes[random_below(sizeof mistakes / sizeof mistakes[0])]);
}

/* ---- userport-run ---------------------------------------------------------------------------- */

static void refill(int file, const char *bytes, size_t length)
{
    assert_int_equal(ftruncate(file, 0), 0);
    assert_int_equal(pwrite(file, bytes, length, 0), length);
    assert_int_equal(lseek(file, 0, SEEK_SET), 0);
}

enum asked { ASKED_ALL, ASKED_PART, ASKED_MORE, ASKED_NONSENSE, ASKED_KINDS };

/* A list for --ports. *ports: what it means. */
static void write_list(enum asked asked, const struct up_portset *given, struct up_portset *ports,
                       char *list, size_t size)
{
    static const char *const nonsense[] = {"",   ",",       "37Q",  "10000", "378-",
                                           "--", "300;301", "lpt9", "\n",    "377-376"};
    struct up_port_range range;
    size_t at = 0;
    uint32_t from;

    up_portset_deny_all(ports);
    list[0] = '\0';
    if (asked == ASKED_NONSENSE) {
        (void)snprintf(list, size, "%s",
                       nonsense[random_below(sizeof nonsense / sizeof nonsense[0])]);
        return;
    }
    for (from = 0; up_portset_next(given, from, &range); from = range.last + 1u) {
        if (random_below(2) == 0) {
            range.last = (uint16_t)(range.first + random_below(range.last - range.first + 1u));
            up_portset_grant(ports, range.first, range.last);
            at += (size_t)snprintf(list + at, size - at, "%s%x-%X", at > 0 ? ", " : "", range.first,
                                   range.last);
        }
    }
    if (asked == ASKED_MORE) {
        const uint16_t port = (uint16_t)(0x370 + random_below(16)); /* which no rule gives */

        up_portset_grant(ports, port, port);
        at += (size_t)snprintf(list + at, size - at, " %X", port);
    }
    assert_true(at < size);
}

/* What --explain writes, and userportctl reads: the same decision, and the same rules. */
static void compare_explanation(const struct up_request *request,
                                const struct up_policy_files *files, const struct up_rules *rules,
                                const struct up_decision *decision)
{
    static struct up_policy_answer answer;
    static int file = -1;
    const struct up_subject subject = {request->user, request->groups, request->group_count,
                                       request->program, true};
    char *line = NULL;
    size_t room = 0;
    uint32_t i;
    FILE *from;

    file = file < 0 ? memfd_create("explanation", 0) : file;
    assert_int_equal(ftruncate(file, 0), 0);
    assert_int_equal(lseek(file, 0, SEEK_SET), 0);
    assert_true(up_explain(request, files, rules, decision, false, file));
    from = fdopen(dup(file), "r");
    assert_non_null(from);
    rewind(from);
    up_policy_answer_begin(&answer);
    while (getline(&line, &room, from) > 0) {
        assert_false(answer.is_known); /* by the last line alone */
        assert_true(up_policy_answer_read(&answer, line));
    }
    free(line);
    fclose(from);
    assert_true(answer.is_known);
    assert_int_equal(answer.verdict, decision->verdict);
    assert_int_equal(answer.user, request->user);
    assert_memory_equal(&answer.ports, &decision->ports, sizeof answer.ports);
    assert_int_equal(answer.with_ioperm, decision->verdict == UP_GRANTED && decision->with_ioperm);
    if (strpbrk(decision->reason, "\n") == NULL) { /* which would not be a line */
        assert_string_equal(answer.reason, decision->reason);
    }
    assert_int_equal(answer.rules.count, rules->count);
    assert_int_equal(answer.rules.line, rules->line);
    assert_int_equal(answer.rules.column, rules->column);
    for (i = 0; i < rules->count; i++) {
        assert_memory_equal(&answer.rules.rules[i], &rules->rules[i], sizeof rules->rules[i]);
        assert_int_equal(answer.is_for_user[i], up_rule_is_for_user(&rules->rules[i], &subject));
    }
}

/* The command line, right or wrong; the answer of the process that reads the policy, to it. */
static void run_command_line(const struct up_subject *subject, const struct up_given *given,
                             bool is_mistaken)
{
    static const char *const wrong[] = {"--port", "-p", "--user=anna", "--ports=378", "-", "---"};
    static struct up_policy_files files;
    static struct up_portset ports;
    static struct command command;
    static struct up_rules rules;
    static struct up_decision decision;
    struct up_request *request = &command.request;
    const enum asked asked = (enum asked)random_below(ASKED_KINDS);
    const unsigned flaw = random_below(8); /* 0 to 3: none of these is right */
    const bool wants_ioperm = random_below(3) == 0;
    const bool may_ioperm = !wants_ioperm || !given->by_program || given->with_ioperm;
    char list[4096], program[64], *arguments[13] = {"userport-run"};
    volatile int count = 1;
    int status;

    write_list(asked, &given->ports, &ports, list, sizeof list);
    if (wants_ioperm) {
        arguments[count++] = "--ioperm";
    }
    if (asked != ASKED_ALL) {
        arguments[count++] = "--ports";
        arguments[count++] = list;
    }
    if (flaw == 0) {
        arguments[count++] = (char *)(uintptr_t)wrong[random_below(sizeof wrong / sizeof wrong[0])];
    }
    if (random_below(2) == 0) {
        arguments[count++] = "--";
    }
    (void)snprintf(program, sizeof program, "%s%s", flaw == 1 ? "." : "", subject->program);
    if (strcmp(program, "any") == 0) {
        (void)snprintf(program, sizeof program, "/usr/bin/other");
    }
    if (flaw == 2) {
        arguments[count++] = ""; /* which is no full path */
    } else if (flaw != 3) {
        arguments[count++] = program;
    }
    arguments[count] = NULL;

    memset(&command, 0, sizeof command);
    status = setjmp(ended);
    if (status == 0) {
        read_arguments(count, arguments, &command);
        assert_true(flaw > 3 || (flaw == 1 && program[0] == '/'));
    } else {
        assert_true(flaw <= 3);
        assert_int_equal(status, EXIT_REFUSED + 1);
        return;
    }
    request->user = subject->user;
    memcpy(request->groups, subject->groups, subject->group_count * sizeof request->groups[0]);
    request->group_count = subject->group_count;
    request->may_be_named = subject->by_file;
    (void)snprintf(request->program_problem, sizeof request->program_problem, "%s",
                   subject->by_file ? "" : "it is a test");

    if (files.count == 0) {
        files.count = 1;
        (void)snprintf(files.names[0], sizeof files.names[0], "p");
        files.files[0] = memfd_create("policy", 0);
        files.passwd = memfd_create("passwd", 0);
        files.group = memfd_create("group", 0);
    }
    refill(files.files[0], text, text_length);
    refill(files.passwd, passwd_text, sizeof passwd_text - 1);
    refill(files.group, group_text, sizeof group_text - 1);
    memset(&decision, 0xFF, sizeof decision); /* every port */
    up_decide(request, &files, &rules, &decision);
    compare_explanation(request, &files, &rules, &decision);
    assert_int_equal(decision.verdict == UP_POLICY_UNUSABLE, is_mistaken);
    assert_int_equal(
        decision.verdict == UP_GRANTED,
        !is_mistaken && up_portset_count(&given->ports) > 0 && may_ioperm &&
            (asked == ASKED_ALL || (asked == ASKED_PART && up_portset_count(&ports) > 0)));
    if (decision.verdict == UP_GRANTED) {
        assert_memory_equal(&decision.ports, asked == ASKED_ALL ? &given->ports : &ports,
                            sizeof ports);
        assert_int_equal(decision.by_program, given->by_program);
        assert_int_equal(decision.with_ioperm, given->with_ioperm || wants_ioperm);
        assert_true(decision.reason[0] == '\0');
    } else {
        assert_true(decision.reason[0] != '\0' &&
                    memchr(decision.reason, '\0', sizeof decision.reason) != NULL);
        assert_int_equal(up_portset_count(&decision.ports), 0);
    }
}

/* One user, with some groups, who runs one program. */
static void compare(const struct expected *rules_written, unsigned count,
                    const struct up_rules *rules, bool is_mistaken, bool by_command_line)
{
    static struct up_given given, wanted;
    const unsigned user = random_below(USERS), group = random_below(1u << GROUPS),
                   program = random_below(PROGRAMS);
    struct up_subject subject = {users[user], NULL, 0, programs[program], random_below(4) != 0};
    uint32_t own[GROUPS];
    unsigned i;

    subject.groups = own;
    for (i = 0; i < GROUPS; i++) {
        if ((group >> i & 1u) != 0) {
            own[subject.group_count++] = groups[i];
        }
    }
    memset(&wanted, 0, sizeof wanted);
    up_portset_deny_all(&wanted.ports);
    for (i = 0; i < count && !is_mistaken; i++) {
        const struct expected *rule = &rules_written[i];
        const bool is_named = subject.by_file && program != 0 && rule->program == program;

        if (((rule->users >> user & 1u) != 0 || (rule->groups & group) != 0) &&
            (rule->program == 0 || is_named)) {
            up_portset_add(&wanted.ports, &rule->ports);
            wanted.by_program = wanted.by_program || is_named;
            wanted.with_ioperm = wanted.with_ioperm || rule->with_ioperm;
        }
    }
    memset(&given, 0, sizeof given); /* every port */
    up_rules_apply(rules, &subject, &given);
    assert_memory_equal(&given.ports, &wanted.ports, sizeof given.ports);
    assert_int_equal(given.by_program, wanted.by_program);
    assert_int_equal(given.with_ioperm, wanted.with_ioperm);
    if (by_command_line) {
        run_command_line(&subject, &wanted, is_mistaken);
    }
}

static void test_random_policies(void **state)
{
    static struct expected rules_written[RULES];
    static struct up_rules rules;
    const struct up_text passwd = {"/etc/passwd", passwd_text, sizeof passwd_text - 1};
    const struct up_text group = {"/etc/group", group_text, sizeof group_text - 1};
    const char *count_text = getenv("RULES_COUNT"), *seed_text = getenv("RULES_SEED");
    const unsigned long count = count_text != NULL ? strtoul(count_text, NULL, 10) : 10000;
    unsigned long i;

    (void)state;
    unseen = fopen("/dev/null", "w");
    assert_non_null(unseen);
    for (i = 0; i < count; i++) {
        struct up_text file = {"p", NULL, 0};
        unsigned rule_count, mistake_at, j;
        bool read;

        seed = (seed_text != NULL ? strtoull(seed_text, NULL, 10) : 20261122u) + i * 977u;
        rule_count = random_below(RULES + 1);
        mistake_at = random_below(4) == 0 ? random_below(rule_count + 1) : RULES + 1;
        text_length = 0;
        for (j = 0; j <= rule_count; j++) {
            if (j == mistake_at) {
                put_mistake();
            }
            if (j < rule_count) {
                put_rule(&rules_written[j], j);
            }
        }
        file.text = text;
        file.length = text_length;
        read = up_rules_read(&rules, &file, 1, &passwd, &group);
        if (read != (mistake_at > RULES)) {
            print_message("# policy %lu:\n%.*s\n# %s\n", i, (int)text_length, text, rules.message);
            fail();
        }
        for (j = 0; j < COMPARED; j++) {
            compare(rules_written, rule_count, &rules, mistake_at <= RULES, j == 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_policies)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
