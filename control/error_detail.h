/* SPDX-License-Identifier: MIT
 *
 * Why something could not be done: what every function of admin/ tells its caller, and what userportctl and UserPort.exe
 * show as it is. Texts are UTF-8.
 */
#ifndef UP_CONTROL_ERROR_DETAIL_H
#define UP_CONTROL_ERROR_DETAIL_H

#include <stdint.h>

struct up_error_detail {
    char text[640];   /* "cannot start the service UserPort: the file C:\...\userport.sys is not there (2)" */
    char advice[400]; /* what to do about it, one or two sentences, or "" */
    uint32_t code;    /* the system's code, which the text ends with; 0: none */
};

/*
 * Writes the problem: "<format...>: <what the system says about code> (<code>)", without the last two if code is 0. advice
 * may be NULL. What is too long is cut at a whole character. problem may be NULL: nothing is written.
 */
void up_error_detail_set(struct up_error_detail *problem, uint32_t code, const char *advice, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * The same, where format gives the reason itself: "<format...> (<code>)", without what the system says.
 */
void up_error_detail_say(struct up_error_detail *problem, uint32_t code, const char *advice, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* No problem: empty texts, code 0. problem may be NULL. */
void up_error_detail_clear(struct up_error_detail *problem);

/*
 * What the system says about its code, one phrase without a final dot, in UTF-8, cut to size bytes; "" if it knows
 * nothing. In error_detail_windows.c: FormatMessage, but for the codes that people meet here in our own, better words.
 */
void up_error_detail_system_text(uint32_t code, char *text, uint32_t size);

#endif
