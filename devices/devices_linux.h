/* SPDX-License-Identifier: MIT
 *
 * The part of devices_linux.c that its test calls by itself.
 */
#ifndef UP_DEVICES_DEVICES_LINUX_H
#define UP_DEVICES_DEVICES_LINUX_H

#include "devices.h"

/* Adds the ports of the PCI devices in a folder that has the form of /sys/bus/pci/devices. */
void up_devices_find_pci(struct up_devices *devices, const char *where);

#endif
