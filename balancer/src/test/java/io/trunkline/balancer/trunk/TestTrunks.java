package io.trunkline.balancer.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.assign.Policy;
import io.trunkline.balancer.cluster.KnownMembers;
import io.trunkline.balancer.cluster.NodeInfo;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * The trunks of one event loop, whose thread is the test's, to nodes that the test plays. Time stands still unless the
 * test moves it. Closing it asserts that no buffer is left.
 */
public final class TestTrunks implements AutoCloseable {
    /** Slots of the cluster. */
    public static final int SLOTS = 8;

    /** Bytes of a fresh stream's window. */
    public static final int WINDOW = 64 * 1024;

    static final EdgeTrunkSettings SETTINGS = new EdgeTrunkSettings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(15),
            Duration.ofMillis(100),
            Duration.ofSeconds(5));

    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true);
    private final EmbeddedChannel home = new EmbeddedChannel();
    private final Map<Integer, FakeNode> byPort = new HashMap<>();
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private final Trunks trunks;
    private final Trunks peers;

    /** Trunks without nodes. */
    public TestTrunks(Policy policy) {
        home.freezeTime();
        trunks = new Trunks(
                SETTINGS, new Trunks.Identity("balancer-1", 77, FakeNode.SECRET), policy, new Dial(), home.eventLoop());
        peers = new Trunks(
                SETTINGS, new Trunks.Identity("balancer-1", 77, FakeNode.SECRET), policy, new Dial(), home.eventLoop());
        balancers();
    }

    /** Trunks to other balancers, on the same event loop; {@link #balancers} says which there are. */
    public Trunks peers() {
        return peers;
    }

    public Trunks trunks() {
        return trunks;
    }

    public LoopTrunks loopTrunks() {
        return trunks.of(loop());
    }

    public EventLoop loop() {
        return home.eventLoop();
    }

    /** The allocator of all channels here; {@link #close} asserts that it has everything back. */
    public UnpooledByteBufAllocator memory() {
        return memory;
    }

    /** A node with these slots that is not a member yet. */
    public FakeNode node(int number, int... slots) {
        FakeNode node = new FakeNode(this, number, slots);
        byPort.put(node.port(), node);
        return node;
    }

    /** A node that is the only member and has let the balancer in. */
    public FakeNode onlyNode() {
        FakeNode node = node(1, 0, 1, 2, 3, 4, 5, 6, 7);
        members(node);
        node.welcome();
        return node;
    }

    /** These are the members now. */
    public void members(FakeNode... nodes) {
        update(Arrays.stream(nodes).map(FakeNode::info).toList());
    }

    /** These are the other balancers now. */
    public void balancers(FakeNode... others) {
        peers.update(new KnownMembers(Arrays.stream(others).map(FakeNode::info).toList(), true));
        run();
    }

    /** There are other balancers, of which these are known. */
    public void balancersAmongOthers(FakeNode... known) {
        peers.update(new KnownMembers(Arrays.stream(known).map(FakeNode::info).toList(), false));
        run();
    }

    void update(List<NodeInfo> nodes) {
        trunks.update(new KnownMembers(nodes, true));
        run();
    }

    /** Lets the event loop do what is due. */
    public void run() {
        for (int round = 0; round < 5; round++) {
            home.runPendingTasks();
            List.copyOf(channels).forEach(EmbeddedChannel::runPendingTasks);
        }
    }

    /** Lets time pass for what the event loop has scheduled. */
    public void pass(long millis) {
        home.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        run();
    }

    @Override
    public void close() {
        members();
        balancers();
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
        run();
        assertThat(memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory())
                .as("bytes that nobody released")
                .isZero();
    }

    /** Connects to the nodes of the test. */
    private final class Dial extends Bootstrap {
        @Override
        @SuppressWarnings("CloneableClassWithoutClone")
        public Bootstrap clone(EventLoopGroup group) {
            return new Dial();
        }

        @Override
        public ChannelFuture connect(String host, int port) {
            FakeNode node = Objects.requireNonNull(byPort.get(port));
            node.attempted();
            ChannelHandler handler = Objects.requireNonNull(config().handler());
            EmbeddedChannel channel = new EmbeddedChannel(DefaultChannelId.newInstance(), false, false, handler);
            channel.config().setAllocator(memory);
            if (!node.listening) {
                return promise(channel).setFailure(new ConnectException("nobody listens"));
            }
            DefaultChannelPromise connected = promise(channel);
            home.eventLoop().execute(() -> {
                node.connected(channel);
                channels.add(channel);
                activate(channel);
                connected.setSuccess();
            });
            return connected;
        }

        private DefaultChannelPromise promise(EmbeddedChannel channel) {
            return new DefaultChannelPromise(channel, home.eventLoop());
        }
    }

    private static void activate(EmbeddedChannel channel) {
        try {
            channel.register();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
