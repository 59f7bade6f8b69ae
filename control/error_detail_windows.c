/* SPDX-License-Identifier: MIT
 *
 * Describes error codes of Windows (error_detail.h): by FormatMessage in UTF-8, without the final
 * dot and line end. The codes that are common here have clearer words than, for example, "The
 * parameter is incorrect".
 */
#include "error_detail.h"

#include <string.h>

#include "winutil/winutil.h"

static const struct {
    DWORD code;
    const char *text;
} own_texts[] = {
    {ERROR_FILE_NOT_FOUND, "not found"},
    {ERROR_PATH_NOT_FOUND, "the folder is not there"},
    {ERROR_ACCESS_DENIED, "access is denied"},
    {ERROR_SHARING_VIOLATION, "another program has it open"},
    {ERROR_BAD_EXE_FORMAT, "it is not a driver for this Windows"},
    {ERROR_EXE_MACHINE_TYPE_MISMATCH, "it is for another processor than this Windows"},
    {ERROR_SERVICE_DISABLED, "the service is disabled"},
    {ERROR_SERVICE_DOES_NOT_EXIST, "UserPort is not installed"},
    {ERROR_SERVICE_MARKED_FOR_DELETE, "the service is marked for deletion"},
    {ERROR_SERVICE_NOT_ACTIVE, "the service does not run"},
    {ERROR_SERVICE_REQUEST_TIMEOUT, "it did not answer in time"},
    {UP_ERROR_INVALID_IMAGE_HASH, "Windows does not trust its signature"},
    {ERROR_DRIVER_BLOCKED, "Windows blocks this driver"},
    {ERROR_KEY_DELETED, "the key was deleted meanwhile"},
    {ERROR_NO_UNICODE_TRANSLATION, "it is UTF-16, and ends within a character"},
};

void up_error_detail_system_text(uint32_t code, char *text, uint32_t size)
{
    WCHAR wide[512];
    DWORD length;
    unsigned i;

    if (size == 0) {
        return;
    }
    text[0] = '\0';
    for (i = 0; i < sizeof own_texts / sizeof own_texts[0]; i++) {
        if (own_texts[i].code == code) {
            up_utf8_copy(text, size, own_texts[i].text);
            return;
        }
    }
    length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS |
                                FORMAT_MESSAGE_MAX_WIDTH_MASK,
                            NULL, code, 0, wide, sizeof wide / sizeof wide[0], NULL);
    while (length > 0 && (wide[length - 1] <= L' ' || wide[length - 1] == L'.')) {
        length--;
    }
    wide[length < sizeof wide / sizeof wide[0] ? length : 0] = L'\0';
    up_utf8(wide, text, size);
}
