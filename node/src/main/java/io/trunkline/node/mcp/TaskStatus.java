package io.trunkline.node.mcp;

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
}
