/* SPDX-License-Identifier: MIT
 *
 * The order in which a change of the settings is written. Each of the three values is written as a
 * whole, one after the other. A crash between two writes, or a driver that reads in between, finds
 * a mixture of old and new values. No such mixture may give a port to anybody to whom neither the
 * old nor the new settings give it.
 */
#ifndef UP_CONTROL_SETTINGS_ORDER_H
#define UP_CONTROL_SETTINGS_ORDER_H

#include "core/settings.h"

enum up_settings_write {
    UP_WRITE_COMMON, /* IOPM: the ports that both grant (up_settings_common) */
    UP_WRITE_SCOPE,  /* the new Scope */
    UP_WRITE_STICKY, /* the new Sticky */
    UP_WRITE_PORTS   /* the new IOPM */
};
#define UP_SETTINGS_WRITES_MAX 4u

/*
 * Finds the writes that lead from old to new, in their order. old is as up_settings_decode found
 * it, with its problems. *changed receives the UP_STORE_... bits of settings_store.h of the values
 * that differ or were invalid; changed may be NULL. Result: the number of writes; 0 if nothing
 * differs.
 */
uint32_t up_settings_order(const struct up_settings *old, const struct up_settings *new,
                           enum up_settings_write writes[UP_SETTINGS_WRITES_MAX],
                           uint32_t *changed);

/* The ports that both settings grant. */
void up_settings_common(const struct up_settings *old, const struct up_settings *new,
                        struct up_portset *common);

#endif
