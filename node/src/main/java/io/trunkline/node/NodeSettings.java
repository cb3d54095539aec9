package io.trunkline.node;

import com.typesafe.config.Config;
import io.trunkline.node.cluster.SlotSettings;
import io.trunkline.node.guard.CircuitSettings;
import io.trunkline.node.mcp.McpSettings;
import io.trunkline.node.session.SessionSettings;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.trunk.TrunkSettings;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.memory.MemorySettings;

/** The settings of {@code trunkline.node}, read once in {@link NodeMain}. */
public record NodeSettings(
        TrunkSettings trunk, MemorySettings memory, SessionSettings session, SlotSettings slots, McpSettings mcp) {
    /**
     * Reads {@code trunkline.node}.
     *
     * @throws io.trunkline.protocol.member.SettingsException when a value is missing or out of bounds
     */
    public static NodeSettings from(Config root) {
        return Expect.readable(() -> {
            Config node = root.getConfig("trunkline.node");
            try {
                return new NodeSettings(
                        trunk(node.getConfig("trunk")),
                        memory(node),
                        session(node.getConfig("session")),
                        slots(node.getConfig("cluster")),
                        mcp(node.getConfig("mcp")));
            } catch (IllegalArgumentException e) {
                // The engine's own checks, which know nothing of configuration.
                throw new SettingsException(String.valueOf(e.getMessage()), e);
            }
        });
    }

    private static TrunkSettings trunk(Config c) {
        return new TrunkSettings(
                c.getInt("port"),
                c.getInt("event-loops"),
                c.getBoolean("prefer-native"),
                c.getInt("session-limit"),
                c.getInt("session-ceiling"),
                bytes(c, "window"),
                bytes(c, "message-limit"),
                bytes(c, "partial-limit"),
                bytes(c, "output-limit"),
                c.getDuration("handshake"),
                c.getDuration("silence"),
                c.getInt("strangers"));
    }

    private static MemorySettings memory(Config c) {
        return MemorySettings.from(c)
                .requireRoom(
                        MemorySettings.heap(),
                        MemorySettings.direct(),
                        "trunk.message-limit",
                        bytes(c, "trunk.message-limit"));
    }

    private static SessionSettings session(Config c) {
        return new SessionSettings(
                c.getInt("slots"),
                c.getString("dispatcher"),
                c.getDuration("hand-off"),
                c.getDuration("orphan"),
                c.getDuration("unclaimed"));
    }

    private static SlotSettings slots(Config c) {
        return new SlotSettings(
                c.getDuration("settle"),
                c.getInt("expected-nodes"),
                c.getDuration("expected-within"),
                c.getDuration("watch-interval"),
                c.getInt("moves-per-round"),
                c.getInt("moves-at-a-time"));
    }

    private static McpSettings mcp(Config c) {
        Config server = c.getConfig("server");
        Config limits = c.getConfig("limits");
        Config json = c.getConfig("json");
        Config tools = c.getConfig("tools");
        return new McpSettings(
                new McpSettings.Server(
                        server.getString("name"),
                        server.getString("title"),
                        server.getString("version"),
                        server.getString("instructions")),
                new McpSettings.Limits(
                        limits.getInt("in-flight"),
                        limits.getInt("waiting"),
                        bytes(limits, "waiting-bytes"),
                        limits.getInt("batch"),
                        bytes(limits, "answer-bytes")),
                new JsonLimits(
                        json.getInt("max-depth"),
                        json.getInt("max-tokens"),
                        json.getInt("max-name-length"),
                        json.getInt("max-string-length"),
                        json.getInt("max-number-length"),
                        json.getInt("max-id-length")),
                new McpSettings.Tools(
                        tools.getDuration("timeout"),
                        tools.getInt("blocking"),
                        tools.getInt("pool-threads"),
                        tools.getInt("pool-queue"),
                        new CircuitSettings(
                                tools.getInt("circuit.losses"),
                                tools.getDuration("circuit.within"),
                                tools.getDuration("circuit.open"))),
                new McpSettings.ClientRequests(
                        c.getInt("client-requests.outstanding"), c.getDuration("client-requests.timeout")),
                c.getInt("page-size"),
                c.getEnum(LogLevel.class, "log-level"),
                new McpSettings.Stateless(
                        c.getDuration("stateless.list-ttl"),
                        c.getDuration("stateless.read-ttl"),
                        c.getDuration("stateless.state-ttl"),
                        c.getInt("stateless.subscribed-resources")),
                tasks(c.getConfig("tasks")),
                new McpSettings.Changes(
                        c.getDuration("changes.window"),
                        c.getInt("changes.resources"),
                        c.getDuration("changes.catch-up-delay")));
    }

    private static McpSettings.Tasks tasks(Config c) {
        return new McpSettings.Tasks(
                c.getDuration("timeout"),
                c.getDuration("keep"),
                c.getDuration("max-ttl"),
                c.getDuration("poll-interval"),
                c.getInt("held"),
                c.getInt("held-per-principal"),
                bytes(c, "result-bytes"));
    }

    private static int bytes(Config c, String key) {
        return (int) Math.min(Integer.MAX_VALUE, c.getBytes(key));
    }
}
