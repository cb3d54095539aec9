package io.trunkline.node.mcp.kit;

import io.trunkline.node.modules.LeftOut;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine tells the node's operator, one method per event, by default a line of the log; called from any
 * thread.
 *
 * <p>Clients get none of these details: their answers carry the reference, which finds the event.
 */
public interface McpEvents {

    Logger LOG = LoggerFactory.getLogger("io.trunkline.node.mcp.McpServer");

    /** Events as lines of the log. */
    McpEvents LOGGED = new McpEvents() {};

    /** A tool threw something that is not for its caller. */
    default void toolFailed(String tool, String reference, Throwable cause) {
        LOG.warn("tool.failed tool={} reference={}", tool, reference, cause);
    }

    /** A tool returned what it must not, such as a result that breaks its own output schema. */
    default void toolMisbehaved(String tool, String reference, String problem) {
        LOG.warn("tool.misbehaved tool={} reference={} problem={}", tool, reference, problem);
    }

    /** A call was stopped because its time was over. */
    default void toolTimedOut(String tool, Duration limit) {
        LOG.info("tool.timed-out tool={} limit={}", tool, limit);
    }

    /** A blocking tool was not started because the node runs too many already. */
    default void toolRefused(String tool) {
        LOG.warn("tool.refused tool={} reason=overload", tool);
    }

    /** A call did not become a task because the node holds too many, or too many results of theirs. */
    default void taskRefused(String tool) {
        LOG.warn("task.refused tool={} reason=overload", tool);
    }

    /** A task whose node is gone runs again here. */
    default void taskTakenOver(String tool) {
        LOG.info("task.taken-over tool={}", tool);
    }

    /** Something that a module brings is not offered. */
    default void leftOut(LeftOut what) {
        LOG.error(
                "offer.left-out kind=\"{}\" name=\"{}\" provider={} problem=\"{}\"",
                what.kind(),
                what.name(),
                what.provider(),
                what.problem());
    }

    /** The engine itself failed on a message. */
    default void failed(String reference, Throwable cause) {
        LOG.error("mcp.failed reference={}", reference, cause);
    }
}
