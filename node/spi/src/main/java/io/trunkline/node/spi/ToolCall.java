package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.CompletionStage;

/** One call of a tool. */
public interface ToolCall extends Call {

    /** The name of the tool that is called. */
    String tool();

    /**
     * The arguments; they conform to the tool's input schema. An empty object when the client sent none. Whole numbers
     * keep all their digits, others are doubles.
     */
    ObjectNode arguments();

    /**
     * Lets a call of a tool that was made with {@link ToolBuilder#taskLater} become a task, when its client knows
     * tasks. The client gets the handle of the task and this run is over: the handler runs again from its start, as the
     * task, and is given at once what it has asked and kept before. There, like everywhere else where nothing is to be
     * done, the stage is complete, so the handler goes on behind it. Not to be called while a question is open. Source:
     * SEP-2663, composition with multi round-trip requests.
     */
    CompletionStage<Void> becomeTask();
}
