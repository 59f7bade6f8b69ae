// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

/** Every layout: a value with its type in Java, or a structure with its elements. */
final class ShimLayout implements StructLayout, AddressLayout, ValueLayout.OfByte, ValueLayout.OfShort, ValueLayout.OfInt {
    final Class<?> carrier; // null: a structure
    private final long size, alignment;
    private final String name;
    private final MemoryLayout[] elements;

    static final class Element implements MemoryLayout.PathElement {
        private final String name;

        Element(String name) {
            this.name = name;
        }
    }

    ShimLayout(Class<?> carrier, long size, String name) {
        this.carrier = carrier;
        this.size = alignment = size;
        this.name = name;
        elements = new MemoryLayout[0];
    }

    /** A structure has no padding of its own: an element that is not aligned is refused. */
    ShimLayout(MemoryLayout... elements) {
        long offset = 0, widest = 1;

        for (MemoryLayout element : elements) {
            if (offset % element.byteAlignment() != 0) {
                throw new IllegalArgumentException("an element is not aligned, at " + offset);
            }
            offset += element.byteSize();
            widest = Math.max(widest, element.byteAlignment());
        }
        this.elements = elements.clone();
        carrier = null;
        size = offset;
        alignment = widest;
        name = null;
    }

    @Override
    public long byteSize() {
        return size;
    }

    @Override
    public long byteAlignment() {
        return alignment;
    }

    @Override
    public ShimLayout withName(String name) {
        if (carrier == null) {
            throw new UnsupportedOperationException("a structure's name is not here");
        }
        return new ShimLayout(carrier, size, name);
    }

    @Override
    public long byteOffset(MemoryLayout.PathElement... path) {
        long offset = 0;

        if (path.length != 1 || carrier != null) {
            throw new UnsupportedOperationException("only an element of a structure");
        }
        for (MemoryLayout element : elements) {
            if (((Element) path[0]).name.equals(((ShimLayout) element).name)) {
                return offset;
            }
            offset += element.byteSize();
        }
        throw new IllegalArgumentException("no element " + ((Element) path[0]).name);
    }
}
