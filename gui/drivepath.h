/* SPDX-License-Identifier: MIT
 *
 * Paths on drives that belong to one logon only: network drives and those of subst. The same
 * program run as administrator has another logon, which does not have these drives. drivepath.c
 * parses what the system says about a drive, drive.c asks the system.
 */
#ifndef UP_GUI_DRIVEPATH_H
#define UP_GUI_DRIVEPATH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Replaces the drive of a path.
 *
 * path: on a drive, "X:\folder\file". root: what the system says that the drive stands for:
 * "\\server\share" for a network drive, "\??\C:\folder" or "\??\UNC\server\share" for a drive of
 * subst. out receives the same path without that drive. Result: false if path has no drive and
 * folder, if root is anything else (such as the device of a disk, which every logon has), or if out
 * is too small.
 */
bool up_path_without_drive(const char *path, const char *root, char *out, size_t size);

#endif
