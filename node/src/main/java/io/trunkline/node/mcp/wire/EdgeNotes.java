package io.trunkline.node.mcp.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.spi.Principal;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the edge tells of a request that came over HTTP without a session; no client can send it.
 *
 * @param params the values of the headers {@code Mcp-Param-*}, decoded, by the rest of their names in lower case
 * @param principal on whose behalf, as the edge has made sure of
 */
public record EdgeNotes(Map<String, String> params, Principal principal) {

    static final EdgeNotes NONE = new EdgeNotes(Map.of(), Principal.NOBODY);

    /** What the edge has added to the request under {@link EnvelopeReader#EDGE}, which may be nothing. */
    public static EdgeNotes of(Envelope request, ObjectMapper mapper) throws RpcFault {
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
            return new EdgeNotes(params, principal(notes.path("principal")));
        } catch (IOException e) {
            throw RpcFault.invalidParams("\"" + EnvelopeReader.EDGE + "\" cannot be read");
        }
    }

    /**
     * A principal with the members {@code id}, {@code issuer} and {@code name}; {@link Principal#NOBODY} without them.
     */
    public static Principal principal(JsonNode told) {
        return told.isMissingNode()
                ? Principal.NOBODY
                : new Principal(
                        told.path("id").asText(),
                        told.path("issuer").asText(),
                        told.path("name").asText());
    }
}
