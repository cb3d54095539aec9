package io.trunkline.protocol.jsonrpc;

/**
 * The numbers of JSON-RPC errors that Trunkline sends.
 *
 * <p>The first five are fixed by JSON-RPC 2.0, section 5.1. The others lie in the range -32099 to -32000 that it leaves
 * to implementations.
 */
public final class ErrorCode {

    /** The bytes are not one JSON value in UTF-8, or exceed a limit of the reader. The answer's id is null. */
    public static final int PARSE_ERROR = -32700;

    /** JSON, but not a request, notification or response; or one that is not allowed now. */
    public static final int INVALID_REQUEST = -32600;

    /** A method that this server does not have. */
    public static final int METHOD_NOT_FOUND = -32601;

    /** Parameters that the method cannot use. MCP counts unknown tool names and bad cursors among them. */
    public static final int INVALID_PARAMS = -32602;

    /** The server failed; the cause is in its log, never in the answer. */
    public static final int INTERNAL_ERROR = -32603;

    /** The session, or the node, has too much to do; the request was not started and may be sent again later. */
    public static final int OVERLOADED = -32000;

    /** There is no such resource (MCP 2025-11-25, server/resources, error handling). */
    public static final int RESOURCE_NOT_FOUND = -32002;

    /** The user has to visit a URL first (MCP 2025-11-25, client/elicitation, error handling). */
    public static final int URL_ELICITATION_REQUIRED = -32042;

    /** A header of HTTP says something else than the body (MCP 2026-07-28, basic, transports, server validation). */
    public static final int HEADER_MISMATCH = -32020;

    /** The request needs something that the client has not declared (MCP 2026-07-28, basic, {@code _meta}). */
    public static final int MISSING_CAPABILITY = -32021;

    /** A protocol version that is not spoken here (MCP 2026-07-28, basic, versioning). */
    public static final int UNSUPPORTED_VERSION = -32022;

    private ErrorCode() {}
}
