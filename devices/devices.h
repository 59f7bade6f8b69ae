/* SPDX-License-Identifier: MIT
 *
 * Finds the ports that the system has assigned to devices. Among them is the address of a PCI or
 * PCIe printer port card, which is shown nowhere else. On Windows devices_windows.c finds the
 * ports, and resources.c decodes them; on Linux devices_linux.c and ioports.c do so.
 */
#ifndef UP_DEVICES_DEVICES_H
#define UP_DEVICES_DEVICES_H

#include "cards.h"
#include "core/portset.h"

#define UP_DEVICE_NAME_MAX 240u /* bytes of UTF-8, with the final 0 */
#define UP_DEVICES_MAX     512u
#define UP_NO_REGION       (-1)

struct up_device_ports {
    /* "Printer Port (LPT3)", as in Device Manager, or the device's path */
    char name[UP_DEVICE_NAME_MAX];
    char id[UP_DEVICE_NAME_MAX]; /* "PCI\VEN_9710&DEV_9912...", or "" */
    struct up_port_range range;
    /*
     * The number of the range among the device's ranges, from 0 on; UP_NO_REGION if the system does
     * not tell.
     */
    int32_t region;
    /*
     * The same, but of its ranges of ports and of memory: on Windows that comes nearest to the
     * number of the base address register, if the device has no gap between them. On Linux it is
     * that number.
     */
    int32_t place;
    struct up_pci_id pci;
};

struct up_devices {
    uint32_t count;
    bool is_cut;    /* there are more than the list can hold */
    bool is_hidden; /* the system does not show all of them to this user */
    struct up_device_ports list[UP_DEVICES_MAX];
};

/*
 * Finds the ports, in the system's order of devices. The ranges of a device stay together, in the
 * order of their numbers, not of their addresses: a printer port card's first range is the port and
 * its second one the ECP registers, and both may have 8 ports. On Linux the numbers are those of a
 * PCI device's base address registers. On Windows they are the places among the I/O ranges in the
 * list that the system keeps for the device, which for a PCI device has the same order. Never
 * fails: what cannot be read is left out.
 */
void up_devices_find(struct up_devices *devices);

/*
 * Reads the ranges of ports in a registry value of the type REG_RESOURCE_LIST: the structure
 * CM_RESOURCE_LIST of the DDK's wdm.h. Its descriptors have 16 bytes on 32-bit and 20 bytes on
 * 64-bit Windows; the length tells which. places may be NULL; it gets the place of each range among
 * the value's ranges of ports and memory, from 0 on. Result: the number of ranges, of which at most
 * room are stored in ranges, in the value's order; 0 if the value contradicts itself.
 */
uint32_t up_resource_ports(const uint8_t *data, uint32_t length, struct up_port_range *ranges,
                           uint32_t *places, uint32_t room);

#endif
