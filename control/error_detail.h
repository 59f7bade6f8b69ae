/* SPDX-License-Identifier: MIT
 *
 * The error detail: why something could not be done, and what to do about it. The functions of
 * control/, setup/ and doctor/ return it, and userportctl and UserPort.exe show it unchanged. All
 * texts are UTF-8.
 */
#ifndef UP_CONTROL_ERROR_DETAIL_H
#define UP_CONTROL_ERROR_DETAIL_H

#include <stdint.h>

struct up_error_detail {
    /*
     * For example "cannot start the service UserPort: the file C:\...\userport.sys is not there
     * (2)".
     */
    char text[640];
    char advice[400]; /* what to do, one or two sentences; "" if unknown */
    uint32_t code;    /* the system's code, with which the text ends; 0: none */
};

/*
 * Sets the error detail. The text becomes "<format...>: <what the system says about code>
 * (<code>)", or only "<format...>" if code is 0. advice may be NULL. A text that is too long is cut
 * between characters. If problem is NULL, nothing is written.
 */
void up_error_detail_set(struct up_error_detail *problem, uint32_t code, const char *advice,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * The same, for a format that gives the reason itself: the text becomes "<format...> (<code>)",
 * without what the system says.
 */
void up_error_detail_say(struct up_error_detail *problem, uint32_t code, const char *advice,
                         const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Clears the error detail: empty texts, code 0. problem may be NULL. */
void up_error_detail_clear(struct up_error_detail *problem);

/*
 * Describes a code of the system in one phrase without a final dot, in UTF-8, cut to size bytes; ""
 * if the system does not know the code. error_detail_windows.c asks FormatMessage,
 * error_detail_posix.c strerror. Both have clearer words for the codes that are common here.
 */
void up_error_detail_system_text(uint32_t code, char *text, uint32_t size);

#endif
