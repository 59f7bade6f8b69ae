// SPDX-License-Identifier: MIT

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * userport.dll by Java's own foreign functions, for {@link UserPort}: Java 22 and later on 64-bit systems, and nothing else is
 * needed. (The linker knows no stdcall, so that 32-bit Windows needs the one over JNA.)
 */
final class UserPortLibrary {
    /** The property userport.library: the path of the file; without it, the system looks for userport.dll. */
    private static final SymbolLookup LIBRARY = SymbolLookup.libraryLookup(
            System.getProperty("userport.library", System.mapLibraryName("userport")), Arena.global());

    // The functions of userport.h, with its names: the result, then the arguments.
    static final MethodHandle up_open = function("up_open", JAVA_INT, JAVA_INT, ADDRESS);
    static final MethodHandle up_close = function("up_close", null, ADDRESS);
    static final MethodHandle up_backend = function("up_backend", JAVA_INT, ADDRESS);
    static final MethodHandle up_backend_name = function("up_backend_name", ADDRESS, JAVA_INT);
    static final MethodHandle up_in8 = function("up_in8", JAVA_INT, ADDRESS, JAVA_SHORT, ADDRESS);
    static final MethodHandle up_in16 = function("up_in16", JAVA_INT, ADDRESS, JAVA_SHORT, ADDRESS);
    static final MethodHandle up_in32 = function("up_in32", JAVA_INT, ADDRESS, JAVA_SHORT, ADDRESS);
    static final MethodHandle up_out8 = function("up_out8", JAVA_INT, ADDRESS, JAVA_SHORT, JAVA_BYTE);
    static final MethodHandle up_out16 = function("up_out16", JAVA_INT, ADDRESS, JAVA_SHORT, JAVA_SHORT);
    static final MethodHandle up_out32 = function("up_out32", JAVA_INT, ADDRESS, JAVA_SHORT, JAVA_INT);
    static final MethodHandle up_in8_block = function("up_in8_block", JAVA_INT, ADDRESS, JAVA_SHORT, ADDRESS, JAVA_INT);
    static final MethodHandle up_in16_block = function("up_in16_block", JAVA_INT, ADDRESS, JAVA_SHORT, ADDRESS, JAVA_INT);
    static final MethodHandle up_in32_block = function("up_in32_block", JAVA_INT, ADDRESS, JAVA_SHORT, ADDRESS, JAVA_INT);
    static final MethodHandle up_out8_block = function("up_out8_block", JAVA_INT, ADDRESS, JAVA_SHORT, ADDRESS, JAVA_INT);
    static final MethodHandle up_out16_block = function("up_out16_block", JAVA_INT, ADDRESS, JAVA_SHORT, ADDRESS, JAVA_INT);
    static final MethodHandle up_out32_block = function("up_out32_block", JAVA_INT, ADDRESS, JAVA_SHORT, ADDRESS, JAVA_INT);
    static final MethodHandle up_run = function("up_run", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
    static final MethodHandle up_query_map = function("up_query_map", JAVA_INT, ADDRESS, ADDRESS);
    static final MethodHandle up_granted = function("up_granted", JAVA_INT, ADDRESS, JAVA_SHORT, JAVA_INT);
    static final MethodHandle up_query_info = function("up_query_info", JAVA_INT, ADDRESS, ADDRESS);
    static final MethodHandle up_last_failure = function("up_last_failure", null, ADDRESS);
    static final MethodHandle up_system_error = function("up_system_error", JAVA_INT);
    static final MethodHandle up_error_text = function("up_error_text", ADDRESS, JAVA_INT);
    static final MethodHandle up_failure_text = function("up_failure_text", JAVA_INT, ADDRESS, JAVA_INT);
    static final MethodHandle up_library_version = function("up_library_version", JAVA_INT);
    static final MethodHandle up_fake_grant = function("up_fake_grant", JAVA_INT, ADDRESS, ADDRESS);
    static final MethodHandle up_fake_feed = function("up_fake_feed", JAVA_INT, ADDRESS, JAVA_SHORT, JAVA_INT, ADDRESS, JAVA_INT);
    static final MethodHandle up_fake_journal = function("up_fake_journal", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
    static final MethodHandle up_fake_reset = function("up_fake_reset", JAVA_INT, ADDRESS);

    /** up_operation */
    static final MemoryLayout OPERATION = MemoryLayout.structLayout(
            JAVA_BYTE.withName("kind"), JAVA_BYTE.withName("width"), JAVA_SHORT.withName("port"), JAVA_INT.withName("value"),
            JAVA_INT.withName("mask"), JAVA_INT.withName("count"), JAVA_INT.withName("microseconds"),
            JAVA_INT.withName("last"), ADDRESS.withName("buffer"));

    /** up_failure */
    static final MemoryLayout FAILURE = MemoryLayout.structLayout(
            JAVA_INT.withName("error"), JAVA_INT.withName("system_error"), JAVA_INT.withName("port"),
            JAVA_INT.withName("index"), JAVA_INT.withName("moved"), JAVA_INT.withName("state"),
            JAVA_INT.withName("abi_version"), JAVA_INT.withName("driver_version"));

    /** up_access */
    static final MemoryLayout ACCESS = MemoryLayout.structLayout(
            JAVA_BYTE.withName("kind"), JAVA_BYTE.withName("width"), JAVA_SHORT.withName("port"), JAVA_INT.withName("value"));

    private UserPortLibrary() {}

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(
                LIBRARY.find(name).orElseThrow(() -> new UnsatisfiedLinkError("userport.dll has no " + name)),
                result == null ? FunctionDescriptor.ofVoid(arguments) : FunctionDescriptor.of(result, arguments));
    }

    /** Any of the functions. (A program for which a microsecond counts writes invokeExact for those that it uses.) */
    private static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable thrown) {
            throw new IllegalStateException(thrown); // none of them throws anything else
        }
    }

    private static int callInt(MethodHandle function, Object... arguments) {
        return (int) call(function, arguments);
    }

    private static MemorySegment pointer(long handle) {
        return MemorySegment.ofAddress(handle);
    }

    private static String text(Object pointer) {
        return ((MemorySegment) pointer).reinterpret(Long.MAX_VALUE).getString(0);
    }

    static int open(int backends, long[] handle) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ports = arena.allocate(ADDRESS);
            int error = callInt(up_open, backends, ports);

            handle[0] = ports.get(ADDRESS, 0).address();
            return error;
        }
    }

    static void close(long handle) {
        call(up_close, pointer(handle));
    }

    static String backendName(long handle) {
        return text(call(up_backend_name, callInt(up_backend, pointer(handle))));
    }

    static int libraryVersion() {
        return callInt(up_library_version);
    }

    static UserPort.Failure lastFailure() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment failure = arena.allocate(FAILURE);
            int length = callInt(up_failure_text, MemorySegment.NULL, 0) + 1;
            MemorySegment text = arena.allocate(length, 1);
            int[] fields = new int[8];

            call(up_last_failure, failure);
            callInt(up_failure_text, text, length);
            MemorySegment.copy(failure, JAVA_INT, 0, fields, 0, fields.length);
            return new UserPort.Failure(text.getString(0), fields);
        }
    }

    static int in(long handle, int width, int port, int[] value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment read = arena.allocate(JAVA_INT);
            MethodHandle function = width == 1 ? up_in8 : width == 2 ? up_in16 : up_in32;
            int error = callInt(function, pointer(handle), (short) port, read);

            value[0] = width == 1 ? read.get(JAVA_BYTE, 0) : width == 2 ? read.get(JAVA_SHORT, 0) : read.get(JAVA_INT, 0);
            return error;
        }
    }

    static int out(long handle, int width, int port, int value) {
        return width == 1 ? callInt(up_out8, pointer(handle), (short) port, (byte) value)
                : width == 2 ? callInt(up_out16, pointer(handle), (short) port, (short) value)
                : callInt(up_out32, pointer(handle), (short) port, value);
    }

    private static int inBlock(MethodHandle function, long handle, int port, ValueLayout element, Object values, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(Math.max(1, count * element.byteSize()), element.byteSize());
            int error = callInt(function, pointer(handle), (short) port, block, count);

            MemorySegment.copy(block, element, 0, values, 0, count);
            return error;
        }
    }

    private static int outBlock(MethodHandle function, long handle, int port, ValueLayout element, Object values, int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(Math.max(1, count * element.byteSize()), element.byteSize());

            MemorySegment.copy(values, 0, block, element, 0, count);
            return callInt(function, pointer(handle), (short) port, block, count);
        }
    }

    static int inBlock(long handle, int port, byte[] values) {
        return inBlock(up_in8_block, handle, port, JAVA_BYTE, values, values.length);
    }

    static int inBlock(long handle, int port, short[] values) {
        return inBlock(up_in16_block, handle, port, JAVA_SHORT, values, values.length);
    }

    static int inBlock(long handle, int port, int[] values) {
        return inBlock(up_in32_block, handle, port, JAVA_INT, values, values.length);
    }

    static int outBlock(long handle, int port, byte[] values) {
        return outBlock(up_out8_block, handle, port, JAVA_BYTE, values, values.length);
    }

    static int outBlock(long handle, int port, short[] values) {
        return outBlock(up_out16_block, handle, port, JAVA_SHORT, values, values.length);
    }

    static int outBlock(long handle, int port, int[] values) {
        return outBlock(up_out32_block, handle, port, JAVA_INT, values, values.length);
    }

    private static long at(int index, String field) {
        return index * OPERATION.byteSize() + OPERATION.byteOffset(groupElement(field));
    }

    static int run(long handle, UserPort.Operation[] operations) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(Math.max(1, operations.length * OPERATION.byteSize()), ADDRESS.byteSize());
            MemorySegment[] blocks = new MemorySegment[operations.length];

            for (int i = 0; i < operations.length; i++) {
                UserPort.Operation from = operations[i];
                list.set(JAVA_BYTE, at(i, "kind"), (byte) from.kind);
                list.set(JAVA_BYTE, at(i, "width"), (byte) from.width);
                list.set(JAVA_SHORT, at(i, "port"), (short) from.port);
                list.set(JAVA_INT, at(i, "value"), from.value);
                list.set(JAVA_INT, at(i, "mask"), from.mask);
                list.set(JAVA_INT, at(i, "count"), from.count);
                list.set(JAVA_INT, at(i, "microseconds"), from.microseconds);
                if (from.count > 0) {
                    blocks[i] = arena.allocate(from.data.length, ADDRESS.byteSize());
                    MemorySegment.copy(from.data, 0, blocks[i], JAVA_BYTE, 0, from.data.length);
                    list.set(ADDRESS, at(i, "buffer"), blocks[i]);
                }
            }
            int error = callInt(up_run, pointer(handle), list, operations.length, MemorySegment.NULL);
            for (int i = 0; i < operations.length; i++) {
                operations[i].value = list.get(JAVA_INT, at(i, "value"));
                operations[i].last = list.get(JAVA_INT, at(i, "last"));
                if (blocks[i] != null && operations[i].kind == UserPort.IO_READ_BLOCK) {
                    MemorySegment.copy(blocks[i], JAVA_BYTE, 0, operations[i].data, 0, operations[i].data.length);
                }
            }
            return error;
        }
    }

    static boolean granted(long handle, int port, int width) {
        return callInt(up_granted, pointer(handle), (short) port, width) != 0;
    }

    static int queryMap(long handle, byte[] map) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment read = arena.allocate(map.length, 1);
            int error = callInt(up_query_map, pointer(handle), read);

            MemorySegment.copy(read, JAVA_BYTE, 0, map, 0, map.length);
            return error;
        }
    }

    static int queryInfo(long handle, int[] info) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment read = arena.allocate(info.length * JAVA_INT.byteSize(), JAVA_INT.byteSize());
            int error = callInt(up_query_info, pointer(handle), read);

            MemorySegment.copy(read, JAVA_INT, 0, info, 0, info.length);
            return error;
        }
    }

    static int fakeGrant(long handle, byte[] map) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment granted = arena.allocate(map.length, 1);

            MemorySegment.copy(map, 0, granted, JAVA_BYTE, 0, map.length);
            return callInt(up_fake_grant, pointer(handle), granted);
        }
    }

    static int fakeFeed(long handle, int port, int width, int[] values) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fed = arena.allocate(Math.max(1, values.length * JAVA_INT.byteSize()), JAVA_INT.byteSize());

            MemorySegment.copy(values, 0, fed, JAVA_INT, 0, values.length);
            return callInt(up_fake_feed, pointer(handle), (short) port, width, fed, values.length);
        }
    }

    static int fakeJournal(long handle, UserPort.Access[][] accesses) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            int error = callInt(up_fake_journal, pointer(handle), 0, MemorySegment.NULL, 0, count);
            int room = count.get(JAVA_INT, 0);
            MemorySegment list = arena.allocate(Math.max(1, room * ACCESS.byteSize()), JAVA_INT.byteSize());

            accesses[0] = new UserPort.Access[error == UserPort.OK ? room : 0];
            if (accesses[0].length > 0) {
                error = callInt(up_fake_journal, pointer(handle), 0, list, room, count);
            }
            for (int i = 0; i < accesses[0].length; i++) {
                long at = i * ACCESS.byteSize();
                accesses[0][i] = new UserPort.Access(
                        list.get(JAVA_BYTE, at + ACCESS.byteOffset(groupElement("kind"))),
                        list.get(JAVA_BYTE, at + ACCESS.byteOffset(groupElement("width"))),
                        list.get(JAVA_SHORT, at + ACCESS.byteOffset(groupElement("port"))) & 0xFFFF,
                        list.get(JAVA_INT, at + ACCESS.byteOffset(groupElement("value"))));
            }
            return error;
        }
    }

    static int fakeReset(long handle) {
        return callInt(up_fake_reset, pointer(handle));
    }
}
