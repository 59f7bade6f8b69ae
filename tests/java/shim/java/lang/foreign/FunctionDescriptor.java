// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

public interface FunctionDescriptor {
    static FunctionDescriptor of(MemoryLayout result, MemoryLayout... arguments) {
        return new ShimLinker.Descriptor((ShimLayout) result, arguments);
    }

    static FunctionDescriptor ofVoid(MemoryLayout... arguments) {
        return new ShimLinker.Descriptor(null, arguments);
    }
}
