/* SPDX-License-Identifier: MIT
 *
 * The registry, as much of it as the driver reads: its service's key with values of any type and
 * length.
 */
#include "machine.h"
#include "core/portlist.h"

#define VALUES    8u
#define VALUE_MAX 20000u

struct value {
    char name[16];
    bool there, unreadable;
    uint32_t type, length;
    uint8_t data[VALUE_MAX];
};

bool registry_filter_starts_process;
void (*registry_before_query)(uint32_t number);
uint32_t registry_queries;

static struct value values[VALUES];
static WCHAR service_path[] = L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\UserPort";
const UNICODE_STRING registry_service_path = {sizeof service_path - 2, sizeof service_path,
                                              service_path};

static struct value *value_find(const char *name)
{
    struct value *value;

    for (value = values; value < values + VALUES; value++) {
        if (value->name[0] == '\0' || strcmp(value->name, name) == 0) {
            memcpy(value->name, name, strlen(name) + 1);
            return value;
        }
    }
    panic("too many registry values");
}

void registry_set(const char *name, uint32_t type, const void *data, uint32_t length)
{
    struct value *value = value_find(name);

    if (length > VALUE_MAX) {
        panic("registry value %s of %u bytes", name, (unsigned)length);
    }
    value->there = true;
    value->unreadable = false;
    value->type = type;
    value->length = length;
    memcpy(value->data, data, length);
}

void registry_set_dword(const char *name, uint32_t number)
{
    registry_set(name, REG_DWORD, &number, sizeof number);
}

void registry_set_ports(const char *list)
{
    static struct up_portset set;
    struct up_portlist_error error;

    up_portset_deny_all(&set);
    if (!up_portlist_parse(list, strlen(list), &set, &error)) {
        panic("registry_set_ports: \"%s\": %s", list, up_portlist_problem_text(error.problem));
    }
    registry_set("IOPM", REG_BINARY, set.map, sizeof set.map);
}

void registry_remove(const char *name)
{
    value_find(name)->there = false;
    value_find(name)->unreadable = false;
}

void registry_remove_all(void)
{
    unsigned i;

    for (i = 0; i < VALUES; i++) {
        values[i].there = values[i].unreadable = false;
    }
}

void registry_make_unreadable(const char *name, bool unreadable)
{
    value_find(name)->unreadable = unreadable;
}

NTSTATUS registry_get(const char *name, uint32_t *type, const uint8_t **data, uint32_t *length)
{
    const struct value *value = value_find(name);

    *type = value->type;
    *data = value->data;
    *length = value->length;
    return value->unreadable ? STATUS_REGISTRY_IO_FAILED
           : !value->there   ? STATUS_OBJECT_NAME_NOT_FOUND
                             : STATUS_SUCCESS;
}

NTSTATUS registry_open(const UNICODE_STRING *path, HANDLE *handle)
{
    void *key;

    if (path->Length != registry_service_path.Length ||
        memcmp(path->Buffer, service_path, path->Length) != 0) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    key = object_create(OBJECT_KEY, 4, NULL);
    *handle = handle_create(&system_handles, key, KEY_QUERY_VALUE, true);
    object_dereference(key);
    return STATUS_SUCCESS;
}

NTSTATUS registry_query(HANDLE handle, const UNICODE_STRING *name, void *out, uint32_t length,
                        uint32_t *needed)
{
    const uint32_t head = FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data);
    KEY_VALUE_PARTIAL_INFORMATION *info = out;
    char text[16] = "";
    struct value *value;
    uint32_t i;

    if (handle_object(&system_handles, handle, OBJECT_KEY, NULL) == NULL) {
        return STATUS_INVALID_HANDLE;
    }
    registry_queries++;
    if (registry_before_query != NULL) {
        registry_before_query(registry_queries);
    }
    if (registry_filter_starts_process) {
        static const uint8_t halt[] = {0xF4};

        process_wait(snippet_start(halt, sizeof halt, AS_SYSTEM));
    }
    for (i = 0; i < name->Length / 2u && i < sizeof text - 1; i++) {
        text[i] = (char)name->Buffer[i];
    }
    value = value_find(text);
    if (value->unreadable) {
        return STATUS_REGISTRY_IO_FAILED;
    }
    if (!value->there) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    *needed = head + value->length;
    if (length < head) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    info->TitleIndex = 0;
    info->Type = value->type;
    info->DataLength = value->length;
    memcpy(info->Data, value->data, value->length < length - head ? value->length : length - head);
    return value->length > length - head ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}
