package io.trunkline.balancer.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;

/** Stands at the socket and notes what has become of a read before the event loop does anything else. */
public final class FirstTurn extends ChannelInboundHandlerAdapter {
    private final EmbeddedChannel client;
    private final String mark;
    private int answers = -1;
    private boolean readOn;

    private FirstTurn(EmbeddedChannel client, String mark) {
        this.client = client;
        this.mark = mark;
    }

    /** Notes the next read of this client, of whose answers each contains {@code mark} once. */
    public static FirstTurn of(EmbeddedChannel client, String mark) {
        FirstTurn turn = new FirstTurn(client, mark);
        client.pipeline().addFirst(turn);
        return turn;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        if (answers < 0) {
            StringBuilder said = new StringBuilder();
            client.outboundMessages().forEach(sent -> said.append(((ByteBuf) sent).toString(ISO_8859_1)));
            answers = said.toString().split(mark, -1).length - 1;
            readOn = client.config().isAutoRead();
        }
    }

    /** How many answers there were. */
    public int answers() {
        return answers;
    }

    /** Whether more was read in the same turn. */
    public boolean readOn() {
        return readOn;
    }
}
