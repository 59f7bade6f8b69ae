/* SPDX-License-Identifier: MIT
 *
 * Reads values of the registry as core/settings.h and core/program_settings.h decode them.
 */
#include "registry.h"

void up_registry_read_value(HKEY key, const WCHAR *name, void *data, DWORD bytes,
                            struct up_registry_value *value)
{
    DWORD type = 0;
    const LONG error = RegQueryValueExW(key, name, NULL, &type, data, &bytes);

    *value = (struct up_registry_value){
        .state = UP_VALUE_PRESENT, .type = type, .length = bytes, .data = data};
    if (error == ERROR_SUCCESS) {
        value->available = bytes;
    } else if (error == ERROR_FILE_NOT_FOUND) {
        value->state = UP_VALUE_ABSENT;
    } else if (error != ERROR_MORE_DATA) {
        value->state = UP_VALUE_UNREADABLE;
    }
}
