package io.trunkline.node.spi;

/** What the client gave cannot be used: it gets error -32602; of a tool, a result that is marked as an error. */
public class InvalidArgumentsException extends ToolException {

    private static final long serialVersionUID = 1;

    public InvalidArgumentsException(String message) {
        super(message);
    }
}
