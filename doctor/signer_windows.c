/* SPDX-License-Identifier: MIT
 *
 * Reads the signer of a signature or catalogue with crypt32.dll (signature.h): the certificate,
 * what it may be used for, and where its chain ends. The kernel has its own table of roots; these
 * are the three of Microsoft's that its driver signing policy names. The cross-certificates of
 * Microsoft's former programme were issued by its Code Verification Root, lie beside the signer's
 * certificate, and are known by that issuer's name.
 */
#include "signature.h"

#include <wincrypt.h>

#define ENCODING (X509_ASN_ENCODING | PKCS_7_ASN_ENCODING)
/* Object identifiers, from Microsoft's wintrust.h and its driver signing pages. */
#define USE_DRIVERS          "1.3.6.1.4.1.311.10.3.5"
#define USE_ATTESTED_DRIVERS "1.3.6.1.4.1.311.10.3.5.1"
#define NESTED_SIGNATURE     "1.3.6.1.4.1.311.2.4.1"
#define TIME_STAMP_RFC3161   "1.3.6.1.4.1.311.3.3.1"
#define TIME_STAMP_PKCS9     "1.2.840.113549.1.9.6"
#define SHA256               "2.16.840.1.101.3.4.2.1"
#define SHA1                 "1.3.14.3.2.26"
/* How many authorities are followed upwards, and signatures inwards. */
#define CHAIN_MAX  8u
#define NESTED_MAX 8u

struct crypt32 {
    BOOL(WINAPI *query)
    (DWORD type, const void *object, DWORD content, DWORD format, DWORD flags, DWORD *encoding,
     DWORD *content_is, DWORD *format_is, HCERTSTORE *store, HCRYPTMSG *message,
     const void **context);
    BOOL(WINAPI *message_get)
    (HCRYPTMSG message, DWORD what, DWORD index, void *to, DWORD *bytes);
    BOOL(WINAPI *message_close)(HCRYPTMSG message);
    PCCERT_CONTEXT(WINAPI *subject)(HCERTSTORE store, DWORD encoding, CERT_INFO *info);
    PCCERT_CONTEXT(WINAPI *issuer)
    (HCERTSTORE store, PCCERT_CONTEXT subject, PCCERT_CONTEXT before, DWORD *flags);
    BOOL(WINAPI *release)(PCCERT_CONTEXT certificate);
    BOOL(WINAPI *close)(HCERTSTORE store, DWORD flags);
    DWORD(WINAPI *name)
    (PCCERT_CONTEXT certificate, DWORD type, DWORD flags, void *argument, WCHAR *to, DWORD room);
    BOOL(WINAPI *uses)
    (PCCERT_CONTEXT certificate, DWORD flags, CERT_ENHKEY_USAGE *usage, DWORD *bytes);
    BOOL(WINAPI *chain)
    (HCERTCHAINENGINE engine, PCCERT_CONTEXT certificate, FILETIME *time, HCERTSTORE store,
     CERT_CHAIN_PARA *wanted, DWORD flags, void *reserved, PCCERT_CHAIN_CONTEXT *chain);
    void(WINAPI *chain_release)(PCCERT_CHAIN_CONTEXT chain);
    BOOL(WINAPI *property)(PCCERT_CONTEXT certificate, DWORD property, void *to, DWORD *bytes);
};

static bool load(struct crypt32 *crypt32)
{
    HMODULE module = up_system_dll(L"crypt32.dll");

    memset(crypt32, 0, sizeof *crypt32);
    if (module == NULL) {
        return false;
    }
    UP_FIND(module, crypt32->query, "CryptQueryObject");
    UP_FIND(module, crypt32->message_get, "CryptMsgGetParam");
    UP_FIND(module, crypt32->message_close, "CryptMsgClose");
    UP_FIND(module, crypt32->subject, "CertGetSubjectCertificateFromStore");
    UP_FIND(module, crypt32->issuer, "CertGetIssuerCertificateFromStore");
    UP_FIND(module, crypt32->release, "CertFreeCertificateContext");
    UP_FIND(module, crypt32->close, "CertCloseStore");
    UP_FIND(module, crypt32->name, "CertGetNameStringW");
    UP_FIND(module, crypt32->uses, "CertGetEnhancedKeyUsage");
    UP_FIND(module, crypt32->chain, "CertGetCertificateChain");
    UP_FIND(module, crypt32->chain_release, "CertFreeCertificateChain");
    UP_FIND(module, crypt32->property, "CertGetCertificateContextProperty");
    return crypt32->query != NULL && crypt32->message_get != NULL &&
           crypt32->message_close != NULL && crypt32->subject != NULL && crypt32->issuer != NULL &&
           crypt32->release != NULL && crypt32->close != NULL && crypt32->name != NULL &&
           crypt32->uses != NULL && crypt32->chain != NULL && crypt32->chain_release != NULL &&
           crypt32->property != NULL;
}

/*
 * Gets the first signer of a message, in memory of the process heap, which the caller frees.
 * Result: NULL if there is none, or no memory.
 */
static CMSG_SIGNER_INFO *get_signer(const struct crypt32 *crypt32, HCRYPTMSG message)
{
    DWORD bytes = 0;
    void *signer;

    if (!crypt32->message_get(message, CMSG_SIGNER_INFO_PARAM, 0, NULL, &bytes) ||
        bytes < sizeof(CMSG_SIGNER_INFO)) {
        return NULL;
    }
    signer = HeapAlloc(GetProcessHeap(), 0, bytes);
    if (signer != NULL &&
        !crypt32->message_get(message, CMSG_SIGNER_INFO_PARAM, 0, signer, &bytes)) {
        HeapFree(GetProcessHeap(), 0, signer);
        signer = NULL;
    }
    return signer;
}

static void free_part(void *part)
{
    if (part != NULL) {
        HeapFree(GetProcessHeap(), 0, part);
    }
}

/* ---- the certificate ------------------------------------------------------------------------- */

static void look_at_uses(const struct crypt32 *crypt32, PCCERT_CONTEXT certificate,
                         struct up_certificate_chain *chain)
{
    DWORD bytes = 0;
    CERT_ENHKEY_USAGE *usage = NULL;

    if (crypt32->uses(certificate, CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG, NULL, &bytes) &&
        bytes > 0) {
        usage = HeapAlloc(GetProcessHeap(), 0, bytes);
    }
    if (usage != NULL &&
        crypt32->uses(certificate, CERT_FIND_EXT_ONLY_ENHKEY_USAGE_FLAG, usage, &bytes)) {
        for (DWORD i = 0; i < usage->cUsageIdentifier; i++) {
            chain->is_for_drivers |= strcmp(usage->rgpszUsageIdentifier[i], USE_DRIVERS) == 0;
            chain->is_attested |= strcmp(usage->rgpszUsageIdentifier[i], USE_ATTESTED_DRIVERS) == 0;
        }
    }
    free_part(usage);
}

static bool is_issued_by_verification_root(const struct crypt32 *crypt32,
                                           PCCERT_CONTEXT certificate)
{
    WCHAR name[64];

    crypt32->name(certificate, CERT_NAME_SIMPLE_DISPLAY_TYPE, CERT_NAME_ISSUER_FLAG, NULL, name,
                  sizeof name / sizeof name[0]);
    return lstrcmpiW(name, L"Microsoft Code Verification Root") == 0;
}

/*
 * Is one of the authorities above the certificate cross-signed? They are looked for in the store of
 * the signature; each has really signed the one below.
 */
static bool is_cross_signed(const struct crypt32 *crypt32, HCERTSTORE store,
                            PCCERT_CONTEXT certificate, unsigned depth)
{
    PCCERT_CONTEXT issuer = NULL;
    bool is_so = is_issued_by_verification_root(crypt32, certificate);

    for (unsigned i = 0; !is_so && depth > 0 && i < CHAIN_MAX; i++) {
        DWORD flags = CERT_STORE_SIGNATURE_FLAG;

        issuer = crypt32->issuer(store, certificate, issuer, &flags);
        if (issuer == NULL) {
            return false;
        }
        is_so = (flags & CERT_STORE_SIGNATURE_FLAG) == 0 &&
                is_cross_signed(crypt32, store, issuer, depth - 1);
    }
    if (issuer != NULL) {
        crypt32->release(issuer);
    }
    return is_so;
}

/* Is it one of Microsoft's roots for drivers? By the SHA-1 of the whole certificate. */
static bool is_microsoft_root(const struct crypt32 *crypt32, PCCERT_CONTEXT root)
{
    static const BYTE roots[][20] = {/* Microsoft Root Authority, of 1997 */
                                     {0xA4, 0x34, 0x89, 0x15, 0x9A, 0x52, 0x0F, 0x0D, 0x93, 0xD0,
                                      0x32, 0xCC, 0xAF, 0x37, 0xE7, 0xFE, 0x20, 0xA8, 0xB4, 0x19},
                                     /* Microsoft Root Certificate Authority, of 2001 */
                                     {0xCD, 0xD4, 0xEE, 0xAE, 0x60, 0x00, 0xAC, 0x7F, 0x40, 0xC3,
                                      0x80, 0x2C, 0x17, 0x1E, 0x30, 0x14, 0x80, 0x30, 0xC0, 0x72},
                                     /* Microsoft Root Certificate Authority 2010 */
                                     {0x3B, 0x1E, 0xFD, 0x3A, 0x66, 0xEA, 0x28, 0xB1, 0x66, 0x97,
                                      0x39, 0x47, 0x03, 0xA7, 0x2C, 0xA3, 0x40, 0xA0, 0x5B, 0xD5}};
    BYTE hash[20];
    DWORD bytes = sizeof hash;

    if (!crypt32->property(root, CERT_HASH_PROP_ID, hash, &bytes) || bytes != sizeof hash) {
        return false;
    }
    for (unsigned i = 0; i < sizeof roots / sizeof roots[0]; i++) {
        if (memcmp(roots[i], hash, sizeof hash) == 0) {
            return true;
        }
    }
    return false;
}

/* UP_UNKNOWN: the chain has no end that this system knows. */
static enum up_tristate is_of_microsoft(const struct crypt32 *crypt32, HCERTSTORE store,
                                        PCCERT_CONTEXT certificate)
{
    PCCERT_CHAIN_CONTEXT chain = NULL;
    CERT_CHAIN_PARA wanted;
    enum up_tristate result = UP_UNKNOWN;

    memset(&wanted, 0, sizeof wanted);
    wanted.cbSize = sizeof wanted;
    if (!crypt32->chain(NULL, certificate, NULL, store, &wanted,
                        CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL, NULL, &chain)) {
        return UP_UNKNOWN;
    }
    if (chain->cChain > 0 && chain->rgpChain[0]->cElement > 0 &&
        (chain->rgpChain[0]->TrustStatus.dwErrorStatus & CERT_TRUST_IS_PARTIAL_CHAIN) == 0) {
        const CERT_SIMPLE_CHAIN *simple = chain->rgpChain[0];

        result = is_microsoft_root(crypt32, simple->rgpElement[simple->cElement - 1]->pCertContext)
                     ? UP_YES
                     : UP_NO;
    }
    crypt32->chain_release(chain);
    return result;
}

/* The day as a number: 20150729. */
static uint32_t day_of(const FILETIME *time)
{
    SYSTEMTIME day;

    return FileTimeToSystemTime(time, &day) ? day.wYear * 10000u + day.wMonth * 100u + day.wDay : 0;
}

static void read_certificate(const struct crypt32 *crypt32, HCERTSTORE store,
                             PCCERT_CONTEXT certificate, struct up_signature *signature)
{
    struct up_certificate_chain chain;
    WCHAR name[sizeof signature->name];
    FILETIME now;

    memset(&chain, 0, sizeof chain);
    look_at_uses(crypt32, certificate, &chain);
    chain.is_cross_signed = is_cross_signed(crypt32, store, certificate, CHAIN_MAX);
    chain.is_of_microsoft = is_of_microsoft(crypt32, store, certificate);
    signature->signer = up_signer_of(&chain);
    crypt32->name(certificate, CERT_NAME_SIMPLE_DISPLAY_TYPE, 0, NULL, name,
                  sizeof name / sizeof name[0]);
    up_utf8(name, signature->name, sizeof signature->name);
    signature->certified = day_of(&certificate->pCertInfo->NotBefore);
    GetSystemTimeAsFileTime(&now);
    signature->is_expired = CompareFileTime(&now, &certificate->pCertInfo->NotAfter) > 0;
}

/* ---- the signature --------------------------------------------------------------------------- */

static enum up_digest digest_of(const CRYPT_ALGORITHM_IDENTIFIER *algorithm)
{
    return algorithm->pszObjId == NULL                ? UP_DIGEST_UNKNOWN
           : strcmp(algorithm->pszObjId, SHA256) == 0 ? UP_DIGEST_SHA256
           : strcmp(algorithm->pszObjId, SHA1) == 0   ? UP_DIGEST_SHA1
                                                      : UP_DIGEST_UNKNOWN;
}

/* Reads who has signed a message whose certificates are in the store. */
static void read_signer(const struct crypt32 *crypt32, HCERTSTORE store,
                        const CMSG_SIGNER_INFO *signer, struct up_signature *signature)
{
    CERT_INFO wanted;
    PCCERT_CONTEXT certificate;

    memset(&wanted, 0, sizeof wanted);
    wanted.Issuer = signer->Issuer;
    wanted.SerialNumber = signer->SerialNumber;
    certificate = crypt32->subject(store, ENCODING, &wanted);
    if (certificate == NULL) {
        return;
    }
    read_certificate(crypt32, store, certificate, signature);
    crypt32->release(certificate);
    signature->digest = digest_of(&signer->HashAlgorithm);
    for (DWORD i = 0; i < signer->UnauthAttrs.cAttr; i++) {
        const char *kind = signer->UnauthAttrs.rgAttr[i].pszObjId;

        signature->has_time_stamp |=
            strcmp(kind, TIME_STAMP_RFC3161) == 0 || strcmp(kind, TIME_STAMP_PKCS9) == 0;
    }
}

/* An unknown signer may be a better one than those whom only the test mode trusts. */
static unsigned rank(enum up_signer signer)
{
    return signer == UP_SIGNER_UNKNOWN ? 2u * UP_SIGNER_OTHER + 1u : 2u * signer;
}

static void read_message(const struct crypt32 *crypt32, CRYPT_DATA_BLOB *message, unsigned depth,
                         bool has_best, struct up_signature *best)
{
    HCERTSTORE store = NULL;
    HCRYPTMSG opened = NULL;
    CMSG_SIGNER_INFO *signer = NULL;
    struct up_signature one = {.signer = UP_SIGNER_BROKEN};

    if (crypt32->query(CERT_QUERY_OBJECT_BLOB, message, CERT_QUERY_CONTENT_FLAG_PKCS7_SIGNED,
                       CERT_QUERY_FORMAT_FLAG_BINARY, 0, NULL, NULL, NULL, &store, &opened, NULL)) {
        signer = get_signer(crypt32, opened);
        if (signer != NULL) {
            read_signer(crypt32, store, signer, &one);
        }
        crypt32->message_close(opened);
        crypt32->close(store, 0);
    }
    if (!has_best || rank(one.signer) > rank(best->signer)) {
        *best = one;
    }
    for (DWORD i = 0; depth > 0 && signer != NULL && i < signer->UnauthAttrs.cAttr; i++) {
        const CRYPT_ATTRIBUTE *attribute = &signer->UnauthAttrs.rgAttr[i];

        for (DWORD j = 0;
             strcmp(attribute->pszObjId, NESTED_SIGNATURE) == 0 && j < attribute->cValue; j++) {
            read_message(crypt32, &attribute->rgValue[j], depth - 1, true, best);
        }
    }
    free_part(signer);
}

void up_signer_read(BYTE *message, DWORD bytes, bool has_best, struct up_signature *best)
{
    CRYPT_DATA_BLOB blob = {bytes, message};
    struct crypt32 crypt32;

    if (load(&crypt32)) {
        read_message(&crypt32, &blob, NESTED_MAX, has_best, best);
    } else if (!has_best) {
        memset(best, 0, sizeof *best);
    }
}
