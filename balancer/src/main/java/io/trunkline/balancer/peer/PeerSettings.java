package io.trunkline.balancer.peer;

import com.typesafe.config.Config;
import io.trunkline.balancer.trunk.EdgeTrunkSettings;
import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * The settings of {@code trunkline.balancer.peer}.
 *
 * @param port where other balancers connect; 0 lets the system choose
 * @param strangers connections at a time that have not proved the cluster secret
 * @param window bytes of a request or its response before more is granted
 * @param messageLimit bytes of one message
 * @param handshake for the proof of the secret
 * @param silence after which a connection is given up
 */
public record PeerSettings(
        int port, int strangers, int window, int messageLimit, Duration handshake, Duration silence) {
    private static final int STRANGERS = 64;
    private static final int WINDOW = 64 * 1024;

    public PeerSettings {
        Expect.between("peer.port", port, 0, 65_535);
        Expect.between("peer.strangers", strangers, 1, 10_000);
        Expect.between("peer.window", window, 1024, 16 * 1024 * 1024);
        Expect.positive("peer.handshake", handshake);
        Expect.positive("peer.silence", silence);
    }

    /**
     * Reads {@code peer}.
     *
     * @param c {@code trunkline.balancer}
     * @param trunk how long other members may take
     */
    public static PeerSettings from(Config c, EdgeTrunkSettings trunk, int messageLimit) {
        return new PeerSettings(
                c.getInt("peer.port"), STRANGERS, WINDOW, messageLimit, trunk.handshake(), trunk.silence());
    }
}
