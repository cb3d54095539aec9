package io.trunkline.balancer.proxy;

import io.netty.channel.EventLoopGroup;
import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.client.ClientMemory;
import io.trunkline.balancer.client.EdgeSettings;
import io.trunkline.balancer.pool.Balance;
import io.trunkline.balancer.pool.CheckSettings;
import io.trunkline.balancer.pool.ConnectionSettings;
import io.trunkline.balancer.pool.PassiveSettings;
import io.trunkline.balancer.pool.Pool;
import io.trunkline.balancer.pool.PoolSettings;
import io.trunkline.balancer.pool.QueueSettings;
import io.trunkline.balancer.pool.Server;
import io.trunkline.balancer.pool.ServerSettings;
import io.trunkline.balancer.pool.ServerTlsSettings;
import io.trunkline.balancer.pool.Sticky;
import io.trunkline.protocol.member.NetSettings;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.trunk.NetTransport;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the tests of proxies need: event loops, servers of plain sockets that do as they are told, and pools of them.
 */
public final class Rig implements Closeable {
    /** What a server does with a connection, on a thread of its own; the connection is closed after it. */
    public interface Script {
        void run(Socket socket) throws Exception;
    }

    private static final int LOOPS = 1;

    public final Metrics metrics = new Metrics();
    public final NetTransport transport = NetTransport.choose(true);
    public final EventLoopGroup group = transport.group(LOOPS, "proxy");
    public final Admission admission = new Admission(10_000);
    private final List<Closeable> opened = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "script");
        thread.setDaemon(true);
        return thread;
    });

    /** Clients may take so long for anything. */
    public ProxyServices services(Duration patience) {
        ClientMemory memory = new ClientMemory(new MemoryBudget(256L << 20), metrics, group);
        EdgeSettings edge = new EdgeSettings(
                0,
                new NetSettings(LOOPS, true, 1 << 20),
                0,
                new EdgeSettings.Timeouts(patience, patience, patience, patience));
        return new ProxyServices(edge, admission, memory, metrics, transport, group);
    }

    public ProxyServices services() {
        return services(Duration.ofSeconds(30));
    }

    /** A server that does this with each connection. */
    public ScriptedServer server(Script script) throws IOException {
        ScriptedServer server = new ScriptedServer(script);
        opened.add(server);
        threads.execute(server::accept);
        return server;
    }

    /** A port that refuses. */
    public static int closedPort() throws IOException {
        try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return once.getLocalPort();
        }
    }

    /** A pool of servers at these ports, in turn, with names s0, s1, ... */
    public static Pool pool(ConnectionSettings connections, Duration queue, int... ports) {
        List<ServerSettings> servers = new ArrayList<>();
        for (int i = 0; i < ports.length; i++) {
            servers.add(new ServerSettings("s" + i, "127.0.0.1", ports[i], 1, 0));
        }
        PoolSettings settings = new PoolSettings(
                "test",
                servers,
                Balance.ROUND_ROBIN,
                Sticky.NONE,
                Duration.ZERO,
                PassiveSettings.DEFAULT,
                CheckSettings.OFF,
                connections,
                new QueueSettings(16, queue));
        Pool pool = new Pool(settings, new byte[] {1, 2, 3}, System::nanoTime);
        for (Server server : pool.servers()) {
            server.address(new InetSocketAddress(server.host(), server.port()));
        }
        return pool;
    }

    public static Pool pool(int... ports) {
        return pool(connections(0), Duration.ofMillis(300), ports);
    }

    public static ConnectionSettings connections(int proxyProtocol) {
        return connections(proxyProtocol, ServerTlsSettings.OFF);
    }

    public static ConnectionSettings connections(int proxyProtocol, ServerTlsSettings tls) {
        return new ConnectionSettings(
                Duration.ofMillis(400), Duration.ofMillis(700), 32, Duration.ofSeconds(60), proxyProtocol, tls);
    }

    public long count(String name, Map<String, String> tags) {
        return metrics.counter(name, tags).total();
    }

    public long ended(String reason) {
        return count("trunkline.clients.ended", Map.of("reason", reason));
    }

    @Override
    public void close() throws IOException {
        for (Closeable one : opened) {
            one.close();
        }
        threads.shutdownNow();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** A server of plain sockets. */
    public final class ScriptedServer implements Closeable {
        private final ServerSocket listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        private final Script script;
        public final AtomicInteger connections = new AtomicInteger();

        ScriptedServer(Script script) throws IOException {
            this.script = script;
        }

        public int port() {
            return listener.getLocalPort();
        }

        private void accept() {
            while (!listener.isClosed()) {
                try {
                    Socket socket = listener.accept();
                    connections.incrementAndGet();
                    threads.execute(() -> serve(socket));
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void serve(Socket socket) {
            try (socket) {
                script.run(socket);
            } catch (Exception e) {
                // What the other side does to a script is seen by the test.
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
