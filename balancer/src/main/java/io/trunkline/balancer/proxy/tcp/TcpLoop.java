package io.trunkline.balancer.proxy.tcp;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.pool.Pool;
import io.trunkline.balancer.proxy.Dialer;
import io.trunkline.balancer.proxy.ProxyServices;
import io.trunkline.protocol.metrics.Counter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the clients of one TCP proxy share on one event loop. Belongs to it. */
final class TcpLoop {
    private final ClientLoop clients;
    private final Pool pool;
    private final Dialer dialer;
    private final Spares spares;
    private final long idleNanos;
    private final Counter retries;
    private final Counter bytesIn;
    private final Counter bytesOut;
    private final Map<Tunnel.Ending, Counter> endings = new EnumMap<>(Tunnel.Ending.class);

    TcpLoop(EventLoop loop, TcpProxySettings settings, Pool pool, ProxyServices services) {
        this.pool = pool;
        this.idleNanos = settings.idle().toNanos();
        this.clients = new ClientLoop(
                loop,
                services.edge(),
                services.admission(),
                services.memory().of(loop),
                services.metrics(),
                Duration.ZERO);
        // A server that speaks first is heard once it has a client.
        this.dialer = new Dialer(services.transport(), loop, true, channel -> {});
        Map<String, String> tags = Map.of("listener", settings.name());
        this.retries = services.metrics().counter("trunkline.proxy.retries", tags);
        this.bytesIn = services.metrics().counter("trunkline.proxy.bytes.in", tags);
        this.bytesOut = services.metrics().counter("trunkline.proxy.bytes.out", tags);
        this.spares = new Spares(
                settings.spares(), pool, dialer, services.metrics().counter("trunkline.proxy.spares.used", tags));
        for (Tunnel.Ending ending : Tunnel.Ending.values()) {
            String why = ending.name().toLowerCase(Locale.ROOT);
            endings.put(
                    ending,
                    services.metrics()
                            .counter("trunkline.proxy.ended", Map.of("listener", settings.name(), "reason", why)));
        }
    }

    void start() {
        clients.start();
        clients.eventLoop()
                .scheduleWithFixedDelay(() -> spares.tick(System.nanoTime()), 0, 1_000, TimeUnit.MILLISECONDS);
    }

    /** See {@link TcpProxy#drain}. */
    CompletableFuture<@Nullable Void> drain(long deadline) {
        clients.eventLoop().execute(spares::close);
        return clients.drain(deadline);
    }

    ClientLoop clients() {
        return clients;
    }

    Pool pool() {
        return pool;
    }

    Dialer dialer() {
        return dialer;
    }

    Spares spares() {
        return spares;
    }

    long idleNanos() {
        return idleNanos;
    }

    /** A client that was admitted. */
    TcpConnection add(Channel channel) {
        TcpConnection client = new TcpConnection(this, channel);
        clients.connections().add(client);
        return client;
    }

    /** A server could not be reached, and another one is asked. */
    void retried() {
        retries.increment();
    }

    /** A tunnel has ended. */
    void carried(Tunnel tunnel) {
        bytesIn.add(tunnel.toServer());
        bytesOut.add(tunnel.toClient());
        Counter ended = endings.get(tunnel.ending());
        if (ended != null) {
            ended.increment();
        }
    }
}
