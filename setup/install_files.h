/* SPDX-License-Identifier: MIT
 *
 * Files that an install puts into the system's folders: each is written beside its place, brought to the disk, and put
 * there in one step; what was there before is kept until the install is over. install_files_windows.c.
 */
#ifndef UP_ADMIN_INSTALL_FILES_H
#define UP_ADMIN_INSTALL_FILES_H

#include "control/error_detail.h"
#include "winutil/winutil.h"

/* A file that was put, or taken away, and can be brought back. */
struct up_staged_file {
    WCHAR place[MAX_PATH];
    bool is_new;     /* there is something to undo */
    bool had_before; /* what was there before lies beside it, under another name */
};

/*
 * Before anything else is done at that place: what an install or a removal that was interrupted has left beside it goes, and
 * what it had taken from an empty place is there again. So do files that were in use when they were taken away.
 */
void up_file_sweep(const WCHAR *place);

/* Copies from, which may be place itself, to place: the new file has the access list that its folder gives. what: "the driver's file", for *problem. On a failure nothing has changed. */
bool up_file_stage(const WCHAR *from, const WCHAR *place, const char *what, struct up_staged_file *staged,
                   struct up_error_detail *problem);

/* The install is over: what was there before goes. */
void up_file_commit(struct up_staged_file *staged);

/* It failed: what was there before is there again. false: it is not, GetLastError; the copy beside it stays. */
bool up_file_rollback(struct up_staged_file *staged);

/* Are the bytes of both files the same? */
bool up_file_equal(const WCHAR *one, const WCHAR *other);

enum up_removal { UP_REMOVED, UP_REMOVED_AT_RESTART, UP_REMOVE_FAILED };

/*
 * Takes a file away. One that is in use gets another name at once, so that its place is free, and goes when Windows starts
 * again. Not there: UP_REMOVED. UP_REMOVE_FAILED: GetLastError.
 */
enum up_removal up_file_remove(const WCHAR *place);

#endif
