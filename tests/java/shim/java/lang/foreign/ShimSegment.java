// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

import java.nio.charset.StandardCharsets;
import jdk.internal.misc.Unsafe;

/** Native memory with its bounds, its arena's life, and the alignment that a layout asks for: each is checked. */
final class ShimSegment implements MemorySegment {
    private static final Unsafe UNSAFE = Unsafe.getUnsafe();

    private final ShimArena arena;
    private final long address, size;

    ShimSegment(ShimArena arena, long address, long size) {
        this.arena = arena;
        this.address = address;
        this.size = size;
    }

    /** What is given to a function. */
    long checkedAddress() {
        arena.check();
        return address;
    }

    private long at(ValueLayout layout, long offset, long count) {
        arena.check();
        if (offset < 0 || offset > size || count < 0 || count > (size - offset) / layout.byteSize()) {
            throw new IndexOutOfBoundsException("offset " + offset + ", " + count + " of " + layout.byteSize() + " bytes, of " + size);
        }
        if ((address + offset) % layout.byteAlignment() != 0) {
            throw new IllegalArgumentException("offset " + offset + " is not aligned");
        }
        return address + offset;
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public long byteSize() {
        return size;
    }

    @Override
    public MemorySegment reinterpret(long newSize) {
        return new ShimSegment(arena, address, newSize);
    }

    @Override
    public String getString(long offset) {
        int length = 0;

        while (get(ValueLayout.JAVA_BYTE, offset + length) != 0) {
            length++;
        }
        byte[] bytes = new byte[length];
        copy(ValueLayout.JAVA_BYTE, offset, bytes, 0, length, false);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public byte get(ValueLayout.OfByte layout, long offset) {
        return UNSAFE.getByte(at(layout, offset, 1));
    }

    @Override
    public short get(ValueLayout.OfShort layout, long offset) {
        return UNSAFE.getShort(at(layout, offset, 1));
    }

    @Override
    public int get(ValueLayout.OfInt layout, long offset) {
        return UNSAFE.getInt(at(layout, offset, 1));
    }

    @Override
    public MemorySegment get(AddressLayout layout, long offset) {
        return MemorySegment.ofAddress(UNSAFE.getLong(at(layout, offset, 1)));
    }

    @Override
    public void set(ValueLayout.OfByte layout, long offset, byte value) {
        UNSAFE.putByte(at(layout, offset, 1), value);
    }

    @Override
    public void set(ValueLayout.OfShort layout, long offset, short value) {
        UNSAFE.putShort(at(layout, offset, 1), value);
    }

    @Override
    public void set(ValueLayout.OfInt layout, long offset, int value) {
        UNSAFE.putInt(at(layout, offset, 1), value);
    }

    @Override
    public void set(AddressLayout layout, long offset, MemorySegment value) {
        UNSAFE.putLong(at(layout, offset, 1), value.address());
    }

    void copy(ValueLayout layout, long offset, Object array, int index, int count, boolean here) {
        if (array.getClass().getComponentType() != ((ShimLayout) layout).carrier) {
            throw new IllegalArgumentException(array.getClass().getSimpleName() + " with another layout");
        }
        long from = at(layout, offset, count);
        long place = UNSAFE.arrayBaseOffset(array.getClass()) + index * layout.byteSize();

        java.util.Objects.checkFromIndexSize(index, count, java.lang.reflect.Array.getLength(array));
        if (here) {
            UNSAFE.copyMemory(array, place, null, from, count * layout.byteSize());
        } else {
            UNSAFE.copyMemory(null, from, array, place, count * layout.byteSize());
        }
    }
}
