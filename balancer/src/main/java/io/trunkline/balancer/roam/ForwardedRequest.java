package io.trunkline.balancer.roam;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Joiner;
import io.trunkline.balancer.client.Tenant;
import io.trunkline.balancer.http.ContentType;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.http.RequestHead;
import io.trunkline.balancer.http.Route;
import io.trunkline.balancer.trunk.EdgeStream;
import io.trunkline.balancer.trunk.LoopTrunks;
import io.trunkline.protocol.jsonrpc.RequestIds;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.refusal.Refusal.Executed;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's request for a session that is not here, at the balancer that the client is connected to: finds the
 * balancer that holds the session and passes on the request and what comes back. If there is none, the session is taken
 * over. Belongs to the event loop of the client's connection.
 */
final class ForwardedRequest extends PeerSearch implements Exchange.Owner, Tenant {
    /**
     * How often a session is looked for again that somebody holds who could not be asked, or may hold, and the pause
     * before: about as long as a session may be without a node.
     */
    static final int MOST_WAITS = 40;

    static final int WAIT_MILLIS = 250;

    private final ClientLoop clients;
    private final SessionFinder finder;
    private final Exchange exchange;
    private final byte[] body;
    private final Account account;
    private final Joiner joiner;
    private int sent;
    private int waits;
    private boolean lookedAgain;
    private boolean begun;
    private boolean over;

    ForwardedRequest(
            ClientLoop clients, SessionFinder finder, LoopTrunks peers, Exchange exchange, String id, byte[] body) {
        super(peers, id, PeerEndpoint.kindOf(exchange.head()), PeerEndpoint.head(exchange.head()));
        this.clients = clients;
        this.finder = finder;
        this.exchange = exchange;
        this.body = body;
        this.account = clients.memory().account(this);
        this.joiner = new Joiner(account);
        account.take(body.length);
        exchange.own(this);
    }

    @Override
    public EventLoop home() {
        return clients.eventLoop();
    }

    // --- the way there

    @Override
    void held(EdgeStream by) {
        if (over) {
            giveUp();
        } else {
            sent = 0;
            onRoom();
        }
    }

    @Override
    public void onRoom() {
        EdgeStream open = stream();
        if (open != null && sent < body.length) {
            sent += open.send(body, 1, sent, false, false);
        }
    }

    @Override
    void nobody() {
        if (over) {
            return;
        }
        if (exchange.head().route() != Route.MCP) {
            // A session of HTTP with SSE ends with its stream, and so with its balancer.
            look(Reason.UNKNOWN_SESSION);
            return;
        }
        // The session counts what it takes over.
        account.giveBack(body.length);
        finder.takeOver(exchange, id(), body, this);
    }

    /**
     * The session was not taken over. From any thread.
     *
     * @param why its node does not know it, or another balancer holds it after all, or is to take it over
     */
    void again(Reason why) {
        exchange.onLoop(() -> {
            if (over) {
                return;
            }
            exchange.own(this);
            account.take(body.length);
            look(why);
        });
    }

    /**
     * Whoever could be asked does not have the session. If others do, or may, they are waited for, but not for ever.
     */
    private void look(Reason why) {
        boolean exists = why != Reason.UNKNOWN_SESSION;
        if (!exists && !unclear()) {
            finish(HttpRefusal.noSession());
        } else if (exists && !lookedAgain) {
            lookedAgain = true;
            search();
        } else if (waits++ < MOST_WAITS) {
            home().schedule(this::searchAgain, WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            finish(HttpRefusal.of(
                    503,
                    exists
                            ? "the session is on its way to another balancer"
                            : "not every balancer has said whether it holds the session"));
        }
    }

    private void searchAgain() {
        if (!over) {
            search();
        }
    }

    // --- the way back

    @Override
    public void onBegun() {
        if (!over) {
            begun = true;
            exchange.begin(new DefaultHttpHeaders().set(RequestHead.SESSION, id()));
        }
    }

    @Override
    public void onReply(int status, boolean last, ByteBuf payload) {
        ByteBuf whole = whole(last, payload);
        if (whole != null) {
            conclude();
            HttpHeaders headers = whole.isReadable() ? ContentType.jsonHeaders() : new DefaultHttpHeaders();
            exchange.answer(status, headers, whole);
        }
    }

    @Override
    public void onEvent(boolean last, ByteBuf payload) {
        ByteBuf whole = whole(last, payload);
        if (whole != null) {
            byte[] event = new byte[whole.readableBytes()];
            whole.readBytes(event);
            exchange.event(event);
        }
    }

    /** Adds a piece; returns the whole when it was the last one, and there is room for it. */
    private @Nullable ByteBuf whole(boolean last, ByteBuf payload) {
        if (over) {
            return null;
        }
        joiner.add(payload);
        if (!begun) {
            // A response is gathered here; an event is counted until the client has taken it.
            consumed(payload.readableBytes());
        }
        if (!last) {
            return null;
        }
        ByteBuf whole = joiner.whole();
        if (whole == null) {
            finish(HttpRefusal.of(503, Reason.OVERLOADED.text()));
            giveUp();
        }
        return whole;
    }

    @Override
    public void written(int bytes) {
        if (begun) {
            consumed(bytes);
        }
    }

    private void consumed(int bytes) {
        EdgeStream open = stream();
        if (open != null) {
            open.consumedNow(bytes);
        }
    }

    @Override
    void ended() {
        joiner.clear();
        if (over) {
            return;
        }
        if (begun) {
            conclude();
            exchange.end();
            return;
        }
        byte[] answer = RequestIds.answer(
                exchange.posted(body).envelope(),
                request -> Refusal.of(Reason.BALANCER_LOST).toJsonRpc(request, "", Executed.UNKNOWN));
        if (answer == null) {
            finish(HttpRefusal.of(503, Reason.BALANCER_LOST.text()));
        } else {
            conclude();
            exchange.answer(200, answer);
        }
    }

    private void finish(HttpRefusal refusal) {
        conclude();
        exchange.refuse(refusal);
    }

    private void conclude() {
        over = true;
        joiner.clear();
        account.close();
    }

    @Override
    public void onBroken(Throwable cause) {
        account.failed(cause);
        super.onBroken(cause);
    }

    @Override
    public void holdBack(boolean back) {
        // All of it is here.
    }

    @Override
    public void shed() {
        if (!over && !begun) {
            clients.ended(Reason.OVERLOADED);
            finish(HttpRefusal.of(503, Reason.OVERLOADED.text()));
            giveUp();
        } else if (!over) {
            conclude();
            exchange.end();
            giveUp();
        }
    }

    @Override
    public void gone(Exchange client) {
        conclude();
        giveUp();
    }
}
