/* SPDX-License-Identifier: MIT
 *
 * The ports that the system has given to devices, by its own account: among them the address of a PCI or PCIe printer
 * port card, which is nowhere else to be seen. devices_windows.c finds them, resources.c reads what it finds; on Linux
 * devices_linux.c and ioports.c.
 */
#ifndef UP_ADMIN_DEVICES_H
#define UP_ADMIN_DEVICES_H

#include "core/portset.h"

#define UP_DEVICE_NAME_MAX 240u /* bytes of UTF-8, with the final 0 */
#define UP_DEVICES_MAX     512u
#define UP_NO_REGION       (-1)

struct up_device_ports {
    char name[UP_DEVICE_NAME_MAX]; /* "Printer Port (LPT3)", as Device Manager has it; or the device's path */
    char id[UP_DEVICE_NAME_MAX];   /* "PCI\VEN_9710&DEV_9912...", or "" */
    struct up_port_range range;
    int32_t region; /* which of the device's ranges it is, from 0 on; UP_NO_REGION: the system does not say */
};

struct up_devices {
    uint32_t count;
    bool is_cut;    /* there are more than fit here */
    bool is_hidden; /* the system does not tell this user all of them */
    struct up_device_ports list[UP_DEVICES_MAX];
};

/*
 * Finds them, in the system's order of devices. A device's ranges stay together, in the order of their numbers and not of their
 * addresses: a printer port card's first one is the port, its second one the ECP registers, and both may have 8 ports. On Linux
 * the numbers are those of a PCI device's base address registers, on Windows the places among the I/O ranges in the list that
 * the system keeps for the device, which for a PCI device has the same order. Never fails: what cannot be read is left out.
 */
void up_devices_find(struct up_devices *devices);

/*
 * The ranges of ports in a registry value of the type REG_RESOURCE_LIST: the structure CM_RESOURCE_LIST of the DDK's
 * wdm.h, whose descriptors have 16 bytes on 32-bit and 20 on 64-bit Windows; which, its length tells. Result: how many
 * there are, of which the first room are in ranges, in the value's order; 0 also where the value contradicts itself.
 */
uint32_t up_resource_ports(const uint8_t *data, uint32_t length, struct up_port_range *ranges, uint32_t room);

#endif
