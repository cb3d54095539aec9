package io.trunkline.node.mcp;

import io.trunkline.node.mcp.kit.McpEvents;
import io.trunkline.node.modules.LeftOut;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Events as a list of texts. */
final class RecordedEvents implements McpEvents {

    final List<String> all = new CopyOnWriteArrayList<>();
    /** Names of the threads that told of misbehaviour. */
    final List<String> threads = new CopyOnWriteArrayList<>();

    @Override
    public void toolFailed(String tool, String reference, Throwable cause) {
        all.add("failed " + tool + " " + reference + " " + cause);
    }

    @Override
    public void toolMisbehaved(String tool, String reference, String problem) {
        threads.add(Thread.currentThread().getName());
        all.add("misbehaved " + tool + " " + reference + " " + problem);
    }

    @Override
    public void toolTimedOut(String tool, Duration limit) {
        all.add("timed out " + tool + " " + limit);
    }

    @Override
    public void toolRefused(String tool) {
        all.add("refused " + tool);
    }

    @Override
    public void taskRefused(String tool) {
        all.add("task refused " + tool);
    }

    @Override
    public void taskTakenOver(String tool) {
        all.add("task taken over " + tool);
    }

    @Override
    public void leftOut(LeftOut what) {
        all.add("left out " + what.kind() + " " + what.name() + " " + what.problem());
    }

    @Override
    public void failed(String reference, Throwable cause) {
        all.add("engine failed " + reference + " " + cause);
    }
}
