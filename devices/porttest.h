/* SPDX-License-Identifier: MIT
 *
 * The two tests of the original's manual: reset the printer, play a tune; and what the hardware said to it. Over
 * userport.h, so that they run through any back end, the fake too.
 */
#ifndef UP_ADMIN_PORTTEST_H
#define UP_ADMIN_PORTTEST_H

#include "core/portset.h"
#include "userport/userport.h"

/* Waits so many milliseconds; userportctl and UserPort.exe give the system's sleep. Result: go on (false: the user cancelled). */
typedef bool up_test_pause(void *context, uint32_t milliseconds);

struct up_test_result {
    up_error
        error; /* UP_OK: the test ran to its end. UP_ERR_CANCELLED: the user; the hardware was left as it was found */
    bool as_expected; /* what was read back is what a port that is there gives */
    char text[600]; /* what was read before, during and after, and what that means; or why it failed. ASCII sentences */
    uint8_t status_before, control_before, control_during, control_after, status_after; /* the printer's */
};

/* The ports of each test: control and status registers of the printer port at base (base, +1, +2); 42, 43, 61. */
void up_test_lpt_ports(uint16_t base, struct up_portset *ports);
void up_test_speaker_ports(struct up_portset *ports);

/* 378, 278, 3BC for 1, 2, 3; 0 for any other. */
uint16_t up_test_lpt_base(uint32_t number);

/*
 * Resets the printer: control register's bit 2 (INIT, active low) to 0, 100 ms, to 1: exactly the manual's sequence (read, and FB, write, wait,
 * or 04, write). Then reads back. All ones everywhere: nothing is there.
 */
void up_test_lpt(up_handle *handle, uint16_t base, up_test_pause *pause, void *context, struct up_test_result *result);

/* Plays the tune, and looks at port 61 bit 5 (the timer's output) while a tone sounds: it has to toggle. Port 61 is left as found. */
void up_test_speaker(up_handle *handle, up_test_pause *pause, void *context, struct up_test_result *result);

#endif
