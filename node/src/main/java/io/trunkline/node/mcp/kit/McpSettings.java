package io.trunkline.node.mcp.kit;

import io.trunkline.node.guard.CircuitSettings;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import io.trunkline.protocol.jsonrpc.RequestIds;
import java.time.Duration;

/**
 * The values under {@code trunkline.node.mcp}.
 *
 * @param server what the server says about itself
 * @param limits bounds per session and message
 * @param json what is accepted of one message
 * @param tools how tools are run
 * @param clientRequests what tools may ask clients
 * @param pageSize items on one page of a list
 * @param logLevel what a client gets that never called {@code logging/setLevel}
 * @param stateless what is particular to requests without a session
 * @param tasks bounds of calls that run as tasks
 * @param changes how clients are told of changes
 */
public record McpSettings(
        Server server,
        Limits limits,
        JsonLimits json,
        Tools tools,
        ClientRequests clientRequests,
        int pageSize,
        LogLevel logLevel,
        Stateless stateless,
        Tasks tasks,
        Changes changes) {

    /** The values of reference.conf. */
    public static final McpSettings DEFAULT = new McpSettings(
            new Server("trunkline", "Trunkline", "0.1.0", ""),
            new Limits(64, 1024, 8 << 20, 100, 4 << 20),
            JsonLimits.DEFAULT,
            new Tools(Duration.ofMinutes(5), 10_000, 64, 1024),
            new ClientRequests(16, Duration.ofMinutes(5)),
            100,
            LogLevel.INFO,
            new Stateless(Duration.ofMinutes(1), Duration.ZERO, Duration.ofMinutes(15), 256),
            new Tasks(
                    Duration.ofHours(1),
                    Duration.ofMinutes(15),
                    Duration.ofHours(24),
                    Duration.ofSeconds(1),
                    10_000,
                    1000,
                    64 << 20),
            new Changes(Duration.ofMillis(50), 4096, Duration.ofMillis(500)));

    public McpSettings {
        positive("page-size", pageSize);
    }

    /**
     * What the server says about itself.
     *
     * @param name for programs
     * @param title for people; empty for none
     * @param version of this server, not of the protocol
     * @param instructions hints for the model on how to use the server; empty for none
     */
    public record Server(String name, String title, String version, String instructions) {

        public Server {
            if (name.isBlank() || version.isBlank()) {
                throw new IllegalArgumentException(
                        "mcp.server: name \"" + name + "\", version \"" + version + "\" (expected: not blank)");
            }
        }
    }

    /**
     * Bounds per session and message.
     *
     * @param inFlight requests that run at the same time; further ones wait in order
     * @param waiting requests that may wait; further ones are refused
     * @param waitingBytes bytes that the waiting requests may take together
     * @param batch members of one batch; no more than any process takes, so that a refusal names each of them
     * @param answerBytes bytes of one result, or of all answers of a batch; a tool that returns more has failed
     */
    public record Limits(int inFlight, int waiting, int waitingBytes, int batch, int answerBytes) {

        public Limits {
            positive("limits.in-flight", inFlight);
            positive("limits.waiting", waiting);
            positive("limits.waiting-bytes", waitingBytes);
            positive("limits.batch", batch);
            if (batch > RequestIds.MOST_OF_A_BATCH) {
                throw new IllegalArgumentException(
                        "mcp.limits.batch: " + batch + " (expected: <= " + RequestIds.MOST_OF_A_BATCH + ")");
            }
            positive("limits.answer-bytes", answerBytes);
        }
    }

    /**
     * How tools are run.
     *
     * @param timeout the longest time of a call, unless the tool has its own
     * @param blocking calls of blocking tools that run at the same time on a node with virtual threads
     * @param poolThreads threads for blocking tools on a JVM without virtual threads
     * @param poolQueue calls that wait for one of these threads
     * @param circuit when calls of a tool are refused because nodes were lost with it
     */
    public record Tools(Duration timeout, int blocking, int poolThreads, int poolQueue, CircuitSettings circuit) {

        /** The same with the usual circuit. */
        public Tools(Duration timeout, int blocking, int poolThreads, int poolQueue) {
            this(timeout, blocking, poolThreads, poolQueue, CircuitSettings.DEFAULT);
        }

        public Tools {
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("mcp.tools.timeout: " + timeout + " (expected: > 0)");
            }
            positive("tools.blocking", blocking);
            positive("tools.pool-threads", poolThreads);
            positive("tools.pool-queue", poolQueue);
        }
    }

    /**
     * What tools may ask clients.
     *
     * @param outstanding questions of one session that wait for an answer; further ones fail
     * @param timeout the longest time until the answer
     */
    public record ClientRequests(int outstanding, Duration timeout) {

        public ClientRequests {
            positive("client-requests.outstanding", outstanding);
            if (timeout.isNegative() || timeout.isZero()) {
                throw new IllegalArgumentException("mcp.client-requests.timeout: " + timeout + " (expected: > 0)");
            }
        }
    }

    /**
     * What is particular to requests without a session (MCP 2026-07-28).
     *
     * @param listTtl how long clients may keep lists
     * @param readTtl how long clients may keep what they have read
     * @param stateTtl how long a client has to answer what it is asked for a request
     * @param subscribedResources URIs of one {@code subscriptions/listen}
     */
    public record Stateless(Duration listTtl, Duration readTtl, Duration stateTtl, int subscribedResources) {

        public Stateless {
            if (listTtl.isNegative() || readTtl.isNegative()) {
                throw new IllegalArgumentException(
                        "mcp.stateless: list-ttl " + listTtl + ", read-ttl " + readTtl + " (expected: >= 0)");
            }
            if (stateTtl.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("mcp.stateless.state-ttl: " + stateTtl + " (expected: >= 1 s)");
            }
            positive("stateless.subscribed-resources", subscribedResources);
        }
    }

    /**
     * Bounds of calls that run as tasks (SEP-2663).
     *
     * @param timeout the longest time of a task's run, unless its tool has its own
     * @param keep how long what has come out is kept beyond that
     * @param maxTtl the longest time that a task may run and be kept
     * @param pollInterval how often clients are asked to look at most
     * @param held tasks of this node that run or are kept; further ones are refused
     * @param heldPerPrincipal those of one principal, when there is authorization
     * @param resultBytes bytes of all that is kept of tasks that have ended; what comes out then is dropped
     */
    public record Tasks(
            Duration timeout,
            Duration keep,
            Duration maxTtl,
            Duration pollInterval,
            int held,
            int heldPerPrincipal,
            int resultBytes) {

        public Tasks {
            lasting("tasks.timeout", timeout);
            lasting("tasks.max-ttl", maxTtl);
            lasting("tasks.poll-interval", pollInterval);
            if (keep.isNegative()) {
                throw new IllegalArgumentException("mcp.tasks.keep: " + keep + " (expected: >= 0)");
            }
            positive("tasks.held", held);
            positive("tasks.held-per-principal", heldPerPrincipal);
            positive("tasks.result-bytes", resultBytes);
        }

        private static void lasting(String key, Duration value) {
            if (value.toMillis() < 1) {
                throw new IllegalArgumentException("mcp." + key + ": " + value + " (expected: >= 1 ms)");
            }
        }
    }

    /**
     * How clients are told of changes of lists and resources.
     *
     * @param window for so long changes are collected, to be told together, each once
     * @param resources that other nodes are told of in one window; of further ones they are not
     * @param catchUpDelay from the last time that a session was bound to a node, until its client is told of everything
     *     that it may have missed
     */
    public record Changes(Duration window, int resources, Duration catchUpDelay) {

        public Changes {
            if (window.isNegative() || catchUpDelay.isNegative()) {
                throw new IllegalArgumentException(
                        "mcp.changes: window " + window + ", catch-up-delay " + catchUpDelay + " (expected: >= 0)");
            }
            positive("changes.resources", resources);
        }
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("mcp." + key + ": " + value + " (expected: > 0)");
        }
    }
}
