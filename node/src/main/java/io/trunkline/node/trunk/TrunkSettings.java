package io.trunkline.node.trunk;

import com.typesafe.config.Config;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.NetSettings;
import java.time.Duration;

/**
 * The settings of {@code trunkline.node.trunk}.
 *
 * @param port where trunks end; 0 lets the system choose
 * @param net threads, transport and the size of messages
 * @param sessionLimit sessions on this node up to which it takes new ones
 * @param sessionCeiling sessions on this node up to which it takes those that were open before; 0 chooses by the number
 *     of nodes
 * @param window bytes that either side may send on a fresh stream
 * @param partialLimit bytes of all messages that have begun and not ended, on one trunk
 * @param outputLimit bytes that wait for one slow client before its stream is ended
 * @param handshake how long a trunk may take to prove the secret
 * @param silence how long a trunk may say nothing before it is taken for dead
 * @param strangers trunks that have not proved the secret yet, at one time
 */
public record TrunkSettings(
        int port,
        NetSettings net,
        int sessionLimit,
        int sessionCeiling,
        int window,
        int partialLimit,
        int outputLimit,
        Duration handshake,
        Duration silence,
        int strangers) {
    /** What one slow client can make the other side hold. */
    private static final int WINDOW = 64 * 1024;

    private static final int PARTIAL = 128 * 1024 * 1024;
    private static final int OUTPUT = 16 * 1024 * 1024;
    private static final Duration HANDSHAKE = Duration.ofSeconds(5);

    /** Balancers ping at least every second. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private static final int STRANGERS = 64;

    public TrunkSettings {
        Expect.port("trunk.port", port);
        Expect.between("trunk.session-limit", sessionLimit, 1, 10_000_000);
        Expect.that(
                sessionCeiling == 0 || (sessionCeiling >= sessionLimit && sessionCeiling <= 20_000_000),
                "trunk.session-ceiling",
                sessionCeiling,
                "0, or >= trunk.session-limit, which is " + sessionLimit + ", and <= 20000000");
        Expect.between("trunk.window", window, 1024, 64 * 1024 * 1024);
        Expect.that(
                partialLimit >= net.messageLimit(),
                "trunk.partial-limit",
                partialLimit,
                ">= member.message-limit, which is " + net.messageLimit());
        Expect.between("trunk.output-limit", outputLimit, 16 * 1024, 1024 * 1024 * 1024);
        Expect.positive("trunk.handshake", handshake);
        Expect.positive("trunk.silence", silence);
        Expect.between("trunk.strangers", strangers, 1, 10_000);
    }

    /** Bytes of one message. */
    public int messageLimit() {
        return net.messageLimit();
    }

    /**
     * Reads {@code trunk}.
     *
     * @param c {@code trunkline.node} over {@code trunkline}
     */
    public static TrunkSettings from(Config c) {
        return new TrunkSettings(
                c.getInt("trunk.port"),
                NetSettings.from(c),
                c.getInt("trunk.session-limit"),
                c.getInt("trunk.session-ceiling"),
                WINDOW,
                PARTIAL,
                OUTPUT,
                HANDSHAKE,
                SILENCE,
                STRANGERS);
    }
}
