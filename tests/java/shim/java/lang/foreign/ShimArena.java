// SPDX-License-Identifier: MIT
// Of the test-only shim of java.lang.foreign: see ../../../README.md.
package java.lang.foreign;

import java.util.ArrayList;
import java.util.List;
import jdk.internal.misc.Unsafe;

/** Memory that is freed with its arena, and filled before, so that who uses it later finds that. */
final class ShimArena implements Arena {
    static final ShimArena GLOBAL = new ShimArena(null);

    private final Thread owner; // null: everybody's, for ever
    private final List<long[]> blocks = new ArrayList<>();
    private boolean closed;

    ShimArena(Thread owner) {
        this.owner = owner;
    }

    void check() {
        if (closed) {
            throw new IllegalStateException("Already closed");
        }
        if (owner != null && owner != Thread.currentThread()) {
            throw new IllegalStateException("another thread's arena"); // a WrongThreadException, which Java 17 does not have
        }
    }

    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        check();
        if (byteSize < 0 || byteAlignment <= 0 || (byteAlignment & byteAlignment - 1) != 0) {
            throw new IllegalArgumentException("size " + byteSize + ", alignment " + byteAlignment);
        }
        // No more than what was asked for has this alignment: who relies on more is found out.
        long room = byteSize + 4 * byteAlignment;
        long start = Unsafe.getUnsafe().allocateMemory(room);
        long address = (start + 2 * byteAlignment - 1) / (2 * byteAlignment) * (2 * byteAlignment) + byteAlignment;

        Unsafe.getUnsafe().setMemory(start, room, (byte) 0);
        blocks.add(new long[] {start, room});
        return new ShimSegment(this, address, byteSize);
    }

    @Override
    public void close() {
        check();
        if (owner == null) {
            throw new UnsupportedOperationException("the global arena is not closed");
        }
        closed = true;
        for (long[] block : blocks) {
            Unsafe.getUnsafe().setMemory(block[0], block[1], (byte) 0xDD);
            Unsafe.getUnsafe().freeMemory(block[0]);
        }
    }
}
