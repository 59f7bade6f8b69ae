/* SPDX-License-Identifier: MIT
 *
 * Forecasts whether a Windows loads a driver (loading.h): the rules for known facts, from the most
 * general one to the most special one, and around them the trial of what is unknown.
 */
#include "loading.h"

#include "exefile/exefile.h"

#define BUILD_1607 14393u
#define BUILD_1809 17763u
/* A certificate issued before this day is exempt from the rule of 1607. */
#define MICROSOFT_ONLY_SINCE 20150729u

enum up_signer up_signer_of(const struct up_certificate_chain *chain)
{
    if (chain->is_of_microsoft == UP_YES) {
        return chain->is_attested      ? UP_SIGNER_ATTESTED
               : chain->is_for_drivers ? UP_SIGNER_TESTED
                                       : UP_SIGNER_WINDOWS;
    }
    if (chain->is_cross_signed) {
        return UP_SIGNER_CROSS;
    }
    return chain->is_of_microsoft == UP_UNKNOWN ? UP_SIGNER_UNKNOWN : UP_SIGNER_OTHER;
}

/* ---- the rules, for facts that are all known ------------------------------------------------- */

static struct up_load_forecast forecast(enum up_load_verdict verdict, enum up_load_reason reason)
{
    return (struct up_load_forecast){verdict, reason, 0};
}

static bool is_before(const struct up_load_facts *facts, uint32_t major, uint32_t minor)
{
    return facts->major < major || (facts->major == major && facts->minor < minor);
}

static bool is_since_build(const struct up_load_facts *facts, uint32_t build)
{
    return facts->major > 10 || (facts->major == 10 && facts->build >= build);
}

static bool wants_signature(const struct up_load_facts *facts)
{
    if (facts->system_machine == UP_EXE_MACHINE_I386) {
        return !is_before(facts, 6, 2) && facts->secure_boot == UP_YES;
    }
    return !is_before(facts, 6, 0);
}

static struct up_load_forecast judge_policy(const struct up_load_facts *facts)
{
    if (!is_since_build(facts, UP_POLICY_FIRST_BUILD)) {
        return forecast(UP_LOADS, UP_BECAUSE_CROSS_SIGNED);
    }
    if (facts->policy == UP_POLICY_ENFORCED) {
        return forecast(UP_LOAD_REFUSED, UP_BECAUSE_POLICY_ENFORCED);
    }
    return forecast(UP_LOADS_FOR_NOW, facts->policy == UP_POLICY_EVALUATED
                                          ? UP_BECAUSE_POLICY_EVALUATED
                                          : UP_BECAUSE_POLICY_TO_COME);
}

static struct up_load_forecast judge_cross_signed(const struct up_load_facts *facts)
{
    const bool is_old = facts->signature.certified < MICROSOFT_ONLY_SINCE;
    struct up_load_forecast result;

    if (is_since_build(facts, BUILD_1607) && facts->microsoft_only == UP_YES && !is_old) {
        return forecast(UP_LOAD_REFUSED, UP_BECAUSE_MICROSOFT_ONLY);
    }
    result = judge_policy(facts);
    if (result.verdict == UP_LOAD_REFUSED) {
        return result;
    }
    if (is_since_build(facts, BUILD_1809) && facts->microsoft_only == UP_YES) {
        return forecast(UP_LOAD_UNKNOWN, UP_BECAUSE_OLD_CERTIFICATE);
    }
    return facts->signature.is_expired && !facts->signature.has_time_stamp
               ? forecast(UP_LOAD_UNKNOWN, UP_BECAUSE_EXPIRED)
               : result;
}

static struct up_load_forecast judge_attested(const struct up_load_facts *facts)
{
    if (is_before(facts, 10, 0)) {
        return forecast(UP_LOAD_REFUSED, UP_BECAUSE_ATTESTED_OLD);
    }
    return facts->is_server == UP_YES ? forecast(UP_LOAD_UNKNOWN, UP_BECAUSE_ATTESTED_SERVER)
                                      : forecast(UP_LOADS, UP_BECAUSE_ATTESTED);
}

static struct up_load_forecast judge_signature(const struct up_load_facts *facts)
{
    switch (facts->signature.signer) {
    case UP_SIGNER_CROSS:
        return judge_cross_signed(facts);
    case UP_SIGNER_WINDOWS:
        return forecast(UP_LOAD_UNKNOWN, UP_BECAUSE_WINDOWS);
    case UP_SIGNER_ATTESTED:
        return judge_attested(facts);
    case UP_SIGNER_TESTED:
        return forecast(UP_LOADS, UP_BECAUSE_TESTED);
    case UP_SIGNER_OTHER:
        return facts->test_signing == UP_YES ? forecast(UP_LOADS, UP_BECAUSE_TEST_MODE)
                                             : forecast(UP_LOAD_REFUSED, UP_BECAUSE_NO_TEST_MODE);
    case UP_SIGNER_BROKEN:
        return forecast(UP_LOAD_REFUSED, UP_BECAUSE_BROKEN);
    default:
        return forecast(UP_LOAD_REFUSED, UP_BECAUSE_UNSIGNED);
    }
}

static struct up_load_forecast judge_checked(const struct up_load_facts *facts)
{
    struct up_load_forecast result = judge_signature(facts);

    if (result.verdict == UP_LOAD_REFUSED) {
        return result;
    }
    if (is_before(facts, 6, 2) && facts->signature.digest == UP_DIGEST_SHA256) {
        return forecast(UP_LOAD_UNKNOWN, UP_BECAUSE_SHA256);
    }
    if (facts->memory_integrity == UP_YES && !is_before(facts, 10, 0) && !facts->is_userport) {
        return forecast(UP_LOAD_UNKNOWN, UP_BECAUSE_MEMORY_INTEGRITY);
    }
    return result;
}

static struct up_load_forecast judge(const struct up_load_facts *facts)
{
    struct up_load_forecast result;

    if (facts->machine != facts->system_machine) {
        return forecast(UP_LOAD_REFUSED, UP_BECAUSE_OTHER_PROCESSOR);
    }
    if (!wants_signature(facts)) {
        return forecast(UP_LOADS, UP_BECAUSE_NO_CHECK);
    }
    result = judge_checked(facts);
    return facts->code_integrity == UP_NO && result.verdict != UP_LOADS
               ? forecast(UP_LOADS_FOR_NOW, UP_BECAUSE_CHECK_OFF)
               : result;
}

/* ---- unknown facts --------------------------------------------------------------------------- */

/* The values that an unknown fact may have, and how one of them is put into the facts. */
#define SIGNERS 7u /* without UP_SIGNER_UNKNOWN */

static unsigned value_count(enum up_load_fact fact)
{
    return fact == UP_FACT_SIGNER ? SIGNERS : fact == UP_FACT_POLICY ? 3 : 2;
}

/* The fact, if it is one that is so or not; otherwise NULL. */
static enum up_tristate *tristate_of(struct up_load_facts *facts, enum up_load_fact fact)
{
    switch (fact) {
    case UP_FACT_SERVER:
        return &facts->is_server;
    case UP_FACT_CODE_INTEGRITY:
        return &facts->code_integrity;
    case UP_FACT_TEST_SIGNING:
        return &facts->test_signing;
    case UP_FACT_SECURE_BOOT:
        return &facts->secure_boot;
    case UP_FACT_MICROSOFT_ONLY:
        return &facts->microsoft_only;
    case UP_FACT_MEMORY_INTEGRITY:
        return &facts->memory_integrity;
    default:
        return NULL;
    }
}

static bool is_unknown(struct up_load_facts *facts, enum up_load_fact fact)
{
    const enum up_tristate *answer = tristate_of(facts, fact);

    return answer != NULL              ? *answer == UP_UNKNOWN
           : fact == UP_FACT_SIGNER    ? facts->signature.signer == UP_SIGNER_UNKNOWN
           : fact == UP_FACT_DIGEST    ? facts->signature.digest == UP_DIGEST_UNKNOWN
           : fact == UP_FACT_CERTIFIED ? facts->signature.certified == 0
                                       : facts->policy == UP_POLICY_UNKNOWN;
}

static void assume(struct up_load_facts *facts, enum up_load_fact fact, unsigned value)
{
    enum up_tristate *answer = tristate_of(facts, fact);

    if (answer != NULL) {
        *answer = value != 0 ? UP_YES : UP_NO;
    } else if (fact == UP_FACT_SIGNER) {
        facts->signature.signer = (enum up_signer)(UP_SIGNER_NONE + value);
    } else if (fact == UP_FACT_DIGEST) {
        facts->signature.digest = (enum up_digest)(UP_DIGEST_SHA1 + value);
    } else if (fact == UP_FACT_CERTIFIED) {
        facts->signature.certified = MICROSOFT_ONLY_SINCE - 1u + value;
    } else {
        facts->policy = (enum up_driver_policy)(UP_POLICY_NONE + value);
    }
}

/* Two forecasts of one verdict are one: the reason is the first one's. */
static bool is_same(const struct up_load_forecast *a, const struct up_load_forecast *b)
{
    return a->verdict == b->verdict && (a->verdict != UP_LOAD_UNKNOWN || a->reason == b->reason);
}

/* Tries each value of the first unknown fact from this one on, and of all that follow. */
static struct up_load_forecast try_from(const struct up_load_facts *facts, unsigned fact)
{
    struct up_load_forecast result = {UP_LOAD_UNKNOWN, UP_BECAUSE_FACTS_LACK, 0};
    struct up_load_facts assumed = *facts;
    bool is_decisive = false;
    uint32_t depends_on = 0;

    while (fact < UP_FACT_WINDOWS && !is_unknown(&assumed, (enum up_load_fact)fact)) {
        fact++;
    }
    if (fact == UP_FACT_WINDOWS) {
        return judge(facts);
    }
    for (unsigned value = 0; value < value_count((enum up_load_fact)fact); value++) {
        struct up_load_forecast one;

        assume(&assumed, (enum up_load_fact)fact, value);
        one = try_from(&assumed, fact + 1);
        depends_on |= one.depends_on;
        is_decisive = is_decisive || (value > 0 && !is_same(&one, &result));
        if (value == 0) {
            result = one;
        }
    }
    if (is_decisive) {
        result = forecast(UP_LOAD_UNKNOWN, UP_BECAUSE_FACTS_LACK);
        depends_on |= 1u << fact;
    }
    result.depends_on = depends_on;
    return result;
}

struct up_load_forecast up_load_forecast(const struct up_load_facts *facts)
{
    struct up_load_forecast result = {UP_LOAD_UNKNOWN, UP_BECAUSE_FACTS_LACK,
                                      1u << UP_FACT_WINDOWS};

    return facts->system_machine == 0 || facts->major == 0 ? result : try_from(facts, 0);
}
