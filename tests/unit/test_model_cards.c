/* SPDX-License-Identifier: MIT
 *
 * gui/model_cards.c: what the window offers of the cards that are known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/portlist.h"
#include "gui/model_cards.h"

static struct up_devices devices;
static struct up_card_choice choices[UP_PRINTERS_MAX];

static void add(const char *id, int32_t place, uint16_t first, uint16_t last)
{
    struct up_device_ports *device = &devices.list[devices.count++];

    memset(device, 0, sizeof *device);
    strcpy(device->id, id);
    assert_true(up_pci_id_read(id, &device->pci));
    device->region = device->place = place;
    device->range = (struct up_port_range){first, last};
}

static void no_card(void **state)
{
    (void)state;
    devices.count = 0;
    assert_int_equal(up_card_choices(&devices, choices), 0);
    add("PCI\\VEN_8086&DEV_7113", 4, 0xC000, 0xC00F);
    assert_int_equal(up_card_choices(&devices, choices), 0);
}

static void one_and_two_ports(void **state)
{
    (void)state;
    devices.count = 0;
    add("PCI\\VEN_1C00&DEV_3050\\1", 0, 0xE000, 0xE0FF);
    add("PCI\\VEN_1C00&DEV_3050\\1", 2, 0xE100, 0xE103);
    for (int32_t i = 0; i < 4; i++) {
        add("PCI\\VEN_9710&DEV_9815\\1", i, (uint16_t)(0xD000 + 8 * i), (uint16_t)(0xD007 + 8 * i));
    }
    assert_int_equal(up_card_choices(&devices, choices), 3);
    assert_string_equal(choices[0].label, "WCH CH382\tE100-E103");
    assert_string_equal(choices[0].list, "E100-E103");
    assert_string_equal(choices[0].box, "E100: WCH CH382");
    assert_string_equal(choices[1].label, "MosChip MCS9815, port 1\tD000-D007");
    assert_string_equal(choices[2].label, "MosChip MCS9815, port 2\tD010-D017");
    assert_string_equal(choices[2].box, "D010: MosChip MCS9815, port 2");
}

/* The choice of the box is the address and all of the name, and leads back to the address. */
static void the_box_has(const struct up_card_choice *choice)
{
    char text[sizeof choice->box], wanted[sizeof choice->box];
    const size_t length = strcspn(choice->label, "\t"), base = strcspn(choice->list, "-");

    (void)snprintf(wanted, sizeof wanted, "%.*s: %.*s", (int)base, choice->list, (int)length,
                   choice->label);
    assert_string_equal(choice->box, wanted);
    strcpy(text, choice->box);
    up_card_choice_base(text);
    assert_int_equal(strlen(text), base);
    assert_memory_equal(text, choice->list, base);
}

/* Of every card of the table: nothing is cut, and the list is one that the window can read. */
static void every_card(void **state)
{
    struct up_portset ports;

    (void)state;
    for (uint32_t n = 0; n < up_cards_count; n++) {
        devices.count = 0;
        for (int32_t i = 0; i < 6; i++) {
            add("PCI\\VEN_1C00&DEV_3050", i, (uint16_t)(0xFFC0 + 8 * i),
                (uint16_t)(0xFFC7 + 8 * i));
            devices.list[i].pci = up_cards[n].id;
        }
        for (uint32_t i = up_card_choices(&devices, choices); i-- > 0;) {
            assert_memory_equal(choices[i].label, up_cards[n].name, strlen(up_cards[n].name));
            assert_string_equal(strchr(choices[i].label, '\t') + 1, choices[i].list);
            up_portset_deny_all(&ports);
            assert_true(up_portlist_parse(choices[i].list, strlen(choices[i].list), &ports, NULL));
            assert_int_equal(up_portset_count(&ports), 8);
            the_box_has(&choices[i]);
        }
    }
}

/* What the user may have written is left as it is. */
static void bases(void **state)
{
    static const char *const texts[][2] = {
        {"E100: WCH CH382", "E100"},
        {"D010: SIIG Trio 1S2P (20x), port 2", "D010"},
        {"LPT1", "LPT1"},
        {"D100", "D100"},
        {"D100 D200", "D100 D200"},
        {"C:", "C:"},
        {"", ""},
    };
    char text[64];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        strcpy(text, texts[i][0]);
        up_card_choice_base(text);
        assert_string_equal(text, texts[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_card),
        cmocka_unit_test(one_and_two_ports),
        cmocka_unit_test(every_card),
        cmocka_unit_test(bases),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
