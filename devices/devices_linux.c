/* SPDX-License-Identifier: MIT
 *
 * Finds the ports of devices on Linux: those of PCI devices in /sys/bus/pci/devices, which
 * everybody may read, in the order of their places, and those that drivers hold in /proc/ioports,
 * where only root sees the addresses. A driver's range that belongs to a listed PCI device is not
 * listed twice.
 */
#include "devices_linux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ioports.h"

#define PCI_FOLDER "/sys/bus/pci/devices"
#define TEXT_MAX   65536u

static const struct up_pci_id no_pci = {0, 0, UP_PCI_ANY, UP_PCI_ANY};

static bool read_text(int folder, const char *name, char *text, size_t room)
{
    const int file = openat(folder, name, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t got = 0;

    while (file >= 0 && length + 1 < room &&
           (got = read(file, text + length, room - 1 - length)) > 0) {
        length += (size_t)got;
    }
    text[length] = '\0';
    if (file >= 0) {
        close(file);
    }
    return file >= 0 && got >= 0;
}

static void add(struct up_devices *devices, const struct up_port_range *range, int32_t region,
                const struct up_pci_id *pci, const char *name, const char *id)
{
    struct up_device_ports *device;

    if (devices->count == UP_DEVICES_MAX) {
        devices->is_cut = true;
        return;
    }
    device = &devices->list[devices->count++];
    device->range = *range;
    device->region = device->place = region;
    device->pci = *pci;
    (void)snprintf(device->name, sizeof device->name, "%s", name);
    (void)snprintf(device->id, sizeof device->id, "%s", id);
}

/* Names the classes that people look for (PCI Code and ID Assignment: base class, sub-class). */
static const char *class_name(unsigned long class)
{
    switch (class >> 8) {
    case 0x0701:
        return "PCI printer port card";
    case 0x0700:
        return "PCI serial port card";
    case 0x0702:
        return "PCI multiport serial card";
    case 0x0780:
    case 0x0703:
        return "PCI communication card";
    case 0x0101:
    case 0x0106:
        return "PCI disk controller";
    case 0x0200:
        return "PCI network card";
    case 0x0300:
        return "PCI display card";
    case 0x0c03:
        return "PCI USB controller";
    case 0x0c05:
        return "PCI SMBus";
    default:
        return "PCI device";
    }
}

static unsigned long read_number(int folder, const char *name)
{
    char text[32];

    return read_text(folder, name, text, sizeof text) ? strtoul(text, NULL, 16) : 0;
}

/* Result: 0: it is no number of 16 bits. */
static uint16_t read_id(int folder, const char *name)
{
    const unsigned long number = read_number(folder, name);

    return number <= UINT16_MAX ? (uint16_t)number : 0;
}

static void look_at_pci_device(struct up_devices *devices, int folder, const char *place)
{
    char text[4096], id[UP_DEVICE_NAME_MAX];
    struct up_port_range range;
    const char *at = text;
    int32_t region = UP_NO_REGION;
    struct up_pci_id pci;

    if (!read_text(folder, "resource", text, sizeof text)) {
        return;
    }
    pci.vendor = read_id(folder, "vendor");
    pci.device = read_id(folder, "device");
    pci.subvendor = read_id(folder, "subsystem_vendor");
    pci.subdevice = read_id(folder, "subsystem_device");
    (void)snprintf(id, sizeof id, "%04x:%04x at %.40s", pci.vendor, pci.device, place);
    while ((at = up_ioports_next_resource(at, &region, &range)) != NULL) {
        add(devices, &range, region, &pci, class_name(read_number(folder, "class")), id);
    }
}

void up_devices_find_pci(struct up_devices *devices, const char *where)
{
    const int list = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct dirent **entries = NULL;
    const int count = list >= 0 ? scandirat(list, ".", &entries, NULL, alphasort) : 0;
    int folder, i;

    for (i = 0; i < count; i++) {
        const char *place = entries[i]->d_name;

        folder = place[0] != '.' ? openat(list, place, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
        if (folder >= 0) {
            look_at_pci_device(devices, folder, place);
            close(folder);
        }
        free(entries[i]);
    }
    free(entries);
    if (list >= 0) {
        close(list);
    }
}

static bool is_known(const struct up_devices *devices, const struct up_port_range *range)
{
    uint32_t i;

    for (i = 0; i < devices->count; i++) {
        if (devices->list[i].range.first == range->first &&
            devices->list[i].range.last == range->last) {
            return true;
        }
    }
    return false;
}

static void look_at_drivers(struct up_devices *devices)
{
    static char text[TEXT_MAX];
    struct up_ioports_line line;
    const char *at = text;
    uint32_t hidden = 0, seen = 0;

    if (!read_text(AT_FDCWD, "/proc/ioports", text, sizeof text)) {
        devices->is_hidden = true;
        return;
    }
    while ((at = up_ioports_next(at, &line)) != NULL) {
        if (line.range.first == 0 && line.range.last == 0) {
            hidden++;
        } else if (strncmp(line.name, "PCI Bus", 7) != 0 &&
                   strncmp(line.name, "PCI conf", 8) != 0 && !is_known(devices, &line.range)) {
            add(devices, &line.range, UP_NO_REGION, &no_pci, line.name, "/proc/ioports");
            seen++;
        }
    }
    devices->is_hidden = seen == 0 && hidden > 0;
}

void up_devices_find(struct up_devices *devices)
{
    devices->count = 0;
    devices->is_cut = devices->is_hidden = false;
    up_devices_find_pci(devices, PCI_FOLDER);
    look_at_drivers(devices);
}
