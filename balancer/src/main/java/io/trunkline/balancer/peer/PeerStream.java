package io.trunkline.balancer.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.LoopMemory;
import io.trunkline.balancer.client.Tenant;
import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.MessageJoiner;
import io.trunkline.protocol.trunk.MessageSender;
import io.trunkline.protocol.trunk.StreamCredit;
import io.trunkline.protocol.trunk.TrunkWriter;
import org.jspecify.annotations.Nullable;

/** One request of another balancer, as the balancer that serves it sees it. Belongs to the trunk's event loop. */
public final class PeerStream implements Tenant {
    /** Stands for a status where events are sent. */
    private static final int EVENT = 0;

    private final PeerTrunk trunk;
    private final TrunkWriter writer;
    private final int number;
    private final Account account;
    private final StreamCredit credit;
    private final MessageSender sender;
    private final MessageJoiner joiner;
    private PeerRequests.@Nullable Request request;
    private boolean ending;
    private boolean over;

    PeerStream(PeerTrunk trunk, LoopMemory memory, int number, PeerSettings settings) {
        this.trunk = trunk;
        this.writer = trunk.end().writer();
        this.number = number;
        this.credit = new StreamCredit(writer, number, settings.window());
        this.sender = new MessageSender(credit, this::write);
        this.account = memory.account(this);
        this.joiner = new MessageJoiner(settings.messageLimit(), this::hold);
    }

    private void write(int status, boolean note, boolean last, byte[] text, int offset, int length) {
        if (status == EVENT) {
            writer.writeEvent(number, last, text, offset, length);
        } else {
            writer.writeReply(number, status, last, text, offset, length);
        }
    }

    /** Counts bytes of a message that is not whole. */
    private boolean hold(int bytes) {
        boolean room = bytes <= 0 || account.room(bytes);
        if (room) {
            account.take(bytes);
        }
        return room;
    }

    /** The work for this request failed, mostly for want of memory. */
    void broken(Throwable cause) {
        account.failed(cause);
        shed();
    }

    @Override
    public void holdBack(boolean back) {
        // It has said what it asks; answers go as far as the other balancer takes them.
    }

    @Override
    public void shed() {
        if (!over) {
            PeerRequests.Request served = request;
            refuse(Reason.OVERLOADED);
            if (served != null) {
                served.onEnd();
            }
        }
    }

    int number() {
        return number;
    }

    /** The event loop that all calls belong to. */
    public EventLoop loop() {
        return trunk.end().loop();
    }

    // --- what the server of the request says

    /** Answers with a whole response, as soon as the other side has room for it. */
    public void reply(int status, byte[] body) {
        send(status, body);
    }

    /** Answers with {@linkplain #event events}, which follow. */
    public void begin() {
        if (!over && !ending) {
            writer.write(new Frame.Begun(number));
        }
    }

    /** Sends one event, as soon as the other side has room for it. */
    public void event(byte[] text) {
        send(EVENT, text);
    }

    /** Ends the stream instead of an answer: the session is not here after all, and nothing was done. */
    public void turnAway(Reason why) {
        if (!over && !ending) {
            refuse(why);
        }
    }

    private void send(int status, byte[] text) {
        if (!over && !ending) {
            sender.send(text, status, false);
            account.output(sender.waitingBytes());
        }
    }

    /** Ends the stream once everything has gone. */
    public void end() {
        ending = true;
        endIfSent();
    }

    private void endIfSent() {
        if (ending && !over && !sender.waits()) {
            writer.write(new Frame.Reset(number, Reason.CLOSED, 0, ""));
            trunk.remove(this);
            onEnd();
        }
    }

    // --- what the other side says

    void serve(PeerRequests.Request by) {
        request = by;
        writer.write(new Frame.Opened(number));
        by.onOpened();
    }

    void refuse(Reason reason) {
        over = true;
        joiner.clear();
        sender.clear();
        account.close();
        writer.write(new Frame.Reset(number, reason, 0, ""));
        trunk.remove(this);
    }

    void onData(Frame.Data data) {
        ByteBuf payload = data.payload();
        int length = payload.readableBytes();
        PeerRequests.Request served = request;
        if (!credit.received(length) || served == null) {
            throw new BadFrameException("data without credit");
        }
        Reason refused = joiner.add(payload);
        if (refused != null) {
            refuse(refused);
            served.onEnd();
            return;
        }
        credit.consumed(length);
        credit.grant();
        if (data.last()) {
            served.onMessage(joiner.take());
        }
    }

    void onCredit(int bytes) {
        credit.gained(bytes);
        sender.drain();
        account.output(sender.waitingBytes());
        PeerRequests.Request served = request;
        if (served != null && !over) {
            served.onWritten(bytes);
        }
        endIfSent();
    }

    void onEnd() {
        if (!over) {
            over = true;
            joiner.clear();
            sender.clear();
            account.close();
            PeerRequests.Request served = request;
            if (served != null) {
                served.onEnd();
            }
        }
    }
}
