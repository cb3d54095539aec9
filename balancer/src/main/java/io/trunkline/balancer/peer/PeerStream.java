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
import io.trunkline.protocol.trunk.TrunkWriter;
import org.jspecify.annotations.Nullable;

/** One request of another balancer, as the balancer that serves it sees it. Belongs to the trunk's event loop. */
public final class PeerStream implements Tenant {
    private final PeerTrunk trunk;
    private final EventLoop loop;
    private final TrunkWriter writer;
    private final int number;
    private final Account account;
    private final MessageSender sender;
    private final MessageJoiner joiner;
    private PeerRequests.@Nullable Request request;
    private int granted;
    private boolean ending;
    private boolean over;

    PeerStream(
            PeerTrunk trunk, EventLoop loop, LoopMemory memory, TrunkWriter writer, int number, PeerSettings settings) {
        this.trunk = trunk;
        this.loop = loop;
        this.writer = writer;
        this.number = number;
        this.sender = new MessageSender(writer, number, settings.window());
        this.account = memory.account(this);
        this.joiner = new MessageJoiner(settings.messageLimit(), this::hold);
        this.granted = settings.window();
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
        return loop;
    }

    // --- what the server of the request says

    /**
     * Sends one message, as soon as the other side has room.
     *
     * @param what a number that means something to both sides
     * @param note a mark that does so, too
     */
    public void send(byte[] message, int what, boolean note) {
        if (!over && !ending) {
            sender.send(message, what, note);
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
        granted -= length;
        PeerRequests.Request served = request;
        if (granted < 0 || served == null) {
            throw new BadFrameException("data without credit");
        }
        Reason refused = joiner.add(payload);
        if (refused != null) {
            refuse(refused);
            served.onEnd();
            return;
        }
        if (length > 0) {
            granted += length;
            writer.write(new Frame.Credit(number, length));
        }
        if (data.last()) {
            served.onMessage(joiner.take());
        }
    }

    void onCredit(int bytes) {
        sender.granted(bytes);
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
