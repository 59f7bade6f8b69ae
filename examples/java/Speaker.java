// SPDX-License-Identifier: MIT

/**
 * Plays a short tune on the PC speaker: channel 2 of the timer chip makes the tone, port 61 connects it to the speaker. Needs
 * the ports 42, 43 and 61 and touches no other; port 61 is left as it was found. Usage: java Speaker
 */
public final class Speaker {
    private static final int TIMER_2 = 0x42;
    private static final int TIMER_MODE = 0x43;
    private static final int SPEAKER = 0x61;
    private static final int TIMER_HZ = 1193182;   // the timer counts down at this rate on every PC
    private static final int TONE_ON = 0x03;       // port 61: bit 0 lets channel 2 count, bit 1 connects it to the speaker
    private static final int SQUARE_WAVE_2 = 0xB6; // port 43: channel 2, low byte then high byte, mode 3 (square wave)

    private static final int[][] TUNE = { // Hz, ms
        {523, 180}, {659, 180}, {784, 180}, {1047, 180}, {880, 180}, {784, 180}, {1047, 300},
    };

    private Speaker() {}

    static void play(UserPort ports) throws InterruptedException {
        int found = ports.in8(SPEAKER) & 0x0F; // bits 4 to 7 can only be read

        for (int[] note : TUNE) {
            int count = TIMER_HZ / note[0];

            // A list is checked as a whole, so that the timer stays as it is when port 61 is not granted.
            ports.run(
                    UserPort.Operation.write(TIMER_MODE, 1, SQUARE_WAVE_2),
                    UserPort.Operation.write(TIMER_2, 1, count & 0xFF),
                    UserPort.Operation.write(TIMER_2, 1, count >> 8),
                    UserPort.Operation.write(SPEAKER, 1, found | TONE_ON));
            Thread.sleep(note[1]);
            ports.out8(SPEAKER, found & ~TONE_ON);
            Thread.sleep(20);
        }
        ports.out8(SPEAKER, found);
    }

    public static void main(String[] arguments) throws InterruptedException {
        try (UserPort ports = new UserPort()) { // closed at the end of the block
            play(ports);
            System.out.printf("speaker: played %d notes%n", TUNE.length);
        } catch (UserPort.Failure failure) { // says what could not be done, and why
            System.err.println("speaker: " + failure.getMessage());
            System.exit(1);
        }
    }
}
