package io.trunkline.balancer.cluster;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.Listening;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Proves that a node is dead: where its trunks ended and where the cluster talked to it, the kernel of its machine
 * refuses the connection. That is no suspicion, as silence is: nobody listens there any more, and no life of a member
 * ever binds its ports a second time.
 *
 * <p>A node that is frozen or overloaded still accepts; a machine or a network that is gone answers nothing. Neither is
 * proved dead here. Usable from any thread; the attempts are made on threads of its own, at most {@link #THREADS} at a
 * time and one for each life of a node.
 */
public final class DeathProof implements AutoCloseable {
    /** How long each of the two attempts may take. */
    static final Duration DEADLINE = Duration.ofSeconds(1);

    static final int THREADS = 4;

    /** Checks that may wait for a thread; further ones are dropped, whoever asked asks again at the next refusal. */
    private static final int WAITING = 64;

    private static final long IDLE_SECONDS = 10;

    private final Consumer<NodeInfo> dead;
    private final Set<NodeKey> checking = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor threads;

    /**
     * A prover.
     *
     * @param dead gets each node that is proved dead, on one of the prover's threads; more than once if it is asked
     *     again
     */
    public DeathProof(Consumer<NodeInfo> dead) {
        this.dead = dead;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "trunkline-death-proof");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** A trunk to this node was lost, or a connection to it refused: find out whether it is dead. Returns at once. */
    public void check(NodeInfo node) {
        if (!checking.add(node.key())) {
            return;
        }
        try {
            threads.execute(() -> run(node));
        } catch (RejectedExecutionException e) {
            checking.remove(node.key());
        }
    }

    private void run(NodeInfo node) {
        boolean proved;
        try {
            proved = refuses(node.trunk()) && refuses(node.artery());
        } finally {
            checking.remove(node.key());
        }
        if (proved) {
            dead.accept(node);
        }
    }

    private static boolean refuses(HostPort address) {
        return Listening.at(address, DEADLINE) == Listening.Answer.REFUSED;
    }

    /** Proves nothing any more. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
