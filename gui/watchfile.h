/* SPDX-License-Identifier: MIT
 *
 * The recording of a watched program: a temporary file that userportctl writes, and that is read on
 * as it grows. It is deleted when both userportctl and this program have closed it.
 */
#ifndef UP_GUI_WATCHFILE_H
#define UP_GUI_WATCHFILE_H

#include <windows.h>

#include "control/error_detail.h"
#include "model_watch.h"

#define UP_WATCHFILE_PATH_MAX (3u * MAX_PATH)
#define UP_WATCHFILE_BUFFER   0x8000u

struct up_tail; /* record/tail.h */

/* All bytes 0: none. */
struct up_watchfile {
    HANDLE file;
    struct up_tail *tail;
    char path[UP_WATCHFILE_PATH_MAX];
    bool has_begun; /* the model knows what the recording says of itself */
    bool is_done;   /* nothing comes any more */
    size_t length, given;
    char buffer[UP_WATCHFILE_BUFFER];
};

/* Makes the file, which is empty. Result: false with *problem. */
bool up_watchfile_open(struct up_watchfile *file, struct up_error_detail *problem);
void up_watchfile_close(struct up_watchfile *file);

/*
 * Reads on for at most that many milliseconds. Result: was everything read that there is now?
 */
bool up_watchfile_read(struct up_watchfile *file, struct up_watching *watching, DWORD most);

/* Is there a recording yet, though maybe without an access? */
bool up_watchfile_can_save(const struct up_watchfile *file);

/* Writes what has been recorded so far into another file, by its ending. */
bool up_watchfile_save(const struct up_watchfile *file, const char *path,
                       struct up_error_detail *problem);

#endif
