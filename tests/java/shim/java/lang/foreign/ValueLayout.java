// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

public interface ValueLayout extends MemoryLayout {
    OfByte JAVA_BYTE = new ShimLayout(byte.class, 1, null);
    OfShort JAVA_SHORT = new ShimLayout(short.class, 2, null);
    OfInt JAVA_INT = new ShimLayout(int.class, 4, null);
    AddressLayout ADDRESS = new ShimLayout(MemorySegment.class, 8, null);

    @Override
    ValueLayout withName(String name);

    interface OfByte extends ValueLayout {
        @Override
        OfByte withName(String name);
    }

    interface OfShort extends ValueLayout {
        @Override
        OfShort withName(String name);
    }

    interface OfInt extends ValueLayout {
        @Override
        OfInt withName(String name);
    }
}
