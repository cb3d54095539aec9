package io.trunkline.node.mcp;

import io.trunkline.protocol.jsonrpc.ErrorCode;

/** The reason why a request is answered with an error; its message goes to the client. */
final class RpcFault extends Exception {

    private static final long serialVersionUID = 1;

    private final int code;

    RpcFault(int code, String message) {
        // An ordinary outcome of a client's mistake, so without the cost of a stack trace.
        super(message, null, false, false);
        this.code = code;
    }

    static RpcFault invalidParams(String message) {
        return new RpcFault(ErrorCode.INVALID_PARAMS, message);
    }

    int code() {
        return code;
    }

    /** The client's message. */
    String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
