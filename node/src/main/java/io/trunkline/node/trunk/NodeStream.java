package io.trunkline.node.trunk;

import io.netty.buffer.ByteBuf;
import io.trunkline.node.session.Outlet;
import io.trunkline.node.session.Session;
import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.TrunkWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream on a trunk: joins pieces into messages for the session, and cuts the session's messages into
 * pieces as far as the edge has granted room. All state belongs to the trunk's event loop; calls of {@link Outlet} from
 * other threads pass through {@link #inOrder}.
 */
final class NodeStream implements Outlet {
    /** A message that waits for room, and how much of it has gone. */
    private static final class Waiting {
        final byte[] message;
        final int number;
        final boolean note;
        int sent;

        Waiting(byte[] message, int number, boolean note) {
            this.message = message;
            this.number = number;
            this.note = note;
        }
    }

    private final NodeTrunk trunk;
    private final TrunkWriter writer;
    private final int number;
    private final int slot;
    private final boolean guest;
    private final Deque<Waiting> waiting = new ArrayDeque<>(0);
    private final AtomicInteger hops = new AtomicInteger();
    private @Nullable ActorRef<Session.Command> session;
    private byte @Nullable [] partial;
    private int partialSize;
    private int room;
    private int granted;
    private int consumed;
    private int waitingBytes;
    private boolean over;

    NodeStream(NodeTrunk trunk, int number, int slot, boolean guest) {
        this.slot = slot;
        this.guest = guest;
        this.trunk = trunk;
        this.writer = trunk.writer();
        this.number = number;
        this.room = trunk.settings().window();
        this.granted = trunk.settings().window();
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
        granted -= length;
        if (bound == null || granted < 0) {
            throw new BadFrameException(bound == null ? "data before opened" : "data without credit");
        }
        if (data.last() && partial == null) {
            byte[] message = new byte[length];
            payload.readBytes(message);
            trunk.meter().messageIn(length);
            bound.tell(new Session.Message(this, Bytes.wrap(message), data.number(), data.repeated()));
            return;
        }
        append(payload, length);
        if (over) {
            return;
        }
        if (data.last()) {
            byte[] message = takePartial();
            trunk.meter().messageIn(message.length);
            // The pieces were granted back as they came: the session must not grant them a second time.
            consumed -= message.length - length;
            bound.tell(new Session.Message(this, Bytes.wrap(message), data.number(), data.repeated()));
        } else {
            consumed(length);
        }
    }

    void onCredit(int bytes) {
        room = (int) Math.min(Integer.MAX_VALUE, (long) room + bytes);
        drain();
    }

    /** The edge ended the stream, or with {@code clientGone} false lost the trunk. */
    void onEnd(boolean clientGone) {
        over = true;
        forget();
        if (session != null) {
            session.tell(clientGone ? new Session.Closed(this) : new Session.Unbound(this));
        }
    }

    /** The slot is not here any more. A session that is on its way to say that it is open finds the stream over. */
    void refuse() {
        end(Reason.NOT_HOSTED, 0, "");
    }

    /** The edge wants the session elsewhere. */
    void onRelease() {
        ActorRef<Session.Command> bound = session;
        if (bound == null) {
            throw new BadFrameException("release before opened");
        }
        bound.tell(new Session.Release(this));
    }

    private void append(ByteBuf payload, int length) {
        int size = partialSize + length;
        if (size > trunk.settings().messageLimit() || !trunk.holdPartial(length)) {
            Reason reason = size > trunk.settings().messageLimit() ? Reason.MESSAGE_TOO_LARGE : Reason.OVERLOADED;
            end(reason, 0, "");
            if (session != null) {
                session.tell(new Session.Closed(this));
            }
            return;
        }
        byte[] target = partial;
        if (target == null || target.length < size) {
            byte[] larger = new byte[Math.max(size, target == null ? 2 * length : 2 * target.length)];
            if (target != null) {
                System.arraycopy(target, 0, larger, 0, partialSize);
            }
            partial = target = larger;
        }
        payload.readBytes(target, partialSize, length);
        partialSize = size;
    }

    private byte[] takePartial() {
        byte[] message = java.util.Arrays.copyOf(java.util.Objects.requireNonNull(partial), partialSize);
        forgetPartial();
        return message;
    }

    // --- what the session says, from any thread

    @Override
    public void opened(ActorRef<Session.Command> bound) {
        inOrder(() -> {
            if (over) {
                bound.tell(new Session.Closed(this));
                return;
            }
            session = bound;
            trunk.opened(number);
            writer.write(new Frame.Opened(number));
        });
    }

    @Override
    public void send(byte[] message, int answers) {
        if (mayGoNow()) {
            sendNow(message, answers, false);
        } else {
            hop(() -> sendNow(message, answers, false));
        }
    }

    @Override
    public void tell(byte[] message, int relatedTo) {
        // An edge of version 1 would take the number for that of the message that is answered.
        boolean note = relatedTo != 0 && trunk.knowsNotes();
        int to = note ? relatedTo : 0;
        inOrder(() -> sendNow(message, to, note));
    }

    @Override
    public void done(int message) {
        inOrder(() -> {
            if (!over) {
                writer.write(new Frame.Done(number, message));
            }
        });
    }

    @Override
    public void consumed(int bytes) {
        if (mayGoNow()) {
            consumedNow(bytes);
        } else {
            hop(() -> consumedNow(bytes));
        }
    }

    @Override
    public void checkpoint(byte[] state) {
        inOrder(() -> {
            if (!over) {
                writer.write(new Frame.Checkpoint(number, Bytes.wrap(state)));
            }
        });
    }

    @Override
    public void reset(Reason reason, int handled, String text) {
        inOrder(() -> end(reason, handled, text));
    }

    /** Calls from other threads must not be overtaken by later ones from the event loop. */
    private boolean mayGoNow() {
        return writer.inLoop() && hops.get() == 0;
    }

    private void inOrder(Runnable call) {
        if (mayGoNow()) {
            call.run();
        } else {
            hop(call);
        }
    }

    private void hop(Runnable call) {
        hops.incrementAndGet();
        writer.execute(() -> {
            hops.decrementAndGet();
            call.run();
        });
    }

    private void sendNow(byte[] message, int to, boolean note) {
        if (over) {
            return;
        }
        trunk.meter().messageOut(message.length);
        if (waiting.isEmpty() && message.length <= room && message.length <= Frame.MAX_PAYLOAD) {
            room -= message.length;
            writer.writeData(number, to, true, false, note, message, 0, message.length);
            return;
        }
        if (waitingBytes > trunk.settings().outputLimit()) {
            end(Reason.CLIENT_SLOW, 0, waitingBytes + " bytes wait");
            if (session != null) {
                session.tell(new Session.Closed(this));
            }
            return;
        }
        waiting.add(new Waiting(message, to, note));
        waitingBytes += message.length;
        drain();
    }

    private void drain() {
        for (Waiting next = waiting.peek(); next != null && room > 0; next = waiting.peek()) {
            int length = Math.min(Math.min(room, Frame.MAX_PAYLOAD), next.message.length - next.sent);
            boolean last = next.sent + length == next.message.length;
            writer.writeData(number, next.number, last, false, next.note, next.message, next.sent, length);
            next.sent += length;
            room -= length;
            waitingBytes -= length;
            if (last) {
                waiting.remove();
            }
        }
    }

    private void consumedNow(int bytes) {
        consumed += bytes;
        // Half a window at a time: credit costs a frame.
        if (consumed >= trunk.settings().window() / 2 && !over) {
            writer.write(new Frame.Credit(number, consumed));
            granted += consumed;
            consumed = 0;
        }
    }

    private void end(Reason reason, int handled, String text) {
        if (!over) {
            over = true;
            forget();
            writer.write(new Frame.Reset(number, reason, handled, text));
            trunk.ended(number);
        }
    }

    private void forget() {
        waiting.clear();
        waitingBytes = 0;
        forgetPartial();
    }

    private void forgetPartial() {
        trunk.holdPartial(-partialSize);
        partial = null;
        partialSize = 0;
    }
}
