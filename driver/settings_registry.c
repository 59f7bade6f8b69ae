/* SPDX-License-Identifier: MIT
 *
 * Reads the settings from the registry: the values IOPM, Scope and Sticky of the service's own key,
 * whose path DriverEntry gets. This file only fetches the bytes and trusts none of them;
 * core/settings.c interprets them. The registry returns the values one by one, and a program that
 * changes them writes them one by one. They are therefore read until two readings in a row are
 * equal; between these two readings all values were in force together.
 */
#include "driver.h"

#define DATA_OFFSET FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data)

/* A buffer for a value of the given size. The Data of the structure extends into room. */
#define VALUE_BUFFER(bytes)                                                                        \
    union {                                                                                        \
        KEY_VALUE_PARTIAL_INFORMATION info;                                                        \
        uint8_t room[DATA_OFFSET + (bytes)];                                                       \
    }

#define READINGS_MAX 16u

/* The three values as one reading found them. */
struct reading {
    struct up_registry_value iopm, scope, sticky;
    VALUE_BUFFER(UP_PORTSET_BYTES) iopm_buffer;
    VALUE_BUFFER(sizeof(uint32_t)) scope_buffer;
    VALUE_BUFFER(sizeof(uint32_t)) sticky_buffer;
};

/*
 * A service's key, \Registry\Machine\System\CurrentControlSet\Services\ and a name of up to 256
 * characters.
 */
static WCHAR key_path_text[512];
static UNICODE_STRING key_path = {.Buffer = key_path_text};
static struct reading readings[2]; /* used in the reader only */

NTSTATUS up_registry_init(const UNICODE_STRING *path)
{
    if (path->Length > sizeof key_path_text) {
        return STATUS_NAME_TOO_LONG;
    }
    memcpy(key_path_text, path->Buffer, path->Length);
    key_path.Length = path->Length;
    key_path.MaximumLength = path->Length;
    return STATUS_SUCCESS;
}

/*
 * Fetches one value. A value longer than the buffer is cut and has its true length:
 * STATUS_BUFFER_OVERFLOW.
 */
static void fetch(HANDLE key, const WCHAR *name, KEY_VALUE_PARTIAL_INFORMATION *info, ULONG size,
                  struct up_registry_value *value)
{
    UNICODE_STRING value_name;
    ULONG length;
    NTSTATUS status;

    RtlZeroMemory(value, sizeof *value);
    RtlInitUnicodeString(&value_name, name);
    status = ZwQueryValueKey(key, &value_name, KeyValuePartialInformation, info, size, &length);
    if (status == STATUS_OBJECT_NAME_NOT_FOUND) {
        value->state = UP_VALUE_ABSENT;
        return;
    }
    if (!NT_SUCCESS(status) && status != STATUS_BUFFER_OVERFLOW) {
        value->state = UP_VALUE_UNREADABLE;
        return;
    }
    value->state = UP_VALUE_PRESENT;
    value->type = info->Type;
    value->length = info->DataLength;
    value->data = info->Data;
    value->available = value->length < size - DATA_OFFSET ? value->length : size - DATA_OFFSET;
}

static NTSTATUS open_key(HANDLE *key)
{
    OBJECT_ATTRIBUTES attributes;

    InitializeObjectAttributes(&attributes, &key_path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    return ZwOpenKey(key, KEY_QUERY_VALUE, &attributes);
}

static void read_once(HANDLE key, struct reading *reading)
{
    fetch(key, L"IOPM", &reading->iopm_buffer.info, sizeof reading->iopm_buffer, &reading->iopm);
    fetch(key, L"Scope", &reading->scope_buffer.info, sizeof reading->scope_buffer,
          &reading->scope);
    fetch(key, L"Sticky", &reading->sticky_buffer.info, sizeof reading->sticky_buffer,
          &reading->sticky);
}

/*
 * Reads until two readings agree. Unless a value changed and changed back in between, equal
 * readings show the values of one moment between the two. Result: the reading, or NULL.
 */
static const struct reading *read_settled(HANDLE key)
{
    unsigned i;

    read_once(key, &readings[0]);
    for (i = 1; i < READINGS_MAX; i++) {
        read_once(key, &readings[i % 2]);
        if (up_registry_value_equal(&readings[0].iopm, &readings[1].iopm) &&
            up_registry_value_equal(&readings[0].scope, &readings[1].scope) &&
            up_registry_value_equal(&readings[0].sticky, &readings[1].sticky)) {
            return &readings[0];
        }
    }
    return NULL;
}

void up_registry_read(struct up_settings *settings)
{
    static const struct up_registry_value unreadable = {.state = UP_VALUE_UNREADABLE};
    const struct reading *reading;
    HANDLE key;

    if (!NT_SUCCESS(open_key(&key))) {
        up_settings_decode(settings, &unreadable, &unreadable, &unreadable);
        return;
    }
    reading = read_settled(key);
    if (reading != NULL) {
        up_settings_decode(settings, &reading->iopm, &reading->scope, &reading->sticky);
    } else {
        up_settings_unsettled(settings);
    }
    ZwClose(key);
}

/* Uses the buffer of the first reading, which is free by now and large enough. */
NTSTATUS up_registry_read_names(const WCHAR *value_name, WCHAR *names, uint32_t *characters)
{
    const uint32_t room = *characters * (uint32_t)sizeof *names;
    struct reading *const reading = &readings[0];
    struct up_registry_value value;
    HANDLE key;
    NTSTATUS status = open_key(&key);

    *characters = 0;
    if (!NT_SUCCESS(status)) {
        return status;
    }
    fetch(key, value_name, &reading->iopm_buffer.info, sizeof reading->iopm_buffer, &value);
    ZwClose(key);
    if (value.state == UP_VALUE_ABSENT) {
        return STATUS_SUCCESS;
    }
    if (value.state != UP_VALUE_PRESENT) {
        return STATUS_UNSUCCESSFUL;
    }
    if (value.type != REG_MULTI_SZ) {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    if (value.length > room || value.available < value.length) {
        return STATUS_NAME_TOO_LONG;
    }
    memcpy(names, value.data, value.length);
    *characters = value.length / (uint32_t)sizeof *names;
    return STATUS_SUCCESS;
}
