// SPDX-License-Identifier: MIT

/**
 * Resets the printer: holds the INIT line of the parallel port low for 100 ms, as in Figure 3 of UserPort's manual. Needs the
 * control port, 37A for LPT1. Usage: java ResetLpt [BASE]
 */
public final class ResetLpt {
    private static final int INIT = 0x04; // bit 2 of the control register: 0 = the printer resets

    private ResetLpt() {}

    static void reset(UserPort ports, int base) throws InterruptedException {
        int control = base + 2;
        int value = ports.in8(control);

        ports.out8(control, value & ~INIT);
        Thread.sleep(100);
        ports.out8(control, value | INIT);
    }

    public static void main(String[] arguments) throws InterruptedException {
        int base = 0;

        try {
            base = arguments.length == 0 ? 0x378 : Integer.parseInt(arguments[arguments.length - 1], 16); // LPT1
        } catch (NumberFormatException problem) {
            // base is 0: the usage
        }
        if (arguments.length > 1 || base < 0x100 || base > 0xFFFC) {
            System.err.println("usage: java ResetLpt [BASE]   BASE: the port's base address in hexadecimal; default 378");
            System.exit(2);
        }
        try (UserPort ports = new UserPort()) { // closed at the end of the block
            reset(ports, base);
            System.out.printf("resetlpt: INIT of the port at %X was low for 100 ms: the printer is reset%n", base);
        } catch (UserPort.Failure failure) { // says what could not be done, and why
            System.err.println("resetlpt: " + failure.getMessage());
            System.exit(1);
        }
    }
}
