/* SPDX-License-Identifier: MIT
 *
 * The files that an install puts into the system's folders. A staged file is written next to its
 * place, flushed to the disk, and moved into place in one step. What was there before is kept until
 * the install is over. install_files_windows.c.
 */
#ifndef UP_SETUP_INSTALL_FILES_H
#define UP_SETUP_INSTALL_FILES_H

#include "control/error_detail.h"
#include "winutil/winutil.h"

/* A file that was installed or removed, and can be restored. */
struct up_staged_file {
    WCHAR place[MAX_PATH];
    bool is_new;     /* there is something to undo */
    bool had_before; /* the former file is kept next to it under another name */
};

/*
 * Cleans up at a place before anything else is done there. It deletes what an interrupted install
 * or removal has left next to it, and files that were in use when they were removed. If the place
 * itself was left empty, it restores the file that was there.
 */
void up_file_sweep(const WCHAR *place);

/*
 * Copies from to place; the two may be the same. The new file has the access list that its folder
 * gives. what: the name of the file for *problem, such as "the driver's file". Result: false with
 * *problem; then nothing has changed.
 */
bool up_file_stage(const WCHAR *from, const WCHAR *place, const char *what,
                   struct up_staged_file *staged, struct up_error_detail *problem);

/* Deletes the former file, when the install is over. */
void up_file_commit(struct up_staged_file *staged);

/*
 * Restores the former file, when the install has failed. Result: false with GetLastError; then the
 * copy next to the place remains.
 */
bool up_file_rollback(struct up_staged_file *staged);

/* Do both files have the same bytes? */
bool up_file_equal(const WCHAR *one, const WCHAR *other);

enum up_removal { UP_REMOVED, UP_REMOVED_AT_RESTART, UP_REMOVE_FAILED };

/*
 * Removes a file. A file that is in use is renamed at once, so that its place is free, and deleted
 * when Windows starts again. A file that does not exist counts as UP_REMOVED. After
 * UP_REMOVE_FAILED, GetLastError says why.
 */
enum up_removal up_file_remove(const WCHAR *place);

#endif
