package io.trunkline.node.trunk;

import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * The settings of {@code trunkline.node.trunk}.
 *
 * @param port where trunks end; 0 lets the system choose
 * @param eventLoops threads that carry trunks; 0 chooses by the number of cores
 * @param preferNative whether to use the platform's native transport
 * @param sessionLimit sessions on this node up to which it takes new ones
 * @param sessionCeiling sessions on this node up to which it takes those that were open before; 0 chooses by the number of nodes
 * @param window bytes that either side may send on a fresh stream
 * @param messageLimit bytes of one message
 * @param partialLimit bytes of all messages that have begun and not ended, on one trunk
 * @param outputLimit bytes that wait for one slow client before its stream is ended
 * @param handshake how long a trunk may take to prove the secret
 * @param silence how long a trunk may say nothing before it is taken for dead
 * @param strangers trunks that have not proved the secret yet, at one time
 */
public record TrunkSettings(
        int port,
        int eventLoops,
        boolean preferNative,
        int sessionLimit,
        int sessionCeiling,
        int window,
        int messageLimit,
        int partialLimit,
        int outputLimit,
        Duration handshake,
        Duration silence,
        int strangers) {
    public TrunkSettings {
        Expect.port("trunk.port", port);
        Expect.between("trunk.event-loops", eventLoops, 0, 256);
        Expect.between("trunk.session-limit", sessionLimit, 1, 10_000_000);
        Expect.that(
                sessionCeiling == 0 || (sessionCeiling >= sessionLimit && sessionCeiling <= 20_000_000),
                "trunk.session-ceiling",
                sessionCeiling,
                "0, or >= trunk.session-limit, which is " + sessionLimit + ", and <= 20000000");
        Expect.between("trunk.window", window, 1024, 64 * 1024 * 1024);
        Expect.between("trunk.message-limit", messageLimit, 1024, 16 * 1024 * 1024);
        Expect.that(
                partialLimit >= messageLimit,
                "trunk.partial-limit",
                partialLimit,
                ">= trunk.message-limit, which is " + messageLimit);
        Expect.between("trunk.output-limit", outputLimit, 16 * 1024, 1024 * 1024 * 1024);
        Expect.positive("trunk.handshake", handshake);
        Expect.positive("trunk.silence", silence);
        Expect.between("trunk.strangers", strangers, 1, 10_000);
    }

    /** The number of event loops to start: as configured, or half of the cores, at least 1 and at most 8. */
    public int loops() {
        return eventLoops > 0
                ? eventLoops
                : Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors() / 2));
    }
}
