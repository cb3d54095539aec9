package io.trunkline.balancer.config;

import io.trunkline.balancer.pool.Balance;
import io.trunkline.balancer.pool.CheckSettings;
import io.trunkline.balancer.pool.ConnectionSettings;
import io.trunkline.balancer.pool.PassiveSettings;
import io.trunkline.balancer.pool.PoolSettings;
import io.trunkline.balancer.pool.QueueSettings;
import io.trunkline.balancer.pool.ServerSettings;
import io.trunkline.balancer.pool.ServerTlsSettings;
import io.trunkline.balancer.pool.Sticky;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.HostPort;
import java.time.Duration;

/** Reads the block of a pool; what it does not say is as the built-in values are. */
final class PoolBlockSettings {
    private static final CheckSettings CHECK = CheckSettings.CONNECT;
    private static final PassiveSettings PASSIVE = PassiveSettings.DEFAULT;
    private static final ConnectionSettings CONNECTIONS = ConnectionSettings.DEFAULT;

    private PoolBlockSettings() {}

    /** What {@code health} says. */
    private record Health(CheckSettings check, PassiveSettings passive) {}

    static PoolSettings from(String name, BlockSettings block) {
        return block.read(() -> {
            Health health = health(block.block("health"));
            return new PoolSettings(
                    name,
                    block.neededList("servers").stream()
                            .map(PoolBlockSettings::server)
                            .toList(),
                    block.one(Balance.class, "balance", Balance.ROUND_ROBIN),
                    sticky(block.block("sticky")),
                    block.time("slow-start", Duration.ZERO),
                    health.passive(),
                    health.check(),
                    connections(block.block("connections")),
                    queue(block.block("queue")));
        });
    }

    private static ServerSettings server(BlockSettings block) {
        return block.read(() -> {
            HostPort address = HostPort.parse("address", block.text("address"));
            String host = address.host().replaceAll("[\\[\\]]", "");
            return new ServerSettings(
                    block.text("name", ServerSettings.of(host, address.port()).name()),
                    host,
                    address.port(),
                    block.number("weight", 1),
                    block.number("connection-limit", 0));
        });
    }

    private static Sticky sticky(BlockSettings block) {
        return block.read(() -> {
            Sticky.Kind kind = block.one(Sticky.Kind.class, "by", Sticky.Kind.NONE);
            return new Sticky(kind, block.text("name", kind == Sticky.Kind.COOKIE ? "SERVERID" : ""));
        });
    }

    /** The same of {@code health} at the top of the file, which is read for its errors alone. */
    static void checkHealth(BlockSettings block) {
        health(block);
    }

    private static Health health(BlockSettings block) {
        return block.read(() -> {
            String status = block.text("status", CHECK.statusFrom() + "-" + CHECK.statusTo());
            Expect.that(status.matches("\\d{3}(-\\d{3})?"), "status", status, "a status or two, such as 200-399");
            return new Health(
                    new CheckSettings(
                            block.one(CheckSettings.Kind.class, "check", CHECK.kind()),
                            block.text("method", CHECK.method()),
                            block.text("path", CHECK.path()),
                            Integer.parseInt(status, 0, 3, 10),
                            Integer.parseInt(status, status.length() - 3, status.length(), 10),
                            block.text("body", CHECK.body()),
                            block.time("interval", CHECK.interval()),
                            block.time("timeout", CHECK.timeout()),
                            block.number("rise", CHECK.rise()),
                            block.number("fall", CHECK.fall())),
                    new PassiveSettings(
                            block.number("max-fails", PASSIVE.maxFails()),
                            block.time("fail-timeout", PASSIVE.failTimeout())));
        });
    }

    static ConnectionSettings connections(BlockSettings block) {
        return block.read(() -> {
            BlockSettings tls = block.block("tls");
            return new ConnectionSettings(
                    block.time("connect", CONNECTIONS.connect()),
                    block.time("answer", CONNECTIONS.answer()),
                    block.number("kept", CONNECTIONS.kept()),
                    block.time("idle", CONNECTIONS.idle()),
                    block.number("proxy-protocol", CONNECTIONS.proxyProtocol()),
                    new ServerTlsSettings(tls.flag("on", false), tls.text("roots", ""), tls.text("name", "")));
        });
    }

    static QueueSettings queue(BlockSettings block) {
        return block.read(() -> new QueueSettings(
                block.number("limit", QueueSettings.DEFAULT.limit()),
                block.time("deadline", QueueSettings.DEFAULT.deadline())));
    }
}
