// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

public interface StructLayout extends MemoryLayout {
    @Override
    StructLayout withName(String name);
}
