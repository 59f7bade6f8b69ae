/* SPDX-License-Identifier: MIT
 *
 * The recording of a watched program (watchfile.h). The file is this program's from the beginning,
 * with the order to delete it; userportctl empties it and writes into it.
 */
#include "watchfile.h"

#include <stdio.h>
#include <string.h>

#include "desktop.h"
#include "record/recording.h"
#include "record/tail.h"

#define NAMES_MAX 100u

bool up_watchfile_open(struct up_watchfile *file, struct up_error_detail *problem)
{
    wchar_t folder[MAX_PATH], path[MAX_PATH + 40];
    const DWORD length = GetTempPathW(MAX_PATH, folder);
    HANDLE made = INVALID_HANDLE_VALUE;

    memset(file, 0, sizeof *file);
    if (length == 0 || length >= MAX_PATH) {
        up_error_detail_set(problem, length == 0 ? GetLastError() : ERROR_FILENAME_EXCED_RANGE,
                            NULL, "cannot find the folder of temporary files");
        return false;
    }
    for (DWORD i = 0; i < NAMES_MAX && made == INVALID_HANDLE_VALUE; i++) {
        wsprintfW(path, L"%lsUserPort-%lu-%lu.csv", folder, GetCurrentProcessId(),
                  GetTickCount() + i);
        made = CreateFileW(path, GENERIC_READ,
                           FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, CREATE_NEW,
                           FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, NULL);
        if (made == INVALID_HANDLE_VALUE && GetLastError() != ERROR_FILE_EXISTS) {
            break;
        }
    }
    up_to_utf8(path, file->path, sizeof file->path);
    if (made == INVALID_HANDLE_VALUE) {
        up_error_detail_set(problem, GetLastError(), NULL, "cannot create %s", file->path);
        return false;
    }
    file->file = made;
    file->tail = up_tail_new(file->path);
    if (file->tail == NULL) {
        up_error_detail_set(problem, ERROR_NOT_ENOUGH_MEMORY, NULL, "cannot watch the program");
        up_watchfile_close(file);
        return false;
    }
    return true;
}

void up_watchfile_close(struct up_watchfile *file)
{
    if (file->file != NULL) {
        CloseHandle(file->file);
    }
    up_tail_free(file->tail);
    memset(file, 0, sizeof *file);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* The model gets the recording's own words before its first access. */
static void begin(struct up_watchfile *file, struct up_watching *watching)
{
    if (!file->has_begun) {
        up_watching_begin(watching, up_tail_info(file->tail));
        file->has_begun = true;
    }
}

/* Passes on everything that was given to the reader. */
static void pass_on(struct up_watchfile *file, struct up_watching *watching)
{
    struct up_record record = {.time = 0};
    struct up_error_detail problem;
    uint64_t count;

    for (;;) {
        switch (up_tail_next(file->tail, &record, &count, &problem)) {
        case UP_NEXT_ACCESS:
            begin(file, watching);
            up_watching_add(watching, &record);
            break;
        case UP_NEXT_LOST:
            begin(file, watching);
            up_watching_lose(watching, up_tail_time(file->tail), count);
            break;
        case UP_NEXT_END:
            up_watching_end(watching, up_tail_time(file->tail));
            file->is_done = true;
            return;
        case UP_NEXT_INVALID:
            up_watching_spoil(watching, problem.text);
            file->is_done = true;
            return;
        default:
            return;
        }
    }
}

bool up_watchfile_read(struct up_watchfile *file, struct up_watching *watching, DWORD most)
{
    const DWORD begun = GetTickCount();
    DWORD length;

    while (!file->is_done) {
        if (file->given == file->length) {
            if (!ReadFile(file->file, file->buffer, sizeof file->buffer, &length, NULL)) {
                struct up_error_detail problem;

                up_error_detail_set(&problem, GetLastError(), NULL, "cannot read %s", file->path);
                up_watching_spoil(watching, problem.text);
                file->is_done = true;
                return true;
            }
            file->length = length;
            file->given = 0;
            if (length == 0) {
                return true;
            }
        }
        file->given +=
            up_tail_give(file->tail, file->buffer + file->given, file->length - file->given);
        pass_on(file, watching);
        if (GetTickCount() - begun >= most) {
            return false;
        }
    }
    return true;
}

/* ---- writing --------------------------------------------------------------------------------- */

bool up_watchfile_can_save(const struct up_watchfile *file)
{
    return up_tail_info(file->tail) != NULL;
}

bool up_watchfile_save(const struct up_watchfile *file, const char *path,
                       struct up_error_detail *problem)
{
    struct up_record_info info;
    struct up_recording *recording = up_recording_open(file->path, &info, problem);
    struct up_sink *sink = NULL;
    bool is_cut, is_read, is_written;
    uint64_t end = 0;

    if (recording == NULL) {
        return false;
    }
    if (up_recording_is_file(recording, path)) {
        up_error_detail_set(problem, 0, "Choose another name.",
                            "cannot write %s: it is the recording itself", path);
    } else {
        sink = up_recording_create(path, &info, problem);
    }
    if (sink == NULL) {
        up_recording_close(recording);
        return false;
    }
    is_read = up_recording_read(recording, sink, &end, &is_cut, problem);
    is_written = sink->close(sink, end, is_read ? problem : NULL);
    up_recording_close(recording);
    return is_read && is_written;
}
