/* SPDX-License-Identifier: MIT
 *
 * The files of recordings on Windows (file.h): by their names in UTF-16. stdio is not used, since
 * its codes are not the system's.
 */
#include <stdlib.h>
#include <windows.h>

#include "file.h"

static bool failed(uint32_t *code)
{
    *code = GetLastError();
    return false;
}

/* Result: to be freed; NULL with the system's code in *code. */
static WCHAR *wide_of(const char *path, uint32_t *code)
{
    const int size = MultiByteToWideChar(CP_UTF8, 0, path, -1, NULL, 0);
    WCHAR *wide = size > 0 ? malloc((size_t)size * sizeof *wide) : NULL;

    if (wide == NULL || MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, size) <= 0) {
        *code = size > 0 ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_NAME;
        free(wide);
        return NULL;
    }
    return wide;
}

bool up_raw_open(const char *path, bool is_written, intptr_t *file, uint32_t *code)
{
    WCHAR *wide = wide_of(path, code);
    HANDLE opened;

    if (wide == NULL) {
        return false;
    }
    /* Who only watches deletes the recording when it is not needed any more. */
    opened = is_written ? CreateFileW(wide, GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_DELETE,
                                      NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL)
                        : CreateFileW(wide, GENERIC_READ,
                                      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                      OPEN_EXISTING, FILE_FLAG_SEQUENTIAL_SCAN, NULL);
    if (opened == INVALID_HANDLE_VALUE) {
        (void)failed(code);
    }
    free(wide);
    *file = (intptr_t)opened;
    return opened != INVALID_HANDLE_VALUE;
}

bool up_raw_write(intptr_t file, const char *bytes, size_t length, uint32_t *code)
{
    DWORD written;

    while (length > 0) {
        if (!WriteFile((HANDLE)file, bytes, (DWORD)length, &written, NULL)) {
            return failed(code);
        }
        bytes += written;
        length -= written;
    }
    return true;
}

bool up_raw_read(intptr_t file, char *bytes, size_t size, size_t *length, uint32_t *code)
{
    DWORD got = 0;

    if (!ReadFile((HANDLE)file, bytes, (DWORD)size, &got, NULL) &&
        GetLastError() != ERROR_BROKEN_PIPE) { /* the end of a pipe */
        *length = 0;
        return failed(code);
    }
    *length = got;
    return true;
}

bool up_raw_empty(intptr_t file, uint32_t *code)
{
    return (SetFilePointer((HANDLE)file, 0, NULL, FILE_BEGIN) == 0 && SetEndOfFile((HANDLE)file)) ||
           failed(code);
}

bool up_raw_seek(intptr_t file, bool to_end, uint32_t *code)
{
    /* A file of more than 4 GB has a lower half that may look like a failure. */
    LONG high = 0;

    return SetFilePointer((HANDLE)file, 0, &high, to_end ? FILE_END : FILE_BEGIN) !=
               INVALID_SET_FILE_POINTER ||
           GetLastError() == NO_ERROR || failed(code);
}

bool up_raw_is_file(intptr_t file, const char *path)
{
    BY_HANDLE_FILE_INFORMATION one, other;
    uint32_t code;
    intptr_t opened;
    bool is_same;

    if (!up_raw_open(path, false, &opened, &code)) {
        return false;
    }
    is_same = GetFileInformationByHandle((HANDLE)file, &one) &&
              GetFileInformationByHandle((HANDLE)opened, &other) &&
              one.dwVolumeSerialNumber == other.dwVolumeSerialNumber &&
              one.nFileIndexHigh == other.nFileIndexHigh &&
              one.nFileIndexLow == other.nFileIndexLow;
    (void)CloseHandle((HANDLE)opened);
    return is_same;
}

bool up_raw_close(intptr_t file, uint32_t *code)
{
    return CloseHandle((HANDLE)file) || failed(code);
}
