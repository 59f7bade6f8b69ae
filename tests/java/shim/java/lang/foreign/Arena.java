// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

public interface Arena extends SegmentAllocator, AutoCloseable {
    static Arena global() {
        return ShimArena.GLOBAL;
    }

    static Arena ofConfined() {
        return new ShimArena(Thread.currentThread());
    }

    @Override
    void close();
}
