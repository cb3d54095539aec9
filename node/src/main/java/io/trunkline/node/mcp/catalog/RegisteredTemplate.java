package io.trunkline.node.mcp.catalog;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.mcp.wire.Entries;
import io.trunkline.node.spi.ResourceTemplate;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;

/** A resource template, ready to be matched, with its entry in {@code resources/templates/list}. */
public final class RegisteredTemplate extends Registered<ResourceTemplate> {

    private final UriTemplate form;

    /**
     * @throws IllegalArgumentException when the template has a form that is not supported, or a completer for a
     *     variable that it does not have
     */
    RegisteredTemplate(ResourceTemplate template, ObjectMapper mapper) {
        super(
                "resource template",
                template,
                template.uriTemplate(),
                mapper,
                (json, version) -> write(json, template, version));
        this.form = UriTemplate.parse(template.uriTemplate());
        for (String completed : template.completers().keySet()) {
            if (!form.variables().contains(completed)) {
                throw new IllegalArgumentException("completer of resource template " + template.uriTemplate() + ": "
                        + completed + " (expected: one of " + form.variables() + ")");
            }
        }
    }

    public UriTemplate form() {
        return form;
    }

    @Override
    String lookup() {
        return form.normal();
    }

    private static void write(ObjectNode json, ResourceTemplate template, ProtocolVersion version) {
        json.put("uriTemplate", template.uriTemplate());
        json.put("name", template.name());
        Entries.title(json, template.title(), version);
        Entries.text(json, "description", template.description());
        Entries.text(json, "mimeType", template.mimeType());
        Entries.annotations(json, template.annotations(), version);
        Entries.icons(json, template.icons(), version);
        Entries.meta(json, template.meta(), version);
    }
}
