package io.trunkline.node.mcp.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.Entries;
import io.trunkline.node.spi.Resource;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import io.trunkline.protocol.uri.NormalUri;

/** A resource with its entry in {@code resources/list}, found by the normal form of its URI. */
public final class RegisteredResource extends Registered<Resource> {

    private final String normal;

    RegisteredResource(Resource resource, ObjectMapper mapper) {
        super("resource", resource, resource.uri(), mapper, (json, version) -> write(json, resource, version));
        this.normal = NormalUri.of(resource.uri());
    }

    @Override
    String lookup() {
        return normal;
    }

    private static void write(ObjectNode json, Resource resource, ProtocolVersion version) {
        json.put("uri", resource.uri());
        json.put("name", resource.name());
        Entries.title(json, resource.title(), version);
        Entries.text(json, "description", resource.description());
        Entries.text(json, "mimeType", resource.mimeType());
        if (resource.size() >= 0) {
            json.put("size", resource.size());
        }
        Entries.annotations(json, resource.annotations(), version);
        Entries.icons(json, resource.icons(), version);
        Entries.meta(json, resource.meta(), version);
    }
}
