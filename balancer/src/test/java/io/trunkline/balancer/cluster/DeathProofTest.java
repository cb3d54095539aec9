package io.trunkline.balancer.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.protocol.member.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nodes are ports of this machine: closed ones are those of a dead process. */
@Timeout(60)
class DeathProofTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<NodeInfo> dead = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void whoRefusesOnBothPortsIsDead() throws IOException {
        DeathProof proof = proof();
        NodeInfo node = node(1, closed(), closed());
        proof.check(node);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(dead).containsExactly(node));
    }

    @Test
    void whoAcceptsOnEitherPortIsNot() throws IOException {
        DeathProof proof = proof();
        ServerSocket trunk = listening(50);
        ServerSocket artery = listening(50);
        proof.check(node(1, address(trunk), closed()));
        proof.check(node(2, closed(), address(artery)));
        // Both have been tried, and the one that is dead has been found after them.
        trunk.accept().close();
        artery.accept().close();
        NodeInfo last = node(3, closed(), closed());
        proof.check(last);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(dead).isNotEmpty());
        assertThat(dead).containsExactly(last);
    }

    /** A frozen process whose queue of connections is full answers nothing at all. */
    @Test
    void silenceProvesNothing() throws IOException {
        DeathProof proof = proof();
        NodeInfo silent = node(1, address(full()), closed());
        proof.check(silent);
        NodeInfo last = node(2, closed(), closed());
        proof.check(last);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(dead).containsExactly(last));
        // The attempt ends at its deadline, after which the node may be asked about again: it is, and still says
        // nothing.
        await().during(DeathProof.DEADLINE.multipliedBy(2))
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(dead).containsExactly(last));
    }

    @Test
    void oneLifeOfANodeIsCheckedOnceAtATime() throws IOException {
        CountDownLatch reported = new CountDownLatch(1);
        DeathProof proof = new DeathProof(node -> {
            dead.add(node);
            reported.countDown();
        });
        open.add(proof);
        ServerSocket trunk = listening(50);
        NodeInfo alive = node(1, address(trunk), closed());
        for (int i = 0; i < 1_000; i++) {
            proof.check(alive);
        }
        NodeInfo last = node(2, closed(), closed());
        proof.check(last);
        await().atMost(PATIENCE).until(() -> reported.getCount() == 0);
        assertThat(connectionsTo(trunk)).isBetween(1, 100);
    }

    @Test
    void aNodeMayBeCheckedAgain() throws IOException {
        DeathProof proof = proof();
        NodeInfo node = node(1, closed(), closed());
        await().atMost(PATIENCE).untilAsserted(() -> {
            proof.check(node);
            assertThat(dead).hasSizeGreaterThanOrEqualTo(2).containsOnly(node);
        });
    }

    private DeathProof proof() {
        DeathProof proof = new DeathProof(dead::add);
        open.add(proof);
        return proof;
    }

    private static NodeInfo node(int number, HostPort trunk, HostPort artery) {
        return new NodeInfo(new NodeKey("node-" + number, number), trunk, artery, true);
    }

    private static HostPort closed() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return address(socket);
        }
    }

    private ServerSocket listening(int backlog) throws IOException {
        ServerSocket socket = new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
        open.add(socket);
        return socket;
    }

    /** A listener that accepts nothing, with so many connections before it that the kernel drops further ones. */
    private ServerSocket full() throws IOException {
        ServerSocket socket = listening(1);
        InetSocketAddress address = new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
        for (int i = 0; i < 16; i++) {
            Socket waiting = new Socket();
            open.add(waiting);
            try {
                waiting.connect(address, 200);
            } catch (SocketTimeoutException e) {
                return socket;
            }
        }
        throw new AssertionError("the queue of connections does not fill");
    }

    private static int connectionsTo(ServerSocket socket) throws IOException {
        socket.setSoTimeout(200);
        int count = 0;
        while (true) {
            try {
                socket.accept().close();
                count++;
            } catch (SocketTimeoutException e) {
                return count;
            }
        }
    }

    private static HostPort address(ServerSocket socket) {
        return new HostPort("127.0.0.1", socket.getLocalPort());
    }
}
