package io.trunkline.node.mcp;

/** Requests of 2026-07-28 as text. */
final class StatelessRequest {

    static final String CAN_ALL = "{\"elicitation\":{\"form\":{},\"url\":{}},\"sampling\":{},\"roots\":{}}";

    private StatelessRequest() {}

    /**
     * A request with all that it has to declare.
     *
     * @param params further parameters, each with a comma behind it
     * @param meta further fields of its {@code _meta}, each with a comma before it
     */
    static String of(int id, String method, String params, String capabilities, String meta) {
        return """
                {"jsonrpc":"2.0","id":%d,"method":"%s","params":{%s"_meta":{\
                "io.modelcontextprotocol/protocolVersion":"2026-07-28",\
                "io.modelcontextprotocol/clientCapabilities":%s%s}}}""".formatted(id, method, params, capabilities, meta);
    }

    static String of(int id, String method, String params) {
        return of(id, method, params, CAN_ALL, "");
    }

    /** A call of a tool; {@code more} are further parameters, each with a comma behind it. */
    static String call(int id, String tool, String arguments, String more) {
        return of(id, "tools/call", "\"name\":\"" + tool + "\",\"arguments\":" + arguments + "," + more);
    }

    /** The same request with what an edge adds to it. */
    static String fromEdge(String request, String notes) {
        return "{\"io.trunkline/edge\":" + notes + "," + request.substring(1);
    }
}
