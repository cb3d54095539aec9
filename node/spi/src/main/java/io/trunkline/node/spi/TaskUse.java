package io.trunkline.node.spi;

/**
 * How a tool uses tasks.
 *
 * @param support whether its calls run as tasks
 * @param later whether a call begins as an ordinary one and becomes a task when the handler calls {@link
 *     ToolCall#becomeTask}; otherwise it is a task from its start
 */
public record TaskUse(TaskSupport support, boolean later) {

    /** No tasks. */
    public static final TaskUse NEVER = new TaskUse(TaskSupport.NEVER, false);

    /** Whether some call can become a task. */
    public boolean possible() {
        return support != TaskSupport.NEVER;
    }
}
