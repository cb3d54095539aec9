package io.trunkline.load.plan;

/** The request that the load consists of. */
public enum RequestKind {
    /** MCP {@code ping}: no session needed, the smallest exchange there is. Ends with 2025-11-25. */
    PING("ping", ""),
    /** MCP {@code server/discover}: the smallest request without a session, since 2026-07-28. Its answer is larger. */
    DISCOVER("server/discover", ""),
    /** A call of the {@code echo} tool; the payload is padded inside its argument. */
    ECHO("tools/call", "echo"),
    /** A call of the {@code whoami} tool. */
    WHOAMI("tools/call", "whoami");

    private final String method;
    private final String tool;

    RequestKind(String method, String tool) {
        this.method = method;
        this.tool = tool;
    }

    public String method() {
        return method;
    }

    /** The tool that is called; empty for a request that calls none. */
    public String tool() {
        return tool;
    }

    public boolean callsTool() {
        return !tool.isEmpty();
    }
}
