package io.trunkline.node.mcp;

import io.trunkline.node.spi.LogLevel;
import io.trunkline.protocol.jsonrpc.JsonLimits;
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
 */
public record McpSettings(
        Server server,
        Limits limits,
        JsonLimits json,
        Tools tools,
        ClientRequests clientRequests,
        int pageSize,
        LogLevel logLevel) {

    /** The values of reference.conf. */
    public static final McpSettings DEFAULT = new McpSettings(
            new Server("trunkline", "Trunkline", "0.1.0", ""),
            new Limits(64, 1024, 8 << 20, 100, 4 << 20),
            JsonLimits.DEFAULT,
            new Tools(Duration.ofMinutes(5), 10_000, 64, 1024),
            new ClientRequests(16, Duration.ofMinutes(5)),
            100,
            LogLevel.INFO);

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
     * @param batch members of one batch
     * @param answerBytes bytes of one result, or of all answers of a batch; a tool that returns more has failed
     */
    public record Limits(int inFlight, int waiting, int waitingBytes, int batch, int answerBytes) {

        public Limits {
            positive("limits.in-flight", inFlight);
            positive("limits.waiting", waiting);
            positive("limits.waiting-bytes", waitingBytes);
            positive("limits.batch", batch);
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
     */
    public record Tools(Duration timeout, int blocking, int poolThreads, int poolQueue) {

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

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("mcp." + key + ": " + value + " (expected: > 0)");
        }
    }
}
