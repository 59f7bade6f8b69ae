/* SPDX-License-Identifier: MIT
 *
 * Writes lists and hazards for entries of the event log: short, since old systems keep the log in
 * 512 KiB.
 */
#include <stdio.h>
#include <string.h>

#include "core/known_ports.h"
#include "core/portlist.h"
#include "core/text.h"
#include "eventlog.h"

#define REST " ..."

/*
 * Cuts a text that did not fit. It then ends with the last whole part (parts end with separator),
 * followed by a mark for the rest.
 */
static void cut_parts(char *text, size_t whole, uint32_t size, char separator)
{
    char *end;

    if (whole >= size) {
        text[size - sizeof REST] = '\0';
        end = strrchr(text, separator);
        strcpy(end != NULL ? end + 1 : text, REST);
    }
}

void up_eventlog_list(const struct up_portset *ports, char *text, uint32_t size)
{
    cut_parts(text, up_portlist_format(ports, text, size), size, ',');
    if (text[0] == '\0') {
        strcpy(text, "none");
    }
}

bool up_eventlog_hazards(const struct up_portset *old, const struct up_portset *new, char *text,
                         uint32_t size)
{
    struct up_portset added = *new;
    const struct up_known_ports *hazard;
    struct up_writer list;
    size_t cursor = 0;
    uint16_t port;

    up_portset_remove(&added, old);
    up_writer_init(&list, text, size);
    while ((hazard = up_known_ports_next_hazard(&added, &cursor, &port)) != NULL) {
        up_writer_format(&list, "%s%X (%s): %s", list.length > 0 ? "; " : "", (unsigned)port,
                         hazard->what, hazard->hazard);
    }
    cut_parts(text, list.length, size, ';');
    return list.length > 0;
}
