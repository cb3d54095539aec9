package io.trunkline.balancer.stateless;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.Joiner;
import io.trunkline.balancer.client.OutputWindow;
import io.trunkline.balancer.http.ContentType;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.limits.Place;
import io.trunkline.balancer.limits.Source;
import io.trunkline.balancer.relay.ClientSink;
import io.trunkline.balancer.relay.Occupancy;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.refusal.Refusal.Executed;
import io.trunkline.protocol.session.Owner;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.session.Transport;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client of one connection, as far as it asks without a session (MCP 2026-07-28): a relay that lasts as long as the
 * connection, and the request that runs. There is one at a time; what it is told goes on its response, and the end of
 * the connection cancels it. Belongs to the connection's event loop.
 */
public final class StatelessClient implements ClientSink, Exchange.Owner {
    private final StatelessLoop loop;
    /** The connection's. */
    private final Account account;

    private final InetSocketAddress remote;
    private final Source source;
    private final Joiner joiner;
    /** Null before the first request, and after a refusal until the next one. */
    private @Nullable Relay relay;

    /** At its source, as long as there is a relay. */
    private @Nullable Occupancy occupancy;

    private @Nullable RunningRequest running;
    private Owner owner = Owner.NOBODY;
    private final OutputWindow window = new OutputWindow();

    /** The client of a connection from this source. */
    public StatelessClient(StatelessLoop loop, Account account, InetSocketAddress remote, Source source) {
        this.source = source;
        this.loop = loop;
        this.account = account;
        this.remote = remote;
        this.joiner = new Joiner(account);
    }

    @Override
    public EventLoop home() {
        return loop.clients().eventLoop();
    }

    // --- what the client asks

    /**
     * Asks a node.
     *
     * @param request what the client has sent; nothing else runs
     * @param message what the node is sent
     * @param affinity see {@link Affinity#of}
     */
    void ask(Exchange exchange, Envelope request, byte[] message, @Nullable String affinity) {
        RunningRequest asked = new RunningRequest(exchange, request, window);
        exchange.own(this);
        if (loop.clients().leaving()) {
            turnAway(asked, Reason.SHUTTING_DOWN);
            return;
        }
        if (asked.isUnreadable()) {
            exchange.refuse(HttpRefusal.of(406, "the client must accept " + ContentType.EVENTS));
            return;
        }
        if (!account.room(message.length)) {
            turnAway(asked, Reason.OVERLOADED);
            return;
        }
        if (!owner.equals(exchange.head().owner())) {
            // A connection of several, as behind a proxy: nothing that one leaves there is the next one's.
            close();
            owner = exchange.head().owner();
        }
        Relay to = relayFor(affinity);
        if (to == null) {
            turnAway(asked, Reason.RATE_LIMITED);
            return;
        }
        active();
        running = asked;
        asked.number(to.message(message, System.nanoTime()));
    }

    private void turnAway(RunningRequest asked, Reason why) {
        loop.clients().ended(why);
        asked.refuse(why, Executed.NO);
    }

    private void active() {
        if (occupancy != null) {
            occupancy.active();
        }
    }

    /** The relay of the connection; null when its source has too many sessions at nodes. */
    private @Nullable Relay relayFor(@Nullable String affinity) {
        Relay open = relay;
        if (open != null && affinity != null && slotOf(open) != loop.relays().slotOf(affinity)) {
            close();
            open = null;
        }
        if (open == null) {
            Place own = loop.clients().sources().enter(source, owner);
            if (own == null) {
                return null;
            }
            Relay begun = loop.relays().relay(remote, this, Transport.HTTP_STATELESS, affinity);
            occupancy = new Occupancy(begun, loop.clients()::later, begun::session, why -> end(begun, why));
            occupancy.enter(own);
            open = begun;
            relay = open;
        }
        return open;
    }

    /** The connection stays, and its next request finds a node anew. */
    private void end(Relay ended, Reason why) {
        if (ended == relay && running == null) {
            close();
        } else if (ended == relay) {
            ended.refuse(Refusal.of(why));
        }
    }

    private static int slotOf(Relay open) {
        return open.session().isEmpty() ? -1 : SessionId.slotOf(open.session());
    }

    /** Whether a request runs. */
    public boolean running() {
        return running != null;
    }

    @Override
    public void gone(Exchange exchange) {
        close();
    }

    /** The connection is gone, or speaks something else now: whatever runs is cancelled. */
    public void close() {
        running = null;
        joiner.clear();
        Relay open = relay;
        relay = null;
        leave();
        if (open != null) {
            open.close();
        }
    }

    private void leave() {
        if (occupancy != null) {
            occupancy.leave();
            occupancy = null;
        }
    }

    @Override
    public void wantsRoom() {
        if (occupancy != null) {
            occupancy.makeRoom();
        }
    }

    @Override
    public void written(int bytes) {
        if (window.written(bytes) && relay != null) {
            relay.onWritable();
        }
    }

    // --- what the node says

    @Override
    public void gather(int number, boolean answers, ByteBuf payload, boolean last) {
        joiner.add(payload);
        if (!last) {
            return;
        }
        ByteBuf message = joiner.whole();
        RunningRequest asked = running;
        if (asked == null || !asked.has(number)) {
            // It belongs to no request, and there is no other way to tell it.
            return;
        }
        if (answers) {
            running = null;
            active();
        }
        if (answers && message == null) {
            asked.refuse(Reason.OVERLOADED, Executed.UNKNOWN);
        } else if (answers && message != null) {
            asked.answer(message);
        } else if (message != null) {
            asked.tell(message);
        }
    }

    @Override
    public void unanswered(int number) {
        RunningRequest asked = running;
        if (asked != null && asked.has(number)) {
            running = null;
            asked.cancelled();
        }
    }

    @Override
    public void flush() {
        // Whole messages have gone already; what is begun waits for its rest.
    }

    @Override
    public void breakOff() {
        joiner.clear();
    }

    @Override
    public boolean writable() {
        return window.isOpen();
    }

    @Override
    public void pause(boolean paused) {
        // The next request is read when this one is answered.
    }

    /** Tells the client that memory is short, and lets go of all that is held for it. */
    public void shed() {
        Relay open = relay;
        if (open != null) {
            open.refuse(Refusal.of(Reason.OVERLOADED));
        }
    }

    @Override
    public Account account() {
        return account;
    }

    @Override
    public void broken() {
        RunningRequest asked = running;
        close();
        if (asked != null) {
            asked.refuse(Reason.OVERLOADED, Executed.UNKNOWN);
        }
    }

    @Override
    public void settled() {
        // The client says when it goes.
    }

    @Override
    public void refuse(Refusal refusal, List<Answer> answers) {
        loop.clients().ended(refusal.reason());
        relay = null;
        leave();
        RunningRequest asked = running;
        running = null;
        if (asked != null) {
            // One request, one answer.
            asked.refuse(refusal.reason(), answers.get(0).text().array());
        }
    }

    // --- time

    public void tick(long now) {
        Relay open = relay;
        if (open != null) {
            open.tick(now);
        }
        RunningRequest asked = running;
        if (asked != null) {
            asked.beginAfter(loop.settings().timeouts().comment().toNanos(), now);
        }
    }

    /** The process stops: ends what listens; {@code late} ends whatever runs. */
    public void drain(boolean late) {
        RunningRequest asked = running;
        Relay open = relay;
        if (asked == null || open == null) {
            return;
        }
        if (asked.mayConclude()) {
            close();
            asked.conclude();
        } else if (asked.listens() || late) {
            open.refuse(Refusal.of(Reason.SHUTTING_DOWN));
        }
    }
}
