/* SPDX-License-Identifier: MIT
 *
 * Tests of core/known_ports.c: the table beside a second list of the same facts, its form, and the
 * three ways to look at it, each compared for all ports with a slow and plain reading of the table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/known_ports.h"
#include "core/portlist.h"

static void read_ports(struct up_portset *set, const char *list)
{
    up_portset_deny_all(set);
    assert_true(up_portlist_parse(list, strlen(list), set, NULL));
}

static void add_entry(struct up_portset *set, const struct up_known_ports *entry)
{
    for (size_t i = 0; i < entry->range_count; i++) {
        up_portset_grant(set, entry->ranges[i].first, entry->ranges[i].last);
    }
}

static void test_names_are_the_ports_of_the_hardware(void **state)
{
    static const struct {
        const char *name;
        const char *ports;
    } facts[] = {
        {"lpt1", "378-37F"},
        {"lpt2", "278-27F"},
        {"lpt3", "3BC-3BF"},
        {"lpt1ecp", "778-77A"},
        {"lpt2ecp", "678-67A"},
        {"speaker", "42-43, 61"},
        {"pause", "80"},
        {"com1", "3F8-3FF"},
        {"com2", "2F8-2FF"},
        {"com3", "3E8-3EF"},
        {"com4", "2E8-2EF"},
        {"game", "200-207"},
        {"midi", "330-331"},
        {"adlib", "388-38B"},
        {"sb", "220-22F"},
        {"ne2000", "300-31F"},
        {"default", "278-27F, 378-37F, 3BC-3BF"},
        {"classic", "200-37F, 3BC-3BF, 3E8-3FF"},
    };
    const size_t fact_count = sizeof facts / sizeof facts[0];
    size_t names = 0;

    (void)state;
    for (size_t i = 0; i < fact_count; i++) {
        const struct up_known_ports *entry =
            up_known_ports_find(facts[i].name, strlen(facts[i].name));
        struct up_portset set;
        struct up_portset expected;

        assert_non_null(entry);
        assert_string_equal(entry->name, facts[i].name);
        assert_int_equal(entry->preset, i >= fact_count - 2u);
        assert_null(entry->hazard);
        up_portset_deny_all(&set);
        add_entry(&set, entry);
        read_ports(&expected, facts[i].ports);
        assert_true(up_portset_equal(&set, &expected));
    }
    for (size_t i = 0; i < up_known_ports_count; i++) {
        names += up_known_ports[i].name != NULL;
    }
    assert_int_equal(names, fact_count);
}

static void test_hazards_are_exactly_the_ports_that_are_known_to_be(void **state)
{
    struct up_portset set;
    struct up_portset expected;

    (void)state;
    read_ports(&expected, "00-0F 81-8F C0-DF"        /* DMA */
                          " 20-23 A0-A1 4D0-4D1"     /* interrupts, and their mode */
                          " 2E-2F 4E-4F 62 66"       /* Super I/O, embedded controller */
                          " 40-41 60 64 70-77 92"    /* timer, keyboard, CMOS, port 92 */
                          " B2-B3 CD6-CD7 CF8-CFF"   /* SMI, AMD's power management, PCI */
                          " 1F0-1F7 3F6 170-177 376" /* IDE */
                          " 3F0-3F7 3B0-3BB 3C0-3DF" /* floppy, VGA */);
    up_portset_deny_all(&set);
    for (size_t i = 0; i < up_known_ports_count; i++) {
        if (up_known_ports[i].hazard != NULL) {
            add_entry(&set, &up_known_ports[i]);
        }
    }
    assert_true(up_portset_equal(&set, &expected));
}

static void test_entries_are_well_formed(void **state)
{
    bool hazards_begun = false;

    (void)state;
    assert_true(up_known_ports_count >= 25);
    for (size_t i = 0; i < up_known_ports_count; i++) {
        const struct up_known_ports *entry = &up_known_ports[i];

        assert_non_null(entry->what);
        assert_in_range(strlen(entry->what), 4, 40);
        assert_true(entry->name != NULL || entry->hazard != NULL);
        assert_in_range(entry->range_count, 1, UP_KNOWN_RANGES_MAX);
        for (size_t r = 0; r < entry->range_count; r++) {
            assert_true(entry->ranges[r].first <= entry->ranges[r].last);
            assert_true(r == 0 || entry->ranges[r].first > entry->ranges[r - 1u].last + 1);
        }
        if (entry->hazard != NULL) {
            assert_memory_equal(entry->hazard, "can ", 4);
            assert_in_range(strlen(entry->hazard), 20, 100);
            hazards_begun = true;
        } else {
            assert_false(hazards_begun);
        }
    }
}

static void test_names_are_lower_case_words_and_different(void **state)
{
    (void)state;
    for (size_t i = 0; i < up_known_ports_count; i++) {
        const char *name = up_known_ports[i].name;

        if (name == NULL) {
            continue;
        }
        assert_in_range(strlen(name), 2, 16);
        assert_in_range(name[0], 'a', 'z');
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789"), strlen(name));
        for (size_t j = 0; j < i; j++) {
            assert_true(up_known_ports[j].name == NULL ||
                        strcmp(up_known_ports[j].name, name) != 0);
        }
    }
}

static void test_no_name_is_a_hexadecimal_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < up_known_ports_count; i++) {
        const char *name = up_known_ports[i].name;
        size_t digits;

        if (name == NULL) {
            continue;
        }
        digits = strspn(name, "0123456789abcdefABCDEF");
        assert_true(name[digits] != '\0');
        assert_true(digits == 0 || strcmp(name + digits, "h") != 0);
        assert_true(strncmp(name, "0x", 2) != 0);
    }
}

static void test_every_name_parses_in_any_case(void **state)
{
    (void)state;
    for (size_t i = 0; i < up_known_ports_count; i++) {
        struct up_portset set;
        struct up_portset expected;
        char upper[17];
        size_t length;

        if (up_known_ports[i].name == NULL) {
            continue;
        }
        up_portset_deny_all(&expected);
        add_entry(&expected, &up_known_ports[i]);
        read_ports(&set, up_known_ports[i].name);
        assert_true(up_portset_equal(&set, &expected));

        length = strlen(up_known_ports[i].name);
        for (size_t c = 0; c <= length; c++) {
            char letter = up_known_ports[i].name[c];

            upper[c] = (char)(letter >= 'a' && letter <= 'z' ? letter - 32 : letter);
        }
        read_ports(&set, upper);
        assert_true(up_portset_equal(&set, &expected));
        assert_ptr_equal(up_known_ports_find(upper, length), &up_known_ports[i]);
    }
}

static void test_find_wants_the_whole_name(void **state)
{
    (void)state;
    assert_non_null(up_known_ports_find("LpT1", 4));
    assert_non_null(up_known_ports_find("lpt1x", 4));
    assert_string_equal(up_known_ports_find("lpt1ecp", 7)->name, "lpt1ecp");
    assert_string_equal(up_known_ports_find("lpt1ecp", 4)->name, "lpt1");
    assert_null(up_known_ports_find("", 0));
    assert_null(up_known_ports_find(NULL, 0));
    assert_null(up_known_ports_find("lpt", 3));
    assert_null(up_known_ports_find("lpt1 ", 5));
    assert_null(up_known_ports_find("lpt12", 5));
    assert_null(up_known_ports_find("lpt4", 4));
    assert_null(up_known_ports_find("lpt1", 5)); /* with the NUL */
    assert_null(up_known_ports_find("lpt1\0x", 6));
    assert_null(up_known_ports_find("\0", 1));
    /*
     * Bytes that a careless change of case would map onto letters: 'l' - 32 and so on, and the row
     * before 'a'.
     */
    assert_null(up_known_ports_find("L0T1", 4));
    assert_null(up_known_ports_find("\xECpt1", 4));
    assert_null(up_known_ports_find("[b", 2));
    assert_null(up_known_ports_find("@dlib", 5));
}

static void test_at_knows_the_overlaps(void **state)
{
    static const struct {
        uint16_t port;
        const char *what;
    } facts[] = {
        {0x00, "DMA controllers and page registers"},
        {0x0F, "DMA controllers and page registers"},
        {0x22, "interrupt mode and chip set"},
        {0x2E, "Super I/O configuration"},
        {0x4F, "Super I/O configuration"},
        {0x41, "system timer"},
        {0x42, "PC speaker and its timer channel"},
        {0x61, "PC speaker and its timer channel"},
        {0x60, "keyboard controller"},
        {0x62, "embedded controller"},
        {0x65, NULL},
        {0x66, "embedded controller"},
        {0x80, "POST codes and delay (outb_p)"},
        {0x81, "DMA controllers and page registers"},
        {0x277, NULL}, /* classic has it: a preset says nothing about a port */
        {0x278, "printer port LPT2"},
        {0x376, "IDE disk control registers"},
        {0x378, "printer port LPT1"},
        {0x37F, "printer port LPT1"},
        {0x380, NULL},
        {0x3BB, "VGA registers"},
        {0x3BC, "printer port LPT3"},
        {0x3F0, "floppy disk controller"},
        {0x3F5, "floppy disk controller"},
        {0x3F6, "IDE disk control registers"}, /* the floppy controller's range has it too */
        {0x3F7, "floppy disk controller"},
        {0x3F8, "serial port COM1"},
        {0xCF8, "PCI configuration"},
        {0xCF9, "reset control register"},
        {0xCFA, "PCI configuration"},
        {0xFFFF, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        const struct up_known_ports *entry = up_known_ports_at(facts[i].port);

        if (facts[i].what == NULL) {
            assert_null(entry);
        } else {
            assert_non_null(entry);
            assert_string_equal(entry->what, facts[i].what);
        }
    }
}

static void test_at_gives_the_most_particular_entry_for_every_port(void **state)
{
    uint32_t counts[64];
    struct up_portset sets[64];

    (void)state;
    assert_in_range(up_known_ports_count, 1, 64);
    for (size_t i = 0; i < up_known_ports_count; i++) {
        up_portset_deny_all(&sets[i]);
        add_entry(&sets[i], &up_known_ports[i]);
        counts[i] = up_portset_count(&sets[i]);
    }
    for (uint32_t port = 0; port < UP_PORT_COUNT; port++) {
        const struct up_known_ports *entry = up_known_ports_at((uint16_t)port);

        if (entry != NULL) {
            assert_false(entry->preset);
            assert_true(up_portset_has(&sets[entry - up_known_ports], (uint16_t)port));
        }
        for (size_t i = 0; i < up_known_ports_count; i++) {
            if (!up_known_ports[i].preset && up_portset_has(&sets[i], (uint16_t)port)) {
                assert_non_null(entry);
                assert_true(counts[entry - up_known_ports] <= counts[i]);
                assert_true(counts[entry - up_known_ports] < counts[i] ||
                            up_known_ports[i].hazard == NULL || entry->hazard != NULL);
            }
        }
    }
}

static void test_no_hazard_in_what_the_manual_asks_for(void **state)
{
    struct up_portset set;
    size_t cursor = 0;

    (void)state;
    read_ports(
        &set,
        "default speaker pause lpt1ecp lpt2ecp com1 com2 com3 com4 game midi adlib sb ne2000");
    assert_null(up_known_ports_next_hazard(&set, &cursor, NULL));
    assert_int_equal(cursor, up_known_ports_count);
    assert_null(up_known_ports_next_hazard(&set, &cursor, NULL));
}

static void test_grant_adds_the_ports_of_each_entry(void **state)
{
    static struct up_portset plain, set;

    (void)state;
    for (size_t i = 0; i < up_known_ports_count; i++) {
        read_ports(&plain, "0, 1234, FFFF");
        set = plain;
        add_entry(&plain, &up_known_ports[i]);
        up_known_ports_grant(&up_known_ports[i], &set);
        assert_true(up_portset_equal(&set, &plain));
    }
}

static void test_hazards_of_one_port_for_every_port(void **state)
{
    struct up_portset set;

    (void)state;
    up_portset_deny_all(&set);
    for (uint32_t port = 0; port < UP_PORT_COUNT; port += port < 0x1000 ? 1 : 251) {
        size_t cursor = 0;

        up_portset_grant(&set, (uint16_t)port, (uint16_t)port);
        for (size_t i = 0; i < up_known_ports_count; i++) {
            bool hit = false;

            for (size_t r = 0; r < up_known_ports[i].range_count; r++) {
                hit = hit || (port >= up_known_ports[i].ranges[r].first &&
                              port <= up_known_ports[i].ranges[r].last);
            }
            if (hit && up_known_ports[i].hazard != NULL) {
                uint16_t granted = 0x5A5A;

                assert_ptr_equal(up_known_ports_next_hazard(&set, &cursor, &granted),
                                 &up_known_ports[i]);
                assert_int_equal(granted, port);
                assert_int_equal(cursor, i + 1u);
            }
        }
        assert_null(up_known_ports_next_hazard(&set, &cursor, NULL));
        up_portset_deny(&set, (uint16_t)port, (uint16_t)port);
    }
}

static void test_hazards_of_everything_and_of_nothing(void **state)
{
    struct up_portset set;
    size_t cursor = 0;
    uint16_t granted;

    (void)state;
    up_portset_deny_all(&set);
    assert_null(up_known_ports_next_hazard(&set, &cursor, &granted));

    cursor = 0;
    up_portset_grant(&set, 0, 0xFFFF);
    for (size_t i = 0; i < up_known_ports_count; i++) {
        if (up_known_ports[i].hazard != NULL) {
            assert_ptr_equal(up_known_ports_next_hazard(&set, &cursor, &granted),
                             &up_known_ports[i]);
            assert_int_equal(granted, up_known_ports[i].ranges[0].first);
        }
    }
    assert_null(up_known_ports_next_hazard(&set, &cursor, &granted));
    assert_null(up_known_ports_next_hazard(&set, &cursor, &granted));
}

static void test_hazards_of_the_classic_preset(void **state)
{
    struct up_portset set;
    size_t cursor = 0;
    uint16_t granted = 0;

    (void)state;
    read_ports(&set, "classic");
    assert_string_equal(up_known_ports_next_hazard(&set, &cursor, &granted)->what,
                        "IDE disk control registers");
    assert_int_equal(granted, 0x376);
    assert_string_equal(up_known_ports_next_hazard(&set, &cursor, &granted)->what,
                        "floppy disk controller");
    assert_int_equal(granted, 0x3F0);
    assert_null(up_known_ports_next_hazard(&set, &cursor, &granted));

    cursor = 0;
    assert_string_equal(up_known_ports_next_hazard(&set, &cursor, NULL)->what,
                        "IDE disk control registers");
    assert_string_equal(up_known_ports_next_hazard(&set, &cursor, NULL)->what,
                        "floppy disk controller");
    assert_null(up_known_ports_next_hazard(&set, &cursor, NULL));
}

static void test_the_first_granted_port_of_a_hazard_in_any_of_its_ranges(void **state)
{
    struct up_portset set;
    size_t cursor = 0;
    uint16_t granted = 0;

    (void)state;
    read_ports(&set, "A1, 4D0, 10-1F, 24-2D, 30-3F");
    assert_string_equal(up_known_ports_next_hazard(&set, &cursor, &granted)->what,
                        "interrupt controllers");
    assert_int_equal(granted, 0xA1);
    assert_null(up_known_ports_next_hazard(&set, &cursor, &granted));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_the_ports_of_the_hardware),
        cmocka_unit_test(test_hazards_are_exactly_the_ports_that_are_known_to_be),
        cmocka_unit_test(test_entries_are_well_formed),
        cmocka_unit_test(test_names_are_lower_case_words_and_different),
        cmocka_unit_test(test_no_name_is_a_hexadecimal_number),
        cmocka_unit_test(test_every_name_parses_in_any_case),
        cmocka_unit_test(test_find_wants_the_whole_name),
        cmocka_unit_test(test_at_knows_the_overlaps),
        cmocka_unit_test(test_at_gives_the_most_particular_entry_for_every_port),
        cmocka_unit_test(test_no_hazard_in_what_the_manual_asks_for),
        cmocka_unit_test(test_grant_adds_the_ports_of_each_entry),
        cmocka_unit_test(test_hazards_of_one_port_for_every_port),
        cmocka_unit_test(test_hazards_of_everything_and_of_nothing),
        cmocka_unit_test(test_hazards_of_the_classic_preset),
        cmocka_unit_test(test_the_first_granted_port_of_a_hazard_in_any_of_its_ranges),
    };

    return cmocka_run_group_tests_name("known_ports", tests, NULL, NULL);
}
