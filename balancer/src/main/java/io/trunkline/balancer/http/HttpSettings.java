package io.trunkline.balancer.http;

import com.typesafe.config.Config;
import io.trunkline.balancer.client.EdgeSettings;
import io.trunkline.protocol.member.Expect;
import java.time.Duration;
import java.util.List;

/**
 * The settings of {@code trunkline.balancer.http}. What a message may weigh and how long a client may be idle or
 * stalled is that of {@code trunkline.balancer.edge}.
 *
 * @param port TCP port for HTTP; 0 lets the system choose
 * @param hosts what {@code Host} may name, without a port; {@code *} allows all, an empty list none
 * @param origins what {@code Origin} may be: a host name, or a whole origin with its scheme; {@code *} allows all, an
 *     empty list none
 * @param cors whether browsers are told that the allowed origins may read answers
 * @param gzipAbove bytes of a JSON answer above which it is compressed for clients that accept it; 0 for never
 * @param head bounds of what comes before a body
 * @param timeouts how long clients may take, and how often they are given a sign of life
 * @param sessions bounds of HTTP sessions
 * @param replay bounds of what is kept to be sent again
 * @param affinity by what requests without a session meet the same node: the first of these that a request has,
 *     {@code tool}, {@code principal}, or {@code param:} and the name behind {@code Mcp-Param-}
 */
public record HttpSettings(
        int port,
        List<String> hosts,
        List<String> origins,
        boolean cors,
        int gzipAbove,
        Head head,
        Timeouts timeouts,
        Sessions sessions,
        Replay replay,
        List<String> affinity) {
    /** Bytes of a JSON answer that pay back the work of compressing it. */
    private static final int GZIP_ABOVE = 1024;

    /** Bytes of the request line, and header lines: more than any client sends that means well. */
    private static final int LINE = 8 * 1024;

    private static final int HEADERS = 100;

    /** Between two WebSocket pings: intermediaries cut what is silent for a minute, some for half of one. */
    private static final Duration PING = Duration.ofSeconds(20);

    /** Pools of Node.js keep a connection that is idle for 4 s, and learn with the next answer that it ends. */
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    /** Events and bytes of one session, and bytes of all, that wait for clients that come back. */
    private static final Replay REPLAY = new Replay(256, 256 * 1024, 64L * 1024 * 1024);

    /**
     * Bounds of what comes before a body.
     *
     * @param line bytes of the request line
     * @param size bytes of all header lines
     * @param count header lines
     */
    public record Head(int line, int size, int count) {
        public Head {
            Expect.between("http.head.line", line, 64, 64 * 1024);
            Expect.between("http.head-limit", size, 256, 1024 * 1024);
            Expect.between("http.head.count", count, 1, 10_000);
        }
    }

    /**
     * How long clients may take, and how often they are given a sign of life.
     *
     * @param head from the first byte of a request to the end of its headers
     * @param body from there to the end of its body
     * @param comment between two comments on an event stream that says nothing else
     * @param ping between two WebSocket pings; a client that says nothing for twice as long is closed
     * @param farewell for connections that wait for a request when the process stops
     */
    public record Timeouts(Duration head, Duration body, Duration comment, Duration ping, Duration farewell) {
        public Timeouts {
            Expect.positive("http.timeouts.head", head);
            Expect.positive("http.timeouts.body", body);
            Expect.positive("http.comment-interval", comment);
            Expect.positive("http.timeouts.ping", ping);
            Expect.that(!farewell.isNegative(), "http.timeouts.farewell", farewell, ">= 0s");
        }
    }

    /**
     * Bounds of HTTP sessions.
     *
     * @param limit sessions of this process
     * @param perSource sessions of one client address; 0 for no limit
     * @param idle without a message or an open stream
     */
    public record Sessions(int limit, int perSource, Duration idle) {
        public Sessions {
            Expect.between("http.sessions.limit", limit, 1, 10_000_000);
            Expect.between("http.sessions.per-source", perSource, 0, 10_000_000);
            Expect.positive("http.sessions.idle", idle);
        }
    }

    /**
     * Bounds of the events that are kept for clients that come back with {@code Last-Event-ID}.
     *
     * @param events of one session
     * @param bytes of one session
     * @param total bytes of all sessions
     */
    public record Replay(int events, int bytes, long total) {
        public Replay {
            Expect.between("http.replay.events", events, 0, 1_000_000);
            Expect.between("http.replay.bytes", bytes, 0, 1024 * 1024 * 1024);
            Expect.that(total >= 0, "http.replay.total", total, ">= 0");
        }
    }

    public HttpSettings {
        Expect.port("http.port", port);
        Expect.between("http.gzip-above", gzipAbove, 0, Integer.MAX_VALUE);
        hosts = List.copyOf(hosts);
        origins = List.copyOf(origins);
        affinity = List.copyOf(affinity);
        affinity.forEach(source -> Expect.that(
                source.matches("tool|principal|param:.+"),
                "http.affinity",
                source,
                "tool, principal, or param: and a name"));
    }

    /**
     * Reads {@code http}.
     *
     * @param c {@code trunkline.balancer} over {@code trunkline}
     * @param edge how long clients may take to send a request
     */
    public static HttpSettings from(Config c, EdgeSettings.Timeouts edge) {
        return new HttpSettings(
                c.getInt("http.port"),
                Expect.names(c, "http.hosts"),
                Expect.names(c, "http.origins"),
                c.getBoolean("http.cors"),
                GZIP_ABOVE,
                new Head(LINE, Expect.bytes(c, "http.head-limit"), HEADERS),
                new Timeouts(
                        edge.firstMessage(), edge.message(), c.getDuration("http.comment-interval"), PING, FAREWELL),
                new Sessions(
                        c.getInt("http.sessions.limit"),
                        c.getInt("http.sessions.per-source"),
                        c.getDuration("http.sessions.idle")),
                REPLAY,
                Expect.names(c, "http.affinity"));
    }
}
