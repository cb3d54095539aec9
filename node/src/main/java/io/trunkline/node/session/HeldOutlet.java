package io.trunkline.node.session;

import io.trunkline.protocol.memory.Held;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.refusal.Reason;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a session says while no balancer holds it, for the one that takes it over. Bounded: once it is full, what
 * comes is dropped, for a client that is not connected has no claim to more. Usable from any thread.
 */
final class HeldOutlet implements Outlet {
    /** The most that is kept, in messages and in bytes. */
    static final int MAX_MESSAGES = 256;

    static final int MAX_BYTES = 256 * 1024;

    /** About what a session keeps that no balancer holds. */
    private static final int SESSION = 2048;

    private final Deque<Consumer<Outlet>> kept = new ArrayDeque<>(0);
    private int bytes;
    private final Held held;
    private @Nullable Outlet next;

    HeldOutlet(MemoryBudget budget) {
        held = new Held(budget);
        held.take(SESSION);
    }

    /** Hands on everything that was kept, in order, and from now on everything that comes. */
    synchronized void release(Outlet to) {
        kept.forEach(said -> said.accept(to));
        drop();
        next = to;
    }

    /** Forgets everything that was kept. */
    synchronized void drop() {
        kept.clear();
        held.clear();
    }

    @Override
    public void send(byte[] message, int answers) {
        keep(message.length, outlet -> outlet.send(message, answers));
    }

    @Override
    public void tell(byte[] message, int relatedTo) {
        keep(message.length, outlet -> outlet.tell(message, relatedTo));
    }

    @Override
    public void done(int number) {
        keep(0, outlet -> outlet.done(number));
    }

    private synchronized void keep(int size, Consumer<Outlet> said) {
        Outlet to = next;
        if (to != null) {
            said.accept(to);
        } else if (kept.size() < MAX_MESSAGES && bytes + size <= MAX_BYTES && held.tryTake(size)) {
            kept.add(said);
            bytes += size;
        }
    }

    @Override
    public synchronized void checkpoint(byte[] state) {
        // The edge that takes the session over is told its state then.
        Outlet to = next;
        if (to != null) {
            to.checkpoint(state);
        }
    }

    @Override
    public void opened(ActorRef<Session.Command> session) {
        // No edge waits for it.
    }

    @Override
    public void adopted(int epoch, int handled, List<Integer> running) {
        // No edge waits for it.
    }

    @Override
    public void consumed(int granted) {
        // What came, came from an edge that is gone.
    }

    @Override
    public void reset(Reason reason, int handled, String text) {
        // There is no stream to end.
    }
}
