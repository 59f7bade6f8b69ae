/* SPDX-License-Identifier: MIT
 *
 * A fake of wevtapi.dll, which Wine only has as functions that do nothing: it knows one log, that
 * of code integrity, whose events are lines of C:\events.txt, the newest first:
 *
 *     3077 2026-11-30T01:46 {POLICY} File Name=\Device\HarddiskVolume3\...\userport.sys
 *
 * with - for no policy. The line "error CODE" lets the next call fail. It is as strict as
 * Microsoft's pages allow ("EvtQuery", "EvtNext", "EvtRender"): another log, query or order is
 * refused, memory that is too small is refused with what is needed, one call gives no more events
 * than asked for. Handles that are not closed are told in C:\events.left at the end of the program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <winevt.h>

#define CHANNEL L"Microsoft-Windows-CodeIntegrity/Operational"
#define QUERY   L"*[System[(EventID=3004 or EventID=3033 or EventID=3076 or EventID=3077)]]"
#define PATHS   5u

/* Every handle is a pointer to one of these. */
struct object {
    enum { RESULTS = 1, EVENT, RENDERING } kind;
    FILE *log;
    char line[1024];
    WCHAR paths[PATHS][64];
};
static int handles;

static struct object *make(int kind)
{
    struct object *object = calloc(1, sizeof *object);

    object->kind = kind;
    handles++;
    return object;
}

EVT_HANDLE WINAPI EvtQuery(EVT_HANDLE session, const WCHAR *path, const WCHAR *query, DWORD flags)
{
    struct object *results;

    if (session != NULL || flags != (EvtQueryChannelPath | EvtQueryReverseDirection)) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    if (wcscmp(path, CHANNEL) != 0 || wcscmp(query, QUERY) != 0) {
        SetLastError(wcscmp(path, CHANNEL) != 0 ? 15007 : 15001);
        return NULL;
    }
    results = make(RESULTS);
    results->log = fopen("C:\\events.txt", "r");
    return results;
}

BOOL WINAPI EvtNext(EVT_HANDLE handle, DWORD size, EVT_HANDLE *events, DWORD timeout, DWORD flags,
                    DWORD *count)
{
    struct object *results = handle;
    char line[1024];
    unsigned code;

    if (results->kind != RESULTS || size == 0 || timeout == 0 || flags != 0) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    *count = 0;
    if (results->log == NULL || fgets(line, sizeof line, results->log) == NULL) {
        SetLastError(ERROR_NO_MORE_ITEMS);
        return FALSE;
    }
    if (sscanf(line, "error %u", &code) == 1) {
        SetLastError(code);
        return FALSE;
    }
    events[0] = make(EVENT);
    strcpy(((struct object *)events[0])->line, line);
    *count = 1;
    return TRUE;
}

EVT_HANDLE WINAPI EvtCreateRenderContext(DWORD count, const WCHAR **paths, DWORD flags)
{
    struct object *context;

    if (count != PATHS || flags != EvtRenderContextValues) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    context = make(RENDERING);
    for (unsigned i = 0; i < PATHS; i++) {
        wcscpy(context->paths[i], paths[i]);
    }
    return context;
}

static ULONGLONG time_of(const char *text)
{
    SYSTEMTIME time = {0};
    FILETIME result = {0};

    sscanf(text, "%hu-%hu-%huT%hu:%hu", &time.wYear, &time.wMonth, &time.wDay, &time.wHour,
           &time.wMinute);
    SystemTimeToFileTime(&time, &result);
    return (ULONGLONG)result.dwHighDateTime << 32 | result.dwLowDateTime;
}

static BOOL guid_of(const char *text, GUID *guid)
{
    unsigned part[8], a, b, c;

    if (sscanf(text, "{%8x-%4x-%4x-%2x%2x-%2x%2x%2x%2x%2x%2x}", &a, &b, &c, &part[0], &part[1],
               &part[2], &part[3], &part[4], &part[5], &part[6], &part[7]) != 11) {
        return FALSE;
    }
    guid->Data1 = a;
    guid->Data2 = (unsigned short)b;
    guid->Data3 = (unsigned short)c;
    for (unsigned i = 0; i < 8; i++) {
        guid->Data4[i] = (unsigned char)part[i];
    }
    return TRUE;
}

/* Puts a value in; strings and GUIDs lie behind the values, from *behind on. */
static void put(const WCHAR *path, const char *line, EVT_VARIANT *value, BYTE **behind)
{
    char time[32], policy[64], field[32];
    WCHAR wanted[64], *name = (WCHAR *)*behind;
    const char *equals = strchr(line, '=');
    unsigned id;

    memset(value, 0, sizeof *value);
    sscanf(line, "%u %31s %63s %31[^=]", &id, time, policy, field);
    swprintf(wanted, 64, L"Event/EventData/Data[@Name='%hs']", field);
    if (wcscmp(path, L"Event/System/EventID") == 0) {
        value->Type = EvtVarTypeUInt16;
        value->UInt16Val = (UINT16)id;
    } else if (wcscmp(path, L"Event/System/TimeCreated/@SystemTime") == 0) {
        value->Type = EvtVarTypeFileTime;
        value->FileTimeVal = time_of(time);
    } else if (wcscmp(path, L"Event/EventData/Data[@Name='PolicyGUID']") == 0) {
        if (guid_of(policy, (GUID *)*behind)) {
            value->Type = EvtVarTypeGuid;
            value->GuidVal = (GUID *)*behind;
            *behind += sizeof(GUID);
        }
    } else if (equals != NULL && wcscmp(path, wanted) == 0) {
        value->Type = EvtVarTypeString;
        value->StringVal = name;
        for (equals++; *equals != '\0' && *equals != '\r' && *equals != '\n'; equals++) {
            *name++ = (WCHAR)(unsigned char)*equals;
        }
        *name++ = L'\0';
        *behind = (BYTE *)name;
    }
}

BOOL WINAPI EvtRender(EVT_HANDLE context_handle, EVT_HANDLE event_handle, DWORD flags, DWORD size,
                      void *to, DWORD *used, DWORD *count)
{
    struct object *context = context_handle, *event = event_handle;
    EVT_VARIANT *values = to;
    BYTE *behind = (BYTE *)(values + PATHS);

    if (context->kind != RENDERING || event->kind != EVENT || flags != EvtRenderEventValues) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    *used = PATHS * sizeof *values + 2 * sizeof event->line + sizeof(GUID);
    /* an event with more data than anybody expects */
    *used += strncmp(event->line, "3004 ", 5) == 0 ? 1u << 20 : 0;
    if (size < *used) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    for (unsigned i = 0; i < PATHS; i++) {
        put(context->paths[i], event->line, &values[i], &behind);
    }
    *count = PATHS;
    return TRUE;
}

BOOL WINAPI EvtClose(EVT_HANDLE handle)
{
    struct object *object = handle;

    if (object->kind == RESULTS && object->log != NULL) {
        fclose(object->log);
    }
    free(object);
    handles--;
    return TRUE;
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved);
BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void *reserved)
{
    (void)module;
    (void)reserved;
    if (reason == DLL_PROCESS_DETACH && handles != 0) {
        FILE *left = fopen("C:\\events.left", "w");

        fprintf(left, "%d handles were not closed\n", handles);
        fclose(left);
    }
    return TRUE;
}
