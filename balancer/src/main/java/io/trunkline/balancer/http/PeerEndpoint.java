package io.trunkline.balancer.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.balancer.peer.PeerRequests;
import io.trunkline.balancer.peer.PeerStream;
import io.trunkline.protocol.frame.Bytes;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Serves the requests that other balancers pass on, for sessions that are here, and knows how such a request looks on a
 * trunk. Usable from any event loop.
 *
 * <pre>
 *   asker                                     holder
 *     Open(session, transport=POST, head) ──▶
 *                                         ◀── Opened, or Reset(UNKNOWN_SESSION)
 *     Data(body) ──▶
 *                                         ◀── Data(status, body)                       the whole response, or
 *                                         ◀── Data(200, note), Data(EVENT, text) ..    an event stream
 *                                         ◀── Reset(CLOSED)                            the end of either
 * </pre>
 */
final class PeerEndpoint implements PeerRequests {
    /** The number of messages that are events; that of others is a status. */
    static final int EVENT = 0;

    /** Asks whether the session is here, and nothing else. */
    static final String HOLDS = "HOLDS";

    /** A message for a session of HTTP with SSE. */
    static final String MESSAGE = "MESSAGE";

    /** How often a request looks for a session that is on its way between balancers. */
    static final int MOST_TRIES = 3;

    /** The longest {@code Last-Event-ID} that is passed on: no event has a longer one. */
    private static final int LONGEST_EVENT_ID = 64;

    private final HttpSessions sessions;

    PeerEndpoint(HttpSessions sessions) {
        this.sessions = sessions;
    }

    static String kindOf(RequestHead head) {
        return head.route() == Route.MESSAGES ? MESSAGE : head.method();
    }

    /** What has to be known of a request besides: protocol version and last event, each on a line. */
    static Bytes head(RequestHead head) {
        String version = head.headers().get(RequestHead.VERSION, "");
        String last = head.lastEvent();
        String event = last == null ? "" : last.substring(0, Math.min(last.length(), LONGEST_EVENT_ID));
        return Bytes.wrap((version + "\n" + event).getBytes(StandardCharsets.UTF_8));
    }

    private static RequestHead read(String kind, String session, Bytes head) {
        String text = new String(head.array(), StandardCharsets.UTF_8);
        int line = Math.max(0, text.indexOf('\n'));
        HttpHeaders headers = new DefaultHttpHeaders().set(RequestHead.SESSION, session);
        if (line > 0) {
            headers.set(RequestHead.VERSION, text.substring(0, line));
        }
        if (text.length() > line + 1) {
            headers.set(RequestHead.LAST_EVENT, text.substring(line + 1));
        }
        boolean message = kind.equals(MESSAGE);
        Route route = message ? Route.MESSAGES : Route.MCP;
        return new RequestHead(message ? "POST" : kind, route, route.path(), headers, true, true, null);
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
                SessionFinder.serve(session, exchange, body, null);
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
                        (exchange, body) -> SseEndpoint.serve(session, exchange, body));
    }
}
