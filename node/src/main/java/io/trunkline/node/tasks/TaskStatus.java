package io.trunkline.node.tasks;

/** How far a task is (SEP-2663, task status). */
enum TaskStatus {
    WORKING("working"),
    INPUT_REQUIRED("input_required"),
    COMPLETED("completed"),
    FAILED("failed"),
    CANCELLED("cancelled");

    private final String text;

    TaskStatus(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    /** Whether this is the text of a status that nothing follows. */
    static boolean isEnd(String text) {
        return text.equals(COMPLETED.text) || text.equals(FAILED.text) || text.equals(CANCELLED.text);
    }

    /** The status that is told by this text, which is one of them. */
    static TaskStatus of(String text) {
        for (TaskStatus status : values()) {
            if (status.text.equals(text)) {
                return status;
            }
        }
        throw new IllegalArgumentException("status: " + text + " (expected: one of tasks)");
    }
}
