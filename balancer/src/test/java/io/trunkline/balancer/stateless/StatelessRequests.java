package io.trunkline.balancer.stateless;

import io.trunkline.balancer.edge.HttpBench;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Requests of 2026-07-28 for tests. */
final class StatelessRequests {
    static final String VERSION = "MCP-Protocol-Version: 2026-07-28";
    static final String META = "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}";

    private StatelessRequests() {}

    /** A request of this method, with these further parameters, each with a comma before it. */
    static String request(int id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + META + params
                + "}}";
    }

    static String call(int id, String tool) {
        return request(id, "tools/call", ",\"name\":\"" + tool + "\"");
    }

    /** The request as it should come, with these further header lines. */
    static String posted(int id, String method, String... headers) {
        return post(request(id, method, ""), method, headers);
    }

    static String postedCall(int id, String tool, String... headers) {
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        all.add("Mcp-Name: " + tool);
        return post(call(id, tool), "tools/call", all.toArray(String[]::new));
    }

    private static String post(String json, String method, String... headers) {
        List<String> all = new ArrayList<>(List.of(VERSION, "Mcp-Method: " + method));
        all.addAll(Arrays.asList(headers));
        return HttpBench.post(json, all.toArray(String[]::new));
    }
}
