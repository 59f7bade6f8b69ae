/* SPDX-License-Identifier: MIT
 *
 * The lock of the settings: who waits, who may have it, when its file goes, and what a file that is
 * being deleted does.
 */
#include "admin.h"

#include "control/settings_lock.h"

#define IMAGE DRIVERS "userport.sys"

static struct up_error_detail problem;

void test_lock(void)
{
    struct up_settings_lock lock, inner;
    HANDLE child;
    DWORD began;

    EXPECT_DONE(up_settings_lock(&lock, &problem));
    /* the same thread: an install starts the driver */
    EXPECT_DONE(up_settings_lock(&inner, &problem));
    up_settings_unlock(&inner);
    child = child_start("add=1,0");
    EXPECT_EQ(child_finish(child), 0);
    EXPECT(file_exists(LOCK));
    up_settings_unlock(&lock);
    EXPECT(!file_exists(LOCK)); /* UserPort is not installed */
    EXPECT_EQ(service_create(IMAGE, SERVICE_DEMAND_START), 0);
    EXPECT_DONE(up_settings_lock(&lock, &problem));
    up_settings_unlock(&lock);
    EXPECT(file_exists(LOCK));

    child = child_start("lock");
    began = GetTickCount();
    EXPECT_PROBLEM(up_settings_lock(&lock, &problem), &problem, ERROR_SHARING_VIOLATION,
                   "another program");
    EXPECT_MSG(GetTickCount() - began >= UP_SETTINGS_LOCK_MS &&
                   GetTickCount() - began < 2 * UP_SETTINGS_LOCK_MS,
               "waited %lu ms", GetTickCount() - began);
    child_kill(child); /* which leaves the lock to others */
    EXPECT_DONE(up_settings_lock(&lock, &problem));
    up_settings_unlock_for_good(&lock);
    EXPECT(!file_exists(LOCK));
    service_delete();
}

/* Wine gives the owner of a file an entry of his own. */
static bool is_own_sid(PSID sid)
{
    BYTE bytes[256];
    HANDLE token;
    DWORD needed;
    bool same;

    EXPECT(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token));
    same = GetTokenInformation(token, TokenUser, bytes, sizeof bytes, &needed) &&
           EqualSid(((TOKEN_USER *)bytes)->User.Sid, sid);
    CloseHandle(token);
    return same;
}

/*
 * Its access list is what keeps ordinary users from holding it: SYSTEM and administrators, and
 * nobody else.
 */
void test_lock_is_guarded(void)
{
    SID_IDENTIFIER_AUTHORITY authority = {SECURITY_NT_AUTHORITY};
    BYTE bytes[1024];
    SECURITY_DESCRIPTOR *descriptor = (SECURITY_DESCRIPTOR *)bytes;
    struct up_settings_lock lock;
    BOOL present = FALSE, defaulted;
    PSID system, administrators;
    ACCESS_ALLOWED_ACE *ace;
    PACL list = NULL;
    DWORD needed, i;

    /* stays locked: without UserPort the file goes with the lock */
    EXPECT_DONE(up_settings_lock(&lock, &problem));
    EXPECT(AllocateAndInitializeSid(&authority, 1, SECURITY_LOCAL_SYSTEM_RID, 0, 0, 0, 0, 0, 0, 0,
                                    &system));
    EXPECT(AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID,
                                    DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0, 0, &administrators));
    EXPECT(GetFileSecurityA(LOCK, DACL_SECURITY_INFORMATION, descriptor, sizeof bytes, &needed));
    EXPECT(GetSecurityDescriptorDacl(descriptor, &present, &list, &defaulted));
    if (EXPECT(present && list != NULL)) {
        for (i = 0; GetAce(list, i, (void **)&ace); i++) {
            EXPECT_EQ(ace->Header.AceType, ACCESS_ALLOWED_ACE_TYPE);
            EXPECT_MSG(EqualSid(&ace->SidStart, system) ||
                           EqualSid(&ace->SidStart, administrators) || is_own_sid(&ace->SidStart),
                       "entry %lu is for somebody else", i);
        }
        EXPECT(i > 0);
    }
    FreeSid(system);
    FreeSid(administrators);
    up_settings_unlock_for_good(&lock);
}

static DWORD WINAPI remove_soon(void *unused)
{
    (void)unused;
    Sleep(700);
    return RemoveDirectoryA(LOCK);
}

/*
 * In force for this thread until RevertToSelf: the Administrators' group is there for denials only.
 */
static bool drop_rights(void)
{
    SID_IDENTIFIER_AUTHORITY authority = {SECURITY_NT_AUTHORITY};
    SID_AND_ATTRIBUTES disabled = {NULL, 0};
    HANDLE token, restricted = NULL;
    bool done;

    done = AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID,
                                    DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0, 0, &disabled.Sid) &&
           OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token) &&
           CreateRestrictedToken(token, 0, 1, &disabled, 0, NULL, 0, NULL, &restricted) &&
           ImpersonateLoggedOnUser(restricted);
    CloseHandle(restricted);
    CloseHandle(token);
    FreeSid(disabled.Sid);
    return done;
}

/*
 * What is being deleted gives "access is denied", and so does a folder of that name. An
 * administrator waits for its end, and does not start the driver without the lock; who is none
 * does, as access is denied to him always.
 */
void test_lock_being_deleted(void)
{
    struct up_settings_lock lock;
    const DWORD began = GetTickCount();
    HANDLE thread;
    DWORD id;

    EXPECT(CreateDirectoryA(LOCK, NULL));
    thread = CreateThread(NULL, 0, remove_soon, NULL, 0, &id);
    EXPECT_DONE(up_settings_lock(&lock, &problem));
    EXPECT_MSG(GetTickCount() - began >= 600, "after %lu ms", GetTickCount() - began);
    up_settings_unlock_for_good(&lock);
    EXPECT_EQ(WaitForSingleObject(thread, 10000), WAIT_OBJECT_0);
    CloseHandle(thread);

    file_copy(FAKE, DRIVERS "userport.sys");
    EXPECT_EQ(service_create(DRIVERS "userport.sys", SERVICE_DEMAND_START), 0);
    EXPECT(CreateDirectoryA(LOCK, NULL));
    EXPECT_PROBLEM(up_driver_start(&problem), &problem, ERROR_ACCESS_DENIED, "UserPort.lock");
    EXPECT_MSG(strncmp(problem.advice, "Try again", 9) == 0, "%s", problem.advice);
    EXPECT_EQ(service_state(), SERVICE_STOPPED);
    EXPECT(drop_rights());
    EXPECT_DONE(up_driver_start(&problem));
    EXPECT(RevertToSelf());
    EXPECT_EQ(service_state(), SERVICE_RUNNING);
    EXPECT(RemoveDirectoryA(LOCK));
    service_delete();
    EXPECT(DeleteFileA(DRIVERS "userport.sys"));
}
