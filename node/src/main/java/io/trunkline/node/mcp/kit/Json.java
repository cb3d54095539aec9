package io.trunkline.node.mcp.kit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.JsonLimits;

/**
 * What reads and writes the JSON of clients, within the limits of one message. Thread-safe.
 *
 * @param factory makes parsers
 * @param mapper reads and writes trees
 * @param reader finds the parts of a message
 */
public record Json(JsonFactory factory, ObjectMapper mapper, EnvelopeReader reader) {

    public static Json of(JsonLimits limits) {
        JsonFactory factory = EnvelopeReader.factory(limits);
        return new Json(factory, new ObjectMapper(factory), EnvelopeReader.withoutTargets(limits));
    }
}
