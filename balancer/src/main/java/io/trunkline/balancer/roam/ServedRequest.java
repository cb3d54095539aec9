package io.trunkline.balancer.roam;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.RequestHead;
import io.trunkline.balancer.peer.PeerRequests;
import io.trunkline.balancer.peer.PeerStream;
import java.util.function.BiConsumer;

/**
 * A request that another balancer has passed on, at the balancer that holds the session: the stream takes the place of
 * the client's connection. Headers do not travel; the other balancer knows what a response of this kind has. Belongs to
 * the event loop of the stream.
 */
final class ServedRequest implements PeerRequests.Request, Exchange.Carrier {
    private static final byte[] NOTHING = {};

    private final PeerStream stream;
    private final Exchange exchange;
    private final boolean bodiless;
    private final BiConsumer<Exchange, byte[]> server;
    private int unwritten;
    private boolean over;

    /**
     * A request that has not begun.
     *
     * @param bodiless whether it is served without waiting for a body
     */
    ServedRequest(PeerStream stream, RequestHead head, boolean bodiless, BiConsumer<Exchange, byte[]> server) {
        this.stream = stream;
        this.exchange = new Exchange(this, stream.loop(), head);
        this.bodiless = bodiless;
        this.server = server;
    }

    // --- what the other balancer says

    @Override
    public void onOpened() {
        if (bodiless) {
            server.accept(exchange, NOTHING);
        }
    }

    @Override
    public void onMessage(byte[] message) {
        server.accept(exchange, message);
    }

    @Override
    public void onWritten(int bytes) {
        unwritten -= bytes;
        exchange.written(bytes);
    }

    @Override
    public void onEnd() {
        int lost = unwritten;
        unwritten = 0;
        exchange.written(lost);
        if (!over) {
            over = true;
            exchange.gone();
        }
    }

    // --- what the session says

    @Override
    public void respond(Exchange to, int status, HttpHeaders headers, ByteBuf body) {
        byte[] bytes = ByteBufUtil.getBytes(body);
        body.release();
        if (counted(bytes)) {
            stream.reply(status, bytes);
        }
        end(to);
    }

    @Override
    public void begin(Exchange to, HttpHeaders headers) {
        if (!over) {
            stream.begin();
        }
    }

    @Override
    public void event(Exchange to, byte[] text) {
        if (counted(text)) {
            stream.event(text);
        }
    }

    /** Whether this may be sent; it is counted until the other balancer has passed it on. */
    private boolean counted(byte[] bytes) {
        if (over) {
            exchange.written(bytes.length);
            return false;
        }
        unwritten += bytes.length;
        return true;
    }

    @Override
    public void end(Exchange to) {
        if (!over) {
            over = true;
            stream.end();
        }
    }
}
