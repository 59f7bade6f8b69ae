/* SPDX-License-Identifier: MIT
 *
 * The two tests of the original manual: reset the printer, and play a tune. They report how the
 * hardware answered. They use userport.h, so they run with any back end, including the fake.
 */
#ifndef UP_DEVICES_PORTTEST_H
#define UP_DEVICES_PORTTEST_H

#include "core/portset.h"
#include "userport/userport.h"

/*
 * Waits that many milliseconds. userportctl and UserPort.exe pass the system's sleep. Result: true
 * to go on, false if the user cancelled.
 */
typedef bool up_test_pause(void *context, uint32_t milliseconds);

struct up_test_result {
    up_error
        /*
         * UP_OK: the test ran to its end. UP_ERR_CANCELLED: the user cancelled it, and the hardware
         * was restored.
         */
        error;
    bool as_expected; /* the values read back are those of a port that exists */
    bool is_silent;   /* the printer port: every bit was 1, as where nothing is */
    /*
     * What was read before, during and after the test, and what that means; or why it failed. ASCII
     * sentences.
     */
    char text[600];
    /* The printer's registers */
    uint8_t status_before, control_before, control_during, control_after, status_after;
};

/*
 * The ports of each test: the printer port's three registers from base on; the speaker's 42, 43 and
 * 61.
 */
void up_test_lpt_ports(uint16_t base, struct up_portset *ports);
void up_test_speaker_ports(struct up_portset *ports);

/* The base of LPT1, LPT2 or LPT3: 378, 278 or 3BC; 0 for any other number. */
uint16_t up_test_lpt_base(uint32_t number);

/*
 * Resets the printer by the manual's exact sequence: bit 2 of the control register (INIT, active
 * low) is 0 for 100 ms, then 1 (read, AND FB, write, wait, OR 04, write). Then the registers are
 * read back. If every read is all ones, there is no port.
 */
void up_test_lpt(up_handle *handle, uint16_t base, up_test_pause *pause, void *context,
                 struct up_test_result *result);

/*
 * Plays the tune, and reads bit 5 of port 61 (the timer's output) while a tone sounds: it has to
 * toggle. Afterwards port 61 is as it was found.
 */
void up_test_speaker(up_handle *handle, up_test_pause *pause, void *context,
                     struct up_test_result *result);

#endif
