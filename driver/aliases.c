/* SPDX-License-Identifier: MIT
 *
 * Other names of the device, for programs that open \\.\giveio and the like before they use ports.
 * The registry value Aliases lists the names; they exist from the driver's start to its stop. A
 * name that another driver has stays with that driver. Every name leads to the same device, with
 * the same access list and the same grant list.
 */
#include "driver.h"
#include "messages.h"

#define ALIASES_MAX 8u
#define NAME_MAX    31u
#define NAMES_BYTES 1024u
#define DOS_DEVICES L"\\DosDevices\\"
#define PREFIX      (sizeof DOS_DEVICES / sizeof(WCHAR) - 1)

struct alias {
    UNICODE_STRING link;
    WCHAR text[PREFIX + NAME_MAX + 1];
};

static struct alias aliases[ALIASES_MAX];
static uint32_t count; /* links that exist */
static WCHAR names[NAMES_BYTES / sizeof(WCHAR)];

static bool is_good(WCHAR c)
{
    return (c >= L'a' && c <= L'z') || (c >= L'A' && c <= L'Z') || (c >= L'0' && c <= L'9') ||
           c == L'_' || c == L'-' || c == L'.' || c == L'$';
}

/* Makes one link. name: length characters, none of them 0. */
static NTSTATUS create(const WCHAR *name, uint32_t length, const UNICODE_STRING *device)
{
    struct alias *alias = &aliases[count];
    NTSTATUS status;
    uint32_t i;

    if (count == ALIASES_MAX || length > NAME_MAX) {
        return STATUS_NAME_TOO_LONG;
    }
    for (i = 0; i < length; i++) {
        if (!is_good(name[i])) {
            return STATUS_OBJECT_NAME_INVALID;
        }
    }
    memcpy(alias->text, DOS_DEVICES, PREFIX * sizeof(WCHAR));
    memcpy(alias->text + PREFIX, name, length * sizeof(WCHAR));
    alias->link.Buffer = alias->text;
    alias->link.Length = alias->link.MaximumLength = (USHORT)((PREFIX + length) * sizeof(WCHAR));
    status = IoCreateSymbolicLink(&alias->link, (UNICODE_STRING *)device);
    if (NT_SUCCESS(status)) {
        count++;
    }
    return status;
}

/* Logs a name that could not be created, cut to the length that the log takes. */
static void say(const WCHAR *name, uint32_t length, NTSTATUS status)
{
    WCHAR text[UP_LOG_TEXT_MAX + 1];

    length = length < UP_LOG_TEXT_MAX ? length : UP_LOG_TEXT_MAX;
    memcpy(text, name, length * sizeof(WCHAR));
    text[length] = L'\0';
    up_log_text(UP_MSG_ALIAS_REFUSED, status, text);
}

NTSTATUS up_aliases_create(void *device)
{
    uint32_t characters = NAMES_BYTES / sizeof(WCHAR);
    NTSTATUS status = up_registry_read_names(L"Aliases", names, &characters);
    uint32_t at = 0;
    uint32_t length;

    count = 0;
    if (!NT_SUCCESS(status)) {
        up_log_text(UP_MSG_ALIAS_REFUSED, status, L"Aliases");
        return STATUS_SUCCESS;
    }
    while (at < characters) {
        for (length = 0; at + length < characters && names[at + length] != L'\0'; length++) {
        }
        status = length != 0 ? create(names + at, length, device) : STATUS_SUCCESS;
        if (!NT_SUCCESS(status)) {
            say(names + at, length, status);
        }
        at += length + 1;
    }
    return STATUS_SUCCESS;
}

uint32_t up_aliases_count(void)
{
    return count;
}

NTSTATUS up_aliases_delete(void *context)
{
    UNREFERENCED_PARAMETER(context);
    while (count != 0) {
        IoDeleteSymbolicLink(&aliases[--count].link);
    }
    return STATUS_SUCCESS;
}
