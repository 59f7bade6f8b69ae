// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

public interface MemorySegment {
    MemorySegment NULL = ofAddress(0);

    static MemorySegment ofAddress(long address) {
        return new ShimSegment(ShimArena.GLOBAL, address, 0);
    }

    long address();

    long byteSize();

    MemorySegment reinterpret(long newSize);

    String getString(long offset);

    byte get(ValueLayout.OfByte layout, long offset);

    short get(ValueLayout.OfShort layout, long offset);

    int get(ValueLayout.OfInt layout, long offset);

    MemorySegment get(AddressLayout layout, long offset);

    void set(ValueLayout.OfByte layout, long offset, byte value);

    void set(ValueLayout.OfShort layout, long offset, short value);

    void set(ValueLayout.OfInt layout, long offset, int value);

    void set(AddressLayout layout, long offset, MemorySegment value);

    static void copy(MemorySegment source, ValueLayout layout, long offset, Object array, int index, int count) {
        ((ShimSegment) source).copy(layout, offset, array, index, count, false);
    }

    static void copy(Object array, int index, MemorySegment destination, ValueLayout layout, long offset, int count) {
        ((ShimSegment) destination).copy(layout, offset, array, index, count, true);
    }
}
