// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

import java.util.Optional;

public interface SymbolLookup {
    Optional<MemorySegment> find(String name);

    static SymbolLookup libraryLookup(String name, Arena arena) {
        return ShimLinker.LINKER.open(name);
    }
}
