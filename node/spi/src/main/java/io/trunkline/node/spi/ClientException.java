package io.trunkline.node.spi;

/** The client answered a question with an error. */
public class ClientException extends ToolException {

    private static final long serialVersionUID = 1;

    private final int code;

    /**
     * @param code the number of the JSON-RPC error; -1 is a user who said no to sampling
     */
    public ClientException(int code, String message) {
        super(message);
        this.code = code;
    }

    public int code() {
        return code;
    }
}
