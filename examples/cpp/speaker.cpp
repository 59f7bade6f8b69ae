/* SPDX-License-Identifier: MIT
 *
 * Plays a short tune on the PC speaker: channel 2 of the timer chip makes the tone, port 61
 * connects it to the speaker. Needs the ports 42, 43 and 61 and touches no other; port 61 is left
 * as it was found. Works on every Windows.
 */
#include <cstdio>
#include <exception>
#include <windows.h>
#include <userport/userport.hpp>

namespace
{

const std::uint16_t timer_2 = 0x42, timer_mode = 0x43, speaker = 0x61;

const unsigned timer_hz = 1193182; // the timer counts down at this rate on every PC
const unsigned square_wave_2 =
    0xB6; // to timer_mode: channel 2, low byte then high byte, mode 3 (square wave)
const unsigned tone_on =
    0x03; // of speaker: bit 0 lets channel 2 count, bit 1 connects it to the speaker

const struct note {
    unsigned hz, ms;
} tune[] = {{523, 180}, {659, 180}, {784, 180}, {1047, 180}, {880, 180}, {784, 180}, {1047, 300}};

// The tone begins by one list: it is checked as a whole, so that the timer stays as it is when port
// 61 is not granted.
void play(userport::ports &ports, const note &note, unsigned found)
{
    const unsigned count = timer_hz / note.hz;

    ports.run({userport::write(timer_mode, square_wave_2), userport::write(timer_2, count & 0xFF),
               userport::write(timer_2, count >> 8), userport::write(speaker, found | tone_on)});
    Sleep(note.ms);
    ports.out8(speaker, found & ~tone_on);
    Sleep(20);
}

} // namespace

int main()
{
    try {
        userport::ports ports;
        const unsigned found = ports.in8(speaker) & 0x0Fu; // bits 4 to 7 can only be read
        unsigned notes = 0;

        for (const note &note : tune) {
            play(ports, note, found);
            notes++;
        }
        ports.out8(speaker, found);
        std::printf("speaker: played %u notes\n", notes);
        return 0;
    } catch (
        const std::exception &problem) { // userport::error says what could not be done, and why
        std::fprintf(stderr, "speaker: %s\n", problem.what());
        return 1;
    }
}
