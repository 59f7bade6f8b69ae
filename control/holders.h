/* SPDX-License-Identifier: MIT
 *
 * The search for programs that have the device open, and for the driver's image in the kernel. The
 * functions of ntdll.dll that it calls are parameters, so that tests can replace them.
 */
#ifndef UP_CONTROL_HOLDERS_H
#define UP_CONTROL_HOLDERS_H

#include <windows.h>

#include "control.h"

/* IO_STATUS_BLOCK of winternl.h. */
struct up_io_status {
    ULONG_PTR status, information;
};

typedef LONG(NTAPI *up_query_system)(ULONG class, void *out, ULONG bytes, ULONG *needed);
typedef LONG(NTAPI *up_query_object)(HANDLE handle, ULONG class, void *out, ULONG bytes,
                                     ULONG *needed);
typedef LONG(NTAPI *up_query_volume)(HANDLE file, struct up_io_status *io, void *out, ULONG bytes,
                                     ULONG class);

/*
 * Is an image with that file's name, regardless of its folder, among those that the kernel has
 * loaded? Result: false also if the system does not tell. loaded_windows.c.
 */
bool up_image_is_loaded(up_query_system query, const char *file);

struct up_holder_queries {
    up_query_system system; /* NtQuerySystemInformation */
    up_query_object object; /* NtQueryObject */
    up_query_volume volume; /* NtQueryVolumeInformationFile */
};

/*
 * up_driver_find_holders with these functions. volume and object are called in another thread,
 * which may be terminated inside them.
 */
void up_holders_find(const struct up_holder_queries *queries, struct up_holders *holders);

#endif
