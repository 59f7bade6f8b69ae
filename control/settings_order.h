/* SPDX-License-Identifier: MIT
 *
 * In which order a change of the settings is written. Each of the three values is written as a whole, and one after the
 * other: a crash between two of them, or a driver that reads in between, finds some old and some new. Whatever it finds
 * must not give a port to anybody whom neither the old settings nor the new ones give it.
 */
#ifndef UP_ADMIN_SETTINGS_ORDER_H
#define UP_ADMIN_SETTINGS_ORDER_H

#include "core/settings.h"

enum up_settings_write {
    UP_WRITE_COMMON, /* IOPM: the ports that old and new both grant, of up_settings_common */
    UP_WRITE_SCOPE,  /* Scope: the new one */
    UP_WRITE_STICKY, /* Sticky: the new one */
    UP_WRITE_PORTS   /* IOPM: the new one */
};
#define UP_SETTINGS_WRITES_MAX 4u

/*
 * What has to be written, in this order, to come from old (as up_settings_decode found it, with its problems) to new.
 * *changed: UP_SETTINGS_... of settings.h, of the values that differ or made no sense; may be NULL. Result: how many
 * writes; 0 when nothing differs.
 */
uint32_t up_settings_order(const struct up_settings *old, const struct up_settings *new,
                           enum up_settings_write writes[UP_SETTINGS_WRITES_MAX], uint32_t *changed);

/* The ports that both grant. */
void up_settings_common(const struct up_settings *old, const struct up_settings *new, struct up_portset *common);

#endif
