package io.trunkline.node.trunk;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;

/** Buffers on the heap whose bytes are counted while they exist: what a trunk holds, and what it failed to release. */
final class CountingAllocator extends AbstractByteBufAllocator {
    private int held;
    private int most;
    private boolean failing;

    CountingAllocator() {
        super(false);
    }

    /** Bytes of the buffers that exist now. */
    int held() {
        return held;
    }

    /** The most bytes that existed at one time since the last call. */
    int most() {
        int was = most;
        most = held;
        return was;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new Counted(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return new Counted(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    /** Whether allocations fail from now on. */
    void failing(boolean fail) {
        failing = fail;
    }

    private void count(int bytes) {
        held += bytes;
        most = Math.max(most, held);
    }

    private final class Counted extends UnpooledHeapByteBuf {
        Counted(int initialCapacity, int maxCapacity) {
            super(CountingAllocator.this, initialCapacity, maxCapacity);
        }

        @Override
        protected byte[] allocateArray(int initialCapacity) {
            if (failing) {
                throw new OutOfMemoryError("no direct memory in this test");
            }
            count(initialCapacity);
            return super.allocateArray(initialCapacity);
        }

        @Override
        protected void freeArray(byte[] array) {
            count(-array.length);
            super.freeArray(array);
        }
    }
}
