package io.trunkline.node;

import com.typesafe.config.Config;
import io.trunkline.node.cluster.SlotSettings;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.session.SessionSettings;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.trunk.TrunkSettings;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.memory.MemorySettings;

/** The settings of {@code trunkline.node}, read once in {@link NodeMain}. */
public record NodeSettings(
        TrunkSettings trunk, MemorySettings memory, SessionSettings session, SlotSettings slots, McpSettings mcp) {
    /**
     * Reads {@code trunkline.node}, and what of {@code trunkline.member} is about clients.
     *
     * @throws io.trunkline.protocol.member.SettingsException when a value is missing or out of bounds
     */
    public static NodeSettings from(Config root) {
        return Expect.readable(() -> {
            Config c = root.getConfig("trunkline.node").withFallback(root.getConfig("trunkline"));
            TrunkSettings trunk = TrunkSettings.from(c);
            try {
                return new NodeSettings(
                        trunk,
                        MemorySettings.from(c),
                        SessionSettings.from(c),
                        SlotSettings.from(c),
                        mcp(c, trunk.messageLimit()));
            } catch (IllegalArgumentException e) {
                // The engine's own checks, which know nothing of configuration.
                throw new SettingsException(String.valueOf(e.getMessage()), e);
            }
        });
    }

    /** The engine is plain Java: its settings are read here, and those that are no keys come from its own defaults. */
    private static McpSettings mcp(Config c, int messageLimit) {
        McpSettings usual = McpSettings.DEFAULT;
        McpSettings.Limits limits = usual.limits();
        McpSettings.Tools tools = usual.tools();
        McpSettings.Stateless stateless = usual.stateless();
        McpSettings.Tasks tasks = usual.tasks();
        return new McpSettings(
                new McpSettings.Server(
                        c.getString("mcp.server.name"),
                        c.getString("mcp.server.title"),
                        c.getString("member.app-version"),
                        c.getString("mcp.server.instructions")),
                new McpSettings.Limits(
                        c.getInt("mcp.in-flight"),
                        limits.waiting(),
                        limits.waitingBytes(),
                        limits.batch(),
                        messageLimit),
                usual.json(),
                new McpSettings.Tools(
                        c.getDuration("mcp.tools.timeout"),
                        tools.blocking(),
                        c.getInt("mcp.tools.pool-threads"),
                        tools.poolQueue(),
                        tools.circuit()),
                new McpSettings.ClientRequests(
                        usual.clientRequests().outstanding(), c.getDuration("mcp.client-requests.timeout")),
                usual.pageSize(),
                c.getEnum(LogLevel.class, "mcp.log-level"),
                new McpSettings.Stateless(
                        c.getDuration("mcp.list-ttl"),
                        stateless.readTtl(),
                        stateless.stateTtl(),
                        stateless.subscribedResources()),
                new McpSettings.Tasks(
                        c.getDuration("mcp.tasks.timeout"),
                        c.getDuration("mcp.tasks.keep"),
                        tasks.maxTtl(),
                        tasks.pollInterval(),
                        c.getInt("mcp.tasks.held"),
                        c.getInt("mcp.tasks.held-per-principal"),
                        tasks.resultBytes()),
                usual.changes());
    }
}
