// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

public interface SegmentAllocator {
    MemorySegment allocate(long byteSize, long byteAlignment);

    default MemorySegment allocate(MemoryLayout layout) {
        return allocate(layout.byteSize(), layout.byteAlignment());
    }
}
