package io.trunkline.balancer.check;

import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.NameResolver;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.balancer.pool.CheckSettings;
import io.trunkline.balancer.pool.Pool;
import io.trunkline.balancer.pool.Server;
import io.trunkline.balancer.pool.ServerState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks one server's name up, checks the server, and does so again after a while. The time between differs by up to a
 * tenth, so that many balancers do not ask at once. Ends when the server is in its pool no more. Belongs to its event
 * loop.
 */
final class ServerWatch {
    private final Pool pool;
    private final Server server;
    private final NameResolver<InetAddress> names;
    private final EventLoop loop;
    private final @Nullable Function<Server, SslHandler> tls;
    private CheckSettings settings;
    private Verdict verdict;
    private boolean nameIsBad;
    private volatile boolean ended;

    ServerWatch(
            Pool pool,
            Server server,
            NameResolver<InetAddress> names,
            EventLoop loop,
            @Nullable Function<Server, SslHandler> tls) {
        this.pool = pool;
        this.server = server;
        this.names = names;
        this.loop = loop;
        this.tls = tls;
        this.settings = pool.settings().check();
        this.verdict = new Verdict(settings.rise(), settings.fall());
    }

    /** The first look-up is at once, because a server without an address gets nothing. */
    void begin() {
        loop.execute(this::look);
    }

    void end() {
        ended = true;
    }

    private void look() {
        if (ended || server.gone()) {
            return;
        }
        adopt(pool.settings().check());
        if (server.state() == ServerState.MAINTENANCE) {
            again();
        } else if (NetUtil.createByteArrayFromIpAddressString(server.host()) != null) {
            check();
        } else {
            names.resolveAll(server.host()).addListener((Future<List<InetAddress>> found) -> {
                found(found);
                check();
            });
        }
    }

    private void adopt(CheckSettings now) {
        if (!now.equals(settings)) {
            settings = now;
            verdict = new Verdict(now.rise(), now.fall());
        }
    }

    /** The address stays as long as the name leads there, among others. */
    private void found(Future<List<InetAddress>> found) {
        List<InetAddress> all = found.isSuccess() ? found.getNow() : List.of();
        if (all.isEmpty()) {
            if (!nameIsBad) {
                BalancerEvents.serverNameNotFound(pool.name(), server.name(), server.host(), found.cause());
            }
            nameIsBad = true;
            return;
        }
        nameIsBad = false;
        InetSocketAddress before = server.address();
        if (before == null || !all.contains(before.getAddress())) {
            server.address(new InetSocketAddress(all.get(0), server.port()));
        }
    }

    private void check() {
        InetSocketAddress address = server.address();
        if (settings.kind() == CheckSettings.Kind.OFF) {
            server.checked(true, "is checked no more");
            again();
        } else if (address == null || ended) {
            again();
        } else {
            new Check(settings, pool.settings().connections().proxyProtocol(), server, this::after)
                    .run(loop, address, tls);
        }
    }

    private void after(boolean well, String why) {
        server.checked(verdict.after(well), why);
        again();
    }

    private void again() {
        if (!ended && !loop.isShuttingDown()) {
            long nanos = settings.interval().toNanos();
            long jitter = ThreadLocalRandom.current().nextLong(nanos / 5 + 1) - nanos / 10;
            loop.schedule(this::look, nanos + jitter, TimeUnit.NANOSECONDS);
        }
    }
}
