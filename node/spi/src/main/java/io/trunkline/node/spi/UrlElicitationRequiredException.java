package io.trunkline.node.spi;

import java.util.List;

/**
 * The call cannot go on before the user has been somewhere: the client gets error -32042 with the places, and may call
 * again later. A client that does not know this error gets the message only. Source: MCP 2025-11-25,
 * client/elicitation.
 */
public class UrlElicitationRequiredException extends ToolException {

    private static final long serialVersionUID = 1;

    private final transient List<UrlElicitation> elicitations;

    public UrlElicitationRequiredException(String message, List<UrlElicitation> elicitations) {
        super(message);
        this.elicitations = List.copyOf(elicitations);
    }

    public List<UrlElicitation> elicitations() {
        return elicitations;
    }
}
