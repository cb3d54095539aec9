package io.trunkline.node.mcp.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.Entries;
import io.trunkline.node.spi.Resource;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import io.trunkline.protocol.uri.NormalUri;
import java.util.Map;

/** A resource with its entry in {@code resources/list}. */
public final class RegisteredResource implements Listed {

    private final Resource resource;
    private final String normal;
    private final Map<ProtocolVersion, byte[]> entries;

    RegisteredResource(Resource resource, ObjectMapper mapper) {
        this.resource = resource;
        this.normal = NormalUri.of(resource.uri());
        this.entries = Entries.write("resource " + resource.uri(), version -> entry(resource, version, mapper), mapper);
    }

    public Resource resource() {
        return resource;
    }

    @Override
    public String key() {
        return resource.uri();
    }

    @Override
    public String lookup() {
        return normal;
    }

    @Override
    public byte[] entry(ProtocolVersion version) {
        return entries.getOrDefault(version, new byte[0]);
    }

    private static ObjectNode entry(Resource resource, ProtocolVersion version, ObjectMapper mapper) {
        ObjectNode json = mapper.createObjectNode();
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
        return json;
    }
}
