/* SPDX-License-Identifier: MIT
 *
 * Logs the granted ports that can damage data or stop the machine (core/known_ports.c) at each
 * start. An administrator sees them there, even if someone else confirmed them once.
 */
#include "core/known_ports.h"
#include "driver.h"
#include "messages.h"

/* A text to which characters are added. Characters that do not fit are dropped. */
struct text {
    WCHAR characters[UP_LOG_TEXT_MAX + 1];
    uint32_t length;
};

static void add(struct text *text, WCHAR c)
{
    if (text->length < UP_LOG_TEXT_MAX) {
        text->characters[text->length++] = c;
        text->characters[text->length] = L'\0';
    }
}

static void add_hex(struct text *text, uint32_t number)
{
    int shift = 12;

    while (shift > 0 && number >> shift == 0) {
        shift -= 4;
    }
    for (; shift >= 0; shift -= 4) {
        add(text, L"0123456789ABCDEF"[number >> shift & 15u]);
    }
}

/*
 * Adds the granted part of a range, from first on. Result: its last port, after which the caller
 * continues.
 */
static uint32_t add_granted(struct text *text, const struct up_portset *ports, uint32_t first,
                            uint32_t last)
{
    uint32_t end = first;

    while (end < last && up_portset_has(ports, (uint16_t)(end + 1))) {
        end++;
    }
    if (text->length != 0) {
        add(text, L',');
        add(text, L' ');
    }
    add_hex(text, first);
    if (end != first) {
        add(text, L'-');
        add_hex(text, end);
    }
    return end;
}

static void log_one(const struct up_known_ports *hazard, const struct up_portset *ports)
{
    struct text text = {.length = 0};
    uint32_t i, port;

    for (i = 0; i < hazard->range_count; i++) {
        for (port = hazard->ranges[i].first; port <= hazard->ranges[i].last; port++) {
            if (up_portset_has(ports, (uint16_t)port)) {
                port = add_granted(&text, ports, port, hazard->ranges[i].last);
            }
        }
    }
    up_log_text(UP_MSG_HAZARD_GRANTED, STATUS_SUCCESS, text.characters);
}

void up_hazards_log(const struct up_portset *ports)
{
    const struct up_known_ports *hazard;
    size_t cursor = 0;

    while ((hazard = up_known_ports_next_hazard(ports, &cursor, NULL)) != NULL) {
        log_one(hazard, ports);
    }
}
