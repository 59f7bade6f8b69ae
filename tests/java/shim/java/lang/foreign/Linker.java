// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

import java.lang.invoke.MethodHandle;

public interface Linker {
    static Linker nativeLinker() {
        return ShimLinker.LINKER;
    }

    MethodHandle downcallHandle(MemorySegment symbol, FunctionDescriptor function, Option... options);

    interface Option {}
}
