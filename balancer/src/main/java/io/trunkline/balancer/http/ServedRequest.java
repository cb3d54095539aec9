package io.trunkline.balancer.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.balancer.peer.PeerRequests;
import io.trunkline.balancer.peer.PeerStream;
import java.util.function.BiConsumer;

/**
 * A request that another balancer has passed on, at the balancer that holds the session: the stream takes the place of the
 * client's connection. Headers do not travel; the other balancer knows what a response of this kind has. Belongs to the
 * event loop of the stream.
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
        say(bytes, status, false);
        end(to);
    }

    @Override
    public void begin(Exchange to, HttpHeaders headers) {
        say(NOTHING, 200, true);
    }

    @Override
    public void event(Exchange to, byte[] text) {
        say(text, PeerEndpoint.EVENT, false);
    }

    private void say(byte[] bytes, int what, boolean note) {
        if (over) {
            exchange.written(bytes.length);
        } else {
            unwritten += bytes.length;
            stream.send(bytes, what, note);
        }
    }

    @Override
    public void end(Exchange to) {
        if (!over) {
            over = true;
            stream.end();
        }
    }
}
