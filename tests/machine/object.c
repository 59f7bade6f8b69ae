/* SPDX-License-Identifier: MIT
 *
 * Objects with counted references, handles to them, and the three parts of NT's name space that a
 * driver like ours uses. What the driver itself references, opens and names is counted apart: after
 * its unload it must be nothing.
 */
#include "machine.h"

#define NAMES 16u

struct name {
    WCHAR text[64];
    uint32_t length; /* in characters; 0: free */
    DEVICE_OBJECT *device;
    WCHAR target[64];
    uint32_t target_length;
};

struct handle_table system_handles;
volatile LONG driver_references;

static struct name names[NAMES];
static spinlock object_lock;

void *object_create(enum object_type type, uint32_t bytes, void (*destroy)(void *))
{
    struct object_header *header = pool_take(sizeof *header + bytes, 'jbO');

    header->type = type;
    header->references = 1;
    header->destroy = destroy;
    return header + 1;
}

void object_reference(void *body)
{
    __sync_fetch_and_add(&OBJECT_HEADER(body)->references, 1);
}

bool object_reference_safe(void *body)
{
    LONG references;

    do {
        references = OBJECT_HEADER(body)->references;
        if (references == 0) {
            return false;
        }
    } while (!__sync_bool_compare_and_swap(&OBJECT_HEADER(body)->references, references,
                                           references + 1));
    return true;
}

void object_dereference(void *body)
{
    struct object_header *header = OBJECT_HEADER(body);
    LONG left = __sync_sub_and_fetch(&header->references, 1);

    if (left < 0) {
        panic("object %p of type %d has %d references", body, header->type, (int)left);
    }
    if (left == 0) {
        if (header->driver_references != 0) {
            violation("object %p of type %d is deleted with %d references of the driver", body,
                      header->type, (int)header->driver_references);
        }
        if (header->destroy != NULL) {
            header->destroy(body);
        }
        pool_give(header);
    }
}

/* Handles are multiples of 4, from 4 on. */
HANDLE handle_create(struct handle_table *table, void *object, ACCESS_MASK access, bool by_driver)
{
    uint32_t flags = lock_take(&object_lock);
    uint32_t i;

    for (i = 1; i < HANDLES && table->entries[i].object != NULL; i++) {
    }
    if (i == HANDLES) {
        panic("a handle table is full");
    }
    table->entries[i].object = object;
    table->entries[i].access = access;
    table->entries[i].by_driver = by_driver;
    object_reference(object);
    __sync_fetch_and_add(&OBJECT_HEADER(object)->handles, 1);
    lock_drop(&object_lock, flags);
    return (HANDLE)(i * 4);
}

void *handle_object(struct handle_table *table, HANDLE handle, enum object_type type,
                    ACCESS_MASK *access)
{
    uint32_t i = (uint32_t)handle / 4;

    if ((uint32_t)handle % 4 != 0 || i == 0 || i >= HANDLES || table->entries[i].object == NULL ||
        OBJECT_HEADER(table->entries[i].object)->type != type) {
        return NULL;
    }
    if (access != NULL) {
        *access = table->entries[i].access;
    }
    return table->entries[i].object;
}

NTSTATUS handle_close(struct handle_table *table, HANDLE handle)
{
    uint32_t flags = lock_take(&object_lock);
    uint32_t i = (uint32_t)handle / 4;
    void *object;

    if ((uint32_t)handle % 4 != 0 || i == 0 || i >= HANDLES || table->entries[i].object == NULL) {
        lock_drop(&object_lock, flags);
        return STATUS_INVALID_HANDLE;
    }
    object = table->entries[i].object;
    table->entries[i].object = NULL;
    lock_drop(&object_lock, flags);
    if (__sync_sub_and_fetch(&OBJECT_HEADER(object)->handles, 1) == 0 &&
        OBJECT_HEADER(object)->type == OBJECT_FILE) {
        io_file_cleanup(object);
    }
    object_dereference(object);
    return STATUS_SUCCESS;
}

uint32_t driver_handles(void)
{
    uint32_t count = 0;
    uint32_t i;

    for (i = 0; i < HANDLES; i++) {
        count += system_handles.entries[i].object != NULL && system_handles.entries[i].by_driver;
    }
    return count;
}

static bool same(const WCHAR *a, const WCHAR *b, uint32_t length)
{
    uint32_t i;

    for (i = 0; i < length; i++) {
        WCHAR x = a[i] >= 'a' && a[i] <= 'z' ? a[i] - 32 : a[i];
        WCHAR y = b[i] >= 'a' && b[i] <= 'z' ? b[i] - 32 : b[i];

        if (x != y) {
            return false;
        }
    }
    return true;
}

/* \DosDevices\ is another name of \??\ (a link from NT 4.0 on). */
static void canonical(const WCHAR *text, uint32_t length, WCHAR out[64], uint32_t *out_length)
{
    static const WCHAR dos[] = L"\\DosDevices\\";
    static const WCHAR short_dos[] = L"\\??\\";
    uint32_t skip = 0;

    *out_length = 0;
    if (length >= 12 && same(text, dos, 12)) {
        memcpy(out, short_dos, 4 * sizeof(WCHAR));
        *out_length = 4;
        skip = 12;
    }
    if (*out_length + length - skip > 63) {
        panic("a name of %u characters is too long for this machine", (unsigned)length);
    }
    memcpy(out + *out_length, text + skip, (length - skip) * sizeof(WCHAR));
    *out_length += length - skip;
}

static struct name *name_find(const WCHAR *text, uint32_t length)
{
    unsigned i;

    for (i = 0; i < NAMES; i++) {
        if (names[i].length == length && length != 0 && same(names[i].text, text, length)) {
            return &names[i];
        }
    }
    return NULL;
}

NTSTATUS name_insert(const UNICODE_STRING *name, void *object, const UNICODE_STRING *target)
{
    uint32_t flags = lock_take(&object_lock);
    WCHAR text[64];
    uint32_t length;
    unsigned i;

    canonical(name->Buffer, name->Length / 2u, text, &length);
    if (name_find(text, length) != NULL) {
        lock_drop(&object_lock, flags);
        return STATUS_OBJECT_NAME_COLLISION;
    }
    for (i = 0; i < NAMES && names[i].length != 0; i++) {
    }
    if (i == NAMES) {
        panic("too many names");
    }
    memcpy(names[i].text, text, sizeof text);
    names[i].length = length;
    names[i].device = object;
    if (target != NULL) {
        canonical(target->Buffer, target->Length / 2u, names[i].target, &names[i].target_length);
    }
    lock_drop(&object_lock, flags);
    return STATUS_SUCCESS;
}

NTSTATUS name_remove(const UNICODE_STRING *name)
{
    uint32_t flags = lock_take(&object_lock);
    WCHAR text[64];
    uint32_t length;
    struct name *found;

    canonical(name->Buffer, name->Length / 2u, text, &length);
    found = name_find(text, length);
    if (found != NULL) {
        memset(found, 0, sizeof *found);
    }
    lock_drop(&object_lock, flags);
    return found != NULL ? STATUS_SUCCESS : STATUS_OBJECT_NAME_NOT_FOUND;
}

DEVICE_OBJECT *name_find_device(const WCHAR *path, uint32_t length, uint32_t *remaining_offset)
{
    uint32_t flags = lock_take(&object_lock);
    DEVICE_OBJECT *device = NULL;
    struct name *name;
    uint32_t end;

    /* the longest name that ends at a backslash or the end */
    for (end = length; end > 0 && device == NULL; end--) {
        if (end != length && path[end] != '\\') {
            continue;
        }
        name = name_find(path, end);
        if (name != NULL && name->target_length != 0) {
            name = name_find(name->target, name->target_length);
        }
        if (name != NULL && name->device != NULL) {
            device = name->device;
            *remaining_offset = end;
        }
    }
    lock_drop(&object_lock, flags);
    return device;
}

uint32_t names_count(void)
{
    uint32_t count = 0;
    unsigned i;

    for (i = 0; i < NAMES; i++) {
        count += names[i].length != 0;
    }
    return count;
}
