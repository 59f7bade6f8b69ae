/* SPDX-License-Identifier: MIT
 *
 * Paths on drives that belong to one logon alone: network drives and those that subst makes. The same program as administrator
 * is another logon and does not have them. drivepath.c takes what such a drive stands for out of the system's words, drive.c
 * asks the system.
 */
#ifndef UP_GUI_DRIVEPATH_H
#define UP_GUI_DRIVEPATH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * path: on a drive, "X:\folder\file". root: what the system says that the drive stands for: "\\server\share" of a network drive,
 * "\??\C:\folder" or "\??\UNC\server\share" of one by subst. out: the same path without that drive. false: path has no drive and
 * folder, root is something else (the device of a disk, which every logon has), or out is too small.
 */
bool up_path_without_drive(const char *path, const char *root, char *out, size_t size);

#endif
