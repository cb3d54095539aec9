package io.trunkline.balancer.check;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.NameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.trunkline.balancer.pool.Pool;
import io.trunkline.balancer.pool.Server;
import io.trunkline.protocol.trunk.NetTransport;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All checks of a process, on one thread. */
public final class Checks implements AutoCloseable {
    private final EventLoopGroup group = NetTransport.NIO.group(1, "check");
    private final NameResolver<InetAddress> names;
    private final Map<Server, ServerWatch> watches = new ConcurrentHashMap<>();

    /** Checks that look names up as DNS and the file of hosts say, again when a record has lived as long as it says. */
    public Checks() {
        this.names = new DnsNameResolverBuilder(group.next())
                .datagramChannelType(NioDatagramChannel.class)
                .build();
    }

    /** For tests: with other names. */
    Checks(NameResolver<InetAddress> names) {
        this.names = names;
    }

    /**
     * Checks the pool's servers from now on; again after {@link Pool#update}, for those that are new.
     *
     * @param tls what makes connections to them safe; null for plain ones
     */
    public void watch(Pool pool, @Nullable Function<Server, SslHandler> tls) {
        watches.keySet().removeIf(Server::gone);
        for (Server server : pool.servers()) {
            watches.computeIfAbsent(server, absent -> {
                ServerWatch watch = new ServerWatch(pool, server, names, group.next(), tls);
                watch.begin();
                return watch;
            });
        }
    }

    /** Checks nothing any more. */
    @Override
    public void close() {
        watches.values().forEach(ServerWatch::end);
        names.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
