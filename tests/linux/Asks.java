// SPDX-License-Identifier: MIT
// A Java program that asks the kernel for its ports by JNA. Prints what ioperm and iopl answer: 0 or -1.
import com.sun.jna.Function;

final class Asks {
    private static int call(String name, Object... arguments) {
        return Function.getFunction("c", name).invokeInt(arguments);
    }

    public static void main(String[] arguments) {
        System.out.println(call("ioperm", 0x378L, 3L, 1) + " " + call("iopl", 3) + " " + call("ioperm", 0x378L, 4L, 1));
    }
}
