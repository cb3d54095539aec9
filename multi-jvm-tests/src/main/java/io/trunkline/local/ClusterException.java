package io.trunkline.local;

/** A member, or the cluster as a whole, did not do what it was asked to. The message ends with the log in question. */
public final class ClusterException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
