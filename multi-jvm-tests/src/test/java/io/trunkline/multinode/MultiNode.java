package io.trunkline.multinode;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.remote.testconductor.RoleName;
import org.apache.pekko.remote.testkit.MultiNodeSpec;

/**
 * This JVM's part in a multi-node test: its actor system, the barriers it shares with the other nodes and, on the first
 * role, the commands that hurt them.
 *
 * <p>A test class takes it as a parameter and does not extend it: the testkit starts the actor system in the
 * constructor, which must happen in node JVMs alone.
 */
public final class MultiNode extends MultiNodeSpec {

    /** The name of the actor system on every node, the same as in production. */
    static final String SYSTEM_NAME = "trunkline";

    /** The conductor answers in milliseconds; longer than its own 10 s query timeout, so that its reason is seen. */
    private static final Duration COMMAND_DEADLINE = Duration.ofSeconds(15);

    private final NodeFiles files;

    MultiNode(Roles roles, NodeFiles files) {
        super(roles, config -> ActorSystem.create(SYSTEM_NAME, config));
        this.files = files;
    }

    /** All of them. Called from the superclass's constructor, when no field of this class is set yet. */
    @Override
    public int initialParticipants() {
        return MultiNodeSpec.maxNodes();
    }

    /** Runs {@code body} when this node has the role. */
    public void runOn(RoleName role, Body body) throws Exception {
        runOn(List.of(role), body);
    }

    /** Runs {@code body} when this node has one of the roles. */
    public void runOn(List<RoleName> roles, Body body) throws Exception {
        if (roles.contains(myself())) {
            body.run();
        }
    }

    /** Waits until every living node has entered the barriers, at most 60 s for each. */
    public void barrier(String... names) {
        enterBarrier(ScalaBridge.seq(Arrays.asList(names)));
    }

    /** Waits until every living node has entered the barrier. */
    public void barrier(Duration max, String name) {
        enterBarrier(ScalaBridge.duration(max), ScalaBridge.seq(List.of(name)));
    }

    /** The Artery address of a node. */
    public Address addressOf(RoleName role) {
        return node(role).address();
    }

    /**
     * Drops everything between two nodes, both ways, without closing a connection. Artery only: client sockets and
     * trunks flow on.
     */
    public void blackhole(RoleName one, RoleName other) {
        await("blackhole", testConductor().blackhole(one, other, ScalaBridge.bothDirections()));
    }

    /** Ends a {@link #blackhole}. */
    public void passThrough(RoleName one, RoleName other) {
        await("passThrough", testConductor().passThrough(one, other, ScalaBridge.bothDirections()));
    }

    /** Ends a node's actor system in an orderly way; its remaining steps are skipped and its JVM ends with code 0. */
    public void shutdown(RoleName role) {
        files.of(role.name()).expectEnd(0);
        await("shutdown of " + role.name(), testConductor().shutdown(role));
    }

    /** Ends a node's JVM at once; the launch then expects this exit code of it. */
    public void exit(RoleName role, int exitCode) {
        files.of(role.name()).expectEnd(exitCode);
        await("exit of " + role.name(), testConductor().exit(role, exitCode));
    }

    private static void await(String command, scala.concurrent.Future<?> answer) {
        ScalaBridge.await(command, answer, COMMAND_DEADLINE);
    }

    /** What one role does in a step. */
    @FunctionalInterface
    public interface Body {
        void run() throws Exception;
    }
}
