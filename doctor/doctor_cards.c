/* SPDX-License-Identifier: MIT
 *
 * Judges where printer port cards are (doctor_cards.h). The system gives a card its address when it
 * starts, and may give it another one after a card was put in, taken out or moved.
 */
#include "doctor_cards.h"

#include <stdio.h>
#include <string.h>

#define SUBJECT    "cards"
#define CARDS_FROM 0x400u /* below are the addresses of a PC's own devices */
#define CARD_LEAST 3u     /* ports in one piece that may once have been a printer port's */
#define CARD_MOST  16u
#define RANGE_TEXT 12u

void up_card_facts_make(struct up_card_facts *facts, const struct up_devices *devices)
{
    struct up_printer printers[UP_PRINTERS_MAX];
    const uint32_t count = up_printers_find(devices, printers);
    uint32_t i;

    memset(facts, 0, sizeof *facts);
    facts->count = count;
    for (i = 0; i < count; i++) {
        (void)snprintf(facts->cards[i].name, sizeof facts->cards[i].name, "%s",
                       printers[i].card->name);
        (void)snprintf(facts->cards[i].note, sizeof facts->cards[i].note, "%s",
                       printers[i].card->note != NULL ? printers[i].card->note : "");
        facts->cards[i].ports = printers[i].ports;
        facts->cards[i].has_ecp = printers[i].has_ecp;
        facts->cards[i].ecp = printers[i].ecp;
    }
    up_portset_deny_all(&facts->taken);
    for (i = 0; i < devices->count; i++) {
        up_portset_grant(&facts->taken, devices->list[i].range.first, devices->list[i].range.last);
    }
}

static const char *range_text(const struct up_port_range *range, char text[RANGE_TEXT])
{
    (void)snprintf(text, RANGE_TEXT, "%X-%X", range->first, range->last);
    return text;
}

static bool has_any(const struct up_portset *set, const struct up_port_range *range)
{
    struct up_port_range found;

    return up_portset_next(set, range->first, &found) && found.first <= range->last;
}

static bool has_registers(const struct up_portset *set, const struct up_port_range *range)
{
    uint32_t port;

    for (port = range->first; port < range->first + CARD_LEAST; port++) {
        if (!up_portset_has(set, (uint16_t)port)) {
            return false;
        }
    }
    return true;
}

/* Finds ports in the list that may have been a card's, and that no device has now. */
static bool find_left(const struct up_card_facts *facts, const struct up_portset *granted,
                      struct up_port_range *left)
{
    uint32_t from;

    for (from = CARDS_FROM; up_portset_next(granted, from, left); from = left->last + 1u) {
        const uint32_t ports = left->last - left->first + 1u;

        if (ports >= CARD_LEAST && ports <= CARD_MOST && !has_any(&facts->taken, left)) {
            return true;
        }
    }
    return false;
}

static void look_at_card(struct up_report *report, const struct up_card_facts *facts,
                         uint32_t index, const struct up_portset *granted)
{
    const struct up_port_range *ports = &facts->cards[index].ports;
    const char *name = facts->cards[index].name;
    char here[RANGE_TEXT], there[RANGE_TEXT];
    struct up_port_range left;

    range_text(ports, here);
    if (has_registers(granted, ports)) {
        up_report_add(report, UP_FINDING_OK, SUBJECT,
                      "The printer port of the card, %s, is at %s, and is granted.", name, here);
    } else if (find_left(facts, granted, &left)) {
        range_text(&left, there);
        up_report_add(report, UP_FINDING_WARNING, SUBJECT,
                      "%s is granted, where no device is, and the printer port of the card, %s, is "
                      "at %s, which is not granted: the card may have got this address when the "
                      "machine started.",
                      there, name, here);
        up_report_advise(
            report,
            "Grant what is there now: userportctl grant %s. Take the other ports away: "
            "userportctl revoke %s. Programs and routes with %X need %X instead.",
            here, there, left.first, ports->first);
    } else {
        up_report_add(report, UP_FINDING_NOTE, SUBJECT,
                      "The printer port of the card, %s, is at %s, which is not granted.", name,
                      here);
        up_report_advise(report, "If programs are to use it: userportctl grant %s.", here);
    }
    if (facts->cards[index].note[0] != '\0' && facts->cards[index].has_ecp &&
        has_any(granted, &facts->cards[index].ecp)) {
        up_report_add(report, UP_FINDING_NOTE, SUBJECT,
                      "The ECP registers of the card, %s, are granted, %s. %s", name,
                      range_text(&facts->cards[index].ecp, here), facts->cards[index].note);
    }
}

void up_report_cards(struct up_report *report, const struct up_card_facts *facts,
                     const struct up_portset *granted)
{
    uint32_t i;

    for (i = 0; i < facts->count; i++) {
        look_at_card(report, facts, i, granted);
    }
    if (facts->count == 0) {
        up_report_add(report, UP_FINDING_OK, SUBJECT, "No printer port card is known to be here.");
    }
}
