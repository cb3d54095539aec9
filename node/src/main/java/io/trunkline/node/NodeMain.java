package io.trunkline.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.trunkline.node.mcp.McpServer;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.memory.NodeMemory;
import io.trunkline.protocol.member.Lives;
import io.trunkline.protocol.member.Member;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.member.SettingsException;
import io.trunkline.protocol.member.StartException;
import io.trunkline.protocol.member.SystemConfig;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.trunk.ClusterSecret;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;

/**
 * Starts a node: check the settings, start, print every bound address, live until a signal or a leave; when the
 * cluster gives this node up, join it again.
 */
public final class NodeMain {
    /** The exit status for wrong settings (sysexits.h, EX_USAGE). */
    private static final int USAGE = 64;

    /** The exit status when something that is needed cannot be had (sysexits.h, EX_UNAVAILABLE). */
    private static final int UNAVAILABLE = 69;

    private NodeMain() {}

    /**
     * Takes no arguments to start, because everything is configuration; {@code --check FILE} only says whether a file
     * is good.
     */
    public static void main(String[] args) {
        Config config = ConfigFactory.empty();
        try {
            Path checked = SystemConfig.fileToCheck(args);
            config = SystemConfig.load();
            MemberSettings memberSettings = MemberSettings.from(config, Node.ROLE);
            NodeSettings settings = NodeSettings.from(config);
            if (checked != null) {
                System.out.println(checked + ": good for a node");
                return;
            }
            Metrics metrics = new Metrics();
            NodeMemory memory =
                    new NodeMemory(new MemoryBudget(settings.memory().limit()), metrics);
            McpServer server = server(settings, memberSettings, metrics, memory);
            Lives lives = new Lives(
                    memberSettings,
                    config,
                    metrics,
                    member -> start(member, memberSettings, settings, server, metrics),
                    () -> CompletableFuture.completedFuture(Done.getInstance()));
            lives.begin();
        } catch (SettingsException e) {
            System.err.println("node: " + SystemConfig.located(e, config));
            System.exit(USAGE);
        } catch (StartException e) {
            System.err.println("node: " + e.getMessage());
            System.exit(UNAVAILABLE);
        }
    }

    private static McpServer server(NodeSettings settings, MemberSettings member, Metrics metrics, NodeMemory memory) {
        try {
            return McpServer.create(
                    settings.mcp(),
                    Providers.installed(),
                    new ClusterSecret(member.secret().value()).keyFor("request state"),
                    metrics,
                    memory);
        } catch (IllegalArgumentException e) {
            throw new StartException("modules: " + e.getMessage() + ": take one of them out of modules/", e);
        }
    }

    /** Starts what belongs to one life of this node. */
    private static void start(
            Member<Void> member, MemberSettings settings, NodeSettings own, McpServer server, Metrics metrics) {
        // Those of the event loops of the life before, if there was one.
        metrics.retireMeters();
        Node node = Node.start(member.system(), settings, own, server, metrics);
        System.out.println("node " + settings.name() + " trunk " + node.trunkAddress() + " artery "
                + member.endpoints().artery() + " management "
                + member.endpoints().management() + " prometheus "
                + member.endpoints().prometheus());
    }
}
