package io.trunkline.faults.client;

import io.trunkline.faults.history.Kind;

/**
 * What a client asks next.
 *
 * @param argument empty when the kind has none
 * @param holdMillis for which the node is asked to hold the answer back
 */
record Ask(Kind kind, String argument, int holdMillis) {

    /** The request as a line of JSON-RPC, with the newline. Arguments are of our own making and need no escapes. */
    String line(String id, String operation) {
        String call = switch (kind) {
            case INITIALIZE ->
                method(
                        "initialize",
                        "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
                                + "\"clientInfo\":{\"name\":\"faults\",\"version\":\"1\"}}");
            case PING -> "\"method\":\"ping\"";
            case LIST -> method("tools/list", "{}");
            case ECHO -> tool("echo", "{\"text\":\"" + argument + "\"}");
            case SLEEP -> tool("sleep", "{\"milliseconds\":" + holdMillis + "}");
            case COUNT -> tool("count", "{\"operation\":\"" + operation + "\",\"milliseconds\":" + holdMillis + "}");
            case KEEP -> tool("keep", "{\"value\":\"" + argument + "\"}");
            case RECALL -> tool("recall", "{}");
            case SET_LEVEL -> method("logging/setLevel", "{\"level\":\"" + argument + "\"}");
            case SPEAK -> tool("speak", "{\"text\":\"" + operation + "\"}");
            case WHOAMI -> tool("whoami", "{}");
        };
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + call + "}\n";
    }

    private static String tool(String name, String arguments) {
        return method("tools/call", "{\"name\":\"" + name + "\",\"arguments\":" + arguments + "}");
    }

    private static String method(String name, String params) {
        return "\"method\":\"" + name + "\",\"params\":" + params;
    }
}
