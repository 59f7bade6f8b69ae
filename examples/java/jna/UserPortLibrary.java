// SPDX-License-Identifier: MIT

import com.sun.jna.Function;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.ByteByReference;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import com.sun.jna.ptr.ShortByReference;
import java.util.Collections;

/**
 * userport.dll by JNA, for {@link UserPort}: every Java from 8 on, 32 and 64 bits. The functions are stdcall on 32-bit
 * Windows, with plain names, so that JNA needs to be told the convention but no function mapper.
 */
final class UserPortLibrary {
    /** The functions of userport.h, with its names. */
    interface Functions extends Library {
        int up_open(int backends, PointerByReference ports);

        void up_close(Pointer ports);

        int up_backend(Pointer ports);

        String up_backend_name(int backend);

        int up_in8(Pointer ports, short port, ByteByReference value);

        int up_in16(Pointer ports, short port, ShortByReference value);

        int up_in32(Pointer ports, short port, IntByReference value);

        int up_out8(Pointer ports, short port, byte value);

        int up_out16(Pointer ports, short port, short value);

        int up_out32(Pointer ports, short port, int value);

        int up_in8_block(Pointer ports, short port, byte[] values, int count);

        int up_in16_block(Pointer ports, short port, short[] values, int count);

        int up_in32_block(Pointer ports, short port, int[] values, int count);

        int up_out8_block(Pointer ports, short port, byte[] values, int count);

        int up_out16_block(Pointer ports, short port, short[] values, int count);

        int up_out32_block(Pointer ports, short port, int[] values, int count);

        int up_run(Pointer ports, Operation[] operations, int count, IntByReference done);

        int up_query_map(Pointer ports, byte[] map);

        int up_granted(Pointer ports, short port, int width);

        int up_query_info(Pointer ports, int[] info);

        void up_last_failure(Failure failure);

        int up_system_error();

        String up_error_text(int error);

        int up_failure_text(byte[] text, int size);

        int up_library_version();

        int up_fake_grant(Pointer ports, byte[] map);

        int up_fake_feed(Pointer ports, short port, int width, int[] values, int count);

        int up_fake_journal(Pointer ports, int first, Access[] accesses, int room, IntByReference count);

        int up_fake_reset(Pointer ports);
    }

    /** up_operation */
    @Structure.FieldOrder({"kind", "width", "port", "value", "mask", "count", "microseconds", "last", "buffer"})
    public static class Operation extends Structure {
        public byte kind, width;
        public short port;
        public int value, mask, count, microseconds, last;
        public Pointer buffer;
    }

    /** up_failure */
    @Structure.FieldOrder({"error", "system_error", "port", "index", "moved", "state", "abi_version", "driver_version"})
    public static class Failure extends Structure {
        public int error, system_error, port, index, moved, state, abi_version, driver_version;
    }

    /** up_access */
    @Structure.FieldOrder({"kind", "width", "port", "value"})
    public static class Access extends Structure {
        public byte kind, width;
        public short port;
        public int value;
    }

    /** The property userport.library: the path of the file; without it, JNA looks for it where the system does. */
    private static final Functions LIBRARY = Native.load(
            System.getProperty("userport.library", "userport"),
            Functions.class,
            Platform.isWindows() // JNA refuses to hear of stdcall elsewhere
                    ? Collections.singletonMap(Library.OPTION_CALLING_CONVENTION, Function.ALT_CONVENTION)
                    : Collections.emptyMap());

    private UserPortLibrary() {}

    private static Pointer pointer(long handle) {
        return handle == 0 ? null : new Pointer(handle);
    }

    static int open(int backends, long[] handle) {
        PointerByReference ports = new PointerByReference();
        int error = LIBRARY.up_open(backends, ports);

        handle[0] = Pointer.nativeValue(ports.getValue());
        return error;
    }

    static void close(long handle) {
        LIBRARY.up_close(pointer(handle));
    }

    static String backendName(long handle) {
        return LIBRARY.up_backend_name(LIBRARY.up_backend(pointer(handle)));
    }

    static int libraryVersion() {
        return LIBRARY.up_library_version();
    }

    static UserPort.Failure lastFailure() {
        Failure failure = new Failure();
        byte[] text = new byte[LIBRARY.up_failure_text(null, 0) + 1];

        LIBRARY.up_last_failure(failure);
        LIBRARY.up_failure_text(text, text.length);
        return new UserPort.Failure(Native.toString(text), new int[] {failure.error, failure.system_error, failure.port,
            failure.index, failure.moved, failure.state, failure.abi_version, failure.driver_version});
    }

    static int in(long handle, int width, int port, int[] value) {
        ByteByReference value8 = new ByteByReference();
        ShortByReference value16 = new ShortByReference();
        IntByReference value32 = new IntByReference();
        int error = width == 1 ? LIBRARY.up_in8(pointer(handle), (short) port, value8)
                : width == 2 ? LIBRARY.up_in16(pointer(handle), (short) port, value16)
                : LIBRARY.up_in32(pointer(handle), (short) port, value32);

        value[0] = width == 1 ? value8.getValue() : width == 2 ? value16.getValue() : value32.getValue();
        return error;
    }

    static int out(long handle, int width, int port, int value) {
        return width == 1 ? LIBRARY.up_out8(pointer(handle), (short) port, (byte) value)
                : width == 2 ? LIBRARY.up_out16(pointer(handle), (short) port, (short) value)
                : LIBRARY.up_out32(pointer(handle), (short) port, value);
    }

    static int inBlock(long handle, int port, byte[] values) {
        return LIBRARY.up_in8_block(pointer(handle), (short) port, values, values.length);
    }

    static int inBlock(long handle, int port, short[] values) {
        return LIBRARY.up_in16_block(pointer(handle), (short) port, values, values.length);
    }

    static int inBlock(long handle, int port, int[] values) {
        return LIBRARY.up_in32_block(pointer(handle), (short) port, values, values.length);
    }

    static int outBlock(long handle, int port, byte[] values) {
        return LIBRARY.up_out8_block(pointer(handle), (short) port, values, values.length);
    }

    static int outBlock(long handle, int port, short[] values) {
        return LIBRARY.up_out16_block(pointer(handle), (short) port, values, values.length);
    }

    static int outBlock(long handle, int port, int[] values) {
        return LIBRARY.up_out32_block(pointer(handle), (short) port, values, values.length);
    }

    static int run(long handle, UserPort.Operation[] operations) {
        if (operations.length == 0) {
            return UserPort.OK;
        }
        Operation[] list = (Operation[]) new Operation().toArray(operations.length);
        Memory[] blocks = new Memory[list.length]; // kept until the call is over

        for (int i = 0; i < list.length; i++) {
            UserPort.Operation from = operations[i];
            list[i].kind = (byte) from.kind;
            list[i].width = (byte) from.width;
            list[i].port = (short) from.port;
            list[i].value = from.value;
            list[i].mask = from.mask;
            list[i].count = from.count;
            list[i].microseconds = from.microseconds;
            if (from.count > 0) {
                blocks[i] = new Memory(from.data.length);
                blocks[i].write(0, from.data, 0, from.data.length);
                list[i].buffer = blocks[i];
            }
        }
        int error = LIBRARY.up_run(pointer(handle), list, list.length, null);
        for (int i = 0; i < list.length; i++) {
            operations[i].value = list[i].value;
            operations[i].last = list[i].last;
            if (blocks[i] != null && operations[i].kind == UserPort.IO_READ_BLOCK) {
                blocks[i].read(0, operations[i].data, 0, operations[i].data.length);
            }
        }
        return error;
    }

    static boolean granted(long handle, int port, int width) {
        return LIBRARY.up_granted(pointer(handle), (short) port, width) != 0;
    }

    static int queryMap(long handle, byte[] map) {
        return LIBRARY.up_query_map(pointer(handle), map);
    }

    static int queryInfo(long handle, int[] info) {
        return LIBRARY.up_query_info(pointer(handle), info);
    }

    static int fakeGrant(long handle, byte[] map) {
        return LIBRARY.up_fake_grant(pointer(handle), map);
    }

    static int fakeFeed(long handle, int port, int width, int[] values) {
        return LIBRARY.up_fake_feed(pointer(handle), (short) port, width, values, values.length);
    }

    static int fakeJournal(long handle, UserPort.Access[][] accesses) {
        IntByReference count = new IntByReference();
        int error = LIBRARY.up_fake_journal(pointer(handle), 0, null, 0, count);

        accesses[0] = new UserPort.Access[error == UserPort.OK ? count.getValue() : 0];
        if (accesses[0].length == 0) {
            return error;
        }
        Access[] list = (Access[]) new Access().toArray(accesses[0].length);
        error = LIBRARY.up_fake_journal(pointer(handle), 0, list, list.length, count);
        for (int i = 0; i < list.length; i++) {
            accesses[0][i] = new UserPort.Access(list[i].kind, list[i].width, list[i].port & 0xFFFF, list[i].value);
        }
        return error;
    }

    static int fakeReset(long handle) {
        return LIBRARY.up_fake_reset(pointer(handle));
    }
}
