package io.trunkline.node.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.node.cluster.HostedSlots;
import io.trunkline.node.memory.HeapCheck;
import io.trunkline.node.memory.NodeMemory;
import io.trunkline.node.session.Outlet;
import io.trunkline.node.session.Session;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.member.NetSettings;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.TrunkIdentity;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The trunks of a node without a cluster: slots 0 to 9 are here, and sessions that are opened wait in a queue. */
final class TestTrunks implements AutoCloseable {
    static final ClusterSecret SECRET = new ClusterSecret("a secret of this cluster");
    static final int WINDOW = 64 * 1024;
    static final int MESSAGE_LIMIT = 256 * 1024;
    static final int PARTIAL_LIMIT = 400 * 1024;
    static final int CEILING = 5;
    static final int OUTPUT_LIMIT = 128 * 1024;

    /** A session that a trunk asked for. */
    record Opened(String id, boolean guest, Session.Open open) {
        Outlet outlet() {
            return open.outlet();
        }
    }

    final HostedSlots slots = new HostedSlots();
    final BlockingQueue<Opened> opened = new LinkedBlockingQueue<>();
    final Metrics metrics = new Metrics();
    final NodeMemory memory;
    final NodeTrunks trunks;

    TestTrunks() {
        this(settings(Duration.ofSeconds(5), Duration.ofSeconds(15)));
    }

    TestTrunks(TrunkSettings settings) {
        this(settings, 64 << 20);
    }

    /** The same with so many bytes for all clients. */
    TestTrunks(TrunkSettings settings, long memoryLimit) {
        memory = new NodeMemory(new MemoryBudget(memoryLimit), metrics, HeapCheck.NONE);
        for (int slot = 0; slot < 10; slot++) {
            slots.arrived(slot);
        }
        TrunkIdentity identity = new TrunkIdentity("node-1", 9, SECRET, new Frame.Welcome(256, 3, WINDOW));
        trunks = new NodeTrunks(
                settings,
                () -> CEILING,
                identity,
                slots,
                (id, guest, open) -> opened.add(new Opened(id, guest, open)),
                memory,
                metrics);
    }

    static TrunkSettings settings(Duration handshake, Duration silence) {
        return settings(handshake, silence, 3, CEILING, 4);
    }

    static TrunkSettings settings(int strangers) {
        return settings(Duration.ofSeconds(60), Duration.ofSeconds(60), 3, CEILING, strangers);
    }

    static TrunkSettings settings(Duration handshake, Duration silence, int limit, int ceiling) {
        return settings(handshake, silence, limit, ceiling, 4);
    }

    private static TrunkSettings settings(Duration handshake, Duration silence, int limit, int ceiling, int strangers) {
        return new TrunkSettings(
                0,
                new NetSettings(1, false, MESSAGE_LIMIT),
                limit,
                ceiling,
                WINDOW,
                PARTIAL_LIMIT,
                OUTPUT_LIMIT,
                handshake,
                silence,
                strangers);
    }

    /** A frame that opens a new session in slot 3. */
    static Frame.Open open(int stream) {
        return open(stream, SessionId.mint(3));
    }

    static Frame.Open open(int stream, String session) {
        return new Frame.Open(stream, session, 1, "tcp", "127.0.0.1:40000", Bytes.EMPTY);
    }

    /** The next session that was asked for, within 10 s. */
    Opened nextOpened() {
        try {
            Opened next = opened.poll(10, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no session was opened within 10 s");
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        assertThat(memory.budget().used()).as("given back").isZero();
        trunks.close().toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
