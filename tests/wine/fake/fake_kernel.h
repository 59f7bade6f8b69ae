/* SPDX-License-Identifier: MIT
 *
 * What the fake ports want of the fake kernel.
 */
#ifndef USERPORT_FAKE_KERNEL_H
#define USERPORT_FAKE_KERNEL_H

#include <stdint.h>

/* Takes note of FAKE_ACT_...: carried out when the driver's spin lock is given back. */
void up_fake_act(uint32_t act);

/* The next entry of the event log, its code's low 16 bits; 0: there is none. */
uint32_t up_fake_log_next(void);
void up_fake_log_reset(void);

/* What FAKE_ORDERS reads. */
uint32_t up_fake_order_next(void);
void up_fake_orders_reset(void);

/* What FAKE_VIOLATIONS reads. */
uint32_t up_fake_violations(void);

#endif
