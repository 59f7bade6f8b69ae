/* SPDX-License-Identifier: MIT
 *
 * Finds the ports of devices on Windows, from the registry. Since Windows 2000, Plug and Play
 * writes what it assigned to a present device into Enum\BUS\DEVICE\INSTANCE\Control, value
 * AllocConfig. HARDWARE\RESOURCEMAP has what drivers have claimed, on NT 4.0 too, but only under
 * the drivers' names. The registry is read because the functions of CfgMgr32 for this do not exist
 * on NT 4.0, and since Windows 8 refuse a 32-bit program on 64-bit Windows.
 */
#include "devices.h"

#include <string.h>
#include <windows.h>

#include "winutil/winutil.h"

#define ENUM_KEY   L"SYSTEM\\CurrentControlSet\\Enum"
#define MAP_KEY    L"HARDWARE\\RESOURCEMAP"
#define NAME_MAX_W 256u /* a key's name: 255 characters and a 0 */
#define VALUE_MAX  16384u
#define RANGES_MAX 64u
#ifndef REG_RESOURCE_LIST
#define REG_RESOURCE_LIST 8u
#endif

/* ---- the list -------------------------------------------------------------------------------- */

static bool overlaps(const struct up_devices *devices, const struct up_port_range *range)
{
    uint32_t i;

    for (i = 0; i < devices->count; i++) {
        const struct up_port_range *known = &devices->list[i].range;

        if (known->first <= range->last && known->last >= range->first) {
            return true;
        }
    }
    return false;
}

static void add(struct up_devices *devices, const struct up_port_range *range, uint32_t region,
                uint32_t place, const char *name, const char *id)
{
    struct up_device_ports *device;

    if (devices->count == UP_DEVICES_MAX) {
        devices->is_cut = true;
        return;
    }
    device = &devices->list[devices->count++];
    device->range = *range;
    device->region = (int32_t)region;
    device->place = (int32_t)place;
    (void)up_pci_id_read(id, &device->pci);
    up_utf8_copy(device->name, sizeof device->name, name);
    up_utf8_copy(device->id, sizeof device->id, id);
}

/* ---- the registry ---------------------------------------------------------------------------- */

/* Reads the ports in a value, and their places. Result: the number of ranges. */
static uint32_t read_ports(HKEY key, const WCHAR *value, struct up_port_range ranges[RANGES_MAX],
                           uint32_t places[RANGES_MAX])
{
    static uint8_t data[VALUE_MAX];
    DWORD type, length = sizeof data;
    uint32_t count;

    if (RegQueryValueExW(key, value, NULL, &type, data, &length) != ERROR_SUCCESS ||
        type != REG_RESOURCE_LIST) {
        return 0;
    }
    count = up_resource_ports(data, length, ranges, places, RANGES_MAX);
    return count < RANGES_MAX ? count : RANGES_MAX;
}

static bool read_string(HKEY key, const WCHAR *value, char *text, uint32_t size)
{
    WCHAR wide[512];
    DWORD type, length = sizeof wide - sizeof *wide;
    const WCHAR *start = wide;

    if (RegQueryValueExW(key, value, NULL, &type, (BYTE *)wide, &length) != ERROR_SUCCESS ||
        type != REG_SZ) {
        return false;
    }
    wide[length / sizeof *wide] = L'\0';
    if (wide[0] == L'@' && wcsrchr(wide, L';') != NULL) { /* "@oem3.inf,%name%;Name", since Vista */
        start = wcsrchr(wide, L';') + 1;
    }
    up_utf8(start, text, size);
    return text[0] != '\0';
}

/* Calls work for each subkey. Keys that cannot be opened are skipped. */
typedef void walk_work(HKEY key, const WCHAR *name, const char *path, void *context);

static void walk(HKEY parent, const char *path, walk_work *work, void *context)
{
    char below[UP_DEVICE_NAME_MAX];
    WCHAR name[NAME_MAX_W];
    char text[UP_DEVICE_NAME_MAX];
    DWORD index, length;
    HKEY key;

    for (index = 0; length = NAME_MAX_W,
        RegEnumKeyExW(parent, index, name, &length, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
         index++) {
        if (RegOpenKeyExW(parent, name, 0, KEY_READ, &key) == ERROR_SUCCESS) {
            up_utf8(name, text, sizeof text);
            up_utf8_copy(below, sizeof below, path);
            if (strlen(path) + strlen(text) + 2 <= sizeof below) {
                strcat(below, path[0] != '\0' ? "\\" : "");
                strcat(below, text);
            }
            work(key, name, below, context);
            RegCloseKey(key);
        }
    }
}

/* ---- Enum\BUS\DEVICE\INSTANCE ---------------------------------------------------------------- */

static void look_at_instance(HKEY key, const WCHAR *name, const char *path, void *context)
{
    struct up_port_range ranges[RANGES_MAX];
    uint32_t places[RANGES_MAX];
    struct up_devices *devices = context;
    char text[UP_DEVICE_NAME_MAX];
    uint32_t count, i;
    HKEY control;

    (void)name;
    if (RegOpenKeyExW(key, L"Control", 0, KEY_QUERY_VALUE, &control) != ERROR_SUCCESS) {
        return;
    }
    count = read_ports(control, L"AllocConfig", ranges, places);
    RegCloseKey(control);
    if (count > 0 && !read_string(key, L"FriendlyName", text, sizeof text) &&
        !read_string(key, L"DeviceDesc", text, sizeof text)) {
        up_utf8_copy(text, sizeof text, path);
    }
    for (i = 0; i < count; i++) {
        add(devices, &ranges[i], i, places[i], text, path);
    }
}

static void look_at_device(HKEY key, const WCHAR *name, const char *path, void *context)
{
    (void)name;
    walk(key, path, look_at_instance, context);
}

static void look_at_bus(HKEY key, const WCHAR *name, const char *path, void *context)
{
    (void)name;
    walk(key, path, look_at_device, context);
}

/* ---- RESOURCEMAP\CLASS\DRIVER ---------------------------------------------------------------- */

/*
 * Removes ".Raw" from a value's name. False: the name has another ending. Values come in pairs,
 * "\Device\Parallel0.Raw" and ".Translated".
 */
static bool cut_raw(WCHAR *name)
{
    const size_t length = wcslen(name);

    if (length < 4 || _wcsicmp(name + length - 4, L".Raw") != 0) {
        return false;
    }
    name[length - 4] = L'\0';
    return true;
}

static void look_at_driver(HKEY key, const WCHAR *driver, const char *path, void *context)
{
    struct up_port_range ranges[RANGES_MAX];
    uint32_t places[RANGES_MAX];
    struct up_devices *devices = context;
    WCHAR name[NAME_MAX_W];
    char text[UP_DEVICE_NAME_MAX];
    DWORD index, length;
    uint32_t count, i;

    (void)driver;
    for (index = 0; length = NAME_MAX_W,
        RegEnumValueW(key, index, name, &length, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
         index++) {
        count = read_ports(key, name, ranges, places);
        if (count == 0 || !cut_raw(name)) {
            continue;
        }
        up_utf8(name, text, sizeof text);
        for (i = 0; i < count; i++) {
            /* A range that overlaps is listed already, under Plug and Play's better name. */
            if (!overlaps(devices, &ranges[i])) {
                add(devices, &ranges[i], i, places[i], text, path);
            }
        }
    }
}

static void look_at_class(HKEY key, const WCHAR *name, const char *path, void *context)
{
    (void)name;
    walk(key, path, look_at_driver, context);
}

void up_devices_find(struct up_devices *devices)
{
    HKEY key;

    devices->count = 0;
    devices->is_cut = devices->is_hidden = false;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, ENUM_KEY, 0, KEY_READ, &key) == ERROR_SUCCESS) {
        walk(key, "", look_at_bus, devices);
        RegCloseKey(key);
    }
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, MAP_KEY, 0, KEY_READ, &key) == ERROR_SUCCESS) {
        walk(key, "", look_at_class, devices);
        RegCloseKey(key);
    }
}
