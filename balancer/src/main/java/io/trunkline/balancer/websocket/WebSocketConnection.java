package io.trunkline.balancer.websocket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Closing;
import io.trunkline.balancer.client.Crowd;
import io.trunkline.balancer.client.Deadlines;
import io.trunkline.balancer.client.Intake;
import io.trunkline.balancer.client.Stall;
import io.trunkline.balancer.http.HttpWire;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;

/**
 * One WebSocket connection: hands frames to the reader of its client, looks at deadlines, and sends pings. Belongs to
 * the channel's event loop.
 */
final class WebSocketConnection extends ChannelInboundHandlerAdapter implements ClientLoop.Member, Intake {
    private final HttpWire wire;
    private final ClientLoop clients;
    private final Deadlines<WebSocketClient> deadlines;
    private final Channel channel;
    private final WebSocketClient client;
    private final FrameReader reader;
    private final Relay relay;
    private final Closing closing;
    private final Stall stall = new Stall();
    private final Crowd.Seat seat = new Crowd.Seat();
    private long pingedNanos = System.nanoTime();

    /** A connection that is being upgraded. */
    WebSocketConnection(HttpWire wire, Deadlines<WebSocketClient> deadlines, Channel channel, WebSocketClient client) {
        this.wire = wire;
        this.clients = wire.clients();
        this.deadlines = deadlines;
        this.channel = channel;
        this.client = client;
        this.reader = client.reader();
        this.relay = client.relay();
        this.closing = client.closing();
        clients.sessions().add(this);
    }

    @Override
    public Crowd.Seat seat() {
        return seat;
    }

    // --- the socket

    @Override
    public void onBytes(int count) {
        // Only whole frames count as signs of life.
    }

    @Override
    public boolean takesMore() {
        return reader.takesMore();
    }

    @Override
    public boolean ignores() {
        return closing.begun();
    }

    @Override
    public void onDecoded() {
        reader.count();
        if (!closing.begun() && !client.account().room(0)) {
            client.shed();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof WebSocketFrame frame && !closing.begun()) {
            client.heard();
            reader.add(frame);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reader.readComplete();
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        stall.changed(channel);
        client.account().output(channel);
        if (channel.isWritable()) {
            reader.onWritable();
            relay.onWritable();
        }
        reader.read();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        client.gone();
        clients.sessions().remove(this);
        clients.disconnected();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        if (cause instanceof OutOfMemoryError) {
            client.account().failed(cause);
            client.broken();
        } else if (root instanceof CorruptedWebSocketFrameException bad) {
            client.end(bad.closeStatus(), Reason.PROTOCOL);
        } else {
            clients.failed(cause);
            context.close();
        }
    }

    // --- time

    @Override
    public void tick(long now) {
        relay.tick(now);
        client.account().output(channel);
        long stalled = clients.settings().timeouts().stall().toNanos();
        if (closing.begun()) {
            closing.tick(channel, now, Closing.LINGER_NANOS);
        } else if (stall.lasts(channel, now) > stalled) {
            clients.ended(Reason.CLIENT_SLOW);
            channel.close();
        } else if (client.over(now)) {
            client.end(WebSocketCloseStatus.POLICY_VIOLATION, null);
        } else {
            tickOpen(now);
        }
    }

    private void tickOpen(long now) {
        Reason late = deadlines.passed(client, now);
        if (late != null) {
            relay.refuse(Refusal.of(late));
        } else if (now - pingedNanos >= wire.settings().timeouts().ping().toNanos()) {
            pingedNanos = now;
            channel.writeAndFlush(new PingWebSocketFrame());
        }
    }

    @Override
    public void drain(long now, boolean late) {
        if (late || !relay.busy()) {
            relay.refuse(Refusal.of(Reason.SHUTTING_DOWN));
        }
    }

    @Override
    public void drop() {
        channel.close();
    }
}
