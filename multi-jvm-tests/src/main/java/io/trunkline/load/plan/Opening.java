package io.trunkline.load.plan;

/** What a connection does before it counts as open. */
public enum Opening {
    /**
     * Nothing: open means that TCP has connected, and that there is the event stream if the connection is to be one.
     */
    CONNECT,
    /** One request of the load itself, answered: whoever serves the connection has been found. */
    PROBE,
    /** The MCP handshake: {@code initialize}, its answer, {@code notifications/initialized}. */
    INITIALIZE,
    /** The handshake, if there are sessions, then one call of {@code whoami} that tells the node. */
    LOCATE
}
