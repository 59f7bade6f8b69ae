/* SPDX-License-Identifier: MIT
 *
 * Watches the settings in the registry (settings_store.h): the values of the service's key, and the
 * names of all services, in order to see that key being created and removed.
 */
#include "settings_store.h"

#include "registry.h"
#include "winutil/winutil.h"

struct up_settings_watch {
    HANDLE event;     /* reset manually: it stays signalled until the next rearm */
    HKEY key, parent; /* NULL: not open */
};

static void close_key(HKEY *key)
{
    if (*key != NULL) {
        RegCloseKey(*key); /* signals the event */
        *key = NULL;
    }
}

/* Asks to be notified of the next change. Result: an error code of the system. */
static LONG watch_key(struct up_settings_watch *watch, HKEY *key, const WCHAR *path, DWORD what)
{
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, KEY_NOTIFY, key);

    if (error != ERROR_SUCCESS) {
        *key = NULL;
        return error;
    }
    error = RegNotifyChangeKeyValue(*key, FALSE, what, watch->event, TRUE);
    return error;
}

bool up_settings_watch_rearm(struct up_settings_watch *watch, struct up_error_detail *problem)
{
    LONG error;

    close_key(&watch->key);
    close_key(&watch->parent);
    ResetEvent(watch->event);
    /* The names come first: if the key does not exist yet, its creation is seen as a new name. */
    error = watch_key(watch, &watch->parent, UP_SERVICES_KEY, REG_NOTIFY_CHANGE_NAME);
    if (error == ERROR_SUCCESS) {
        error = watch_key(watch, &watch->key, UP_SETTINGS_KEY, REG_NOTIFY_CHANGE_LAST_SET);
        if (error == ERROR_FILE_NOT_FOUND || error == ERROR_KEY_DELETED) {
            error = ERROR_SUCCESS;
        }
    }
    if (error != ERROR_SUCCESS) {
        up_error_detail_set(problem, (uint32_t)error, NULL, "cannot watch the settings, %s",
                            UP_SETTINGS_PLACE);
        return false;
    }
    return true;
}

struct up_settings_watch *up_settings_watch_open(struct up_error_detail *problem)
{
    struct up_settings_watch *watch = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *watch);

    if (watch == NULL) {
        up_error_detail_set(problem, ERROR_NOT_ENOUGH_MEMORY, NULL, "cannot watch the settings");
        return NULL;
    }
    watch->event = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (watch->event == NULL) {
        up_error_detail_set(problem, GetLastError(), NULL, "cannot watch the settings");
    } else if (up_settings_watch_rearm(watch, problem)) {
        return watch;
    }
    up_settings_watch_close(watch);
    return NULL;
}

void *up_settings_watch_handle(const struct up_settings_watch *watch)
{
    return watch->event;
}

void up_settings_watch_close(struct up_settings_watch *watch)
{
    if (watch != NULL) {
        close_key(&watch->key);
        close_key(&watch->parent);
        if (watch->event != NULL) {
            CloseHandle(watch->event);
        }
        HeapFree(GetProcessHeap(), 0, watch);
    }
}
