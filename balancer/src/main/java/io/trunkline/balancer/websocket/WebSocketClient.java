package io.trunkline.balancer.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.auth.ScopeGate;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Closing;
import io.trunkline.balancer.client.Deadlines;
import io.trunkline.balancer.client.EdgeSettings;
import io.trunkline.balancer.client.Joiner;
import io.trunkline.balancer.client.Tenant;
import io.trunkline.balancer.client.Throttle;
import io.trunkline.balancer.http.HttpWire;
import io.trunkline.balancer.limits.Pace;
import io.trunkline.balancer.limits.Place;
import io.trunkline.balancer.relay.ClientSink;
import io.trunkline.balancer.relay.Occupancy;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.balancer.relay.Relays;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.Transport;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends one JSON-RPC message in each WebSocket text message, and is told each in a text frame; ends with
 * a code that says why (RFC 6455, section 7.4). Belongs to the channel's event loop.
 */
final class WebSocketClient implements ClientSink, FrameReader.Sink, Tenant {
    private final HttpWire wire;
    private final ClientLoop clients;
    /** Who it is; null when authentication is off. */
    private final @Nullable Grant grant;

    private final Account account;
    private final Joiner joiner;
    private final Relay relay;
    private final Occupancy occupancy;
    private final FrameReader reader;
    private final Throttle throttle;
    private final Closing closing = new Closing();
    private final Channel channel;
    /** Since when its first message may have come. */
    private long firstSinceNanos = System.nanoTime();

    private long heardNanos = firstSinceNanos;
    private boolean spoke;

    /** A client that has a place at its source. */
    WebSocketClient(HttpWire wire, Relays relays, Channel channel, @Nullable Grant grant, Place place) {
        this.wire = wire;
        this.clients = wire.clients();
        this.grant = grant;
        this.channel = channel;
        this.account = clients.memory().account(this);
        this.joiner = new Joiner(account, channel.alloc());
        this.relay = relays.relay((InetSocketAddress) channel.remoteAddress(), this, Transport.WEB_SOCKET);
        this.occupancy = new Occupancy(relay, clients::later, relay::session, why -> relay.refuse(Refusal.of(why)));
        this.reader = new FrameReader(channel, account, clients.settings().messageLimit(), this);
        this.throttle = new Throttle(new Pace(channel, clients.sources()), channel.eventLoop(), this::speedUp);
        if (grant != null) {
            relay.owner(grant.owner());
        }
        occupancy.enter(place);
    }

    /** How long clients may take for what. */
    static Deadlines<WebSocketClient> deadlines(HttpWire wire) {
        EdgeSettings.Timeouts limits = wire.clients().settings().timeouts();
        return new Deadlines<WebSocketClient>()
                .add(Reason.FIRST_MESSAGE_LATE, limits.firstMessage(), WebSocketClient::silent)
                .add(Reason.MESSAGE_SLOW, limits.message(), WebSocketClient::withinMessage)
                .add(Reason.IDLE, limits.idle(), WebSocketClient::idle)
                .add(Reason.CLIENT_SLOW, wire.settings().timeouts().ping().multipliedBy(2), WebSocketClient::unheard);
    }

    FrameReader reader() {
        return reader;
    }

    Relay relay() {
        return relay;
    }

    Closing closing() {
        return closing;
    }

    // --- messages

    /** The client gives a sign of life. */
    void heard() {
        heardNanos = System.nanoTime();
    }

    @Override
    public boolean reads() {
        return !closing.begun();
    }

    @Override
    public boolean wants() {
        return !throttle.on() && relay.takesMore();
    }

    /** A client must read before it says more, and memory may be short. */
    @Override
    public boolean heldUp() {
        return throttle.on() || reader.turn().isOver() || !channel.isWritable() || account.heldBack();
    }

    @Override
    public void message(byte[] message) {
        spoke = true;
        occupancy.active();
        if (throttle.message(grant == null ? Owner.NOBODY : grant.owner(), message)) {
            reader.read();
        }
        byte[] refusal = refusal(message);
        if (!account.room(message.length)) {
            relay.refuse(Refusal.of(Reason.OVERLOADED));
        } else if (refusal == null) {
            relay.message(message, occupancy.activeNanos());
        } else if (!channel.isWritable()) {
            // Whoever asks without reading why not must not pile up answers.
            end(WebSocketCloseStatus.POLICY_VIOLATION, Reason.CLIENT_SLOW);
        } else if (refusal.length > 0) {
            channel.writeAndFlush(new TextWebSocketFrame(Unpooled.wrappedBuffer(refusal)));
            account.output(channel);
        }
    }

    private void speedUp() {
        heard();
        reader.goOn();
    }

    /** See {@link ScopeGate#refusal}. */
    private byte @Nullable [] refusal(byte[] message) {
        ScopeGate scopes = wire.scopes();
        return scopes == null || grant == null ? null : scopes.refusal(grant, message);
    }

    /** The connection is gone. */
    void gone() {
        letGo();
        account.close();
        occupancy.leave();
    }

    // --- what the relay wants

    @Override
    public void gather(int number, boolean answers, ByteBuf payload, boolean last) {
        joiner.add(payload);
        if (!last) {
            return;
        }
        ByteBuf whole = joiner.whole();
        if (whole == null) {
            // An answer that cannot be given must not just be missing.
            end(WebSocketCloseStatus.TRY_AGAIN_LATER, Reason.OVERLOADED);
        } else if (closing.begun()) {
            whole.release();
        } else {
            occupancy.active();
            channel.write(new TextWebSocketFrame(whole));
        }
    }

    @Override
    public void flush() {
        channel.flush();
        account.output(channel);
    }

    @Override
    public void breakOff() {
        joiner.clear();
    }

    @Override
    public boolean writable() {
        return channel.isWritable();
    }

    @Override
    public void pause(boolean pause) {
        reader.pause(pause);
    }

    @Override
    public void holdBack(boolean back) {
        if (!back) {
            // The time in which it was not read is not the client's.
            firstSinceNanos = System.nanoTime();
            reader.forgive(firstSinceNanos);
        }
        reader.read();
    }

    @Override
    public Account account() {
        return account;
    }

    @Override
    public void broken() {
        letGo();
        account.abort(channel);
    }

    @Override
    public void shed() {
        if (reads() && writable()) {
            relay.refuse(Refusal.of(Reason.OVERLOADED));
        } else {
            clients.ended(Reason.OVERLOADED);
            broken();
        }
    }

    @Override
    public void settled() {
        // The client says when it goes.
    }

    @Override
    public void wantsRoom() {
        occupancy.makeRoom();
    }

    // --- its end

    @Override
    public void refuse(Refusal refusal, List<Answer> answers) {
        if (closing.begun()) {
            return;
        }
        for (Answer answer : answers) {
            channel.write(
                    new TextWebSocketFrame(Unpooled.wrappedBuffer(answer.text().array())));
        }
        end(CloseStatus.of(refusal.reason()), refusal.reason());
    }

    /** Says why, and closes once it is out. */
    @Override
    public void end(WebSocketCloseStatus status, @Nullable Reason reason) {
        if (closing.begun()) {
            return;
        }
        letGo();
        if (reason != null) {
            clients.ended(reason);
        }
        closing.after(channel.writeAndFlush(new CloseWebSocketFrame(status)), channel);
    }

    /** Nothing more is read, and what was asked is not answered any more. */
    void letGo() {
        closing.begin();
        reader.forget();
        breakOff();
        relay.close();
    }

    // --- time

    /** Whether it has to come back with something that holds. */
    boolean over(long now) {
        return grant != null && grant.over(now);
    }

    private long silent(long now) {
        return spoke || account.heldBack() ? 0 : now - firstSinceNanos;
    }

    private long withinMessage(long now) {
        return throttle.on() || account.heldBack() ? 0 : reader.lasts(now);
    }

    private long idle(long now) {
        return relay.busy() ? 0 : now - occupancy.activeNanos();
    }

    /** How long it has not answered a ping. */
    private long unheard(long now) {
        return channel.config().isAutoRead() ? now - heardNanos : 0;
    }
}
