/* SPDX-License-Identifier: MIT
 *
 * Replaces the word card in routes (map_card.h). Items end at a comma, a semicolon or a blank, as
 * in core/routes.h; what is in quotation marks is a device's text and stays.
 */
#include "map_card.h"

#include <string.h>

#include "core/nearest.h"
#include "core/text.h"
#include "devices/printers.h"
#include "command.h"

static const char word[] = "card";
#define WORD_LENGTH (sizeof word - 1u)

/* The length of the item that begins there. */
static size_t item_length(const char *text)
{
    bool is_quoted = false;
    size_t length = 0;

    while (text[length] != '\0' && (is_quoted || strchr(",; \t\r\n", text[length]) == NULL)) {
        is_quoted ^= text[length] == '"';
        length++;
    }
    return length;
}

/* Is the item the word, or has it the word behind an equals sign? */
static bool has_word(const char *item, size_t length)
{
    return length >= WORD_LENGTH &&
           up_distance(item + length - WORD_LENGTH, WORD_LENGTH, word) == 0 &&
           (length == WORD_LENGTH || item[length - WORD_LENGTH - 1u] == '=');
}

/* Result: false if there is not exactly one card. */
static bool find_card(const char *what, struct up_printer *card)
{
    static struct up_printer printers[UP_PRINTERS_MAX];
    static struct up_devices devices;
    uint32_t count;

    up_devices_find(&devices);
    count = up_printers_find(&devices, printers);
    if (count == 0) {
        up_usage("%s\"card\": no printer port card is known to be here: give the address, as "
                 "userportctl ports shows it",
                 what);
    } else if (count > 1) {
        up_usage("%s\"card\": there are %u printer ports of cards, at %X, %X%s: give the address",
                 what, (unsigned)count, printers[0].ports.first, printers[1].ports.first,
                 count > 2 ? " and more" : "");
    }
    *card = printers[0];
    return count == 1;
}

static void write_item(struct up_writer *writer, const char *item, size_t length,
                       const struct up_printer *card)
{
    const struct up_routes routes = up_printer_lpt1_route(&card->ports);
    char text[64];

    if (length == WORD_LENGTH) {
        (void)up_routes_format(&routes, text, sizeof text);
        up_writer_text(writer, text);
    } else {
        up_writer_bytes(writer, item, length - WORD_LENGTH);
        up_writer_hex(writer, card->ports.first, 1);
    }
}

bool up_map_card(const char *text, const char *what, char *out, size_t size)
{
    struct up_printer card = {.card = NULL};
    struct up_writer writer;

    up_writer_init(&writer, out, size);
    while (*text != '\0') {
        const size_t length = item_length(text);

        if (!has_word(text, length)) {
            up_writer_bytes(&writer, text, length > 0 ? length : 1u);
        } else if (card.card != NULL || find_card(what, &card)) {
            write_item(&writer, text, length, &card);
        } else {
            return false;
        }
        text += length > 0 ? length : 1u;
    }
    if (up_writer_is_cut(&writer)) {
        up_usage("%sthe routes are too long", what);
        return false;
    }
    return true;
}
