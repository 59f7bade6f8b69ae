/* SPDX-License-Identifier: MIT
 *
 * Tokens and the access check: the parts of [MS-DTYP] 2.5.3 that a device's list needs. Descriptor, list and entries
 * are read from the bytes that the driver gives, with their bounds checked, so that a malformed one is seen here.
 */
#include "machine.h"

#define SIDS_MAX 5u

struct token {
    const char *sids[SIDS_MAX]; /* as bytes: count, authority, then the sub-authorities little-endian */
    const char *deny_only;      /* matches deny entries only */
    uint32_t integrity;
};

/* A SID here is its bytes after the revision: count, six bytes of authority, sub-authorities. */
#define SID_SYSTEM         "\1\0\0\0\0\0\5\22\0\0\0"
#define SID_ADMINISTRATORS "\2\0\0\0\0\0\5\40\0\0\0\40\2\0\0"
#define SID_INTERACTIVE    "\1\0\0\0\0\0\5\4\0\0\0"
#define SID_NETWORK        "\1\0\0\0\0\0\5\2\0\0\0"
#define SID_SERVICE        "\1\0\0\0\0\0\5\6\0\0\0"
#define SID_EVERYONE       "\1\0\0\0\0\0\1\0\0\0\0"

static const struct token tokens[AS_KINDS] = {
    [AS_SYSTEM] = {{SID_SYSTEM, SID_ADMINISTRATORS, SID_EVERYONE}, NULL, 0x4000},
    [AS_ADMIN] = {{SID_ADMINISTRATORS, SID_INTERACTIVE, SID_EVERYONE}, NULL, 0x3000},
    [AS_FILTERED_ADMIN] = {{SID_INTERACTIVE, SID_EVERYONE}, SID_ADMINISTRATORS, 0x2000},
    [AS_USER] = {{SID_INTERACTIVE, SID_EVERYONE}, NULL, 0x2000},
    [AS_LOW_USER] = {{SID_INTERACTIVE, SID_EVERYONE}, NULL, 0x1000},
    [AS_NETWORK_ADMIN] = {{SID_ADMINISTRATORS, SID_NETWORK, SID_EVERYONE}, NULL, 0x3000},
    [AS_SERVICE] = {{SID_SERVICE, SID_EVERYONE}, NULL, 0x4000},
};

const char *const token_names[AS_KINDS] = {"SYSTEM",           "administrator",      "filtered administrator",
                                           "interactive user", "low-integrity user", "administrator over the network",
                                           "service"};

static bool sid_equals(const uint8_t *sid, const char *text)
{
    return text != NULL && sid[0] == 1 && sid[1] == (uint8_t)text[0] && memcmp(sid + 1, text, 7u + 4u * sid[1]) == 0;
}

static bool token_has(const struct token *token, const uint8_t *sid, bool for_deny)
{
    unsigned i;

    for (i = 0; i < SIDS_MAX && token->sids[i] != NULL; i++) {
        if (sid_equals(sid, token->sids[i])) {
            return true;
        }
    }
    return for_deny && sid_equals(sid, token->deny_only);
}

ACCESS_MASK map_generic(ACCESS_MASK access)
{
    ACCESS_MASK mapped = access & 0x0FFFFFFF;

    mapped |= access & GENERIC_READ ? FILE_GENERIC_READ : 0;
    mapped |= access & GENERIC_WRITE ? FILE_GENERIC_WRITE : 0;
    mapped |= access & GENERIC_EXECUTE ? FILE_GENERIC_EXECUTE : 0;
    mapped |= access & GENERIC_ALL ? FILE_ALL_ACCESS : 0;
    return mapped;
}

/* The list at offset of the descriptor, its bounds checked. NULL: there is none. */
static const ACL *list_at(const uint8_t *descriptor, uint32_t bytes, uint32_t offset)
{
    const ACL *acl = (const ACL *)(descriptor + offset);

    if (offset == 0) {
        return NULL;
    }
    if (offset + sizeof *acl > bytes || acl->AclRevision != ACL_REVISION || offset + acl->AclSize > bytes ||
        acl->AclSize < sizeof *acl || offset % 4 != 0) {
        violation("the security descriptor has a malformed list at %u", (unsigned)offset);
        return NULL;
    }
    return acl;
}

static const uint8_t *first_entry(const ACL *acl)
{
    return (const uint8_t *)(acl + 1);
}

static const uint8_t *next_entry(const ACL *acl, const uint8_t *entry)
{
    uint16_t size = *(const uint16_t *)(entry + 2);

    if (size < 16 || size % 4 != 0 || entry + size > (const uint8_t *)acl + acl->AclSize ||
        size < 8u + 8u + 4u * entry[9]) {
        violation("an entry of the access list is malformed");
        return NULL;
    }
    return entry + size;
}

bool access_check(const void *bytes_of_descriptor, uint32_t bytes, enum token_kind kind, ACCESS_MASK desired,
                  ACCESS_MASK *granted)
{
    const uint8_t *descriptor = bytes_of_descriptor;
    const SECURITY_DESCRIPTOR_RELATIVE *head = bytes_of_descriptor;
    const struct token *token = &tokens[kind];
    const ACL *dacl, *sacl;
    const uint8_t *entry;
    ACCESS_MASK allowed = 0, denied = 0;
    ACCESS_MASK maximum = desired & MAXIMUM_ALLOWED;
    uint32_t label = 0x2000, policy = 1; /* no label: medium, no write-up */
    unsigned i;

    *granted = 0;
    if (head->Revision != 1 || !(head->Control & SE_SELF_RELATIVE) || head->Owner == 0) {
        violation("the security descriptor is not a self-relative one with an owner");
        return false;
    }
    dacl = head->Control & SE_DACL_PRESENT ? list_at(descriptor, bytes, head->Dacl) : NULL;
    sacl = head->Control & SE_SACL_PRESENT ? list_at(descriptor, bytes, head->Sacl) : NULL;
    for (i = 0, entry = sacl != NULL ? first_entry(sacl) : NULL; sacl != NULL && i < sacl->AceCount && entry != NULL;
         i++) {
        if (entry[0] == 0x11) {
            policy = *(const uint32_t *)(entry + 4);
            label = *(const uint32_t *)(entry + 16);
        }
        entry = next_entry(sacl, entry);
    }
    desired = map_generic(desired & ~(ACCESS_MASK)MAXIMUM_ALLOWED);
    if (dacl == NULL) {
        allowed = FILE_ALL_ACCESS;
    }
    for (i = 0, entry = dacl != NULL ? first_entry(dacl) : NULL; dacl != NULL && i < dacl->AceCount && entry != NULL;
         i++) {
        ACCESS_MASK mask = *(const ACCESS_MASK *)(entry + 4);

        if (token_has(token, entry + 8, entry[0] == ACCESS_DENIED_ACE_TYPE)) {
            if (entry[0] == ACCESS_ALLOWED_ACE_TYPE) {
                allowed |= mask & ~denied;
            } else if (entry[0] == ACCESS_DENIED_ACE_TYPE) {
                denied |= mask & ~allowed;
            }
        }
        entry = next_entry(dacl, entry);
    }
    if (token->integrity < label) {
        allowed &= ~(policy & 1 ? FILE_GENERIC_WRITE & ~(FILE_GENERIC_READ | FILE_GENERIC_EXECUTE) : 0);
        allowed &= ~(policy & 2 ? FILE_GENERIC_READ & ~FILE_GENERIC_EXECUTE : 0);
        allowed &= policy == 7 ? 0 : ~0u;
    }
    if ((allowed & desired) != desired || (desired == 0 && !maximum) || (maximum && allowed == 0)) {
        return false;
    }
    *granted = maximum ? allowed : desired;
    return true;
}
