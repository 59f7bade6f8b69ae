/* SPDX-License-Identifier: MIT
 *
 * Plays a short tune on the PC speaker through userport.dll: channel 2 of the timer chip makes the
 * tone, port 61 connects it to the speaker. Needs the ports 42, 43 and 61 and touches no other;
 * port 61 is left as it was found.
 */
#include <stdio.h>
#include <windows.h>
#include <userport/userport.h>

#define TIMER_2    0x42u
#define TIMER_MODE 0x43u
#define SPEAKER    0x61u
#define TIMER_HZ   1193182u /* the timer counts down at this rate on every PC */
/* port 61: bit 0 lets channel 2 count, bit 1 connects it to the speaker */
#define TONE_ON 0x03u
/* port 43: channel 2, low byte then high byte, mode 3 (square wave) */
#define SQUARE_WAVE_2 0xB6u

static const struct {
    unsigned hz, ms;
} tune[] = {{523, 180}, {659, 180}, {784, 180}, {1047, 180}, {880, 180}, {784, 180}, {1047, 300}};

#define NOTES (sizeof tune / sizeof tune[0])

/*
 * The tone begins by one list: it is checked as a whole, so that the timer stays as it is when port
 * 61 is not granted.
 */
static up_error play_note(up_handle *handle, unsigned hz, unsigned ms, uint8_t found)
{
    const uint32_t count = TIMER_HZ / hz;
    up_operation list[] = {
        {.kind = UP_IO_WRITE, .width = 1, .port = TIMER_MODE, .value = SQUARE_WAVE_2},
        {.kind = UP_IO_WRITE, .width = 1, .port = TIMER_2, .value = count & 0xFF},
        {.kind = UP_IO_WRITE, .width = 1, .port = TIMER_2, .value = count >> 8},
        {.kind = UP_IO_WRITE, .width = 1, .port = SPEAKER, .value = found | TONE_ON},
    };
    up_error error = up_run(handle, list, sizeof list / sizeof list[0], NULL);

    if (error != UP_OK)
        return error;
    Sleep(ms);
    error = up_out8(handle, SPEAKER, (uint8_t)(found & ~TONE_ON));
    Sleep(20);
    return error;
}

static int failed(void)
{
    char why[300];

    up_failure_text(why, sizeof why);
    fprintf(stderr, "speaker: %s\n", why);
    return 1;
}

int main(void)
{
    up_handle *handle;
    uint8_t found;
    unsigned i;

    if (up_open(UP_BACKEND_ANY, &handle) != UP_OK || up_in8(handle, SPEAKER, &found) != UP_OK)
        return failed();
    found &= 0x0F; /* bits 4 to 7 can only be read */
    for (i = 0; i < NOTES; i++) {
        if (play_note(handle, tune[i].hz, tune[i].ms, found) != UP_OK)
            return failed();
    }
    if (up_out8(handle, SPEAKER, found) != UP_OK)
        return failed();
    up_close(handle);
    printf("speaker: played %u notes\n", (unsigned)NOTES);
    return 0;
}
