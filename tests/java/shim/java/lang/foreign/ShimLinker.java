// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import jdk.incubator.foreign.CLinker;
import jdk.incubator.foreign.MemoryAddress;

/** Calls by the linker that Java 17 has in its incubator, whose addresses become segments here; libraries by dlopen and dlsym. */
final class ShimLinker implements Linker {
    static final ShimLinker LINKER = new ShimLinker();

    private static final int RTLD_NOW = 2;

    /** The layouts of a function. */
    static final class Descriptor implements FunctionDescriptor {
        final ShimLayout result;
        final MemoryLayout[] arguments;

        Descriptor(ShimLayout result, MemoryLayout... arguments) {
            this.result = result;
            this.arguments = arguments.clone();
        }
    }

    private final MethodHandle toAddress, toSegment, open, find;

    private ShimLinker() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            toAddress = lookup.findStatic(ShimLinker.class, "toAddress", MethodType.methodType(MemoryAddress.class, MemorySegment.class));
            toSegment = lookup.findStatic(ShimLinker.class, "toSegment", MethodType.methodType(MemorySegment.class, MemoryAddress.class));
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
        open = link(CLinker.systemLookup().lookup("dlopen").get(),
                new Descriptor(layout(ValueLayout.ADDRESS), ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        find = link(CLinker.systemLookup().lookup("dlsym").get(),
                new Descriptor(layout(ValueLayout.ADDRESS), ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    }

    private static ShimLayout layout(ValueLayout layout) {
        return (ShimLayout) layout;
    }

    private static MemoryAddress toAddress(MemorySegment segment) {
        return MemoryAddress.ofLong(((ShimSegment) segment).checkedAddress());
    }

    private static MemorySegment toSegment(MemoryAddress address) {
        return MemorySegment.ofAddress(address.toRawLongValue());
    }

    private static jdk.incubator.foreign.MemoryLayout old(ShimLayout layout) {
        return layout.carrier == byte.class ? CLinker.C_CHAR
                : layout.carrier == short.class ? CLinker.C_SHORT
                : layout.carrier == int.class ? CLinker.C_INT
                : CLinker.C_POINTER;
    }

    private static Class<?> oldCarrier(ShimLayout layout) {
        return layout.carrier == MemorySegment.class ? MemoryAddress.class : layout.carrier;
    }

    private MethodHandle link(MemoryAddress symbol, Descriptor function) {
        int count = function.arguments.length;
        jdk.incubator.foreign.MemoryLayout[] layouts = new jdk.incubator.foreign.MemoryLayout[count];
        Class<?>[] carriers = new Class<?>[count];

        for (int i = 0; i < count; i++) {
            layouts[i] = old((ShimLayout) function.arguments[i]);
            carriers[i] = oldCarrier((ShimLayout) function.arguments[i]);
        }
        MethodHandle handle = function.result == null
                ? CLinker.getInstance().downcallHandle(symbol, MethodType.methodType(void.class, carriers),
                        jdk.incubator.foreign.FunctionDescriptor.ofVoid(layouts))
                : CLinker.getInstance().downcallHandle(symbol, MethodType.methodType(oldCarrier(function.result), carriers),
                        jdk.incubator.foreign.FunctionDescriptor.of(old(function.result), layouts));
        for (int i = 0; i < count; i++) {
            if (carriers[i] == MemoryAddress.class) {
                handle = MethodHandles.filterArguments(handle, i, toAddress);
            }
        }
        return function.result != null && function.result.carrier == MemorySegment.class
                ? MethodHandles.filterReturnValue(handle, toSegment) : handle;
    }

    @Override
    public MethodHandle downcallHandle(MemorySegment symbol, FunctionDescriptor function, Option... options) {
        return link(toAddress(symbol), (Descriptor) function);
    }

    private static MemorySegment call(MethodHandle function, Object first, String text, Object... more) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = (text + "\0").getBytes(java.nio.charset.StandardCharsets.UTF_8);
            MemorySegment name = arena.allocate(bytes.length, 1);

            MemorySegment.copy(bytes, 0, name, ValueLayout.JAVA_BYTE, 0, bytes.length);
            return first == null ? (MemorySegment) function.invoke(name, RTLD_NOW)
                    : (MemorySegment) function.invoke((MemorySegment) first, name);
        } catch (Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }

    SymbolLookup open(String name) {
        MemorySegment library = call(open, null, name);

        if (library.address() == 0) {
            throw new IllegalArgumentException("Cannot open library: " + name);
        }
        return symbol -> Optional.of(call(find, library, symbol)).filter(found -> found.address() != 0);
    }
}
