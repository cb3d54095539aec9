package io.trunkline.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.trunkline.node.mcp.McpServer;
import io.trunkline.node.mcp.catalog.Providers;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.ListChangeSource;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceProvider;
import io.trunkline.node.spi.UpdateSource;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.member.Member;
import io.trunkline.protocol.member.MemberSettings;
import io.trunkline.protocol.member.SystemConfig;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.session.SessionId;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two real nodes in one cluster: what changes on one, clients of the other hear of. */
@Timeout(300)
class ChangesIT {
    private static final String SECRET = "a secret of this cluster";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String DOCUMENT = "test://document";
    private static final String MORE = "test://more";
    private static final String LISTEN = """
            {"jsonrpc":"2.0","id":5,"method":"subscriptions/listen","params":{\
            "notifications":{"resourceSubscriptions":["test://document"],"resourcesListChanged":true},"_meta":{\
            "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
            "io.modelcontextprotocol/clientCapabilities":{}}}}""";

    private final RunningNode one = new RunningNode("node-1", "");
    private final RunningNode two =
            new RunningNode("node-2", one.member.endpoints().artery().toString());

    @AfterEach
    void stop() {
        two.stop();
        one.stop();
    }

    @Test
    void aChangeOnOneNodeIsToldToASessionAndToAListenerOnTheOther() {
        try (SocketEdge edge = two.connect()) {
            int slot = edge.next(Frame.Slots.class, slots -> slots.hosted().size() > 0)
                    .hosted()
                    .get(0);
            open(edge, 1, slot);
            edge.say(1, 1, """
                    {"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
                    "capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""");
            edge.answer(1, 1);
            edge.say(1, 2, "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
            edge.say(
                    1,
                    3,
                    "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"resources/subscribe\",\"params\":{\"uri\":\"" + DOCUMENT
                            + "\"}}");
            assertThat(edge.answer(1, 3)).contains("\"result\":{}");
            open(edge, 2, slot);
            edge.say(2, 1, LISTEN);
            assertThat(told(edge)).contains("acknowledged");

            one.module.updated.accept(DOCUMENT);

            assertThat(List.of(told(edge), told(edge)))
                    .allMatch(text -> text.contains("notifications/resources/updated") && text.contains(DOCUMENT))
                    .anyMatch(text -> text.contains("subscriptionId"))
                    .anyMatch(text -> !text.contains("subscriptionId"));
            assertThat(one.count("published")).isEqualTo(1);
            assertThat(two.count("received")).isEqualTo(1);
            assertThat(two.count("published")).isZero();

            // Both modules have the same lists, as they read them from the same place.
            one.module.more(MORE);
            two.module.more(MORE);
            one.module.changed.run();

            assertThat(List.of(told(edge), told(edge)))
                    .allMatch(text -> text.contains("notifications/resources/list_changed"));
            edge.say(1, 4, "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"resources/list\"}");
            assertThat(edge.answer(1, 4)).contains(MORE);
        }
    }

    private static void open(SocketEdge edge, int stream, int slot) {
        edge.say(new Frame.Open(stream, SessionId.mint(slot), 1, "tcp", "127.0.0.1:1", Bytes.EMPTY));
        edge.next(Frame.Opened.class, opened -> opened.stream() == stream);
    }

    private static String told(SocketEdge edge) {
        return edge.next(Frame.Data.class, data -> true).payload().toString(StandardCharsets.UTF_8);
    }

    /** A node with its module. */
    private static final class RunningNode {
        final Module module = new Module();
        final Metrics metrics = new Metrics();
        final Member<Void> member;
        final McpServer server;
        final Node node;

        RunningNode(String name, String seeds) {
            Config config = ConfigFactory.parseString("""
                    trunkline.member {
                      name = %s, seeds = "%s", secret = "%s"
                      artery-port = 0, management-port = 0, prometheus-port = 0
                    }
                    trunkline.node.trunk { port = 0, silence = 10m }
                    trunkline.node.session.slots = 16
                    trunkline.node.cluster { settle = 100ms, expected-nodes = 2, expected-within = 60s }
                    pekko.jvm-exit-on-fatal-error = off
                    """.formatted(name, seeds, SECRET))
                    .withFallback(SystemConfig.load());
            MemberSettings settings = MemberSettings.from(config, Node.ROLE);
            member = Member.start(settings, config, metrics, Behaviors.empty());
            server = McpServer.create(
                    McpSettings.DEFAULT, new Providers(List.of(), List.of(module), List.of()), new byte[32], metrics);
            node = Node.start(member.system(), settings, NodeSettings.from(config), server, metrics);
        }

        SocketEdge connect() {
            SocketEdge edge = new SocketEdge(new InetSocketAddress(
                    node.trunkAddress().host(), node.trunkAddress().port()));
            edge.shakeHands("balancer-1", SECRET);
            return edge;
        }

        long count(String way) {
            return metrics.counter("trunkline.announcements", Map.of("way", way))
                    .total();
        }

        void stop() {
            ActorTestKit.shutdown(member.system(), PATIENCE);
            server.close();
        }
    }

    private static final class Module implements ResourceProvider, UpdateSource, ListChangeSource {
        private final List<Resource> resources =
                new CopyOnWriteArrayList<>(List.of(Resource.at(DOCUMENT).text("")));
        Consumer<String> updated = uri -> {};
        Runnable changed = () -> {};

        void more(String uri) {
            resources.add(Resource.at(uri).text(""));
        }

        @Override
        public Collection<Resource> resources() {
            return resources;
        }

        @Override
        public void onUpdate(Consumer<String> consumer) {
            updated = consumer;
        }

        @Override
        public void onListChange(Runnable run) {
            changed = run;
        }
    }
}
