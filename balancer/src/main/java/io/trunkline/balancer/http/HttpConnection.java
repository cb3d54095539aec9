package io.trunkline.balancer.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Closing;
import io.trunkline.balancer.client.Crowd;
import io.trunkline.balancer.client.Intake;
import io.trunkline.balancer.client.Stall;
import io.trunkline.balancer.client.Tenant;
import io.trunkline.balancer.limits.Limit;
import io.trunkline.balancer.limits.Pace;
import io.trunkline.protocol.refusal.Reason;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP connection: hands what its reader reads to the server of its requests, looks at deadlines, and ends. Belongs
 * to the channel's event loop.
 */
public final class HttpConnection extends ChannelInboundHandlerAdapter
        implements ClientLoop.Member, Intake, RequestReader.Sink, Tenant {
    private final HttpWire wire;
    private final ClientLoop clients;
    private final RequestServer server;
    private final Account account;
    private final RequestClock clock = new RequestClock();
    private final Stall stall = new Stall();
    private final Closing closing = new Closing();
    private final Crowd.Seat seat = new Crowd.Seat();
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable Pace pace;
    private @Nullable RequestReader reader;
    private @Nullable ResponseWriter writer;
    private boolean upgraded;

    /** A connection that was admitted. */
    public HttpConnection(HttpWire wire, RequestServer server) {
        this.wire = wire;
        this.clients = wire.clients();
        this.server = server;
        this.account = clients.memory().account(this);
    }

    @Override
    public Crowd.Seat seat() {
        return seat;
    }

    // --- the socket

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        pace = new Pace(context.channel(), clients.sources());
        reader = new RequestReader(wire, context, account, clock, pace, server, this);
        writer = new ResponseWriter(wire, context, account, clock, pace, server::isElsewhere, this::answered);
        clients.connections().add(this);
    }

    @Override
    public void onBytes(int count) {
        clock.heard();
    }

    @Override
    public boolean takesMore() {
        return reader().takesMore();
    }

    @Override
    public boolean ignores() {
        return closing.begun();
    }

    @Override
    public void onDecoded() {
        reader().read();
        if (reads() && !account.room(0)) {
            shed();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (reads()) {
            reader().add(message);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        reader().turn().allRead();
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        stall.changed(context.channel());
        account.output(context.channel());
        reader().takeNext();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        closing.begin();
        Exchange open = writer().forget();
        reader().forget();
        reader().identification().gone();
        if (open != null) {
            open.gone();
        }
        server.close();
        account.close();
        if (!upgraded) {
            clients.connections().remove(this);
            clients.disconnected();
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            account.failed(cause);
            account.abort(context.channel());
        } else {
            clients.failed(cause);
            context.close();
        }
    }

    // --- memory

    @Override
    public void holdBack(boolean back) {
        if (!back) {
            clock.forgive();
        }
        reader().takeNext();
    }

    @Override
    public void shed() {
        if (server.running() && context().channel().isWritable()) {
            server.shed();
            return;
        }
        clients.ended(Reason.OVERLOADED);
        if (closing.begun() || !context().channel().isWritable()) {
            account.abort(context().channel());
        } else if (serves()) {
            context().close();
        } else {
            refuse(HttpRefusal.of(503, Reason.OVERLOADED.text()), null);
        }
    }

    // --- requests

    @Override
    public boolean reads() {
        return !closing.begun() && !upgraded;
    }

    @Override
    public boolean serves() {
        return writer().current() != null;
    }

    @Override
    public void request(RequestHead head, byte[] body) {
        Exchange exchange = writer().begins(head);
        if (server.isElsewhere(head) && pace().triesSessions(head.owner(), System.nanoTime())) {
            pace().address().refused(Limit.UNKNOWN_SESSIONS);
            exchange.refuse(HttpRefusal.limited());
        } else if (head.isPost() && BodyReader.isHeavy(body)) {
            reader().reads(body.length);
            wire.bodies().read(exchange, body, wire.scopes(), () -> {
                reader().reads(0);
                if (exchange == writer().current() && !closing.begun()) {
                    server.serve(exchange, body, this);
                }
            });
        } else {
            server.serve(exchange, body, this);
        }
    }

    private void answered(boolean staysOpen) {
        if (staysOpen) {
            reader().takeNext();
        } else {
            closeSoon();
        }
    }

    /** What is held for the connection. */
    public Account account() {
        return account;
    }

    /** What the client may say. */
    public Pace pace() {
        return Objects.requireNonNull(pace);
    }

    /** The client's address. */
    public InetSocketAddress remote() {
        return (InetSocketAddress) context().channel().remoteAddress();
    }

    /**
     * The channel speaks something else from now on; another handler looks after it, which has its place among the
     * admitted.
     */
    public ChannelHandlerContext upgrade() {
        upgraded = true;
        writer().forget();
        server.close();
        reader().forget();
        account.close();
        clients.connections().remove(this);
        return context();
    }

    // --- its end

    @Override
    public void refuse(HttpRefusal refusal, @Nullable HttpRequest request) {
        writer().refuse(refusal, request);
        closeSoon();
    }

    private void closeSoon() {
        closing.begin();
        reader().forget();
        closing.after(context().writeAndFlush(Unpooled.EMPTY_BUFFER), context().channel());
    }

    @Override
    public void tick(long now) {
        server.tick(now);
        account.output(context().channel());
        long stalled = clients.settings().timeouts().stall().toNanos();
        Exchange streaming = writer().streaming();
        if (closing.begun()) {
            closing.tick(context().channel(), now, stalled);
        } else if (stall.lasts(context().channel(), now) > stalled) {
            clients.ended(Reason.CLIENT_SLOW);
            context().close();
        } else if (streaming != null) {
            writer().tick(streaming, now);
        } else if (!serves() && !reader().identification().running() && !reader().heldUp()) {
            tickInput(now);
        }
    }

    private void tickInput(long now) {
        Reason late = wire.deadlines().passed(clock, now);
        if (late != null) {
            clients.ended(late);
        }
        if (late == Reason.MESSAGE_SLOW) {
            refuse(HttpRefusal.of(408, "the body did not arrive in time"), null);
        } else if (late == Reason.FIRST_MESSAGE_LATE && clock.spoke()) {
            refuse(HttpRefusal.of(408, "no request arrived in time"), null);
        } else if (late != null || (clock.waits() && reader().identification().over(now))) {
            // Who has said nothing is told nothing: a pool would take it for an answer. Or it is idle, or has to come
            // back
            // with a certificate that holds.
            context().close();
        }
    }

    /**
     * The process stops: closes the connection, once its client has had time to hear of it with an answer, unless a
     * request is being read or served; {@code late} closes it in any case.
     */
    @Override
    public void drain(long now, boolean late) {
        server.drain(late);
        boolean idle = !serves() && !clock.begun() && !reader().identification().running() && !closing.begun();
        // Since the last response, too: a stream that has just ended may have promised that the connection stays.
        boolean hadTime =
                clock.silent(now) >= wire.settings().timeouts().farewell().toNanos();
        if (late || (clients.leaving() && idle && hadTime)) {
            context().close();
        }
    }

    @Override
    public void drop() {
        context().close();
    }

    private RequestReader reader() {
        return Objects.requireNonNull(reader);
    }

    private ResponseWriter writer() {
        return Objects.requireNonNull(writer);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }
}
