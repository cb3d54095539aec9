package io.trunkline.balancer.roam;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.trunkline.balancer.http.Accept;
import io.trunkline.balancer.http.BodyReader;
import io.trunkline.balancer.http.Exchange;
import io.trunkline.balancer.http.RequestHead;
import io.trunkline.balancer.http.Route;
import io.trunkline.balancer.peer.PeerRequests;
import io.trunkline.balancer.peer.PeerStream;
import io.trunkline.balancer.session.HttpSession;
import io.trunkline.balancer.session.HttpSessions;
import io.trunkline.balancer.session.SessionEndpoint;
import io.trunkline.balancer.session.SseEndpoint;
import io.trunkline.balancer.session.SseSession;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves the requests that other balancers pass on, for sessions that are here, and knows how such a request looks on a
 * trunk. Usable from any event loop.
 *
 * <pre>
 *   asker                               holder
 *     Ask(session, POST, head) ──▶
 *                                   ◀── Opened, or Reset(UNKNOWN_SESSION)
 *     Data(body) ──▶
 *                                   ◀── Reply(status, body)          the whole response, or
 *                                   ◀── Begun, Event(text) ..        an event stream
 *                                   ◀── Reset(CLOSED)                the end of either
 *                                   ◀── Reset(STALE_EPOCH), or Reset(UNKNOWN_SESSION)
 *                                                     instead of all this: the session is not here after all
 * </pre>
 */
public final class PeerEndpoint implements PeerRequests {
    /** Asks whether the session is here, and nothing else. */
    static final String HOLDS = "HOLDS";

    /** A message for a session of HTTP with SSE. */
    static final String MESSAGE = "MESSAGE";

    /** The longest {@code Last-Event-ID} that is passed on: no event has a longer one. */
    private static final int LONGEST_EVENT_ID = 64;

    private final HttpSessions sessions;
    private final BodyReader bodies;

    public PeerEndpoint(HttpSessions sessions, BodyReader bodies) {
        this.sessions = sessions;
        this.bodies = bodies;
    }

    private void onceRead(Exchange exchange, byte[] body, Runnable serve) {
        if (BodyReader.isHeavy(body)) {
            // Whoever may say it was asked where the client is.
            bodies.read(exchange, body, null, serve);
        } else {
            serve.run();
        }
    }

    static String kindOf(RequestHead head) {
        return head.route() == Route.MESSAGES ? MESSAGE : head.method();
    }

    /**
     * What has to be known of a request besides: protocol version and last event, each on a line, and on a third one
     * what the client can read, if that is not everything.
     */
    static Bytes head(RequestHead head) {
        String version = head.headers().get(RequestHead.VERSION, "");
        String last = head.lastEvent();
        String event = last == null ? "" : last.substring(0, Math.min(last.length(), LONGEST_EVENT_ID));
        Accept.Form form = head.isPost() ? head.form() : Accept.Form.BOTH;
        String accepted = form == Accept.Form.BOTH ? "" : "\n" + form.text();
        return Bytes.wrap((version + "\n" + event + accepted).getBytes(StandardCharsets.UTF_8));
    }

    private static RequestHead read(String kind, String session, Bytes head) {
        String[] lines = new String(head.array(), StandardCharsets.UTF_8).split("\n", -1);
        HttpHeaders headers = new DefaultHttpHeaders().set(RequestHead.SESSION, session);
        set(headers, RequestHead.VERSION, lines, 0);
        set(headers, RequestHead.LAST_EVENT, lines, 1);
        set(headers, HttpHeaderNames.ACCEPT, lines, 2);
        boolean message = kind.equals(MESSAGE);
        Route route = message ? Route.MESSAGES : Route.MCP;
        return new RequestHead(message ? "POST" : kind, route, route.path(), headers, true, true, null);
    }

    private static void set(HttpHeaders headers, AsciiString name, String[] lines, int line) {
        if (line < lines.length && !lines[line].isEmpty()) {
            headers.set(name, lines[line]);
        }
    }

    @Override
    public @Nullable Request open(PeerStream stream, String id, String kind, Bytes head) {
        return switch (kind) {
            case MESSAGE -> message(stream, id, head);
            case "POST", "GET", "DELETE", HOLDS -> request(stream, id, kind, head);
            default -> null;
        };
    }

    private @Nullable Request request(PeerStream stream, String id, String kind, Bytes head) {
        HttpSession session = sessions.find(id);
        if (session == null) {
            return null;
        }
        boolean asks = !kind.equals(HOLDS);
        return new ServedRequest(stream, read(kind, id, head), asks && !kind.equals("POST"), (exchange, body) -> {
            if (asks) {
                Consumer<Reason> elsewhere = why -> exchange.onLoop(() -> stream.turnAway(why));
                onceRead(exchange, body, () -> SessionEndpoint.serve(session, exchange, body, elsewhere));
            }
        });
    }

    private @Nullable Request message(PeerStream stream, String id, Bytes head) {
        SseSession session = sessions.findSse(id);
        return session == null
                ? null
                : new ServedRequest(
                        stream,
                        read(MESSAGE, id, head),
                        false,
                        (exchange, body) -> onceRead(exchange, body, () -> SseEndpoint.serve(session, exchange, body)));
    }
}
