/* SPDX-License-Identifier: MIT
 *
 * Who may change the service: installs over one that others can change, and what the doctor says of
 * it. Wine keeps the access lists of keys; of services it keeps none, so that the service manager's
 * two calls are the test's own here.
 */
#include <stdio.h>

#include "admin.h"

#include <sddl.h>

#include "control/permissions.h"
#include "setup/install_parts.h"

#define BELOW SERVICE "\\Security"

static struct up_error_detail problem;
static struct up_install_report report;

static void set_list(const char *path, const char *text)
{
    PSECURITY_DESCRIPTOR descriptor;
    HKEY key;

    EXPECT(ConvertStringSecurityDescriptorToSecurityDescriptorA(text, SDDL_REVISION_1, &descriptor,
                                                                NULL));
    if (EXPECT_EQ(RegOpenKeyExA(HKEY_LOCAL_MACHINE, path, 0, WRITE_DAC | WRITE_OWNER, &key), 0)) {
        EXPECT_EQ(RegSetKeySecurity(key, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
                                    descriptor),
                  0);
        RegCloseKey(key);
    }
    LocalFree(descriptor);
}

static enum up_tristate safety(char writers[200])
{
    return up_key_is_safe(L"SYSTEM\\CurrentControlSet\\Services\\UserPort", writers, 200);
}

#define EXPECT_SERVICE_SAYS(wanted, part)                                                          \
    EXPECT_MSG(report.steps[UP_STEP_SERVICE].outcome == (wanted) &&                                \
                   strstr(report.steps[UP_STEP_SERVICE].text, part) != NULL,                       \
               "outcome %d: %s", (int)report.steps[UP_STEP_SERVICE].outcome,                       \
               report.steps[UP_STEP_SERVICE].text)

/* An earlier program left the key to everybody; a key below it is somebody's own. */
void test_install_loose_key(void)
{
    char writers[200], *before;

    here_release();
    before = world();
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_SERVICE_SAYS(UP_STEP_DONE, "UserPort, started on demand");
    EXPECT_EQ(safety(writers), UP_YES);
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT(report.steps[UP_STEP_SERVICE].outcome == UP_STEP_KEPT);
    EXPECT_MSG(strcmp(report.steps[UP_STEP_SERVICE].text, "UserPort") == 0, "%s",
               report.steps[UP_STEP_SERVICE].text);

    set_list(SERVICE, "O:BAD:(A;CI;KA;;;SY)(A;CI;KA;;;BA)(A;CI;KA;;;WD)");
    EXPECT_EQ(safety(writers), UP_NO);
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_SERVICE_SAYS(
        UP_STEP_DONE,
        "its key in the registry could be changed by others than administrators, and cannot "
        "any more: Everyone");
    EXPECT_EQ(safety(writers), UP_YES);

    /* the key is right, and one below it is not: it has the list of the service */
    key_make(BELOW);
    set_list(BELOW, "O:BAD:(A;;KA;;;BA)(A;;KW;;;BU)");
    EXPECT_EQ(safety(writers), UP_NO);
    EXPECT_MSG(strstr(writers, "Users") != NULL, "%s", writers);
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_SERVICE_SAYS(UP_STEP_DONE, "Users");
    EXPECT_EQ(safety(writers), UP_YES);
    set_list(BELOW, "O:S-1-5-21-1-2-3-1001D:(A;;KA;;;BA)");
    EXPECT_EQ(safety(writers), UP_NO);
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT_SERVICE_SAYS(UP_STEP_DONE, "S-1-5-21-1-2-3-1001");
    EXPECT_EQ(safety(writers), UP_YES);

    /* an administrator's own list, which lets nobody else change anything, stays */
    set_list(SERVICE, "O:BAD:(A;CI;KA;;;BA)(A;CI;KR;;;AN)");
    EXPECT_DONE(up_install(NULL, false, &report, &problem));
    EXPECT(report.steps[UP_STEP_SERVICE].outcome == UP_STEP_KEPT);
    EXPECT_DONE(up_uninstall(&report, &problem));
    expect_same_world("installs over keys that others could change", before, world());
}

/* ---- the service's own list ------------------------------------------------------------------ */

static PSECURITY_DESCRIPTOR current; /* what the service manager has */
static unsigned sets;
static DWORD set_fails;

static void service_has(const char *text)
{
    LocalFree(current);
    EXPECT(ConvertStringSecurityDescriptorToSecurityDescriptorA(text, SDDL_REVISION_1, &current,
                                                                NULL));
    sets = 0;
}

static BOOL WINAPI query(SC_HANDLE service, SECURITY_INFORMATION what,
                         PSECURITY_DESCRIPTOR descriptor, DWORD bytes, DWORD *needed)
{
    (void)service;
    EXPECT_EQ(what, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION);
    *needed = GetSecurityDescriptorLength(current);
    if (bytes < *needed) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    memcpy(descriptor, current, *needed);
    return TRUE;
}

static BOOL WINAPI set(SC_HANDLE service, SECURITY_INFORMATION what,
                       PSECURITY_DESCRIPTOR descriptor)
{
    DWORD bytes = 0;

    (void)service;
    sets++;
    if (set_fails != 0) {
        SetLastError(set_fails);
        return FALSE;
    }
    EXPECT_EQ(what, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION);
    MakeSelfRelativeSD(descriptor, NULL, &bytes);
    LocalFree(current);
    current = LocalAlloc(0, bytes);
    EXPECT(MakeSelfRelativeSD(descriptor, current, &bytes));
    return TRUE;
}

static const struct up_service_security calls = {query, set};

static void expect_list(const char *wanted)
{
    char *text = NULL;

    EXPECT(ConvertSecurityDescriptorToStringSecurityDescriptorA(
        current, SDDL_REVISION_1, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &text,
        NULL));
    EXPECT_MSG(text != NULL && strcmp(text, wanted) == 0, "%s", text);
    LocalFree(text);
}

#define WINDOWS_OWN                                                                                \
    "O:SYG:SYD:(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;CCLCSWLOCRRC;;" \
    ";IU)"                                                                                         \
    "(A;;CCLCSWLOCRRC;;;SU)"

void test_guard_service(void)
{
    static const struct {
        const char *list, *writers;
    } loose[] = {
        {"O:SYD:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;WD)",
         "Everyone"},
        {"O:SYD:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;DC;;;BU)", "Users"},
        {"O:SYD:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;WD;;;BU)", "Users"},
        {"O:SYD:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;GW;;;BU)", "Users"},
        {"O:S-1-5-21-1-2-3-1001D:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)", "S-1-5-21-1-2-3-1001"},
    };
    struct up_guarded guarded = {.writers = ""};
    char writers[200];
    unsigned i;

    /* Windows' own list, and one by which an administrator lets users start and stop it */
    service_has(WINDOWS_OWN);
    EXPECT_EQ(up_open_service_is_safe(&calls, NULL, writers, sizeof writers), UP_YES);
    EXPECT_EQ(up_guard_open_service(&calls, NULL, &guarded), 0);
    service_has(WINDOWS_OWN "(A;;LCRPWP;;;BU)");
    EXPECT_EQ(up_guard_open_service(&calls, NULL, &guarded), 0);
    EXPECT_EQ(sets, 0);
    EXPECT(!guarded.has_set_service);
    for (i = 0; i < sizeof loose / sizeof loose[0]; i++) {
        memset(&guarded, 0, sizeof guarded);
        service_has(loose[i].list);
        EXPECT_EQ(up_open_service_is_safe(&calls, NULL, writers, sizeof writers), UP_NO);
        EXPECT_MSG(strstr(writers, loose[i].writers) != NULL, "%s", writers);
        EXPECT_EQ(up_guard_open_service(&calls, NULL, &guarded), 0);
        EXPECT(guarded.has_set_service);
        EXPECT_MSG(strstr(guarded.writers, loose[i].writers) != NULL, "%s", guarded.writers);
        expect_list("O:BAD:P(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;"
                    "CCLCSWLOCRRC;;;IU)"
                    "(A;;CCLCSWLOCRRC;;;SU)");
        EXPECT_EQ(up_open_service_is_safe(&calls, NULL, writers, sizeof writers), UP_YES);
    }
    set_fails = ERROR_ACCESS_DENIED;
    service_has(loose[0].list);
    EXPECT_EQ(up_guard_open_service(&calls, NULL, &guarded), ERROR_ACCESS_DENIED);
    set_fails = 0;
    LocalFree(current);
    current = NULL;
}
