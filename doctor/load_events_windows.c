/* SPDX-License-Identifier: MIT
 *
 * Looks into Windows' log of code integrity for what it says of a driver (windows_facts.h), with
 * wevtapi.dll, which came with Windows Vista. The events are Microsoft's, "Understanding App
 * Control event IDs"; 3004, 3033 and 3077 are refusals, 3076 says that a policy which is only
 * evaluated would have refused. Their data has the file as \Device\HarddiskVolume3\Windows\...
 */
#include "collect_windows.h"

#include <stdio.h>
#include <winevt.h>

#include "signature.h"

#define CHANNEL L"Microsoft-Windows-CodeIntegrity/Operational"
#define QUERY   L"*[System[(EventID=3004 or EventID=3033 or EventID=3076 or EventID=3077)]]"
#define AUDITED 3076u
/* Milliseconds to wait for an event, and how many are looked at, the newest first. */
#define EVENT_TIMEOUT 5000u
#define EVENTS_MAX    2000u
/* The data of an event; the longest ones have some hundred bytes. */
#define VALUES_BYTES 65536u

/* What is read of each event, in the order of value_paths. */
enum value { VALUE_ID, VALUE_TIME, VALUE_FILE, VALUE_FILE_2, VALUE_POLICY, VALUE_COUNT };
static const WCHAR *const value_paths[VALUE_COUNT] = {
    [VALUE_ID] = L"Event/System/EventID",
    [VALUE_TIME] = L"Event/System/TimeCreated/@SystemTime",
    [VALUE_FILE] = L"Event/EventData/Data[@Name='File Name']",        /* of 3076 and 3077 */
    [VALUE_FILE_2] = L"Event/EventData/Data[@Name='FileNameBuffer']", /* of 3004 and 3033 */
    [VALUE_POLICY] = L"Event/EventData/Data[@Name='PolicyGUID']",
};

struct wevtapi {
    EVT_HANDLE(WINAPI *query)
    (EVT_HANDLE session, const WCHAR *path, const WCHAR *query, DWORD flags);
    BOOL(WINAPI *next)
    (EVT_HANDLE results, DWORD size, EVT_HANDLE *events, DWORD timeout, DWORD flags, DWORD *count);
    EVT_HANDLE(WINAPI *context)(DWORD count, const WCHAR *const *paths, DWORD flags);
    BOOL(WINAPI *render)
    (EVT_HANDLE context, EVT_HANDLE event, DWORD flags, DWORD size, void *to, DWORD *used,
     DWORD *count);
    BOOL(WINAPI *close)(EVT_HANDLE handle);
};

static bool load(struct wevtapi *wevtapi)
{
    HMODULE module = up_system_dll(L"wevtapi.dll");

    memset(wevtapi, 0, sizeof *wevtapi);
    if (module == NULL) {
        return false;
    }
    UP_FIND(module, wevtapi->query, "EvtQuery");
    UP_FIND(module, wevtapi->next, "EvtNext");
    UP_FIND(module, wevtapi->context, "EvtCreateRenderContext");
    UP_FIND(module, wevtapi->render, "EvtRender");
    UP_FIND(module, wevtapi->close, "EvtClose");
    return wevtapi->query != NULL && wevtapi->next != NULL && wevtapi->context != NULL &&
           wevtapi->render != NULL && wevtapi->close != NULL;
}

/* ---- an event -------------------------------------------------------------------------------- */

/* Is it the file, whose path behind the drive letter is that behind the device's name? */
static bool is_file(const EVT_VARIANT *value, const WCHAR *file)
{
    const size_t length = wcslen(file);
    const WCHAR *name = value->StringVal;
    size_t name_length;

    if (value->Type != EvtVarTypeString || name == NULL || length < 3 || file[1] != L':') {
        return false;
    }
    name_length = wcslen(name);
    return name_length >= length - 2 && lstrcmpiW(name + name_length - (length - 2), file + 2) == 0;
}

static ULONGLONG time_of(const EVT_VARIANT *value)
{
    return value->Type == EvtVarTypeFileTime ? value->FileTimeVal : 0;
}

/* The time as "2026-04-14 08:15", in UTC. */
static void write_time(ULONGLONG time, char *text, size_t size)
{
    const FILETIME file_time = {(DWORD)time, (DWORD)(time >> 32)};
    SYSTEMTIME system_time;

    if (time == 0 || !FileTimeToSystemTime(&file_time, &system_time)) {
        up_utf8_copy(text, (uint32_t)size, "an unknown day");
        return;
    }
    (void)snprintf(text, size, "%04u-%02u-%02u %02u:%02u UTC", system_time.wYear,
                   system_time.wMonth, system_time.wDay, system_time.wHour, system_time.wMinute);
}

static bool is_policy(const EVT_VARIANT *value, const GUID *policy)
{
    return value->Type == EvtVarTypeGuid && value->GuidVal != NULL &&
           memcmp(value->GuidVal, policy, sizeof *policy) == 0;
}

/* Keeps the newest event of each kind: the log gives the newest first. */
static void keep(const EVT_VARIANT *values, struct up_load_events *events)
{
    static const GUID enforced = UP_POLICY_ENFORCED_GUID;
    static const GUID evaluated = UP_POLICY_EVALUATED_GUID;
    const uint32_t id = values[VALUE_ID].UInt16Val;
    struct up_load_event *event = id == AUDITED ? &events->audited : &events->refused;

    if (values[VALUE_ID].Type != EvtVarTypeUInt16 || event->id != 0) {
        return;
    }
    event->id = id;
    event->policy = is_policy(&values[VALUE_POLICY], &enforced)    ? UP_POLICY_ENFORCED
                    : is_policy(&values[VALUE_POLICY], &evaluated) ? UP_POLICY_EVALUATED
                                                                   : UP_POLICY_NONE;
    write_time(time_of(&values[VALUE_TIME]), event->time, sizeof event->time);
}

/* ---- the log --------------------------------------------------------------------------------- */

/*
 * Reads events until both kinds were found or there are no more. Result: 0, or the code of the call
 * that failed.
 */
static DWORD read_events(const struct wevtapi *wevtapi, EVT_HANDLE results, EVT_HANDLE context,
                         const WCHAR *file, EVT_VARIANT *values, struct up_load_events *events)
{
    for (unsigned i = 0; i < EVENTS_MAX && (events->refused.id == 0 || events->audited.id == 0);
         i++) {
        EVT_HANDLE event = NULL;
        DWORD count = 0;
        DWORD used = 0;
        DWORD code;
        BOOL is_read;

        if (!wevtapi->next(results, 1, &event, EVENT_TIMEOUT, 0, &count) || count != 1) {
            code = GetLastError();
            return code == ERROR_NO_MORE_ITEMS ? 0 : code;
        }
        is_read = wevtapi->render(context, event, EvtRenderEventValues, VALUES_BYTES, values, &used,
                                  &count);
        code = GetLastError();
        wevtapi->close(event);
        if (!is_read && code != ERROR_INSUFFICIENT_BUFFER) {
            return code;
        }
        if (is_read && count == VALUE_COUNT &&
            (is_file(&values[VALUE_FILE], file) || is_file(&values[VALUE_FILE_2], file))) {
            keep(values, events);
        }
    }
    return 0;
}

void up_load_events_read(const WCHAR *file, struct up_load_events *events)
{
    struct wevtapi wevtapi;
    EVT_HANDLE results;
    EVT_HANDLE context;
    EVT_VARIANT *values;

    memset(events, 0, sizeof *events);
    events->has_log = load(&wevtapi);
    if (!events->has_log) {
        return;
    }
    SetLastError(ERROR_CALL_NOT_IMPLEMENTED); /* Wine's function fails, and sets no code */
    results = wevtapi.query(NULL, CHANNEL, QUERY, EvtQueryChannelPath | EvtQueryReverseDirection);
    if (results == NULL) {
        events->code = GetLastError();
        return;
    }
    context = wevtapi.context(VALUE_COUNT, value_paths, EvtRenderContextValues);
    values = HeapAlloc(GetProcessHeap(), 0, VALUES_BYTES);
    if (context != NULL && values != NULL) {
        events->code = read_events(&wevtapi, results, context, file, values, events);
    } else {
        events->code = values == NULL ? ERROR_NOT_ENOUGH_MEMORY : GetLastError();
    }
    if (values != NULL) {
        HeapFree(GetProcessHeap(), 0, values);
    }
    if (context != NULL) {
        wevtapi.close(context);
    }
    wevtapi.close(results);
}
