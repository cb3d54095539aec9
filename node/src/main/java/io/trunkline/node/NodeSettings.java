package io.trunkline.node;

import com.typesafe.config.Config;
import io.trunkline.node.cluster.SlotSettings;
import io.trunkline.node.mcp.McpSettings;
import io.trunkline.node.session.SessionSettings;
import io.trunkline.node.trunk.TrunkSettings;
import io.trunkline.protocol.member.Expect;

/** The settings of {@code trunkline.node}, read once in {@link NodeMain}. */
public record NodeSettings(TrunkSettings trunk, SessionSettings session, SlotSettings slots, McpSettings mcp) {
    /**
     * Reads {@code trunkline.node}.
     *
     * @throws io.trunkline.protocol.member.SettingsException when a value is missing or out of bounds
     */
    public static NodeSettings from(Config root) {
        return Expect.readable(() -> {
            Config node = root.getConfig("trunkline.node");
            return new NodeSettings(
                    trunk(node.getConfig("trunk")),
                    session(node.getConfig("session")),
                    slots(node.getConfig("cluster")),
                    mcp(node.getConfig("mcp")));
        });
    }

    private static TrunkSettings trunk(Config c) {
        return new TrunkSettings(
                c.getInt("port"),
                c.getInt("event-loops"),
                c.getBoolean("prefer-native"),
                c.getInt("session-limit"),
                bytes(c, "window"),
                bytes(c, "message-limit"),
                bytes(c, "partial-limit"),
                bytes(c, "output-limit"),
                c.getDuration("handshake"),
                c.getDuration("silence"),
                c.getInt("strangers"));
    }

    private static SessionSettings session(Config c) {
        return new SessionSettings(
                c.getInt("slots"), c.getString("dispatcher"), c.getDuration("hand-off"), c.getDuration("orphan"));
    }

    private static SlotSettings slots(Config c) {
        return new SlotSettings(
                c.getDuration("settle"),
                c.getDuration("watch-interval"),
                c.getInt("moves-per-round"),
                c.getDuration("rebalance-interval"));
    }

    private static int bytes(Config c, String key) {
        return (int) Math.min(Integer.MAX_VALUE, c.getBytes(key));
    }
}
