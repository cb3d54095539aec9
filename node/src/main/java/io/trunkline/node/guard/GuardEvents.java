package io.trunkline.node.guard;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the operator is told of handlers that cost others: one method for each event, one stable line each. */
final class GuardEvents {
    private static final Logger LOG = LoggerFactory.getLogger("io.trunkline.node.guard");

    private GuardEvents() {}

    /** Calls of a tool are refused from now on, for all principals when it is {@code *}. */
    static void circuitOpened(String tool, String principal, Duration open) {
        LOG.warn(
                "tool.circuit_open tool={} principal={} seconds={} reason=\"nodes were lost with its calls\"",
                tool,
                principal.isEmpty() ? "none" : principal,
                open.toSeconds());
    }

    /** A call was tried and has ended. */
    static void circuitClosed(String tool) {
        LOG.info("tool.circuit_closed tool={}", tool);
    }

    /**
     * A handler holds an event loop, and with it the other clients of that loop.
     *
     * @param leftOut as many such lines were not written since the last one
     */
    static void blocking(String handler, String thread, long millis, long leftOut) {
        LOG.warn("tool.blocking tool={} thread={} ms={} left_out={}", handler, thread, millis, leftOut);
    }

    /** The handler blocks again and again: until the process ends it runs on the threads for blocking tools. */
    static void moved(String handler) {
        LOG.warn("tool.moved tool={} to=\"threads for blocking tools\" reason=\"it holds event loops\"", handler);
    }
}
