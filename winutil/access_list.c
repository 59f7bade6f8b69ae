/* SPDX-License-Identifier: MIT
 *
 * Makes access lists (access_list.h). Flags are put into the entries and the descriptor by hand,
 * since AddAccessAllowedAceEx and SetSecurityDescriptorControl came with Windows 2000.
 */
#include "access_list.h"

#include <string.h>

static PSID sid_of(const struct up_access *entry)
{
    SID_IDENTIFIER_AUTHORITY authority = {SECURITY_NT_AUTHORITY};
    PSID sid = NULL;

    if (!AllocateAndInitializeSid(&authority, entry->is_builtin ? 2 : 1,
                                  entry->is_builtin ? SECURITY_BUILTIN_DOMAIN_RID : entry->first,
                                  entry->first, 0, 0, 0, 0, 0, 0, &sid)) {
        return NULL;
    }
    return sid;
}

static bool let_inherit(ACL *list, unsigned count)
{
    ACCESS_ALLOWED_ACE *entry;
    void *at;
    unsigned i;

    for (i = 0; i < count; i++) {
        if (!GetAce(list, i, &at)) {
            return false;
        }
        entry = at;
        entry->Header.AceFlags |= CONTAINER_INHERIT_ACE;
    }
    return true;
}

bool up_access_list_make(struct up_access_list *made, const struct up_access *entries,
                         unsigned count, bool has_heirs)
{
    bool done;
    unsigned i;
    DWORD error;

    memset(made, 0, sizeof *made);
    done = InitializeAcl(&made->list.acl, sizeof made->list, ACL_REVISION);
    for (i = 0; done && i < count; i++) {
        made->sids[i] = sid_of(&entries[i]);
        done = made->sids[i] != NULL &&
               AddAccessAllowedAce(&made->list.acl, ACL_REVISION, entries[i].rights, made->sids[i]);
    }
    done = done && (!has_heirs || let_inherit(&made->list.acl, count)) &&
           InitializeSecurityDescriptor(&made->descriptor, SECURITY_DESCRIPTOR_REVISION) &&
           SetSecurityDescriptorDacl(&made->descriptor, TRUE, &made->list.acl, FALSE);
    if (!done) {
        error = GetLastError();
        up_access_list_free(made);
        SetLastError(error);
        return false;
    }
    made->descriptor.Control |= SE_DACL_PROTECTED;
    return true;
}

bool up_access_list_own(struct up_access_list *made, unsigned entry)
{
    return SetSecurityDescriptorOwner(&made->descriptor, made->sids[entry], FALSE);
}

void up_access_list_free(struct up_access_list *made)
{
    unsigned i;

    for (i = 0; i < UP_ACCESS_MAX; i++) {
        if (made->sids[i] != NULL) {
            FreeSid(made->sids[i]);
            made->sids[i] = NULL;
        }
    }
}
