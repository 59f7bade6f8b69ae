/* SPDX-License-Identifier: MIT
 *
 * Writes entries of the event log with ReportEvent, under the source UserPort (eventlog.h). The
 * strings of an entry are %1, %2 and so on of its text. In entries of the driver %1 is the device,
 * which the I/O manager puts first.
 */
#include "eventlog.h"

#include <stdio.h>
#include <winternl.h> /* NTSTATUS, which messages.h uses */

#include "core/portset.h"
#include "messages.h"
#include "registry.h"
#include "winutil/winutil.h"
#include "version.h"

/* Bytes of a list that an entry holds. Old systems have small log files. */
#define LIST_SHOWN 2000u

/* The user of this program, to be freed with HeapFree; NULL if unknown. */
static TOKEN_USER *find_user(void)
{
    TOKEN_USER *user = NULL;
    DWORD bytes = 0;
    HANDLE token;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
        return NULL;
    }
    GetTokenInformation(token, TokenUser, NULL, 0, &bytes);
    user = bytes > 0 ? HeapAlloc(GetProcessHeap(), 0, bytes) : NULL;
    if (user != NULL && !GetTokenInformation(token, TokenUser, user, bytes, &bytes)) {
        HeapFree(GetProcessHeap(), 0, user);
        user = NULL;
    }
    CloseHandle(token);
    return user;
}

#define STRINGS_MAX 3u

static void report(WORD type, uint32_t message, const char *const *texts, WORD count)
{
    /* One static buffer is safe: the settings lock is held. */
    static WCHAR wide[STRINGS_MAX][LIST_SHOWN + 200];
    const WCHAR *strings[STRINGS_MAX];
    TOKEN_USER *user = find_user();
    HANDLE log = RegisterEventSourceW(NULL, UP_SERVICE_NAME);
    WORD i;

    for (i = 0; i < count; i++) {
        if (!up_wide(texts[i], wide[i], sizeof wide[i] / sizeof wide[i][0])) {
            wide[i][0] = L'\0';
        }
        strings[i] = wide[i];
    }
    if (log != NULL) {
        ReportEventW(log, type, 0, message, user != NULL ? user->User.Sid : NULL, count, 0, strings,
                     NULL);
        DeregisterEventSource(log);
    }
    if (user != NULL) {
        HeapFree(GetProcessHeap(), 0, user);
    }
}

static void report_settings(const struct up_settings *new)
{
    char list[LIST_SHOWN], count[16];
    const char *scope = new->scope == UP_SCOPE_ALL ? "every process"
                        : new->sticky ? "processes that open the device, until they end"
                                      : "processes that open the device, until they close it";
    const char *const texts[] = {list, count, scope};

    up_eventlog_list(&new->ports, list, sizeof list);
    snprintf(count, sizeof count, "%lu", (unsigned long)up_portset_count(&new->ports));
    report(EVENTLOG_INFORMATION_TYPE, (uint32_t)UP_MSG_SETTINGS, texts, 3);
}

static void report_hazards(const struct up_portset *old, const struct up_portset *new)
{
    char text[LIST_SHOWN];
    const char *const texts[] = {text};

    if (up_eventlog_hazards(old, new, text, sizeof text)) {
        report(EVENTLOG_WARNING_TYPE, (uint32_t)UP_MSG_HAZARDS, texts, 1);
    }
}

void up_eventlog_settings(const struct up_settings *old, const struct up_settings *new)
{
    report_settings(new);
    report_hazards(&old->ports, &new->ports);
}

void up_eventlog_accepted(const struct up_portset *ports)
{
    struct up_portset none;

    up_portset_deny_all(&none);
    report_hazards(&none, ports);
}

void up_eventlog_installed(const char *driver)
{
    const char *const texts[] = {driver, UP_VERSION_STRING};

    report(EVENTLOG_INFORMATION_TYPE, (uint32_t)UP_MSG_INSTALLED, texts, 2);
}

/*
 * The texts of entries are in the driver's file, which is gone now. Event viewers then show the
 * strings of an entry, so this entry has one.
 */
void up_eventlog_uninstalled(void)
{
    const char *const texts[] = {"UserPort " UP_VERSION_STRING " was uninstalled."};

    report(EVENTLOG_INFORMATION_TYPE, (uint32_t)UP_MSG_UNINSTALLED, texts, 1);
}

void up_eventlog_program(const char *name, const char *path, const char *settings)
{
    const char *const texts[] = {name, path, settings[0] != '\0' ? settings : "none"};

    report(EVENTLOG_INFORMATION_TYPE, (uint32_t)UP_MSG_PROGRAM, texts, 3);
}

void up_eventlog_program_removed(const char *name)
{
    const char *const texts[] = {name};

    report(EVENTLOG_INFORMATION_TYPE, (uint32_t)UP_MSG_PROGRAM_REMOVED, texts, 1);
}
