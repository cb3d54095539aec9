package io.trunkline.load.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * Lets all connections of one event loop read into the same buffer. Fits handlers that have used up what they are given
 * when they return, and saves an allocation per read.
 */
final class SharedReceiveBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
    private final ByteBuf buffer;

    SharedReceiveBuffer(int capacity) {
        buffer = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(capacity));
    }

    @Override
    @SuppressWarnings("deprecation") // The interface has no other way to make a handle.
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public ByteBuf allocate(ByteBufAllocator unused) {
                return buffer.clear().retain();
            }

            @Override
            public int guess() {
                return buffer.capacity();
            }
        };
    }
}
