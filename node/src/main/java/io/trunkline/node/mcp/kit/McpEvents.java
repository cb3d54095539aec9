package io.trunkline.node.mcp.kit;

import io.trunkline.node.modules.LeftOut;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the engine tells the node's operator, one method per event; called from any thread.
 *
 * <p>Clients get none of these details: their answers carry the reference, which finds the event.
 */
public interface McpEvents {

    /** A tool threw something that is not for its caller. */
    void toolFailed(String tool, String reference, Throwable cause);

    /** A tool returned what it must not, such as a result that breaks its own output schema. */
    void toolMisbehaved(String tool, String reference, String problem);

    /** A call was stopped because its time was over. */
    void toolTimedOut(String tool, Duration limit);

    /** A blocking tool was not started because the node runs too many already. */
    void toolRefused(String tool);

    /** A call did not become a task because the node holds too many, or too many results of theirs. */
    void taskRefused(String tool);

    /** A task whose node is gone runs again here. */
    void taskTakenOver(String tool);

    /** Something that a module brings is not offered. */
    void leftOut(LeftOut what);

    /** The engine itself failed on a message. */
    void failed(String reference, Throwable cause);

    /** Events as lines of the log. */
    static McpEvents logged() {
        return new McpEvents() {
            private final Logger log = LoggerFactory.getLogger("io.trunkline.node.mcp.McpServer");

            @Override
            public void toolFailed(String tool, String reference, Throwable cause) {
                log.warn("tool.failed tool={} reference={}", tool, reference, cause);
            }

            @Override
            public void toolMisbehaved(String tool, String reference, String problem) {
                log.warn("tool.misbehaved tool={} reference={} problem={}", tool, reference, problem);
            }

            @Override
            public void toolTimedOut(String tool, Duration limit) {
                log.info("tool.timed-out tool={} limit={}", tool, limit);
            }

            @Override
            public void toolRefused(String tool) {
                log.warn("tool.refused tool={} reason=overload", tool);
            }

            @Override
            public void taskRefused(String tool) {
                log.warn("task.refused tool={} reason=overload", tool);
            }

            @Override
            public void taskTakenOver(String tool) {
                log.info("task.taken-over tool={}", tool);
            }

            @Override
            public void leftOut(LeftOut what) {
                log.error(
                        "offer.left-out kind=\"{}\" name=\"{}\" provider={} problem=\"{}\"",
                        what.kind(),
                        what.name(),
                        what.provider(),
                        what.problem());
            }

            @Override
            public void failed(String reference, Throwable cause) {
                log.error("mcp.failed reference={}", reference, cause);
            }
        };
    }
}
