package io.trunkline.load.plan;

/** How messages travel, whether they belong to a session, and what becomes of their connection. */
public enum Carrier {
    /** Newline-delimited JSON-RPC: the connection is the session. */
    TCP,
    /** Streamable HTTP over one connection for each session, kept alive; one request at a time. */
    HTTP,
    /** The same until the session is open; then the connection is its event stream and carries no requests. */
    HTTP_LISTEN,
    /** The same until the session is open; then the connection is closed, and the server keeps the session. */
    HTTP_LEAVE,
    /** Streamable HTTP of 2026-07-28, without sessions, over connections that are kept alive; one request at a time. */
    HTTP_STATELESS,
    /** The same, but the one request of each connection is {@code subscriptions/listen}, whose stream stays open. */
    HTTP_STATELESS_LISTEN;

    /** In words, for people. */
    public String label() {
        return switch (this) {
            case TCP -> "TCP";
            case HTTP -> "HTTP";
            case HTTP_LISTEN -> "HTTP, an event stream each";
            case HTTP_LEAVE -> "HTTP, sessions without connections";
            case HTTP_STATELESS -> "HTTP, no sessions";
            case HTTP_STATELESS_LISTEN -> "HTTP, no sessions, an event stream each";
        };
    }

    public boolean isHttp() {
        return this != TCP;
    }

    /** Whether requests belong to no session. */
    public boolean stateless() {
        return this == HTTP_STATELESS || this == HTTP_STATELESS_LISTEN;
    }

    /** Whether open connections are event streams. */
    public boolean listens() {
        return this == HTTP_LISTEN || this == HTTP_STATELESS_LISTEN;
    }
}
