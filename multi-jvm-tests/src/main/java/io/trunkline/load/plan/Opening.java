package io.trunkline.load.plan;

/** What a connection does before it counts as open. */
public enum Opening {
    /** Nothing: open means that TCP has connected. */
    CONNECT,
    /** One request of the load itself, answered: there is a session behind the connection. */
    PROBE,
    /** The MCP handshake: {@code initialize}, its answer, {@code notifications/initialized}. */
    INITIALIZE,
    /** The handshake, then one call of {@code whoami} that tells the node. */
    LOCATE
}
