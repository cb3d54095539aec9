package io.trunkline.node.mcp.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.Entries;
import io.trunkline.node.spi.ResourceTemplate;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.util.Map;

/** A resource template, ready to be matched, with its entry in {@code resources/templates/list}. */
public final class RegisteredTemplate implements Listed {

    private final ResourceTemplate template;
    private final UriTemplate form;
    private final Map<ProtocolVersion, byte[]> entries;

    /**
     * @throws IllegalArgumentException when the template has a form that is not supported, or completes what it has not
     */
    RegisteredTemplate(ResourceTemplate template, ObjectMapper mapper) {
        this.template = template;
        this.form = UriTemplate.parse(template.uriTemplate());
        for (String completed : template.completers().keySet()) {
            if (!form.variables().contains(completed)) {
                throw new IllegalArgumentException("completer of resource template " + template.uriTemplate() + ": "
                        + completed + " (expected: one of " + form.variables() + ")");
            }
        }
        this.entries = Entries.write(
                "resource template " + template.uriTemplate(), version -> entry(template, version, mapper), mapper);
    }

    public ResourceTemplate template() {
        return template;
    }

    public UriTemplate form() {
        return form;
    }

    @Override
    public String key() {
        return template.uriTemplate();
    }

    @Override
    public String lookup() {
        return form.normal();
    }

    @Override
    public byte[] entry(ProtocolVersion version) {
        return entries.getOrDefault(version, new byte[0]);
    }

    private static ObjectNode entry(ResourceTemplate template, ProtocolVersion version, ObjectMapper mapper) {
        ObjectNode json = mapper.createObjectNode();
        json.put("uriTemplate", template.uriTemplate());
        json.put("name", template.name());
        Entries.title(json, template.title(), version);
        Entries.text(json, "description", template.description());
        Entries.text(json, "mimeType", template.mimeType());
        Entries.annotations(json, template.annotations(), version);
        Entries.icons(json, template.icons(), version);
        Entries.meta(json, template.meta(), version);
        return json;
    }
}
