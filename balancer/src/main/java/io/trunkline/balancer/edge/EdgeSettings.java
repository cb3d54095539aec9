package io.trunkline.balancer.edge;

import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * The settings of {@code trunkline.balancer.edge}.
 *
 * @param port TCP port for JSON-RPC lines; 0 lets the system choose
 * @param eventLoops threads that carry clients; 0 chooses by the number of cores
 * @param preferNative whether to use the platform's native transport
 * @param reusePort whether several processes may share the port
 * @param backlog connections that the system may hold until they are accepted
 * @param connectionLimit clients of this process; 0 chooses by the limit of open files
 * @param messageLimit bytes of one message
 * @param timeouts how long clients may take
 */
public record EdgeSettings(
        int port,
        int eventLoops,
        boolean preferNative,
        boolean reusePort,
        int backlog,
        int connectionLimit,
        int messageLimit,
        Timeouts timeouts) {
    /**
     * How long clients may take.
     *
     * @param firstMessage from the connection to the end of the first message
     * @param message from the first byte of a message to its last
     * @param idle without a byte in either direction and without a question open
     * @param stall without taking a byte of what waits for the client
     * @param vanished without a sign of life of the client's kernel
     * @param check time between two looks at all of these
     */
    public record Timeouts(
            Duration firstMessage, Duration message, Duration idle, Duration stall, Duration vanished, Duration check) {
        public Timeouts {
            Expect.positive("edge.timeouts.first-message", firstMessage);
            Expect.positive("edge.timeouts.message", message);
            Expect.positive("edge.timeouts.idle", idle);
            Expect.positive("edge.timeouts.stall", stall);
            Expect.that(
                    vanished.toSeconds() >= 4 && vanished.toHours() < 24,
                    "edge.timeouts.vanished",
                    vanished,
                    "4s to 24h");
            Expect.positive("edge.timeouts.check", check);
        }
    }

    public EdgeSettings {
        Expect.port("edge.port", port);
        Expect.between("edge.event-loops", eventLoops, 0, 256);
        Expect.between("edge.backlog", backlog, 1, 65_535);
        Expect.between("edge.connection-limit", connectionLimit, 0, 10_000_000);
        Expect.between("edge.message-limit", messageLimit, 1024, 16 * 1024 * 1024);
    }

    /** The number of event loops to start: as configured, or half of the cores, at least 1 and at most 8. */
    public int loops() {
        return eventLoops > 0
                ? eventLoops
                : Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors() / 2));
    }
}
