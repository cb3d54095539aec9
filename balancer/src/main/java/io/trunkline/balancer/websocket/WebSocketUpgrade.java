package io.trunkline.balancer.websocket;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.trunkline.balancer.client.Deadlines;
import io.trunkline.balancer.client.Intake;
import io.trunkline.balancer.http.ContentType;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.HttpConnection;
import io.trunkline.balancer.http.HttpRefusal;
import io.trunkline.balancer.http.HttpWire;
import io.trunkline.balancer.http.RequestHead;
import io.trunkline.balancer.limits.Place;
import io.trunkline.balancer.relay.Relays;
import io.trunkline.protocol.refusal.Reason;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Turns an HTTP connection into a WebSocket (RFC 6455, section 4.2). */
public final class WebSocketUpgrade {
    private static final String SUBPROTOCOL = "mcp";
    private static final int KEY_BYTES = 16;

    private final HttpWire wire;
    private final Relays relays;
    private final Deadlines<WebSocketClient> deadlines;

    /** Upgrades connections of one event loop. */
    public WebSocketUpgrade(HttpWire wire, Relays relays) {
        this.wire = wire;
        this.relays = relays;
        this.deadlines = WebSocketClient.deadlines(wire);
    }

    /** Answers the request with the upgrade, or with why there is none. */
    public void serve(Exchange exchange, HttpConnection connection) {
        RequestHead head = exchange.head();
        HttpRefusal refusal = check(head.headers(), head.chunks());
        if (refusal != null) {
            HttpHeaders headers = ContentType.jsonHeaders();
            if (refusal.status() == 426) {
                headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                        .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
            }
            exchange.answer(refusal.status(), headers, Unpooled.wrappedBuffer(refusal.body()));
            return;
        }
        Place place = wire.clients().sources().enter(connection.pace().address(), head.owner());
        if (place == null) {
            wire.clients().ended(Reason.RATE_LIMITED);
            exchange.refuse(HttpRefusal.limited());
            return;
        }
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, head.target());
        request.headers().set(head.headers());
        ChannelHandlerContext ctx = connection.upgrade();
        wire.counted(101);
        WebSocketClient client = new WebSocketClient(wire, relays, ctx.channel(), head.grant(), place);
        WebSocketConnection upgraded = new WebSocketConnection(wire, deadlines, ctx.channel(), client);
        ChannelPipeline pipeline = ctx.pipeline();
        pipeline.addLast("client", upgraded);
        new Handshaker(wire.clients().settings().messageLimit(), upgraded, head.target())
                .handshake(
                        ctx.channel(),
                        request,
                        new DefaultHttpHeaders().set(HttpHeaderNames.DATE, wire.date()),
                        ctx.newPromise());
        pipeline.remove(connection);
        // Off while the request waited: for its turn, or for what is thought of its sender.
        client.reader().read();
    }

    private static @Nullable HttpRefusal check(HttpHeaders headers, boolean http11) {
        boolean asks = headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
                && headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true);
        if (twice(headers, HttpHeaderNames.SEC_WEBSOCKET_KEY)
                || twice(headers, HttpHeaderNames.SEC_WEBSOCKET_VERSION)) {
            return HttpRefusal.of(400, "more than one key or version of WebSocket");
        }
        if (!asks || !http11 || !"13".equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return HttpRefusal.of(426, "WebSocket version 13 is spoken here");
        }
        String key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        return key == null || !isKey(key) ? HttpRefusal.of(400, "Sec-WebSocket-Key is no key") : null;
    }

    private static boolean twice(HttpHeaders headers, CharSequence name) {
        return headers.getAll(name).size() > 1;
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Masks are required, extensions and with them compression are not spoken. */
    private static final class Handshaker extends WebSocketServerHandshaker13 {
        private final Intake intake;

        Handshaker(int messageLimit, Intake intake, String target) {
            super(
                    target,
                    SUBPROTOCOL,
                    WebSocketDecoderConfig.newBuilder()
                            .maxFramePayloadLength(messageLimit)
                            .expectMaskedFrames(true)
                            .allowMaskMismatch(false)
                            .allowExtensions(false)
                            .closeOnProtocolViolation(false)
                            .build());
            this.intake = intake;
        }

        @Override
        protected WebSocketFrameDecoder newWebsocketDecoder() {
            return new HeldFrameDecoder(decoderConfig(), intake);
        }
    }
}
