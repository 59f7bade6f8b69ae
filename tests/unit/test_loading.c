/* SPDX-License-Identifier: MIT
 *
 * Tests of doctor/loading.c. What is expected of each Windows stands in a table, by its version and
 * by who has signed; every combination of the other facts is gone through, first the known ones,
 * then unknown ones, whose forecast has to be what all their values have in common.
 */
#include "library.h"

#include <string.h>

#include "doctor/loading.h"
#include "exefile/exefile.h"

/* ---- what is expected ------------------------------------------------------------------------ */

/*
 * Each Windows, and what it does with a driver that nobody has signed, whose signature is broken,
 * of a test certificate, cross-signed, of Windows itself, attested, tested:
 *   L loads it, - refuses it, t refuses it out of the test mode, ? may or may not load it
 *   m wants Microsoft's signature if it enforces that, unless the certificate is old
 *   n the same, and what it does with an old one is not known
 *   p as n, and then by the policy of 2026
 */
static const struct windows {
    const char *name;
    uint16_t machine;
    uint32_t major, minor, build;
    bool is_server;
    const char *does; /* when it wants signatures */
    bool wants, wants_by_secure_boot;
    bool may_lack_sha256;
} windows[] = {
    {"NT 4.0", UP_EXE_MACHINE_I386, 4, 0, 1381, false, "LLLLLLL", false, false, false},
    {"2000", UP_EXE_MACHINE_I386, 5, 0, 2195, false, "LLLLLLL", false, false, false},
    {"XP", UP_EXE_MACHINE_I386, 5, 1, 2600, false, "LLLLLLL", false, false, false},
    {"XP x64", UP_EXE_MACHINE_AMD64, 5, 2, 3790, false, "LLLLLLL", false, false, false},
    {"Vista, 32 bits", UP_EXE_MACHINE_I386, 6, 0, 6002, false, "LLLLLLL", false, false, false},
    {"7, 32 bits", UP_EXE_MACHINE_I386, 6, 1, 7601, false, "LLLLLLL", false, false, false},
    {"8, 32 bits", UP_EXE_MACHINE_I386, 6, 2, 9200, false, "--tL?-L", false, true, false},
    {"10 1507, 32 bits", UP_EXE_MACHINE_I386, 10, 0, 10240, false, "--tL?LL", false, true, false},
    {"10 1607, 32 bits", UP_EXE_MACHINE_I386, 10, 0, 14393, false, "--tm?LL", false, true, false},
    {"10 22H2, 32 bits", UP_EXE_MACHINE_I386, 10, 0, 19045, false, "--tn?LL", false, true, false},
    {"Vista", UP_EXE_MACHINE_AMD64, 6, 0, 6002, false, "--tL?-L", true, true, true},
    {"7", UP_EXE_MACHINE_AMD64, 6, 1, 7601, false, "--tL?-L", true, true, true},
    {"Server 2008 R2", UP_EXE_MACHINE_AMD64, 6, 1, 7601, true, "--tL?-L", true, true, true},
    {"8", UP_EXE_MACHINE_AMD64, 6, 2, 9200, false, "--tL?-L", true, true, false},
    {"8.1", UP_EXE_MACHINE_AMD64, 6, 3, 9600, false, "--tL?-L", true, true, false},
    {"10 1507", UP_EXE_MACHINE_AMD64, 10, 0, 10240, false, "--tL?LL", true, true, false},
    {"before 1607", UP_EXE_MACHINE_AMD64, 10, 0, 14392, false, "--tL?LL", true, true, false},
    {"10 1607", UP_EXE_MACHINE_AMD64, 10, 0, 14393, false, "--tm?LL", true, true, false},
    {"Server 2016", UP_EXE_MACHINE_AMD64, 10, 0, 14393, true, "--tm??L", true, true, false},
    {"10 1803", UP_EXE_MACHINE_AMD64, 10, 0, 17134, false, "--tm?LL", true, true, false},
    {"before 1809", UP_EXE_MACHINE_AMD64, 10, 0, 17762, false, "--tm?LL", true, true, false},
    {"10 1809", UP_EXE_MACHINE_AMD64, 10, 0, 17763, false, "--tn?LL", true, true, false},
    {"Server 2022", UP_EXE_MACHINE_AMD64, 10, 0, 20348, true, "--tn??L", true, true, false},
    {"11 23H2", UP_EXE_MACHINE_AMD64, 10, 0, 22631, false, "--tn?LL", true, true, false},
    {"before 24H2", UP_EXE_MACHINE_AMD64, 10, 0, 26099, false, "--tn?LL", true, true, false},
    {"11 24H2", UP_EXE_MACHINE_AMD64, 10, 0, 26100, false, "--tp?LL", true, true, false},
    {"11 25H2", UP_EXE_MACHINE_AMD64, 10, 0, 26200, false, "--tp?LL", true, true, false},
    {"Server 2025", UP_EXE_MACHINE_AMD64, 10, 0, 26100, true, "--tp??L", true, true, false},
    {"a later one", UP_EXE_MACHINE_AMD64, 11, 0, 1, false, "--tp?LL", true, true, false},
};
#define WINDOWS (sizeof windows / sizeof windows[0])

/* By Microsoft's rule alone: 0 if it does not decide. */
static char by_microsoft_only(char does, const struct up_load_facts *f)
{
    if (f->microsoft_only == UP_NO) {
        return 0;
    }
    return f->signature.certified >= 20150729 ? '-' : does == 'm' ? 0 : '?';
}

/* L, - and ? as above; F: loads it for the time being. */
static char expected_cross_signed(char does, const struct up_load_facts *f)
{
    const char rule = does == 'L' ? 0 : by_microsoft_only(does, f);

    if (rule == '-' || (does == 'p' && f->policy == UP_POLICY_ENFORCED)) {
        return '-';
    }
    if (rule == '?' || (f->signature.is_expired && !f->signature.has_time_stamp)) {
        return '?';
    }
    return does == 'p' ? 'F' : 'L';
}

static char expected(const struct windows *on, const struct up_load_facts *f)
{
    const char does = on->does[f->signature.signer - UP_SIGNER_NONE];
    char result = does;

    if (!on->wants && !(on->wants_by_secure_boot && f->secure_boot == UP_YES)) {
        return 'L';
    }
    if (f->signature.signer == UP_SIGNER_CROSS) {
        result = expected_cross_signed(does, f);
    } else if (does == 't') {
        result = f->test_signing == UP_YES ? 'L' : '-';
    }
    if (result != '-' && ((on->may_lack_sha256 && f->signature.digest == UP_DIGEST_SHA256) ||
                          (on->major >= 10 && f->memory_integrity == UP_YES && !f->is_userport))) {
        result = '?';
    }
    return f->code_integrity == UP_NO && result != 'L' ? 'F' : result;
}

/* ---- all that is known ----------------------------------------------------------------------- */

static enum up_tristate bit(unsigned *number)
{
    const enum up_tristate answer = *number % 2 ? UP_YES : UP_NO;

    *number /= 2;
    return answer;
}

/* 7 signers, 3 policies, 4 days, and 10 things that are so or not. */
#define COMBINATIONS (7u * 3u * 4u * 1024u)

static void make_facts(const struct windows *on, unsigned number, struct up_load_facts *f)
{
    static const uint32_t days[] = {20100101, 20150728, 20150729, 20260101};

    memset(f, 0, sizeof *f);
    f->machine = f->system_machine = on->machine;
    f->major = on->major;
    f->minor = on->minor;
    f->build = on->build;
    f->is_server = on->is_server ? UP_YES : UP_NO;
    f->signature.signer = (enum up_signer)(UP_SIGNER_NONE + number % 7);
    number /= 7;
    f->policy = (enum up_driver_policy)(UP_POLICY_NONE + number % 3);
    number /= 3;
    f->signature.certified = days[number % 4];
    number /= 4;
    f->is_userport = bit(&number) == UP_YES;
    f->signature.digest = bit(&number) == UP_YES ? UP_DIGEST_SHA256 : UP_DIGEST_SHA1;
    f->signature.is_expired = bit(&number) == UP_YES;
    f->signature.has_time_stamp = bit(&number) == UP_YES;
    f->signature.is_in_catalogue = bit(&number) == UP_YES;
    f->code_integrity = bit(&number);
    f->test_signing = bit(&number);
    f->secure_boot = bit(&number);
    f->microsoft_only = bit(&number);
    f->memory_integrity = bit(&number);
}

static char letter(enum up_load_verdict verdict)
{
    return "?LF-"[verdict];
}

/* What a failure is about. */
static void print_facts(const struct windows *on, const struct up_load_facts *f)
{
    static const char *const signers[] = {"unknown", "nobody",  "broken",   "other",
                                          "cross",   "Windows", "attested", "tested"};

    print_message(
        "# Windows %s: signer %s, certificate of %u%s%s, SHA-%s, %s's driver; check %s, "
        "test mode %s, Secure Boot %s, Microsoft only %s, memory integrity %s, policy %d\n",
        on->name, signers[f->signature.signer], (unsigned)f->signature.certified,
        f->signature.is_expired ? ", expired" : "",
        f->signature.has_time_stamp ? ", time stamp" : "",
        f->signature.digest == UP_DIGEST_SHA256 ? "256" : "1",
        f->is_userport ? "UserPort" : "another", f->code_integrity == UP_YES ? "on" : "off",
        f->test_signing == UP_YES ? "on" : "off", f->secure_boot == UP_YES ? "on" : "off",
        f->microsoft_only == UP_YES ? "yes" : "no", f->memory_integrity == UP_YES ? "on" : "off",
        (int)f->policy);
}

static void test_known(void **state)
{
    unsigned long count = 0;

    (void)state;
    for (size_t i = 0; i < WINDOWS; i++) {
        for (unsigned number = 0; number < COMBINATIONS; number++, count++) {
            struct up_load_facts f;
            struct up_load_forecast forecast;

            make_facts(&windows[i], number, &f);
            forecast = up_load_forecast(&f);
            if (letter(forecast.verdict) != expected(&windows[i], &f)) {
                print_facts(&windows[i], &f);
                fail_msg("the forecast is %c, for reason %d; expected %c", letter(forecast.verdict),
                         (int)forecast.reason, expected(&windows[i], &f));
            }
            assert_int_equal(forecast.depends_on, 0);
            assert_in_range(forecast.reason, UP_BECAUSE_FACTS_LACK + 1, UP_BECAUSE_COUNT - 1);
        }
    }
    print_message("# %lu combinations of known facts\n", count);
}

/* Each reason is given for the right one of the facts. */
static void test_reasons(void **state)
{
    static const struct {
        enum up_signer signer;
        enum up_load_reason reason;
    } rows[] = {
        {UP_SIGNER_NONE, UP_BECAUSE_UNSIGNED},      {UP_SIGNER_BROKEN, UP_BECAUSE_BROKEN},
        {UP_SIGNER_OTHER, UP_BECAUSE_NO_TEST_MODE}, {UP_SIGNER_CROSS, UP_BECAUSE_CROSS_SIGNED},
        {UP_SIGNER_ATTESTED, UP_BECAUSE_ATTESTED},  {UP_SIGNER_TESTED, UP_BECAUSE_TESTED},
    };
    struct up_load_facts f;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        make_facts(&windows[19], 0, &f); /* 10 1803, nothing on */
        f.code_integrity = UP_YES;
        f.signature.signer = rows[i].signer;
        assert_int_equal(up_load_forecast(&f).reason, rows[i].reason);
        f.machine = UP_EXE_MACHINE_I386;
        assert_int_equal(up_load_forecast(&f).verdict, UP_LOAD_REFUSED);
        assert_int_equal(up_load_forecast(&f).reason, UP_BECAUSE_OTHER_PROCESSOR);
    }
}

/* ---- what is unknown ------------------------------------------------------------------------- */

static void make_unknown(struct up_load_facts *f, unsigned facts)
{
    f->signature.signer = facts & 1u << UP_FACT_SIGNER ? UP_SIGNER_UNKNOWN : f->signature.signer;
    f->signature.digest = facts & 1u << UP_FACT_DIGEST ? UP_DIGEST_UNKNOWN : f->signature.digest;
    f->signature.certified = facts & 1u << UP_FACT_CERTIFIED ? 0 : f->signature.certified;
    f->is_server = facts & 1u << UP_FACT_SERVER ? UP_UNKNOWN : f->is_server;
    f->code_integrity = facts & 1u << UP_FACT_CODE_INTEGRITY ? UP_UNKNOWN : f->code_integrity;
    f->test_signing = facts & 1u << UP_FACT_TEST_SIGNING ? UP_UNKNOWN : f->test_signing;
    f->secure_boot = facts & 1u << UP_FACT_SECURE_BOOT ? UP_UNKNOWN : f->secure_boot;
    f->microsoft_only = facts & 1u << UP_FACT_MICROSOFT_ONLY ? UP_UNKNOWN : f->microsoft_only;
    f->memory_integrity = facts & 1u << UP_FACT_MEMORY_INTEGRITY ? UP_UNKNOWN : f->memory_integrity;
    f->policy = facts & 1u << UP_FACT_POLICY ? UP_POLICY_UNKNOWN : f->policy;
}

/* Puts one value of each unknown fact in; number goes through all of them. False: no more. */
static bool complete(const struct up_load_facts *f, unsigned number, struct up_load_facts *known)
{
    *known = *f;
    if (f->signature.signer == UP_SIGNER_UNKNOWN) {
        known->signature.signer = (enum up_signer)(UP_SIGNER_NONE + number % 7);
        number /= 7;
    }
    if (f->policy == UP_POLICY_UNKNOWN) {
        known->policy = (enum up_driver_policy)(UP_POLICY_NONE + number % 3);
        number /= 3;
    }
    if (f->signature.digest == UP_DIGEST_UNKNOWN) {
        known->signature.digest = bit(&number) == UP_YES ? UP_DIGEST_SHA256 : UP_DIGEST_SHA1;
    }
    if (f->signature.certified == 0) {
        known->signature.certified = bit(&number) == UP_YES ? 20150729 : 20150728;
    }
    known->is_server = f->is_server == UP_UNKNOWN ? bit(&number) : f->is_server;
    known->code_integrity = f->code_integrity == UP_UNKNOWN ? bit(&number) : f->code_integrity;
    known->test_signing = f->test_signing == UP_UNKNOWN ? bit(&number) : f->test_signing;
    known->secure_boot = f->secure_boot == UP_UNKNOWN ? bit(&number) : f->secure_boot;
    known->microsoft_only = f->microsoft_only == UP_UNKNOWN ? bit(&number) : f->microsoft_only;
    known->memory_integrity =
        f->memory_integrity == UP_UNKNOWN ? bit(&number) : f->memory_integrity;
    return number == 0;
}

/* Do all values of the unknown facts lead to one verdict? Then *verdict is that. */
static bool is_common(const struct up_load_facts *f, enum up_load_verdict *verdict)
{
    struct up_load_facts known;

    for (unsigned number = 0; complete(f, number, &known); number++) {
        const enum up_load_verdict one = up_load_forecast(&known).verdict;

        if (number > 0 && one != *verdict) {
            return false;
        }
        *verdict = one;
    }
    return true;
}

static void test_unknown(void **state)
{
    uint32_t seed = 20261130;
    unsigned decided = 0, open = 0;

    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        const struct windows *on = &windows[i % WINDOWS];
        struct up_load_facts f;
        struct up_load_forecast forecast;
        enum up_load_verdict common = UP_LOAD_UNKNOWN;
        unsigned facts;

        seed = seed * 1664525u + 1013904223u;
        make_facts(on, (seed >> 8) % COMBINATIONS, &f);
        seed = seed * 1664525u + 1013904223u;
        facts = seed >> 8 & ((1u << UP_FACT_WINDOWS) - 1u);
        /* mostly few of them */
        facts &= i % 4 == 0 ? UINT32_MAX : seed >> 19;
        make_unknown(&f, facts);
        forecast = up_load_forecast(&f);
        if (is_common(&f, &common)) {
            decided++;
            assert_int_equal(forecast.verdict, common);
            assert_true(common == UP_LOAD_UNKNOWN || forecast.depends_on == 0);
        } else {
            open++;
            assert_int_equal(forecast.verdict, UP_LOAD_UNKNOWN);
            assert_int_equal(forecast.reason, UP_BECAUSE_FACTS_LACK);
            assert_int_not_equal(forecast.depends_on, 0);
        }
        /* nothing is named that is known */
        assert_int_equal(forecast.depends_on & ~facts, 0);
    }
    print_message("# unknown facts: %u do not matter, %u do\n", decided, open);
    assert_true(decided > 2000 && open > 2000);
}

/* One unknown fact is named exactly if it makes a difference. */
static void test_which_matters(void **state)
{
    (void)state;
    for (size_t i = 0; i < WINDOWS; i++) {
        for (unsigned number = 0; number < COMBINATIONS; number += 7) {
            for (unsigned fact = 0; fact < UP_FACT_WINDOWS; fact++) {
                enum up_load_verdict common = UP_LOAD_UNKNOWN;
                struct up_load_facts f;
                struct up_load_forecast forecast;

                make_facts(&windows[i], number, &f);
                make_unknown(&f, 1u << fact);
                forecast = up_load_forecast(&f);
                if (!is_common(&f, &common)) {
                    assert_int_equal(forecast.depends_on, 1u << fact);
                } else if (common != UP_LOAD_UNKNOWN) {
                    assert_int_equal(forecast.depends_on, 0);
                }
            }
        }
    }
}

static void test_no_windows(void **state)
{
    struct up_load_facts f;

    (void)state;
    for (unsigned which = 0; which < 2; which++) {
        make_facts(&windows[20], 5, &f);
        if (which == 0) {
            f.major = 0;
        } else {
            f.system_machine = 0;
        }
        assert_int_equal(up_load_forecast(&f).verdict, UP_LOAD_UNKNOWN);
        assert_int_equal(up_load_forecast(&f).depends_on, 1u << UP_FACT_WINDOWS);
    }
}

/* ---- the signer ------------------------------------------------------------------------------ */

static void test_signer_of(void **state)
{
    (void)state;
    for (unsigned uses = 0; uses < 4; uses++) {
        for (unsigned root = 0; root < 3; root++) {
            struct up_certificate_chain chain = {uses & 1u, uses >> 1 & 1u, false,
                                                 (enum up_tristate)root};
            const enum up_signer with_root = uses >= 2   ? UP_SIGNER_ATTESTED
                                             : uses == 1 ? UP_SIGNER_TESTED
                                                         : UP_SIGNER_WINDOWS;

            assert_int_equal(up_signer_of(&chain), root == UP_YES  ? with_root
                                                   : root == UP_NO ? UP_SIGNER_OTHER
                                                                   : UP_SIGNER_UNKNOWN);
            chain.is_cross_signed = true;
            assert_int_equal(up_signer_of(&chain), root == UP_YES ? with_root : UP_SIGNER_CROSS);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),      cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_unknown),    cmocka_unit_test(test_which_matters),
        cmocka_unit_test(test_no_windows), cmocka_unit_test(test_signer_of),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
