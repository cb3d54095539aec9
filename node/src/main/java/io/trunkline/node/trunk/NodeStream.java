package io.trunkline.node.trunk;

import io.netty.buffer.ByteBuf;
import io.trunkline.node.session.Outlet;
import io.trunkline.node.session.Session;
import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.MessageJoiner;
import io.trunkline.protocol.trunk.MessageSender;
import io.trunkline.protocol.trunk.StreamCredit;
import io.trunkline.protocol.trunk.TrunkWriter;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream on a trunk: joins pieces into messages for the session, and cuts the session's messages into
 * pieces as far as the edge has granted room. All state belongs to the trunk's event loop; calls of {@link Outlet} from
 * other threads pass through a {@link LoopOrder}.
 */
final class NodeStream implements Outlet {
    private final NodeTrunk trunk;
    private final TrunkWriter writer;
    private final int number;
    private final int slot;
    private final boolean guest;
    private final StreamCredit credit;
    private final MessageSender sender;
    private final MessageJoiner joiner;
    private final StreamMemory memory;
    private final LoopOrder order;
    private @Nullable ActorRef<Session.Command> session;
    private boolean over;
    /** What a session hears that says it is open when the stream is over. */
    private Session.@Nullable Command lastWord;

    NodeStream(NodeTrunk trunk, int number, int slot, boolean guest) {
        this.trunk = trunk;
        this.number = number;
        this.slot = slot;
        this.guest = guest;
        this.writer = trunk.writer();
        this.credit = new StreamCredit(writer, number, trunk.settings().window());
        this.sender = new MessageSender(
                credit,
                (to, note, last, message, offset, length) ->
                        writer.writeData(number, to, last, false, note, message, offset, length));
        this.memory = new StreamMemory(trunk, this);
        this.joiner = new MessageJoiner(trunk.settings().messageLimit(), memory::holdPartial);
        this.order = new LoopOrder(writer);
    }

    int number() {
        return number;
    }

    /** The slot of the session. */
    int slot() {
        return slot;
    }

    /** Whether the node did not host the slot when the session was opened here. */
    boolean guest() {
        return guest;
    }

    // --- what the edge says, on the event loop

    void onData(Frame.Data data) {
        ActorRef<Session.Command> bound = session;
        ByteBuf payload = data.payload();
        int length = payload.readableBytes();
        if (!credit.received(length) || bound == null) {
            throw new BadFrameException(bound == null ? "data before opened" : "data without credit");
        }
        byte[] message;
        if (data.last() && joiner.isEmpty()) {
            message = new byte[length];
            payload.readBytes(message);
        } else {
            Reason refused = joiner.add(payload);
            if (refused != null) {
                close(refused, "");
                return;
            }
            if (!data.last()) {
                credit.consumed(length);
                trunk.memory().relieve();
                grant();
                return;
            }
            message = joiner.take();
            // The pieces were granted back as they came: the session must not grant them a second time.
            credit.consumed(length - message.length);
        }
        memory.hold(StreamMemory.counted(message.length));
        trunk.meter().messageIn(message.length);
        bound.tell(new Session.Message(
                this, Bytes.wrap(message), data.number(), data.repeated(), data.note(), data.losses()));
    }

    void onCredit(int bytes) {
        int before = sender.waitingBytes();
        try {
            credit.gained(bytes);
            sender.drain();
        } catch (OutOfMemoryError e) {
            failed(e);
        }
        memory.hold(sender.waitingBytes() - before);
    }

    // --- memory, on the event loop

    /** Bytes that the client makes this node hold. */
    long held() {
        return memory.bytes();
    }

    /** Whether the client has not read everything. */
    boolean waits() {
        return sender.waits();
    }

    /** An allocation for this client has failed: it costs this client and no other. */
    void failed(OutOfMemoryError cause) {
        trunk.memory().process().failed("a client's stream", cause);
        overloaded("an allocation failed");
    }

    /** The client holds too much of what the node has; it is told so, and nothing of it goes to another node. */
    void overloaded(String why) {
        if (!over) {
            close(Reason.OVERLOADED, why);
        }
    }

    /** Ends the stream and the session. */
    private void close(Reason reason, String why) {
        end(reason, 0, why);
        if (session != null) {
            session.tell(new Session.Closed(this));
        }
    }

    /** The edge ended the stream, let go of the session, or lost the trunk: {@code how} says it to the session. */
    void onEnd(Session.Command how) {
        over = true;
        lastWord = how;
        forget();
        if (session != null) {
            session.tell(how);
        }
    }

    /** The slot is not here any more. A session that is on its way to say that it is open finds the stream over. */
    void refuse() {
        end(Reason.NOT_HOSTED, 0, "");
    }

    /** The edge wants the session elsewhere. */
    void onRelease() {
        if (session == null) {
            throw new BadFrameException("release before opened");
        }
        session.tell(new Session.Release(this));
    }

    // --- what the session says, from any thread

    @Override
    public void opened(ActorRef<Session.Command> bound) {
        order.run(() -> {
            if (over) {
                // A session that was here before must not end because an edge came too late for it, or went too early.
                bound.tell(lastWord == null ? new Session.Closed(this) : lastWord);
                return;
            }
            session = bound;
            trunk.opened(number);
            writer.write(new Frame.Opened(number));
        });
    }

    @Override
    public void adopted(int epoch, int handled, List<Integer> running) {
        List<Integer> told = running.size() <= Frame.MAX_RUNNING ? running : running.subList(0, Frame.MAX_RUNNING);
        write(new Frame.Adopted(number, epoch, handled, told));
    }

    @Override
    public void send(byte[] message, int answers) {
        if (order.isNow()) {
            sendNow(message, answers, false);
        } else {
            order.later(() -> sendNow(message, answers, false));
        }
    }

    @Override
    public void tell(byte[] message, int relatedTo) {
        order.run(() -> sendNow(message, relatedTo, relatedTo != 0));
    }

    @Override
    public void done(int message) {
        write(new Frame.Done(number, message));
    }

    @Override
    public void part(int message, int retryMillis) {
        write(new Frame.Part(number, message, retryMillis));
    }

    @Override
    public void consumed(int bytes) {
        if (order.isNow()) {
            consumedNow(bytes);
        } else {
            order.later(() -> consumedNow(bytes));
        }
    }

    @Override
    public void checkpoint(byte[] state) {
        write(new Frame.Checkpoint(number, Bytes.wrap(state)));
    }

    @Override
    public void reset(Reason reason, int handled, String text) {
        order.run(() -> end(reason, handled, text));
    }

    private void write(Frame frame) {
        order.run(() -> {
            if (!over) {
                writer.write(frame);
            }
        });
    }

    private void sendNow(byte[] message, int to, boolean note) {
        if (over) {
            return;
        }
        trunk.meter().messageOut(message.length);
        if (sender.waitingBytes() > trunk.settings().outputLimit()) {
            close(Reason.CLIENT_SLOW, sender.waitingBytes() + " bytes wait");
            return;
        }
        int before = sender.waitingBytes();
        try {
            sender.send(message, to, note);
        } catch (OutOfMemoryError e) {
            failed(e);
            return;
        }
        if (sender.waitingBytes() > before) {
            memory.hold(sender.waitingBytes() - before);
            trunk.memory().relieve();
        }
    }

    private void consumedNow(int bytes) {
        credit.consumed(bytes);
        memory.hold(-Math.min(memory.bytes(), StreamMemory.counted(bytes)));
        grant();
    }

    /** Grants what has been dealt with, unless the client holds too much. */
    void grant() {
        if (credit.due() && !over && !trunk.memory().holdsBack(this)) {
            credit.grant();
        }
    }

    private void end(Reason reason, int handled, String text) {
        if (!over) {
            over = true;
            forget();
            Frame.Reset reset = new Frame.Reset(number, reason, handled, text);
            try {
                writer.write(reset);
            } catch (OutOfMemoryError e) {
                // The edge has to be told, and will be when there is memory again.
                trunk.later(() -> writer.write(reset));
            }
            trunk.remove(number);
        }
    }

    private void forget() {
        sender.clear();
        joiner.clear();
        memory.hold(-memory.bytes());
    }
}
