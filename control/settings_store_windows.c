/* SPDX-License-Identifier: MIT
 *
 * The settings in the registry: the values IOPM, Scope and Sticky of the service's key, which every
 * user may read and administrators may write. They are decoded by core/settings.c, as in the
 * driver.
 */
#include "settings_store.h"

#include <stdio.h>
#include <string.h>

#include "eventlog.h"
#include "registry.h"
#include "settings_lock.h"
#include "settings_order.h"
#include "winutil/winutil.h"

#define ASK_AN_ADMINISTRATOR "Only administrators may change UserPort's settings: run this as one."

/* ---- reading --------------------------------------------------------------------------------- */

struct value_room {
    struct up_registry_value value;
    uint8_t data[UP_PORTSET_BYTES];
};

static void read_value(HKEY key, const WCHAR *name, struct value_room *room)
{
    up_registry_read_value(key, name, room->data, sizeof room->data, &room->value);
}

static void read_policy(HKEY key, struct up_settings *policy)
{
    struct value_room iopm, scope, sticky;

    read_value(key, UP_VALUE_IOPM, &iopm);
    read_value(key, UP_VALUE_SCOPE, &scope);
    read_value(key, UP_VALUE_STICKY, &sticky);
    up_settings_decode(policy, &iopm.value, &scope.value, &sticky.value);
}

static void policy_of_nothing(struct up_settings *policy)
{
    const struct up_registry_value absent = {.state = UP_VALUE_ABSENT};

    up_settings_decode(policy, &absent, &absent, &absent);
}

bool up_store_read(struct up_stored_settings *settings, struct up_error_detail *problem)
{
    HKEY key;
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, UP_SETTINGS_KEY, 0, KEY_QUERY_VALUE, &key);

    settings->is_there = error != ERROR_FILE_NOT_FOUND;
    if (error != ERROR_SUCCESS) {
        policy_of_nothing(&settings->values);
        if (settings->is_there) {
            up_error_detail_set(problem, (uint32_t)error, NULL, "cannot read the settings, %s",
                                UP_SETTINGS_PLACE);
        }
        return !settings->is_there;
    }
    read_policy(key, &settings->values);
    RegCloseKey(key);
    return true;
}

/* ---- changing -------------------------------------------------------------------------------- */

static LONG write_map(HKEY key, const struct up_portset *ports)
{
    return RegSetValueExW(key, UP_VALUE_IOPM, 0, REG_BINARY, ports->map, sizeof ports->map);
}

static LONG write_number(HKEY key, const WCHAR *name, DWORD number)
{
    return RegSetValueExW(key, name, 0, REG_DWORD, (const BYTE *)&number, sizeof number);
}

static LONG write_one(HKEY key, enum up_settings_write write, const struct up_settings *old,
                      const struct up_settings *new)
{
    struct up_portset common;

    switch (write) {
    case UP_WRITE_COMMON:
        up_settings_common(old, new, &common);
        return write_map(key, &common);
    case UP_WRITE_SCOPE:
        return write_number(key, UP_VALUE_SCOPE, new->scope);
    case UP_WRITE_STICKY:
        return write_number(key, UP_VALUE_STICKY, new->sticky);
    default:
        return write_map(key, &new->ports);
    }
}

static const char *written_value(enum up_settings_write write)
{
    return write == UP_WRITE_SCOPE ? "Scope" : write == UP_WRITE_STICKY ? "Sticky" : "IOPM";
}

static bool write_policy(HKEY key, const struct up_settings *old, const struct up_settings *new,
                         uint32_t *changed, struct up_error_detail *problem)
{
    enum up_settings_write writes[UP_SETTINGS_WRITES_MAX];
    const uint32_t count = up_settings_order(old, new, writes, changed);
    uint32_t i;
    LONG error;

    for (i = 0; i < count; i++) {
        error = write_one(key, writes[i], old, new);
        if (error != ERROR_SUCCESS) {
            up_error_detail_set(
                problem, (uint32_t)error, NULL, "cannot write the value %s of %s%s",
                written_value(writes[i]), UP_SETTINGS_PLACE,
                i > 0 ? ", after another value was written: the settings are narrower than before"
                      : "");
            return false;
        }
    }
    error = count > 0 ? RegFlushKey(key) : ERROR_SUCCESS;
    if (error != ERROR_SUCCESS) {
        up_error_detail_set(problem, (uint32_t)error, NULL,
                            "the settings are written, but the registry could not be brought to "
                            "the disk: a loss of power now "
                            "would bring the old ones back");
        return false;
    }
    return true;
}

static bool open_to_change(HKEY *key, struct up_error_detail *problem)
{
    const LONG error =
        RegOpenKeyExW(HKEY_LOCAL_MACHINE, UP_SETTINGS_KEY, 0, KEY_QUERY_VALUE | KEY_SET_VALUE, key);

    switch (error) {
    case ERROR_SUCCESS:
        return true;
    case ERROR_FILE_NOT_FOUND:
        up_error_detail_say(
            problem, (uint32_t)error, "Install it first: userportctl install",
            "cannot change the settings: UserPort is not installed, %s is not there",
            UP_SETTINGS_PLACE);
        return false;
    default:
        up_error_detail_set(problem, (uint32_t)error,
                            error == ERROR_ACCESS_DENIED ? ASK_AN_ADMINISTRATOR : NULL,
                            "cannot change the settings in %s", UP_SETTINGS_PLACE);
        return false;
    }
}

static bool change_locked(HKEY key, up_store_edit *edit, void *context, uint32_t *changed,
                          struct up_error_detail *problem)
{
    struct up_settings old, new;

    read_policy(key, &old);
    new = old;
    if (!edit(&new, context, problem)) {
        return false;
    }
    if (new.scope > UP_SCOPE_OPENERS || new.sticky > 1) {
        up_error_detail_set(problem, ERROR_INVALID_PARAMETER, NULL,
                            "cannot write Scope %lu, Sticky %lu", (unsigned long)new.scope,
                            (unsigned long)new.sticky);
        return false;
    }
    new.problems = 0;
    if (!write_policy(key, &old, &new, changed, problem)) {
        return false;
    }
    if (*changed != 0) {
        up_eventlog_settings(&old, &new);
    }
    return true;
}

const char *up_store_problem_text(uint32_t problem)
{
    return up_settings_problem_text(problem);
}

bool up_store_change(up_store_edit *edit, void *context, uint32_t *changed,
                     struct up_error_detail *problem)
{
    struct up_settings_lock lock;
    uint32_t ignored = 0;
    HKEY key;
    bool done;

    changed = changed != NULL ? changed : &ignored;
    *changed = 0;
    /* Opened first because its error message is the better one. */
    if (!open_to_change(&key, problem)) {
        return false;
    }
    done = up_settings_lock(&lock, problem);
    if (done) {
        done = change_locked(key, edit, context, changed, problem);
        up_settings_unlock(&lock);
    }
    RegCloseKey(key);
    return done;
}

/* ---- the values of UserPort 1.0 -------------------------------------------------------------- */

static bool read_legacy_list(HKEY key, const WCHAR *name, uint8_t list[128])
{
    DWORD type, bytes = 128;

    return RegQueryValueExW(key, name, NULL, &type, list, &bytes) == ERROR_SUCCESS &&
           type == REG_BINARY && bytes == 128;
}

bool up_store_read_legacy(struct up_legacy *legacy, struct up_error_detail *problem)
{
    /*
     * UserPort 1.0 is a 32-bit program, so on 64-bit Windows its key is in the 32-bit view. Old
     * systems do not know the flag.
     */
    const REGSAM view = sizeof(void *) == 8 ? KEY_WOW64_32KEY : 0;
    HKEY key;
    LONG error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, UP_LEGACY_KEY, 0, KEY_QUERY_VALUE | view, &key);

    memset(legacy, 0, sizeof *legacy);
    if (error == ERROR_FILE_NOT_FOUND && view != 0) {
        error = RegOpenKeyExW(HKEY_LOCAL_MACHINE, UP_LEGACY_KEY, 0, KEY_QUERY_VALUE, &key);
    }
    if (error == ERROR_FILE_NOT_FOUND) {
        return true;
    }
    if (error != ERROR_SUCCESS) {
        up_error_detail_set(problem, (uint32_t)error, NULL,
                            "cannot read the values of UserPort 1.0, HKLM\\Software\\UserPort");
        return false;
    }
    legacy->has_all = read_legacy_list(key, L"AllProcessesIOPM", legacy->all);
    legacy->has_openers = read_legacy_list(key, L"ThroughCreateFileIOPM", legacy->openers);
    RegCloseKey(key);
    return true;
}
