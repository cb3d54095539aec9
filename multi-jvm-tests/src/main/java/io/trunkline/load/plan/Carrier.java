package io.trunkline.load.plan;

/** How the messages of a session travel, and what becomes of its connection. */
public enum Carrier {
    /** Newline-delimited JSON-RPC: the connection is the session. */
    TCP,
    /** Streamable HTTP over one connection for each session, kept alive; one request at a time. */
    HTTP,
    /** The same until the session is open; then the connection is its event stream and carries no requests. */
    HTTP_LISTEN,
    /** The same until the session is open; then the connection is closed, and the server keeps the session. */
    HTTP_LEAVE;

    /** In words, for people. */
    public String label() {
        return switch (this) {
            case TCP -> "TCP";
            case HTTP -> "HTTP";
            case HTTP_LISTEN -> "HTTP, an event stream each";
            case HTTP_LEAVE -> "HTTP, sessions without connections";
        };
    }

    public boolean isHttp() {
        return this != TCP;
    }
}
