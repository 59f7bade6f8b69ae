/* SPDX-License-Identifier: MIT
 *
 * devices/devices_linux.c: the cards of the table in a made-up /sys/bus/pci/devices, and files
 * there that are damaged or missing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "devices/devices_linux.h"
#include "devices/printers.h"

static const char *const files[] = {"vendor",           "device", "subsystem_vendor",
                                    "subsystem_device", "class",  "resource"};
static char where[] = "/tmp/userport-test-XXXXXX";
static struct up_devices devices;
static struct up_printer printers[UP_PRINTERS_MAX];

static void put(const char *device, const char *name, const char *text)
{
    char path[128];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s/%s", where, device, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void put_number(const char *device, const char *name, unsigned number)
{
    char text[16];

    (void)snprintf(text, sizeof text, "0x%04x\n", number);
    put(device, name, text);
}

static void make(const char *device, const struct up_pci_id *id, const char *resource)
{
    char path[128];

    (void)snprintf(path, sizeof path, "%s/%s", where, device);
    assert_int_equal(mkdir(path, 0700), 0);
    put_number(device, "vendor", id->vendor);
    put_number(device, "device", id->device);
    put_number(device, "subsystem_vendor", id->subvendor);
    put_number(device, "subsystem_device", id->subdevice);
    put(device, "class", "0x078000\n");
    put(device, "resource", resource);
}

static void take_away(const char *device)
{
    char path[128];

    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s/%s", where, device, files[i]);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%s/%s", where, device);
    assert_int_equal(rmdir(path), 0);
}

static uint32_t find(void)
{
    devices.count = 0;
    up_devices_find_pci(&devices, where);
    return up_printers_find(&devices, printers);
}

/* Six registers of 8 ports; the address falls while the number rises. */
static void six_registers(char *text, size_t size)
{
    size_t length = 0;

    for (unsigned i = 0; i < 6; i++) {
        length += (size_t)snprintf(text + length, size - length, "0x%016x 0x%016x 0x%016x\n",
                                   0xE050 - 0x10 * i, 0xE057 - 0x10 * i, 0x40101);
    }
}

static void every_row(void **state)
{
    char resource[512];

    (void)state;
    six_registers(resource, sizeof resource);
    for (uint32_t n = 0; n < up_cards_count; n++) {
        const struct up_card *card = &up_cards[n];
        struct up_pci_id id = card->id;

        if (id.subvendor == UP_PCI_ANY) {
            id.subvendor = 0x1234;
            id.subdevice = 0x0011;
        }
        make("0000:03:00.0", &id, resource);
        assert_int_equal(find(), card->count);
        for (uint32_t i = 0; i < card->count; i++) {
            assert_ptr_equal(printers[i].card, card);
            assert_int_equal(printers[i].ports.first, 0xE050 - 0x10 * card->at[i].port);
            assert_int_equal(printers[i].has_ecp, card->at[i].ecp >= 0);
        }
        take_away("0000:03:00.0");
    }
}

/* As lspci shows a CH382L: ports, memory, and the printer port's four. */
static void between_memory(void **state)
{
    static const struct up_pci_id wch = {0x1C00, 0x3050, 0x1C00, 0x3050};

    (void)state;
    make("0000:04:00.0", &wch,
         "0x000000000000e000 0x000000000000e0ff 0x0000000000040101\n"
         "0x00000000f0000000 0x00000000f0007fff 0x0000000000042208\n"
         "0x000000000000e100 0x000000000000e103 0x0000000000040101\n"
         "0x0000000000000000 0x0000000000000000 0x0000000000000000\n");
    assert_int_equal(find(), 1);
    assert_int_equal(printers[0].ports.first, 0xE100);
    assert_int_equal(printers[0].ports.last, 0xE103);
    assert_string_equal(printers[0].device->id, "1c00:3050 at 0000:04:00.0");
    take_away("0000:04:00.0");
}

static void damaged(void **state)
{
    static const struct up_pci_id lava = {0x1407, 0x8000, 0x1407, 0x8000};

    (void)state;
    make("0000:05:00.0", &lava, "nonsense\n\xFF\xFF\n0x1 0x2\n");
    assert_int_equal(find(), 0);
    put("0000:05:00.0", "resource", "0x000000000000d000 0x000000000000d007 0x0000000000040101\n");
    assert_int_equal(find(), 1);
    put("0000:05:00.0", "vendor", "");
    assert_int_equal(find(), 0);
    put("0000:05:00.0", "vendor", "0xffffffffffffffffffffffffff\n");
    assert_int_equal(find(), 0);
    put("0000:05:00.0", "vendor", "0x11407\n"); /* no vendor has five digits */
    assert_int_equal(find(), 0);
    take_away("0000:05:00.0");
    devices.count = 0;
    up_devices_find_pci(&devices, "/nowhere");
    assert_int_equal(devices.count, 0);
}

static int begin(void **state)
{
    (void)state;
    return mkdtemp(where) == NULL;
}

static int end(void **state)
{
    (void)state;
    return rmdir(where);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row),
        cmocka_unit_test(between_memory),
        cmocka_unit_test(damaged),
    };

    return cmocka_run_group_tests(tests, begin, end);
}
