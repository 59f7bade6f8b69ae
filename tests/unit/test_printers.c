/* SPDX-License-Identifier: MIT
 *
 * devices/printers.c: which devices may be printer ports, and their lines.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "devices/printers.h"

static struct up_devices devices;
static char text[UP_PRINTER_LABEL_MAX];

static const char *label(const char *name, const char *id, int32_t region)
{
    struct up_device_ports *device = &devices.list[0];

    memset(device, 0, sizeof *device);
    devices.count = 1;
    device->range = (struct up_port_range){0xD100, 0xD107};
    device->region = device->place = region;
    strcpy(device->name, name);
    strcpy(device->id, id);
    (void)up_pci_id_read(id, &device->pci);
    return up_printer_label(&devices, 0, text, sizeof text) ? text : NULL;
}

static void by_name(void **state)
{
    (void)state;
    assert_string_equal(label("Printer Port (LPT3)", "ACPI\\PNP0400\\4", 0),
                        "LPT at D100-D107, Printer Port (LPT3), region 0");
    assert_string_equal(label("ECP-Druckeranschluss (LPT1)", "", UP_NO_REGION),
                        "LPT at D100-D107, ECP-Druckeranschluss (LPT1)");
    assert_non_null(label("\\Device\\ParallelPort0", "", UP_NO_REGION));
    assert_non_null(label("parport0", "", UP_NO_REGION));
    assert_null(label("Communications Port (COM1)", "ACPI\\PNP0501\\1", 0));
    assert_string_equal(text, "");
    assert_null(label("", "", 0));
    assert_null(label("LP", "", 0));
}

static void by_chip(void **state)
{
    (void)state;
    assert_string_equal(label("PCI Serial Port", "PCI\\VEN_1C00&DEV_3250\\4&1", 2),
                        "LPT at D100-D107, WCH CH382, printer port");
    assert_string_equal(label("PCI Parallel Port", "PCI\\ven_9710&dev_9900&SUBSYS\\4&1", 1),
                        "LPT at D100-D107, MosChip MCS9900, region 1");
    assert_string_equal(label("PCI Parallel Port", "PCI\\VEN_9710&DEV_99\\4&1", 1),
                        "LPT at D100-D107, PCI Parallel Port, region 1");
    assert_null(label("PCI Serial Port", "PCI\\VEN_1C00&DEV_3853\\4&1", 0));
}

static void short_range_and_room(void **state)
{
    char small[8];

    (void)state;
    assert_non_null(label("LPT1", "", UP_NO_REGION));
    devices.list[0].range = (struct up_port_range){0x378, 0x378};
    assert_true(up_printer_label(&devices, 0, text, sizeof text));
    assert_string_equal(text, "LPT at 378, LPT1");
    assert_true(up_printer_label(&devices, 0, small, sizeof small));
    assert_string_equal(small, "LPT at ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_name),
        cmocka_unit_test(by_chip),
        cmocka_unit_test(short_range_and_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
