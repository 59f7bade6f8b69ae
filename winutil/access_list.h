/* SPDX-License-Identifier: MIT
 *
 * Makes complete access lists for files, keys and the service of UserPort from a table of entries,
 * with functions that NT 4.0 has. access_list.c.
 */
#ifndef UP_WINUTIL_ACCESS_LIST_H
#define UP_WINUTIL_ACCESS_LIST_H

#include <stdbool.h>
#include <windows.h>

/* An entry: the account is S-1-5-first, or S-1-5-32-first for one of the BUILTIN groups. */
struct up_access {
    bool is_builtin;
    DWORD first;
    DWORD rights;
};
#define UP_ACCESS_MAX 4u

#define UP_BY_SYSTEM(rights)                                                                       \
    {                                                                                              \
        false, SECURITY_LOCAL_SYSTEM_RID, rights                                                   \
    }
#define UP_BY_ADMINISTRATORS(rights)                                                               \
    {                                                                                              \
        true, DOMAIN_ALIAS_RID_ADMINS, rights                                                      \
    }
#define UP_BY_USERS(rights)                                                                        \
    {                                                                                              \
        true, DOMAIN_ALIAS_RID_USERS, rights                                                       \
    }
#define UP_BY_INTERACTIVE(rights)                                                                  \
    {                                                                                              \
        false, SECURITY_INTERACTIVE_RID, rights                                                    \
    }
#define UP_BY_SERVICES(rights)                                                                     \
    {                                                                                              \
        false, SECURITY_SERVICE_RID, rights                                                        \
    }

struct up_access_list {
    SECURITY_DESCRIPTOR descriptor; /* the descriptor to pass to the system */
    union {
        ACL acl;
        BYTE bytes[256];
    } list;
    PSID sids[UP_ACCESS_MAX];
};

/*
 * Makes a list of exactly these entries, to which the list of the folder or key above adds nothing.
 * has_heirs: keys below inherit the entries. Result: false with GetLastError; then there is nothing
 * to free.
 */
bool up_access_list_make(struct up_access_list *made, const struct up_access *entries,
                         unsigned count, bool has_heirs);

/* Also makes the account of that entry the owner. Result: false with GetLastError. */
bool up_access_list_own(struct up_access_list *made, unsigned entry);

void up_access_list_free(struct up_access_list *made);

#endif
