package io.trunkline.load.plan;

/** What counts as the answer to a request. */
public enum Expect {
    /** A JSON-RPC response with the id of the request. */
    RESPONSE,
    /** The request itself, byte for byte: what a bare echo server sends. */
    ECHO
}
