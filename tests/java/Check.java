// SPDX-License-Identifier: MIT

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * For tests/unit/test_java.py, which runs it with each of the two libraries. Over the fake: every method of UserPort, as TAP; or one
 * of the programs with the journal of what it did:
 *
 *   java Check                   java Check reset BASE FOUND     java Check print BASE TEXT STATUS...      java Check speaker FOUND
 *   (statuses are read one after the other; =STATUS: that one from then on)
 *   java Check constants         the constants of UserPort, NAME VALUE
 */
public final class Check {
    private static int number, failed;
    private static String problem;

    private Check() {}

    private interface Case {
        void run(UserPort fake) throws Exception;
    }

    private static void test(String name, Case body) {
        problem = null;
        try (UserPort fake = new UserPort(UserPort.BACKEND_FAKE)) {
            body.run(fake);
        } catch (Exception thrown) {
            expect(false, thrown.toString());
        }
        failed += problem == null ? 0 : 1;
        System.out.println((problem == null ? "ok " : "not ok ") + ++number + " - " + name);
        if (problem != null) {
            System.out.println("# " + problem);
        }
    }

    private static void expect(boolean good, String what) {
        problem = problem != null || good ? problem : what;
    }

    private static void equal(Object is, Object wanted) {
        expect(wanted.equals(is), is + ", not " + wanted);
    }

    private static UserPort.Failure fails(int code, Runnable action) {
        try {
            action.run();
        } catch (UserPort.Failure failure) {
            equal(failure.code, code);
            return failure;
        }
        throw new IllegalStateException("no failure");
    }

    private static void refuses(Runnable action) {
        try {
            action.run();
        } catch (IllegalArgumentException expected) {
            return;
        }
        expect(false, "not refused");
    }

    private static String journal(UserPort fake, String separator) {
        List<String> lines = new ArrayList<>();

        for (UserPort.Access access : fake.fakeJournal()) {
            lines.add(access.kind == UserPort.IO_DELAY ? "delay " + access.value
                    : String.format(access.kind == UserPort.IO_WRITE ? "out%d %X %X" : "in%d %X %X", access.width * 8,
                            access.port, access.value));
        }
        return String.join(separator, lines);
    }

    private static void saw(UserPort fake, String wanted) {
        equal(journal(fake, ", "), wanted);
        fake.fakeReset();
        equal(fake.fakeJournal().length, 0);
    }

    private static byte[] mapOf(int port) {
        byte[] map = new byte[UserPort.MAP_BYTES];

        Arrays.fill(map, (byte) 0xFF);
        map[port / 8] = (byte) ~(1 << port % 8);
        return map;
    }

    private static void all() {
        test("opens the back end that it is told, and closes", fake -> {
            equal(fake.backend(), "fake");
            fake.close();
            equal(fake.backend(), "none");
            fake.close();
            expect(fails(UserPort.ERR_ARGUMENT, () -> fake.in8(0x378)).getMessage().contains("the handle is NULL"), "NULL");
        });
        test("failures to open", fake -> {
            fails(UserPort.ERR_ARGUMENT, () -> new UserPort(0));
            expect(fails(UserPort.ERR_UNSUPPORTED, () -> new UserPort(UserPort.BACKEND_DIRECT)).getMessage()
                    .startsWith("cannot open the ports: "), "the sentence");
        });
        test("single accesses, unsigned", fake -> {
            fake.out8(0xFFFF, 0x1A5);
            fake.out16(0x8000, 0x1FEDC);
            fake.out32(0x300, 0x89ABCDEFL);
            equal(fake.in8(0xFFFF), 0xA5);
            equal(fake.in16(0x8000), 0xFEDC);
            equal(fake.in32(0x300), 0x89ABCDEFL);
            saw(fake, "out8 FFFF A5, out16 8000 FEDC, out32 300 89ABCDEF, in8 FFFF A5, in16 8000 FEDC, in32 300 89ABCDEF");
        });
        test("ports outside 0 to FFFF are refused", fake -> {
            refuses(() -> fake.in8(0x10378));
            refuses(() -> fake.out8(-1, 0));
            refuses(() -> fake.in(0x10000, new byte[1]));
            refuses(() -> fake.out(0x10000, new int[1]));
            refuses(() -> UserPort.Operation.read(0x10000, 1));
            refuses(() -> fake.granted(0x10000, 1));
            refuses(() -> fake.fakeFeed(0x10000, 1, 1));
            saw(fake, "");
        });
        test("blocks of each width", fake -> {
            byte[] bytes = {0, 0};
            short[] words = {0, 0};
            int[] longs = {0, 0};

            fake.out(0x10, new byte[] {1, (byte) 0xFF});
            fake.out(0x20, new short[] {0x102, (short) 0xFFFE});
            fake.out(0x30, new int[] {0x1020304, -3});
            fake.in(0x10, bytes);
            fake.in(0x20, words);
            fake.in(0x30, longs);
            equal(Arrays.toString(bytes), "[-1, -1]");
            equal(Arrays.toString(words), "[-2, -2]");
            equal(Arrays.toString(longs), "[-3, -3]");
            saw(fake, "out8 10 1, out8 10 FF, out16 20 102, out16 20 FFFE, out32 30 1020304, out32 30 FFFFFFFD, "
                    + "in8 10 FF, in8 10 FF, in16 20 FFFE, in16 20 FFFE, in32 30 FFFFFFFD, in32 30 FFFFFFFD");
            fake.in(0x10, new byte[0]);
            fake.out(0x10, new int[0]);
            saw(fake, "");
        });
        test("lists: each kind of operation, and its results", fake -> {
            UserPort.Operation read = UserPort.Operation.read(0x100, 2);
            UserPort.Operation wait = UserPort.Operation.waitUntil(0x100, 1, 0xF4, 0x0F, 10);
            byte[] back = new byte[4];

            fake.run(UserPort.Operation.write(0x100, 2, 0x1234), read, UserPort.Operation.delay(50), wait,
                    UserPort.Operation.writeBlock(0x108, 2, new byte[] {1, 2, 3, 4}),
                    UserPort.Operation.readBlock(0x108, 2, back), UserPort.Operation.write(0x378, 1, -1));
            equal(read.value, 0x1234);
            equal(wait.last, 0x34);
            equal(Arrays.toString(back), "[3, 4, 3, 4]");
            saw(fake, "out16 100 1234, in16 100 1234, delay 50, in8 100 34, out16 108 201, out16 108 403, in16 108 403, "
                    + "in16 108 403, out8 378 FF");
            fake.run();
            saw(fake, "");
        });
        test("lists that fail: the operation, what ran before it", fake -> {
            UserPort.Operation wait = UserPort.Operation.waitUntil(0x100, 1, 2, 3, 10);

            equal(fails(UserPort.ERR_TIMED_OUT, () -> fake.run(UserPort.Operation.write(0x100, 1, 1), wait)).index, 1);
            equal(wait.last, 1);
            saw(fake, "out8 100 1, in8 100 1");
            fails(UserPort.ERR_ARGUMENT, () -> fake.run(UserPort.Operation.read(0x100, 3)));
            fails(UserPort.ERR_ARGUMENT, () -> fake.run(UserPort.Operation.readBlock(0x100, 2, new byte[1])));
            saw(fake, "");
        });
        test("a wait alone", fake -> {
            fake.fakeFeed(0x379, 1, 0x7F, 0, 0x80, 0x11);
            expect(fake.await8(0x379, 0x80, 0x80, 1000), "it comes");
            expect(!fake.await8(0x379, 0x80, 0x80, 0), "it does not come");
            saw(fake, "in8 379 7F, in8 379 0, in8 379 80, in8 379 11");
        });
        test("denied: every way, with the port, and nothing is executed", fake -> {
            fake.fakeGrant(mapOf(0x378));
            UserPort.Failure failure = fails(UserPort.ERR_DENIED, () -> fake.in16(0x378));
            equal(failure.port, 0x379);
            equal(failure.state, 1);
            equal(failure.getMessage(),
                    "port 379 is not granted: nothing was executed. Root grants it by userportctl grant, to programs that userportctl run starts from then on.");
            fails(UserPort.ERR_DENIED, () -> fake.in8(0x377));
            fails(UserPort.ERR_DENIED, () -> fake.in32(0x378));
            fails(UserPort.ERR_DENIED, () -> fake.out8(0x377, 0));
            fails(UserPort.ERR_DENIED, () -> fake.out16(0x378, 0));
            fails(UserPort.ERR_DENIED, () -> fake.out32(0x378, 0));
            fails(UserPort.ERR_DENIED, () -> fake.in(0x377, new byte[1]));
            fails(UserPort.ERR_DENIED, () -> fake.in(0x378, new short[1]));
            fails(UserPort.ERR_DENIED, () -> fake.in(0x378, new int[1]));
            fails(UserPort.ERR_DENIED, () -> fake.out(0x377, new byte[1]));
            fails(UserPort.ERR_DENIED, () -> fake.out(0x378, new short[1]));
            fails(UserPort.ERR_DENIED, () -> fake.out(0x378, new int[1]));
            fails(UserPort.ERR_DENIED, () -> fake.await8(0x377, 1, 1, 1));
            equal(fails(UserPort.ERR_DENIED,
                    () -> fake.run(UserPort.Operation.write(0x378, 1, 0), UserPort.Operation.read(0x37A, 1))).index, 1);
            fake.in8(0x378);
            saw(fake, "in8 378 FF");
        });
        test("what is granted, and what the driver says", fake -> {
            byte[] map = mapOf(0xFFFF);

            fake.fakeGrant(map);
            expect(fake.granted(0xFFFF, 1) && !fake.granted(0xFFFF, 2) && !fake.granted(0xFFFE, 1), "granted");
            expect(Arrays.equals(fake.queryMap(), map), "the map");
            equal(fake.queryInfo()[0], 1);
            equal(fake.queryInfo()[1], UserPort.libraryVersion());
            equal(fake.queryInfo()[9], 1);
            refuses(() -> fake.fakeGrant(new byte[1]));
        });
        test("a long journal", fake -> {
            fake.out(0x378, new byte[3000]);
            equal(fake.fakeJournal().length, 3000);
            equal(fake.fakeJournal()[2999].port, 0x378);
        });
        test("4 threads, each with failures of its own", fake -> {
            Thread[] threads = new Thread[4];
            int[] wrong = new int[1];

            fake.fakeGrant(mapOf(0));
            for (int i = 0; i < threads.length; i++) {
                int port = 0x100 + i;
                threads[i] = new Thread(() -> {
                    for (int round = 0; round < 200; round++) {
                        try {
                            fake.in8(port);
                        } catch (UserPort.Failure failure) {
                            if (failure.port == port) {
                                continue;
                            }
                        }
                        synchronized (wrong) {
                            wrong[0]++;
                        }
                    }
                });
                threads[i].start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            equal(wrong[0], 0);
        });
        System.out.println("1.." + number);
        System.exit(failed == 0 ? 0 : 1);
    }

    private static void constants() throws IllegalAccessException {
        for (java.lang.reflect.Field field : UserPort.class.getDeclaredFields()) {
            if (java.lang.reflect.Modifier.isStatic(field.getModifiers())) {
                System.out.println(field.getName() + " " + field.getInt(null));
            }
        }
    }

    private static int hex(String text) {
        return Integer.parseInt(text, 16);
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0) {
            all();
        }
        if (arguments[0].equals("constants")) {
            constants();
            return;
        }
        try (UserPort fake = new UserPort(UserPort.BACKEND_FAKE)) {
            try {
                if (arguments[0].equals("reset")) {
                    fake.fakeFeed(hex(arguments[1]) + 2, 1, hex(arguments[2]));
                    ResetLpt.reset(fake, hex(arguments[1]));
                } else if (arguments[0].equals("speaker")) {
                    fake.fakeFeed(0x61, 1, hex(arguments[1]));
                    Speaker.play(fake);
                } else {
                    for (int i = 3; i < arguments.length; i++) {
                        if (arguments[i].startsWith("=")) {
                            fake.out8(hex(arguments[1]) + 1, hex(arguments[i].substring(1)));
                        } else {
                            fake.fakeFeed(hex(arguments[1]) + 1, 1, hex(arguments[i]));
                        }
                    }
                    PrintLpt.print(fake, hex(arguments[1]), arguments[2].getBytes("ISO-8859-1"));
                }
            } finally {
                System.out.println(journal(fake, "\n"));
            }
        }
    }
}
