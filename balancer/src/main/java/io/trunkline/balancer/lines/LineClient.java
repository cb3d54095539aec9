package io.trunkline.balancer.lines;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Closing;
import io.trunkline.balancer.client.Stall;
import io.trunkline.balancer.client.Tenant;
import io.trunkline.balancer.client.Throttle;
import io.trunkline.balancer.client.Turn;
import io.trunkline.balancer.limits.Pace;
import io.trunkline.balancer.relay.ClientSink;
import io.trunkline.balancer.relay.Occupancy;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks newline-delimited JSON-RPC: hands its lines to the relay, and writes the relay's messages as
 * lines. Belongs to the event loop of its connection.
 */
final class LineClient implements ClientSink, LineInput.Reader, Tenant {
    private final ClientLoop clients;
    private final Channel channel;
    private final Account account;
    private final Relay relay;
    private final Occupancy occupancy;
    private final Throttle throttle;
    private final Opening opening;
    private final LineInput input;
    private final LineOutput output;
    private final Stall stall = new Stall();
    private final Turn turn = new Turn(this::read);
    private final Closing closing = new Closing();

    /** Since when its first message may have come. */
    private long firstSinceNanos = System.nanoTime();

    private boolean paused;
    private boolean inputEnded;
    /** Whether the input has ended without TLS saying so: somebody may have cut off the rest. */
    private boolean cutOff;

    /**
     * A client that has said nothing yet.
     *
     * @param owners tells whose client it is; null when authentication is off
     */
    LineClient(LineLoop loop, LineOwner.@Nullable Finder owners, Channel channel) {
        this.clients = loop.common();
        this.channel = channel;
        this.account = clients.memory().account(this);
        this.relay = loop.relay(channel, this);
        this.occupancy = new Occupancy(relay, clients::later, relay::session, why -> refuse(why, ""));
        this.throttle = new Throttle(new Pace(channel, clients.sources()), channel.eventLoop(), this::read);
        this.opening = new Opening(relay, occupancy, throttle.pace(), clients.sources(), owners, channel);
        this.input = new LineInput(this, clients.settings().messageLimit());
        this.output = new LineOutput(account);
    }

    Relay relay() {
        return relay;
    }

    Closing closing() {
        return closing;
    }

    // --- the socket

    /** Bytes have come; takes them over. */
    void heard(ByteBuf bytes) {
        occupancy.active();
        input.add(bytes, memory(), occupancy.activeNanos());
        account.input(input.bytes());
    }

    /** All that has come is read. */
    void allRead() {
        turn.allRead();
    }

    /** The channel's writability has changed. */
    void writabilityChanged() {
        account.output(channel);
        stall.changed(channel);
        read();
        if (!stall.unwritable()) {
            relay.onWritable();
        }
    }

    /** The client says nothing more; {@code cut} when TLS has not said so. */
    void inputEnded(boolean cut) {
        inputEnded = true;
        cutOff = cut;
        closing.inputEnded(channel);
        if (!closing.begun() && !input.holds()) {
            endOfInput();
        }
    }

    private void endOfInput() {
        if (cutOff) {
            // What has no end may be a part of what was said, and must not run (RFC 8446, section 6.1).
            input.forget();
        } else {
            input.end();
        }
        settled();
    }

    /** Whether a blank may be said to a client that says nothing more, but waits for an answer. */
    boolean mayBeProbed() {
        return inputEnded && !closing.begun() && relay.busy() && !output.isWithinLine() && writable();
    }

    /** The connection is gone. */
    void disconnected() {
        leave();
        output.forget();
        relay.close();
        account.close();
        occupancy.leave();
    }

    // --- lines

    @Override
    public boolean takesMore() {
        return relay.takesMore() && !heldUp();
    }

    @Override
    public boolean room(int more) {
        return account.room(more);
    }

    @Override
    public boolean gone() {
        return closing.begun();
    }

    @Override
    public boolean begins(ByteBuf bytes) {
        return opening.begins(bytes);
    }

    @Override
    public void tooLarge() {
        refuse(Reason.MESSAGE_TOO_LARGE, "more than " + clients.settings().messageLimit() + " bytes");
    }

    @Override
    public void noRoom() {
        refuse(Reason.OVERLOADED, "");
    }

    @Override
    public void line(byte[] line) {
        if (turn.serve(line.length, channel.eventLoop())) {
            read();
        }
        if (!opening.admits(line)) {
            return;
        }
        if (throttle.message(opening.speaker(), line)) {
            read();
        }
        LineOwner owner = opening.owner();
        byte[] refusal = owner == null ? null : owner.refusal(line);
        if (!account.room(line.length)) {
            noRoom();
        } else if (refusal == null) {
            relay.message(line, occupancy.activeNanos());
        } else if (refusal.length > 0) {
            say(refusal, Objects.requireNonNull(owner));
        }
    }

    /** Tells the client something that comes from no node, without breaking into a message that does. */
    private void say(byte[] answer, LineOwner owner) {
        boolean within = output.isWithinLine();
        if (!within && writable()) {
            output.addLine(answer, memory());
            flush();
        } else if (!within || !owner.later(answer)) {
            // Whoever asks without reading why not must not pile up answers.
            refuse(Reason.CLIENT_SLOW, "");
        }
    }

    // --- what the relay wants

    @Override
    public void gather(int number, boolean answers, ByteBuf payload, boolean last) {
        output.add(payload, memory());
        if (!last) {
            return;
        }
        output.endLine();
        LineOwner owner = opening.owner();
        byte[] more = owner == null ? null : owner.next();
        while (owner != null && more != null) {
            output.addLine(more, memory());
            more = owner.next();
        }
    }

    @Override
    public void flush() {
        ByteBuf lines = output.take(memory());
        if (lines != null) {
            occupancy.active();
            channel.writeAndFlush(lines, channel.voidPromise());
            account.output(channel);
        }
    }

    @Override
    public void breakOff() {
        output.breakOff(memory());
    }

    @Override
    public boolean writable() {
        return channel.isWritable();
    }

    @Override
    public void pause(boolean pause) {
        paused = pause;
        read();
    }

    @Override
    public void holdBack(boolean back) {
        if (!back) {
            // The time in which it was not read is not the client's.
            firstSinceNanos = System.nanoTime();
        }
        read();
    }

    /**
     * Whether nothing is taken for now: a client must read answers before it asks for more, and memory may be short.
     */
    private boolean heldUp() {
        return throttle.on() || turn.isOver() || stall.unwritable() || account.heldBack();
    }

    private void read() {
        if (closing.begun()) {
            return;
        }
        boolean stop = paused || heldUp();
        if (!stop) {
            input.forgive(System.nanoTime());
            if (input.holds()) {
                channel.eventLoop().execute(this::resume);
            }
        }
        // After the client's end of input there is nothing to read. Asking for it all the same would close the channel:
        // Netty 4.2.18 forgets that it took a descriptor without interests out of epoll, and cannot put it back.
        if (stop || !inputEnded) {
            channel.config().setAutoRead(!stop);
        }
    }

    @Override
    public Account account() {
        return account;
    }

    @Override
    public void broken() {
        leave();
        output.forget();
        account.abort(channel);
    }

    @Override
    public void shed() {
        if (!closing.begun() && writable()) {
            refuse(Reason.OVERLOADED, "");
        } else {
            clients.ended(Reason.OVERLOADED);
            relay.close();
            broken();
        }
    }

    @Override
    public void refuse(Refusal refusal, List<Answer> answers) {
        if (closing.begun()) {
            return;
        }
        leave();
        clients.ended(refusal.reason());
        for (Answer answer : answers) {
            output.addLine(answer.text().array(), memory());
        }
        ByteBuf words = Objects.requireNonNull(output.take(memory()));
        closing.after(channel.writeAndFlush(words), channel);
        account.output(channel);
    }

    @Override
    public void settled() {
        if (inputEnded && !closing.begun() && !input.holds() && !relay.busy()) {
            flush();
            leave();
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void leave() {
        closing.begin();
        input.forget();
        account.input(0);
    }

    // --- time

    /** Whether it has to come back with a certificate that holds. */
    boolean over(long now) {
        LineOwner owner = opening.owner();
        return owner != null && owner.grant().over(now);
    }

    /** How long it has taken nothing of what waits for it. */
    long stalled(long now) {
        return stall.lasts(channel, now);
    }

    /** How long it could have sent its first message. */
    long silent(long now) {
        return opening.over() || account.heldBack() ? 0 : now - firstSinceNanos;
    }

    /** How long it has been sending a line. */
    long withinLine(long now) {
        return paused || heldUp() ? 0 : input.lasts(now);
    }

    /** How long nothing was said or asked. */
    long idle(long now) {
        return relay.busy() ? 0 : now - occupancy.activeNanos();
    }

    /** Ends the client with these words, and its session with it. */
    void refuse(Reason reason, String detail) {
        relay.refuse(new Refusal(reason, detail));
    }

    private void resume() {
        boolean held = input.holds();
        input.resume(memory(), occupancy.activeNanos());
        account.input(input.bytes());
        if (held && inputEnded && !input.holds()) {
            endOfInput();
        }
    }

    private ByteBufAllocator memory() {
        return channel.alloc();
    }
}
