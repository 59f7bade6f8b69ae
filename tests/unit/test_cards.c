/* SPDX-License-Identifier: MIT
 *
 * devices/cards.c and what printers.c makes of it: every row of the table on made-up devices, the
 * choice among ranges, and identifiers that are none. tests/unit/test_cards_sources.py compares the
 * table with where it was taken from.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "devices/printers.h"

static struct up_devices devices;
static struct up_printer printers[UP_PRINTERS_MAX];

/* Adds a range of the device: its base address register, its ports. */
static void add(const struct up_pci_id *pci, const char *id, int32_t place, uint16_t first,
                uint16_t ports)
{
    struct up_device_ports *device = &devices.list[devices.count++];

    memset(device, 0, sizeof *device);
    strcpy(device->name, "PCI Communications Controller");
    strcpy(device->id, id);
    device->pci = *pci;
    device->region = device->place = place;
    device->range = (struct up_port_range){first, (uint16_t)(first + ports - 1u)};
}

/* All six registers, from the highest address down, as a BIOS may give them. */
static void add_six(const struct up_pci_id *pci, const char *id, uint16_t top)
{
    for (int32_t i = 0; i < 6; i++) {
        add(pci, id, i, (uint16_t)(top - 0x10 * i), 8);
    }
}

static struct up_pci_id concrete(const struct up_card *card)
{
    struct up_pci_id id = card->id;

    if (id.subvendor == UP_PCI_ANY) {
        id.subvendor = 0x1000;
        id.subdevice = 0x0022;
    }
    return id;
}

static void row_is_sound(const struct up_card *card)
{
    assert_int_not_equal(card->id.vendor, 0);
    assert_in_range(strlen(card->name), 4, 40);
    assert_in_range(card->count, 0, UP_CARD_PORTS_MAX);
    assert_in_range(card->source, 0, UP_CARD_PCI_IDS);
    assert_true((card->id.subvendor == UP_PCI_ANY) == (card->id.subdevice == UP_PCI_ANY));
    for (uint32_t i = 0; i < card->count; i++) {
        assert_in_range(card->at[i].port, 0, 5);
        assert_in_range(card->at[i].ecp + 1, 0, 6);
        assert_int_not_equal(card->at[i].port, card->at[i].ecp);
    }
}

static void every_row(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < up_cards_count; n++) {
        const struct up_card *card = &up_cards[n];
        const struct up_pci_id id = concrete(card);
        uint32_t found;

        row_is_sound(card);
        for (uint32_t other = 0; other < n; other++) {
            assert_memory_not_equal(&card->id, &up_cards[other].id, sizeof card->id);
        }
        if (up_card_find(&id) != card) {
            /* A row of its own for this subsystem goes before. */
            assert_int_equal(card->id.subvendor, UP_PCI_ANY);
            assert_int_equal(up_card_find(&id)->id.device, card->id.device);
            continue;
        }
        devices.count = 0;
        add_six(&id, "one", 0xE050);
        found = up_printers_find(&devices, printers);
        assert_int_equal(found, card->count);
        for (uint32_t i = 0; i < found; i++) {
            const struct up_printer *printer = &printers[i];

            assert_ptr_equal(printer->card, card);
            assert_int_equal(printer->number, i + 1);
            assert_int_equal(printer->of, card->count);
            assert_int_equal(printer->ports.first, 0xE050 - 0x10 * card->at[i].port);
            assert_int_equal(printer->ports.last, printer->ports.first + 7);
            assert_int_equal(printer->has_ecp, card->at[i].ecp != UP_CARD_NO_ECP);
            if (printer->has_ecp) {
                assert_int_equal(printer->ecp.first, 0xE050 - 0x10 * card->at[i].ecp);
                assert_int_equal(printer->ecp.last, printer->ecp.first + 2);
            }
        }
    }
}

static void roles(void **state)
{
    const struct up_pci_id sunix = {0x1FD4, 0x1999, 0x1FD4, 0x0101};

    (void)state;
    devices.count = 0;
    add_six(&sunix, "PCI\\X", 0xD050);
    assert_int_equal(up_printer_role(&devices, 0), UP_PRINTER_NOT);
    assert_int_equal(up_printer_role(&devices, 1), UP_PRINTER_PORT);
    assert_int_equal(up_printer_role(&devices, 2), UP_PRINTER_ECP);
    assert_int_equal(up_printer_role(&devices, 3), UP_PRINTER_NOT);
}

/* Neighbours in the list: two cards of one kind, and a device between. */
static void several_cards(void **state)
{
    const struct up_pci_id wch = {0x1C00, 0x3050, 0x1C00, 0x3050}, none = {0, 0, 0, 0};

    (void)state;
    devices.count = 0;
    add(&wch, "first", 0, 0xD000, 0x100);
    add(&wch, "first", 2, 0xD100, 4);
    add(&wch, "second", 0, 0xE000, 0x100);
    add(&wch, "second", 2, 0xE100, 4);
    add(&none, "third", 0, 0x3F8, 8);
    assert_int_equal(up_printers_find(&devices, printers), 2);
    assert_int_equal(printers[0].ports.first, 0xD100);
    assert_int_equal(printers[0].ports.last, 0xD103);
    assert_false(printers[0].has_ecp);
    assert_int_equal(printers[1].ports.first, 0xE100);
    assert_string_equal(printers[1].device->id, "second");
}

/* A card that has not the ranges of its table: each of them may be the printer port. */
static void not_as_told(void **state)
{
    const struct up_pci_id wch = {0x1C00, 0x3050, 0x1C00, 0x3050};
    const struct up_pci_id two = {0x9710, 0x9815, 0x1000, 0x0020};
    const struct up_pci_id unknown = {0x14D2, 0x8002, 0, 0};

    (void)state;
    devices.count = 0;
    add(&wch, "wch", 0, 0xD000, 8);
    assert_int_equal(up_printer_role(&devices, 0), UP_PRINTER_MAYBE);
    add(&wch, "wch", 2, 0xD100, 2); /* has no place for the control register */
    assert_int_equal(up_printer_role(&devices, 0), UP_PRINTER_MAYBE);
    assert_int_equal(up_printer_role(&devices, 1), UP_PRINTER_MAYBE);
    devices.count = 0;
    add(&two, "two", 0, 0xD000, 8);
    add(&two, "two", 1, 0xD010, 8);
    assert_int_equal(up_printer_role(&devices, 0), UP_PRINTER_MAYBE);
    devices.count = 0;
    add_six(&unknown, "unknown", 0xD050);
    assert_int_equal(up_printer_role(&devices, 5), UP_PRINTER_MAYBE);
    assert_int_equal(up_printers_find(&devices, printers), 0);
    devices.count = 0;
    add(&two, "two", UP_NO_REGION, 0xD000, 8);
    assert_int_equal(up_printer_role(&devices, 0), UP_PRINTER_MAYBE);
}

static const char *name_of(uint16_t vendor, uint16_t device, uint16_t subvendor, uint16_t subdevice)
{
    const struct up_pci_id id = {vendor, device, subvendor, subdevice};
    const struct up_card *card = up_card_find(&id);

    return card != NULL ? card->name : "";
}

static void subsystems(void **state)
{
    const struct up_pci_id own = {0x9710, 0x9845, 0x1000, 0x0014};
    const struct up_pci_id two = {0x9710, 0x9835, 0x1000, 0x0022};

    (void)state;
    assert_int_equal(up_card_find(&own)->at[0].port, 4);
    assert_string_equal(name_of(0x9710, 0x9835, 0x1000, 0x0012), "MosChip MCS9835");
    assert_string_equal(name_of(0x9710, 0x9835, 0x1000, 0x0002), ""); /* 2S */
    assert_string_equal(name_of(0x9710, 0x9835, 0x1014, 0x0299), ""); /* IBM's */
    assert_string_equal(name_of(0x9710, 0x9835, UP_PCI_ANY, UP_PCI_ANY), "MosChip MCS9835");
    assert_int_equal(up_card_ports(up_card_find(&two), &two), 1);
    assert_string_equal(name_of(0x9710, 0x9900, 0xA000, 0x1000), ""); /* a serial port */
    assert_string_equal(name_of(0x10B5, 0x9050, 0x10B5, 0x9050), "");
    assert_string_equal(name_of(0x10B5, 0x9050, 0xD84D, 0x4014), "Exsys EX-4014");
    assert_string_equal(name_of(0x1C00, 0x3250, 1, 2), "WCH CH382");
    assert_string_equal(name_of(0, 0, UP_PCI_ANY, UP_PCI_ANY), "");
    assert_string_equal(name_of(0xFFFF, 0xFFFF, 0, 0), "");
}

static void routes(void **state)
{
    const struct up_pci_id oxford = {0x1415, 0xC110, 0x1415, 0xC110};
    struct up_routes made;
    char text[64];

    (void)state;
    devices.count = 0;
    add(&oxford, "ox", 0, 0xD010, 8);
    add(&oxford, "ox", 1, 0xD000, 4);
    assert_int_equal(up_printers_find(&devices, printers), 1);
    made = up_printer_routes(&printers[0]);
    (void)up_routes_format(&made, text, sizeof text);
    assert_string_equal(text, "378-37F=D010, 778-77A=D000");
    printers[0].has_ecp = false;
    made = up_printer_routes(&printers[0]);
    (void)up_routes_format(&made, text, sizeof text);
    assert_string_equal(text, "378-37F=D010");
}

static void as_many_as_there_is_room_for(void **state)
{
    const struct up_pci_id lava = {0x1407, 0x8000, 0, 0};
    char id[16];

    (void)state;
    devices.count = 0;
    for (uint32_t i = 0; i < 20; i++) {
        (void)snprintf(id, sizeof id, "%u", (unsigned)i);
        add(&lava, id, 0, (uint16_t)(0xD000 + 8 * i), 8);
    }
    assert_int_equal(up_printers_find(&devices, printers), UP_PRINTERS_MAX);
}

static void names_of_windows(void **state)
{
    static const struct {
        const char *name;
        uint16_t vendor, device, subvendor, subdevice;
    } good[] = {
        {"PCI\\VEN_9710&DEV_9912&SUBSYS_2000A000&REV_00\\4&1", 0x9710, 0x9912, 0xA000, 0x2000},
        {"pci\\ven_1c00&dev_3050\\4&1", 0x1C00, 0x3050, UP_PCI_ANY, UP_PCI_ANY},
        {"PCI\\VEN_1C00&DEV_3050", 0x1C00, 0x3050, UP_PCI_ANY, UP_PCI_ANY},
        {"PCI\\VEN_1C00&DEV_3050&SUBSYS_3050", 0x1C00, 0x3050, UP_PCI_ANY, UP_PCI_ANY},
        {"PCI\\VEN_1C00&DEV_3050&SUBSYS_30501C000", 0x1C00, 0x3050, UP_PCI_ANY, UP_PCI_ANY},
        {"PCI\\VEN_1C00&DEV_3050&REV_10", 0x1C00, 0x3050, UP_PCI_ANY, UP_PCI_ANY},
    };
    static const char *const bad[] = {
        "",
        "P",
        "PCI\\VEN_",
        "PCI\\VEN_9710",
        "PCI\\VEN_9710&DEV_99",
        "PCI\\VEN_9710&DEV_99120",
        "PCI\\VEN_971G&DEV_9912",
        "PCI\\VEN_0000&DEV_9912",
        "ACPI\\VEN_9710&DEV_9912",
        "XPCI\\VEN_9710&DEV_9912",
        "PCI\\VEN_9710 DEV_9912",
        "\xFF\xFF",
    };
    struct up_pci_id id;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(up_pci_id_read(good[i].name, &id));
        assert_int_equal(id.vendor, good[i].vendor);
        assert_int_equal(id.device, good[i].device);
        assert_int_equal(id.subvendor, good[i].subvendor);
        assert_int_equal(id.subdevice, good[i].subdevice);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(up_pci_id_read(bad[i], &id));
        assert_int_equal(id.vendor, 0);
        assert_null(up_card_find(&id));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row),
        cmocka_unit_test(roles),
        cmocka_unit_test(several_cards),
        cmocka_unit_test(not_as_told),
        cmocka_unit_test(subsystems),
        cmocka_unit_test(routes),
        cmocka_unit_test(as_many_as_there_is_room_for),
        cmocka_unit_test(names_of_windows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
