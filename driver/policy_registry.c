/* SPDX-License-Identifier: MIT
 *
 * The policy out of the registry: the values IOPM, Scope and Sticky of the service's own key, which the system names in
 * DriverEntry. What the bytes mean is core/policy.c's business; here they are only fetched, and never believed.
 */
#include "driver.h"

#define DATA_OFFSET FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data)

/* A buffer for a value of up to so many bytes; the structure's Data goes on in the bytes below. */
#define VALUE_BUFFER(bytes)                                                                                            \
    union {                                                                                                            \
        KEY_VALUE_PARTIAL_INFORMATION info;                                                                            \
        uint8_t room[DATA_OFFSET + (bytes)];                                                                           \
    }

/* A service's key, \Registry\Machine\System\CurrentControlSet\Services\ and a name of up to 256 characters. */
static WCHAR key_path_text[512];
static UNICODE_STRING key_path = {.Buffer = key_path_text};
static VALUE_BUFFER(UP_PORTSET_BYTES) iopm_buffer; /* only the reader uses these */
static VALUE_BUFFER(sizeof(uint32_t)) scope_buffer;
static VALUE_BUFFER(sizeof(uint32_t)) sticky_buffer;

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

/* Fetches one value. What is longer than the buffer comes cut, with its true length: STATUS_BUFFER_OVERFLOW. */
static void fetch(HANDLE key, const WCHAR *name, KEY_VALUE_PARTIAL_INFORMATION *info, ULONG size,
                  struct up_policy_value *value)
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

NTSTATUS up_registry_read(void *context)
{
    struct up_policy *policy = context;
    struct up_policy_value iopm = {.state = UP_VALUE_UNREADABLE};
    struct up_policy_value scope = {.state = UP_VALUE_UNREADABLE};
    struct up_policy_value sticky = {.state = UP_VALUE_UNREADABLE};
    OBJECT_ATTRIBUTES attributes;
    HANDLE key;

    InitializeObjectAttributes(&attributes, &key_path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (NT_SUCCESS(ZwOpenKey(&key, KEY_QUERY_VALUE, &attributes))) {
        fetch(key, L"IOPM", &iopm_buffer.info, sizeof iopm_buffer, &iopm);
        fetch(key, L"Scope", &scope_buffer.info, sizeof scope_buffer, &scope);
        fetch(key, L"Sticky", &sticky_buffer.info, sizeof sticky_buffer, &sticky);
        ZwClose(key);
    }
    up_policy_read(policy, &iopm, &scope, &sticky);
    return STATUS_SUCCESS;
}
