package io.trunkline.node.spi;

import org.jspecify.annotations.Nullable;

/**
 * A failure whose message is meant for the client. Of a tool it becomes a result marked as an error, which the model
 * can act upon; of anything else an error of the request, -32603 unless a subclass says otherwise.
 *
 * <p>Write what went wrong and what to do instead. Never put secrets, addresses or stack traces into it.
 */
public class ToolException extends Exception {

    private static final long serialVersionUID = 1;

    public ToolException(String message) {
        super(message);
    }

    public ToolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
