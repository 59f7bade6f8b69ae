// SPDX-License-Identifier: MIT

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Prints one line through a parallel port by hand, byte by byte: wait until the printer is not busy, put the byte on the data
 * lines, pulse STROBE. Needs the three ports at the base address, 378-37A for LPT1. Usage: java PrintLpt [-b BASE] [TEXT...]
 */
public final class PrintLpt {
    private static final int READY = 0x80;  // the printer's BUSY line, inverted: 1 = send the next byte
    private static final int IDLE = 0x0C;   // SELECT, and neither INIT nor STROBE (INIT is on while bit 2 is 0)
    private static final int STROBE = 0x0D; // the same with STROBE: the printer takes the byte

    private PrintLpt() {}

    /** Looks for 1 ms at a time, so that a slow printer does not cost the whole processor. */
    static void waitReady(UserPort ports, int base) throws IOException, InterruptedException {
        long end = System.nanoTime() + 2_000_000_000L;

        while (!ports.await8(base + 1, READY, READY, 1000)) {
            if (System.nanoTime() > end) {
                throw new IOException("the printer is not ready after 2 s");
            }
            Thread.sleep(1);
        }
    }

    /** A list is one call for several accesses, and nothing of it runs when one port of it is not granted. */
    static void print(UserPort ports, int base, byte[] bytes) throws IOException, InterruptedException {
        ports.out8(base + 2, IDLE);
        if (ports.in8(base + 1) == 0xFF) {
            throw new IOException("the status register reads FF: there is no parallel port");
        }
        for (byte value : bytes) {
            waitReady(ports, base);
            ports.run(
                    UserPort.Operation.write(base, 1, value),
                    UserPort.Operation.delay(1),
                    UserPort.Operation.write(base + 2, 1, STROBE),
                    UserPort.Operation.delay(1),
                    UserPort.Operation.write(base + 2, 1, IDLE));
        }
        waitReady(ports, base); // again: the printer has taken the last byte too
    }

    public static void main(String[] arguments) throws InterruptedException {
        int base = 0x378; // LPT1
        String[] words = arguments;

        if (arguments.length > 0 && arguments[0].equals("-b")) {
            try {
                base = Integer.parseInt(arguments.length > 1 ? arguments[1] : "", 16);
                words = Arrays.copyOfRange(arguments, 2, arguments.length);
            } catch (NumberFormatException problem) {
                base = 0; // the usage
            }
        }
        if (base < 0x100 || base > 0xFFFC) {
            System.err.println("usage: java PrintLpt [-b BASE] [TEXT...]   BASE: in hexadecimal; default 378");
            System.exit(2);
        }
        String text = words.length > 0 ? String.join(" ", words) : "UserPort: this line went through a parallel port.";
        byte[] bytes = (text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        try (UserPort ports = new UserPort()) {
            print(ports, base, bytes);
            System.out.printf("printlpt: the port at %X took %d bytes, CR and LF at the end%n", base, bytes.length);
        } catch (UserPort.Failure | IOException problem) {
            System.err.println("printlpt: " + problem.getMessage());
            System.exit(1);
        }
    }
}
