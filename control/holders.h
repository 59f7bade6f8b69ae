/* SPDX-License-Identifier: MIT
 *
 * The search for programs that have the device open, and for the driver's image in the kernel, over the calls of ntdll.dll
 * that these ask: tests give others.
 */
#ifndef UP_ADMIN_HOLDERS_H
#define UP_ADMIN_HOLDERS_H

#include <windows.h>

#include "control.h"

struct up_io_status { /* IO_STATUS_BLOCK */
    ULONG_PTR status, information;
};

typedef LONG(NTAPI *up_query_system)(ULONG class, void *out, ULONG bytes, ULONG *needed);
typedef LONG(NTAPI *up_query_object)(HANDLE handle, ULONG class, void *out, ULONG bytes, ULONG *needed);
typedef LONG(NTAPI *up_query_volume)(HANDLE file, struct up_io_status *io, void *out, ULONG bytes, ULONG class);

/*
 * Is there an image of that file's name, without its folders, among those that the kernel has loaded? false, too, where the
 * system does not tell. loaded_windows.c.
 */
bool up_image_is_loaded(up_query_system query, const char *file);

struct up_holder_queries {
    up_query_system system; /* NtQuerySystemInformation */
    up_query_object object; /* NtQueryObject */
    up_query_volume volume; /* NtQueryVolumeInformationFile */
};

/* up_driver_find_holders with these. volume and object are called in another thread, which may be ended in them. */
void up_holders_find(const struct up_holder_queries *queries, struct up_holders *holders);

#endif
