package io.trunkline.node.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the edge tells of a request that came over HTTP without a session; no client can send it.
 *
 * @param params the values of the headers {@code Mcp-Param-*}, decoded, by the rest of their names in lower case
 * @param principal who asks, as the edge has made sure of; empty when nobody asked
 */
record EdgeNotes(Map<String, String> params, String principal) {

    static final EdgeNotes NONE = new EdgeNotes(Map.of(), "");

    /** What the edge has added to the request under {@link EnvelopeReader#EDGE}; an edge that has nothing to tell adds nothing. */
    static EdgeNotes of(Envelope request, ObjectMapper mapper) throws RpcFault {
        if (!request.hasEdgeMember()) {
            return NONE;
        }
        try {
            JsonNode notes =
                    mapper.readTree(request.message(), request.edgeStart(), request.edgeEnd() - request.edgeStart());
            Map<String, String> params = new LinkedHashMap<>();
            notes.path("params")
                    .properties()
                    .forEach(
                            param -> params.put(param.getKey(), param.getValue().asText()));
            return new EdgeNotes(params, notes.path("principal").asText(""));
        } catch (IOException e) {
            throw RpcFault.invalidParams("\"" + EnvelopeReader.EDGE + "\" cannot be read");
        }
    }
}
