/* SPDX-License-Identifier: MIT
 *
 * Plays a short tune on the PC speaker: channel 2 of the timer chip makes the tone, port 61
 * connects it to the speaker. Needs the ports 42, 43 and 61 and touches no other; port 61 is left
 * as it was found.
 */
#include "ports.h"

#define TIMER_2    0x42
#define TIMER_MODE 0x43
#define SPEAKER    0x61
#define TIMER_HZ   1193182ul /* the timer counts down at this rate on every PC */
/* port 61: bit 0 lets channel 2 count, bit 1 connects it to the speaker */
#define TONE_ON 0x03
/* port 43: channel 2, low byte then high byte, mode 3 (square wave) */
#define SQUARE_WAVE_2 0xB6

struct note {
    unsigned int hz;
    unsigned int ms;
};

static const struct note tune[] = {
    {523, 180}, {659, 180}, {784, 180}, {1047, 180}, {880, 180}, {784, 180}, {1047, 300},
};

#define TUNE_NOTES (sizeof(tune) / sizeof(tune[0]))

int main(void)
{
    unsigned char found, quiet;
    unsigned int total = 0, i;
    unsigned long count;

    ports_explain("speaker");
    ports_open();

    found = (unsigned char)(inportb(SPEAKER) & 0x0F); /* bits 4 to 7 can only be read */
    quiet = (unsigned char)(found & ~TONE_ON);
    for (i = 0; i < TUNE_NOTES; i++) {
        count = TIMER_HZ / tune[i].hz;
        outportb(TIMER_MODE, SQUARE_WAVE_2);
        outportb(TIMER_2, (unsigned char)(count & 0xFF));
        outportb(TIMER_2, (unsigned char)(count >> 8));
        outportb(SPEAKER, (unsigned char)(found | TONE_ON));
        Sleep(tune[i].ms);
        outportb(SPEAKER, quiet);
        Sleep(20);
        total += tune[i].ms + 20;
    }
    outportb(SPEAKER, found);

    printf("speaker: played %u notes in %u ms:", (unsigned int)TUNE_NOTES, total);
    for (i = 0; i < TUNE_NOTES; i++)
        printf(" %u", tune[i].hz);
    printf(" Hz\n");
    return 0;
}
