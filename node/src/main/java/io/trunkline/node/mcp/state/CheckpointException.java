package io.trunkline.node.mcp.state;

/** A checkpoint that cannot be continued from: not one, damaged, or written by a newer release. */
public final class CheckpointException extends RuntimeException {

    private static final long serialVersionUID = 1;

    CheckpointException(String message) {
        super(message);
    }

    CheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
