// SPDX-License-Identifier: MIT

/**
 * The I/O ports that UserPort grants. Takes userport.dll, or libuserport.so on Linux, by way of UserPortLibrary, of which
 * there are two: over JNA, and over java.lang.foreign. What a method does is said in userport.h, where it is up_... .
 *
 * <p>Ports are 0 to FFFF. Values are unsigned: an int of 0 to FF or FFFF, a long for 32 bits; of what is written the upper
 * bits are ignored. Whatever fails throws a {@link Failure}. An object may be used by several threads, but not while one
 * closes it.
 */
public final class UserPort implements AutoCloseable {
    /** Back ends: the program's own IN and OUT, the driver, a fake without hardware for tests, Linux's /dev/port. */
    public static final int BACKEND_DIRECT = 1, BACKEND_IOCTL = 2, BACKEND_FAKE = 4, BACKEND_DEVPORT = 8;
    /** What backend() returns if the program has simulated ports alone; it is not for open(). */
    public static final int BACKEND_SIMULATED = 16;

    /** The fastest that works; never the fake. */
    public static final int BACKEND_ANY = BACKEND_DIRECT | BACKEND_IOCTL | BACKEND_DEVPORT;

    /** Of {@link Failure#code}. */
    public static final int ERR_ARGUMENT = 1, ERR_DENIED = 2, ERR_NOT_RUNNING = 3, ERR_NO_ACCESS = 4, ERR_VERSION = 5,
            ERR_UNSUPPORTED = 6, ERR_TIMED_OUT = 7, ERR_CANCELLED = 8, ERR_MEMORY = 9, ERR_SYSTEM = 10;

    /** Of {@link Operation#kind} and {@link Access#kind}. */
    public static final int IO_READ = 1, IO_WRITE = 2, IO_READ_BLOCK = 3, IO_WRITE_BLOCK = 4, IO_DELAY = 5, IO_WAIT = 6;

    static final int OK = 0;
    static final int MAP_BYTES = 8192;

    private long handle;

    /** Why a call failed; the message is the library's sentence: what could not be done, why, and what to do. */
    public static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        /** ERR_..., the system's code, the port that is not granted (10000: one behind the last), the operation. */
        public final int code, systemError, port, index;

        /** Elements of a block that were moved before; the driver's state; the versions for ERR_VERSION. */
        public final int moved, state, abiVersion, driverVersion;

        Failure(String text, int[] fields) {
            super(text);
            code = fields[0];
            systemError = fields[1];
            port = fields[2];
            index = fields[3];
            moved = fields[4];
            state = fields[5];
            abiVersion = fields[6];
            driverVersion = fields[7];
        }
    }

    /** One operation of a list for {@link #run}. */
    public static final class Operation {
        final int kind, width, port, mask, count, microseconds;
        final byte[] data;

        /** Read: the result. Write: what to write. Wait: what is waited for. */
        public int value;

        /** Wait: the result, what was read last. */
        public int last;

        private Operation(int kind, int width, int port, int value, int mask, int microseconds, byte[] data) {
            this.kind = kind;
            this.width = width;
            this.port = checked(port);
            this.value = value;
            this.mask = mask;
            this.microseconds = microseconds;
            this.data = data;
            this.count = data == null || width == 0 ? 0 : data.length / width;
        }

        /** width is 1, 2 or 4 bytes, here and below. */
        public static Operation read(int port, int width) {
            return new Operation(IO_READ, width, port, 0, 0, 0, null);
        }

        public static Operation write(int port, int width, int value) {
            return new Operation(IO_WRITE, width, port, value, 0, 0, null);
        }

        public static Operation delay(int microseconds) {
            return new Operation(IO_DELAY, 0, 0, 0, 0, microseconds, null);
        }

        /** Until (what is read &amp; mask) == (value &amp; mask). */
        public static Operation waitUntil(int port, int width, int value, int mask, int microseconds) {
            return new Operation(IO_WAIT, width, port, value, mask, microseconds, null);
        }

        /** data: the elements, each with its lowest byte first. */
        public static Operation readBlock(int port, int width, byte[] data) {
            return new Operation(IO_READ_BLOCK, width, port, 0, 0, 0, data);
        }

        public static Operation writeBlock(int port, int width, byte[] data) {
            return new Operation(IO_WRITE_BLOCK, width, port, 0, 0, 0, data);
        }
    }

    /** One access that the fake has seen. */
    public static final class Access {
        public final int kind, width, port, value;

        Access(int kind, int width, int port, int value) {
            this.kind = kind;
            this.width = width;
            this.port = port;
            this.value = value;
        }
    }

    /** Opens the back end that the property userport.backend names: direct, ioctl, fake; without it, the fastest that works. */
    public UserPort() {
        this(named(System.getProperty("userport.backend", "any")));
    }

    /** backends: BACKEND_..., or-ed; the fastest of them that works is chosen. */
    public UserPort(int backends) {
        long[] opened = new long[1];

        check(UserPortLibrary.open(backends, opened));
        handle = opened[0];
    }

    private static int named(String name) {
        switch (name) {
            case "any": return BACKEND_ANY;
            case "direct": return BACKEND_DIRECT;
            case "ioctl": return BACKEND_IOCTL;
            case "fake": return BACKEND_FAKE;
            case "devport": return BACKEND_DEVPORT;
            default: throw new IllegalArgumentException("userport.backend=" + name + ": there is any, direct, ioctl, devport and fake");
        }
    }

    @Override
    public void close() {
        UserPortLibrary.close(handle);
        handle = 0;
    }

    /** "direct", "ioctl" or "fake"; "none" when it is closed. */
    public String backend() {
        return UserPortLibrary.backendName(handle);
    }

    public int in8(int port) {
        return in(1, port) & 0xFF;
    }

    public int in16(int port) {
        return in(2, port) & 0xFFFF;
    }

    public long in32(int port) {
        return in(4, port) & 0xFFFFFFFFL;
    }

    public void out8(int port, int value) {
        check(UserPortLibrary.out(handle, 1, checked(port), value));
    }

    public void out16(int port, int value) {
        check(UserPortLibrary.out(handle, 2, checked(port), value));
    }

    public void out32(int port, long value) {
        check(UserPortLibrary.out(handle, 4, checked(port), (int) value));
    }

    /** Fills the array from one port; the type of the array says the width. */
    public void in(int port, byte[] values) {
        check(UserPortLibrary.inBlock(handle, checked(port), values));
    }

    public void in(int port, short[] values) {
        check(UserPortLibrary.inBlock(handle, checked(port), values));
    }

    public void in(int port, int[] values) {
        check(UserPortLibrary.inBlock(handle, checked(port), values));
    }

    /** Writes the array to one port. */
    public void out(int port, byte[] values) {
        check(UserPortLibrary.outBlock(handle, checked(port), values));
    }

    public void out(int port, short[] values) {
        check(UserPortLibrary.outBlock(handle, checked(port), values));
    }

    public void out(int port, int[] values) {
        check(UserPortLibrary.outBlock(handle, checked(port), values));
    }

    /** Runs a list in one call; it is checked as a whole before its first operation runs. The results are in the operations. */
    public void run(Operation... operations) {
        check(UserPortLibrary.run(handle, operations));
    }

    /** A wait alone, in which a time-out is no failure: did it come? */
    public boolean await8(int port, int value, int mask, int microseconds) {
        int error = UserPortLibrary.run(handle, new Operation[] {Operation.waitUntil(port, 1, value, mask, microseconds)});

        if (error != ERR_TIMED_OUT) {
            check(error);
        }
        return error == OK;
    }

    /** Is an access of 1, 2 or 4 bytes granted at this moment? */
    public boolean granted(int port, int width) {
        return UserPortLibrary.granted(handle, checked(port), width);
    }

    /** The map of granted ports: bit n % 8 of byte n / 8 is port n, 0 = granted. */
    public byte[] queryMap() {
        byte[] map = new byte[MAP_BYTES];

        check(UserPortLibrary.queryMap(handle, map));
        return map;
    }

    /** The 32 numbers of struct up_info, in its order: 1 is the driver's version, 4 its state, 9 the count of granted ports. */
    public int[] queryInfo() {
        int[] info = new int[32];

        check(UserPortLibrary.queryInfo(handle, info));
        return info;
    }

    /** The library's version: major &lt;&lt; 24 | minor &lt;&lt; 16 | patch. */
    public static int libraryVersion() {
        return UserPortLibrary.libraryVersion();
    }

    // ---- the fake alone, for tests of a program without hardware ----

    /** What is granted from now on, as in {@link #queryMap}. */
    public void fakeGrant(byte[] map) {
        if (map.length != MAP_BYTES) {
            throw new IllegalArgumentException("a map has " + MAP_BYTES + " bytes");
        }
        check(UserPortLibrary.fakeGrant(handle, map));
    }

    /** Appends values that reads of this width from this port will give. */
    public void fakeFeed(int port, int width, int... values) {
        check(UserPortLibrary.fakeFeed(handle, checked(port), width, values));
    }

    /** Every access so far, oldest first. */
    public Access[] fakeJournal() {
        Access[][] accesses = new Access[1][];

        check(UserPortLibrary.fakeJournal(handle, accesses));
        return accesses[0];
    }

    public void fakeReset() {
        check(UserPortLibrary.fakeReset(handle));
    }

    private int in(int width, int port) {
        int[] value = new int[1];

        check(UserPortLibrary.in(handle, width, checked(port), value));
        return value[0];
    }

    private static int checked(int port) {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port " + Integer.toHexString(port) + ": ports are 0 to ffff");
        }
        return port;
    }

    private static void check(int error) {
        if (error != OK) {
            throw UserPortLibrary.lastFailure();
        }
    }
}
