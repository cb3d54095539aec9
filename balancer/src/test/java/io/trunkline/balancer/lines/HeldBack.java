package io.trunkline.balancer.lines;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A socket that never takes what is written: writes are neither done nor failed. */
final class HeldBack extends ChannelOutboundHandlerAdapter {
    private final List<ByteBuf> writes = new ArrayList<>();

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        writes.add((ByteBuf) message);
    }

    /** How many lines wait. */
    long lines() {
        return writes.stream()
                .flatMap(write -> write.toString(StandardCharsets.UTF_8).lines())
                .count();
    }

    void release() {
        writes.forEach(ByteBuf::release);
        writes.clear();
    }
}
