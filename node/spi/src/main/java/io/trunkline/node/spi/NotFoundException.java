package io.trunkline.node.spi;

/** There is no such resource: the client gets error -32002 (MCP 2025-11-25, server/resources, error handling). */
public class NotFoundException extends ToolException {

    private static final long serialVersionUID = 1;

    public NotFoundException(String message) {
        super(message);
    }
}
