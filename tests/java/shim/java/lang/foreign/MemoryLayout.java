// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

public interface MemoryLayout {
    long byteSize();

    long byteAlignment();

    long byteOffset(PathElement... elements);

    MemoryLayout withName(String name);

    static StructLayout structLayout(MemoryLayout... elements) {
        return new ShimLayout(elements);
    }

    interface PathElement {
        static PathElement groupElement(String name) {
            return new ShimLayout.Element(name);
        }
    }
}
