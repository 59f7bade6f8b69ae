/* SPDX-License-Identifier: MIT
 *
 * core/decimal.c: which numbers are printer ports in decimal, and that each one of its table is
 * what it says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "core/decimal.h"
#include "core/known_ports.h"

/* All numbers of three digits: those of the ports, in decimal, and no others. */
static void all_numbers(void **state)
{
    static const uint16_t bases[] = {0x378, 0x278, 0x3BC};
    char text[8], hexadecimal[8];

    (void)state;
    for (unsigned number = 0; number < 1000; number++) {
        const struct up_decimal_port *found;
        bool is_expected = false;

        snprintf(text, sizeof text, "%03u", number);
        found = up_decimal_port_in(text);
        for (unsigned i = 0; i < 3; i++) {
            is_expected = is_expected || (number >= bases[i] && number <= bases[i] + 2u);
        }
        assert_int_equal(found != NULL, is_expected);
        if (found != NULL) {
            snprintf(hexadecimal, sizeof hexadecimal, "%X", number);
            assert_string_equal(found->decimal, text);
            assert_string_equal(found->hexadecimal, hexadecimal);
            assert_int_equal(found->port, strtoul(text, NULL, 16));
            assert_ptr_equal(up_known_ports_at((uint16_t)number),
                             up_known_ports_find(found->name, 4));
        }
    }
}

static void in_lists(void **state)
{
    static const struct {
        const char *text, *decimal;
    } cases[] = {
        {"888-88A", "888"},    {"880-888", "888"},   {" 300, 889 ", "889"}, {"1888 888", "888"},
        {"0x888, 632", "632"}, {"888.w", "888"},     {"888,889", "888"},    {"0x888", NULL},
        {"888h", NULL},        {"888H 0X888", NULL}, {"8888", NULL},        {"378-37A", NULL},
        {"lpt1", NULL},        {"", NULL},           {"0888", NULL},        {"88 8", NULL},
        {"88", NULL},          {"888x", NULL},       {"-,;", NULL},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct up_decimal_port *found = up_decimal_port_in(cases[i].text);

        if (cases[i].decimal == NULL) {
            assert_null(found);
        } else {
            assert_non_null(found);
            assert_string_equal(found->decimal, cases[i].decimal);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_numbers),
        cmocka_unit_test(in_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
