/* SPDX-License-Identifier: MIT
 *
 * Tokens and the access check: what [MS-DTYP] 2.5.3 and the documentation of SeAccessCheck say, as
 * far as a device's list needs it. Descriptor, list and entries are read from the bytes that the
 * driver gives, with their bounds checked, so that a malformed one is seen here.
 */
#include "machine.h"
#include "security.h"

#define GROUPS_MAX 5u

/*
 * Privileges that are enabled. An administrator's are there and disabled, as NT has them at a
 * logon.
 */
#define PRIVILEGE_SECURITY       1u
#define PRIVILEGE_TAKE_OWNERSHIP 2u

#define INTEGRITY_LOW    0x1000u
#define INTEGRITY_MEDIUM 0x2000u
#define INTEGRITY_HIGH   0x3000u
#define INTEGRITY_SYSTEM 0x4000u

struct token {
    const char *user;
    const char *groups[GROUPS_MAX];     /* enabled */
    const char *deny_only;              /* matches deny entries only */
    const char *restricted[GROUPS_MAX]; /* none: not a restricted token */
    uint32_t privileges;
    uint32_t integrity;
};

/*
 * A SID here is its bytes after the revision: count, six bytes of authority, sub-authorities
 * little-endian.
 */
#define SID_SYSTEM         "\1\0\0\0\0\0\5\22\0\0\0"
#define SID_ADMINISTRATORS "\2\0\0\0\0\0\5\40\0\0\0\40\2\0\0"
#define SID_USERS          "\2\0\0\0\0\0\5\40\0\0\0\41\2\0\0"
#define SID_INTERACTIVE    "\1\0\0\0\0\0\5\4\0\0\0"
#define SID_NETWORK        "\1\0\0\0\0\0\5\2\0\0\0"
#define SID_SERVICE        "\1\0\0\0\0\0\5\6\0\0\0"
#define SID_RESTRICTED     "\1\0\0\0\0\0\5\14\0\0\0"
#define SID_LOCAL_SERVICE  "\1\0\0\0\0\0\5\23\0\0\0"
#define SID_EVERYONE       "\1\0\0\0\0\0\1\0\0\0\0"
/* an account's; a real one is longer */
#define SID_SOMEBODY "\2\0\0\0\0\0\5\25\0\0\0\350\3\0\0"

#define EVERYBODY SID_EVERYONE, SID_USERS

static const struct token tokens[AS_KINDS] = {
    [AS_SYSTEM] =
        {SID_SYSTEM, {SID_ADMINISTRATORS, SID_EVERYONE}, NULL, {NULL}, 0, INTEGRITY_SYSTEM},
    [AS_ADMIN] = {SID_SOMEBODY,
                  {SID_ADMINISTRATORS, SID_INTERACTIVE, EVERYBODY},
                  NULL,
                  {NULL},
                  0,
                  INTEGRITY_HIGH},
    [AS_FILTERED_ADMIN] = {SID_SOMEBODY,
                           {SID_INTERACTIVE, EVERYBODY},
                           SID_ADMINISTRATORS,
                           {NULL},
                           0,
                           INTEGRITY_MEDIUM},
    [AS_USER] = {SID_SOMEBODY, {SID_INTERACTIVE, EVERYBODY}, NULL, {NULL}, 0, INTEGRITY_MEDIUM},
    [AS_LOW_USER] = {SID_SOMEBODY, {SID_INTERACTIVE, EVERYBODY}, NULL, {NULL}, 0, INTEGRITY_LOW},
    [AS_NETWORK_ADMIN] = {SID_SOMEBODY,
                          {SID_ADMINISTRATORS, SID_NETWORK, EVERYBODY},
                          NULL,
                          {NULL},
                          0,
                          INTEGRITY_HIGH},
    [AS_SERVICE] = {SID_LOCAL_SERVICE, {SID_SERVICE, EVERYBODY}, NULL, {NULL}, 0, INTEGRITY_SYSTEM},
    [AS_NETWORK_USER] = {SID_SOMEBODY, {SID_NETWORK, EVERYBODY}, NULL, {NULL}, 0, INTEGRITY_MEDIUM},
    [AS_RESTRICTED_USER] = {SID_SOMEBODY,
                            {SID_INTERACTIVE, EVERYBODY},
                            NULL,
                            {SID_RESTRICTED, SID_SOMEBODY, EVERYBODY},
                            0,
                            INTEGRITY_MEDIUM},
    [AS_RESTRICTED_ADMIN] = {SID_SOMEBODY,
                             {SID_ADMINISTRATORS, SID_INTERACTIVE, EVERYBODY},
                             NULL,
                             {SID_RESTRICTED, SID_INTERACTIVE, EVERYBODY},
                             0,
                             INTEGRITY_HIGH},
    [AS_LOW_ADMIN] = {SID_SOMEBODY,
                      {SID_ADMINISTRATORS, SID_INTERACTIVE, EVERYBODY},
                      NULL,
                      {NULL},
                      0,
                      INTEGRITY_LOW},
    [AS_PRIVILEGED_USER] = {SID_SOMEBODY,
                            {SID_INTERACTIVE, EVERYBODY},
                            NULL,
                            {NULL},
                            PRIVILEGE_SECURITY | PRIVILEGE_TAKE_OWNERSHIP,
                            INTEGRITY_MEDIUM},
};

const char *const token_names[AS_KINDS] = {TOKEN_KINDS(TOKEN_NAME)};

const struct token *token_of(enum token_kind kind)
{
    return &tokens[kind];
}

/* Which of a token's SIDs an entry is held against. */
enum sids { SIDS_ALLOW, SIDS_DENY, SIDS_RESTRICTED_ALLOW, SIDS_RESTRICTED_DENY };

static bool sid_equals(const uint8_t *sid, const char *text)
{
    return text != NULL && sid[0] == 1 && sid[1] == (uint8_t)text[0] &&
           memcmp(sid + 1, text, 7u + 4u * sid[1]) == 0;
}

static bool sid_in(const uint8_t *sid, const char *const list[GROUPS_MAX])
{
    unsigned i;

    for (i = 0; i < GROUPS_MAX && !sid_equals(sid, list[i]); i++) {
    }
    return i < GROUPS_MAX;
}

static bool token_has(const struct token *token, const uint8_t *sid, enum sids which)
{
    if (which == SIDS_RESTRICTED_ALLOW || which == SIDS_RESTRICTED_DENY) {
        return sid_in(sid, token->restricted);
    }
    return sid_equals(sid, token->user) || sid_in(sid, token->groups) ||
           (which == SIDS_DENY && sid_equals(sid, token->deny_only));
}

static bool is_restricted(const struct token *token)
{
    return token->restricted[0] != NULL;
}

bool token_is_administrator(const struct token *token)
{
    return token_has(token, (const uint8_t *)"\1" SID_ADMINISTRATORS, SIDS_ALLOW);
}

ACCESS_MASK map_generic(ACCESS_MASK access)
{
    ACCESS_MASK mapped = access & ~GENERIC_RIGHTS;

    mapped |= access & GENERIC_READ ? FILE_GENERIC_READ : 0;
    mapped |= access & GENERIC_WRITE ? FILE_GENERIC_WRITE : 0;
    mapped |= access & GENERIC_EXECUTE ? FILE_GENERIC_EXECUTE : 0;
    mapped |= access & GENERIC_ALL ? FILE_ALL_ACCESS : 0;
    return mapped;
}

/* ---- the descriptor -------------------------------------------------------------------------- */

struct descriptor {
    const uint8_t *owner;
    const ACL *dacl, *sacl; /* NULL: there is none */
};

static const ACL *list_at(const uint8_t *descriptor, uint32_t bytes, uint32_t offset)
{
    const ACL *acl = (const ACL *)(descriptor + offset);

    if (offset == 0) {
        return NULL;
    }
    if (offset + sizeof *acl > bytes || acl->AclRevision != ACL_REVISION ||
        offset + acl->AclSize > bytes || acl->AclSize < sizeof *acl || offset % 4 != 0) {
        violation("the security descriptor has a malformed list at %u", (unsigned)offset);
        return NULL;
    }
    return acl;
}

static bool read_descriptor(const uint8_t *bytes_of_it, uint32_t bytes, struct descriptor *out)
{
    const SECURITY_DESCRIPTOR_RELATIVE *head = (const SECURITY_DESCRIPTOR_RELATIVE *)bytes_of_it;

    if (head->Revision != 1 || !(head->Control & SE_SELF_RELATIVE) || head->Owner == 0 ||
        head->Group == 0 || head->Owner + 16u > bytes || head->Group + 12u > bytes) {
        violation("the security descriptor is not a self-relative one with an owner and a group");
        return false;
    }
    out->owner = bytes_of_it + head->Owner;
    out->dacl = head->Control & SE_DACL_PRESENT ? list_at(bytes_of_it, bytes, head->Dacl) : NULL;
    out->sacl = head->Control & SE_SACL_PRESENT ? list_at(bytes_of_it, bytes, head->Sacl) : NULL;
    return true;
}

static const uint8_t *first_entry(const ACL *acl)
{
    return acl != NULL && acl->AceCount != 0 ? (const uint8_t *)(acl + 1) : NULL;
}

/*
 * NULL: the end, or the entry is malformed. An entry's size is at 2, its rights are at 4, its SID
 * is at 8.
 */
static const uint8_t *next_entry(const ACL *acl, const uint8_t *entry, unsigned *number)
{
    uint16_t size = *(const uint16_t *)(entry + 2);

    if (size < 16 || size % 4 != 0 || entry + size > (const uint8_t *)acl + acl->AclSize ||
        size < 8u + 8u + 4u * entry[9]) {
        violation("an entry of the access list is malformed");
        return NULL;
    }
    return ++*number < acl->AceCount ? entry + size : NULL;
}

static ACCESS_MASK rights_of(const uint8_t *entry)
{
    ACCESS_MASK rights = *(const ACCESS_MASK *)(entry + 4);

    if (rights & GENERIC_RIGHTS) {
        violation(
            "an entry of the access list has generic rights, which the access check does not map");
    }
    return rights;
}

/* What the list allows: of each right the first entry that speaks of it counts. */
static ACCESS_MASK allowed_by(const ACL *dacl, const struct token *token, bool restricted)
{
    ACCESS_MASK allowed = 0, denied = 0;
    const uint8_t *entry;
    unsigned number = 0;

    if (dacl == NULL) {
        return FILE_ALL_ACCESS;
    }
    for (entry = first_entry(dacl); entry != NULL; entry = next_entry(dacl, entry, &number)) {
        if (entry[1] & INHERIT_ONLY_ACE) {
            continue;
        }
        if (entry[0] == ACCESS_ALLOWED_ACE_TYPE &&
            token_has(token, entry + 8, restricted ? SIDS_RESTRICTED_ALLOW : SIDS_ALLOW)) {
            allowed |= rights_of(entry) & ~denied;
        } else if (entry[0] == ACCESS_DENIED_ACE_TYPE &&
                   token_has(token, entry + 8, restricted ? SIDS_RESTRICTED_DENY : SIDS_DENY)) {
            denied |= rights_of(entry) & ~allowed;
        }
    }
    return allowed;
}

/*
 * What the object's label leaves to a token that is below it. Without a label: medium, and nobody
 * writes up.
 */
static ACCESS_MASK allowed_by_label(const ACL *sacl, const struct token *token)
{
    uint32_t label = INTEGRITY_MEDIUM, policy = 1;
    const uint8_t *entry;
    unsigned number = 0;

    for (entry = first_entry(sacl); entry != NULL; entry = next_entry(sacl, entry, &number)) {
        if (entry[0] == 0x11) { /* SYSTEM_MANDATORY_LABEL_ACE_TYPE */
            policy = *(const uint32_t *)(entry + 4);
            label = *(const uint32_t *)(entry + 16);
        }
    }
    if (token->integrity >= label) {
        return FILE_ALL_ACCESS;
    }
    return (policy & 1 ? 0 : FILE_GENERIC_WRITE) | (policy & 2 ? 0 : FILE_GENERIC_READ) |
           (policy & 4 ? 0 : FILE_GENERIC_EXECUTE);
}

/* ---- the check ------------------------------------------------------------------------------- */

static bool is_owner(const struct token *token, const struct descriptor *descriptor)
{
    return token_has(token, descriptor->owner, SIDS_ALLOW) &&
           (!is_restricted(token) || token_has(token, descriptor->owner, SIDS_RESTRICTED_ALLOW));
}

NTSTATUS access_check(const void *bytes_of_descriptor, uint32_t bytes,
                      const SECURITY_SUBJECT_CONTEXT *subject, ACCESS_MASK desired,
                      ACCESS_MASK previous, ACCESS_MASK *granted)
{
    const struct token *token =
        subject->ClientToken != NULL ? subject->ClientToken : subject->PrimaryToken;
    const bool maximum = desired & MAXIMUM_ALLOWED;
    struct descriptor descriptor;
    ACCESS_MASK label, allowed;

    *granted = 0;
    if (subject->ClientToken != NULL && subject->ImpersonationLevel < SecurityImpersonation) {
        return STATUS_BAD_IMPERSONATION_LEVEL; /* who only identifies does not act for anybody */
    }
    if (!read_descriptor(bytes_of_descriptor, bytes, &descriptor)) {
        return STATUS_INVALID_SECURITY_DESCR;
    }
    if (desired == 0) {
        *granted = previous;
        return previous != 0 ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
    }
    desired &= ~(ACCESS_MASK)MAXIMUM_ALLOWED;
    label = allowed_by_label(descriptor.sacl, token);
    if (desired & ~label & ~(ACCESS_MASK)ACCESS_SYSTEM_SECURITY) {
        return STATUS_ACCESS_DENIED;
    }
    /* by privilege: ACCESS_SYSTEM_SECURITY in no other way, WRITE_OWNER as well as by the list */
    if ((desired & ACCESS_SYSTEM_SECURITY) && !(token->privileges & PRIVILEGE_SECURITY)) {
        return STATUS_PRIVILEGE_NOT_HELD;
    }
    previous |= desired & ACCESS_SYSTEM_SECURITY;
    if (token->privileges & PRIVILEGE_TAKE_OWNERSHIP) {
        previous |= desired & WRITE_OWNER;
    }
    allowed = allowed_by(descriptor.dacl, token, false);
    if (is_restricted(token)) {
        allowed &= allowed_by(descriptor.dacl, token, true);
    }
    if (is_owner(token, &descriptor)) {
        allowed |= READ_CONTROL | WRITE_DAC;
    }
    allowed &= label;
    if (desired & ~(allowed | previous)) {
        return STATUS_ACCESS_DENIED;
    }
    *granted = previous | (maximum ? allowed : desired);
    return *granted != 0 ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

BOOLEAN access_check_for_driver(PSECURITY_DESCRIPTOR descriptor,
                                const SECURITY_SUBJECT_CONTEXT *subject, BOOLEAN locked,
                                ACCESS_MASK desired, ACCESS_MASK previous,
                                const GENERIC_MAPPING *mapping, KPROCESSOR_MODE mode,
                                ACCESS_MASK *granted, NTSTATUS *status)
{
    *granted = 0;
    *status = STATUS_ACCESS_DENIED;
    if (subject->PrimaryToken == NULL || mapping == NULL || locked) {
        violation("SeAccessCheck: a subject that was captured and is not locked, and a mapping, "
                  "are needed");
        return FALSE;
    }
    if ((desired | previous) & GENERIC_RIGHTS) {
        violation("SeAccessCheck: the generic rights of %08X must be mapped",
                  (unsigned)(desired | previous));
        *status = STATUS_GENERIC_NOT_MAPPED;
        return FALSE;
    }
    if (mode == KernelMode) {
        *granted = desired & MAXIMUM_ALLOWED ? mapping->GenericAll : 0;
        *granted |= (desired & ~(ACCESS_MASK)MAXIMUM_ALLOWED) | previous;
        *status = STATUS_SUCCESS;
    } else {
        *status = access_check(descriptor, DESCRIPTOR_BYTES, subject, desired, previous, granted);
    }
    return NT_SUCCESS(*status);
}
