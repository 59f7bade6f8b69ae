/* SPDX-License-Identifier: MIT
 *
 * Forecasts whether a Windows loads a driver, from facts about the driver's signature and this
 * Windows, before anything is started. Windows' own answer is a start; what it depends on is in
 * these of Microsoft's pages, and what they leave open is said to be open:
 *   - "Kernel-mode code signing policy": 64-bit Windows since Vista, and any with Secure Boot since
 *     Windows 8, want a signature; since 1607 one of Microsoft's, with Secure Boot, unless the
 *     certificate is from before 29 July 2015;
 *   - "Driver signing offerings": attested drivers are for Windows 10 and later, not for Server;
 *   - "The Windows driver policy": the two policies of 2026 against cross-signed drivers;
 *   - KB3033929: Windows 7 reads SHA-256 only with an update.
 * That a test certificate still counts in the test mode when the policy of 2026 is in force, and a
 * cross-signed one does not, is the report of one machine.
 * loading.c, and nothing here asks the system.
 */
#ifndef UP_DOCTOR_LOADING_H
#define UP_DOCTOR_LOADING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/tristate.h"

/* Who has signed a driver. A later one is trusted by more of Windows' versions. */
enum up_signer {
    UP_SIGNER_UNKNOWN,
    UP_SIGNER_NONE,
    UP_SIGNER_BROKEN,  /* the file was changed after it was signed, or the signature is damaged */
    UP_SIGNER_OTHER,   /* a test certificate, or a public one that Microsoft has not cross-signed */
    UP_SIGNER_CROSS,   /* an authority of Microsoft's former cross-signing programme */
    UP_SIGNER_WINDOWS, /* Microsoft, but not its hardware programme: Windows' own files */
    UP_SIGNER_ATTESTED, /* Microsoft, who relies on what the maker
                           declared: 1.3.6.1.4.1.311.10.3.5.1 */
    UP_SIGNER_TESTED    /* Microsoft, after tests of the Hardware Lab Kit: 1.3.6.1.4.1.311.10.3.5 */
};

enum up_digest { UP_DIGEST_UNKNOWN, UP_DIGEST_SHA1, UP_DIGEST_SHA256 };

struct up_signature {
    enum up_signer signer;
    enum up_digest digest;
    char name[128];       /* the signer's, UTF-8; "" if unknown */
    uint32_t certified;   /* the first day of the signer's certificate: 20150729; 0: unknown */
    bool has_time_stamp;  /* so that it outlives its certificate */
    bool is_expired;      /* the signer's certificate, today */
    bool is_in_catalogue; /* it is not in the file, but in a catalogue of the system's */
};

/* The chain of a signer's certificate, from which up_signer_of concludes. */
struct up_certificate_chain {
    bool is_for_drivers;  /* has the use 1.3.6.1.4.1.311.10.3.5 */
    bool is_attested;     /* has the use 1.3.6.1.4.1.311.10.3.5.1 */
    bool is_cross_signed; /* one of its authorities was signed by the Code Verification Root */
    enum up_tristate is_of_microsoft; /* it ends at one of Microsoft's roots */
};

enum up_signer up_signer_of(const struct up_certificate_chain *chain);

/* The two code integrity policies of 2026, "Windows driver policy". */
enum up_driver_policy {
    UP_POLICY_UNKNOWN,
    UP_POLICY_NONE,
    UP_POLICY_EVALUATED, /* {784C4414-79F4-4C32-A6A5-F0FB42A51D0D}: only recorded, event 3076 */
    UP_POLICY_ENFORCED   /* {8F9CB695-5D48-48D6-A329-7202B44607E3}: refused, event 3077 */
};
/* Windows 11 24H2 and Windows Server 2025: the first with these policies. */
#define UP_POLICY_FIRST_BUILD 26100u

struct up_load_facts {
    uint16_t machine; /* the driver's, as UP_EXE_MACHINE_... */
    /* UserPort 3's driver, whose image is made for memory integrity. */
    bool is_userport;
    struct up_signature signature;
    uint16_t system_machine;      /* 0: unknown */
    uint32_t major, minor, build; /* of Windows; major 0: unknown */
    enum up_tristate is_server;
    enum up_tristate code_integrity; /* Windows checks signatures in this session */
    enum up_tristate test_signing;   /* the test mode */
    enum up_tristate secure_boot;
    enum up_tristate microsoft_only; /* drivers need Microsoft's signature: 1607 and later */
    enum up_tristate memory_integrity;
    enum up_driver_policy policy;
};

enum up_load_verdict { UP_LOAD_UNKNOWN, UP_LOADS, UP_LOADS_FOR_NOW, UP_LOAD_REFUSED };

enum up_load_reason {
    UP_BECAUSE_FACTS_LACK, /* see depends_on */
    UP_BECAUSE_OTHER_PROCESSOR,
    UP_BECAUSE_NO_CHECK,  /* this Windows wants no signature */
    UP_BECAUSE_CHECK_OFF, /* Windows was started without the check */
    UP_BECAUSE_UNSIGNED,
    UP_BECAUSE_BROKEN,
    UP_BECAUSE_TEST_MODE,
    UP_BECAUSE_NO_TEST_MODE,
    UP_BECAUSE_SHA256, /* of Vista and 7 */
    UP_BECAUSE_CROSS_SIGNED,
    UP_BECAUSE_EXPIRED, /* without a time stamp: the pages contradict experience */
    UP_BECAUSE_MICROSOFT_ONLY,
    UP_BECAUSE_OLD_CERTIFICATE, /* the pages contradict each other about 1809 and later */
    UP_BECAUSE_POLICY_TO_COME,
    UP_BECAUSE_POLICY_EVALUATED,
    UP_BECAUSE_POLICY_ENFORCED,
    UP_BECAUSE_WINDOWS, /* Microsoft's pages are about the drivers of others */
    UP_BECAUSE_ATTESTED,
    UP_BECAUSE_ATTESTED_OLD,    /* Windows before 10 */
    UP_BECAUSE_ATTESTED_SERVER, /* the pages contradict experience */
    UP_BECAUSE_TESTED,
    UP_BECAUSE_MEMORY_INTEGRITY, /* the image was perhaps not made for it */
    UP_BECAUSE_COUNT
};

/* Facts that may be unknown, as bits of depends_on. */
enum up_load_fact {
    UP_FACT_SIGNER,
    UP_FACT_DIGEST,
    UP_FACT_CERTIFIED,
    UP_FACT_SERVER,
    UP_FACT_CODE_INTEGRITY,
    UP_FACT_TEST_SIGNING,
    UP_FACT_SECURE_BOOT,
    UP_FACT_MICROSOFT_ONLY,
    UP_FACT_MEMORY_INTEGRITY,
    UP_FACT_POLICY,
    UP_FACT_WINDOWS, /* the version or the processor */
    UP_FACT_COUNT
};

struct up_load_forecast {
    enum up_load_verdict verdict;
    enum up_load_reason reason;
    uint32_t depends_on; /* for UP_BECAUSE_FACTS_LACK: which unknown facts decide */
};

/*
 * Forecasts. Where facts are unknown, each of their values is tried: the forecast is what all of
 * them lead to, or UP_LOAD_UNKNOWN with the facts that make a difference.
 */
struct up_load_forecast up_load_forecast(const struct up_load_facts *facts);

#endif
