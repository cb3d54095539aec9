package io.trunkline.balancer.client;

import com.typesafe.config.Config;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.NetSettings;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The settings of {@code trunkline.balancer.edge}.
 *
 * @param port TCP port for JSON-RPC lines; 0 lets the system choose
 * @param net threads, transport and the size of messages
 * @param connectionLimit clients of this process; 0 chooses by the limit of open files
 * @param timeouts how long clients may take
 */
public record EdgeSettings(int port, NetSettings net, int connectionLimit, Timeouts timeouts) {
    /** Connections that the system may hold until they are accepted; net.core.somaxconn bounds it, too. */
    public static final int BACKLOG = 4096;

    /** Without a sign of life of the client's kernel for so long, a connection is closed. */
    public static final Duration VANISHED = Duration.ofSeconds(60);

    /**
     * How long clients may take.
     *
     * @param firstMessage from the connection to the end of the first message; over HTTP from the first byte of a
     *     request to the end of its headers
     * @param message from the first byte of a message to its last
     * @param idle without a byte in either direction and without a question open
     * @param stall without taking a byte of what waits for the client
     */
    public record Timeouts(Duration firstMessage, Duration message, Duration idle, Duration stall) {
        private static final Duration LONGEST_CHECK = Duration.ofMillis(250);

        public Timeouts {
            Expect.positive("edge.timeouts.first-message", firstMessage);
            Expect.positive("edge.timeouts.message", message);
            Expect.positive("edge.timeouts.idle", idle);
            Expect.positive("edge.timeouts.stall", stall);
        }

        /** Time between two looks at all of these: an eighth of the shortest, at most 250 ms. */
        public Duration check() {
            return Stream.of(
                            firstMessage.dividedBy(8),
                            message.dividedBy(8),
                            idle.dividedBy(8),
                            stall.dividedBy(8),
                            LONGEST_CHECK)
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    public EdgeSettings {
        Expect.port("edge.port", port);
        Expect.between("edge.connection-limit", connectionLimit, 0, 10_000_000);
    }

    /** Bytes of one message. */
    public int messageLimit() {
        return net.messageLimit();
    }

    /**
     * Reads {@code edge}.
     *
     * @param c {@code trunkline.balancer} over {@code trunkline}
     */
    public static EdgeSettings from(Config c) {
        return new EdgeSettings(
                c.getInt("edge.port"),
                NetSettings.from(c),
                c.getInt("edge.connection-limit"),
                new Timeouts(
                        c.getDuration("edge.timeouts.first-message"),
                        c.getDuration("edge.timeouts.message"),
                        c.getDuration("edge.timeouts.idle"),
                        c.getDuration("edge.timeouts.stall")));
    }
}
