/* SPDX-License-Identifier: MIT
 *
 * Files that an install puts into the system's folders: each is written beside its place, brought to the disk, and put
 * there in one step; what was there before is kept until the install is over. install_files_windows.c.
 */
#ifndef UP_ADMIN_INSTALL_FILES_H
#define UP_ADMIN_INSTALL_FILES_H

#include "problem.h"
#include "system.h"

/* A file that was put, or taken away, and can be brought back. */
struct up_placed {
    WCHAR place[MAX_PATH];
    bool is_new;     /* there is something to undo */
    bool had_before; /* what was there before lies beside it, under another name */
};

/* Copies from to place. what: "the driver's file", for *problem. On a failure nothing has changed. */
bool up_file_put(const WCHAR *from, const WCHAR *place, const char *what, struct up_placed *placed,
                 struct up_problem *problem);

/* The install is over: what was there before goes. It failed: what was there before is there again. */
void up_file_keep(struct up_placed *placed);
void up_file_undo(struct up_placed *placed);

/* Are the bytes of both files the same? */
bool up_file_equal(const WCHAR *one, const WCHAR *other);

enum up_removal { UP_REMOVED, UP_REMOVED_AT_RESTART, UP_REMOVE_FAILED };

/*
 * Takes a file away. One that is in use gets another name at once, so that its place is free, and goes when Windows starts
 * again. Not there: UP_REMOVED. Leftovers of an interrupted up_file_put go too. UP_REMOVE_FAILED: GetLastError.
 */
enum up_removal up_file_remove(const WCHAR *place);

#endif
