/* SPDX-License-Identifier: MIT
 *
 * Tests of doctor/doctor*.c: from a machine on which all is well, one thing after the other goes
 * wrong, and the doctor has to say it, at the right level, with what to do. Whatever the facts,
 * every subject is there, no text is empty, none is cut.
 */
#include "library.h"

#include <stdio.h>

#include "doctor/doctor_report.h"
#include "doctor_facts.h"

/* In the order of the report. */
static const char *const subjects[] = {
    "system",       "administrator",    "service",      "driver-file",   "file-access",
    "architecture", "loading",          "signature",    "load-events",   "test-signing",
    "secure-boot",  "memory-integrity", "block-list",   "driver-policy", "driver",
    "other-map",    "settings",         "scope",        "hazards",       "wide-list",
    "applied",      "programs",         "cards",        "denied",        "refused",
    "access",       "service-access",   "event-source", "other-drivers", "dll",
};
#define SUBJECTS (sizeof subjects / sizeof subjects[0])

/* Those of a report about one file that was asked for. */
static const char *const asked[] = {"loading",      "signature",     "load-events",
                                    "test-signing", "secure-boot",   "memory-integrity",
                                    "block-list",   "driver-policy", "system"};
#define ASKED (sizeof asked / sizeof asked[0])

static bool is_asked(const char *subject)
{
    for (size_t i = 0; i < ASKED; i++) {
        if (strcmp(asked[i], subject) == 0) {
            return true;
        }
    }
    return false;
}

static size_t subject_number(const char *subject)
{
    size_t i = 0;

    while (i < SUBJECTS && strcmp(subjects[i], subject) != 0) {
        i++;
    }
    return i;
}

static void check_text(const char *text, size_t room)
{
    const size_t length = strlen(text);

    /* one byte less than there is room for: vsnprintf has not cut it */
    assert_in_range(length, 10, room - 2);
    assert_true(strchr(".)", text[length - 1]) != NULL);
    assert_null(strstr(text, "  "));
    for (size_t i = 0; i < length; i++) {
        assert_true((unsigned char)text[i] >= ' ');
    }
}

static struct up_finding findings[UP_FINDINGS_MAX + 1];

/* What holds for any report. */
static uint32_t report(const struct up_doctor_facts *facts)
{
    bool is_there[SUBJECTS] = {false};
    size_t last = 0;
    uint32_t count;

    memset(findings, 0xAA, sizeof findings);
    count = up_doctor_findings(facts, findings);
    assert_in_range(count, facts->candidate.is_asked ? ASKED : SUBJECTS, UP_FINDINGS_MAX);
    assert_int_equal((uint8_t)findings[UP_FINDINGS_MAX].text[0], 0xAA);
    for (uint32_t i = 0; i < count; i++) {
        const struct up_finding *finding = &findings[i];
        const size_t number = subject_number(finding->subject);

        assert_true(number < SUBJECTS);
        is_there[number] = true;
        assert_in_range(finding->level, UP_FINDING_OK, UP_FINDING_ERROR);
        check_text(finding->text, sizeof finding->text);
        if (finding->advice[0] != '\0') {
            check_text(finding->advice, sizeof finding->advice);
        }
        /*
         * Whoever is told that something is wrong is told what to do, and nobody else is kept busy.
         */
        assert_true(finding->level < UP_FINDING_WARNING || finding->advice[0] != '\0');
        assert_true(finding->level != UP_FINDING_OK || finding->advice[0] == '\0');
        last = number > last ? number : last;
    }
    for (size_t i = 0; i < SUBJECTS; i++) {
        assert_int_equal(is_there[i], !facts->candidate.is_asked || is_asked(subjects[i]));
    }
    return count;
}

static void print_all(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        print_message("# %d %s: %s %s\n", (int)findings[i].level, findings[i].subject,
                      findings[i].text, findings[i].advice);
    }
}

/* Is part in text? A part that ends with $ has to be its end. */
static bool is_part(const char *part, const char *text)
{
    const size_t length = strlen(part);

    if (part[length - 1] != '$') {
        return strstr(text, part) != NULL;
    }
    return strlen(text) >= length - 1 &&
           memcmp(text + strlen(text) - (length - 1), part, length - 1) == 0;
}

static bool is_said(uint32_t count, const struct expected *expected)
{
    for (uint32_t i = 0; i < count; i++) {
        if (findings[i].level == expected->level &&
            strcmp(findings[i].subject, expected->subject) == 0 &&
            is_part(expected->text, findings[i].text) &&
            (expected->advice == NULL ? findings[i].advice[0] == '\0'
                                      : strstr(findings[i].advice, expected->advice) != NULL)) {
            return true;
        }
    }
    return false;
}

static void test_cases(void **state)
{
    static struct up_doctor_facts facts;
    struct expected expected;
    unsigned number = 0;

    (void)state;
    for (;; number++) {
        uint32_t count;

        memset(&expected, 0, sizeof expected);
        all_is_well(&facts);
        if (!make_case(number, &facts, &expected)) {
            break;
        }
        count = report(&facts);
        if (!is_said(count, &expected)) {
            print_all(count);
            fail_msg("case %u: %d %s \"%s\" [%s] is not said", number, (int)expected.level,
                     expected.subject, expected.text,
                     expected.advice != NULL ? expected.advice : "");
        }
    }
    print_message("# %u sets of facts\n", number);
    assert_true(number >= 80);
}

/*
 * Nothing is wrong: no warning, no error, nothing to do; on 64-bit Windows and on 32-bit Windows.
 */
static void test_all_is_well(void **state)
{
    static struct up_doctor_facts facts;

    (void)state;
    for (unsigned is_32bit = 0; is_32bit < 2; is_32bit++) {
        uint32_t count;

        all_is_well(&facts);
        if (is_32bit) {
            on_xp(&facts);
        }
        count = report(&facts);
        assert_int_equal(count, SUBJECTS);
        for (uint32_t i = 0; i < count; i++) {
            if (findings[i].level != UP_FINDING_OK) {
                fail_msg("%s: %s", findings[i].subject, findings[i].text);
            }
            assert_string_equal(findings[i].subject, subjects[i]);
        }
    }
}

/* What is not known is a note that says so, and no error. */
static void test_nothing_is_known(void **state)
{
    static struct up_doctor_facts facts;
    static const char *const unknown[] = {"system",       "administrator", "service",
                                          "driver-file",  "access",        "service-access",
                                          "event-source", "other-drivers"};
    uint32_t count;

    (void)state;
    nothing_is_known(&facts);
    count = report(&facts);
    for (uint32_t i = 0; i < count; i++) {
        if (findings[i].level > UP_FINDING_NOTE) {
            fail_msg("%s: %s", findings[i].subject, findings[i].text);
        }
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        const struct expected expected = {UP_FINDING_NOTE, unknown[i], "could not be found out",
                                          strcmp(unknown[i], "service") == 0 ? "administrator"
                                                                             : NULL};

        assert_true(is_said(count, &expected));
    }
}

/* The longest texts, the most findings. */
static void test_worst(void **state)
{
    static struct up_doctor_facts facts;
    uint32_t count;

    (void)state;
    all_is_well(&facts);
    worst(&facts);
    count = report(&facts);
    print_message("# %u findings\n", (unsigned)count);
    assert_in_range(count, 50, UP_FINDINGS_MAX - 1); /* none was left out */
    for (uint32_t i = 0; i < count; i++) {
        assert_true(findings[i].text[0] != '\0');
        /* the long path, cut between whole characters; one finding has none */
        if (strcmp(findings[i].subject, "dll") == 0 &&
            strstr(findings[i].text, "no userport-trap.dll") == NULL) {
            assert_non_null(strstr(findings[i].text, "\xC3\xA4..."));
            assert_non_null(strstr(findings[i].text, "...\xC3\xA4"));
        }
    }
}

/* Facts of any kind, of a fixed seed: what report checks holds for all. */
static void test_random(void **state)
{
    static struct up_doctor_facts facts;
    uint32_t seed = 20030401;

    (void)state;
    for (unsigned i = 0; i < 3000; i++) {
        random_facts(&facts, &seed);
        (void)report(&facts);
    }
}

/* A report that is full stays as it is: what has no room in it gives its advice to nobody else. */
static void test_full(void **state)
{
    struct up_report full = {NULL, findings, UP_FINDINGS_MAX, NULL};

    (void)state;
    memset(findings, 0xAA, sizeof findings);
    up_report_add(&full, UP_FINDING_ERROR, "service", "One too many.");
    up_report_advise(&full, "What to do about it.");
    up_report_skip(&full, "driver", "there is no room");
    up_report_unknown(&full, "driver", "This one too");
    assert_int_equal(full.count, UP_FINDINGS_MAX);
    for (size_t i = 0; i < sizeof findings; i++) {
        assert_int_equal(((const uint8_t *)findings)[i], 0xAA);
    }
}

/*
 * Paths of each length, with a character of two bytes at every place: what is shown is whole
 * characters.
 */
static void test_paths(void **state)
{
    char path[UP_PATH_MAX];
    char shown[UP_SHOWN_PATH_MAX];

    (void)state;
    for (size_t length = 0; length < sizeof path; length++) {
        const char *result;
        size_t cut = 0;

        for (size_t i = 0; i < length; i++) {
            path[i] = (i + length / 7) % 2 == 0 && i + 1 < length ? '\xC3' : '\xA4';
        }
        if (length > 0 && path[0] == '\xA4') {
            path[0] = 'C';
        }
        if (length > 1 && path[length - 2] != '\xC3') {
            path[length - 1] = 's';
        }
        path[length] = '\0';
        result = up_report_path(path, shown);
        if (length < UP_SHOWN_PATH_MAX) {
            assert_ptr_equal(result, path);
            continue;
        }
        assert_in_range(strlen(result), 250, UP_SHOWN_PATH_MAX - 1);
        cut = (size_t)(strstr(result, "...") - result);
        assert_memory_equal(result, path, cut);
        assert_string_equal(result + cut + 3, path + length - strlen(result + cut + 3));
        assert_int_equal(result[cut - 1], '\xA4');
        assert_true(result[cut + 3] == '\xC3' || result[cut + 3] == 's');
    }
}

static void test_known_drivers(void **state)
{
    (void)state;
    assert_in_range(up_known_drivers_count, 10, 40);
    for (uint32_t i = 0; i < up_known_drivers_count; i++) {
        assert_in_range(strlen(up_known_drivers[i].name), 3, 40);
        for (uint32_t j = 0; j < i; j++) {
            assert_string_not_equal(up_known_drivers[i].name, up_known_drivers[j].name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_is_well),
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_nothing_is_known),
        cmocka_unit_test(test_worst),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_known_drivers),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
